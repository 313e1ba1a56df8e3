package coverage

import (
	"fmt"
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

// Report writes the result as the report's rows. A gene passes when at least
// passPercent of its bases reach PassDepth; one that is not assessed, or has no
// base, neither passes nor fails.
func (r *Result) Report(passPercent int) *report.Coverage {
	out := &report.Coverage{
		Thresholds: r.Options.Thresholds,
		PassDepth:  r.Options.PassDepth,
		Definition: r.Options.Definition(),
		PanelPct:   Pct(r.passing(r.Panel), r.Panel.Length),
	}
	for _, g := range r.Genes {
		out.Genes = append(out.Genes, r.geneRow(g, passPercent))
	}
	for _, e := range r.Exons {
		out.Exons = append(out.Exons, exonRow(e))
		for _, g := range e.Gaps {
			out.Gaps = append(out.Gaps, report.Gap{
				Contig: e.Contig, Start: g.Start, End: g.End, Gene: e.Gene, Transcript: e.Transcript,
				Exon: strconv.Itoa(e.Number), MinDepth: g.Min, MaxDepth: g.Max,
			})
		}
	}
	out.Summary = r.summary(out, passPercent)
	return out
}

// passing is the number of bases at PassDepth, which is one of the thresholds.
func (r *Result) passing(s Stat) int {
	if i := slices.Index(r.Options.Thresholds, r.Options.PassDepth); i >= 0 && s.Length > 0 {
		return s.AtLeast[i]
	}
	return 0
}

func (r *Result) geneRow(g GeneStat, passPercent int) report.GeneCoverage {
	row := report.GeneCoverage{
		Gene: g.Gene, Transcript: strings.Join(g.Transcripts, ";"), State: g.State, Length: g.Length,
		Mean: g.Mean(), Pct: g.pcts(), Pass: Fail,
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
		Mean: e.Mean(), Pct: e.pcts(),
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

func (s Stat) pcts() []string {
	out := make([]string, len(s.AtLeast))
	for i, n := range s.AtLeast {
		out[i] = Pct(n, s.Length)
	}
	return out
}

// summary is the sentence to paste into a report, and the genes under the line.
func (r *Result) summary(c *report.Coverage, passPercent int) string {
	if r.Panel.Length == 0 {
		return "No base of this panel can be assessed for coverage."
	}
	n := r.passing(r.Panel)
	s := fmt.Sprintf("%s %% of this panel's target bases (%s of %s) were read at %dx or more.",
		c.PanelPct, report.Count(n), report.Count(r.Panel.Length), c.PassDepth)
	var low []string
	for i, g := range c.Genes {
		if g.Pass == Fail {
			low = append(low, fmt.Sprintf("%s %s %%", g.Gene, Pct(r.passing(r.Genes[i].Stat), g.Length)))
		}
	}
	if len(low) == 0 {
		return s + fmt.Sprintf(" Genes with less than %d %% of their bases at %dx: none.", passPercent, c.PassDepth)
	}
	return s + fmt.Sprintf(" Genes with less than %d %% of their bases at %dx: %s.", passPercent, c.PassDepth, strings.Join(low, ", "))
}

// Definition says in words which reads count, and how.
func (o Options) Definition() string {
	s := fmt.Sprintf("Depth leaves out reads with any of the SAM flags in %d%s and reads with a mapping quality below %d; no base quality is asked for. ",
		o.Flags, flagNames(o.Flags), o.MAPQ)
	if o.FastMode {
		return s + "Every read counts from its start to its end, deleted and skipped bases too, and overlapping mates count twice (mosdepth --fast-mode)."
	}
	return s + "Overlapping mates of a pair count once; deleted and skipped bases do not count (mosdepth's default)."
}

// flagNames gives " (unmapped, duplicate)" for the bits of flags.
func flagNames(flags int) string {
	names := [...]string{"paired", "proper pair", "unmapped", "mate unmapped", "reverse", "mate reverse",
		"first in pair", "second in pair", "secondary", "QC failed", "duplicate", "supplementary"}
	var set []string
	for i, name := range names {
		if flags>>i&1 == 1 {
			set = append(set, name)
		}
	}
	if set == nil {
		return ""
	}
	return " (" + strings.Join(set, ", ") + ")"
}
