package vcf

import "bytes"

// GTAllele is one allele of a genotype.
type GTAllele struct {
	Index  int  // 0 is REF, 1 the first ALT; -1 is missing
	Phased bool // with the alleles before it
}

// Genotype appends the alleles of a sample's GT to dst[:0]. No alleles and no
// error means that there is no GT. Haploid, polyploid and part missing
// genotypes are read as they stand. The first allele's phase is that of its
// leading separator (VCF 4.4) or, without one, phased when every separator is
// '|' (so a haploid call is phased). An index that the record's ALT does not
// have, or a GT of another form, is a *ColumnError that does not repeat it.
func (r *Record) Genotype(sample int, dst []GTAllele) ([]GTAllele, error) {
	dst = dst[:0]
	i := r.FormatIndex("GT")
	if i < 0 {
		return dst, nil
	}
	gt, ok := nth(r.Sample(sample), ':', i)
	if !ok || gt == nil {
		return dst, nil
	}
	return ParseGenotype(gt, r.nAlt, dst)
}

var errGenotype = &ColumnError{Column: "GT", Msg: "is no genotype"}
var errGenotypeRange = &ColumnError{Column: "GT", Msg: "names an allele that the record does not have"}

// ParseGenotype reads a GT value against a number of ALT alleles; see
// Record.Genotype.
func ParseGenotype(gt []byte, nAlt int, dst []GTAllele) ([]GTAllele, error) {
	dst = dst[:0]
	leading := byte(0)
	if len(gt) > 0 && (gt[0] == '|' || gt[0] == '/') {
		leading, gt = gt[0], gt[1:]
	}
	phased, all := false, true
	for {
		n := bytes.IndexAny(gt, "/|")
		one := gt
		if n >= 0 {
			one = gt[:n]
		}
		index, p := Int(one)
		switch {
		case p == Missing:
			index = -1
		case p == Bad || one[0] < '0':
			return dst, errGenotype
		case index > nAlt:
			return dst, errGenotypeRange
		}
		dst = append(dst, GTAllele{Index: index, Phased: phased})
		if n < 0 {
			break
		}
		phased = gt[n] == '|'
		all = all && phased
		gt = gt[n+1:]
	}
	dst[0].Phased = leading == '|' || leading == 0 && all
	return dst, nil
}
