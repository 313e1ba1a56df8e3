package prioritise

import (
	"slices"
	"strings"

	"varpanel/annotate/consequence"
	"varpanel/reference/panel"
	"varpanel/stages/filter"
	"varpanel/stages/inherit"
	"varpanel/stages/variant"
)

// Rules of the rare-disease tiers, after Genomics England's small variant
// tiering.
const (
	RuleKnown         = "tier-1-known-plp"
	RuleHigh          = "tier-1-high-impact"
	RuleModerate      = "tier-2-moderate-impact"
	RuleNonCodingGene = "tier-2-non-coding-gene"
	RuleNotGreen      = "tier-3-gene-not-green"
	RuleModeNotMet    = "untiered-mode-of-inheritance-not-met"
	RuleLowImpact     = "untiered-impact"
)

// Flags of the rare-disease tiers.
const (
	FlagLossNotCausal = "loss-of-function-not-causal"
	FlagPathogenicity = "mode-of-pathogenicity"
)

func (o Options) rareDisease(v *variant.Variant, e *variant.Evaluation, k knowledge) decision {
	if len(e.Inheritance) == 0 {
		return decision{tier: filter.Untiered, rule: RuleModeNotMet}
	}
	gene := o.Genes[e.HGNCID]
	d := o.byImpact(v, e, gene)
	if k.pathogenic && k.stars >= o.Profile.Tiers.KnownStars {
		d = decision{tier: "1", rule: RuleKnown}
	}
	if d.tier == filter.Untiered {
		return d
	}
	if gene != nil && !slices.Contains(o.Profile.Tiers.Green, gene.Confidence) {
		return decision{tier: "3", rule: RuleNotGreen}
	}
	locus := o.Loci.Of(v.Allele.Contig, v.Allele.Pos, v.Allele.End())
	if inherit.Uncertain(panel.MOI(e.PanelMOI), locus) {
		d.cap(o.Profile.Tiers.UnknownInheritance, "the mode of inheritance is not known for this chromosome")
	}
	return d
}

// byImpact gives the tier of criteria 1 to 5 from the consequence alone.
func (o Options) byImpact(v *variant.Variant, e *variant.Evaluation, gene *panel.Gene) decision {
	t := &o.Profile.Tiers
	terms := filter.TermsOf(v, e)
	switch {
	case anyOf(terms, t.High):
		d := decision{tier: "1", rule: RuleHigh}
		o.pathogenicity(v, terms, gene, &d)
		return d
	case anyOf(terms, t.Moderate):
		return decision{tier: "2", rule: RuleModerate}
	case anyOf(terms, t.NonCodingGene) && nonCoding(v, e):
		return decision{tier: "2", rule: RuleNonCodingGene}
	}
	return decision{tier: filter.Untiered, rule: RuleLowImpact}
}

// pathogenicity lowers loss of function in a gene whose disease it does not
// cause, and flags every other stated mode of pathogenicity.
func (o Options) pathogenicity(v *variant.Variant, terms []consequence.Term, gene *panel.Gene, d *decision) {
	if gene == nil || gene.ModeOfPathogenicity == "" {
		return
	}
	t := &o.Profile.Tiers
	if !hasPrefixFold(gene.ModeOfPathogenicity, t.LossNotCausalPattern) {
		v.Flag(FlagPathogenicity)
		return
	}
	if anyOf(terms, t.LossOfFunction) {
		v.Flag(FlagLossNotCausal)
		d.cap(t.LossNotCausal, "the panel says that loss of function does not cause this disease")
	}
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// cap lowers a tier to at best `best` and says why.
func (d *decision) cap(best, why string) {
	if tierRank(d.tier) < tierRank(best) {
		d.tier = best
		d.evidence = append(d.evidence, "tier lowered to "+best+": "+why)
	}
}

func anyOf(terms []consequence.Term, set []string) bool {
	return slices.ContainsFunc(terms, func(t consequence.Term) bool { return slices.Contains(set, t.String()) })
}

// nonCoding tells whether the chosen transcript has no coding sequence.
func nonCoding(v *variant.Variant, e *variant.Evaluation) bool {
	tr := v.Predictions[e.Prediction].Transcript
	return tr != nil && tr.CDSStart < 0
}
