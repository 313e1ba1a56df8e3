package annotate

import (
	"varpanel/hts/vcf"
	"varpanel/stages/variant"
)

// Carrier is a sample that has an allele on a haplotype that is known.
type Carrier struct {
	Sample    int
	Set       string // the phase set; "" without PS
	Haplotype int    // the place in the genotype, or Every
}

// Every is the haplotype of an allele that each of a sample's haplotypes has.
const Every = -1

// Carriers appends to dst[:0] the samples in which the haplotype of ALT i is
// known: every called allele is this one, the whole genotype is phased, or PGT and
// PID say what a heterozygous genotype with '/' does not.
func Carriers(r *vcf.Record, i int, dst []Carrier, scratch *[]vcf.GTAllele) ([]Carrier, error) {
	dst = dst[:0]
	for s := range r.NSamples() {
		gt, err := r.Genotype(s, *scratch)
		if err != nil {
			return dst, err
		}
		*scratch = gt
		carried, phased := 0, true
		for _, a := range gt {
			if a.Index == i+1 {
				carried++
			}
			phased = phased && a.Phased
		}
		switch {
		case carried == 0:
		case carried == len(gt):
			dst = append(dst, Carrier{Sample: s, Haplotype: Every})
		case !phased && len(gt) == 2 && gt[0].Index == 0:
			if set, first, ok := variant.PhysicalPhase(r, s); ok {
				k := Carrier{Sample: s, Set: set, Haplotype: 1}
				if first {
					k.Haplotype = 0
				}
				dst = append(dst, k)
			}
		case phased:
			set := ""
			if v, p := r.SampleValue(s, "PS"); p == vcf.Present {
				set = string(v)
			}
			for h, a := range gt {
				if a.Index == i+1 {
					dst = append(dst, Carrier{Sample: s, Set: set, Haplotype: h})
				}
			}
		}
	}
	return dst, nil
}
