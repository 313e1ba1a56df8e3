package filter

import (
	"slices"
	"strconv"
	"strings"

	"varpanel/annotate/source"
	"varpanel/reference/profile"
	"varpanel/stages/sex"
	"varpanel/stages/variant"
)

func (f *Filter) artefact(v *variant.Variant, _ Facts) error {
	h := f.listed(v, source.Artefact)
	if h == nil {
		return nil
	}
	observed := h.Source
	if reason := f.sources[h.Source].Value(*h, source.FieldReason); reason != "" {
		observed += ": " + reason
	}
	f.exclude(v, profile.IDArtefactList, observed, "not on an artefact list")
	return nil
}

// filterColumn reads the FILTERs of all merged records. PASS in one of them
// passes, flagged where another failed: two callers that disagree are for the
// reader, and a call that passed is never lost by a second one. An id that the
// profile lists neither fails nor makes up for one that does.
func (f *Filter) filterColumn(v *variant.Variant, _ Facts) error {
	rule := f.profile.Rules.FilterFail
	pass := slices.Contains(v.Filters, "PASS")
	unfiltered := len(v.Filters) == 0 || slices.Contains(v.Filters, ".")
	var failed []string
	for _, id := range v.Filters {
		if id != "PASS" && id != "." && !slices.Contains(rule.Pass, id) {
			failed = append(failed, id)
		}
	}
	if unfiltered {
		v.Flag(FlagUnfiltered)
	}
	if len(failed) == 0 && unfiltered && !pass && rule.Missing == profile.Fail {
		failed = []string{"."}
	}
	switch {
	case len(failed) == 0:
	case pass:
		v.Flag(FlagMixedFilter)
	case f.overridesFilter(v):
		v.Flag(overridden + profile.IDFilterFail)
	default:
		f.exclude(v, profile.IDFilterFail, strings.Join(failed, ";"), strings.Join(append([]string{"PASS"}, rule.Pass...), ", "))
	}
	return nil
}

func (f *Filter) overridesFilter(v *variant.Variant) bool {
	return slices.Contains(v.Rescue, RescueInclude) ||
		f.profile.Rescue.HotspotFilters && slices.Contains(v.Rescue, RescueHotspot)
}

func (f *Filter) depth(v *variant.Variant, _ Facts) error {
	rule := f.profile.Rules.Depth
	if rule == nil {
		return nil
	}
	said := cannotTell
	if d := v.Reads.Depth; d.Known {
		said = below(d.N < rule.Min)
	}
	f.conclude(v, profile.IDDepth, rule.Missing, said, strconv.Itoa(v.Reads.Depth.N), ">= "+strconv.Itoa(rule.Min))
	return nil
}

func below(is bool) verdict {
	if is {
		return excludes
	}
	return keeps
}

func (f *Filter) vaf(v *variant.Variant, facts Facts) error {
	rule := f.profile.Rules.VAF
	if rule == nil {
		return nil
	}
	least := rule.Min
	if facts.Locus == sex.Mitochondrial {
		least = rule.Mitochondrial
	}
	said := cannotTell
	if v.Reads.VAF.Known {
		said = below(v.Reads.VAF.F < least)
	}
	f.conclude(v, profile.IDVAF, rule.Missing, said, profile.Number(v.Reads.VAF.F), ">= "+profile.Number(least))
	return nil
}

// altReads excludes an allele without a supporting read whatever rescues it.
func (f *Filter) altReads(v *variant.Variant, _ Facts) error {
	rule := f.profile.Rules.AltReads
	n := v.Reads.AltDepth
	threshold := ">= " + strconv.Itoa(rule.Min)
	switch {
	case n.Known && n.N == 0:
		f.exclude(v, profile.IDAltReads, "0", threshold)
		return nil
	case !n.Known && v.Reads.VAF.Known && v.Reads.VAF.F == 0:
		f.exclude(v, profile.IDAltReads, "0 (VAF 0)", threshold)
		return nil
	}
	said := cannotTell
	if n.Known {
		said = below(n.N < rule.Min)
	}
	f.conclude(v, profile.IDAltReads, rule.Missing, said, strconv.Itoa(n.N), threshold)
	return nil
}

// place excludes what has no gene of the panel, or no reference to be read
// against. Nothing rescues it.
func (f *Filter) place(v *variant.Variant, facts Facts) error {
	switch {
	case len(v.Evaluations) == 0:
		f.exclude(v, profile.IDOutsideTranscripts, "no panel transcript", "touches a panel transcript")
	case facts.ReferenceUnknown:
		f.exclude(v, profile.IDReferenceUnknown, "N in the reference", "known bases")
	}
	return nil
}
