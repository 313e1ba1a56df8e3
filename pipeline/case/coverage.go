package cases

import (
	"context"
	"path/filepath"

	"varpanel/hts/fault"
	"varpanel/stages/coverage"
	"varpanel/stages/report"
)

// CoverageOptions say of which reads a bundle's coverage is measured.
type CoverageOptions struct {
	Bundle, BAM   string
	Profile       string // other than the bundle's own; a built-in name or a file
	Prefix        string // of the outputs' names
	AllowOldIndex bool
	FastMode      bool
	Threads       int
}

// Coverage measures a bundle's exons, genes and hotspots in a BAM file, and
// writes the tables of depth that Run writes of the same files: PREFIX and
// .coverage.genes.tsv, .coverage.exons.tsv, .coverage.panel.tsv, .gaps.bed,
// .gaps.tsv, .coverage.hotspots.tsv and, by reads alone, .callability.bed and
// .callability.tsv. Whose reads they are is not asked, and
// nothing is judged.
func Coverage(ctx context.Context, o CoverageOptions) (*report.Coverage, []string, error) {
	p := &phase{
		plan: &plan{Options: Options{
			Bundle: o.Bundle, Profile: o.Profile, AllowOldIndex: o.AllowOldIndex, FastMode: o.FastMode, Threads: o.Threads,
		}, normal: -1},
		know: &knowledge{},
	}
	if err := p.openBundle(); err != nil {
		return nil, nil, err
	}
	if err := p.openProfile(); err != nil {
		return nil, nil, err
	}
	if err := p.openReads(o.BAM); err != nil {
		return nil, nil, fault.Missing(err)
	}
	depth, err := p.depth()
	if err != nil {
		return nil, nil, err
	}
	if p.know.model, err = p.bundle.Transcripts(); err != nil {
		return nil, nil, err
	}
	if err := p.measureExons(ctx, depth, nil); err != nil {
		return nil, nil, err
	}
	name := newTranscriptNames(p.know.model).interval
	r := &report.Report{Coverage: p.coverage.Report(p.profile.Coverage.PassPercent, name)}
	r.Coverage.Callability = p.coverage.Callability(coverage.Caller{Absent: true}, name)
	r.Coverage.Hotspots = p.hotspotCoverage()
	out := &outputs{dir: filepath.Dir(o.Prefix)}
	defer out.discard()
	for _, f := range append(depthFiles(r), callabilityFiles(r)...) {
		if err := out.add(filepath.Base(o.Prefix)+f.suffix, f.write); err != nil {
			return nil, nil, err
		}
	}
	_, err = out.commit()
	return r.Coverage, append(p.warnings, p.coverage.Warnings...), err
}
