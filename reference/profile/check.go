package profile

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// check holds a profile against what its rules mean.
func (p *Profile) check() error {
	switch p.Type {
	case RareDisease, SolidTumour, HaemMyeloid, HaemLymphoid:
	case "":
		return errors.New("type is missing: one of " + strings.Join(Names(), ", "))
	default:
		return fmt.Errorf("type %q is none of %s%s", p.Type, strings.Join(Names(), ", "),
			suggest(string(p.Type), Names()))
	}
	for _, f := range [][2]string{{"name", p.Name}, {"version", p.Version}, {"source", p.Source}} {
		if f[1] == "" {
			return fmt.Errorf("%s is missing", f[0])
		}
	}
	for _, part := range []func() error{
		p.Coverage.check, p.checkHeads, p.Caller.check, p.checkRules, p.checkFrequency, p.checkConsequence, p.checkTiers,
	} {
		if err := part(); err != nil {
			return err
		}
	}
	return nil
}

// maxBaseQuality is the highest that SAM's text can write ("~").
const maxBaseQuality = 93

func (c Coverage) check() error {
	switch {
	case len(c.Thresholds) == 0 || !slices.IsSorted(c.Thresholds) || c.Thresholds[0] < 1 ||
		len(slices.Compact(slices.Clone(c.Thresholds))) != len(c.Thresholds):
		return errors.New("coverage.thresholds: a list of different depths above 0, ascending")
	case !slices.Contains(c.Thresholds, c.PassDepth):
		return fmt.Errorf("coverage.pass_depth: %d is not one of thresholds", c.PassDepth)
	case c.PassPercent < 0 || c.PassPercent > 100:
		return fmt.Errorf("coverage.pass_percent: %d is outside 0 to 100", c.PassPercent)
	case c.ExcludeFlags < 0 || c.ExcludeFlags > math.MaxUint16:
		return fmt.Errorf("coverage.exclude_flags: %d is outside 0 to %d", c.ExcludeFlags, math.MaxUint16)
	case c.IncludeFlags < 0 || c.IncludeFlags > math.MaxUint16:
		return fmt.Errorf("coverage.include_flags: %d is outside 0 to %d", c.IncludeFlags, math.MaxUint16)
	case c.IncludeFlags != 0 && c.IncludeFlags&^c.ExcludeFlags == 0:
		return fmt.Errorf("coverage.include_flags: %d are all among exclude_flags: no read would be counted", c.IncludeFlags)
	case c.MinBaseQuality < 0 || c.MinBaseQuality > maxBaseQuality:
		return fmt.Errorf("coverage.min_base_quality: %d is outside 0 to %d", c.MinBaseQuality, maxBaseQuality)
	case c.MinMappingQuality < 0 || c.MinMappingQuality > math.MaxUint8:
		return fmt.Errorf("coverage.min_mapping_quality: %d is outside 0 to %d", c.MinMappingQuality, math.MaxUint8)
	case c.Flank < 0 || c.Flank > 1000:
		return fmt.Errorf("coverage.coverage_flank: %d is outside 0 to 1000", c.Flank)
	}
	return nil
}

// checkHeads wants a version and a source for each part that holds a threshold.
func (p *Profile) checkHeads() error {
	heads := []struct{ part, version, source string }{
		{"coverage", p.Coverage.Version, p.Coverage.Source},
		{"hotspots", p.Hotspots.Version, p.Hotspots.Source},
		{"caller", p.Caller.Version, p.Caller.Source},
		{"rescue", p.Rescue.Version, p.Rescue.Source},
		{"tiers", p.Tiers.Version, p.Tiers.Source},
	}
	for _, h := range heads {
		switch {
		case h.version == "":
			return fmt.Errorf("%s.version is missing", h.part)
		case h.source == "":
			return fmt.Errorf("%s.source is missing: every threshold says where it comes from", h.part)
		}
	}
	switch {
	case p.Hotspots.MinDepth < 1:
		return errors.New("hotspots.min_depth: at least 1")
	case p.Hotspots.MinAltReads < 0 || p.Hotspots.MinVAF < 0 || p.Hotspots.MinVAF > 1:
		return errors.New("hotspots.min_alt_reads and min_vaf: from 0, a fraction up to 1")
	case p.Rescue.ClinVarStars < 1 || p.Rescue.ClinVarStars > 4:
		return errors.New("rescue.clinvar_min_stars: 1 to 4")
	}
	return nil
}

