package variant

import (
	"slices"
	"strings"

	"varpanel/hts/vcf"
)

// Phase is how two alleles of a sample lie to each other.
type Phase uint8

const (
	PhaseUnknown Phase = iota
	Trans              // on different haplotypes
	Cis                // on one haplotype
)

// PhaseOf says how two alleles lie to each other by their genotypes' phase: two
// ALTs of one record are in trans, and two phased ones of one phase set are where
// their places in the genotype say. An allele on every haplotype is not asked for
// here: it is in cis and in trans with each. A derived allele lies where its parts
// do.
func PhaseOf(a, b *Variant) Phase {
	switch {
	case a.Derived():
		return phaseOfParts(a, b)
	case b.Derived():
		return phaseOfParts(b, a)
	case sameRecord(a, b):
		return Trans
	}
	g, h := a.Genotype, b.Genotype
	switch {
	case !g.Phased || !h.Phased || g.PhaseSet != h.PhaseSet || !sameFile(a, b):
		return PhaseUnknown
	case g.AltFirst == h.AltFirst:
		return Cis
	}
	return Trans
}

// phaseOfParts asks the parts that do not stand on every haplotype: those that do
// say nothing of where a derived allele lies.
func phaseOfParts(derived, v *Variant) Phase {
	for _, part := range derived.Parts {
		if part.Genotype.Every {
			continue
		}
		if part == v {
			return Cis
		}
		if p := PhaseOf(part, v); p != PhaseUnknown {
			return p
		}
	}
	return PhaseUnknown
}

// Related tells whether one of two alleles is a part of the other, or both share
// a part.
func Related(a, b *Variant) bool {
	return slices.Contains(a.Parts, b) || slices.Contains(b.Parts, a) ||
		slices.ContainsFunc(a.Parts, func(p *Variant) bool { return slices.Contains(b.Parts, p) })
}

// physical begins a phase set that PID names: a PS of the same text is another one.
const physical = "PID:"

// PhysicalPhase gives the phase that GATK states beside an unphased heterozygous
// genotype of two alleles: PGT says on which side the ALT stands among the records
// of one PID. It is false where the record has none.
func PhysicalPhase(r *vcf.Record, sample int) (set string, altFirst, ok bool) {
	pgt, has := r.SampleValue(sample, "PGT")
	if has != vcf.Present || string(pgt) != "0|1" && string(pgt) != "1|0" {
		return "", false, false
	}
	pid, has := r.SampleValue(sample, "PID")
	if has != vcf.Present {
		return "", false, false
	}
	return physical + string(pid), pgt[0] == '1', true
}

// PID gives the value of PID that a phase set was read from, and false for a set of
// another kind.
func PID(set string) (string, bool) { return strings.CutPrefix(set, physical) }

// sameRecord tells whether both alleles are ALTs of one VCF record.
func sameRecord(a, b *Variant) bool {
	for _, o := range a.Origins {
		for _, p := range b.Origins {
			if o.File == p.File && o.Contig == p.Contig && o.Pos == p.Pos && o.Ref == p.Ref && o.Alt != p.Alt {
				return true
			}
		}
	}
	return false
}

// sameFile tells whether some file holds both: phase sets are a file's own.
func sameFile(a, b *Variant) bool {
	for _, o := range a.Origins {
		for _, p := range b.Origins {
			if o.File == p.File {
				return true
			}
		}
	}
	return false
}
