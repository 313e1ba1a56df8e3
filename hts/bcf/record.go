package bcf

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"

	"varpanel/hts/vcf"
)

// fixed is the length of the part of a record that every record has: contig,
// position, span, QUAL and four counts.
const fixed = 24

// Site is where a record lies.
type Site struct {
	Contig     int // its number in the header; Header.Contigs has the name
	Start, End int // 0-based half-open; Start is -1 for POS 0
}

// body is a record as the file has it: the part that all samples share, and
// that of each.
type body struct {
	shared, samples []byte
}

func (b *body) int32(at int) int { return int(int32(binary.LittleEndian.Uint32(b.shared[at:]))) }

func (b *body) site() Site {
	start := b.int32(4)
	return Site{Contig: b.int32(0), Start: start, End: start + max(b.int32(8), 0)}
}

func (b *body) infos() int   { return int(binary.LittleEndian.Uint16(b.shared[16:])) }
func (b *body) alleles() int { return int(binary.LittleEndian.Uint16(b.shared[18:])) }

func (b *body) sampleCount() int { return b.int32(20) & (1<<24 - 1) }
func (b *body) formats() int     { return int(b.shared[23]) }

// The types of a typed value (VCFv4.3 section 6.3.3).
const (
	none   = 0
	int8s  = 1
	int16s = 2
	int32s = 3
	floats = 5
	chars  = 7
)

// width gives the bytes of one value of each type; -1 where there is no such
// type.
var width = [16]int{0, 1, 2, 4, -1, 4, -1, 1, -1, -1, -1, -1, -1, -1, -1, -1}

// Bit patterns of a float that is missing, and of the end of a vector that is
// shorter than its neighbours.
const (
	floatMissing = 0x7f800001
	floatEnd     = 0x7f800002
)

// values is a typed vector of n values.
type values struct {
	kind byte
	n    int
	data []byte
}

// int gives value i of a vector of integers.
func (v *values) int(i int) (n int, missing, end bool) {
	switch v.kind {
	case int8s:
		n = int(int8(v.data[i]))
		return n, n == math.MinInt8, n == math.MinInt8+1
	case int16s:
		n = int(int16(binary.LittleEndian.Uint16(v.data[2*i:])))
		return n, n == math.MinInt16, n == math.MinInt16+1
	default:
		n = int(int32(binary.LittleEndian.Uint32(v.data[4*i:])))
		return n, n == math.MinInt32, n == math.MinInt32+1
	}
}

func (v *values) isInt() bool { return v.kind >= int8s && v.kind <= int32s }

// cursor takes typed values from the front of a part of a record.
type cursor struct {
	left []byte
}

var errShort = fmt.Errorf("the record ends inside a value")

// descriptor reads the type and the number of values that follow.
func (c *cursor) descriptor() (kind byte, n int, err error) {
	if len(c.left) == 0 {
		return 0, 0, errShort
	}
	kind, n = c.left[0]&15, int(c.left[0]>>4)
	c.left = c.left[1:]
	if width[kind] < 0 {
		return 0, 0, fmt.Errorf("type %d of a value is none", kind)
	}
	if n == 15 { // the number stands in a value of its own
		if n, err = c.int(); err != nil {
			return 0, 0, err
		}
		if n < 0 {
			return 0, 0, fmt.Errorf("a vector of %d values", n)
		}
	}
	return kind, n, nil
}

// int reads one integer.
func (c *cursor) int() (int, error) {
	if len(c.left) == 0 {
		return 0, errShort
	}
	v := values{kind: c.left[0] & 15, n: int(c.left[0] >> 4)}
	if v.n != 1 || !v.isInt() {
		return 0, fmt.Errorf("a value that must be one integer is none")
	}
	if len(c.left) < 1+width[v.kind] {
		return 0, errShort
	}
	v.data, c.left = c.left[1:], c.left[1+width[v.kind]:]
	n, _, _ := v.int(0)
	return n, nil
}

// values reads a vector.
func (c *cursor) values() (values, error) {
	kind, n, err := c.descriptor()
	if err != nil {
		return values{}, err
	}
	size := int64(n) * int64(width[kind])
	if size > int64(len(c.left)) {
		return values{}, errShort
	}
	v := values{kind, n, c.left[:size]}
	c.left = c.left[size:]
	return v, nil
}

