package coverage

import (
	"fmt"
	"strings"

	"varpanel/stages/report"
)

// summary is the text to paste into a report: how much of the panel was read
// deep enough, which genes were not, and which were not looked at.
func (r *Result) summary(c *report.Coverage, passPercent int) string {
	if c.Panel.Length == 0 {
		return "No base of this panel can be assessed for coverage."
	}
	parts := []string{fmt.Sprintf("%s %% of this panel's target bases (%s of %s) %s read at %dx or more.",
		c.PanelPct, report.Count(r.passing(r.Panel)), report.Count(c.Panel.Length), was(r.passing(r.Panel)), c.PassDepth)}
	if r.NoSequence > 0 {
		parts = append(parts, fmt.Sprintf("This test has no sequence for %s of them, which %s as not read.",
			report.Count(r.NoSequence), one(r.NoSequence, "counts", "count")))
	}
	var low, unseen []string
	for i, g := range c.Genes {
		switch g.Pass {
		case Fail:
			low = append(low, fmt.Sprintf("%s %s %%", withTranscript(g), Pct(r.passing(r.Genes[i].Stat), g.Length)))
		case NotAssessed:
			unseen = append(unseen, g.Gene)
		}
	}
	parts = append(parts, lowSentence(low, len(c.Genes)-len(unseen), passPercent, c.PassDepth))
	if n := len(unseen); n > 0 {
		parts = append(parts, fmt.Sprintf("%s of the panel %s not assessed: %s.", report.Plural(n, "gene", "genes"), was(n), strings.Join(unseen, ", ")))
	}
	return strings.Join(parts, " ")
}

// lowSentence is about the genes below the pass line, of so many assessed.
func lowSentence(low []string, assessed, passPercent, depth int) string {
	line := func(whose string) string {
		return fmt.Sprintf("less than %d %% of %s bases at %dx", passPercent, whose, depth)
	}
	switch n := len(low); {
	case assessed == 0:
		return "No gene was assessed."
	case n == 0:
		return "No gene has " + line("its") + "."
	case n == 1:
		return "1 gene has " + line("its") + ": " + low[0] + "."
	default:
		return report.Count(n) + " genes have " + line("their") + ": " + strings.Join(low, ", ") + "."
	}
}

// withTranscript names a gene with what it was measured on.
func withTranscript(g report.GeneCoverage) string {
	if g.Transcript == "" {
		return g.Gene
	}
	return g.Gene + " (" + strings.ReplaceAll(g.Transcript, ";", ", ") + ")"
}

func was(n int) string { return one(n, "was", "were") }

func one(n int, single, many string) string {
	if n == 1 {
		return single
	}
	return many
}