func (c Caller) check() error {
	lists := []struct {
		key    string
		places []string
	}{{"allele_depth", c.AlleleDepth}, {"alt_depth", c.AltDepth}, {"depth", c.Depth}, {"vaf", c.VAF}}
	for _, l := range lists {
		for _, place := range l.places {
			column, key, ok := strings.Cut(place, "/")
			if !ok || key == "" || column != "FORMAT" && column != "INFO" {
				return fmt.Errorf("caller.%s: %q is neither FORMAT/KEY nor INFO/KEY", l.key, place)
			}
		}
	}
	if !fraction(c.MosaicBelow) || !fraction(c.XMaleAltAbove) {
		return errors.New("caller: mosaic_below and x_male_alt_above are fractions, 0 to 1")
	}
	return nil
}

func fraction(f float64) bool { return f >= 0 && f <= 1 }

func (p *Profile) checkRules() error {
	r := &p.Rules
	required := []struct {
		id   string
		have bool
	}{
		{IDArtefactList, r.ArtefactList != nil}, {IDFilterFail, r.FilterFail != nil},
		{IDAltReads, r.AltReads != nil}, {IDOutsideTranscripts, r.OutsideTranscripts != nil},
		{IDReferenceUnknown, r.ReferenceUnknown != nil}, {IDSymbolic, r.Symbolic != nil},
	}
	for _, q := range required {
		if !q.have {
			return fmt.Errorf("rules.%s is missing: every profile has it", q.id)
		}
	}
	for _, n := range r.named() {
		switch h := n.head; {
		case h.Version == "":
			return fmt.Errorf("rules.%s.version is missing", n.id)
		case h.Source == "":
			return fmt.Errorf("rules.%s.source is missing: every threshold says where it comes from", n.id)
		case h.Missing != Pass && h.Missing != Fail && h.Missing != NotAssessable:
			return fmt.Errorf("rules.%s.missing: %q is none of pass, fail, not-assessable", n.id, h.Missing)
		}
	}
	switch {
	case r.Depth != nil && r.Depth.Min < 1:
		return errors.New("rules.depth.min: at least 1")
	case r.VAF != nil && (!fraction(r.VAF.Min) || !fraction(r.VAF.Mitochondrial)):
		return errors.New("rules.vaf: min and mitochondrial are fractions, 0 to 1")
	case r.AltReads.Min < 1:
		return errors.New("rules.alt-reads.min: at least 1: an allele without a supporting read is never kept")
	}
	return nil
}

type named struct {
	id   string
	head Head
}

// named lists the rules in force in the order of evaluation.
func (r *Rules) named() []named {
	var list []named
	if r.ArtefactList != nil {
		list = append(list, named{IDArtefactList, r.ArtefactList.Head})
	}
	if r.FilterFail != nil {
		list = append(list, named{IDFilterFail, r.FilterFail.Head})
	}
	if r.Frequency != nil {
		list = append(list, named{IDFrequency, r.Frequency.Head})
	}
	if r.Consequence != nil {
		list = append(list, named{IDConsequence, r.Consequence.Head})
	}
	if r.Depth != nil {
		list = append(list, named{IDDepth, r.Depth.Head})
	}
	if r.VAF != nil {
		list = append(list, named{IDVAF, r.VAF.Head})
	}
	if r.AltReads != nil {
		list = append(list, named{IDAltReads, r.AltReads.Head})
	}
	if r.OutsideTranscripts != nil {
		list = append(list, named{IDOutsideTranscripts, r.OutsideTranscripts.Head})
	}
	if r.ReferenceUnknown != nil {
		list = append(list, named{IDReferenceUnknown, r.ReferenceUnknown.Head})
	}
	if r.Symbolic != nil {
		list = append(list, named{IDSymbolic, r.Symbolic.Head})
	}
	return list
}

