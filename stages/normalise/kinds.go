package normalise

import "bytes"

// kinds is a set of what the alleles of a record do to the reference, in the
// sense of bcftools: this is what its -d goes by.
type kinds uint8

const (
	substitutions kinds = 1 << iota // one base, or several of one number
	indels
	otherChange // symbolic, complex, breakends
)

// kindsOf gives the kinds of a record's ALT column.
func kindsOf(ref, alts []byte) kinds {
	var k kinds
	for alt := range bytes.SplitSeq(alts, []byte{','}) {
		k |= kindOfChange(ref, alt)
	}
	return k
}

// kindOfChange classifies one ALT: '.', '*', X, <NON_REF> and the like are
// nothing, and so is REF itself.
func kindOfChange(ref, alt []byte) kinds {
	switch {
	case len(ref) == 0 || len(alt) == 0:
		return 0
	case len(ref) == 1 && len(alt) == 1:
		if alt[0] == '.' || alt[0] == '*' || alt[0] == 'X' || alt[0] == ref[0] {
			return 0
		}
		return substitutions
	case alt[0] == '<':
		if s := string(alt); s == "<X>" || s == "<*>" || s == "<NON_REF>" {
			return 0
		}
		return otherChange
	case alt[0] == '[' || alt[0] == ']':
		return otherChange
	}
	for len(ref) > 0 && len(alt) > 0 && sameLetter(ref[0], alt[0]) {
		ref, alt = ref[1:], alt[1:]
	}
	switch {
	case len(ref) == 0 && len(alt) == 0:
		return 0
	case len(ref) == 0 && (alt[0] == '[' || alt[0] == ']'):
		return otherChange
	case len(ref) == 0 || len(alt) == 0:
		return indels
	}
	for len(ref) > 1 && len(alt) > 1 && sameLetter(ref[len(ref)-1], alt[len(alt)-1]) {
		ref, alt = ref[:len(ref)-1], alt[:len(alt)-1]
	}
	switch {
	case len(ref) == len(alt):
		return substitutions
	case min(len(ref), len(alt)) == 1 && sameLetter(ref[len(ref)-1], alt[len(alt)-1]):
		return indels
	}
	return otherChange
}

func sameLetter(a, b byte) bool { return a|0x20 == b|0x20 }
