package report

import (
	"fmt"
	"slices"
	"strings"
)

// Limit is one thing that a report does not cover, in words for its first page.
type Limit struct {
	What string // "ATM, CHEK2: not assessed"
	Why  string // a sentence without its full stop; may be empty
}

// maxPlaces bounds how many places one limit spells out.
const maxPlaces = 12

// Limits gathers everything that a reader must not take for "looked at and
// found normal": genes without sequence, regions and repeats, records of kinds
// that are not assessed, hotspots without an answer, coverage without a BAM,
// notes on genes, and whatever was not evaluated. The order is fixed.
func Limits(r *Report) []Limit {
	var limits []Limit
	limits = append(limits, geneLimits(r.Test.Genes)...)
	if len(r.Test.Regions) > 0 {
		limits = append(limits, Limit{
			What: "Regions and repeats of the panel: not assessed by this test",
			Why:  strings.Join(r.Test.Regions, "; "),
		})
	}
	limits = append(limits, symbolicLimits(r.Excluded)...)
	limits = append(limits, hotspotLimits(r.Hotspots)...)
	if r.Coverage == nil && !slices.ContainsFunc(r.NotDone, func(n NotDone) bool { return strings.EqualFold(n.What, "coverage") }) {
		limits = append(limits, Limit{
			What: "Coverage: not assessed",
			Why:  "no BAM was given, so this report cannot tell a gene that was read and is normal from one that was not read",
		})
	}
	for _, n := range r.NotDone {
		limits = append(limits, Limit{What: UpperFirst(n.What) + ": not evaluated", Why: n.Why})
	}
	return limits
}

func geneLimits(genes []Gene) []Limit {
	var whole []string
	var limits []Limit
	for _, g := range genes {
		switch g.State {
		case "not assessed":
			whole = append(whole, g.Symbol)
		case "part assessed":
			limits = append(limits, Limit{What: g.Symbol + ": assessed in part only", Why: missingPart(g)})
		}
	}
	if len(whole) > 0 {
		limits = append([]Limit{{
			What: fmt.Sprintf("%s not assessed: %s", Plural(len(whole), "gene", "genes"), strings.Join(whole, ", ")),
			Why:  "this test has no sequence for them; no variant in them can be seen",
		}}, limits...)
	}
	for _, g := range genes {
		for _, n := range g.Notes {
			if !saysState(g, n) {
				limits = append(limits, Limit{What: g.Symbol + ": read with care", Why: n})
			}
		}
	}
	return limits
}

// saysState tells whether a note of a gene says no more than its state, as in
// "part assessed: 1,177 of 2,301 coding bases have no sequence".
func saysState(g Gene, note string) bool {
	return g.State != "assessed" && strings.HasPrefix(note, g.State+": ")
}

// missingPart says what of a gene has no sequence: in short where a note has
// it, else exon by exon.
func missingPart(g Gene) string {
	for _, n := range g.Notes {
		if saysState(g, n) {
			return strings.TrimPrefix(n, g.State+": ")
		}
	}
	return "without sequence in this test: " + strings.Join(g.NotAssessed, "; ")
}

func symbolicLimits(excluded []Excluded) []Limit {
	var places []string
	n := 0
	for _, e := range excluded {
		if !strings.HasPrefix(e.Rule, "symbolic") {
			continue
		}
		if n++; n <= maxPlaces {
			place := fmt.Sprintf("%s:%d %s", e.Contig, e.Pos, e.Alt)
			if e.Gene != "" {
				place = e.Gene + " " + place
			}
			places = append(places, place)
		}
	}
	if n == 0 {
		return nil
	}
	if n > maxPlaces {
		places = append(places, fmt.Sprintf("and %s more in the list of excluded alleles", Count(n-maxPlaces)))
	}
	return []Limit{{
		What: Plural(n, "symbolic, copy-number or repeat record", "symbolic, copy-number or repeat records") +
			" inside the panel: not assessed by this test",
		Why: strings.Join(places, "; "),
	}}
}

func hotspotLimits(hotspots []Hotspot) []Limit {
	var names []string
	for _, h := range hotspots {
		if h.Status != "not-assessable" {
			continue
		}
		name := h.Name
		if h.Why != "" {
			name += " (" + h.Why + ")"
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return nil
	}
	return []Limit{{
		What: fmt.Sprintf("%s of %s: not assessable", Count(len(names)), Plural(len(hotspots), "hotspot", "hotspots")),
		Why:  strings.Join(names, "; "),
	}}
}
