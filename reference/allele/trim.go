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

// Unpadded gives what an allele replaces where it is written: the bases that REF
// and ALT share are removed, at the left end first, then at the right. Either may
// be empty then; nothing is shifted.
func Unpadded(a Allele) (ref, alt string, pos int) {
	ref, alt, pos = a.Ref, a.Alt, a.Pos
	for len(ref) > 0 && len(alt) > 0 && ref[0] == alt[0] {
		ref, alt = ref[1:], alt[1:]
		pos++
	}
	for len(ref) > 0 && len(alt) > 0 && ref[len(ref)-1] == alt[len(alt)-1] {
		ref, alt = ref[:len(ref)-1], alt[:len(alt)-1]
	}
	return ref, alt, pos
}

// IsSymbolic says whether a VCF's ALT is no sequence of its own: <DEL>, <*>,
// '*', a breakend, or a missing allele.
func IsSymbolic(alt string) bool {
	return alt == "" || strings.ContainsAny(alt, "<>[]*.")
}
