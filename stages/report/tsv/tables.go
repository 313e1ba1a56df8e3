package tsv

import (
	"io"

	"varpanel/stages/report"
)

// Variants writes variants.tsv: every allele that no rule excluded, by rank.
func Variants(w io.Writer, r *report.Report) error {
	type V = report.Variant
	return write(w, []column[V]{
		{"rank", integer(func(v *V) int { return v.Rank })},
		{"tier", func(v *V) string { return v.Tier }},
		{"gene", func(v *V) string { return v.Gene }},
		{"hgnc_id", func(v *V) string { return v.HGNCID }},
		{"transcript", func(v *V) string { return v.Transcript }},
		{"hgvs_c", func(v *V) string { return v.HGVSc }},
		{"hgvs_p", func(v *V) string { return v.HGVSp }},
		{"consequence", func(v *V) string { return v.Consequence }},
		{"impact", func(v *V) string { return v.Impact }},
		{"contig", func(v *V) string { return v.Contig }},
		{"pos", integer(func(v *V) int { return v.Pos })},
		{"ref", func(v *V) string { return v.Ref }},
		{"alt", func(v *V) string { return v.Alt }},
		{"filter", func(v *V) string { return list(v.Filter) }},
		{"zygosity", func(v *V) string { return v.Zygosity }},
		{"depth", func(v *V) string { return v.Depth }},
		{"alt_depth", func(v *V) string { return v.AltDepth }},
		{"vaf", func(v *V) string { return v.VAF }},
		{"inheritance", func(v *V) string { return list(v.Inheritance) }},
		{"panel_moi", func(v *V) string { return v.PanelMOI }},
		{"population_af", func(v *V) string { return v.PopulationAF }},
		{"population_source", func(v *V) string { return v.PopulationSource }},
		{"clinvar_significance", func(v *V) string { return v.ClinVarSignificance }},
		{"clinvar_stars", func(v *V) string { return v.ClinVarStars }},
		{"classification", func(v *V) string { return v.Classification }},
		{"points", func(v *V) string { return v.Points }},
		{"evidence", func(v *V) string { return list(v.Evidence) }},
		{"rescue", func(v *V) string { return list(v.Rescue) }},
		{"flags", func(v *V) string { return list(v.Flags) }},
	}, r.Variants)
}

// Excluded writes excluded.tsv: every other allele, with the first rule that
// excluded it.
func Excluded(w io.Writer, r *report.Report) error {
	type E = report.Excluded
	return write(w, []column[E]{
		{"contig", func(e *E) string { return e.Contig }},
		{"pos", integer(func(e *E) int { return e.Pos })},
		{"ref", func(e *E) string { return e.Ref }},
		{"alt", func(e *E) string { return e.Alt }},
		{"gene", func(e *E) string { return e.Gene }},
		{"transcript", func(e *E) string { return e.Transcript }},
		{"hgvs_c", func(e *E) string { return e.HGVSc }},
		{"hgvs_p", func(e *E) string { return e.HGVSp }},
		{"consequence", func(e *E) string { return e.Consequence }},
		{"rule", func(e *E) string { return e.Rule }},
		{"rule_version", func(e *E) string { return e.RuleVersion }},
		{"observed", func(e *E) string { return e.Observed }},
		{"threshold", func(e *E) string { return e.Threshold }},
		{"filter", func(e *E) string { return list(e.Filter) }},
		{"flags", func(e *E) string { return list(e.Flags) }},
	}, r.Excluded)
}

// Hotspots writes hotspots.tsv: a statement for each position of the panel
// that gets one, also where nothing was found.
func Hotspots(w io.Writer, r *report.Report) error {
	type H = report.Hotspot
	return write(w, []column[H]{
		{"name", func(h *H) string { return h.Name }},
		{"gene", func(h *H) string { return h.Gene }},
		{"contig", func(h *H) string { return h.Contig }},
		{"pos", integer(func(h *H) int { return h.Pos })},
		{"hgvs_p", func(h *H) string { return h.HGVSp }},
		{"status", func(h *H) string { return h.Status }},
		{"depth", func(h *H) string { return h.Depth }},
		{"alt_depth", func(h *H) string { return h.AltDepth }},
		{"vaf", func(h *H) string { return h.VAF }},
		{"limit_of_detection", func(h *H) string { return h.LimitOfDetection }},
		{"ntc_depth", func(h *H) string { return h.NTCDepth }},
		{"ntc_alt_depth", func(h *H) string { return h.NTCAltDepth }},
		{"reason", func(h *H) string { return h.Why }},
		{"depth_from", func(h *H) string { return h.DepthFrom }},
		{"depth_definition", func(h *H) string {
			if h.DepthFrom != "reads" || r.Coverage == nil {
				return "" // the caller's own, which its VCF does not say
			}
			return r.Coverage.Code
		}},
	}, r.Hotspots)
}
