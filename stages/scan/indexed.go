package scan

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"

	"varpanel/hts/bcf"
	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/hts/index"
	"varpanel/hts/vcf"
)

// indexed reads the chunks that an index names.
type indexed struct {
	path   string
	in     *bgzf.Reader
	binary *bcf.Reader // of a BCF; else nil
	format index.Format
	marks  []mark // what the index promises, by offset; the first is the next

	buf  []byte
	from bgzf.Offset // where the reading stood before the last line
	at   bgzf.Offset // where the last line begins
}

// mark is a place where the index promises a record.
type mark struct {
	index.Mark
	contig string
}

func (r *Reader) indexed(f *os.File, o Options) error {
	st, err := f.Stat()
	if err != nil {
		return err
	}
	var first firstRecord
	var head *bcf.Header
	number := r.index.ID
	if r.isBCF {
		head, first, err = r.binaryHead(f)
		number = head.Contig
	} else {
		first, err = r.head(f)
	}
	if err != nil {
		return err
	}
	if err := r.ask(o); err != nil {
		return err
	}
	if err := r.fitsFirst(first, number); err != nil {
		return err
	}
	if st.Size() <= smallFile {
		if err := r.fitsEnd(f); err != nil {
			return err
		}
	}
	var chunks []bgzf.Chunk
	in := &indexed{path: r.path, format: r.format()}
	for contig, list := range r.regions {
		id, ok := number(contig)
		if !ok || id >= r.index.References() {
			continue
		}
		for _, v := range near(list) {
			part := r.index.Chunks(id, v.Start, v.End)
			for _, c := range part {
				in.marks = append(in.marks, mark{index.Mark{At: c.Begin, End: math.MaxInt}, contig})
			}
			for _, m := range r.index.Marks(id, v.Start, v.End) {
				in.marks = append(in.marks, mark{m, contig})
			}
			chunks = append(chunks, part...)
		}
	}
	slices.SortFunc(in.marks, func(a, b mark) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.contig, b.contig),
			cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
	})
	in.marks = slices.Compact(in.marks)
	blocks := r.blocks
	if !o.Stretches || r.isBCF {
		blocks.Threads = o.Threads
	}
	in.in, err = bgzf.NewChunkReader(f, st.Size(), index.Merge(chunks), blocks)
	if err != nil {
		return err
	}
	r.in = in
	switch {
	case r.isBCF:
		in.binary = bcf.NewReader(in.in, head, r.path)
	case o.Stretches:
		r.packed = in.in
	}
	return nil
}

// binaryHead reads a BCF's header and the place of the first record.
func (r *Reader) binaryHead(f *os.File) (*bcf.Header, firstRecord, error) {
	var first firstRecord
	z, err := bgzf.NewReader(io.NewSectionReader(f, 0, math.MaxInt64), r.blocks)
	if err != nil {
		return nil, first, err
	}
	defer z.Close()
	h, err := bcf.ReadHeader(z, r.path)
	if err != nil {
		return nil, first, err
	}
	r.header = h.VCF
	first.from = z.Offset()
	in := bcf.NewReader(z, h, r.path)
	err = in.Next()
	if errors.Is(err, io.EOF) {
		return h, first, nil
	}
	if err != nil {
		return h, first, err
	}
	first.at, _ = in.Offsets()
	line, err := in.AppendLine(nil)
	first.contig = string(contigOf(line))
	return h, first, err
}

// leaf is the width of the smallest bins of a .tbi.
const leaf = 1 << 14

// near joins intervals that lie less than a leaf apart: they ask for the same
// bins, or for two that touch, so one question does for all of them.
func near(list []Interval) []Interval {
	var out []Interval
	for _, v := range list {
		if n := len(out); n > 0 && v.Start-out[n-1].End < leaf {
			out[n-1].End = v.End
			continue
		}
		out = append(out, v)
	}
	return out
}

// firstRecord is the first record of the file that an index must hold.
type firstRecord struct {
	contig string // "" where there is no record
	// The index has it between the header's end and the record's begin, which
	// are the same but for empty blocks and records of position 0.
	from, at bgzf.Offset
}

// head reads the header and the place of the first record.
func (r *Reader) head(f *os.File) (firstRecord, error) {
	var first firstRecord
	z, err := bgzf.NewReader(io.NewSectionReader(f, 0, math.MaxInt64), r.blocks)
	if err != nil {
		return first, err
	}
	defer z.Close()
	var buf []byte
	next := func() ([]byte, error) {
		var err error
		first.from = z.Offset()
		buf, first.at, err = z.Line(buf, vcf.MaxLine)
		return buf, err
	}
	if r.header, err = vcf.ReadHeader(next, r.path); err != nil {
		return first, err
	}
	from := z.Offset()
	for {
		line, err := next()
		if errors.Is(err, io.EOF) {
			return first, nil
		}
		if err != nil {
			return first, err
		}
		contig, rest, _ := bytes.Cut(line, []byte{'\t'})
		if bytes.HasPrefix(rest, []byte("0\t")) {
			continue
		}
		first.contig, first.from = string(contig), from
		return first, nil
	}
}

