package index

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"sync"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
)

// Columns says how a text file's lines are laid out (.tbi, and .csi of a text
// file).
type Columns struct {
	Seq, Begin, End int  // column numbers from 1; End 0 where there is none
	ZeroBased       bool // positions are 0-based half-open, as in BED
	VCF             bool // the end comes from REF and INFO
	Meta            byte // lines that begin with it are no records
	Skip            int  // lines at the start that are no records
}

// Index is one loaded .tbi, .csi or .bai. It is safe for concurrent use.
type Index struct {
	Path string // of the index file
	Old  bool   // more than two seconds older than its data; see Find

	remake  string // the command that makes it again, for hints; "" where the file is not known
	sha256  func() string
	kind    kind
	scheme  binning
	columns *Columns
	contigs []string
	ids     map[string]int
	raw     []byte // the plain index
	refs    []*reference
	noCoor  int // records without a place; -1 where the index does not say

	last     bgzf.Offset // the largest end of a chunk
	backward string      // says which chunk ends before it begins; or empty
}

type kind int

const (
	tbi kind = iota
	csi
	bai
)

// reference is one contig's part of the index, decoded when it is first asked
// for.
type reference struct {
	at      int // of its bins, in raw
	bins    int // how many
	linear  int // of its linear index in raw; unused in .csi
	linears int

	once             sync.Once
	sorted           []bin // by number, without the pseudo-bin
	mapped, unmapped int   // from the pseudo-bin; -1 where there is none
}

// bin is one bin with its chunks, which stay in raw.
type bin struct {
	number uint32
	chunks int32       // how many
	at     int         // of the first, in raw
	first  bgzf.Offset // .csi: of the first record that overlaps the bin
}

// Contigs gives the contigs' names in the order of their numbers. A .bai, and a
// .csi of a BAM file, has none: there the BAM's header has them. The caller
// must not change the slice.
func (x *Index) Contigs() []string { return x.contigs }

// ID gives a contig's number.
func (x *Index) ID(contig string) (int, bool) {
	id, ok := x.ids[contig]
	return id, ok
}

// References is the number of contigs that the index has room for.
func (x *Index) References() int { return len(x.refs) }

// Columns gives the layout of the lines of a text file, or nil for BAM.
func (x *Index) Columns() *Columns { return x.columns }

// SHA256 is the digest of the index file, in hexadecimal.
func (x *Index) SHA256() string { return x.sha256() }

// Records gives the numbers of records with and without an alignment that the
// index claims for a contig. ok is false where it does not say.
func (x *Index) Records(id int) (mapped, unmapped int, ok bool) {
	if id < 0 || id >= len(x.refs) {
		return 0, 0, false
	}
	r := x.reference(id)
	return r.mapped, r.unmapped, r.mapped >= 0
}

// Unplaced gives the number of records without a place. ok is false where the
// index does not say.
func (x *Index) Unplaced() (n int, ok bool) { return x.noCoor, x.noCoor >= 0 }

// digester gives the digest of a file, worked out when it is first asked for.
func digester(file []byte) func() string {
	return sync.OnceValue(func() string {
		sum := sha256.Sum256(file)
		return hex.EncodeToString(sum[:])
	})
}

// reference decodes a contig's bins at the first call.
func (x *Index) reference(id int) *reference {
	r := x.refs[id]
	r.once.Do(func() {
		r.mapped, r.unmapped = -1, -1
		r.sorted = make([]bin, 0, r.bins)
		for at := r.at; len(r.sorted) < cap(r.sorted); {
			b := bin{number: binary.LittleEndian.Uint32(x.raw[at:])}
			at += 4
			if x.kind == csi {
				b.first = x.offset(at)
				at += 8
			}
			b.chunks = int32(binary.LittleEndian.Uint32(x.raw[at:]))
			b.at = at + 4
			at = b.at + 16*int(b.chunks)
			r.sorted = append(r.sorted, b)
		}
		slices.SortStableFunc(r.sorted, func(a, b bin) int { return cmp.Compare(a.number, b.number) })
		if i, ok := r.find(x.scheme.pseudo()); ok {
			if b := r.sorted[i]; b.chunks == 2 {
				r.mapped, r.unmapped = int(x.offset(b.at+16)), int(x.offset(b.at+24))
			}
			r.sorted = r.sorted[:i]
		}
	})
	return r
}

// find gives the place of the first bin of at least the number, and whether it
// is that number.
func (r *reference) find(number uint32) (int, bool) {
	return slices.BinarySearchFunc(r.sorted, number, func(b bin, n uint32) int { return cmp.Compare(b.number, n) })
}

func (x *Index) offset(at int) bgzf.Offset {
	return bgzf.Offset(binary.LittleEndian.Uint64(x.raw[at:]))
}

func (x *Index) chunk(b bin, i int) bgzf.Chunk {
	at := b.at + 16*i
	return bgzf.Chunk{Begin: x.offset(at), End: x.offset(at + 8)}
}

// Chunks gives the chunks that hold every record of contig number id that
// overlaps [start, end), sorted and merged. Without such records, or with an id
// that the index lacks, there are none.
func (x *Index) Chunks(id, start, end int) []bgzf.Chunk {
	var out []bgzf.Chunk
	x.walk(id, start, end, func(_ bin, c bgzf.Chunk, least bgzf.Offset) {
		out = append(out, bgzf.Chunk{Begin: max(c.Begin, least), End: c.End})
	})
	return Merge(out)
}

