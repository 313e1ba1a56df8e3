package allele

import "strings"

// Trim gives the shortest form of an allele: bases that REF and ALT share at
// their ends are removed, at the right end first, then at the left, and one
// base is kept in each (the anchor of an indel). An allele whose REF and ALT
// are equal is given back as it is.
//
// This is the parsimony of Tan, Abecasis and Kang (2015), "Unified
// representation of genetic variants", without the shift to the left that
// LeftAlign adds.
func Trim(a Allele) Allele {
	if a.Ref == a.Alt {
		return a
	}
	ref, alt := a.Ref, a.Alt
	for len(ref) > 1 && len(alt) > 1 && ref[len(ref)-1] == alt[len(alt)-1] {
		ref, alt = ref[:len(ref)-1], alt[:len(alt)-1]
	}
	for len(ref) > 1 && len(alt) > 1 && ref[0] == alt[0] {
		ref, alt = ref[1:], alt[1:]
		a.Pos++
	}
	a.Ref, a.Alt = ref, alt
	return a
}

// IsSymbolic says whether a VCF's ALT is no sequence of its own: <DEL>, <*>,
// '*', a breakend, or a missing allele.
func IsSymbolic(alt string) bool {
	return alt == "" || strings.ContainsAny(alt, "<>[]*.")
}
