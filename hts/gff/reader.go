package gff

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"varpanel/hts/fault"
)

// maxLine is the longest line that is read, in bytes.
const maxLine = 1 << 20

// Reader reads the features of a GFF3. Directives and comments are passed over,
// a FASTA section ends the features. It is not safe for concurrent use.
type Reader struct {
	name string
	in   *bufio.Reader
	line int
	done bool
}

// NewReader reads plain text. The name is for messages.
func NewReader(r io.Reader, name string) *Reader {
	return &Reader{name: name, in: bufio.NewReaderSize(r, maxLine)}
}

// Read reads the next feature; io.EOF at the end. A malformed line is a fault
// that names the line and the column.
func (r *Reader) Read(f *Feature) error {
	for !r.done {
		line, err := r.next()
		if err != nil {
			return err
		}
		switch {
		case line == "" || strings.HasPrefix(line, "##"):
			if err := r.directive(line); err != nil {
				return err
			}
		case line[0] == '#':
		case line[0] == '>': // FASTA without its directive
			r.done = true
		default:
			f.Line = r.line
			return r.fault(f.parse(line))
		}
	}
	return io.EOF
}

func (r *Reader) directive(line string) error {
	if version, ok := strings.CutPrefix(line, "##gff-version"); ok {
		if v := strings.TrimSpace(version); v != "3" && !strings.HasPrefix(v, "3.") {
			return fault.Inputf(r.name, r.place(), "GFF version %q is not read, only 3", shorten(v))
		}
	}
	r.done = strings.HasPrefix(line, "##FASTA")
	return nil
}

func (r *Reader) fault(err error) error {
	var e *lineError
	if !errors.As(err, &e) {
		return err
	}
	f := fault.Inputf(r.name, r.place()+": "+e.column, "%s", e.msg).WithCause(err)
	if e.hint != "" {
		f = f.WithHint("%s", e.hint)
	}
	return f
}

func (r *Reader) place() string { return "line " + strconv.Itoa(r.line) }

// next gives the next line without its end, which may be \n, \r\n or, for the
// last line, nothing.
func (r *Reader) next() (string, error) {
	line, err := r.in.ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		r.line++
		return "", fault.Inputf(r.name, r.place(), "a line of more than %d bytes", maxLine)
	case errors.Is(err, io.EOF) && len(line) == 0:
		return "", io.EOF
	case err != nil && !errors.Is(err, io.EOF):
		if fault.KindOf(err) != 0 {
			return "", err
		}
		return "", fmt.Errorf("%s: after line %d: %w", r.name, r.line, err)
	}
	r.line++
	return strings.TrimSuffix(strings.TrimSuffix(string(line), "\n"), "\r"), nil
}
