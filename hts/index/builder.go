package index

import (
	"cmp"
	"encoding/binary"
	"io"
	"maps"
	"slices"
	"sort"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
)

// builder makes the bins and linear indexes of one contig after the other. Each
// is encoded when it ends, so that only one contig's bins are held as such. What
// it makes is what htslib makes of the same records, but for the order of a
// contig's bins, which is that of their numbers here.
type builder struct {
	kind   kind
	scheme binning
	done   []byte // the contigs that have ended
	now    growing
}

// growing is the contig that is being indexed.
type growing struct {
	bins    map[uint32][]bgzf.Chunk
	bin     uint32 // of the last record
	from    bgzf.Offset
	windows []window
	start   int // of the last record

	begin, after     bgzf.Offset // of all its records
	mapped, unmapped int
}

// window is a run of windows of the linear index that have one offset: those
// from the end of the run before up to, not including, number end. Sorted
// records leave no window behind them open: one that no record overlaps has the
// offset of the next that one does.
type window struct {
	end int
	at  bgzf.Offset
}

func (b *builder) add(contig string, start, end int, mapped bool, begin, after bgzf.Offset) error {
	start = max(start, 0)
	end = max(end, start+1)
	if end > b.scheme.span() {
		return b.noRoom(contig, end)
	}
	g := &b.now
	number := uint32(b.scheme.of(start, end))
	switch {
	case g.bins == nil:
		g.bins = map[uint32][]bgzf.Chunk{}
		g.bin, g.from, g.begin = number, begin, begin
	case start < g.start:
		return fault.Inputf("", "", "records are not sorted: %s:%d comes after %s:%d", contig, start+1, contig, g.start+1)
	case number != g.bin:
		g.close()
		g.bin, g.from = number, begin
	}
	if n := (end-1)>>b.scheme.minShift + 1; len(g.windows) == 0 || n > g.windows[len(g.windows)-1].end {
		g.windows = append(g.windows, window{n, begin})
	}
	g.start, g.after = start, after
	if mapped {
		g.mapped++
	} else {
		g.unmapped++
	}
	return nil
}

// close ends the run of records of one bin.
func (g *growing) close() {
	g.bins[g.bin] = append(g.bins[g.bin], bgzf.Chunk{Begin: g.from, End: g.after})
}

// endContig encodes the contig and begins the next. One without a record is
// empty.
func (b *builder) endContig() {
	g := &b.now
	if g.bins == nil {
		b.done = appendInt(b.done, 0)
		if b.kind != csi {
			b.done = appendInt(b.done, 0)
		}
		return
	}
	g.close()
	b.scheme.join(g.bins)
	b.done = appendInt(b.done, len(g.bins)+1)
	for _, number := range slices.Sorted(maps.Keys(g.bins)) {
		chunks := g.bins[number]
		b.appendBin(int(number), len(chunks))
		for _, c := range chunks {
			b.done = appendOffset(appendOffset(b.done, c.Begin), c.End)
		}
	}
	b.appendBin(int(b.scheme.pseudo()), 2)
	b.done = appendOffset(appendOffset(b.done, g.begin), g.after)
	b.done = appendOffset(appendOffset(b.done, bgzf.Offset(g.mapped)), bgzf.Offset(g.unmapped))
	if b.kind != csi {
		b.appendLinear()
	}
	b.now = growing{}
}

// appendBin writes what stands before a bin's chunks.
func (b *builder) appendBin(number, chunks int) {
	b.done = appendInt(b.done, number)
	if b.kind == csi {
		var first bgzf.Offset
		if number < b.scheme.bins() {
			start, _ := b.scheme.interval(number)
			first = b.now.first(start >> b.scheme.minShift)
		}
		b.done = appendOffset(b.done, first)
	}
	b.done = appendInt(b.done, chunks)
}

// first gives the offset of the first record that overlaps a window or one after
// it.
func (g *growing) first(number int) bgzf.Offset {
	i := sort.Search(len(g.windows), func(i int) bool { return g.windows[i].end > number })
	if i == len(g.windows) {
		return 0
	}
	return g.windows[i].at
}

func (b *builder) appendLinear() {
	runs := b.now.windows
	b.done = appendInt(b.done, runs[len(runs)-1].end)
	n := 0
	for _, w := range runs {
		for ; n < w.end; n++ {
			b.done = appendOffset(b.done, w.at)
		}
	}
}

// least is the file size below which a bin is not worth a place of its own.
const leastBin = 1 << 16

// join moves the chunks of small bins into the bin above, where there is one,
// and joins chunks of a bin that meet in a block.
func (b binning) join(bins map[uint32][]bgzf.Chunk) {
	for level := b.depth; level > 0; level-- {
		from, to := uint32(first(level)), uint32(first(level+1))
		for number, chunks := range bins {
			if number < from || number >= to {
				continue
			}
			sortChunks(chunks)
			if chunks[len(chunks)-1].End.Block()-chunks[0].Begin.Block() >= leastBin {
				continue
			}
			above := (number - 1) >> 3
			if up, ok := bins[above]; ok {
				bins[above] = append(up, chunks...)
				delete(bins, number)
			}
		}
	}
	sortChunks(bins[0])
	for number, chunks := range bins {
		kept := chunks[:1]
		for _, c := range chunks[1:] {
			if last := &kept[len(kept)-1]; last.End.Block() >= c.Begin.Block() {
				last.End = max(last.End, c.End)
			} else {
				kept = append(kept, c)
			}
		}
		bins[number] = kept
	}
}

func sortChunks(chunks []bgzf.Chunk) {
	slices.SortFunc(chunks, func(a, b bgzf.Chunk) int { return cmp.Compare(a.Begin, b.Begin) })
}

// writeTo writes the head, the contigs and the number of records without a
// place; packed unless it is a .bai.
func (b *builder) writeTo(w io.Writer, head []byte, unplaced int) (int64, error) {
	count := &counter{w: w}
	tail := appendOffset(nil, bgzf.Offset(unplaced))
	parts := [][]byte{head, b.done, tail}
	if b.kind == bai {
		for _, p := range parts {
			if _, err := count.Write(p); err != nil {
				return count.n, err
			}
		}
		return count.n, nil
	}
	z := bgzf.NewWriter(count, bgzf.WriterOptions{})
	for _, p := range parts {
		if _, err := z.Write(p); err != nil {
			return count.n, err
		}
	}
	err := z.Close()
	return count.n, err
}

func appendInt(b []byte, v int) []byte { return binary.LittleEndian.AppendUint32(b, uint32(v)) }

func appendOffset(b []byte, o bgzf.Offset) []byte {
	return binary.LittleEndian.AppendUint64(b, uint64(o))
}

type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}
