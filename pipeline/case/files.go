package cases

import (
	"bytes"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"varpanel/annotate/consequence"
	"varpanel/annotate/csq"
	"varpanel/pipeline/provenance"
	"varpanel/reference/contig"
	"varpanel/stages/report"
	reporthtml "varpanel/stages/report/html"
	reportjson "varpanel/stages/report/json"
	"varpanel/stages/report/tsv"
	reportvcf "varpanel/stages/report/vcf"
	"varpanel/stages/variant"
)

// file is one output: its name after the case's, and what writes it.
type file struct {
	suffix string
	write  func(io.Writer) error
}

// write writes every file of the case, then run.json.
func (p *phase) write(r *report.Report, clock *provenance.Clock, started time.Time) (names, warnings []string, err error) {
	files, vcf := p.files(r)
	out, err := newOutputs(p.Out)
	if err != nil {
		return nil, nil, err
	}
	defer out.discard()
	if err := out.addAll(p.name, files, p.Threads); err != nil {
		return nil, nil, err
	}
	for _, f := range files {
		names = append(names, p.name+f.suffix)
	}
	digests, err := out.commit()
	if err != nil {
		return nil, nil, err
	}
	clock.Done("reports")
	warnings = slices.Clone(p.warnings)
	if vcf != nil && len(vcf.replaced) > 0 {
		warnings = append(warnings, "the annotated VCF replaces the input's INFO "+strings.Join(vcf.replaced, ", "))
	}
	run, err := p.run(r, clock, started, digests, warnings)
	if err != nil {
		return nil, nil, err
	}
	if err := out.add(provenance.RunName, run.Write); err != nil {
		return nil, nil, err
	}
	_, err = out.commit()
	return append(names, provenance.RunName), warnings, err
}

func (p *phase) wants(format string) bool { return slices.Contains(p.Formats, format) }

// files lists what the formats ask for, the one that takes longest first. Files
// that need a BAM are not written without one. vcf is nil where none is written.
func (p *phase) files(r *report.Report) (files []file, vcf *annotatedVCF) {
	on := func(suffix string, write func(io.Writer, *report.Report) error) {
		files = append(files, fileOf(r, suffix, write))
	}
	if p.wants("vcf") {
		vcf = &annotatedVCF{phase: p, done: make(chan struct{})}
		files = append(files, file{".annotated.vcf.gz", vcf.write})
	}
	if p.wants("html") {
		on(".report.html", reporthtml.Write)
	}
	if p.wants("json") {
		on(".report.json", reportjson.Write)
	}
	if p.wants("tsv") {
		on(".variants.tsv", tsv.Variants)
		on(".excluded.tsv", tsv.Excluded)
		on(".hotspots.tsv", tsv.Hotspots)
		if r.Coverage != nil {
			files = append(files, depthFiles(r)...)
		}
		if r.Called() != nil {
			files = append(files, callabilityFiles(r)...)
		}
		if r.Coverage != nil {
			on(".disagreement.tsv", tsv.Disagreements)
			on(".known_low.tsv", tsv.KnownLow)
		}
	}
	if vcf != nil {
		files = append(files, file{".annotated.vcf.gz.tbi", vcf.writeIndex})
	}
	return files, vcf
}

// fileOf is a file that a report is written to.
func fileOf(r *report.Report, suffix string, write func(io.Writer, *report.Report) error) file {
	return file{suffix, func(w io.Writer) error { return write(w, r) }}
}

// depthFiles are the tables of what a BAM alone says.
func depthFiles(r *report.Report) []file {
	return []file{
		fileOf(r, ".coverage.genes.tsv", tsv.Genes), fileOf(r, ".coverage.exons.tsv", tsv.Exons), fileOf(r, ".coverage.panel.tsv", tsv.Panel),
		fileOf(r, ".gaps.bed", tsv.Gaps), fileOf(r, ".gaps.tsv", tsv.GapTable), fileOf(r, ".coverage.hotspots.tsv", tsv.HotspotCoverage),
	}
}

// callabilityFiles are the tables of what can be said of each base.
func callabilityFiles(r *report.Report) []file {
	return []file{fileOf(r, ".callability.bed", tsv.Runs), fileOf(r, ".callability.tsv", tsv.Callability)}
}

// annotatedVCF is the VCF of both tables and its index, which comes of writing it.
type annotatedVCF struct {
	*phase
	done     chan struct{} // closed when the VCF is written
	index    bytes.Buffer
	replaced []string // keys of the input's INFO
	entries  csq.Writer
	entry    []byte
}

