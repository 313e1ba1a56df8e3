package cases

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"varpanel/stages/variant"
)

// merge joins alleles that are the same after normalisation: two spellings of
// one insertion, or one record twice. Nothing of the later ones is lost: their
// FILTERs and places are kept with the first. It gives the distinct alleles in
// their first order and how many were folded in.
func merge(found []*variant.Variant) (distinct []*variant.Variant, merged int) {
	first := make(map[key]*variant.Variant, len(found))
	for _, v := range found {
		k := keyOf(v)
		have := first[k]
		if have == nil {
			first[k] = v
			distinct = append(distinct, v)
			continue
		}
		merged++
		fold(have, v)
	}
	return distinct, merged
}

// key tells alleles apart. Symbolic ones of the same text differ by their span,
// which their line holds.
type key struct {
	contig   string
	pos      int
	ref, alt string
	symbolic string
}

func keyOf(v *variant.Variant) key {
	k := key{contig: v.Allele.Contig, pos: v.Allele.Pos, ref: v.Allele.Ref, alt: v.Allele.Alt}
	if v.Symbolic {
		k.symbolic = string(v.Line)
	}
	return k
}

func fold(into, v *variant.Variant) {
	into.Flag("merged")
	for _, f := range v.Filters {
		if !slices.Contains(into.Filters, f) {
			into.Filters = append(into.Filters, f)
		}
	}
	for _, f := range v.Flags {
		into.Flag(f)
	}
	if into.Genotype != v.Genotype || into.Reads.Depth != v.Reads.Depth || into.Reads.AltDepth != v.Reads.AltDepth {
		// One call written twice, or two calls that disagree: one call's
		// numbers are shown, and the reader is told.
		into.Flag("merged-records-differ")
	}
	if speaks(v, into) {
		into.Qual, into.Genotype, into.Reads, into.Normal, into.Line = v.Qual, v.Genotype, v.Reads, v.Normal, v.Line
		into.Origins = append(v.Origins, into.Origins...) // the first one is the speaker's
		return
	}
	into.Origins = append(into.Origins, v.Origins...)
}

// speaks tells whether call a, rather than b, speaks for an allele that both
// records hold: the one that its caller passed, then the one with more reads
// that carry it. A second call that failed must not take from a first that
// passed.
func speaks(a, b *variant.Variant) bool {
	if pa, pb := passed(a), passed(b); pa != pb {
		return pa
	}
	if a.Genotype.State != b.Genotype.State {
		return a.Genotype.State == variant.CalledAlternate
	}
	return a.Reads.AltDepth.Known && (!b.Reads.AltDepth.Known || a.Reads.AltDepth.N > b.Reads.AltDepth.N)
}

// passed tells whether the record that an allele's numbers are of was passed,
// or never filtered.
func passed(v *variant.Variant) bool {
	return v.Origins[0].Filter == "PASS" || v.Origins[0].Filter == "."
}

// inOrder sorts alleles as the genome has them: contig, position, REF, ALT.
func (p *plan) inOrder(list []*variant.Variant) {
	slices.SortFunc(list, func(a, b *variant.Variant) int {
		if a.Allele.Contig != b.Allele.Contig {
			ra, _ := p.contigs.Rank(a.Allele.Contig)
			rb, _ := p.contigs.Rank(b.Allele.Contig)
			if ra != rb {
				return cmp.Compare(ra, rb)
			}
		}
		if by := cmp.Compare(a.Allele.Pos, b.Allele.Pos); by != 0 {
			return by
		}
		return cmp.Or(strings.Compare(a.Allele.Ref, b.Allele.Ref), strings.Compare(a.Allele.Alt, b.Allele.Alt),
			bytes.Compare(a.Line, b.Line))
	})
}
