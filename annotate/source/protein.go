package source

import (
	"strconv"
	"strings"

	"varpanel/annotate/consequence"
)

// ProteinChange gives the change of a single amino acid in one-letter form
// (V600E, R213*), as hotspot lists name it, or "" for any other change.
func ProteinChange(p consequence.Prediction) string {
	was, is, ok := strings.Cut(p.AminoAcids, "/")
	if !ok || len(was) != 1 || len(is) != 1 || p.ProteinStart < 1 || p.ProteinStart != p.ProteinEnd {
		return ""
	}
	return was + strconv.Itoa(p.ProteinStart) + is
}

// residues maps three-letter names to one letter.
var residues = map[string]string{
	"Ala": "A", "Arg": "R", "Asn": "N", "Asp": "D", "Cys": "C", "Gln": "Q", "Glu": "E", "Gly": "G", "His": "H",
	"Ile": "I", "Leu": "L", "Lys": "K", "Met": "M", "Phe": "F", "Pro": "P", "Ser": "S", "Thr": "T", "Trp": "W",
	"Tyr": "Y", "Val": "V", "Sec": "U", "Pyl": "O", "Ter": "*",
}

// oneLetter gives a single substitution as sources write it (p.V600E, V600E,
// p.(Val600Glu)) in one-letter form. Other changes come back without their
// "p." and parentheses.
func oneLetter(change string) string {
	s := strings.TrimPrefix(change, "p.")
	s = strings.TrimSuffix(strings.TrimPrefix(s, "("), ")")
	if len(s) < 5 {
		return s
	}
	was, ok := residues[s[:3]]
	if !ok {
		return s
	}
	digits := strings.TrimLeft(s[3:], "0123456789")
	number := s[3 : len(s)-len(digits)]
	is, ok := residues[digits]
	if digits == "*" {
		is, ok = "*", true
	}
	if number == "" || !ok {
		return s
	}
	return was + number + is
}
