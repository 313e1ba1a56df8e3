package bam

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

const (
	maxHeaderText = 256 << 20 // bytes of header text that are taken
	maxRefName    = 64 << 10  // bytes of one reference name, NUL included
	readStep      = 64 << 10  // a claimed length is believed this far at a time
)

var magic = []byte("BAM\x01")

// Ref is one reference sequence of the header, in the order that refID counts.
type Ref struct {
	Name   string
	Length int
}

// ReadGroup is one @RG line.
type ReadGroup struct {
	ID     string
	Sample string // SM; "" where the line has none
}

// Header is a BAM file's header.
type Header struct {
	Refs       []Ref
	ReadGroups []ReadGroup
	SortOrder  string // @HD SO; "" where there is none
	Text       string // verbatim, without the NULs that some writers pad with

	ids map[string]int
}

// ID gives the refID of a reference name.
func (h *Header) ID(name string) (int, bool) {
	id, ok := h.ids[name]
	return id, ok
}

// ReadHeader reads a header from the start of a BAM stream that is already
// inflated (SAMv1 section 4.2). The text's @SQ lines, where there are any, must
// say the same as the binary list of references. Errors are plain and name the
// place inside the header; the caller adds the file.
func ReadHeader(r io.Reader) (*Header, error) {
	var head [8]byte
	if err := readFull(r, head[:], "magic"); err != nil {
		return nil, err
	}
	if !bytes.Equal(head[:4], magic) {
		return nil, errors.New("header: magic: not a BAM file")
	}
	text, err := readBytes(r, int64(int32(binary.LittleEndian.Uint32(head[4:]))), maxHeaderText, "text")
	if err != nil {
		return nil, err
	}
	h := &Header{Text: strings.TrimRight(string(text), "\x00"), ids: map[string]int{}}
	if err := h.readRefs(r); err != nil {
		return nil, err
	}
	return h, h.parseText()
}

func (h *Header) readRefs(r io.Reader) error {
	var word [4]byte
	if err := readFull(r, word[:], "number of references"); err != nil {
		return err
	}
	n := int32(binary.LittleEndian.Uint32(word[:]))
	if n < 0 {
		return fmt.Errorf("header: number of references: %d", n)
	}
	for i := range int(n) {
		place := "reference " + strconv.Itoa(i+1)
		if err := readFull(r, word[:], place); err != nil {
			return err
		}
		name, err := readBytes(r, int64(int32(binary.LittleEndian.Uint32(word[:]))), maxRefName, place)
		if err != nil {
			return err
		}
		if err := readFull(r, word[:], place); err != nil {
			return err
		}
		length := int32(binary.LittleEndian.Uint32(word[:]))
		switch end := bytes.IndexByte(name, 0); {
		case len(name) < 2 || end != len(name)-1:
			return fmt.Errorf("header: %s: the name is not one NUL-terminated word", place)
		case length < 0:
			return fmt.Errorf("header: %s: length %d", place, length)
		}
		ref := Ref{Name: string(name[:len(name)-1]), Length: int(length)}
		if _, twice := h.ids[ref.Name]; twice {
			return fmt.Errorf("header: %s: the name %q stands twice", place, ref.Name)
		}
		h.ids[ref.Name] = i
		h.Refs = append(h.Refs, ref)
	}
	return nil
}

// parseText takes @HD, @SQ and @RG from the text.
func (h *Header) parseText() error {
	sq, line := 0, 0
	for text := range strings.Lines(h.Text) {
		line++
		fields := strings.Split(strings.TrimRight(text, "\r\n"), "\t")
		switch fields[0] {
		case "@HD":
			h.SortOrder, _ = tag(fields, "SO:")
		case "@SQ":
			if err := h.checkSQ(sq, fields); err != nil {
				return fmt.Errorf("header: line %d: @SQ: %w", line, err)
			}
			sq++
		case "@RG":
			id, ok := tag(fields, "ID:")
			if !ok {
				return fmt.Errorf("header: line %d: @RG: no ID", line)
			}
			sample, _ := tag(fields, "SM:")
			h.ReadGroups = append(h.ReadGroups, ReadGroup{ID: id, Sample: sample})
		}
	}
	if sq != 0 && sq != len(h.Refs) {
		return fmt.Errorf("header: %d @SQ lines, but %d references in the binary list", sq, len(h.Refs))
	}
	return nil
}

func (h *Header) checkSQ(i int, fields []string) error {
	name, _ := tag(fields, "SN:")
	length, _ := tag(fields, "LN:")
	n, err := strconv.Atoi(length)
	if err != nil || i >= len(h.Refs) || h.Refs[i] != (Ref{Name: name, Length: n}) {
		return fmt.Errorf("%q of %q bases is not what the binary list of references says", name, length)
	}
	return nil
}

func tag(fields []string, key string) (string, bool) {
	for _, f := range fields[1:] {
		if v, ok := strings.CutPrefix(f, key); ok {
			return v, true
		}
	}
	return "", false
}

func readFull(r io.Reader, p []byte, place string) error {
	if _, err := io.ReadFull(r, p); err != nil {
		return cut(err, "header: "+place)
	}
	return nil
}

// readBytes reads n bytes without believing n: memory grows as bytes arrive.
func readBytes(r io.Reader, n, most int64, place string) ([]byte, error) {
	if n < 0 || n > most {
		return nil, fmt.Errorf("header: %s: a length of %d bytes", place, n)
	}
	b, err := appendN(nil, r, int(n))
	if err != nil {
		return nil, cut(err, "header: "+place)
	}
	return b, nil
}

// appendN appends n bytes of r to dst, which grows only as bytes arrive.
func appendN(dst []byte, r io.Reader, n int) ([]byte, error) {
	for n > 0 {
		have := len(dst)
		step := min(n, max(readStep, cap(dst)-have))
		dst = grow(dst, step)
		if _, err := io.ReadFull(r, dst[have:]); err != nil {
			return dst[:have], err
		}
		n -= step
	}
	return dst, nil
}

// grow lengthens b by n bytes, doubling its room where it has to be moved.
func grow(b []byte, n int) []byte {
	if cap(b)-len(b) >= n {
		return b[:len(b)+n]
	}
	grown := make([]byte, len(b)+n, max(len(b)+n, 2*len(b)))
	copy(grown, b)
	return grown
}

// cut names a stream that ends inside something; other errors keep their own words.
func cut(err error, place string) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%s: the file ends inside it", place)
	}
	return err
}
