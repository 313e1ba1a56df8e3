package fasta

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
)

// Layout is what a whole FASTA file was found to hold.
type Layout struct {
	lines  []*line
	uneven string  // a contig whose lines differ in length; or empty
	blocks []entry // where blocks begin, of a bgzipped file
	size   int64   // plain bytes
}

// Survey reads a whole FASTA from plain text or from a bgzf.Reader. What stands
// before the first description, and a byte that is no base, are Input errors.
// Lines of any length are taken.
func Survey(r io.Reader, name string) (*Layout, error) {
	s := &surveyor{name: name, number: 1}
	z, _ := r.(*bgzf.Reader)
	buf := make([]byte, 1<<16)
	for {
		if z != nil {
			if off := z.Offset(); off.Within() == 0 {
				s.blocks = append(s.blocks, entry{packed: off.Block(), plain: s.size})
			}
		}
		n, err := r.Read(buf)
		if e := s.take(buf[:n]); e != nil {
			return nil, e
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	if s.width > 0 {
		if err := s.endLine(0); err != nil {
			return nil, err
		}
	}
	if len(s.lines) == 0 {
		return nil, fault.Inputf(name, "", "there is no sequence")
	}
	return &s.Layout, nil
}

// Contigs gives the contigs in the file's order.
func (l *Layout) Contigs() []Contig {
	out := make([]Contig, len(l.lines))
	for i, c := range l.lines {
		out[i] = Contig{Name: c.name, Length: c.length}
	}
	return out
}

// Uneven names a contig whose lines differ in length, so that the file cannot be
// indexed; it is empty where there is none.
func (l *Layout) Uneven() string { return l.uneven }

// Check compares the file's indexes with what it holds.
func (l *Layout) Check(f *File) error {
	if len(f.contigs) != len(l.lines) {
		return f.misfit("", fmt.Sprintf("it has %d contigs, the file %d", len(f.contigs), len(l.lines)))
	}
	for i, have := range l.lines {
		want := f.lines[f.contigs[i].Name]
		switch {
		case want.name != have.name || want.length != have.length:
			return f.misfit("", fmt.Sprintf("contig %d is %s of %d bases, the file has %s of %d", i+1, want.name, want.length, have.name, have.length))
		case have.length == 0:
		case want.offset != have.offset, want.at(want.length-1) != have.at(have.length-1):
			return f.misfit(want.name, "the contig does not lie where it says")
		}
	}
	if f.blocks == nil {
		return nil
	}
	at := map[entry]bool{}
	for _, e := range l.blocks {
		at[e] = true
	}
	for i, e := range f.blocks.entries {
		// Blocks without data, such as the last one, hold no base.
		if !at[e] && e.plain != l.size {
			return f.misfit("", fmt.Sprintf("block %d of the .gzi is not in the file", i))
		}
	}
	return nil
}

// surveyor goes through a file's bytes as they come.
type surveyor struct {
	Layout
	name   string
	number int // of the line, from 1

	text        []byte // of a description, as far as its name can go
	description bool
	width       int  // bytes of the line so far
	bases       int  // of the line so far
	cr          bool // the line's last byte was a carriage return
	short       bool // the contig had a line shorter than its first
}

func (s *surveyor) take(b []byte) error {
	for len(b) > 0 {
		i := bytes.IndexByte(b, '\n')
		part := b
		if i >= 0 {
			part = b[:i]
		}
		if err := s.part(part); err != nil {
			return err
		}
		if i < 0 {
			return nil
		}
		b = b[i+1:]
		s.size++
		if err := s.endLine(1); err != nil {
			return err
		}
	}
	return nil
}

// part takes some bytes of one line.
func (s *surveyor) part(b []byte) error {
	if len(b) == 0 {
		return nil
	}
	if s.width == 0 && b[0] == '>' {
		s.description = true
	}
	s.width += len(b)
	s.size += int64(len(b))
	if s.description {
		s.text = append(s.text, b[:min(len(b), maxDescription-len(s.text))]...)
		return nil
	}
	for _, c := range b {
		switch {
		case s.cr:
			return s.fault("a carriage return inside a line")
		case c == '\r':
			s.cr = true
		case upper[c] == 0:
			return s.fault("the byte " + strconv.QuoteRune(rune(c)) + " is no base")
		default:
			s.bases++
		}
	}
	if s.bases > 0 && len(s.lines) == 0 {
		return s.fault("bases stand before the first description")
	}
	return nil
}

func (s *surveyor) fault(msg string) error {
	return fault.Inputf(s.name, "line "+strconv.Itoa(s.number), "%s", msg)
}

// endLine ends a line; lineEnd is the size of its "\n", 0 at the file's end.
func (s *surveyor) endLine(lineEnd int) error {
	switch {
	case s.description:
		name := bytes.TrimPrefix(bytes.TrimSuffix(s.text, []byte("\r")), []byte(">"))
		if i := bytes.IndexAny(name, " \t"); i >= 0 {
			name = name[:i]
		}
		if len(name) == 0 {
			return s.fault("a description without a name")
		}
		if len(s.lines) == maxContigs {
			return s.fault("more contigs than can be indexed")
		}
		s.lines = append(s.lines, &line{name: string(name), offset: s.size})
		s.short = false
	case s.bases > 0:
		s.sequence(s.lines[len(s.lines)-1], s.width+lineEnd)
	case len(s.lines) > 0 && s.lines[len(s.lines)-1].length > 0:
		s.short = true
	}
	s.number++
	s.text, s.description, s.width, s.bases, s.cr = s.text[:0], false, 0, 0, false
	return nil
}

// sequence counts a line of bases of a contig.
func (s *surveyor) sequence(c *line, width int) {
	switch {
	case c.length == 0:
		c.bases, c.width, c.offset = s.bases, width, s.size-int64(width)
	case s.short || s.bases > c.bases:
		s.uneven = c.name
	}
	s.short = s.short || s.bases < c.bases || width < c.width
	c.length += s.bases
}
