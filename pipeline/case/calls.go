package cases

import (
	"varpanel/hts/bcf"
	"varpanel/hts/vcf"
	"varpanel/pipeline/provenance"
	"varpanel/stages/scan"
)

// calls is one VCF, its header read.
type calls struct {
	path   string
	name   string // base name, for reports
	header *vcf.Header
	names  map[string]string // contigs of the header -> the bundle's names
	stdin  *scan.Reader      // standard input is opened once and read later
}

func (c *calls) close() error {
	if c.stdin == nil {
		return nil
	}
	return c.stdin.Close()
}

// openCalls reads a VCF's header and refuses a file of another assembly.
func (p *plan) openCalls(path string) (*calls, error) {
	c := &calls{path: path, name: baseName(path)}
	if path == "-" {
		r, err := scan.Open(scan.Options{Path: path, In: p.Stdin, Threads: p.Threads, SafeInflate: p.SafeInflate})
		if err != nil {
			return nil, err
		}
		c.stdin, c.header = r, r.Header()
		p.inputs = append(p.inputs, provenance.Digest{Role: "vcf", Path: path, Name: c.name, Scope: provenance.ScopeStdin})
	} else {
		r, err := bcf.Open(path, p.blocks())
		if err != nil {
			return nil, err
		}
		c.header = r.Header()
		if err := r.Close(); err != nil {
			return nil, err
		}
		if err := p.hash("vcf", path); err != nil {
			return nil, err
		}
	}
	theirs := lengthsOf(c.header.Contigs, func(v vcf.Contig) (string, int) { return v.Name, v.Length })
	if err := p.checkAssembly(path, theirs); err != nil {
		return nil, err
	}
	c.names = map[string]string{}
	for _, t := range theirs {
		if name, ok := p.contigs.ResolveContig(t); ok {
			c.names[t.Name] = name
		}
	}
	return c, nil
}

// bundleName gives the bundle's name of one of the file's contigs, which the
// header need not have.
func (p *plan) bundleName(theirs string) (string, bool) {
	if name, ok := p.calls.names[theirs]; ok {
		return name, true
	}
	return p.contigs.Resolve(theirs)
}

// scanRegions gives what to read by the file's own contig names. A header
// without contig lines leaves the spelling open, so each alias is asked for.
func (p *plan) scanRegions() map[string][]scan.Interval {
	out := map[string][]scan.Interval{}
	seen := map[string]bool{}
	for theirs, name := range p.calls.names {
		seen[name] = true
		if wide := p.regions.widened(name); len(wide) > 0 {
			out[theirs] = wide
		}
	}
	for _, c := range p.contigs.Contigs() {
		wide := p.regions.widened(c.Name)
		if seen[c.Name] || len(wide) == 0 {
			continue
		}
		for _, alias := range append([]string{c.Name}, c.Aliases...) {
			if _, ok := p.calls.header.Contig(alias); !ok {
				out[alias] = wide
			}
		}
	}
	return out
}

// contigsWithoutCalls names the panel's contigs that the VCF's header does not
// know, where it names contigs at all: a variant there could not be seen.
func (p *plan) contigsWithoutCalls() []string {
	if len(p.calls.header.Contigs) == 0 {
		return nil
	}
	have := map[string]bool{}
	for _, name := range p.calls.names {
		have[name] = true
	}
	var lacking []string
	for _, c := range p.contigs.Contigs() {
		if len(p.regions[c.Name]) > 0 && !have[c.Name] {
			lacking = append(lacking, c.Name)
		}
	}
	return lacking
}

// genesOn names the panel genes with exons on the given contigs.
func (p *plan) genesOn(contigs []string) []string {
	on := map[string]bool{}
	for _, c := range contigs {
		on[c] = true
	}
	var genes []string
	seen := map[string]bool{}
	for _, e := range p.bundle.Exons {
		if on[e.Contig] && !seen[e.Gene] {
			seen[e.Gene] = true
			genes = append(genes, e.Gene)
		}
	}
	return genes
}
