package fasta

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sort"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
)

// Contig is a sequence's name and length in bases.
type Contig struct {
	Name   string
	Length int
}

// File is an indexed FASTA file. It is safe for concurrent use.
type File struct {
	path    string
	file    *os.File
	size    int64
	contigs []Contig
	lines   map[string]*line
	blocks  *blocks // nil for a plain file
	pages   *pages  // of a plain file
}

// Open opens a plain FASTA with its .fai, or a bgzipped one with .fai and .gzi.
// An index that is not there, that is corrupt or that points outside the file is
// an Input error, and so is a plain gzip file. Of o only the decoder counts.
func Open(path string, o bgzf.Options) (*File, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	f := &File{path: path, file: file, lines: map[string]*line{}}
	if err := f.open(o); err != nil {
		file.Close()
		return nil, err
	}
	return f, nil
}

func (f *File) open(o bgzf.Options) error {
	st, err := f.file.Stat()
	if err != nil {
		return err
	}
	f.size = st.Size()
	head := make([]byte, 18)
	n, err := f.file.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if err := f.readLines(); err != nil {
		return err
	}
	switch head = head[:n]; {
	case bgzf.IsBGZF(head):
		err = f.openBlocks(o)
	case bgzf.IsGzip(head):
		err = fault.Inputf(f.path, "", "plain gzip, not BGZF").WithHint("gunzip -c %s | bgzip > NEW", f.path)
	default:
		f.pages = newPages(f.file)
		err = f.checkInside(f.size, ".fai")
	}
	return err
}

func (f *File) readLines() error {
	path := f.path + ".fai"
	r, err := openIndex(f.path, path)
	if err != nil {
		return err
	}
	defer r.Close()
	all, err := readFai(r, path)
	if err != nil {
		return err
	}
	for _, l := range all {
		f.contigs = append(f.contigs, Contig{Name: l.name, Length: l.length})
		f.lines[l.name] = l
	}
	return nil
}

func (f *File) openBlocks(o bgzf.Options) error {
	path := f.path + ".gzi"
	r, err := openIndex(f.path, path)
	if err != nil {
		return err
	}
	defer r.Close()
	st, err := r.Stat()
	if err != nil {
		return err
	}
	entries, err := readGzi(r, st.Size(), path)
	if err != nil {
		return err
	}
	last := entries[len(entries)-1]
	if last.packed > f.size {
		return fault.Inputf(path, "", "index does not fit: it has a block at %d, the file has %d bytes", last.packed, f.size)
	}
	f.blocks = newBlocks(f.file, f.path, o, entries)
	return f.checkInside(last.plain+1<<16, ".gzi")
}

// checkInside tells whether every contig of the .fai ends at or before size.
func (f *File) checkInside(size int64, index string) error {
	for _, c := range f.contigs {
		l := f.lines[c.Name]
		if c.Length > 0 && l.at(c.Length-1) >= size {
			return fault.Inputf(f.path+".fai", "", "index does not fit: contig %s ends past what the file and its %s have", c.Name, index).
				WithHint("samtools faidx %s makes it again", f.path)
		}
	}
	return nil
}

// Close closes the file.
func (f *File) Close() error { return f.file.Close() }

// Contigs gives the contigs in the file's order. The caller must not change the
// slice.
func (f *File) Contigs() []Contig { return f.contigs }

// Length gives a contig's length in bases, and whether the file has it.
func (f *File) Length(contig string) (int, bool) {
	l, ok := f.lines[contig]
	if !ok {
		return 0, false
	}
	return l.length, true
}

// Bases gives the bases of contig[start:end], upper-case, in a slice of the
// caller's own. A contig that is not there and a span that leaves it are plain
// errors; a file whose lines are not where the index says, or whose block is
// corrupt, is an Input error.
func (f *File) Bases(contig string, start, end int) ([]byte, error) {
	return f.AppendBases(nil, contig, start, end)
}

// AppendBases appends to dst what Bases gives. Behind that dst may be written to.
func (f *File) AppendBases(dst []byte, contig string, start, end int) ([]byte, error) {
	l, err := f.find(contig, start, end)
	if err != nil || start == end {
		return dst, err
	}
	from, n := l.at(start), len(dst)
	size := int(l.at(end-1) + 1 - from)
	dst = slices.Grow(dst, size)
	raw := dst[n : n+size]
	if err := f.readAt(raw, from); err != nil {
		return dst, err
	}
	bases, err := f.unfold(raw, l, contig, start, end) // in the place of raw
	return dst[:n+len(bases)], err
}

// find gives the line of a contig that was looked at, and tells whether it has
// the span.
func (f *File) find(contig string, start, end int) (*line, error) {
	l, ok := f.lines[contig]
	if !ok {
		return nil, fmt.Errorf("%s: there is no contig %s", f.path, contig)
	}
	if start < 0 || end < start || end > l.length {
		return nil, fmt.Errorf("%s: %s:%d-%d is not inside the contig's %d bases", f.path, contig, start+1, end, l.length)
	}
	if start == end {
		return l, nil
	}
	l.once.Do(func() { l.wrong = f.look(l) })
	return l, l.wrong
}

