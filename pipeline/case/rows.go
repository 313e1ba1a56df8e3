package cases

import (
	"sort"
	"strconv"
	"strings"

	"varpanel/annotate/consequence"
	"varpanel/stages/report"
	"varpanel/stages/variant"
)

// row makes a row of variants.tsv of a reported allele.
func (p *phase) row(rank int, v *variant.Variant) report.Variant {
	r := report.Variant{
		Rank: rank, Tier: "untiered",
		Contig: v.Allele.Contig, Pos: v.Allele.Pos + 1, Ref: v.Allele.Ref, Alt: v.Allele.Alt,
		Filter: v.Filters, Zygosity: v.Genotype.Zygosity,
		Depth: count(v.Reads.Depth), AltDepth: count(v.Reads.AltDepth), VAF: fraction(v.Reads.VAF),
		Rescue: v.Rescue, Flags: sorted(v.Flags),
		Input: origins(v), ReadsFrom: v.Reads.From,
		SourceHits: p.hits(v), Predictions: p.predictions(v), DerivedFrom: partNames(v),
	}
	if pred := p.chosen(v); pred != nil {
		r.Transcript, r.HGVSc, r.HGVSp = accession(pred), pred.HGVSc, pred.HGVSp
		r.Consequence, r.Impact = terms(pred), pred.Impact.String()
		r.Gene = pred.Transcript.Gene
	}
	if len(v.Evaluations) > 0 {
		e := v.Evaluations[0]
		r.Gene, r.HGNCID = e.Gene, e.HGNCID
		r.Tier, r.TierRule = e.Tier, strings.TrimSpace(e.TierRule+" "+e.TierVersion)
		r.Inheritance, r.Evidence = e.Inheritance, e.Evidence
		if !p.profile.Type.Somatic() {
			r.PanelMOI = e.PanelMOI
		}
		for _, other := range v.Evaluations[1:] {
			r.OtherGenes = append(r.OtherGenes, report.OtherGene{Gene: other.Gene, Tier: other.Tier, Rule: other.TierRule})
		}
	}
	r.PopulationAF, r.PopulationSource = p.frequency(v)
	r.ClinVarSignificance, r.ClinVarStars = p.significance(v)
	if p.plan.normal >= 0 {
		r.NormalDepth, r.NormalVAF = count(v.Normal.Depth), fraction(v.Normal.VAF)
	}
	return r
}

// excludedRow makes a row of excluded.tsv.
func (p *phase) excludedRow(v *variant.Variant) report.Excluded {
	x := v.Exclusion
	r := report.Excluded{
		Contig: v.Allele.Contig, Pos: v.Allele.Pos + 1, Ref: v.Allele.Ref, Alt: v.Allele.Alt,
		Rule: x.Rule, RuleVersion: x.Version, Observed: x.Observed, Threshold: x.Threshold, Filter: v.Filters,
		Flags: sorted(v.Flags), DerivedFrom: partNames(v),
	}
	if pred := p.chosen(v); pred != nil {
		r.Transcript, r.HGVSc, r.HGVSp, r.Consequence = accession(pred), pred.HGVSc, pred.HGVSp, terms(pred)
		r.Gene = pred.Transcript.Gene
	}
	if len(v.Evaluations) > 0 {
		r.Gene = v.Evaluations[0].Gene
	}
	return r
}

// chosen is the prediction that speaks for the row: that of its first
// evaluation or, outside the panel's transcripts, the first there is.
func (p *phase) chosen(v *variant.Variant) *consequence.Prediction {
	switch {
	case len(v.Evaluations) > 0:
		return &v.Predictions[v.Evaluations[0].Prediction]
	case len(v.Predictions) > 0 && v.Predictions[0].Transcript != nil:
		return &v.Predictions[0]
	}
	return nil
}

func (p *phase) predictions(v *variant.Variant) []report.Prediction {
	var out []report.Prediction
	for i := range v.Predictions {
		pred := &v.Predictions[i]
		if pred.Transcript == nil {
			continue
		}
		out = append(out, report.Prediction{
			Gene: pred.Transcript.Gene, Transcript: accession(pred), NamedBy: string(pred.Transcript.NamedBy),
			Consequence: terms(pred), HGVSc: pred.HGVSc, HGVSp: pred.HGVSp,
			Exon: span(pred.Exon, pred.ExonLast, pred.Exons), Intron: span(pred.Intron, pred.IntronLast, pred.Introns),
		})
	}
	return out
}

func (p *phase) hits(v *variant.Variant) []report.SourceHit {
	var out []report.SourceHit
	for _, h := range v.Hits {
		hit := report.SourceHit{Source: h.Source, By: string(h.By), ID: h.ID}
		if d := p.sources[h.Source]; d != nil {
			for i, key := range d.Keys {
				if i < len(h.Fields) && h.Fields[i] != "" {
					hit.Fields = append(hit.Fields, [2]string{key, h.Fields[i]})
				}
			}
		}
		out = append(out, hit)
	}
	return out
}

func accession(p *consequence.Prediction) string {
	if p.Transcript.Accession != "" {
		return p.Transcript.Accession
	}
	return p.Transcript.ID
}

func terms(p *consequence.Prediction) string {
	names := make([]string, len(p.Terms))
	for i, t := range p.Terms {
		names[i] = t.String()
	}
	return strings.Join(names, "&")
}

// span prints a rank as VEP does: "11/23" or "3-4/23".
func span(first, last, of int) string {
	switch {
	case first == 0:
		return ""
	case last > 0 && last != first:
		return strconv.Itoa(first) + "-" + strconv.Itoa(last) + "/" + strconv.Itoa(of)
	}
	return strconv.Itoa(first) + "/" + strconv.Itoa(of)
}

func origins(v *variant.Variant) []string {
	out := make([]string, len(v.Origins))
	for i, o := range v.Origins {
		out[i] = o.Contig + ":" + strconv.Itoa(o.Pos+1) + ":" + o.Ref + ":" + o.Alt
	}
	return out
}

func count(c variant.Count) string {
	if !c.Known {
		return ""
	}
	return strconv.Itoa(c.N)
}

// fraction prints a VAF with at most four decimals.
func fraction(f variant.Fraction) string {
	if !f.Known {
		return ""
	}
	s := strconv.FormatFloat(f.F, 'f', 4, 64)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

func sorted(list []string) []string {
	out := append([]string(nil), list...)
	sort.Strings(out)
	return out
}
