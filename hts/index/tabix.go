package index

import (
	"io"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
)

// Preset is a text format that can be indexed.
type Preset int

const (
	VCF Preset = iota
	GFF
	BED
)

// header gives format, sequence column, begin column, end column, comment
// character and lines to skip, as `tabix -p` writes them.
func (p Preset) header() [6]int {
	switch p {
	case GFF:
		return [6]int{0, 1, 4, 5, '#', 0}
	case BED:
		return [6]int{0x10000, 1, 2, 3, '#', 0}
	}
	return [6]int{2, 1, 2, 0, '#', 0}
}

// TabixWriter makes the .tbi or .csi of a text file, record by record, while the
// file is written or read. It is for one goroutine. Its size grows with the bins
// in use, not with the records.
type TabixWriter struct {
	preset  Preset
	contigs []string
	seen    map[string]bool
	b       builder
}

// NewTabixWriter begins a .tbi.
func NewTabixWriter(p Preset) *TabixWriter {
	return &TabixWriter{preset: p, seen: map[string]bool{}, b: builder{kind: tbi, scheme: fixed}}
}

// NewCSIWriter begins the .csi of a text file, whose smallest bins are
// 1<<minShift bases wide (1 to 30). longest is the length of the longest contig
// in bases, or 0 where it is not known; then 2^31 bases and more have room. The
// depth is the one that htslib chooses: no less than that, and enough for the longest
// contig and 256 bases more.
func NewCSIWriter(p Preset, minShift, longest int) (*TabixWriter, error) {
	s := binning{minShift: minShift, depth: min((33-minShift)/3, maxWritten)}
	s, err := s.reach(longest + overhang)
	return &TabixWriter{preset: p, seen: map[string]bool{}, b: builder{kind: csi, scheme: s}}, err
}

// Add tells of a record on [start, end), whose line begins at virtual offset
// begin and is followed by after. (Empty blocks may stand between begin and the
// line.) Records come in the file's order, sorted by contig and start, else the
// error is an Input error without a place, as it is for a record that the index
// has no room for. A start below 0 (VCF's position 0) counts as 0, and an empty
// record as one base.
func (t *TabixWriter) Add(contig string, start, end int, begin, after bgzf.Offset) error {
	return t.AddRun(contig, start, end, 1, begin, after)
}

// AddRun tells of several records in one go, whose lines follow each other from begin
// to after: the first begins at start, the last ends at end, and where they are
// more than one all of them lie in one of the index's smallest bins.
func (t *TabixWriter) AddRun(contig string, start, end, records int, begin, after bgzf.Offset) error {
	n := len(t.contigs)
	if n == 0 || t.contigs[n-1] != contig {
		if t.seen[contig] {
			return fault.Inputf("", "", "records are not sorted: contig %s comes back after %s", contig, t.contigs[n-1])
		}
		if n > 0 {
			t.b.endContig()
		}
		t.seen[contig] = true
		t.contigs = append(t.contigs, contig)
	}
	if err := t.b.add(contig, start, end, true, begin, after); err != nil {
		return err
	}
	t.b.now.mapped += records - 1
	return nil
}

// WriteTo writes the index, packed as BGZF, once, after the last record. The bytes
// depend on the records only.
func (t *TabixWriter) WriteTo(w io.Writer) (int64, error) {
	if len(t.contigs) > 0 {
		t.b.endContig()
	}
	var meta, names []byte
	for _, v := range t.preset.header() {
		meta = appendInt(meta, v)
	}
	for _, c := range t.contigs {
		names = append(append(names, c...), 0)
	}
	meta = append(appendInt(meta, len(names)), names...)
	var head []byte
	if t.b.kind == tbi {
		head = appendInt([]byte("TBI\x01"), len(t.contigs))
		head = append(head, meta...)
	} else {
		head = t.b.scheme.appendHead(meta)
		head = appendInt(head, len(t.contigs))
	}
	return t.b.writeTo(w, head, 0)
}

// NumberedWriter makes the index of a file whose contigs have numbers, those of
// its header: the .bai or .csi of a BAM file, or the .csi of a BCF. It is for one
// goroutine. Its size grows with the bins in use, not with the records.
type NumberedWriter struct {
	contigs  [][]byte // those that have ended, by number; nil where there was no record
	id       int      // the number of the contig being built; -1 before the first
	unplaced int
	b        builder
}

