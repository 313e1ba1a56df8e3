package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"varpanel/annotate/consequence"
)

// newName gives today's Sequence Ontology names for ClinVar's.
var newName = map[string]string{
	"nonsense": "stop_gained", "initiator_codon_variant": "start_lost",
	"non-coding_transcript_variant": "non_coding_transcript_variant",
}

// literal tells whether MC's term is among ours under its own or its new name.
func literal(mc string, ours []string) bool {
	return slices.Contains(ours, mc) || newName[mc] != "" && slices.Contains(ours, newName[mc])
}

// alsoMetBy holds the terms that meet a term of MC by the rule.
var alsoMetBy = map[string][]string{
	"nonsense":                      {"frameshift_variant"},
	"intron_variant":                {"splice_region_variant"},
	"inframe_indel":                 {"inframe_insertion", "inframe_deletion"},
	"non-coding_transcript_variant": {"non_coding_transcript_exon_variant"},
}

// byRule is literal with the equivalents of the rule.
func byRule(mc string, ours []string) bool {
	return literal(mc, ours) || slices.ContainsFunc(alsoMetBy[mc], func(t string) bool { return slices.Contains(ours, t) })
}

// tract is a term of VEP's that neither MC nor csq has a word for: both call the
// 9th to 17th base before an exon intron_variant, and so it is compared. The
// number of records whose impact rests on it alone is printed beside.
const tract = "splice_polypyrimidine_tract_variant"

// impact gives the most severe impact of terms, by VEP's table; -1 for none.
// without is a term that does not count.
func impact(terms []string, without string) int {
	worst := -1
	for _, t := range terms {
		if t == without {
			continue
		}
		i := consequence.Modifier
		if known, ok := consequence.ParseTerm(cmp.Or(newName[t], t)); ok {
			i = known.Impact()
		} else if t == "inframe_indel" {
			i = consequence.Moderate
		}
		worst = max(worst, int(i))
	}
	return worst
}

func impactName(i int) string {
	if i < 0 {
		return "none"
	}
	return consequence.Impact(i).String()
}

// tally is a tool's score.
type tally struct{ literal, rule, higher, lower, tract int }

// report prints the scores and writes each disagreement.
func report(w io.Writer, out string, records []record, tools []tool) error {
	var rows strings.Builder
	rows.WriteString("tool\tid\tcontig\tpos\tref\talt\tgene\tmc\tterms\tmc_impact\timpact\tdisagreement\tnames\n")
	for _, t := range tools {
		s := score(t, records, &rows)
		fmt.Fprintf(w, "%s: a term of MC is among those for GENEINFO's gene in %d records literally, in %d of %d by the rule; "+
			"most severe impact higher in %d, lower in %d; higher by the polypyrimidine tract alone, for which MC and csq have no term, in %d\n",
			t.name, s.literal, s.rule, len(records), s.higher, s.lower, s.tract)
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(out, []byte(rows.String()), 0o640); err != nil {
		return err
	}
	fmt.Fprintf(w, "every disagreement is in %s\n", out)
	return nil
}

func score(t tool, records []record, rows *strings.Builder) tally {
	var s tally
	for _, r := range records {
		var terms, names []string
		for _, a := range t.answers[r.id] {
			if slices.Contains(r.genes, a.gene) {
				terms = append(terms, a.terms...)
				names = append(names, a.name)
			}
		}
		met := func(rule func(string, []string) bool) bool {
			return slices.ContainsFunc(r.terms, func(mc string) bool { return rule(mc, terms) })
		}
		var wrong []string
		if met(literal) {
			s.literal++
		}
		if met(byRule) {
			s.rule++
		} else {
			wrong = append(wrong, "term")
		}
		ours, theirs := impact(terms, tract), impact(r.terms, tract)
		if impact(terms, "") > max(ours, theirs) {
			s.tract++
			wrong = append(wrong, "impact-higher-by-tract")
		}
		switch {
		case ours > theirs:
			s.higher++
			wrong = append(wrong, "impact-higher")
		case ours < theirs:
			s.lower++
			wrong = append(wrong, "impact-lower")
		}
		if len(wrong) > 0 {
			c := r.columns
			fmt.Fprintf(rows, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", t.name, r.id, c[0], c[1], c[3], c[4],
				strings.Join(r.genes, ";"), strings.Join(r.terms, ";"), orDot(terms), impactName(theirs), impactName(ours),
				strings.Join(wrong, ";"), orDot(names))
		}
	}
	return s
}

func orDot(list []string) string {
	if len(list) == 0 {
		return "."
	}
	return strings.Join(list, ";")
}
