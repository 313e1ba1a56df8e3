package normalise

import (
	"bytes"
	"fmt"
	"io"

	"varpanel/hts/fault"
)

// siteWindow is how many positions records wait for others that move in front
// of them: the peer's -w.
const siteWindow = 1000

// Records wait longer than that where memory allows, for repeats are longer
// too: up to holdBytes of them. Where lines are so long that not even siteWindow
// of positions fits into maxBytes, the first ones leave.
const (
	holdBytes = 4 << 20
	maxBytes  = 48 << 20
)

// Window writes rewritten records in the order of their positions; those of one
// position in the order in which they came. It takes the batches of one file in
// their order.
type Window struct {
	o    Options
	out  io.Writer
	warn func(format string, args ...any)

	contig    []byte
	held      []heldLine // from head on, sorted by position
	head      int
	bytes     int
	pages     []*page // to be filled again
	in, kept  duplicates
	said      map[string]bool
	written   int // position of the last line that was written
	counts    Counts
	misplaced int
}

// heldLine is a line that waits.
type heldLine struct {
	page      *page
	line, pos int
}

// Counts are of a whole file.
type Counts struct {
	Records    int // that were read
	Split      int // of them, into one a line for each ALT
	Moved      int // of them, with another position, REF or ALT
	LeftOut    int // lines, because the reference gainsays them
	Duplicates int // lines that were removed
}

// NewWindow makes a Window that writes lines to out. warn says what the user
// should know, in the order of the file.
func NewWindow(out io.Writer, o Options, warn func(format string, args ...any)) *Window {
	return &Window{
		o: o, out: out, warn: warn, said: map[string]bool{},
		in: duplicates{mode: o.Remove}, kept: duplicates{mode: o.Remove},
	}
}

// Take takes the next batch, and keeps what has to wait.
func (w *Window) Take(b *Batch) error {
	p := b.page
	p.waiting++
	for i := range b.records {
		if err := w.record(b, i); err != nil {
			return err
		}
	}
	b.page = nil
	w.release(p)
	if n := len(w.pages); n > 0 {
		b.page, w.pages = w.pages[n-1], w.pages[:n-1]
	}
	return nil
}

// record takes the lines and notes of a batch's record.
func (w *Window) record(b *Batch, i int) error {
	r := &b.records[i]
	lines, notes := len(b.page.ends), len(b.notes)
	if i+1 < len(b.records) {
		lines, notes = b.records[i+1].lines, b.records[i+1].notes
	}
	contig := b.line(i)[:r.contig]
	w.counts.Records++
	// Duplicates are removed both before and after records move; of records
	// that are split, only after.
	if w.o.Remove != KeepDuplicates && !w.o.Split && w.in.repeats(contig, r.pos, r.ref, r.alts) {
		w.counts.Duplicates++
		return nil
	}
	if r.split {
		w.counts.Split++
	}
	if r.moved {
		w.counts.Moved++
	}
	for k := range b.notes[r.notes:notes] {
		if err := w.say(b, i, &b.notes[r.notes+k]); err != nil {
			return err
		}
	}
	if !bytes.Equal(contig, w.contig) {
		if err := w.leave(len(w.held)); err != nil {
			return err
		}
		w.contig = append(w.contig[:0], contig...)
		w.written = -1
	}
	for k := r.lines; k < lines; k++ {
		w.hold(heldLine{b.page, k, b.page.ends[k].pos})
	}
	return w.leave(w.ready())
}

// say reports a note, or makes it the error that ends the run.
func (w *Window) say(b *Batch, i int, n *note) error {
	if n.key != "" {
		if !w.said[n.key] {
			w.said[n.key] = true
			w.warn("%s: %s: %s: the number of values is not what the header says, so they were not split; other records of this kind are not told", w.o.Path, b.place(i), n.key)
		}
		return nil
	}
	if n.fatal && w.o.Check == (Check{}) {
		return fault.Inputf(w.o.Path, b.place(i)+": "+n.column, "%s", n.text).
			WithHint("-c w keeps such records and lists them, -c x leaves them out")
	}
	if n.left {
		w.counts.LeftOut++
	}
	if w.o.Check.Warn {
		w.warn("%s: %s: %s: %s", w.o.Path, b.place(i), n.column, n.text)
	}
	return nil
}

// hold puts a line into its place among those that wait.
func (w *Window) hold(h heldLine) {
	if w.head > len(w.held)/2 && w.head > 1024 {
		n := copy(w.held, w.held[w.head:])
		clear(w.held[n:])
		w.held, w.head = w.held[:n], 0
	}
	h.page.waiting++
	w.bytes += len(h.page.line(h.line))
	w.held = append(w.held, h)
	for i := len(w.held) - 1; i > w.head && w.held[i-1].pos > w.held[i].pos; i-- {
		w.held[i-1], w.held[i] = w.held[i], w.held[i-1]
	}
}

// ready gives the end of the lines that need not wait any more.
func (w *Window) ready() int {
	to, left := w.head, w.bytes
	for ; to < len(w.held); to++ {
		far := w.held[len(w.held)-1].pos-w.held[to].pos >= siteWindow
		if left <= holdBytes || !far && left <= maxBytes {
			break
		}
		left -= len(w.held[to].page.line(w.held[to].line))
	}
	return to
}

// leave writes the lines before an end.
func (w *Window) leave(to int) error {
	for ; w.head < to; w.head++ {
		h := &w.held[w.head]
		line := h.page.line(h.line)
		w.bytes -= len(line)
		if err := w.write(line, h.pos); err != nil {
			return err
		}
		w.release(h.page)
		h.page = nil
	}
	if w.head == len(w.held) {
		w.held, w.head = w.held[:0], 0
	}
	return nil
}

// write writes a line, unless it is a duplicate.
func (w *Window) write(line []byte, pos int) error {
	if w.o.Remove != KeepDuplicates {
		columns := bytes.SplitN(line, []byte{'\t'}, 6)
		if w.kept.repeats(w.contig, pos, columns[3], columns[4]) {
			w.counts.Duplicates++
			return nil
		}
	}
	if pos < w.written {
		w.misplaced++
	}
	w.written = max(w.written, pos)
	_, err := w.out.Write(line)
	return err
}

// release lets go of a page, and keeps it for a later batch when nothing of it
// waits any more.
func (w *Window) release(p *page) {
	p.waiting--
	if p.waiting == 0 && cap(p.text) <= 16*batchBytes {
		p.text, p.ends = p.text[:0], p.ends[:0]
		w.pages = append(w.pages, p)
	}
}

// Close writes what still waits.
func (w *Window) Close() error {
	if err := w.leave(len(w.held)); err != nil {
		return err
	}
	if w.misplaced > 0 {
		w.warn("%s: %d records were written after one with a larger position: the file is not sorted, or they moved further than the window reaches", w.o.Path, w.misplaced)
	}
	return nil
}

// Counts gives what was done so far.
func (w *Window) Counts() Counts { return w.counts }

// String gives the counts as a line for the user.
func (c Counts) String() string {
	return fmt.Sprintf("%d records, %d split, %d moved or trimmed, %d lines left out, %d duplicates removed",
		c.Records, c.Split, c.Moved, c.LeftOut, c.Duplicates)
}
