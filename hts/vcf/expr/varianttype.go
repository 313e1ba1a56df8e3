package expr

import (
	"varpanel/hts/vcf"
)

// Bits of TYPE; none of them is a record that is all reference.
const (
	typeSNP = 1 << iota
	typeMNP
	typeIndel
	typeOther
	typeBreakend
	typeOverlap
	typeRef
)

// typeNames are by name in lower case.
var typeNames = map[string]int{
	"ref": typeRef, "snp": typeSNP, "snps": typeSNP, "mnp": typeMNP, "mnps": typeMNP, "indel": typeIndel,
	"indels": typeIndel, "other": typeOther, "bnd": typeBreakend, "overlap": typeOverlap,
}

// typeComparison compares the types of a record's ALT alleles: = and != all of
// them as a set, ~ and !~ whether one is of the type.
type typeComparison struct {
	chosen
	op   string
	want int
}

func (c *typeComparison) test(r *record) bool {
	have := typesOf(r)
	switch c.op {
	case "=":
		return have == c.want
	case "!=":
		return have != c.want
	case "~":
		return have&c.want != 0
	}
	return have&c.want == 0
}

func typesOf(r *record) int {
	ref := r.column(vcf.Ref)
	types := 0
	rest, more := r.column(vcf.Alt), r.nAlt() > 0
	for more {
		var alt []byte
		alt, rest, more = cutItem(rest)
		types |= typeOf(ref, alt)
	}
	if types == 0 {
		return typeRef
	}
	return types
}

// typeOf gives the bit of one ALT, 0 for one that is no change. It looks at the
// alleles as they stand, shared ends apart.
func typeOf(ref, alt []byte) int {
	switch {
	case len(alt) == 0 || len(ref) == 0:
		return 0
	case string(alt) == "*":
		return typeOverlap
	case string(alt) == "<*>" || string(alt) == "<X>" || string(alt) == "<NON_REF>":
		return 0
	case len(ref) == 1 && len(alt) == 1:
		if alt[0] == '.' || alt[0] == 'X' || fold(ref[0]) == fold(alt[0]) {
			return 0
		}
		return typeSNP
	case alt[0] == '<':
		return typeOther
	case alt[0] == ']' || alt[0] == '[':
		return typeBreakend
	}
	for len(ref) > 0 && len(alt) > 0 && fold(ref[0]) == fold(alt[0]) {
		ref, alt = ref[1:], alt[1:]
	}
	switch {
	case len(ref) == 0 && len(alt) == 0:
		return 0
	case len(ref) == 0 && (alt[0] == ']' || alt[0] == '['):
		return typeBreakend
	case len(ref) == 0 || len(alt) == 0:
		return typeIndel
	}
	for len(ref) > 1 && len(alt) > 1 && fold(ref[len(ref)-1]) == fold(alt[len(alt)-1]) {
		ref, alt = ref[:len(ref)-1], alt[:len(alt)-1]
	}
	same := fold(ref[len(ref)-1]) == fold(alt[len(alt)-1])
	switch {
	case len(ref) == 1 && len(alt) == 1:
		return typeSNP
	case (len(ref) == 1 || len(alt) == 1) && same:
		return typeIndel
	case len(ref) == len(alt):
		return typeMNP
	}
	return typeOther
}

func fold(c byte) byte {
	if 'a' <= c && c <= 'z' {
		c -= 'a' - 'A'
	}
	return c
}