// text reads a string; nil where it is missing or empty.
func (c *cursor) text() ([]byte, error) {
	v, err := c.values()
	if err != nil {
		return nil, err
	}
	if v.kind != chars && v.n > 0 && v.kind != none {
		return nil, fmt.Errorf("is no string")
	}
	return cutText(v.data)
}

// cutText ends a string at its first zero byte, and refuses what would end a
// column or a line of text.
func cutText(b []byte) ([]byte, error) {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		b = b[:i]
	}
	if bytes.IndexByte(b, '\t') >= 0 || bytes.IndexByte(b, '\n') >= 0 {
		return nil, fmt.Errorf("a string has a tab or a line end in it")
	}
	return b, nil
}

func at(c vcf.Column, err error) error {
	return &vcf.ColumnError{Column: c.String(), Msg: err.Error()}
}

func wrong(c vcf.Column, format string, args ...any) error {
	return at(c, fmt.Errorf(format, args...))
}

// writer makes the text of records. It keeps its own scratch and is for one
// goroutine.
type writer struct {
	header  *Header
	formats []format
}

// format is one FORMAT key of a record and the values of all samples.
type format struct {
	values      // n and kind of one sample; data of all
	gt     bool // the key is GT
}

// append appends a record's line, without its end, to dst.
func (w *writer) append(dst []byte, b *body) ([]byte, error) {
	start := len(dst)
	contig, ok := w.header.contigs.name(b.int32(0))
	if !ok {
		return dst, wrong(vcf.Chrom, "contig number %d is not in the header", b.int32(0))
	}
	dst = append(append(dst, contig...), '\t')
	if b.int32(4) < -1 {
		return dst, wrong(vcf.Pos, "position %d is before the first base", b.int32(4))
	}
	dst = append(strconv.AppendInt(dst, int64(b.int32(4))+1, 10), '\t')
	c := &cursor{b.shared[fixed:]}
	dst, err := w.alleles(dst, c, b)
	if err != nil {
		return dst, err
	}
	if dst, err = w.filters(dst, c); err != nil {
		return dst, err
	}
	if dst, err = w.infos(dst, c, b.infos(), start); err != nil {
		return dst, err
	}
	if len(c.left) > 0 {
		return dst, wrong(vcf.Info, "%d bytes stand after the last value", len(c.left))
	}
	return w.samples(dst, b, start)
}

// alleles writes ID, REF, ALT and QUAL, with a tab after each.
func (w *writer) alleles(dst []byte, c *cursor, b *body) ([]byte, error) {
	id, err := c.text()
	if err != nil {
		return dst, at(vcf.ID, err)
	}
	dst = append(appendOr(dst, id), '\t')
	for i := range b.alleles() {
		a, err := c.text()
		if err != nil {
			return dst, at(vcf.Column(min(int(vcf.Ref)+i, int(vcf.Alt))), err)
		}
		if i > 1 {
			dst = append(dst, ',')
		}
		dst = appendOr(dst, a)
		if i == 0 {
			dst = append(dst, '\t')
		}
	}
	switch b.alleles() {
	case 0:
		dst = append(dst, ".\t.\t"...)
	case 1:
		dst = append(dst, ".\t"...)
	default:
		dst = append(dst, '\t')
	}
	dst = appendFloat(dst, binary.LittleEndian.Uint32(b.shared[12:]))
	return append(dst, '\t'), nil
}

func appendOr(dst, text []byte) []byte {
	if len(text) == 0 {
		return append(dst, '.')
	}
	return append(dst, text...)
}

func (w *writer) filters(dst []byte, c *cursor) ([]byte, error) {
	v, err := c.values()
	if err != nil {
		return dst, at(vcf.Filter, err)
	}
	if v.n == 0 || v.kind == none {
		return append(dst, ".\t"...), nil
	}
	if !v.isInt() {
		return dst, wrong(vcf.Filter, "is no list of filters")
	}
	for i := range v.n {
		n, _, _ := v.int(i)
		name, ok := w.header.terms.name(n)
		if !ok {
			return dst, wrong(vcf.Filter, "filter number %d is not in the header", n)
		}
		if i > 0 {
			dst = append(dst, ';')
		}
		dst = append(dst, name...)
	}
	return append(dst, '\t'), nil
}

