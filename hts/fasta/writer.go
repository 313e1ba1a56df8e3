package fasta

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"

	"varpanel/hts/bgzf"
)

// The writer puts one line of lineBases bases into each block, and a contig's
// description into a block of its own. So all blocks that are nothing but N are
// the same bytes, packed once. The line fills a block: a match at distance 1
// costs deflate no extra bits, so a block of N is half of what it is with lines
// of 60.
const lineBases = 0xff00 - 1

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

	block   []byte // the line under way
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
	w.block = append(append(w.block[:0], '>'), contig...)
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
		n := min(lineBases-len(w.block), len(b))
		w.block = append(w.block, b[:n]...)
		b = b[n:]
		w.endFull()
	}
	return w.err
}

// N writes a run of unknown bases.
func (w *Writer) N(count int) error {
	if !w.take(count) {
		return w.err
	}
	for count > 0 && w.err == nil {
		n := min(lineBases-len(w.block), count)
		count -= n
		if n == lineBases {
			w.wholeN()
			continue
		}
		for range n {
			w.block = append(w.block, 'N')
		}
		w.endFull()
	}
	return w.err
}

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

// endFull ends a line that is full, or that is the contig's last.
func (w *Writer) endFull() {
	if len(w.block) == lineBases || w.left == 0 {
		w.end()
	}
}

// end writes the line under way as a block.
func (w *Writer) end() {
	w.block = append(w.block, '\n')
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
		plain := append(bytes.Repeat([]byte{'N'}, lineBases), '\n')
		if w.allN, w.err = bgzf.PackBlock(plain, 9); w.err != nil {
			return
		}
	}
	w.entries = append(w.entries, entry{packed: w.z.Offset().Block(), plain: w.plain})
	w.err = w.z.WriteRawBlock(w.allN)
	w.plain += lineBases + 1
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
