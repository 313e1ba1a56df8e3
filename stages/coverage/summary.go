package coverage

import (
	"fmt"
	"slices"
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

// Summarise adds to the summary what callability, hotspots and known alleles
// say, once they are there.
func Summarise(c *report.Coverage) {
	for _, s := range []string{LowMapQSentence(c), DisagreementSentence(c), hotspotSentence(c), KnownSentence(c)} {
		if s != "" {
			c.Summary += " " + s
		}
	}
}

// maxNamed bounds how many genes one sentence spells out.
const maxNamed = 6

// DisagreementSentence says where the reads reach the pass depth and the caller
// saw less, or did not call; "" where it did.
func DisagreementSentence(c *report.Coverage) string {
	if c.Callability == nil || len(c.Callability.Disagreements) == 0 {
		return ""
	}
	less, none := counted(c.Callability.Rows[0], CallerLess), counted(c.Callability.Rows[0], NoCall)
	var what []string
	if less > 0 {
		what = append(what, fmt.Sprintf("the caller saw fewer than %d reads at %s", c.PassDepth, report.Plural(less, "base", "bases")))
	}
	if none > 0 {
		what = append(what, fmt.Sprintf("made no call at %s", report.Plural(none, "base", "bases")))
		if less == 0 {
			what[0] = "the caller " + what[0]
		}
	}
	var genes []string
	for _, d := range c.Callability.Disagreements {
		if !slices.Contains(genes, d.Gene) {
			genes = append(genes, d.Gene)
		}
	}
	return fmt.Sprintf("Reads and caller disagree: where %dx is reached, %s (%s). A variant there may not have been called.",
		c.PassDepth, strings.Join(what, " and "), someOf(genes))
}

// counted is a row's number of bases of a class.
func counted(r report.CallableRow, c Class) int { return r.Counts[slices.Index(Classes, c)] }

func someOf(genes []string) string {
	if n := len(genes) - maxNamed; n > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(genes[:maxNamed], ", "), n)
	}
	return strings.Join(genes, ", ")
}

// LowMapQSentence says where the pass depth is reached only with reads that may
// belong elsewhere; "" where it nowhere is.
func LowMapQSentence(c *report.Coverage) string {
	if c.Callability == nil {
		return ""
	}
	n := counted(c.Callability.Rows[0], LowMapQ)
	if n == 0 {
		return ""
	}
	var genes []string
	for _, r := range c.Callability.Rows {
		if r.Level == "gene" && counted(r, LowMapQ) > 0 {
			genes = append(genes, r.Gene)
		}
	}
	return fmt.Sprintf("%s %s %dx only with reads of low mapping quality (%s): a caller leaves such reads out.",
		report.Plural(n, "base", "bases"), one(n, "reaches", "reach"), c.PassDepth, someOf(genes))
}

// hotspotSentence says how many hotspots were read deep enough.
func hotspotSentence(c *report.Coverage) string {
	pass := 0
	for _, h := range c.Hotspots {
		if h.Pass == Pass {
			pass++
		}
	}
	switch n := len(c.Hotspots); n {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("The one hotspot of the panel was %sread at %dx or more.", one(pass, "", "not "), c.Hotspots[0].AskedFor)
	default:
		return fmt.Sprintf("%s of the panel's %s hotspots %s read at %dx or more.", report.Count(pass), report.Count(n), was(pass), c.Hotspots[0].AskedFor)
	}
}

// KnownSentence says how many known pathogenic alleles were not read deep enough;
// "" where all were, or none is known.
func KnownSentence(c *report.Coverage) string {
	if c.LowKnown == nil || len(c.LowKnown.Rows) == 0 {
		return ""
	}
	n := len(c.LowKnown.Rows)
	return fmt.Sprintf("%s of the panel (of %s looked at) %s below %dx: %s absence from this report says nothing.",
		report.Plural(n, "known pathogenic allele", "known pathogenic alleles"), report.Count(c.LowKnown.Listed), one(n, "lies", "lie"), c.PassDepth, one(n, "its", "their"))
}