var errLong = &vcf.ColumnError{Msg: fmt.Sprintf("its text is longer than %d bytes", vcf.MaxLine)}

func (w *writer) infos(dst []byte, c *cursor, n, start int) ([]byte, error) {
	for i := range n {
		key, err := c.int()
		if err != nil {
			return dst, at(vcf.Info, err)
		}
		name, ok := w.header.terms.name(key)
		if !ok {
			return dst, wrong(vcf.Info, "key number %d is not in the header", key)
		}
		v, err := c.values()
		if err != nil {
			return dst, wrong(vcf.Info, "%s: %w", name, err)
		}
		if i > 0 {
			dst = append(dst, ';')
		}
		dst = append(dst, name...)
		if v.n == 0 || v.kind == none {
			continue // a flag
		}
		dst = append(dst, '=')
		if dst, err = v.append(dst); err != nil {
			return dst, wrong(vcf.Info, "%s: %w", name, err)
		}
		if len(dst)-start > vcf.MaxLine {
			return dst, errLong
		}
	}
	if n == 0 {
		dst = append(dst, '.')
	}
	return dst, nil
}

// samples writes FORMAT and the samples, with a tab before each.
func (w *writer) samples(dst []byte, b *body, start int) ([]byte, error) {
	n := b.sampleCount()
	if n != len(w.header.VCF.Samples) {
		return dst, &vcf.ColumnError{Msg: fmt.Sprintf("%d samples, the header names %d", n, len(w.header.VCF.Samples))}
	}
	dst, err := w.keys(dst, b, n)
	if err != nil {
		return dst, err
	}
	for s := range n {
		dst = append(dst, '\t')
		for i := range w.formats {
			if i > 0 {
				dst = append(dst, ':')
			}
			f := &w.formats[i]
			size := f.n * width[f.kind]
			v := values{f.kind, f.n, f.data[s*size : (s+1)*size]}
			switch {
			case v.n == 0 || v.kind == none:
				dst = append(dst, '.')
			case f.gt:
				dst = v.appendGenotype(dst, w.header.VCF.Version >= "4.4")
			default:
				if dst, err = v.append(dst); err != nil {
					return dst, at(vcf.Format, err)
				}
			}
		}
		if len(w.formats) == 0 {
			dst = append(dst, '.')
		}
		if len(dst)-start > vcf.MaxLine {
			return dst, errLong
		}
	}
	return dst, nil
}

// keys writes the FORMAT column of a record of n samples and finds the values.
func (w *writer) keys(dst []byte, b *body, n int) ([]byte, error) {
	w.formats = w.formats[:0]
	c := &cursor{b.samples}
	for i := range b.formats() {
		key, err := c.int()
		if err != nil {
			return dst, at(vcf.Format, err)
		}
		name, ok := w.header.terms.name(key)
		if !ok {
			return dst, wrong(vcf.Format, "key number %d is not in the header", key)
		}
		var f format
		f.gt = name == "GT"
		if f.kind, f.n, err = c.descriptor(); err != nil {
			return dst, wrong(vcf.Format, "%s: %w", name, err)
		}
		one := int64(f.n) * int64(width[f.kind])
		if one > 0 && int64(n) > int64(len(c.left))/one {
			return dst, wrong(vcf.Format, "%s: %w", name, errShort)
		}
		if f.gt && f.n > 0 && f.kind != none && !f.isInt() {
			return dst, wrong(vcf.Format, "GT is not of integers")
		}
		f.data, c.left = c.left[:int64(n)*one], c.left[int64(n)*one:]
		w.formats = append(w.formats, f)
		dst = append(append(dst, "\t:"[min(i, 1)]), name...)
	}
	if len(c.left) > 0 {
		return dst, wrong(vcf.Format, "%d bytes stand after the last value", len(c.left))
	}
	if len(w.formats) == 0 && n > 0 {
		dst = append(dst, "\t."...)
	}
	return dst, nil
}
