package annotate

import (
	"slices"

	"varpanel/hts/fasta"
)

// window gives a sequence's bases from the stretch of the file that was read
// last: records that come in order ask for bases near each other. Its slices are
// the caller's own. It is for one goroutine.
type window struct{ *fasta.Cursor }

func (w window) Bases(contig string, start, end int) ([]byte, error) {
	bases, err := w.Cursor.Bases(contig, start, end)
	return slices.Clone(bases), err
}
