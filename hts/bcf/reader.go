package bcf

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/hts/vcf"
)

// Reader reads the records of a BCF. It is for one goroutine. After an error
// from Next it gives that error again; a record whose text cannot be made does
// not keep the next one from being read.
type Reader struct {
	name   string
	in     Source
	packed bool // offsets are virtual offsets
	w      writer

	n            int // number of the record that was read last, from 1
	begin, after bgzf.Offset
	sizes        [8]byte
	buf          []byte // of the last record
	body         body
	line         []byte
	err          error
}

// NewReader reads records from a Source that stands at the first one, or that
// gives the records of some chunks only. The name is for messages.
func NewReader(in Source, h *Header, name string) *Reader {
	_, plain := in.(*plain)
	return &Reader{name: name, in: in, packed: !plain, w: writer{header: h}}
}

// Header gives the header that the Reader was made with.
func (r *Reader) Header() *Header { return r.w.header }

// readStep bounds how much room is made for bytes that a file only promises.
const readStep = 1 << 20

// readBytes appends n bytes to dst.
func readBytes(in Source, dst []byte, n int) ([]byte, error) {
	for n > 0 {
		k := min(n, readStep)
		at := len(dst)
		if cap(dst)-at < k {
			dst = append(dst, make([]byte, k)...)
		}
		dst = dst[:at+k]
		if err := in.ReadFull(dst[at:]); err != nil {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return dst, err
		}
		n -= k
	}
	return dst, nil
}

// Next reads the next record; io.EOF at the end. Site, Offsets, AppendLine and
// ReadLine's line then speak of it.
func (r *Reader) Next() error {
	if r.err == nil {
		r.err = r.next()
	}
	return r.err
}

func (r *Reader) next() error {
	r.begin = r.in.Offset()
	if err := r.in.ReadFull(r.sizes[:]); err != nil {
		return r.ended(err, false)
	}
	r.n++
	shared, samples := int(binary.LittleEndian.Uint32(r.sizes[:])), int(binary.LittleEndian.Uint32(r.sizes[4:]))
	if shared < fixed || shared+samples > vcf.MaxLine {
		return fault.Inputf(r.name, r.Place(), "a record of %d and %d bytes; it has at least %d and at most %d",
			shared, samples, fixed, vcf.MaxLine)
	}
	var err error
	if r.buf, err = readBytes(r.in, r.buf[:0], shared+samples); err != nil {
		return r.ended(err, true)
	}
	r.body = body{r.buf[:shared], r.buf[shared:]}
	r.after = r.in.Offset()
	return nil
}

// ended tells the end of the data between records from one inside a record.
func (r *Reader) ended(err error, inside bool) error {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fault.Inputf(r.name, r.Place(), "the data end in the middle of a record")
	case errors.Is(err, io.EOF) && !inside:
		return io.EOF
	case fault.KindOf(err) != 0:
		return err
	}
	return fmt.Errorf("%s: %s: %w", r.name, r.Place(), err)
}

// Place names the record that was read last: its number from 1, in what this
// Reader was given, and where it begins.
func (r *Reader) Place() string {
	s := "record " + strconv.Itoa(r.n) + ", offset " + strconv.FormatInt(int64(r.begin), 10)
	if r.packed {
		s = fmt.Sprintf("record %d, offset %d:%d", r.n, r.begin.Block(), r.begin.Within())
	}
	return s
}

// Number is the number of the last record, from 1, in what this Reader was given.
func (r *Reader) Number() int { return r.n }

// Site gives where the last record lies, as a .csi has it: from POS on for as
// many bases as the record says. The contig's number is checked by AppendLine.
func (r *Reader) Site() Site { return r.body.site() }

// Offsets gives the virtual offsets of the last record's first byte and of the
// byte after its last.
func (r *Reader) Offsets() (begin, after bgzf.Offset) { return r.begin, r.after }

// AppendLine appends the last record as a line of VCF text, without a line end.
// A record that has none (a number that is not in the header, a value past the
// record's end, more text than vcf.MaxLine) is an Input error.
func (r *Reader) AppendLine(dst []byte) ([]byte, error) {
	from := len(dst)
	dst, err := r.w.append(dst, &r.body)
	if err != nil {
		return dst[:from], vcf.FaultAt(r.name, r.Place(), err)
	}
	return dst, nil
}

// ReadLine reads the next record and gives its line, which is good until the
// next call.
func (r *Reader) ReadLine() ([]byte, error) {
	if err := r.Next(); err != nil {
		return nil, err
	}
	var err error
	r.line, err = r.AppendLine(r.line[:0])
	return r.line, err
}

// Plain makes a Source of a BCF that is not compressed. Its offsets are those of
// bytes.
func Plain(r io.Reader) Source { return &plain{in: bufio.NewReaderSize(r, 64<<10)} }

type plain struct {
	in *bufio.Reader
	at int64
}

func (p *plain) ReadFull(b []byte) error {
	n, err := io.ReadFull(p.in, b)
	p.at += int64(n)
	return err
}

func (p *plain) Offset() bgzf.Offset { return bgzf.Offset(p.at) }
