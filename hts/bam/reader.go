package bam

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
)

// Reader gives records of a file in file order. It is for one goroutine.
type Reader struct {
	name   string
	header *Header
	src    *bgzf.Reader
	sorted bool // the order is checked
	last   place

	query *query // nil: every record
}

// errRecord is the cause of errors in a record, and not in a block.
var errRecord = errors.New("a record is malformed")

// place is where the record before stood.
type place struct{ ref, pos int }

var firstPlace = place{ref: 0, pos: -1}

// NewReader reads a whole BAM file as a stream, the header first. Every block
// is checked, and the file's end. With sorted, a record that stands before the
// one that precedes it is an error.
func NewReader(r io.Reader, o bgzf.Options, sorted bool) (*Reader, error) {
	name := o.Name
	src, err := bgzf.NewReader(r, o)
	if err != nil {
		return nil, err
	}
	header, err := ReadHeader(src)
	if err != nil {
		src.Close()
		return nil, headerFault(name, err)
	}
	return &Reader{name: name, header: header, src: src, sorted: sorted, last: firstPlace}, nil
}

// Header is the file's header.
func (r *Reader) Header() *Header { return r.header }

// Offset is the virtual offset of the next record.
func (r *Reader) Offset() bgzf.Offset { return r.src.Offset() }

// Close ends the reader's goroutines.
func (r *Reader) Close() error { return r.src.Close() }

// Read fills rec with the next record, or gives io.EOF. The record's bytes are
// the reader's, good until its next call.
func (r *Reader) Read(rec *Record) error {
	for {
		at := r.src.Offset()
		if err := r.next(rec, at); err != nil {
			return err
		}
		if r.query == nil {
			return nil
		}
		switch meets, over, err := r.query.meets(rec, at); {
		case err != nil:
			return r.fault(at, err)
		case over:
			return io.EOF
		case meets:
			return nil
		}
		r.query.skip(r.src)
	}
}

// next reads and checks the record at the offset at.
func (r *Reader) next(rec *Record, at bgzf.Offset) error {
	size, err := r.size(at)
	if err != nil {
		return err
	}
	b, err := r.src.Take(size)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return r.fault(at, errors.New("the file ends inside a record"))
	}
	if err != nil {
		return err
	}
	if err := rec.Parse(b, len(r.header.Refs)); err != nil {
		return r.fault(at, err)
	}
	if err := r.checkPlace(rec); err != nil {
		return r.fault(at, err)
	}
	return nil
}

// size reads block_size, or gives io.EOF where no byte is left.
func (r *Reader) size(at bgzf.Offset) (int, error) {
	word, err := r.src.Take(4)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return 0, r.fault(at, errors.New("the file ends inside a record"))
	}
	if err != nil {
		return 0, err
	}
	size := int32(binary.LittleEndian.Uint32(word))
	if size < fixedSize || size > maxRecordSize {
		return 0, r.fault(at, fmt.Errorf("block_size: a record of %d bytes", size))
	}
	return int(size), nil
}

// checkPlace checks the record against its reference and, where the file is to
// be sorted, against the record before.
func (r *Reader) checkPlace(rec *Record) error {
	now := place{rec.RefID(), rec.Pos()}
	if now.ref >= 0 && now.pos >= r.header.Refs[now.ref].Length && rec.Flag()&Unmapped == 0 {
		return fmt.Errorf("POS: %d is past the end of %s", now.pos+1, r.header.Refs[now.ref].Name)
	}
	if r.sorted && now.before(r.last) {
		return fault.Inputf("", "", "records are not sorted: %s comes after %s", r.in(now), r.in(r.last)).
			WithHint("samtools sort -o NEW.bam FILE && samtools index NEW.bam")
	}
	r.last = now
	return nil
}

// before tells whether p stands before q; records without a reference are last.
func (p place) before(q place) bool {
	if p.ref != q.ref {
		return q.ref < 0 || p.ref >= 0 && p.ref < q.ref
	}
	return p.ref >= 0 && p.pos < q.pos
}

func (r *Reader) in(p place) string {
	if p.ref < 0 {
		return "a record without a position"
	}
	return fmt.Sprintf("%s:%d", r.header.Refs[p.ref].Name, p.pos+1)
}

// fault gives an error of a record its file and place.
func (r *Reader) fault(at bgzf.Offset, err error) error {
	out := fault.Inputf(r.name, fmt.Sprintf("offset %d:%d", at.Block(), at.Within()), "%s", err)
	return out.WithHint("%s", fault.HintOf(err)).WithCause(errRecord)
}

func headerFault(name string, err error) error {
	var f *fault.Error
	if errors.As(err, &f) {
		return err
	}
	return fault.Inputf(name, "", "%s", err)
}
