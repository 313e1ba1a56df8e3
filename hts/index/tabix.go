package index

import (
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"slices"

	"varpanel/hts/bgzf"
)

// Preset is a text format that .tbi knows.
type Preset int

const (
	VCF Preset = iota
	GFF
	BED
)

// header gives format, sequence column, begin column, end column, comment
// character and lines to skip, as `tabix -p` writes them.
func (p Preset) header() [6]int32 {
	switch p {
	case GFF:
		return [6]int32{0, 1, 4, 5, '#', 0}
	case BED:
		return [6]int32{0x10000, 1, 2, 3, '#', 0}
	}
	return [6]int32{2, 1, 2, 0, '#', 0}
}

// TabixWriter makes a .tbi while a sorted file is written. It is for one
// goroutine. Its size grows with the bins in use, not with the records.
type TabixWriter struct {
	preset  Preset
	contigs []string
	seen    map[string]bool
	refs    []*growing
	last    int // start of the last record
}

// growing is one contig's index while it is made.
type growing struct {
	bins       map[int][]bgzf.Chunk
	current    int // bin of the last record
	linear     []bgzf.Offset
	begin, end bgzf.Offset
	records    uint64
}

// NewTabixWriter begins an index.
func NewTabixWriter(preset Preset) *TabixWriter {
	return &TabixWriter{preset: preset, seen: map[string]bool{}}
}

// Add tells of a record on [start, end), whose line begins at virtual offset
// begin and is followed by after. Records come in the file's order, sorted by
// contig and start; a start below 0 (VCF's position 0) counts as 0, and an empty
// record as one base.
func (t *TabixWriter) Add(contig string, start, end int, begin, after bgzf.Offset) error {
	start = max(start, 0)
	end = max(end, start+1)
	if end > fixed.span() {
		return fmt.Errorf("%s:%d: .tbi indexes the first %d bases of a contig only", contig, end, fixed.span())
	}
	n := len(t.contigs)
	switch {
	case n == 0 || t.contigs[n-1] != contig:
		if t.seen[contig] {
			return fmt.Errorf("the records of contig %s do not stand together", contig)
		}
		t.seen[contig] = true
		t.contigs = append(t.contigs, contig)
		t.refs = append(t.refs, &growing{bins: map[int][]bgzf.Chunk{}, current: -1, begin: begin})
	case start < t.last:
		return fmt.Errorf("%s:%d comes after %s:%d: the records are not sorted", contig, start+1, contig, t.last+1)
	}
	t.last = start
	t.refs[len(t.refs)-1].add(start, end, begin, after)
	return nil
}

func (g *growing) add(start, end int, begin, after bgzf.Offset) {
	g.records++
	g.end = after
	number := fixed.of(start, end)
	chunks := g.bins[number]
	// A stretch of the bin goes on while no other bin's record comes between,
	// or while the one before lies in the same block anyway.
	if n := len(chunks); n > 0 && (number == g.current || chunks[n-1].End.Block() >= begin.Block()) {
		chunks[n-1].End = after
	} else {
		g.bins[number] = append(chunks, bgzf.Chunk{Begin: begin, End: after})
	}
	g.current = number
	// Records come by start, so a window that is not there yet begins with this
	// one. A window without a record gets the offset of what comes next.
	for window := (end - 1) >> fixed.minShift; len(g.linear) <= window; {
		g.linear = append(g.linear, begin)
	}
}

// WriteTo writes the index, packed as BGZF. The bytes depend on the records
// only.
func (t *TabixWriter) WriteTo(w io.Writer) (int64, error) {
	count := &counter{w: w}
	z := bgzf.NewWriter(count, bgzf.WriterOptions{})
	if _, err := z.Write(t.plain()); err != nil {
		return count.n, err
	}
	err := z.Close()
	return count.n, err
}

func (t *TabixWriter) plain() []byte {
	b := []byte("TBI\x01")
	b = appendInt(b, len(t.contigs))
	for _, v := range t.preset.header() {
		b = appendInt(b, int(v))
	}
	var names []byte
	for _, c := range t.contigs {
		names = append(append(names, c...), 0)
	}
	b = appendInt(b, len(names))
	b = append(b, names...)
	for _, g := range t.refs {
		b = g.appendTo(b)
	}
	return appendOffset(b, 0) // no record is without a place
}

func (g *growing) appendTo(b []byte) []byte {
	b = appendInt(b, len(g.bins)+1)
	for _, number := range slices.Sorted(maps.Keys(g.bins)) {
		chunks := g.bins[number]
		b = appendInt(appendInt(b, number), len(chunks))
		for _, c := range chunks {
			b = appendOffset(appendOffset(b, c.Begin), c.End)
		}
	}
	b = appendInt(appendInt(b, int(fixed.pseudo())), 2)
	b = appendOffset(appendOffset(b, g.begin), g.end)
	b = appendOffset(appendOffset(b, bgzf.Offset(g.records)), 0)
	b = appendInt(b, len(g.linear))
	for _, o := range g.linear {
		b = appendOffset(b, o)
	}
	return b
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
