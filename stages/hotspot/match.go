package hotspot

import (
	"cmp"
	"slices"
	"strings"

	"varpanel/reference/allele"
	"varpanel/reference/hotspot"
	"varpanel/stages/variant"
)

// called finds the case's alleles by themselves and by their protein change.
type called struct {
	byAllele  map[allele.Allele]*variant.Variant
	byProtein map[[2]string]*variant.Variant // gene and change
}

// index takes the alleles that the sample carries. Of two with one protein
// change a reported one is kept before an excluded one, then the first.
func index(variants []*variant.Variant) called {
	c := called{byAllele: map[allele.Allele]*variant.Variant{}, byProtein: map[[2]string]*variant.Variant{}}
	for _, v := range variants {
		if v.Symbolic || v.Genotype.State != variant.CalledAlternate {
			continue
		}
		c.byAllele[v.Allele] = v
		for _, p := range v.Predictions {
			change := proteinChange(p.HGVSp)
			if change == "" || p.Transcript == nil {
				continue
			}
			key := [2]string{p.Transcript.Gene, change}
			if have := c.byProtein[key]; have == nil || have.Exclusion != nil && v.Exclusion == nil {
				c.byProtein[key] = v
			}
		}
	}
	return c
}

// find gives the allele of a row: itself, or a reported one with its protein
// change, or an excluded one.
func (c called) find(row hotspot.Row) (v *variant.Variant, byProtein bool) {
	exact := c.byAllele[alleleOf(row)]
	if exact != nil && exact.Exclusion == nil {
		return exact, false
	}
	change := proteinChange(row.HGVSp)
	if change == "" || row.Gene == "" {
		return exact, false
	}
	if other := c.byProtein[[2]string{row.Gene, change}]; other != nil && (exact == nil || other.Exclusion == nil) {
		return other, true
	}
	return exact, false
}

// threeLetter has the one-letter codes of amino acids in the order of oneLetter.
const oneLetter = "ACDEFGHIKLMNPQRSTVWYU*"

var threeLetter = [...]string{"Ala", "Cys", "Asp", "Glu", "Phe", "Gly", "His", "Ile", "Lys", "Leu", "Met",
	"Asn", "Pro", "Gln", "Arg", "Ser", "Thr", "Val", "Trp", "Tyr", "Sec", "Ter"}

// proteinChange gives a protein change in one form, "Val600Glu", for p.V600E,
// p.Val600Glu, p.(Val600Glu) and p.(Arg213*); other kinds of change only lose
// their "p." and parentheses. A name that states no change gives "".
func proteinChange(name string) string {
	s, ok := strings.CutPrefix(name, "p.")
	if !ok {
		return ""
	}
	s = strings.TrimSuffix(strings.TrimPrefix(s, "("), ")")
	if s == "" || strings.ContainsAny(s, "=?") {
		return ""
	}
	first, rest := residue(s)
	digits := strings.TrimLeft(rest, "0123456789")
	number := rest[:len(rest)-len(digits)]
	last, tail := residue(digits)
	if first == "" || number == "" || last == "" || tail != "" {
		return s
	}
	return first + number + last
}

// residue takes an amino acid from the front of s, in three letters.
func residue(s string) (aa, rest string) {
	if len(s) >= 3 && slices.Contains(threeLetter[:], s[:3]) {
		return s[:3], s[3:]
	}
	if s != "" {
		if i := strings.IndexByte(oneLetter, s[0]); i >= 0 {
			return threeLetter[i], s[1:]
		}
	}
	return "", s
}

// groupBlocks sorts blocks by contig and place.
func groupBlocks(blocks []Block) map[string][]Block {
	out := map[string][]Block{}
	for _, b := range blocks {
		out[b.Contig] = append(out[b.Contig], b)
	}
	for _, list := range out {
		slices.SortStableFunc(list, func(a, b Block) int {
			return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
		})
	}
	return out
}

// lowest gives the lowest depth of the blocks over [start, end), and whether
// they cover it without a hole. It is unknown where a block has none. Blocks
// are sorted by start.
func lowest(blocks []Block, start, end int) (depth variant.Count, covered bool) {
	unknown := false
	for _, b := range blocks {
		if b.Start > start || start >= end {
			break
		}
		if b.End <= start {
			continue
		}
		start = b.End
		if !b.Depth.Known {
			unknown = true
		} else if !depth.Known || b.Depth.N < depth.N {
			depth = b.Depth
		}
	}
	if unknown {
		depth = variant.Count{}
	}
	return depth, start >= end
}
