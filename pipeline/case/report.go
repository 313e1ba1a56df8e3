package cases

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"varpanel/annotate/source"
	"varpanel/reference/contig"
	"varpanel/reference/panel"
	"varpanel/stages/coverage"
	"varpanel/stages/report"
	"varpanel/stages/sex"
	"varpanel/stages/variant"
)

func (p *plan) loci() *sex.Loci {
	return sex.NewLoci(p.contigs, contig.Assembly(p.bundle.Manifest.Assembly))
}

// resolveLength resolves another file's contig by name and, where it has one,
// length.
func (p *plan) resolveLength(name string, length int) (string, bool) {
	return p.contigs.ResolveContig(contig.Contig{Name: name, Length: length})
}

// report makes the report's values.
func (p *phase) report() (*report.Report, error) {
	r := &report.Report{
		Tool: p.Tool,
		Case: report.Case{
			Name: p.name, Sample: p.sampleName(), Normal: p.Normal, Sex: string(p.know.sex), Origin: p.Origin,
		},
		Test:     p.test(),
		Counts:   p.counts,
		Hotspots: p.hotspots,
		NotDone:  p.notDone(),
		Methods:  p.methods(),
	}
	if err := p.fill(r); err != nil {
		return nil, err
	}
	for _, s := range p.filter.Statements() {
		r.Rules = append(r.Rules, report.Rule{
			ID: s.ID, Version: s.Version, Text: s.Text, Threshold: s.Threshold, Missing: s.Missing, Source: s.Source, State: s.State,
		})
	}
	for _, s := range p.bundle.Manifest.Sources {
		r.Sources = append(r.Sources, report.Source{Name: s.Name, Kind: s.Kind, Version: s.Version, SHA256: s.SHA256})
	}
	if err := p.hashed(); err != nil { // as late as can be: it may take longer than the case
		return nil, err
	}
	for _, d := range p.inputs {
		r.Inputs = append(r.Inputs, report.Input{Role: d.Role, Name: d.Name, Size: d.Size, SHA256: d.SHA256, Scope: d.Scope})
	}
	r.Hints = p.hints()
	p.conclude(r)
	r.Warnings = slices.Clone(p.warnings)
	if p.coverage != nil {
		p.coverage.Forget() // writing needs room too
	}
	return r, nil
}

// together runs as many parts at a time as there are threads, and gives the first
// error in their order.
func together(threads int, parts []func() error) error {
	errs := make([]error, len(parts))
	var group errgroup.Group
	group.SetLimit(max(threads, 1))
	for i, part := range parts {
		group.Go(func() error {
			errs[i] = part()
			return nil
		})
	}
	group.Wait() // no goroutine gives an error: they are in errs
	return cmp.Or(errs...)
}

// rows fills the tables of alleles.
func (p *phase) rows(r *report.Report) {
	for i, v := range p.reported {
		r.Variants = append(r.Variants, p.row(i+1, v))
	}
	r.Excluded = make([]report.Excluded, 0, len(p.excluded))
	for _, v := range p.excluded {
		r.Excluded = append(r.Excluded, p.excludedRow(v))
	}
}

// largePanel is a number of bases from which on what is held of them decides how much
// memory a case takes.
const largePanel = 1 << 20

// fill makes the large parts of the report. None of them needs another.
func (p *phase) fill(r *report.Report) error {
	rows := func() error { p.rows(r); return nil }
	name := func() coverage.Namer { return newTranscriptNames(p.know.model).interval }
	if p.coverage == nil {
		parts := []func() error{rows}
		if p.caller.Blocks {
			parts = append(parts, func() error {
				unread := coverage.Unread(p.exons(), p.profile.Coverage.PassDepth)
				r.Callability = unread.Callability(p.caller, name())
				return nil
			})
		}
		return together(p.Threads, parts)
	}
	var c *report.Coverage
	var callability *report.Callability
	var low *report.LowKnown
	if err := together(p.Threads, []func() error{
		func() error { callability = p.coverage.Callability(p.caller, name()); return nil },
		func() (err error) { low, err = p.lowRows(); return err },
	}); err != nil {
		return err
	}
	if p.coverage.ForgetBases(); p.coverage.Panel.Length > largePanel {
		runtime.GC() // the rows below find room in what reading took; else the heap grows by them
	}
	if err := together(p.Threads, []func() error{
		rows,
		func() error { c = p.coverage.Report(p.profile.Coverage.PassPercent, name()); return nil },
	}); err != nil {
		return err
	}
	c.Callability, c.Hotspots, c.LowKnown = callability, p.hotspotCoverage(), low
	coverage.Summarise(c)
	r.Coverage = c
	return nil
}

