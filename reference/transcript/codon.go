package transcript

// NCBI's genetic codes, https://www.ncbi.nlm.nih.gov/Taxonomy/Utils/wprintgc.cgi,
// in the order of the bases T, C, A, G for first, second and third position.
const (
	code1 = "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"
	code2 = "FFLLSSSSYY**CCWWLLLLPPPPHHQQRRRRIIMMTTTTNNKKSS**VVVVAAAADDEEGGGG"
)

// Unknown is the amino acid of a codon that is short or has a base that is not
// A, C, G or T.
const Unknown = 'X'

// Stop is the translation of a stop codon.
const Stop = '*'

var baseIndex = func() (t [256]int8) {
	for i := range t {
		t[i] = -1
	}
	for i, b := range []byte("TCAG") {
		t[b] = int8(i)
	}
	return t
}()

// TranslateCodon gives the one-letter amino acid of three bases in a genetic
// code (1, or 2 for the vertebrate mitochondrion), '*' for a stop, or Unknown.
func TranslateCodon(a, b, c byte, table int) byte {
	i, j, k := baseIndex[a], baseIndex[b], baseIndex[c]
	if i|j|k < 0 {
		return Unknown
	}
	n := int(i)<<4 | int(j)<<2 | int(k)
	if table == 2 {
		return code2[n]
	}
	return code1[n]
}

// Translate appends the amino acids of the whole codons of bases to dst; it
// does not stop at a stop codon, and leaves one or two last bases out.
func Translate(dst, bases []byte, table int) []byte {
	for i := 0; i+3 <= len(bases); i += 3 {
		dst = append(dst, TranslateCodon(bases[i], bases[i+1], bases[i+2], table))
	}
	return dst
}

// IsStart tells whether three bases start a protein as a matter of course: ATG
// in code 1, and in code 2 also ATA, ATT, ATC and GTG. (NCBI lists CTG and TTG
// for code 1 as well; in a human gene they are rare enough to be flagged.)
func IsStart(codon []byte, table int) bool {
	switch string(codon) {
	case "ATG":
		return true
	case "ATA", "ATT", "ATC", "GTG":
		return table == 2
	}
	return false
}

var complement = func() (t [256]byte) {
	for i := range t {
		t[i] = 'N'
	}
	for i, b := range []byte("ACGTN") {
		t[b] = "TGCAN"[i]
	}
	return t
}()

// AppendReverseComplement appends the reverse complement of upper-case bases
// to dst. What is not A, C, G or T becomes N.
func AppendReverseComplement(dst, bases []byte) []byte {
	for i := len(bases) - 1; i >= 0; i-- {
		dst = append(dst, complement[bases[i]])
	}
	return dst
}