func contigOf(line []byte) []byte {
	contig, _, _ := bytes.Cut(line, []byte{'\t'})
	return contig
}

// fitsFirst compares the file's first record with the first that the index
// knows on its contig.
func (r *Reader) fitsFirst(first firstRecord, number func(string) (int, bool)) error {
	if first.contig == "" {
		return nil
	}
	id, ok := number(first.contig)
	if !ok {
		return r.misfit("offset "+text(first.at), "the file's first record is on %s, which the index does not know", first.contig)
	}
	chunks := r.index.Chunks(id, 0, math.MaxInt)
	if len(chunks) == 0 || chunks[0].Begin < first.from || chunks[0].Begin > first.at {
		return r.misfit("offset "+text(first.at), "the file's first record begins here, the index has it elsewhere")
	}
	return nil
}

// smallFile is the size up to which the whole index is compared with the file's
// end. The index's own check leaves room for a block there, which in a larger
// file is little, and to decode all of a larger index would take long.
const smallFile = 4 << 20

// fitsEnd checks that no record stands after the last one that the index knows.
func (r *Reader) fitsEnd(f *os.File) error {
	var last bgzf.Offset
	for id := range r.index.References() {
		if c := r.index.Chunks(id, 0, math.MaxInt); len(c) > 0 {
			last = max(last, c[len(c)-1].End)
		}
	}
	if last == 0 {
		return nil
	}
	data := io.NewSectionReader(f, last.Block(), math.MaxInt64-last.Block())
	z, err := bgzf.NewReader(data, r.blocks)
	if err != nil {
		return r.misfit("offset "+text(last), "the index's last record ends here, and no block does")
	}
	defer z.Close()
	n, err := io.Copy(io.Discard, z)
	if err != nil {
		return err
	}
	if n != int64(last.Within()) {
		return r.misfit("offset "+text(last), "the index's last record ends here, the file's does not")
	}
	return nil
}

func (r *Reader) format() index.Format {
	if r.isBCF {
		return index.BCF
	}
	return index.Text
}

func (r *Reader) misfit(place, format string, args ...any) error {
	return misfit(r.path, r.format(), place, format, args...)
}

func misfit(path string, f index.Format, place, format string, args ...any) error {
	return fault.Inputf(path, place, "index does not fit: %s", fmt.Sprintf(format, args...)).
		WithHint("%s makes it again", f.Remake(path))
}

func text(o bgzf.Offset) string { return fmt.Sprintf("%d:%d", o.Block(), o.Within()) }

func (x *indexed) next() ([]byte, error) {
	x.from = x.in.Offset()
	var err error
	if x.binary != nil {
		if err = x.binary.Next(); err == nil {
			x.at, _ = x.binary.Offsets()
			x.buf, err = x.binary.AppendLine(x.buf[:0])
		}
		return x.buf, x.ended(err)
	}
	for x.buf = x.buf[:0]; len(x.buf) == 0 && err == nil; { // a file may end in empty lines
		x.buf, x.at, err = x.in.Line(x.buf, MaxLine)
	}
	return x.buf, x.ended(err)
}

// ended is the error at the end, where the index must have no promise left.
func (x *indexed) ended(err error) error {
	if err != nil && errors.Is(err, io.EOF) && len(x.marks) > 0 {
		return misfit(x.path, x.format, "offset "+text(x.marks[0].At), "it promises a record here, and there is none")
	}
	return err
}

func (x *indexed) line() int    { return 0 }
func (x *indexed) marked() bool { return len(x.marks) > 0 && x.marks[0].At <= x.at }

// check compares a record with the marks at its begin. Between the end of the
// record before and its own begin are empty blocks at most, so a mark on any of
// them is its mark.
func (x *indexed) check(contig []byte, pos int, parsed bool) error {
	for len(x.marks) > 0 && x.marks[0].At <= x.at {
		m := x.marks[0]
		x.marks = x.marks[1:]
		if m.At < x.from {
			return misfit(x.path, x.format, "offset "+text(m.At), "it promises a record here, and none begins")
		}
		if err := m.fits(x.path, x.format, x.at, contig, pos, parsed); err != nil {
			return err
		}
	}
	return nil
}

// fits compares a record at an offset with the mark.
func (m mark) fits(path string, f index.Format, at bgzf.Offset, contig []byte, pos int, parsed bool) error {
	p := max(pos, 0)
	switch {
	case string(contig) != m.contig:
		return misfit(path, f, "offset "+text(at), "it promises a record of %s here", m.contig)
	case parsed && (p < m.Start || p >= m.End):
		return misfit(path, f, "offset "+text(at), "it promises a record of %s between %d and %d here", m.contig, m.Start+1, m.End)
	}
	return nil
}

func (x *indexed) place() string { return "offset " + text(x.at) }

func (x *indexed) close() error {
	if x.in == nil {
		return nil
	}
	return x.in.Close()
}
