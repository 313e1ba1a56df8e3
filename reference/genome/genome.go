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
