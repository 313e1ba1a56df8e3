package fasta

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"

	"varpanel/hts/bgzf"
)

// The writer puts a thousand whole lines of sixty bases into each block, and a
// contig's name into a block of its own. So all blocks that are nothing but N
// are the same bytes, packed once.
const (
	lineBases  = 60
	blockLines = 1000
	blockBases = lineBases * blockLines
)

// Writer writes a bgzipped FASTA file with its .fai and .gzi. Contigs are
// written one after the other with all their bases. The first error is kept and
// given by each later call. It is for one goroutine.
type Writer struct {
	z        *bgzf.Writer
	fai, gzi io.Writer
	err      error
	names    map[string]bool

	contig string
	length int // as Begin said; 0 before the first
	left   int // bases that are still to come

	block   []byte // the block under way, line ends included
	column  int    // in its last line
	plain   int64  // plain bytes before the block
	entries []entry
	allN    []byte // a packed block that is all N; nil before it is needed
}

// NewWriter writes the FASTA to fasta and the indexes to fai and gzi.
func NewWriter(fasta, fai, gzi io.Writer) *Writer {
	return &Writer{z: bgzf.NewWriter(fasta, bgzf.WriterOptions{}), fai: fai, gzi: gzi, names: map[string]bool{}}
}

// Begin starts a contig of length bases. The contig before it must be whole.
func (w *Writer) Begin(contig string, length int) error {
	w.finish()
	if w.err != nil {
		return w.err
	}
	if contig == "" || length < 0 || w.names[contig] || bytes.ContainsAny([]byte(contig), " \t\r\n") {
		w.err = fmt.Errorf("fasta: no contig %q of %d bases can be written here", contig, length)
		return w.err
	}
	w.names[contig] = true
	w.contig, w.length, w.left = contig, length, length
	w.block = append(append(append(w.block[:0], '>'), contig...), '\n')
	if w.end(); w.err != nil {
		return w.err
	}
	if length == 0 {
		_, w.err = fmt.Fprintf(w.fai, "%s\t0\t%d\t0\t0\n", contig, w.plain)
		return w.err
	}
	_, w.err = fmt.Fprintf(w.fai, "%s\t%d\t%d\t%d\t%d\n", contig, length, w.plain, lineBases, lineBases+1)
	return w.err
}

// Bases writes the contig's next bases.
func (w *Writer) Bases(b []byte) error {
	if !w.take(len(b)) {
		return w.err
	}
	for len(b) > 0 && w.err == nil {
		n := min(lineBases-w.column, len(b))
		w.block = append(w.block, b[:n]...)
		b = b[n:]
		w.advance(n)
	}
	w.close()
	return w.err
}

// N writes a run of unknown bases.
func (w *Writer) N(count int) error {
	if !w.take(count) {
		return w.err
	}
	for count > 0 && w.err == nil {
		if len(w.block) == 0 && count >= blockBases {
			w.wholeN()
			count -= blockBases
			continue
		}
		n := min(lineBases-w.column, count)
		w.block = append(w.block, lineOfN[:n]...)
		count -= n
		w.advance(n)
	}
	w.close()
	return w.err
}

var lineOfN = bytes.Repeat([]byte{'N'}, lineBases)

// take counts bases off the contig's length.
func (w *Writer) take(n int) bool {
	if w.err == nil && (n < 0 || n > w.left) {
		w.err = fmt.Errorf("fasta: contig %s gets more than its %d bases", w.contig, w.length)
	}
	if w.err != nil {
		return false
	}
	w.left -= n
	return true
}

// advance ends the line, and the block, that n more bases have filled.
func (w *Writer) advance(n int) {
	if w.column += n; w.column == lineBases {
		w.column = 0
		w.block = append(w.block, '\n')
	}
	if len(w.block) == blockBases+blockLines {
		w.end()
	}
}

// close ends the last line and block of a contig that is whole.
func (w *Writer) close() {
	if w.left > 0 || w.err != nil {
		return
	}
	if w.column > 0 {
		w.column = 0
		w.block = append(w.block, '\n')
	}
	w.end()
}

// end writes the block under way, if it holds anything.
func (w *Writer) end() {
	if len(w.block) == 0 || w.err != nil {
		return
	}
	w.entries = append(w.entries, entry{packed: w.z.Offset().Block(), plain: w.plain})
	if _, w.err = w.z.Write(w.block); w.err == nil {
		w.err = w.z.Flush()
	}
	w.plain += int64(len(w.block))
	w.block = w.block[:0]
}

// wholeN writes a block that is all N.
func (w *Writer) wholeN() {
	if w.allN == nil {
		plain := bytes.Repeat(append(bytes.Clone(lineOfN), '\n'), blockLines)
		if w.allN, w.err = bgzf.PackBlock(plain, 9); w.err != nil {
			return
		}
	}
	w.entries = append(w.entries, entry{packed: w.z.Offset().Block(), plain: w.plain})
	w.err = w.z.WriteRawBlock(w.allN)
	w.plain += blockBases + blockLines
}

func (w *Writer) finish() {
	if w.err == nil && w.left > 0 {
		w.err = fmt.Errorf("fasta: contig %s lacks %d of its %d bases", w.contig, w.left, w.length)
	}
}

// Close writes what is left and the .gzi. It closes none of the files.
func (w *Writer) Close() error {
	w.finish()
	if w.err != nil {
		return w.err
	}
	if w.err = w.z.Close(); w.err != nil {
		return w.err
	}
	// The first block, at 0, is not written.
	rest := w.entries[min(1, len(w.entries)):]
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(rest)))
	for _, e := range rest {
		b = binary.LittleEndian.AppendUint64(b, uint64(e.packed))
		b = binary.LittleEndian.AppendUint64(b, uint64(e.plain))
	}
	_, w.err = w.gzi.Write(b)
	return w.err
}