// NewBAIWriter begins the .bai of a BAM file with a number of reference
// sequences.
func NewBAIWriter(contigs int) *NumberedWriter {
	return &NumberedWriter{contigs: make([][]byte, contigs), id: -1, b: builder{kind: bai, scheme: fixed}}
}

// overhang is how many bases past its end a contig is given room for.
const overhang = 256

// NewNumberedCSIWriter begins a .csi for contigs of the lengths given, in bases,
// with smallest bins of 1<<minShift bases (1 to 30). The depth is the one that
// htslib chooses: enough for the longest contig and 256 bases more.
func NewNumberedCSIWriter(lengths []int, minShift int) (*NumberedWriter, error) {
	longest := 0
	for _, n := range lengths {
		longest = max(longest, n)
	}
	s, err := binning{minShift: minShift}.reach(longest + overhang)
	return &NumberedWriter{contigs: make([][]byte, len(lengths)), id: -1, b: builder{kind: csi, scheme: s}}, err
}

// Add tells of a record of contig number id, or without a place where id is
// negative; those stand after all others. The contigs may come in any order, each
// in one piece. name is the contig's, for errors; mapped is false for a read that
// is not aligned but stands at its mate's place. The rest is as in
// TabixWriter.Add.
func (w *NumberedWriter) Add(id int, name string, start, end int, mapped bool, begin, after bgzf.Offset) error {
	switch {
	case id < 0:
		w.unplaced++
		return nil
	case id >= len(w.contigs):
		return fault.Inputf("", "", "a record of contig %d, the header has %d", id, len(w.contigs))
	case w.unplaced > 0:
		return fault.Inputf("", "", "records are not sorted: %s:%d comes after a record without a place", name, start+1)
	case id != w.id && w.contigs[id] != nil:
		return fault.Inputf("", "", "records are not sorted: contig %s comes back", name)
	case id != w.id:
		w.endContig()
		w.id = id
	}
	return w.b.add(name, start, end, mapped, begin, after)
}

// endContig puts the contig that is being built in its place.
func (w *NumberedWriter) endContig() {
	if w.id >= 0 {
		w.b.endContig()
		w.contigs[w.id], w.b.done = w.b.done, nil
	}
}

// WriteTo writes the index, once, after the last record. A .csi is packed as BGZF, a
// .bai is not.
func (w *NumberedWriter) WriteTo(out io.Writer) (int64, error) {
	w.endContig()
	w.b.endContig()
	empty := w.b.done
	w.b.done = nil
	for _, c := range w.contigs {
		if c == nil {
			c = empty
		}
		w.b.done = append(w.b.done, c...)
	}
	head := []byte("BAI\x01")
	if w.b.kind == csi {
		head = w.b.scheme.appendHead(nil)
	}
	return w.b.writeTo(out, appendInt(head, len(w.contigs)), w.unplaced)
}

// reach gives the scheme with as many levels as a length needs.
func (b binning) reach(length int) (binning, error) {
	if b.minShift < 1 || b.minShift > 30 {
		return b, fault.Usagef("a .csi index with bins of 2^%d bases: 1 to 30", b.minShift)
	}
	for b.span() < length && b.depth < maxDepth {
		b.depth++
	}
	if b.depth > maxWritten || b.span() < length {
		return b, fault.Usagef("a .csi index with bins of 2^%d bases does not reach a contig of %d bases", b.minShift, length).
			WithHint("a larger --min-shift")
	}
	return b, nil
}

func (b binning) appendHead(meta []byte) []byte {
	head := appendInt(appendInt([]byte("CSI\x01"), b.minShift), b.depth)
	return append(appendInt(head, len(meta)), meta...)
}

// noRoom is the error for a record past what the index can hold.
func (b *builder) noRoom(contig string, end int) error {
	e := fault.Inputf("", "", "%s:%d: the index has room for the first %d bases of a contig only", contig, end, b.scheme.span())
	if b.kind != csi {
		return e.WithHint("--csi makes an index without this limit")
	}
	return e.WithHint("a larger --min-shift than %d", b.scheme.minShift)
}
