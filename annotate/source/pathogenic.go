package source

import (
	"slices"

	"varpanel/hts/vcf"
	"varpanel/reference/allele"
)

// Pathogenic calls each for every record of the clinical-significance sources
// that is pathogenic or likely pathogenic and whose position lies in
// contig[start:end] (0-based half-open), source by source and each in the order
// of the genome. searched is false where there is no such source.
func (v *View) Pathogenic(contig string, start, end int, each func(allele.Allele, Hit)) (searched bool, err error) {
	for i, s := range v.set.slices {
		if s.description.Kind != ClinicalSignificance {
			continue
		}
		key := slices.Index(s.description.Keys, FieldSignificance)
		if key < 0 {
			continue
		}
		searched = true
		for at := start - start%windowSize; at < end; at += windowSize {
			w, err := v.load(i, contig, at)
			if err != nil {
				return searched, err
			}
			for _, e := range w.between(start, end) {
				if err := v.parse(s, w, e); err != nil {
					return searched, err
				}
				if s.pathogenic(&v.record, key) {
					a := allele.Allele{Contig: contig, Pos: e.pos, Ref: string(v.record.Ref()), Alt: string(v.record.Alts())}
					each(a, s.hit(&v.record, ByAllele))
				}
			}
		}
	}
	return searched, nil
}

// pathogenic looks at a record's significance, the first of its keys that is
// there.
func (s *slice) pathogenic(r *vcf.Record, key int) bool {
	for _, k := range s.info[key] {
		if value, state := r.InfoValue(k); state == vcf.Present {
			return IsPathogenic(string(value))
		}
	}
	return false
}
