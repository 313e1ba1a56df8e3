package scan

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"

	"varpanel/hts/bcf"
	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/hts/vcf"
)

// linear reads a file from its start.
type linear struct {
	path string
	text io.Closer
	in   lineSource
	n    int // of the line that was read last, from 1
}

// lineSource gives the lines of a file one by one.
type lineSource interface {
	next() ([]byte, error)
}

func (r *Reader) linear(in io.Reader, o Options) error {
	b := bufio.NewReaderSize(in, 64<<10)
	head, err := b.Peek(18)
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: %w", r.path, err)
	}
	l := &linear{path: r.path, text: io.NopCloser(nil)}
	switch {
	case bgzf.IsBGZF(head):
		blocks := r.blocks
		packed := o.Stretches && !r.holdsBCF(b)
		if !packed {
			blocks.Threads = o.Threads
		}
		z, err := bgzf.NewReader(b, blocks)
		if err != nil {
			return err
		}
		l.text = z
		if err = r.unpacked(l, z); err != nil {
			return errors.Join(err, z.Close())
		}
		if packed && r.lines != nil {
			r.packed = z
		}
	case bgzf.IsGzip(head):
		return fault.Inputf(r.path, "", "plain gzip, not BGZF").WithHint("gunzip -c %s | bgzip > NEW.vcf.gz", r.path)
	case isBCF(head):
		if err := r.binary(l, bcf.Plain(b)); err != nil {
			return err
		}
	default:
		if err := r.plain(l, b); err != nil {
			return err
		}
	}
	r.in = l
	return nil
}

// holdsBCF looks into the first block. A bad one is none of BCF: the reader says
// what is wrong.
func (r *Reader) holdsBCF(b *bufio.Reader) bool {
	block, err := b.Peek(b.Size())
	if err != nil && !errors.Is(err, io.EOF) {
		return false
	}
	data, _, err := bgzf.ReadBlockAt(bytes.NewReader(block), 0, nil, r.blocks)
	return err == nil && isBCF(data)
}

func isBCF(head []byte) bool { return len(head) >= 3 && string(head[:3]) == "BCF" }

// unpacked reads the header of a compressed VCF or BCF.
func (r *Reader) unpacked(l *linear, z *bgzf.Reader) error {
	head := make([]byte, 3)
	n, err := io.ReadFull(z, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	if isBCF(head[:n]) {
		return r.binary(l, &primed{z, head})
	}
	lines := &lineReader{in: z}
	lines.keep(head[:n])
	return r.text(l, lines)
}

func (r *Reader) plain(l *linear, in io.Reader) error { return r.text(l, &lineReader{in: in}) }

func (r *Reader) text(l *linear, lines *lineReader) (err error) {
	l.in = lines
	r.lines = lines
	r.header, err = vcf.ReadHeader(l.next, r.path)
	return err
}

func (r *Reader) binary(l *linear, in bcf.Source) error {
	h, err := bcf.ReadHeader(in, r.path)
	if err != nil {
		return err
	}
	r.header = h.VCF
	l.in = binaryLines{bcf.NewReader(in, h, r.path)}
	return nil
}

// binaryLines gives the records of a BCF as lines.
type binaryLines struct{ *bcf.Reader }

func (b binaryLines) next() ([]byte, error) { return b.ReadLine() }

// primed is a BGZF file of which some bytes were read to see what it is.
type primed struct {
	*bgzf.Reader
	head []byte
}

func (p *primed) ReadFull(b []byte) error {
	n := copy(b, p.head)
	p.head = p.head[n:]
	if n == len(b) {
		return nil
	}
	return p.Reader.ReadFull(b[n:])
}

func (l *linear) next() ([]byte, error) {
	line, err := l.in.next()
	if err != nil {
		return nil, l.failed(err)
	}
	l.n++
	if len(line) == 0 {
		return nil, l.onlyEmpty()
	}
	return line, nil
}

func (l *linear) failed(err error) error {
	switch {
	case errors.Is(err, errLong):
		l.n++
		return longLine(l.path, l.place())
	case errors.Is(err, io.EOF) || fault.KindOf(err) != 0:
		return err
	}
	return fmt.Errorf("%s: after %s: %w", l.path, l.place(), err)
}

// onlyEmpty gives io.EOF where nothing but line ends is left: some writers end a
// file with them. An empty line elsewhere is an error.
func (l *linear) onlyEmpty() error {
	place := l.place()
	for {
		line, err := l.in.next()
		switch {
		case err != nil:
			return err
		case len(line) > 0:
			return fault.Inputf(l.path, place, "an empty line")
		}
	}
}

func (l *linear) line() int {
	if b, binary := l.in.(binaryLines); binary {
		return b.Number()
	}
	return l.n
}

func (l *linear) marked() bool                  { return false }
func (l *linear) check([]byte, int, bool) error { return nil }

func (l *linear) place() string {
	if b, binary := l.in.(binaryLines); binary {
		return b.Place()
	}
	return "line " + strconv.Itoa(l.n)
}

func (l *linear) close() error { return l.text.Close() }
