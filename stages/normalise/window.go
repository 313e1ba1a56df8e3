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
// of positions fits into maxBytes, the first ones leave. Lines that wait keep
// their pages: up to maxPinned bytes of them.
const (
	holdBytes = 4 << 20
	maxBytes  = 48 << 20
	maxPinned = 3 * maxBytes
	keptPages = 64 // to be filled again
)

var tab = []byte{'\t'}

// Window writes rewritten records in the order of their positions; those of one
// position in the order in which they came. It takes the batches of one file in
// their order, and refuses a file whose records go back by more than siteWindow
// or whose contigs come twice.
type Window struct {
	o    Options
	out  io.Writer
	warn func(format string, args ...any)

	contig    []byte
	contigs   map[string]bool // that were begun
	furthest  int             // position that was read on the contig
	waiting   queue
	bytes     int // of lines that wait
	pinned    int // of the pages that they stand in
	pages     []*page
	in, kept  duplicates
	said      map[string]bool
	written   int // position of the last line that was written
	counts    Counts
	misplaced int
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
		o: o, out: out, warn: warn, said: map[string]bool{}, contigs: map[string]bool{},
		in: duplicates{mode: o.Remove}, kept: duplicates{mode: o.Remove},
	}
}

// Take takes the next batch, and keeps what has to wait.
func (w *Window) Take(b *Batch) error {
	p := b.page
	p.waiting++
	w.pinned += cap(p.text)
	for i := range b.records {
		if err := w.record(b, i); err != nil {
			return err
		}
	}
	b.page = nil
	w.release(p)
	if w.pinned > maxPinned {
		w.compact()
	}
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
	if err := w.follows(b, i, contig); err != nil {
		return err
	}
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
	for k := r.lines; k < lines; k++ {
		p := b.page
		p.waiting++
		w.bytes += len(p.line(k))
		w.waiting.push(p, k, p.ends[k].pos)
	}
	return w.leave(false)
}

// follows refuses a record that does not stand where a sorted file has it, and
// begins the next contig.
func (w *Window) follows(b *Batch, i int, contig []byte) error {
	pos := b.records[i].pos
	if !bytes.Equal(contig, w.contig) {
		if w.contigs[string(contig)] {
			return fault.Inputf(w.o.Path, b.place(i)+": CHROM", "%s comes again, after %s: not sorted", contig, w.contig).
				WithHint("bcftools sort makes a sorted file")
		}
		if err := w.leave(true); err != nil {
			return err
		}
		w.contig = append(w.contig[:0], contig...)
		w.contigs[string(contig)] = true
		w.written, w.furthest = -1, pos
		return nil
	}
	if pos < w.furthest-siteWindow {
		return fault.Inputf(w.o.Path, b.place(i)+": POS", "%d comes after %d: not sorted", pos+1, w.furthest+1).
			WithHint("bcftools sort makes a sorted file")
	}
	w.furthest = max(w.furthest, pos)
	return nil
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

// leave writes the lines that need not wait any more, or all of them.
func (w *Window) leave(all bool) error {
	for w.waiting.len() > 0 {
		far := w.waiting.last-w.waiting.first().pos >= siteWindow
		if !all && (w.bytes <= holdBytes || !far && w.bytes <= maxBytes) {
			return nil
		}
		h := w.waiting.pop()
		line := h.page.line(h.line)
		w.bytes -= len(line)
		if err := w.write(line, h.pos); err != nil {
			return err
		}
		w.release(h.page)
	}
	return nil
}

// write writes a line, unless it is a duplicate.
func (w *Window) write(line []byte, pos int) error {
	if w.o.Remove != KeepDuplicates {
		_, rest, _ := bytes.Cut(line[len(w.contig)+1:], tab)
		_, rest, _ = bytes.Cut(rest, tab)
		ref, rest, _ := bytes.Cut(rest, tab)
		alts, _, _ := bytes.Cut(rest, tab)
		if w.kept.repeats(w.contig, pos, ref, alts) {
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
	if p.waiting--; p.waiting > 0 {
		return
	}
	w.pinned -= cap(p.text)
	if cap(p.text) <= 16*batchBytes && len(w.pages) < keptPages {
		p.text, p.ends = p.text[:0], p.ends[:0]
		w.pages = append(w.pages, p)
	}
}

// compact copies the lines that wait out of pages of which little waits.
func (w *Window) compact() {
	p := &page{text: make([]byte, 0, w.bytes), waiting: w.waiting.len()}
	for h := range w.waiting.all() {
		p.text = append(p.text, h.page.line(h.line)...)
		p.ends = append(p.ends, placed{len(p.text), h.pos})
		w.release(h.page)
		h.page, h.line = p, len(p.ends)-1
	}
	if p.waiting > 0 {
		w.pinned += cap(p.text)
	}
}

// Close writes what still waits.
func (w *Window) Close() error {
	if err := w.leave(true); err != nil {
		return err
	}
	if w.misplaced > 0 {
		w.warn("%s: %d records were written after one with a larger position: they moved further than the window reaches", w.o.Path, w.misplaced)
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
