package bam

import (
	"errors"
	"io"
	"math"
	"slices"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/hts/index"
)

// findIndex loads the index that stands beside the file.
func (f *File) findIndex(o Options) (*index.Index, error) {
	x, err := index.Find(f.path, index.Want{Format: index.BAM, AllowOld: o.AllowOldIndex, SafeInflate: o.SafeInflate})
	var missing *fault.Error
	if errors.Is(err, index.ErrNone) && errors.As(err, &missing) {
		if so := f.header.SortOrder; so == "unsorted" || so == "queryname" {
			missing.Msg += ", and its header calls the file " + so
			missing.Hint = "samtools sort -o NEW.bam FILE && samtools index NEW.bam"
		}
	}
	return x, err
}

// checkIndex tests what an index promises of its whole file, so that another
// file's index cannot make reads vanish: no chunk for a reference that the
// header lacks, nothing placed before the first chunk, and nothing placed after
// the last one (SAMv1 section 5: only records without a position stand there).
func (f *File) checkIndex() error {
	if n := f.index.References(); n > len(f.header.Refs) {
		return f.misfit("it has %d references, the file %d", n, len(f.header.Refs))
	}
	first, last := f.indexed()
	if last == 0 {
		first, last = f.first, f.first
	}
	if first > f.first {
		return f.misfit("its first chunk begins at %d:%d, the first record at %d:%d",
			first.Block(), first.Within(), f.first.Block(), f.first.Within())
	}
	src, err := bgzf.NewChunkReader(f.file, f.size, []bgzf.Chunk{{Begin: last, End: bgzf.MakeOffset(f.size, 0)}}, f.blocks)
	if err != nil {
		return err
	}
	defer src.Close()
	r := &Reader{name: f.path, header: f.header, src: src, last: firstPlace}
	var rec Record
	switch err := r.Read(&rec); {
	case errors.Is(err, io.EOF):
		return nil
	case errors.Is(err, errRecord):
		return f.misfit("no record follows its last chunk, which ends at %d:%d", last.Block(), last.Within()).WithCause(err)
	case err != nil:
		return err
	case rec.RefID() >= 0:
		return f.misfit("it ends at %d:%d, before the last record with a position", last.Block(), last.Within())
	}
	return nil
}

// indexed gives the begin of the index's first chunk and the end of its last;
// both are 0 where it has none.
func (f *File) indexed() (first, last bgzf.Offset) {
	for id := range f.index.References() {
		if chunks := f.index.Chunks(id, 0, math.MaxInt); len(chunks) > 0 {
			first = chunks[0].Begin
			break
		}
	}
	for id := f.index.References() - 1; id >= 0; id-- {
		if chunks := f.index.Chunks(id, 0, math.MaxInt); len(chunks) > 0 {
			return first, chunks[len(chunks)-1].End
		}
	}
	return first, last
}

func (f *File) misfit(format string, args ...any) *fault.Error {
	e := misfit(format, args...)
	e.File = f.index.Path
	return e
}

// query is what a region reader keeps of what it was asked for.
type query struct {
	ref       int
	name      string
	intervals []Interval   // those that a record may still meet
	marks     []index.Mark // what the index promises of the blocks still to come
	// from says for each of intervals where the first record is that it or a
	// later one needs.
	from []bgzf.Offset
}

// plan gives the chunks to read for the intervals, and the index's promises
// that reading them can test.
func (f *File) plan(refID int, intervals []Interval) ([]bgzf.Chunk, *query) {
	q := &query{ref: refID, name: f.header.Refs[refID].Name, intervals: intervals, from: make([]bgzf.Offset, len(intervals))}
	var chunks []bgzf.Chunk
	for i, in := range intervals {
		own := f.index.Chunks(refID, in.Start, in.End)
		q.from[i] = math.MaxUint64
		if len(own) > 0 {
			q.from[i] = own[0].Begin
		}
		chunks = append(chunks, own...)
		q.marks = append(q.marks, f.index.Marks(refID, in.Start, in.End)...)
	}
	for i := len(q.from) - 2; i >= 0; i-- {
		q.from[i] = min(q.from[i], q.from[i+1])
	}
	slices.SortFunc(q.marks, func(a, b index.Mark) int {
		switch {
		case a.At < b.At:
			return -1
		case a.At > b.At:
			return 1
		}
		return 0
	})
	return index.Merge(chunks), q
}

// meets tells whether the record that stands at the offset at meets an
// interval, and whether no later record can. A record that the index does not
// lead to as it promised shows that it is another file's.
func (q *query) meets(rec *Record, at bgzf.Offset) (meets, over bool, err error) {
	if rec.RefID() != q.ref {
		return false, false, misfit("it leads to records that are not on %s", q.name)
	}
	for len(q.marks) > 0 && q.marks[0].At <= at {
		m := q.marks[0]
		if pos := max(rec.Pos(), 0); m.At != at || pos < m.Start || pos >= m.End {
			return false, false, misfit("it promises a record of %s:%d-%d at %d:%d",
				q.name, m.Start+1, m.End, m.At.Block(), m.At.Within())
		}
		q.marks = q.marks[1:]
	}
	for len(q.intervals) > 0 && q.intervals[0].End <= rec.Pos() {
		q.intervals, q.from = q.intervals[1:], q.from[1:]
	}
	if len(q.intervals) == 0 {
		return false, true, nil
	}
	for _, in := range q.intervals {
		if in.Start >= rec.End() {
			break
		}
		if in.Start < in.End {
			return true, false, nil
		}
	}
	return false, false, nil
}

// skip passes over the blocks between the interval that ended and the next.
func (q *query) skip(src *bgzf.Reader) {
	to := q.from[0]
	src.Skip(to)
	at := src.Offset()
	for len(q.marks) > 0 && q.marks[0].At < min(to, at) {
		q.marks = q.marks[1:]
	}
}

func misfit(format string, args ...any) *fault.Error {
	return fault.Inputf("", "", "index does not fit: "+format, args...).
		WithHint("make the index again: samtools index FILE")
}
