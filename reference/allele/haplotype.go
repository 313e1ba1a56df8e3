package allele

import "bytes"

// SameHaplotype says whether two alleles give the same sequence when each is
// put into the reference by itself, however they are written.
func SameHaplotype(a, b Allele, seq Sequence) (bool, error) {
	if a.Contig != b.Contig || len(a.Alt)-len(a.Ref) != len(b.Alt)-len(b.Ref) {
		return false, nil
	}
	start, end := min(a.Pos, b.Pos), max(a.End(), b.End())
	bases, err := seq.Bases(a.Contig, start, end)
	if err != nil {
		return false, err
	}
	return bytes.Equal(put(bases, start, a), put(bases, start, b)), nil
}

// put gives the bases from start on with the allele's ALT in the place of REF.
func put(bases []byte, start int, a Allele) []byte {
	out := make([]byte, 0, len(bases)+len(a.Alt))
	out = append(out, bases[:a.Pos-start]...)
	out = append(out, a.Alt...)
	return append(out, bases[a.End()-start:]...)
}
