package coverage

import (
	"slices"
	"strconv"
	"strings"

	"varpanel/stages/report"
)

// Words of GeneCoverage.Pass, and of State.
const (
	Pass         = "pass"
	Fail         = "fail"
	NotAssessed  = "not assessed"
	PartAssessed = "part assessed"
)

// Namer gives the c. (or n.) interval of a stretch (0-based half-open) on a
// transcript, in the transcript's direction; "" where it has none.
type Namer func(transcript, contig string, start, end int) string

// Report writes the result as the report's rows. A gene passes when at least
// passPercent of its bases reach PassDepth; one that is not assessed, or has no
// base, neither passes nor fails.
func (r *Result) Report(passPercent int, name Namer) *report.Coverage {
	out := &report.Coverage{
		Thresholds: r.Options.Thresholds,
		PassDepth:  r.Options.PassDepth,
		Definition: r.Options.Definition(),
		Code:       r.Options.Code(),
		Panel:      r.panelRow(),
	}
	out.Genes, out.Exons = make([]report.GeneCoverage, 0, len(r.Genes)), make([]report.ExonCoverage, 0, len(r.Exons))
	out.PanelPct = Pct(r.passing(r.Panel), out.Panel.Length)
	for _, g := range r.Genes {
		out.Genes = append(out.Genes, r.geneRow(g, passPercent))
	}
	for _, e := range r.Exons {
		out.Exons = append(out.Exons, exonRow(e))
		for _, g := range e.Gaps {
			out.Gaps = append(out.Gaps, report.Gap{
				Contig: e.Contig, Start: g.Start, End: g.End, Gene: e.Gene, Transcript: e.Transcript,
				Exon: strconv.Itoa(e.Number), HGVSc: name(e.Transcript, e.Contig, g.Start, g.End),
				MinDepth: g.Min, MaxDepth: g.Max,
			})
		}
	}
	out.Summary = r.summary(out, passPercent)
	return out
}

// ForgetBases lets the depths of bases go, which are most of a result. Callability is
// not called after it.
func (r *Result) ForgetBases() { r.ground = nil }

// Forget lets go of all but the reads' numbers and the options. Report and
// Callability are not called after it.
func (r *Result) Forget() { *r = Result{Options: r.Options, Reads: r.Reads} }

func (r *Result) panelRow() report.PanelCoverage {
	p := r.Panel
	row := report.PanelCoverage{
		Genes: len(r.Genes), Length: p.Length + r.NoSequence, NoSequence: r.NoSequence, Mean: p.Mean(),
		Pct: p.pcts(p.Length + r.NoSequence),
	}
	row.Min, row.Median, row.Max = p.extremes()
	return row
}

// passing is the number of bases at PassDepth, which is one of the thresholds.
func (r *Result) passing(s Stat) int {
	if i := slices.Index(r.Options.Thresholds, r.Options.PassDepth); i >= 0 && s.Length > 0 {
		return s.AtLeast[i]
	}
	return 0
}

// geneRow gives a gene's numbers over its bases that have sequence. A gene
// without any keeps its length, and 0 % of it reached any depth: it was not
// looked at.
func (r *Result) geneRow(g GeneStat, passPercent int) report.GeneCoverage {
	row := report.GeneCoverage{
		Gene: g.Gene, Transcript: strings.Join(g.Transcripts, ";"), State: g.State, Length: g.Length,
		Mean: g.Mean(), Pct: g.pcts(g.Length), Pass: Fail,
	}
	if g.Length == 0 {
		row.Length, row.Pct = g.NoSequence, g.pcts(g.NoSequence)
	}
	row.Min, row.Median, row.Max = g.extremes()
	switch {
	case g.Length == 0 || g.State == NotAssessed:
		row.Pass = NotAssessed
	case g.Passes(r.passing(g.Stat), passPercent):
		row.Pass = Pass
	}
	return row
}

func exonRow(e ExonStat) report.ExonCoverage {
	row := report.ExonCoverage{
		Gene: e.Gene, Transcript: e.Transcript, Exon: strconv.Itoa(e.Number),
		Contig: e.Contig, Start: e.Start + 1, End: e.End, Length: e.Length,
		Mean: e.Mean(), Pct: e.pcts(e.Length),
	}
	row.Min, row.Median, row.Max = e.extremes()
	return row
}

func (s Stat) extremes() (least, median, most string) {
	if s.Length == 0 {
		return "", "", ""
	}
	return strconv.Itoa(s.Min), strconv.Itoa(s.Median), strconv.Itoa(s.Max)
}

// pcts gives the percentage of so many bases at each threshold.
func (s Stat) pcts(of int) []string {
	out := make([]string, len(s.AtLeast))
	for i, n := range s.AtLeast {
		out[i] = Pct(n, of)
	}
	return out
}