// Mark is something that a fitting index promises: at virtual offset At begins
// a record of the contig whose position lies in [Start, End). A record before
// its contig's first base (VCF's position 0) counts as at the first base.
type Mark struct {
	At         bgzf.Offset
	Start, End int
}

// Marks gives the promises that reading Chunks(id, start, end) can test, sorted.
// A record that begins elsewhere than at a mark which the reading passes, or one
// outside the mark's contig or interval, means that the index is another file's.
func (x *Index) Marks(id, start, end int) []Mark {
	var out []Mark
	x.walk(id, start, end, func(b bin, c bgzf.Chunk, least bgzf.Offset) {
		if c.Begin < least || c.Begin == c.End {
			return
		}
		m := Mark{At: c.Begin}
		m.Start, m.End = x.scheme.interval(int(b.number))
		out = append(out, m)
	})
	slices.SortFunc(out, func(a, b Mark) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
	})
	return slices.Compact(out)
}

// Covers tells whether reading Chunks(id, start, end) comes across a record that
// begins at an offset.
func (x *Index) Covers(id, start, end int, at bgzf.Offset) bool {
	found := false
	x.walk(id, start, end, func(_ bin, c bgzf.Chunk, least bgzf.Offset) {
		found = found || at >= max(c.Begin, least) && at < c.End
	})
	return found
}

// walk calls do for every chunk that may hold records of the region, with the
// offset before which no record overlaps it.
func (x *Index) walk(id, start, end int, do func(b bin, c bgzf.Chunk, least bgzf.Offset)) {
	start, end = max(start, 0), min(end, x.scheme.span())
	if id < 0 || id >= len(x.refs) || start >= end {
		return
	}
	r := x.reference(id)
	least := x.least(r, start)
	for level := range x.scheme.depth + 1 {
		s := x.scheme.shift(level)
		from, to := first(level)+start>>s, first(level)+(end-1)>>s
		i, _ := r.find(uint32(from))
		for ; i < len(r.sorted) && int(r.sorted[i].number) <= to; i++ {
			for j := range int(r.sorted[i].chunks) {
				if c := x.chunk(r.sorted[i], j); c.End > least {
					do(r.sorted[i], c, least)
				}
			}
		}
	}
}

// least gives the offset of the first record that can overlap a base at or
// after start: from the linear index, or in a .csi from the nearest bin that is
// there, at or before start, from the leaves upward.
func (x *Index) least(r *reference, start int) bgzf.Offset {
	if x.kind != csi {
		if r.linears == 0 {
			return 0
		}
		w := min(start>>fixed.minShift, r.linears-1)
		return x.offset(r.linear + 8*w)
	}
	for level := x.scheme.depth; level >= 0; level-- {
		number := first(level) + start>>x.scheme.shift(level)
		eldest := number
		if level > 0 {
			eldest = first(level) + (number-first(level))&^7
		}
		i, found := r.find(uint32(number))
		if found {
			return r.sorted[i].first
		}
		if i > 0 && int(r.sorted[i-1].number) >= eldest {
			return r.sorted[i-1].first
		}
	}
	return 0
}

// Merge sorts chunks and joins those that overlap or that share a block, so that
// no block is read twice. chunks is changed.
func Merge(chunks []bgzf.Chunk) []bgzf.Chunk {
	slices.SortFunc(chunks, func(a, b bgzf.Chunk) int {
		return cmp.Or(cmp.Compare(a.Begin, b.Begin), cmp.Compare(a.End, b.End))
	})
	out := chunks[:0]
	for _, c := range chunks {
		if c.Begin >= c.End {
			continue
		}
		if n := len(out); n > 0 && c.Begin.Block() <= out[n-1].End.Block() {
			out[n-1].End = max(out[n-1].End, c.End)
			continue
		}
		out = append(out, c)
	}
	return out
}

// Check tells whether the index can be that of a file of size bytes: every chunk
// ends after it begins and inside the file, and what the index covers goes up to
// the file's end. (In a BAM file records without a place stand after that; where
// the index has some, or does not say, the end is not looked at.) Blocks and
// records are not read: NewChunkReader and Marks are for those.
func (x *Index) Check(size int64) error {
	if x.backward != "" {
		return x.misfit("%s ends before it begins", x.backward)
	}
	end := x.last.Block()
	if end > size {
		return x.misfit("it has a chunk that ends at %d, the file has %d bytes", end, size)
	}
	whole := x.columns != nil || x.noCoor == 0
	if whole && x.last != 0 && size-end > slack {
		return x.misfit("its last chunk ends at %d, the file has %d bytes: it was made for a shorter file", end, size)
	}
	return nil
}

// slack is how far before the end of its file an index's last chunk may end: a
// block, and some empty ones.
const slack = 1<<16 + 1<<10

func (x *Index) misfit(format string, args ...any) error {
	e := fault.Inputf(x.Path, "", "index does not fit: "+format, args...)
	remake := x.remake
	if remake == "" && x.columns == nil {
		remake = BAM.Remake("FILE")
	} else if remake == "" {
		remake = Text.Remake("FILE")
	}
	return e.WithHint("%s makes it again", remake)
}
