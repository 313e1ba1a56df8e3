package coverage

import (
	"fmt"
	"slices"
	"strings"

	"varpanel/stages/report"
)

// CallerClasses are the classes of a result without reads, in order: what a gVCF
// says by itself. LowDepth is of the caller's own depth there, and a base without
// a record is a NoCall.
var CallerClasses = []Class{NotTargeted, LowDepth, NoCall, Filtered, DepthUnknown, Callable}

// CallerCode says in the tables of a gVCF whose depth theirs is.
const CallerCode = "caller=MIN_DP,DP"

const callerAloneWords = "No reads were given and the calls are a gVCF: depth is the caller's own, that of its blocks (MIN_DP, the lowest of a block's bases, or DP) and of its variants. " +
	"A base without a record was not called. What the reads show is not known."

// Unread is the result of a case without reads, whose bases a gVCF can class: of
// Report and Callability only the latter says anything.
func Unread(exons []Exon, passDepth int) *Result {
	r := &Result{Options: Options{PassDepth: passDepth}, unread: true, rows: exons, groups: byGene(exons), ground: map[string]*territory{}}
	for _, t := range unite(exons, nil) {
		r.ground[t.contig] = t
	}
	for _, rows := range r.groups {
		r.Genes = append(r.Genes, r.named(rows))
	}
	return r
}

// classifyCalls gives the classes of a stretch's bases by the calls alone.
func (c *classifier) classifyCalls(t *territory, i int) []Class {
	in := t.stretches[i]
	out := make([]Class, in.End-in.Start)
	for j := range out {
		out[j] = Callable
	}
	records := c.seen[t.contig].over(in.Start, in.End)
	for _, s := range records {
		for j := max(s.Start-in.Start, 0); j < min(s.End-in.Start, len(out)); j++ {
			out[j].take(s)
		}
	}
	for j, depth := range c.callerDepths(records, in.Start, in.End) {
		switch {
		case depth == notSeen:
			out[j] = NoCall
		case depth >= 0 && int(depth) < c.Options.PassDepth:
			out[j] = LowDepth
		case depth == notKnown && out[j] == Callable:
			out[j] = DepthUnknown
		}
	}
	return out
}

// CallerSentence says how much of the panel a gVCF alone shows to be callable, and
// in which genes it does not; "" where there is nothing to say it of.
func CallerSentence(c *report.Callability, passDepth int) string {
	if c == nil || c.Rows[0].Length == 0 {
		return ""
	}
	of := func(r report.CallableRow) int { return r.Counts[slices.Index(CallerClasses, Callable)] }
	panel := c.Rows[0]
	text := fmt.Sprintf("By the gVCF alone, %s %% of this panel's target bases (%s of %s) %s called at %dx or more.",
		Pct(of(panel), panel.Length), report.Count(of(panel)), report.Count(panel.Length), was(of(panel)), passDepth)
	var genes []string
	for _, r := range c.Rows {
		if r.Level == "gene" && of(r) < r.Length {
			genes = append(genes, fmt.Sprintf("%s %s %%", r.Gene, Pct(of(r), r.Length)))
		}
	}
	if len(genes) == 0 {
		return text
	}
	return text + fmt.Sprintf(" Not in full: %s. What was not called is not negative.", strings.TrimSuffix(someOf(genes), "."))
}
