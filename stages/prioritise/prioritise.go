package prioritise

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"varpanel/annotate/consequence"
	"varpanel/reference/panel"
	"varpanel/reference/profile"
	"varpanel/stages/filter"
	"varpanel/stages/sex"
	"varpanel/stages/variant"
)

// Options are what tiers and order need beside the alleles.
type Options struct {
	Profile *profile.Profile
	Filter  *filter.Filter
	Loci    *sex.Loci
	// Genes are the panel's genes by HGNC id.
	Genes map[string]*panel.Gene
	// Rank gives a contig's place in the bundle's order.
	Rank func(contig string) int
}

// Apply gives every evaluation of the reported alleles its tier, puts each
// allele's evaluations in order (the first is the row's; flags name the
// others), and returns the reported alleles in the order of the report.
// Excluded alleles in the list are given no tier; their evaluations are put in
// order by severity. The order is total: it does not depend on that of the
// list.
func Apply(variants []*variant.Variant, o Options) ([]*variant.Variant, error) {
	var rows []row
	for _, v := range variants {
		if v.Exclusion != nil {
			orderEvaluations(v)
			continue
		}
		r := row{v: v, known: o.knowledgeOf(v), contig: o.Rank(v.Allele.Contig)}
		if err := o.tier(v, r.known); err != nil {
			return nil, err
		}
		orderEvaluations(v)
		for _, e := range v.Evaluations[min(1, len(v.Evaluations)):] {
			v.Flag("also:" + e.Gene + ":" + e.Tier)
		}
		rows = append(rows, r)
	}
	slices.SortFunc(rows, compareRows)
	out := make([]*variant.Variant, len(rows))
	for i, r := range rows {
		out[i] = r.v
	}
	return out, nil
}

// decision is a tier with the rule that gave it.
type decision struct {
	tier, rule string
	evidence   []string
}

func (o Options) tier(v *variant.Variant, k knowledge) error {
	for i := range v.Evaluations {
		e := &v.Evaluations[i]
		if filter.Dropped(e) {
			continue
		}
		var d decision
		if o.Profile.Type.Somatic() {
			var err error
			if d, err = o.somatic(v, k); err != nil {
				return err
			}
		} else {
			d = o.rareDisease(v, e, k)
		}
		e.Tier, e.TierRule, e.TierVersion = d.tier, d.rule, o.Profile.Tiers.Version
		e.Evidence = append(e.Evidence, k.words...)
		e.Evidence = append(e.Evidence, d.evidence...)
	}
	return nil
}

// row is a reported allele with what its order depends on.
type row struct {
	v      *variant.Variant
	known  knowledge
	contig int
}

// compareRows: tier; then the number of independent kinds of evidence that the
// allele is a known variant; its stars; impact and severity of the
// consequence; then the genome's order.
func compareRows(a, b row) int {
	return cmp.Or(
		cmp.Compare(tierRank(tierOf(a.v)), tierRank(tierOf(b.v))),
		cmp.Compare(b.known.kinds(), a.known.kinds()),
		cmp.Compare(b.known.stars, a.known.stars),
		cmp.Compare(impactOf(b.v), impactOf(a.v)),
		cmp.Compare(severityOf(a.v), severityOf(b.v)),
		cmp.Compare(a.contig, b.contig),
		cmp.Compare(a.v.Allele.Contig, b.v.Allele.Contig),
		cmp.Compare(a.v.Allele.Pos, b.v.Allele.Pos),
		cmp.Compare(a.v.Allele.Ref, b.v.Allele.Ref),
		cmp.Compare(a.v.Allele.Alt, b.v.Allele.Alt),
	)
}

// tiers lists every tier, the highest first.
var tiers = []string{"1", "I", "2", "II", "3", "III", "IV", filter.Untiered}

func tierRank(tier string) int {
	if i := slices.Index(tiers, tier); i >= 0 {
		return i
	}
	return len(tiers)
}

func tierOf(v *variant.Variant) string {
	if len(v.Evaluations) == 0 {
		return ""
	}
	return v.Evaluations[0].Tier
}

func impactOf(v *variant.Variant) consequence.Impact {
	if len(v.Evaluations) == 0 {
		return consequence.Modifier
	}
	terms := filter.TermsOf(v, &v.Evaluations[0])
	if len(terms) == 0 {
		return consequence.Modifier
	}
	return terms[0].Impact()
}

func severityOf(v *variant.Variant) int {
	if len(v.Evaluations) == 0 {
		return math.MaxInt
	}
	return filter.Severity(v, &v.Evaluations[0])
}

// orderEvaluations puts the row's gene first: the highest tier, then severity,
// then HGNC id. An excluded allele has no tier: what a rule dropped for one
// gene says nothing about which gene its row should name.
func orderEvaluations(v *variant.Variant) {
	rank := func(e variant.Evaluation) int {
		if v.Exclusion != nil {
			return 0
		}
		return tierRank(e.Tier)
	}
	slices.SortStableFunc(v.Evaluations, func(a, b variant.Evaluation) int {
		return cmp.Or(
			cmp.Compare(rank(a), rank(b)),
			cmp.Compare(filter.Severity(v, &a), filter.Severity(v, &b)),
			cmp.Compare(hgncNumber(a.HGNCID), hgncNumber(b.HGNCID)),
			cmp.Compare(a.Gene, b.Gene),
		)
	})
}

// hgncNumber gives the number of an id such as HGNC:1100; one without a number
// comes last.
func hgncNumber(id string) int {
	n, err := strconv.Atoi(strings.TrimPrefix(id, "HGNC:"))
	if err != nil {
		return math.MaxInt
	}
	return n
}

func ruleText(p *profile.Profile, rule, words string) string {
	return fmt.Sprintf("rule %s %s: %s", rule, p.Tiers.Version, words)
}
