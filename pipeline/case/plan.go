package cases

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"varpanel/hts/fault"
	"varpanel/pipeline/provenance"
	"varpanel/reference/bundle"
	"varpanel/reference/contig"
	"varpanel/reference/profile"
)

// plan is a case whose inputs were found to fit together, before the first
// record is used.
type plan struct {
	Options
	bundle  *bundle.Bundle
	profile *profile.Profile
	contigs *contig.Set
	regions regions // by the bundle's contig names

	calls  *calls   // the VCF that holds the proband
	others []string // files of other people: not evaluated in this version
	// relatives are the samples of those files and the other samples of the
	// proband's own.
	relatives []string
	sample    int    // the proband's or the tumour's column
	normal    int    // the matched normal's column, or -1
	reads     *reads // the proband's BAM, or nil

	name      string // the case's
	warnings  []string
	caseFlags []string // what every report of the case must say of its inputs
	inputs    []provenance.Digest
	hashes    []*hashing // of inputs that are being read still
	oldIndex  []string   // indexes older than their data that were allowed
}

// newPlan opens everything and checks that it belongs together. The caller
// closes the plan.
func newPlan(o Options) (*plan, error) {
	p := &plan{Options: o, normal: -1}
	if err := p.checkOptions(); err != nil {
		return nil, err
	}
	for _, step := range []func() error{
		p.openBundle, p.openProfile, p.openVCFs, p.openBAM, p.nameCase,
	} {
		if err := step(); err != nil {
			return nil, errors.Join(err, p.close())
		}
	}
	return p, nil
}

func (p *plan) close() error {
	for _, h := range p.hashes {
		h.running.Wait() // its error, if any, comes after the one that ended the case
	}
	if p.calls == nil {
		return nil
	}
	return p.calls.close()
}

func (p *plan) warnf(format string, args ...any) {
	p.warnings = append(p.warnings, fmt.Sprintf(format, args...))
}

func (p *plan) checkOptions() error {
	switch {
	case p.Sex != "" && p.Sex != "male" && p.Sex != "female":
		return fault.Usagef("--sex %q: male or female", p.Sex)
	case p.Tumour != "" && p.Proband != "":
		return fault.Usagef("--proband and --tumour exclude each other")
	case p.Normal != "" && p.Normal == p.Tumour:
		return fault.Usagef("--tumour and --normal are the same sample %q", p.Normal)
	case p.Normal != "" && p.Tumour == "":
		return fault.Usagef("--normal needs --tumour")
	case p.Name != "" && !isCaseName(p.Name):
		return fault.Usagef("--case %q: letters, digits, '.', '_' and '-', at most 64, the first a letter or digit", p.Name)
	case len(p.VCFs) > 1 && slices.Contains(p.VCFs, "-"):
		return fault.Usagef("standard input cannot be one of several --vcf")
	}
	for _, f := range p.Formats {
		if !slices.Contains(KnownFormats, f) {
			return fault.Usagef("--formats %q: this version writes %s", f, strings.Join(KnownFormats, ", "))
		}
	}
	return checkOutputFolder(p.Out, p.Force)
}

func (p *plan) openBundle() error {
	b, err := bundle.Open(p.Bundle, p.blocks())
	if err != nil {
		return fault.Missing(err)
	}
	p.bundle, p.contigs = b, b.Contigs()
	p.regions = newRegions(b.Regions)
	return nil
}

func (p *plan) openProfile() (err error) {
	if p.Profile == "" {
		p.profile, err = profile.Parse(bundle.ProfileFile, p.bundle.ProfileTOML)
		return err
	}
	if p.profile, err = profile.Load(p.Profile); err != nil {
		return err
	}
	if slices.Contains(profile.Names(), p.Profile) {
		return nil
	}
	d, err := provenance.File("profile", p.Profile)
	p.inputs = append(p.inputs, d)
	return err
}

