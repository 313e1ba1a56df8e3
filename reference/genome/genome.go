// Package genome is the reference sequence as the rest of the house sees it.
package genome

// Sequence gives reference bases. Implementations are safe for concurrent use
// unless they say otherwise.
type Sequence interface {
	// Bases gives the upper-case bases of contig[start:end], 0-based
	// half-open. The caller must not change them. A span that leaves the
	// contig, or a contig that is not there, is an error. Unknown bases are N.
	Bases(contig string, start, end int) ([]byte, error)
	// Length gives the contig's length in bases and whether it is there.
	Length(contig string) (int, bool)
}

// Appender is a Sequence that can put bases into room that the caller has.
type Appender interface {
	// AppendBases appends to dst what Bases gives.
	AppendBases(dst []byte, contig string, start, end int) ([]byte, error)
}

// AppendBases appends bases to dst, through Appender where the sequence is one.
func AppendBases(dst []byte, s Sequence, contig string, start, end int) ([]byte, error) {
	if a, ok := s.(Appender); ok {
		return a.AppendBases(dst, contig, start, end)
	}
	bases, err := s.Bases(contig, start, end)
	return append(dst, bases...), err
}