func (a *annotatedVCF) write(w io.Writer) (err error) {
	defer close(a.done)
	a.replaced, err = reportvcf.Write(w, &a.index, a.calls.header, strings.Join(csq.Fields[:], "|"), a.rows())
	return err
}

// writeIndex stands behind write in the list of files, so that this one is being
// written or done.
func (a *annotatedVCF) writeIndex(w io.Writer) error {
	<-a.done
	_, err := a.index.WriteTo(w)
	return err
}

// rows are the alleles that have a line.
func (a *annotatedVCF) rows() []reportvcf.Row {
	rows := make([]reportvcf.Row, 0, len(a.reported)+len(a.excluded))
	for _, v := range a.reported {
		if v.Line == nil {
			continue // a derived allele that no one REF and ALT can spell: its parts tell of it
		}
		row := a.row(v, "untiered", "")
		if len(v.Evaluations) > 0 {
			row.Tier = v.Evaluations[0].Tier
			row.Rule = v.Evaluations[0].TierRule + "/" + v.Evaluations[0].TierVersion
		}
		rows = append(rows, row)
	}
	for _, v := range a.excluded {
		if v.Line == nil {
			continue
		}
		rows = append(rows, a.row(v, "", v.Exclusion.Rule+"/"+v.Exclusion.Version))
	}
	return rows
}

func (a *annotatedVCF) row(v *variant.Variant, tier, rule string) reportvcf.Row {
	return reportvcf.Row{
		Line: v.Line, Tier: tier, Rule: rule, Derived: partNames(v),
		CSQ: func(add func([]byte)) error { return a.csq(v, add) },
	}
}

// csq hands over an allele's entries.
func (a *annotatedVCF) csq(v *variant.Variant, add func(entry []byte)) error {
	if v.Symbolic || v.Line == nil {
		return nil
	}
	name, err := a.genomicName(v)
	if err != nil {
		return err
	}
	var ids []string
	for _, h := range v.Hits {
		if h.ID != "" && !slices.Contains(ids, h.ID) {
			ids = append(ids, h.ID)
		}
	}
	entry := csq.Entry{
		Allele:   csq.AlleleText(v.Allele.Ref, []string{v.Allele.Alt}, 0),
		HGVSg:    []byte(name),
		Existing: ids,
	}
	for i := range v.Predictions {
		a.entry = a.entries.Append(a.entry[:0], &v.Predictions[i], &entry)
		add(a.entry)
	}
	joint := csq.Entry{Allele: entry.Allele}
	for _, pred := range a.jointPredictions(v) {
		a.entry = a.entries.Append(a.entry[:0], &pred, &joint)
		add(a.entry)
	}
	return nil
}

// run is the case's provenance.
func (p *phase) run(r *report.Report, clock *provenance.Clock, started time.Time, outputs []provenance.OutputDigest, warnings []string) (*provenance.Run, error) {
	bundleDir, err := filepath.Abs(p.Bundle)
	if err != nil {
		return nil, err
	}
	code := 0
	if r.Conclusion.Gate == gateFail {
		code = 4
	}
	run := &provenance.Run{
		Tool: p.Tool.Name, Version: p.Tool.Version, Revision: p.Revision, Go: p.GoVer, Command: p.Command,
		Started: started.UTC().Format(time.RFC3339), Finished: p.Now().UTC().Format(time.RFC3339), Threads: p.Threads,
		Case: p.name, Bundle: bundleDir, BundleSHA: p.bundle.Digest,
		Inputs: p.inputs, Counts: r.Counts, Stages: clock.Stages(), Outputs: outputs, Warnings: warnings,
		ExitCode: code, OldIndexes: p.oldIndex, IntendedUse: p.Tool.IntendedUse,
	}
	for _, d := range p.inputs {
		if d.Role == "bam" {
			run.BAMScope = d.Scope
		}
	}
	return run, nil
}

// genomicName is the allele's HGVS g. (or m.) name with the contig's RefSeq
// accession, or its own name where there is none.
func (p *phase) genomicName(v *variant.Variant) (string, error) {
	name, err := consequence.GenomicName(p.bases, v.Allele, contig.IsMitochondrial(v.Allele.Contig))
	if err != nil || name == "" {
		return "", err
	}
	accession := contig.Accession(contig.Assembly(p.bundle.Manifest.Assembly), v.Allele.Contig)
	if accession == "" {
		accession = v.Allele.Contig
	}
	return accession + ":" + name, nil
}
