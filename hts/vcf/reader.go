package vcf

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"

	"varpanel/hts/fault"
)

// MaxLine is the longest line that is read, in bytes: a longer one is an error
// and not a reason to use up the memory.
const MaxLine = 16 << 20

// maxHeader bounds the header as a whole.
const maxHeader = 256 << 20

// Reader reads the plain text of a VCF from its header on. Lines may end with
// \n or \r\n, and the last one with neither. Line ends are not part of a line:
// whoever writes a record ends it with \n, so that \r\n is not kept (CRLF says
// that there was one). A Reader is not safe for concurrent use.
type Reader struct {
	name    string
	in      *bufio.Reader // nil where lines is not
	lines   Lines
	header  *Header
	line    int  // number of the line that was read last, from 1
	crlf    bool // a line ended with \r\n
	open    bool // the last line has no end
	long    []byte
	closers []io.Closer
}

// NewReader reads the header from r, which gives plain text (a bgzf.Reader for
// a compressed file). The name is for messages.
func NewReader(r io.Reader, name string) (*Reader, error) {
	v := &Reader{name: name, in: bufio.NewReaderSize(r, 64<<10)}
	h, err := ReadHeader(v.ReadLine, name)
	if err != nil {
		return nil, err
	}
	v.header = h
	return v, nil
}

// Lines gives the records of a file that is not text as lines of text.
type Lines interface {
	// ReadLine gives the next record's line without its end, good until the
	// next call, or io.EOF.
	ReadLine() ([]byte, error)
	// Place names the last record for messages.
	Place() string
}

// NewLinesReader makes a Reader of records that l gives and of a header that was
// read before. The name is for messages.
func NewLinesReader(l Lines, h *Header, name string) *Reader {
	return &Reader{name: name, lines: l, header: h}
}

// ReadHeader takes lines, without their ends, from next up to the #CHROM line.
// The name is for messages.
func ReadHeader(next func() ([]byte, error), name string) (*Header, error) {
	h := new(Header)
	size := 0
	for n := 1; ; n++ {
		line, err := next()
		place := "line " + strconv.Itoa(n)
		if errors.Is(err, io.EOF) {
			if n == 1 {
				return nil, fault.Inputf(name, "", "is empty: no VCF header").
					WithHint("a VCF without records still has its header; the file may have been cut")
			}
			return nil, fault.Inputf(name, place, "the file ends inside its header")
		}
		if err != nil {
			return nil, err
		}
		if size += len(line); size > maxHeader {
			return nil, fault.Inputf(name, place, "the header is longer than %d bytes", maxHeader)
		}
		done, err := h.Parse(string(line))
		if err != nil {
			return nil, fault.Inputf(name, place, "%s", err)
		}
		if done {
			return h, nil
		}
	}
}

// Header gives the header; it is the Reader's own.
func (v *Reader) Header() *Header { return v.header }

// LineNumber is the 1-based number of the line that was read last; 0 where the
// file is not text.
func (v *Reader) LineNumber() int { return v.line }

// Read reads the next record into r, which keeps its own copy of the line. At
// the end it gives io.EOF. A malformed record is a fault that names the line
// and the column; reading may go on with the next line.
func (v *Reader) Read(r *Record) error {
	line, err := v.ReadLine()
	if err != nil {
		return err
	}
	r.own = append(r.own[:0], line...)
	if err := r.Parse(r.own); err != nil {
		return v.fault(err)
	}
	if err := v.header.Fits(r); err != nil {
		return v.fault(err)
	}
	return nil
}

// fault gives a column's error its file and line.
func (v *Reader) fault(err error) error { return FaultAt(v.name, v.Place(), err) }

// FaultAt makes the error of a record into a fault with its file and place.
func FaultAt(file, place string, err error) error {
	var c *ColumnError
	if errors.As(err, &c) && c.Column != "" {
		return fault.Inputf(file, place+": "+c.Column, "%s", c.Msg).WithCause(err)
	}
	return fault.Inputf(file, place, "%s", err).WithCause(err)
}

// Place names the record that was read last for messages: "line 12".
func (v *Reader) Place() string {
	if v.lines != nil {
		return v.lines.Place()
	}
	return "line " + strconv.Itoa(v.line)
}

// ReadLine gives the next line without its end and without looking into it; it
// is good until the next call.
func (v *Reader) ReadLine() ([]byte, error) {
	if v.lines != nil {
		return v.lines.ReadLine()
	}
	line, err := v.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		line, err = v.nextLong(line)
	}
	switch {
	case errors.Is(err, io.EOF) && len(line) == 0:
		return nil, io.EOF
	case err != nil && !errors.Is(err, io.EOF):
		if fault.KindOf(err) != 0 {
			return nil, err
		}
		return nil, fmt.Errorf("%s: after line %d: %w", v.name, v.line, err)
	}
	v.line++
	v.open = line[len(line)-1] != '\n'
	v.crlf = v.crlf || bytes.HasSuffix(line, crlf)
	if line = trimEnd(line); len(line) == 0 {
		return nil, v.onlyEmpty()
	}
	return line, nil
}

var crlf = []byte("\r\n")

// CRLF says whether a line that was read, of the header or a record, ended with
// \r\n.
func (v *Reader) CRLF() bool { return v.crlf }

// LastLineEnded says whether the line that was read last has a line end. At the
// end of a file that is plain text its lack is the only sign that the file may
// have been cut.
func (v *Reader) LastLineEnded() bool { return !v.open }

// onlyEmpty gives io.EOF where nothing but line ends is left: some writers end
// a file with them. An empty line elsewhere is an error.
func (v *Reader) onlyEmpty() error {
	place := v.Place()
	for {
		c, err := v.in.ReadByte()
		switch {
		case errors.Is(err, io.EOF):
			return io.EOF
		case err != nil:
			return err
		case c != '\n' && c != '\r':
			return fault.Inputf(v.name, place, "an empty line")
		}
	}
}

// nextLong goes on with a line that is longer than the buffer.
func (v *Reader) nextLong(head []byte) ([]byte, error) {
	v.long = append(v.long[:0], head...)
	for {
		part, err := v.in.ReadSlice('\n')
		if len(v.long)+len(part) > MaxLine {
			v.line++
			return nil, fault.Inputf(v.name, v.Place(), "a line of more than %d bytes", MaxLine)
		}
		v.long = append(v.long, part...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return v.long, err
		}
	}
}

func trimEnd(line []byte) []byte {
	if n := len(line); n > 0 && line[n-1] == '\n' {
		line = line[:n-1]
	}
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	return line
}

// CloseWith makes Close close these, in their order.
func (v *Reader) CloseWith(c ...io.Closer) { v.closers = append(v.closers, c...) }

// Close closes what Open opened, or what CloseWith named.
func (v *Reader) Close() error {
	var err error
	for _, c := range v.closers {
		err = errors.Join(err, c.Close())
	}
	v.closers = nil
	return err
}
