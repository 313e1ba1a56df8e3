package filter

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"varpanel/annotate/consequence"
	"varpanel/reference/profile"
	"varpanel/stages/variant"
)

// consequences is the consequence rule with its sets of terms in one spelling.
type consequences struct {
	rule    *profile.ConsequenceRule
	exactly map[string]bool
	keep    []map[string]bool // one an exception
}

func newConsequences(rule *profile.ConsequenceRule) *consequences {
	if rule == nil {
		return nil
	}
	c := &consequences{rule: rule, exactly: canonicalSet(rule.Exactly)}
	for _, k := range rule.Keep {
		c.keep = append(c.keep, canonicalSet(k.Consequence))
	}
	return c
}

func canonicalSet(sets []string) map[string]bool {
	m := make(map[string]bool, len(sets))
	for _, s := range sets {
		m[canonical(strings.Split(s, "&"))] = true
	}
	return m
}

// canonical gives a set of terms in one order, each once.
func canonical(terms []string) string {
	terms = slices.Clone(terms)
	slices.Sort(terms)
	return strings.Join(slices.Compact(terms), "&")
}

// TermsOf gives the terms of an evaluation's chosen transcript, nil where it
// has none.
func TermsOf(v *variant.Variant, e *variant.Evaluation) []consequence.Term {
	if e.Prediction < 0 || e.Prediction >= len(v.Predictions) {
		return nil
	}
	return v.Predictions[e.Prediction].Terms
}

func names(terms []consequence.Term) []string {
	out := make([]string, len(terms))
	for i, t := range terms {
		out[i] = t.String()
	}
	return out
}

// consequenceRule drops each gene's evaluation by its own terms, and excludes
// the allele when no evaluation is left.
func (f *Filter) consequenceRule(v *variant.Variant, _ Facts) error {
	if f.consequence == nil {
		return nil
	}
	rule := f.consequence.rule
	f.perGene(v, profile.IDConsequence, rule.Missing, func(e *variant.Evaluation) (verdict, string, string) {
		terms := TermsOf(v, e)
		if len(terms) == 0 {
			return cannotTell, "", ""
		}
		seen := names(terms)
		key := canonical(seen)
		if !f.consequence.exactly[key] || f.consequence.excepted(e, key) {
			return keeps, "", ""
		}
		return excludes, strings.Join(seen, "&"), "not exactly " + strings.Join(seen, "&")
	})
	return nil
}

func (c *consequences) excepted(e *variant.Evaluation, key string) bool {
	for i, k := range c.rule.Keep {
		sameGene := e.HGNCID != "" && e.HGNCID == k.HGNCID || e.HGNCID == "" && strings.EqualFold(e.Gene, k.Gene)
		if sameGene && c.keep[i][key] {
			return true
		}
	}
	return false
}

// perGene evaluates a rule for each evaluation that no rule dropped before.
// When some are left, the dropped ones become untiered; when none is, the rule
// excludes the allele with what it saw for the gene of the most severe
// consequence, which is the one that the row names. A rescued allele
// keeps every evaluation.
func (f *Filter) perGene(v *variant.Variant, id string, missing profile.Missing,
	says func(*variant.Evaluation) (said verdict, observed, threshold string)) {
	type drop struct {
		e                   *variant.Evaluation
		observed, threshold string
	}
	var dropped []drop
	left, unknown := 0, false
	for i := range v.Evaluations {
		e := &v.Evaluations[i]
		if Dropped(e) {
			continue
		}
		said, observed, threshold := says(e)
		if said == cannotTell {
			unknown = unknown || missing == profile.NotAssessable
			if missing == profile.Fail {
				said, observed = excludes, "."
			}
		}
		if said == excludes {
			dropped = append(dropped, drop{e, observed, threshold})
		} else {
			left++
		}
	}
	if unknown {
		v.Flag(id + notAssessable)
	}
	switch {
	case len(dropped) == 0:
	case len(v.Rescue) > 0:
		v.Flag(overridden + id)
	case left == 0:
		worst := slices.MinFunc(dropped, func(a, b drop) int { return cmp.Compare(Severity(v, a.e), Severity(v, b.e)) })
		f.exclude(v, id, worst.observed, worst.threshold)
	default:
		for _, d := range dropped {
			d.e.Tier, d.e.TierRule, d.e.TierVersion = Untiered, id, f.version(id)
			d.e.Evidence = append(d.e.Evidence, id+": "+d.observed+", wanted "+d.threshold)
		}
	}
}

// Severity ranks an evaluation by its most severe term, 0 the most severe.
func Severity(v *variant.Variant, e *variant.Evaluation) int {
	if terms := TermsOf(v, e); len(terms) > 0 {
		return int(slices.Min(terms))
	}
	return math.MaxInt
}

// Dropped tells whether a rule dropped an evaluation for its gene while another
// gene keeps the allele. It is neither tiered nor half of a compound
// heterozygote.
func Dropped(e *variant.Evaluation) bool { return e.Tier == Untiered && rescuable(e.TierRule) }
