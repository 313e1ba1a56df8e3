package prioritise

import (
	"fmt"

	"varpanel/reference/profile"
	"varpanel/stages/variant"
)

// Rules of the somatic tiers. Tier I needs the tumour type and is never given
// without it.
const (
	RuleWithoutTherapy = "tier-ii-without-therapy-evidence"
	RuleNoEvidence     = "tier-iii-no-evidence"
	RuleCommon         = "tier-iv-common"
)

// somatic gives tiers II to IV. What is known as pathogenic or as a hotspot is
// never tier IV, however common.
func (o Options) somatic(v *variant.Variant, k knowledge) (decision, error) {
	t := &o.Profile.Tiers
	if k.pathogenic && k.stars >= t.TierIIStars || k.hotspot && t.TierIIHotspot {
		words := fmt.Sprintf("ClinVar P/LP of %s", starText(t.TierIIStars))
		if t.TierIIHotspot {
			words += " or a hotspot entry"
		}
		words += " in a gene of the panel, without therapy evidence, " + t.Confirm
		return decision{tier: "II", rule: RuleWithoutTherapy, evidence: []string{ruleText(o.Profile, RuleWithoutTherapy, words)}}, nil
	}
	af, from, known, err := o.Filter.PopulationAF(v)
	if err != nil {
		return decision{}, err
	}
	if known && af >= t.TierIVAF && !k.pathogenic && !k.hotspot {
		words := fmt.Sprintf("%s=%s, at least %s", from, profile.Number(af), profile.Number(t.TierIVAF))
		return decision{tier: "IV", rule: RuleCommon, evidence: []string{ruleText(o.Profile, RuleCommon, words)}}, nil
	}
	words := "neither ClinVar P/LP of enough stars nor a hotspot entry"
	return decision{tier: "III", rule: RuleNoEvidence, evidence: []string{ruleText(o.Profile, RuleNoEvidence, words)}}, nil
}
