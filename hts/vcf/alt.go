package vcf

import (
	"bytes"
	"strings"
)

// AltKind tells what an ALT allele is.
type AltKind uint8

const (
	BadAlt         AltKind = iota // none of the forms that the specification has
	SequenceAlt                   // bases
	StarAlt                       // *: the allele is missing because of a deletion upstream
	ReferenceBlock                // <*> or <NON_REF>: any other allele
	SymbolicAlt                   // <DEL>, <DUP:TANDEM>, <CN0> and the like, and inserted contigs (C<ctg1>)
	BreakendAlt                   // G]17:198982], ]13:123456]T, .ACGT, ACGT.
)

// isBase marks the IUPAC nucleotide codes in both cases.
var isBase = func() (t [256]bool) {
	for _, c := range []byte("ACGTUNRYSWKMBDHV") {
		t[c], t[c|0x20] = true, true
	}
	return t
}()

// IsSequence says whether b is one or more IUPAC nucleotide codes, in either
// case.
func IsSequence(b []byte) bool {
	for _, c := range b {
		if !isBase[c] {
			return false
		}
	}
	return len(b) > 0
}

// KindOfAlt classifies one ALT allele (VCFv4.3 sections 1.6.1.5 and 5). "."
// alone is no allele and gives BadAlt.
func KindOfAlt(a []byte) AltKind {
	switch {
	case IsSequence(a):
		return SequenceAlt
	case len(a) == 1 && a[0] == '*':
		return StarAlt
	case len(a) < 2:
		return BadAlt
	}
	open := bytes.IndexByte(a, '<')
	switch {
	case open == 0 && a[len(a)-1] == '>': // an ID may hold brackets
		return symbolic(a, open)
	case bytes.IndexByte(a, '[') >= 0 || bytes.IndexByte(a, ']') >= 0:
		return breakend(a)
	case open >= 0:
		return symbolic(a, open)
	}
	if a[0] == '.' && IsSequence(a[1:]) || a[len(a)-1] == '.' && IsSequence(a[:len(a)-1]) {
		return BreakendAlt // single breakend
	}
	return BadAlt
}

func symbolic(a []byte, open int) AltKind {
	id := a[open+1:]
	if len(id) < 2 || id[len(id)-1] != '>' || open > 0 && !IsSequence(a[:open]) {
		return BadAlt
	}
	id = id[:len(id)-1]
	if bytes.ContainsAny(id, "<> \t") {
		return BadAlt
	}
	if open == 0 && (string(id) == "*" || string(id) == "NON_REF") {
		return ReferenceBlock
	}
	return SymbolicAlt
}

// breakend checks t[p[, t]p], [p[t and ]p]t: two brackets of one kind around a
// mate's place, with bases (or the '.' of a contig's end) on one side.
func breakend(a []byte) AltKind {
	first := bytes.IndexAny(a, "[]")
	last := bytes.LastIndexAny(a, "[]")
	if first == last || a[first] != a[last] || bytes.ContainsAny(a[first+1:last], "[]") {
		return BadAlt
	}
	mate, before, after := a[first+1:last], a[:first], a[last+1:]
	// a mate is contig:position or <assembly contig>:position
	if at := bytes.LastIndexByte(mate, ':'); at < 1 || at == len(mate)-1 {
		return BadAlt
	} else if n := mate[at+1:]; countDigits(n) != len(n) {
		return BadAlt
	}
	if len(before) > 0 && len(after) > 0 || len(before)+len(after) == 0 {
		return BadAlt
	}
	side := before
	if len(side) == 0 {
		side = after
	}
	if isMissing(side) || IsSequence(side) || IsSequence(bytes.Trim(side, ".")) {
		return BreakendAlt
	}
	return BadAlt
}

// single holds the alleles of one base, so that most need no string of their own.
const single = "ACGT"

// Upper gives the text of an allele in upper case.
func Upper(allele []byte) string {
	if len(allele) == 1 {
		if i := strings.IndexByte(single, allele[0]&^0x20); i >= 0 {
			return single[i : i+1]
		}
	}
	return strings.ToUpper(string(allele))
}
