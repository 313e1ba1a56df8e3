package check

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/hts/index"
)

// order follows records through a file: whether they are sorted.
type order struct {
	contig  string
	seen    map[string]bool
	last    int // start of the last record
	problem string
}

// next takes a record on [start, end), 0-based half-open. The first record that
// is out of order is kept in problem.
func (o *order) next(contig string, start int) {
	switch {
	case contig != o.contig || o.seen == nil:
		if o.seen == nil {
			o.seen = map[string]bool{}
		}
		if o.seen[contig] && o.problem == "" {
			o.problem = fmt.Sprintf("contig %s comes back after %s", contig, o.contig)
		}
		o.seen[contig] = true
		o.contig = contig
	case start < o.last && o.problem == "":
		o.problem = fmt.Sprintf("%s:%d comes after %s:%d", contig, start+1, contig, o.last+1)
	}
	o.last = start
}

// fit compares an index with the records of its file.
type fit struct {
	path  string // of the file
	x     *index.Index
	marks []marked // what the index promises, by offset
	count []int    // records of each contig
}

// marked is a promise about a contig.
type marked struct {
	id int
	index.Mark
}

// findIndex opens the index of the target, if it has one, and checks that it can
// be its.
func (t *target) findIndex(format index.Format) (*fit, error) {
	if t.file == nil || !t.packed {
		return nil, nil
	}
	x, err := index.Find(t.path, index.Want{Format: format, AllowOld: t.options.AllowOldIndex, SafeInflate: t.options.SafeInflate})
	if errors.Is(err, index.ErrNone) {
		t.result.Index = "no index"
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	f := &fit{path: t.path, x: x, count: make([]int, x.References())}
	for id := range x.References() {
		for _, m := range x.Marks(id, 0, maxPosition) {
			f.marks = append(f.marks, marked{id: id, Mark: m})
		}
	}
	slices.SortStableFunc(f.marks, func(a, b marked) int { return cmp.Compare(a.At, b.At) })
	t.result.Index = filepath.Base(x.Path) + " fits"
	if x.Old {
		t.result.Index += " (older than the file)"
	}
	return f, nil
}

const maxPosition = 1 << 60

// record compares a record of contig number id on [start, end) with what the
// index says. The record begins at an offset; from is where the one before it
// ends. Between the two are empty blocks at most, and an index may have the
// record at any of them.
func (f *fit) record(id, start, end int, from, at bgzf.Offset) error {
	if id < 0 || id >= len(f.count) {
		return f.misfit(at, "it lacks the contig of this record")
	}
	f.count[id]++
	start = max(start, 0)
	end = max(end, start+1)
	for len(f.marks) > 0 && f.marks[0].At <= at {
		m := f.marks[0]
		if m.At < from {
			return f.misfit(m.At, "no record begins where it has one")
		}
		if m.id != id || start < m.Start || start >= m.End {
			return f.misfit(at, "the record is not in the bin that it says")
		}
		f.marks = f.marks[1:]
	}
	for _, base := range []int{start, end - 1} {
		if !f.x.Covers(id, base, base+1, at) && !f.x.Covers(id, base, base+1, from) {
			return f.misfit(at, "it does not lead to this record")
		}
	}
	return nil
}

// end looks at what is left after the last record; unplaced is the number of
// records without a place, which BAM has.
func (f *fit) end(unplaced int) error {
	if len(f.marks) > 0 {
		return f.misfit(f.marks[0].At, "no record begins where it has one")
	}
	for id, n := range f.count {
		if mapped, unmapped, ok := f.x.Records(id); ok && mapped+unmapped != n {
			return f.misfit(0, fmt.Sprintf("it counts %d records on contig %d, the file has %d", mapped+unmapped, id+1, n))
		}
	}
	if n, ok := f.x.Unplaced(); ok && n != unplaced {
		return f.misfit(0, fmt.Sprintf("it counts %d records without a place, the file has %d", n, unplaced))
	}
	return nil
}

func (f *fit) misfit(at bgzf.Offset, msg string) error {
	place := ""
	if at != 0 {
		place = fmt.Sprintf("offset %d:%d of %s", at.Block(), at.Within(), filepath.Base(f.path))
	}
	return fault.Inputf(f.x.Path, place, "index does not fit: %s", msg).WithHint("make it again: tabix -f, bcftools index -f or samtools index")
}

// checkIndex reads an index by itself.
func checkIndex(t *target) error {
	x, err := index.Read(t.in, t.blocks())
	if err != nil {
		return err
	}
	t.result.Kind = "index"
	t.result.Records, t.result.Of = x.References(), "contig"
	if t.file == nil {
		return nil
	}
	data := t.path[:len(t.path)-len(filepath.Ext(t.path))]
	st, err := os.Stat(data)
	if err != nil {
		// An index by itself is whole or not; its file need not be here.
		return nil
	}
	t.result.Index = "can be that of " + filepath.Base(data)
	return x.Check(st.Size())
}
