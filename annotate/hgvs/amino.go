package hgvs

// threeLetter holds the amino acids' names by one-letter code; '*' is Ter, U is
// selenocysteine, X is an amino acid that is not known, B and Z are one of two.
var threeLetter = [256]string{
	'A': "Ala", 'C': "Cys", 'D': "Asp", 'E': "Glu", 'F': "Phe", 'G': "Gly", 'H': "His", 'I': "Ile",
	'K': "Lys", 'L': "Leu", 'M': "Met", 'N': "Asn", 'P': "Pro", 'Q': "Gln", 'R': "Arg", 'S': "Ser",
	'T': "Thr", 'V': "Val", 'W': "Trp", 'Y': "Tyr", 'U': "Sec", '*': "Ter", 'X': "Xaa", 'B': "Asx", 'Z': "Glx",
}

// AminoAcid gives the three-letter name of a one-letter code, "Xaa" for what
// is none.
func AminoAcid(code byte) string {
	if s := threeLetter[code]; s != "" {
		return s
	}
	return "Xaa"
}

// oneLetter gives the code of a three-letter name, or 0.
func oneLetter(name string) byte {
	for code, s := range threeLetter {
		if s == name {
			return byte(code)
		}
	}
	return 0
}
