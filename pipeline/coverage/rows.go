package coverage

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"slices"
	"sort"
	"strings"

	"varpanel/hts/bam"
	"varpanel/hts/bed"
	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
)

// row is one row of a BED file, or a window, 0-based half-open.
type row struct {
	start, end int
	name       string // "" where the file has none
}

// rows are those of one contig, by start, as many as there are of one start in
// the order of the file. The zero value has none.
type rows struct {
	list  []row
	reach []int // of a row and all before it, the largest end

	window, length int // or windows of a contig
}

// count is the number of rows.
func (r *rows) count() int {
	if r.window > 0 {
		return (r.length + r.window - 1) / r.window
	}
	return len(r.list)
}

// at is row i.
func (r *rows) at(i int) row {
	if r.window > 0 {
		return row{start: i * r.window, end: min((i+1)*r.window, r.length)}
	}
	return r.list[i]
}

// from is the first row that may have a base at or after start.
func (r *rows) from(start int) int {
	if r.window > 0 {
		return start / r.window
	}
	return sort.SearchInts(r.reach, start+1)
}

// sort puts the rows in their order.
func (r *rows) sort() {
	slices.SortStableFunc(r.list, func(a, b row) int { return a.start - b.start })
	r.reach = make([]int, len(r.list))
	for i, w := range r.list {
		r.reach[i] = w.end
		if i > 0 {
			r.reach[i] = max(r.reach[i], r.reach[i-1])
		}
	}
}

// union gives the stretches that the rows cover, sorted and disjoint.
func (r *rows) union() []bam.Interval {
	var out []bam.Interval
	for _, w := range r.list {
		switch n := len(out); {
		case w.start == w.end:
		case n > 0 && w.start <= out[n-1].End:
			out[n-1].End = max(out[n-1].End, w.end)
		default:
			out = append(out, bam.Interval{Start: w.start, End: w.end})
		}
	}
	return out
}

// territory is where the rows lie: those of each contig of the BAM file, and
// after them those of contigs that it lacks, in the order of the BED file.
type territory struct {
	known   []rows // by reference number
	missing []absent
}

// absent is a contig that the BAM file lacks.
type absent struct {
	name string
	rows rows
}

// readRows reads the BED file against the header. A file without an interval,
// one of whose contigs the BAM file has none, and a row past its contig's end are
// Input errors; a contig that the BAM file lacks is a warning.
func readRows(o *Options, h *bam.Header) (*territory, error) {
	records, err := readBED(o.BED, bgzf.Options{Name: o.BED, SafeInflate: o.SafeInflate})
	if err != nil {
		return nil, err
	}
	t := &territory{known: make([]rows, len(h.Refs))}
	lacking := map[string]int{}
	for _, r := range records {
		w := row{start: r.Start, end: r.End, name: r.Name}
		id, ok := h.ID(r.Contig)
		if !ok {
			i, seen := lacking[r.Contig]
			if !seen {
				i = len(t.missing)
				lacking[r.Contig] = i
				t.missing = append(t.missing, absent{name: r.Contig})
			}
			t.missing[i].rows.list = append(t.missing[i].rows.list, w)
			continue
		}
		if n := h.Refs[id].Length; r.End > n {
			return nil, fault.Inputf(o.BED, fmt.Sprintf("line %d", r.Line), "end: %d is past the end of %s, which has %d bases in the BAM file: another assembly?",
				r.End, r.Contig, n)
		}
		t.known[id].list = append(t.known[id].list, w)
	}
	if err := t.complete(o, h, len(records)); err != nil {
		return nil, err
	}
	return t, nil
}

// complete sorts the rows, and warns or fails for what is missing.
func (t *territory) complete(o *Options, h *bam.Header, n int) error {
	if n == 0 {
		return fault.Inputf(o.BED, "", "holds no interval")
	}
	lost := 0
	for i := range t.missing {
		t.missing[i].rows.sort()
		lost += t.missing[i].rows.count()
	}
	if lost == n {
		example := ""
		if len(h.Refs) > 0 {
			example = ": its first is " + h.Refs[0].Name
		}
		return fault.Inputf(o.BED, "", "the BAM file has no contig %s, nor any other of this file%s", t.missing[0].name, example)
	}
	for _, m := range t.missing {
		o.Warn("the BAM file has no contig %s: its rows (%d) have depth 0 and are in no summary", m.name, m.rows.count())
	}
	for i := range t.known {
		t.known[i].sort()
	}
	return nil
}

// windows gives every contig its windows.
func windows(n int, h *bam.Header) *territory {
	t := &territory{known: make([]rows, len(h.Refs))}
	for i, ref := range h.Refs {
		t.known[i] = rows{window: n, length: ref.Length}
	}
	return t
}

// readBED reads a BED file, which may be gzipped.
func readBED(path string, o bgzf.Options) ([]bed.Record, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fault.Missing(err)
	}
	defer f.Close()
	var in io.Reader = bufio.NewReader(f)
	head, _ := in.(*bufio.Reader).Peek(18)
	switch {
	case bgzf.IsBGZF(head):
		z, err := bgzf.NewReader(in, o)
		if err != nil {
			return nil, err
		}
		defer z.Close()
		in = z
	case bgzf.IsGzip(head):
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, fault.Inputf(path, "", "%s", err)
		}
		in = z
	case strings.HasPrefix(string(head), "BAM\x01"):
		return nil, fault.Inputf(path, "", "a BAM file, not BED")
	}
	return bed.Read(in, path)
}
