// Package allele is the one REF>ALT change of the house: trimming, left
// alignment, and equality by haplotype.
package allele

import "strconv"

// Allele is one REF>ALT on a contig. Pos is 0-based: the first base of Ref.
// Ref and Alt are upper-case A, C, G, T or N and, in VCF's manner, never empty
// (an indel keeps its anchor base). Values are comparable and may be map keys.
type Allele struct {
	Contig string
	Pos    int
	Ref    string
	Alt    string
}

// End is the 0-based exclusive end of the REF span.
func (a Allele) End() int { return a.Pos + len(a.Ref) }

// String gives contig:pos:ref:alt with a 1-based position, the form that
// `explain` takes.
func (a Allele) String() string {
	return a.Contig + ":" + strconv.Itoa(a.Pos+1) + ":" + a.Ref + ":" + a.Alt
}
