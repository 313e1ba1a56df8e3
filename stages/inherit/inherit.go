package inherit

import (
	"cmp"
	"slices"

	"varpanel/reference/panel"
	"varpanel/reference/profile"
	"varpanel/stages/caller"
	"varpanel/stages/filter"
	"varpanel/stages/sex"
	"varpanel/stages/variant"
)

// Options are the case's facts.
type Options struct {
	Profile *profile.Profile
	Filter  *filter.Filter // for the frequency class of each mode
	Sex     sex.Sex
	Loci    *sex.Loci
}

// Apply fills each evaluation's Inheritance, and the flags, from the case's
// alleles that no rule excluded. Excluded alleles in the list are left alone,
// and are not halves of a pair. The tests of somatic variants have no modes of
// inheritance: nothing is filled. It is for the case phase: one goroutine.
func Apply(variants []*variant.Variant, o Options) error {
	if o.Profile.Type.Somatic() {
		return nil
	}
	genes := make(map[string][]*candidate)
	for _, v := range variants {
		if v.Exclusion != nil || v.Symbolic {
			continue
		}
		if err := o.single(v, genes); err != nil {
			return err
		}
	}
	for _, candidates := range genes {
		pair(candidates)
	}
	return nil
}

// candidate is an allele that a gene's two-allele mode may use. A gene that two
// panels give different modes has one for each.
type candidate struct {
	v      *variant.Variant
	e      *variant.Evaluation
	both   bool   // on both haplotypes, or on the only one: needs no partner
	pairs  bool   // may be half of a pair
	alone  bool   // another mode of the gene accepts the allele alone
	filter string // the segregation filter that it may meet
}

// single evaluates the modes that need this allele alone, and notes the allele
// for those that need two.
func (o Options) single(v *variant.Variant, genes map[string][]*candidate) error {
	locus := o.Loci.Of(v.Allele.Contig, v.Allele.Pos, v.Allele.End())
	copies := sex.CopiesOf(o.Sex, locus)
	counts := o.counts(v, copies)
	for i := range v.Evaluations {
		e := &v.Evaluations[i]
		if filter.Dropped(e) {
			continue
		}
		e.Inheritance = nil
		mod, fits := modelOf(panel.MOI(e.PanelMOI), locus)
		switch {
		case isUnknown(panel.MOI(e.PanelMOI)):
			v.Flag(FlagUnknown)
		case !fits:
			v.Flag(FlagMismatch)
		}
		if !counts {
			continue
		}
		if mod.one != "" {
			passes, err := o.Filter.Passes(v, mod.oneClass)
			if err != nil {
				return err
			}
			if passes {
				e.Inheritance = append(e.Inheritance, mod.one)
				if mod.origin {
					v.Flag(FlagOrigin)
				}
			}
		}
		if mod.two {
			if err := o.note(v, e, locus, copies, genes); err != nil {
				return err
			}
		}
	}
	return nil
}

// counts tells whether the sample has the allele in a way that a mode may count,
// and flags what is odd about it.
func (o Options) counts(v *variant.Variant, copies sex.Copies) bool {
	g := v.Genotype
	if g.State != variant.CalledAlternate {
		v.Flag(FlagNoGenotype)
		return false
	}
	switch copies {
	case sex.CopiesUnknown:
		v.Flag(FlagSexUnknown)
	case sex.NoCopy:
		v.Flag(FlagYInFemale)
		return false
	case sex.TwoCopies:
		if g.Zygosity == caller.Hemi {
			v.Flag(FlagPloidy)
		}
	}
	if g.Zygosity == caller.HetXMale {
		v.Flag(FlagHetXMale)
		// A male with one copy cannot be het: an artefact, a mosaic or another
		// karyotype. Nearly all reads with the ALT are taken for his only allele.
		return v.Reads.VAF.Known && v.Reads.VAF.F > o.Profile.Caller.XMaleAltAbove
	}
	return true
}

// note keeps an allele for the modes that need two, if it passes their
// frequency class.
func (o Options) note(v *variant.Variant, e *variant.Evaluation, l sex.Locus, copies sex.Copies,
	genes map[string][]*candidate) error {
	passes, err := o.Filter.Passes(v, profile.Recessive)
	if err != nil || !passes {
		return err
	}
	c := &candidate{v: v, e: e, filter: SimpleRecessive}
	compound := CompoundHeterozygous
	if l == sex.X {
		c.filter, compound = XLinkedSimpleRecessive, XLinkedCompoundHeterozygous
	}
	switch v.Genotype.Zygosity {
	case caller.Hom, caller.Hemi, caller.HetXMale:
		c.both = true
		e.Inheritance = append(e.Inheritance, c.filter)
	default:
		c.pairs = copies != sex.OneCopy
		c.filter = compound
	}
	genes[e.HGNCID+"\t"+e.Gene] = append(genes[e.HGNCID+"\t"+e.Gene], c)
	return nil
}

// accepted tells whether some mode of the gene accepts the allele as it stands.
func (c *candidate) accepted() bool {
	return slices.ContainsFunc(c.v.Evaluations, func(e variant.Evaluation) bool {
		return e.HGNCID == c.e.HGNCID && e.Gene == c.e.Gene && len(e.Inheritance) > 0
	})
}

// pair fills the compound heterozygotes of one gene. A pair whose alleles are
// known to lie on one haplotype is rejected; one of unknown phase is kept and
// flagged.
func pair(candidates []*candidate) {
	slices.SortFunc(candidates, func(a, b *candidate) int { return compareAlleles(a.v, b.v) })
	for _, c := range candidates {
		if !c.pairs {
			continue
		}
		partner, best := bestPartner(c, candidates)
		switch {
		case partner == nil:
			if !c.accepted() {
				c.v.Flag(FlagLone)
			}
			continue
		case best == variant.Cis:
			c.v.Flag(FlagCis)
			continue
		}
		phase := "in trans"
		if best == variant.PhaseUnknown {
			phase = "phase unknown"
			c.v.Flag(FlagPhase)
		}
		c.e.Inheritance = append(c.e.Inheritance, c.filter)
		c.e.Evidence = append(c.e.Evidence, "second allele "+partner.v.Allele.String()+" ("+phase+")")
	}
}

// bestPartner gives the first partner in trans, else the first of unknown
// phase, else one in cis; nil where the gene has no other allele.
func bestPartner(c *candidate, candidates []*candidate) (*candidate, variant.Phase) {
	var unknown, same *candidate
	for _, other := range candidates {
		if other.v == c.v {
			continue // also under another mode of the gene
		}
		if variant.Related(c.v, other.v) && !other.both {
			continue // an allele and what it is joined to are one change
		}
		switch r := relate(c, other); {
		case r == variant.Trans:
			return other, variant.Trans
		case r == variant.PhaseUnknown && unknown == nil:
			unknown = other
		case r == variant.Cis && same == nil:
			same = other
		}
	}
	if unknown != nil {
		return unknown, variant.PhaseUnknown
	}
	return same, variant.Cis
}

func relate(a, b *candidate) variant.Phase {
	if b.both {
		return variant.Trans // it is on the other haplotype too
	}
	return variant.PhaseOf(a.v, b.v)
}

// compareAlleles orders alleles of one gene: all on one contig.
func compareAlleles(a, b *variant.Variant) int {
	return cmp.Or(cmp.Compare(a.Allele.Contig, b.Allele.Contig), cmp.Compare(a.Allele.Pos, b.Allele.Pos),
		cmp.Compare(a.Allele.Ref, b.Allele.Ref), cmp.Compare(a.Allele.Alt, b.Allele.Alt))
}