// openVCFs reads every header and chooses the sample.
func (p *plan) openVCFs() error {
	var all []*calls
	holder := map[string]*calls{}
	for _, path := range p.VCFs {
		c, err := p.openCalls(path)
		if err != nil {
			return fault.Missing(err)
		}
		for _, s := range c.header.Samples {
			if first, ok := holder[s]; ok {
				return fault.Inputf(path, "", "sample %q is in %s too", s, first.path).
					WithHint("give each person's calls in one file: bcftools concat -a joins files of the same samples")
			}
			holder[s] = c
		}
		all = append(all, c)
	}
	name, err := p.chooseSample(all, holder)
	if err != nil {
		return err
	}
	p.calls = holder[name]
	p.sample = p.calls.header.SampleIndex(name)
	for _, c := range all {
		if c != p.calls {
			p.others = append(p.others, c.name)
		}
		for _, s := range c.header.Samples {
			if s != name && s != p.Normal {
				p.relatives = append(p.relatives, s)
			}
		}
	}
	return p.chooseNormal()
}

// chooseSample gives the name of the sample to report on.
func (p *plan) chooseSample(all []*calls, holder map[string]*calls) (string, error) {
	var names []string
	for _, c := range all {
		names = append(names, c.header.Samples...)
	}
	asked := p.Proband + p.Tumour
	switch {
	case len(names) == 0:
		return "", fault.Inputf(p.VCFs[0], "#CHROM", "the VCF has no sample column").
			WithHint("a sites-only VCF says nothing of a patient: give the calls of one")
	case asked != "" && holder[asked] == nil:
		option := "--proband"
		if p.Tumour != "" {
			option = "--tumour"
		}
		return "", fault.Inputf(p.VCFs[0], "#CHROM", "no sample %q (%s); the samples are %s", asked, option, strings.Join(names, ", "))
	case asked != "":
		return asked, nil
	case len(names) > 1:
		option := "--proband"
		if p.profile.Type.Somatic() {
			option = "--tumour"
		}
		return "", fault.Usagef("%d samples (%s): which one is to be reported on?", len(names), strings.Join(names, ", ")).
			WithHint("choose one with %s", option)
	}
	return names[0], nil
}

func (p *plan) chooseNormal() error {
	if p.Normal == "" {
		return nil
	}
	p.normal = p.calls.header.SampleIndex(p.Normal)
	if p.normal < 0 {
		return fault.Inputf(p.calls.path, "#CHROM", "no sample %q (--normal) beside the tumour; the samples are %s",
			p.Normal, strings.Join(p.calls.header.Samples, ", "))
	}
	return nil
}

// sampleName is the proband's or tumour's name in the VCF.
func (p *plan) sampleName() string { return p.calls.header.Samples[p.sample] }

func (p *plan) nameCase() error {
	p.name = p.Name
	if p.name == "" {
		p.name = p.sampleName()
	}
	if !isCaseName(p.name) {
		return fault.Usagef("the sample's name %q cannot name files", p.name).
			WithHint("name the case with --case NAME")
	}
	return nil
}

// checkAssembly refuses a file of another assembly than the bundle's by its
// contig lengths, before any record is used.
func (p *plan) checkAssembly(path string, theirs []contig.Contig) error {
	want := p.contigs.Assembly()
	if a, _ := contig.AssemblyOf(theirs); a != "" && want != "" && a != want {
		return fault.Inputf(path, "", "assembly mismatch: the contig lengths are %s's, the bundle is %s", a, want).
			WithHint("use a bundle of %s, or call against %s", a, want)
	}
	for _, c := range theirs {
		name, ok := p.contigs.Resolve(c.Name)
		if !ok || c.Length == 0 {
			continue
		}
		if n, _ := p.contigs.Length(name); n != c.Length {
			return fault.Inputf(path, c.Name, "assembly mismatch: the contig has %d bases here and %d in the bundle (%s)",
				c.Length, n, p.bundle.Manifest.Assembly)
		}
	}
	return nil
}

// lengthsOf gives named lengths as contigs.
func lengthsOf[T any](list []T, each func(T) (string, int)) []contig.Contig {
	out := make([]contig.Contig, 0, len(list))
	for _, v := range list {
		name, n := each(v)
		out = append(out, contig.Contig{Name: name, Length: n})
	}
	return out
}

// baseName is a path's last part, for reports.
func baseName(path string) string {
	if path == "-" {
		return "standard input"
	}
	return filepath.Base(path)
}