// test says what was asked for, from the bundle and the profile in force.
func (p *phase) test() report.Test {
	m := &p.bundle.Manifest
	t := report.Test{
		Code: m.Test.Code, Indication: m.Test.Indication, Type: string(p.profile.Type), Assembly: m.Assembly,
		BundleName: m.Name, BundleDigest: p.bundle.Digest,
		Profile: p.profile.Name, ProfileVer: p.profile.Version, ProfileSHA: p.profile.SHA256,
	}
	for _, one := range m.Panels {
		t.Panels = append(t.Panels, strings.TrimSpace(one.Name+" "+one.Version))
	}
	for i := range p.bundle.Panel.Genes {
		t.Genes = append(t.Genes, geneOf(&p.bundle.Panel.Genes[i]))
	}
	for _, r := range p.bundle.Panel.Regions {
		if !r.Assessed {
			t.Regions = append(t.Regions, fmt.Sprintf("region %s (%s): copy number is not assessed by this test", r.Name, r.Verbose))
		}
	}
	for _, s := range p.bundle.Panel.STRs {
		t.Regions = append(t.Regions, fmt.Sprintf("repeat %s: repeat length is not assessed by this test", s.Name))
	}
	return t
}

func geneOf(g *panel.Gene) report.Gene {
	out := report.Gene{Symbol: g.Symbol, HGNCID: g.HGNCID, State: string(g.State), MOI: g.MOIVerbatim, Notes: slices.Clone(g.Notes)}
	if out.MOI == "" {
		out.MOI = string(panel.Unknown)
	}
	for _, t := range g.Transcripts {
		name := t.Accession
		if !t.Present {
			name += " (not in the gene model: not assessed)"
		}
		out.Transcripts = append(out.Transcripts, name)
	}
	for _, part := range g.NotAssessed {
		out.NotAssessed = append(out.NotAssessed, fmt.Sprintf("exon %d of %s: %s", part.Exon, part.Transcript,
			report.Plural(part.Bases, "coding base", "coding bases")))
	}
	if g.ModeOfPathogenicity != "" {
		out.Notes = append(out.Notes, "mode of pathogenicity: "+g.ModeOfPathogenicity)
	}
	return out
}

// notDone says what this version, or this case, did not evaluate.
func (p *phase) notDone() []report.NotDone {
	var out []report.NotDone
	add := func(what, why string) { out = append(out, report.NotDone{What: what, Why: why}) }
	for _, s := range p.filter.Statements() {
		if why, ok := strings.CutPrefix(s.State, "not evaluated: "); ok {
			add("rule "+s.ID, why)
		}
	}
	if len(p.relatives) > 0 || len(p.others) > 0 {
		add("relatives", "this version reports on one person; other samples and files were given and are not used: "+
			strings.Join(append(slices.Clone(p.relatives), p.others...), ", "))
	}
	if p.profile.Type.Somatic() {
		add("tier I and therapy evidence", "no tumour type is known to this version, and tier I is never given without one")
		add("oncogenicity classification", "this version gives no points")
		add("limits of detection and the no-template control", "this version does not compute them")
	} else {
		add("segregation in the family", "de novo, parental origin and phase by parents need relatives, which this version does not read")
		add("ACMG/ACGS classification", "this version gives no criteria and no points; it proposes tiers only")
		if p.know.sex == sex.Unknown {
			add("X and Y zygosity", "the sex was not given (--sex)")
		}
	}
	if text := p.apartText(); text != "" {
		add("alleles of one codon or reading frame", text)
	}
	add("copy number, structural variants and repeats", "this test reads sequence alleles")
	switch {
	case p.reads == nil && p.caller.Blocks:
		add("coverage", "no BAM was given: what the caller saw of each base stands in callability.tsv, and what the reads show is not known")
	case p.reads == nil:
		add("coverage", "no BAM was given")
	}
	if len(p.bundle.Hotspots) == 0 {
		add("hotspot statements", "the bundle has no hotspots.tsv")
	}
	return out
}

