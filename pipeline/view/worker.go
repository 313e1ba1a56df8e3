package view

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"varpanel/hts/fault"
	"varpanel/hts/vcf"
	"varpanel/hts/vcf/expr"
	"varpanel/stages/scan"
)

// batch is a stretch on its way: what a worker kept of it, and what was wrong.
type batch struct {
	scan.Stretch
	kept   int    // where in Text what leaves as it is ends: it is moved to the front
	open   run    // what follows it, not moved yet
	out    []byte // what is written instead, where a record was changed
	copied bool   // out is what is written
	lines  int
	blank  int   // of lines, how many stand before empty ones at the end; -1: no empty line
	err    error // what ends the scan, after what was kept
	at     []byte
}

// run is a part of the stretch that leaves as it is.
type run struct{ from, to int }

func (b *batch) reset() {
	b.kept, b.open, b.out, b.copied, b.lines, b.blank, b.err, b.at = 0, run{}, b.out[:0], false, 0, -1, nil, nil
}

// settle moves the open run to the front. Doing it here and not when it is
// written takes it from the cache, and leaves one piece to write.
func (b *batch) settle() {
	if b.kept != b.open.from {
		copy(b.Text[b.kept:], b.Text[b.open.from:b.open.to])
	}
	b.kept += b.open.to - b.open.from
	b.open = run{b.open.to, b.open.to}
}

// written is what leaves.
func (b *batch) written() []byte {
	if b.copied {
		return b.out
	}
	return b.Text[:b.kept]
}

// worker looks at the records of one batch at a time.
type worker struct {
	columns   int // tabs of a line
	regions   *scan.Matcher
	targets   *scan.Matcher
	outside   bool // records outside the targets are kept, not those inside
	filters   [][]byte
	filter    *expr.Filter
	exclude   bool
	subsetter *subsetter
}

func (p *plan) newWorker() (*worker, error) {
	w := &worker{columns: p.tabs, filters: p.filters, exclude: p.Exclude != "", outside: p.outside}
	if p.regions != nil {
		w.regions = scan.NewMatcher(p.regions, scan.Overlapping)
	}
	if p.targets != nil {
		w.targets = scan.NewMatcher(p.targets, scan.Starting)
	}
	if text := p.Include + p.Exclude; text != "" {
		f, err := expr.Compile(text, p.in.Header(), expr.Options{ReadList: p.ReadList})
		if err != nil {
			return nil, err
		}
		w.filter = f
	}
	if p.chosen != nil {
		w.subsetter = &subsetter{chosen: p.chosen}
	}
	return w, nil
}

// unpack makes text of a stretch and walks its lines. What is wrong with the file
// comes after them.
func (w *worker) unpack(b *batch) {
	err := b.Unpack()
	w.batch(b)
	if b.err == nil {
		b.err = err
	}
}

// batch walks the lines of a stretch, and moves those in it that are kept.
func (w *worker) batch(b *batch) {
	w.walk(b)
	b.settle()
}

func (w *worker) walk(b *batch) {
	text := b.Text
	for at := 0; at < len(text); b.lines++ {
		end := bytes.IndexByte(text[at:], '\n')
		next := at + end + 1
		if end < 0 {
			end, next = len(text)-at, len(text)
		}
		line := text[at : at+end]
		crlf := len(line) > 0 && line[len(line)-1] == '\r'
		if crlf {
			line = line[:len(line)-1]
		}
		if len(line) == 0 {
			b.empty(text[at:])
			return
		}
		keep, err := w.keeps(line)
		if err == nil && keep {
			err = w.keep(b, line, run{at, next}, crlf || next == at+end)
		}
		if err != nil {
			b.err, b.at = err, line
			return
		}
		at = next
	}
}

// empty takes an empty line, which only others like it may follow.
func (b *batch) empty(rest []byte) {
	b.blank = b.lines
	if len(bytes.Trim(rest, "\r\n")) > 0 {
		b.err = &vcf.ColumnError{Msg: "an empty line"}
	}
}

var errPosition = &vcf.ColumnError{Column: "POS", Msg: "is no position"}

// keeps says whether a record is kept. Of what nobody asks for it looks at the
// number of columns and at POS alone.
func (w *worker) keeps(line []byte) (bool, error) {
	if n := bytes.Count(line, tab); n != w.columns {
		return false, &vcf.ColumnError{Msg: fmt.Sprintf("%d tab-separated columns, the header names %d", n+1, w.columns+1)}
	}
	if !hasPosition(line) {
		return false, errPosition
	}
	if w.regions != nil {
		if in, err := w.regions.Meets(line); !in || err != nil {
			return false, err
		}
	}
	if w.targets != nil {
		if in, err := w.targets.Meets(line); in == w.outside || err != nil {
			return false, err
		}
	}
	if w.filters != nil && !w.passes(line) {
		return false, nil
	}
	if w.filter == nil {
		return true, nil
	}
	met, err := w.filter.Match(line)
	return met != w.exclude, err
}

var tab = []byte{'\t'}

// hasPosition says whether the second column is a number.
func hasPosition(line []byte) bool {
	i := bytes.IndexByte(line, '\t') + 1
	start := i
	for i < len(line) && line[i] >= '0' && line[i] <= '9' {
		i++
	}
	return start > 1 && i > start && i < len(line) && line[i] == '\t'
}

// passes says whether FILTER has one of the filters that are asked for.
func (w *worker) passes(line []byte) bool {
	for range vcf.Filter {
		line = line[bytes.IndexByte(line, '\t')+1:]
	}
	column := line[:bytes.IndexByte(line, '\t')]
	for more := true; more; {
		var id []byte
		id, column, more = bytes.Cut(column, []byte{';'})
		for _, f := range w.filters {
			if bytes.Equal(f, id) {
				return true
			}
		}
	}
	return false
}

// keep puts a record into what is written: as it stands, or as a copy where it
// is changed, if only in its line end.
func (w *worker) keep(b *batch, line []byte, r run, end bool) error {
	if w.subsetter == nil && !end && !b.copied {
		if b.open.to != r.from {
			b.settle()
			b.open.from = r.from
		}
		b.open.to = r.to
		return nil
	}
	if !b.copied {
		b.copied = true
		b.settle()
		b.out = append(b.out, b.Text[:b.kept]...)
	}
	if w.subsetter == nil {
		b.out = append(b.out, line...)
	} else {
		var err error
		if b.out, err = w.subsetter.append(b.out, line); err != nil {
			return err
		}
	}
	b.out = append(b.out, '\n')
	return nil
}

// parseFilters reads -f.
func parseFilters(list string, h *vcf.Header) ([][]byte, error) {
	if list == "" {
		return nil, nil
	}
	var out [][]byte
	for id := range strings.SplitSeq(list, ",") {
		_, known := h.Filter(id)
		if !known && id != "." && id != "PASS" {
			names := []string{"PASS", "."}
			for _, f := range h.Filters {
				if f.ID != "PASS" {
					names = append(names, f.ID)
				}
			}
			slices.Sort(names[2:])
			return nil, fault.Usagef("--apply-filters: FILTER %q is not in the header, which has %s", id, strings.Join(names, ", "))
		}
		out = append(out, []byte(id))
	}
	return out, nil
}