func (p *Profile) checkFrequency() error {
	f := p.Rules.Frequency
	if f == nil {
		return nil
	}
	known := []string{FieldAF, FieldPopmax, FieldPopulations}
	for _, field := range f.Fields {
		if !slices.Contains(known, field) {
			return fmt.Errorf("rules.frequency.fields: %q is none of %s%s", field, strings.Join(known, ", "),
				suggest(field, known))
		}
	}
	if f.AtLimit != Kept && f.AtLimit != Excluded {
		return fmt.Errorf("rules.frequency.at_limit: %q is neither %s nor %s", f.AtLimit, Kept, Excluded)
	}
	if err := p.checkLimits("rules.frequency", f.Limits); err != nil {
		return err
	}
	for i, r := range f.Relaxed {
		if len(r.Populations) == 0 {
			return fmt.Errorf("rules.frequency.relaxed %d: populations is missing", i+1)
		}
		if err := p.checkLimits(fmt.Sprintf("rules.frequency.relaxed %d", i+1), r.Limits); err != nil {
			return err
		}
	}
	return nil
}

func (p *Profile) checkLimits(where string, l Limits) error {
	type limit struct {
		key   string
		value float64
	}
	used := []limit{{"dominant", l.Dominant}, {"recessive", l.Recessive}, {"mitochondrial", l.Mitochondrial}}
	unused := []limit{{"somatic", l.Somatic}}
	if p.Type.Somatic() {
		used, unused = unused, used
	}
	for _, u := range used {
		if !(u.value > 0 && u.value <= 1) {
			return fmt.Errorf("%s.%s: a frequency above 0 and up to 1 is needed", where, u.key)
		}
	}
	for _, u := range unused {
		if u.value != 0 {
			return fmt.Errorf("%s.%s: has no meaning for type %s", where, u.key, p.Type)
		}
	}
	return nil
}

func (p *Profile) checkConsequence() error {
	c := p.Rules.Consequence
	if c == nil {
		return nil
	}
	if len(c.Exactly) == 0 {
		return errors.New("rules.consequence.exactly is missing: sets of terms that are excluded")
	}
	if err := checkTerms("rules.consequence.exactly", c.Exactly); err != nil {
		return err
	}
	for i, k := range c.Keep {
		if err := checkTerms(fmt.Sprintf("rules.consequence.keep %d", i+1), k.Consequence); err != nil {
			return err
		}
		switch {
		case k.Gene == "" || k.HGNCID == "" || len(k.Consequence) == 0:
			return fmt.Errorf("rules.consequence.keep %d: gene, hgnc_id and consequence are needed", i+1)
		case k.Source == "":
			return fmt.Errorf("rules.consequence.keep %d: source is missing", i+1)
		}
	}
	return nil
}

func (p *Profile) checkTiers() error {
	t := &p.Tiers
	if p.Type.Somatic() {
		switch {
		case t.TierIIStars < 1 || t.TierIIStars > 4:
			return errors.New("tiers.tier_ii_min_stars: 1 to 4")
		case !(t.TierIVAF > 0 && t.TierIVAF <= 1):
			return errors.New("tiers.tier_iv_min_af: a frequency above 0 and up to 1 is needed")
		case t.Confirm == "":
			return errors.New("tiers.confirm is missing: what a reader of a tier II row must do")
		case len(t.High)+len(t.Moderate)+len(t.NonCodingGene)+len(t.LossOfFunction)+len(t.Green) > 0:
			return fmt.Errorf("tiers: impact sets and green levels have no meaning for type %s", p.Type)
		}
		return nil
	}
	caps := []string{"1", "2", "3"}
	switch {
	case len(t.High) == 0 || len(t.Moderate) == 0 || len(t.LossOfFunction) == 0:
		return errors.New("tiers: high, moderate and loss_of_function are needed")
	case t.KnownStars < 1 || t.KnownStars > 4:
		return errors.New("tiers.known_min_stars: 1 to 4")
	case !slices.Contains(caps, t.UnknownInheritance) || !slices.Contains(caps, t.LossNotCausal):
		return errors.New("tiers: unknown_inheritance and loss_not_causal are 1, 2 or 3")
	case t.LossNotCausalPattern == "":
		return errors.New("tiers.loss_not_causal_prefix is missing")
	case t.TierIIStars != 0 || t.TierIIHotspot || t.TierIVAF != 0 || t.Confirm != "":
		return fmt.Errorf("tiers: tier_ii, tier_iv and confirm have no meaning for type %s", p.Type)
	}
	for _, set := range []struct {
		key   string
		terms []string
	}{{"high", t.High}, {"moderate", t.Moderate}, {"non_coding_gene", t.NonCodingGene}, {"loss_of_function", t.LossOfFunction}} {
		if err := checkTerms("tiers."+set.key, set.terms); err != nil {
			return err
		}
	}
	return nil
}