// methods are the sentences that define what the numbers mean.
func (p *phase) methods() []string {
	m := []string{
		"Membership: a normalised allele belongs to the panel when its REF span (of an insertion, either flanking base) meets a scan region: exons of the chosen transcripts with " +
			strconv.Itoa(p.bundle.Manifest.Padding) + " bases beside them, hotspots with 5, and pathogenic positions of the clinical-significance sources inside the panel's genes.",
		"Normalisation: multi-allelic records are split; alleles are trimmed and left-aligned; REF is compared with the bundle's reference, and a disagreement stops the run.",
		"Names: HGVS on the transcripts listed, 3' rule on the transcript's strand; protein names are predictions.",
		"Alleles of one haplotype (phased to one by GT and PS, or by PGT and PID, or on every haplotype) that change one codon, or of which one shifts the frame of the other, " +
			"are also named together, in a row flagged derived that is not counted; alleles that are excluded by " + strings.Join(artefacts, ", ") +
			" have no part in it. Its reads are the fewest of its parts', and its frequency is not known unless a source has the joined allele.",
		"Accounting: every allele of the sample in the panel is in variants.tsv or, with the first rule that excluded it, in excluded.tsv.",
	}
	if p.coverage == nil && p.caller.Blocks {
		m = append(m, "Callability: a base has the first class that holds of "+words(coverage.CallerClasses)+". Low depth: the caller's own depth is below the pass depth; "+
			"no call: no genotype, genotype quality 0, or no record of the gVCF; depth not known: its record gives none.")
	}
	if p.coverage != nil {
		m = append(m, "Depth: "+p.coverage.Options.Definition(),
			"Callability: a base has the first class that holds of "+words(coverage.Classes)+". Low depth: not read at the pass depth; low mapping quality: "+
				"read at it only with reads of mapping quality 0 (or below the one that the depth asks for); no call: no genotype, genotype quality 0, or no record of a gVCF; "+
				"caller saw less: read at the pass depth, and the caller's own depth is below it.")
	}
	return m
}

func words(classes []coverage.Class) string {
	var out []string
	for _, c := range classes {
		out = append(out, c.String())
	}
	return strings.Join(out, ", ")
}

// frequency gives the highest population frequency that any source states, and
// where it stands.
func (p *phase) frequency(v *variant.Variant) (af, where string) {
	best := -1.0
	for _, h := range v.Hits {
		d := p.sources[h.Source]
		if h.Kind != source.Frequency || d == nil {
			continue
		}
		for i, key := range d.Keys {
			if key != source.FieldAF && key != source.FieldPopmax && !strings.HasPrefix(key, source.PopulationField("")) {
				continue
			}
			if f, err := strconv.ParseFloat(h.Fields[i], 64); err == nil && f > best {
				best, af, where = f, h.Fields[i], h.Source+":"+key
			}
		}
	}
	return af, where
}

// significance gives what the first clinical-significance source says.
func (p *phase) significance(v *variant.Variant) (text, stars string) {
	for _, h := range v.Hits {
		d := p.sources[h.Source]
		if h.Kind != source.ClinicalSignificance || d == nil {
			continue
		}
		text = d.Value(h, source.FieldSignificance)
		if n, ok := source.Stars(d.Value(h, source.FieldReview)); ok {
			stars = strconv.Itoa(n)
		}
		return text, stars
	}
	return "", ""
}
