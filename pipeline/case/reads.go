package cases

import (
	"slices"
	"strings"

	"varpanel/hts/bam"
	"varpanel/hts/fault"
	"varpanel/pipeline/provenance"
	"varpanel/reference/contig"
)

// flagBAMWithoutSample says that no @RG of the BAM names a sample.
const flagBAMWithoutSample = "bam-without-sample"

// reads is the proband's BAM, its header read and its identity checked.
type reads struct {
	path  string
	name  string
	names map[string]string // the bundle's contig name -> the BAM's
}

// contig gives the BAM's name for one of the bundle's.
func (r *reads) contig(name string) (string, bool) {
	theirs, ok := r.names[name]
	return theirs, ok
}

// openBAM takes the proband's BAM. Other people's are named and not read.
func (p *plan) openBAM() error {
	for _, b := range p.BAMs {
		if b.Sample != "" && b.Sample != p.sampleName() {
			if !p.knowsSample(b.Sample) {
				return fault.Inputf(b.Path, "", "--bam %s=: no VCF has a sample of that name; the sample is %q", b.Sample, p.sampleName())
			}
			p.others = append(p.others, baseName(b.Path))
			continue
		}
		if p.reads != nil {
			return fault.Usagef("two --bam for %q: %s and %s", p.sampleName(), p.reads.path, b.Path).
				WithHint("merge them with samtools merge, or name other people's as SAMPLE=FILE")
		}
		if err := p.openReads(b.Path); err != nil {
			return fault.Missing(err)
		}
	}
	return nil
}

func (p *plan) knowsSample(name string) bool {
	return p.calls.header.SampleIndex(name) >= 0 || slices.Contains(p.relatives, name)
}

func (p *plan) openReads(path string) error {
	f, err := bam.Open(path, bam.Options{AllowOldIndex: p.AllowOldIndex, SafeInflate: p.SafeInflate})
	if err != nil {
		return err
	}
	defer f.Close()
	h := f.Header()
	if p.calls != nil { // else there is no sample to compare with
		if err := p.checkReadGroups(path, h); err != nil {
			return err
		}
	}
	theirs := lengthsOf(h.Refs, func(r bam.Ref) (string, int) { return r.Name, r.Length })
	if err := p.checkAssembly(path, theirs); err != nil {
		return err
	}
	r := &reads{path: path, name: baseName(path), names: map[string]string{}}
	for _, t := range theirs {
		if name, ok := p.contigs.ResolveContig(contig.Contig{Name: t.Name, Length: t.Length}); ok {
			r.names[name] = t.Name
		}
	}
	if f.Index().Old {
		p.oldIndex = append(p.oldIndex, baseName(f.Index().Path))
	}
	digest, err := provenance.BAM(path, h.Text, f.Index().SHA256())
	if p.HashInputs && err == nil {
		digest, err = provenance.File("bam", path)
	}
	if err != nil {
		return err
	}
	p.inputs = append(p.inputs, digest)
	p.reads = r
	return nil
}

// checkReadGroups refuses another person's reads.
func (p *plan) checkReadGroups(path string, h *bam.Header) error {
	var names []string
	for _, g := range h.ReadGroups {
		if g.Sample != "" && !slices.Contains(names, g.Sample) {
			names = append(names, g.Sample)
		}
	}
	slices.Sort(names)
	want := p.sampleName()
	switch {
	case len(names) == 0:
		p.warnf("%s: no @RG names a sample: that the reads are %s's was not checked (flag %s)", baseName(path), want, flagBAMWithoutSample)
		p.caseFlags = append(p.caseFlags, flagBAMWithoutSample)
	case len(names) > 1:
		return fault.Inputf(path, "@RG", "reads of several people: %s", strings.Join(names, ", ")).
			WithHint("give one person's reads in one file")
	case names[0] != want:
		return fault.Inputf(path, "@RG SM", "the reads are of %q, the calls in %s of %q", names[0], p.calls.name, want).
			WithHint("give this sample's BAM; if the two are one person, set @RG SM with samtools addreplacerg or rename the VCF's sample with bcftools reheader")
	}
	return nil
}
