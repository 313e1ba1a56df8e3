package caller

import (
	"varpanel/hts/vcf"
	"varpanel/stages/sex"
	"varpanel/stages/variant"
)

// Zygosities.
const (
	Het         = "het"
	Hom         = "hom"
	Hemi        = "hemi"
	HetXMale    = "het-x-male"
	Mosaic      = "mosaic"
	PartMissing = "part-missing"
	Somatic     = "somatic"
)

// genotype reads GT and fills whether the allele is carried. c.Reads is filled
// already.
func (a *Adapter) genotype(r *vcf.Record, alt int, copies sex.Copies, c *Call) error {
	a.gt = a.gt[:0]
	if a.sample >= 0 {
		var err error
		if a.gt, err = r.Genotype(a.sample, a.gt); err != nil {
			return err
		}
	}
	with, missing := 0, 0
	for _, g := range a.gt {
		switch g.Index {
		case alt + 1:
			with++
		case -1:
			missing++
		}
	}
	uncalled := missing == len(a.gt) // also when there is no GT
	switch {
	case with > 0:
		c.Carried = IsCarried
		c.Genotype = variant.Genotype{State: variant.CalledAlternate, Zygosity: a.zygosity(with, missing, copies, c.Reads),
			Every: with == len(a.gt)}
		a.phase(r, alt, &c.Genotype)
	case a.somatic && uncalled:
		// A somatic caller lists an ALT because the tumour has it; many write no GT.
		c.Carried = IsCarried
		c.Genotype = variant.Genotype{State: variant.CalledAlternate, Zygosity: Somatic}
	case len(a.gt) == 0 && a.alone:
		// One sample or none, and no genotype: the record speaks of the sample,
		// but its zygosity is not known.
		c.Carried = IsCarried
		c.Genotype = variant.Genotype{Reason: "the record has no genotype"}
	case len(a.gt) == 0:
		c.Genotype = variant.Genotype{Reason: "the record has no genotype"}
	case missing > 0:
		c.Genotype = variant.Genotype{Reason: "no call"}
	default:
		c.Carried = NotCarried
		c.Genotype = variant.Genotype{State: variant.CalledReference}
	}
	return nil
}

// zygosity names a genotype that has the allele `with` times among its alleles.
// "Other ALT" counts as not this allele: 1/2 is het for both.
func (a *Adapter) zygosity(with, missing int, copies sex.Copies, e variant.Evidence) string {
	all := with == len(a.gt)
	switch {
	case a.somatic:
		return Somatic
	case missing > 0:
		return PartMissing
	case all && copies == sex.OneCopy:
		return Hemi
	case all && copies == sex.ManyCopies:
		return Hom
	case all && len(a.gt) == 1:
		return Hemi
	case all:
		return Hom
	case copies == sex.OneCopy:
		return HetXMale
	case copies != sex.ManyCopies && e.VAF.Known && e.VAF.F < a.mosaic:
		return Mosaic
	}
	return Het
}

// phase notes on which haplotype a diploid phased genotype has the allele.
func (a *Adapter) phase(r *vcf.Record, alt int, g *variant.Genotype) {
	if len(a.gt) != 2 {
		return
	}
	if !a.gt[1].Phased {
		if a.gt[0].Index == 0 && a.gt[1].Index == alt+1 {
			g.PhaseSet, g.AltFirst, g.Phased = variant.PhysicalPhase(r, a.sample)
		}
		return
	}
	g.Phased = true
	g.AltFirst = a.gt[0].Index == alt+1
	if ps, state := r.SampleValue(a.sample, "PS"); state == vcf.Present {
		g.PhaseSet = string(ps)
	}
}