// unfold makes the bytes of a span its bases, in place.
func (f *File) unfold(raw []byte, l *line, contig string, start, end int) ([]byte, error) {
	out, ok := unfold(raw, l, start%l.bases, end-start)
	if !ok {
		return nil, f.misfit(fmt.Sprintf("%s:%d-%d", contig, start+1, end), "the sequence's lines are not where it says")
	}
	return out, nil
}

func (f *File) misfit(place, msg string) error {
	return fault.Inputf(f.path, place, "index does not fit: %s", msg).WithHint("samtools faidx %s makes it again", f.path)
}

// look tells whether the contig's description line stands before its first base
// and whether its last line ends after its last base.
func (f *File) look(l *line) error {
	before := make([]byte, min(l.offset, maxDescription))
	if err := f.readAt(before, l.offset-int64(len(before))); err != nil {
		return err
	}
	text, ok := bytes.CutSuffix(before, []byte("\n"))
	if i := bytes.LastIndexByte(text, '\n'); i >= 0 || l.offset <= maxDescription {
		text = text[i+1:]
		name, _, _ := bytes.Cut(bytes.TrimSuffix(text, []byte("\r")), []byte(" "))
		name, _, _ = bytes.Cut(name, []byte("\t"))
		ok = ok && string(name) == ">"+l.name
	}
	if !ok {
		return f.misfit(l.name, "the contig does not begin where it says")
	}
	// A whole file may end with its last base.
	var after [1]byte
	if err := f.readAt(after[:], l.at(l.length-1)+1); err == nil && after[0] != '\n' && after[0] != '\r' {
		return f.misfit(l.name, "the contig goes on after the end that it says")
	} else if err != nil && fault.KindOf(err) == 0 {
		return err
	}
	return nil
}

// maxDescription bounds how much of a description line is looked at.
const maxDescription = 1 << 12

// unfold takes the line ends out of raw, in place, which begins at base column
// of a line, and makes the n bases upper-case.
func unfold(raw []byte, l *line, column, n int) ([]byte, bool) {
	out := raw[:0]
	for len(raw) > 0 {
		k := min(l.bases-column, len(raw))
		to := out[len(out) : len(out)+k] // at raw or before it
		if !toUpper(to, raw[:k]) {
			return nil, false
		}
		out = out[:len(out)+k]
		raw, column = raw[k:], 0
		if len(raw) == 0 {
			break
		}
		ending := raw[:min(l.lineBreak, len(raw))]
		if l.lineBreak > 0 && !bytes.Equal(ending, []byte("\r\n")[2-l.lineBreak:]) {
			return nil, false
		}
		raw = raw[len(ending):]
	}
	return out, len(out) == n
}

// toUpper writes the upper-case bases of from to to, which is as long and may
// lie over it or before it; false where a byte may not stand in a sequence.
func toUpper(to, from []byte) bool {
	const each = 0x0101010101010101
	i := 0
	for ; i+8 <= len(from); i += 8 {
		w := binary.LittleEndian.Uint64(from[i:]) &^ (0x20 * each)
		// The high bit of a byte: it is past Z or no ASCII, it is A or more.
		past, least := w|(w+(0x7f-'Z')*each), w+(0x80-'A')*each
		if (past|^least)&(0x80*each) != 0 {
			break // what is no letter the loop below looks at
		}
		binary.LittleEndian.PutUint64(to[i:], w)
	}
	for ; i < len(from); i++ {
		u := upper[from[i]]
		if u == 0 {
			return false
		}
		to[i] = u
	}
	return true
}

// upper gives the upper-case of each byte that may stand in a sequence (the
// IUPAC letters, '-' and '*'), and 0 for others.
var upper = func() (t [256]byte) {
	for c := byte('A'); c <= 'Z'; c++ {
		t[c], t[c+'a'-'A'] = c, c
	}
	t['-'], t['*'] = '-', '*'
	return t
}()

func (f *File) readAt(p []byte, off int64) error {
	if f.blocks != nil {
		return f.blocks.readAt(p, off)
	}
	var err error
	if len(p) <= mostPaged {
		err = f.pages.readAt(p, off)
	} else if n, e := f.file.ReadAt(p, off); n < len(p) {
		err = e
	}
	if errors.Is(err, io.EOF) {
		return f.misfit("", "the file ends too early")
	}
	return err
}

// mostPaged is up to what size a read goes through the pages that are kept.
const mostPaged = 4 * pageSize

// seek gives the entry whose block holds the plain offset.
func seek(entries []entry, plain int64) entry {
	i := sort.Search(len(entries), func(i int) bool { return entries[i].plain > plain })
	return entries[i-1]
}
