package expr

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"

	"varpanel/hts/vcf"
)

// record is a line of which only what is asked for is looked at.
type record struct {
	line     []byte
	end      [9]int // exclusive ends of the columns that were found
	found    int
	at       int // how far columns were looked for
	nSamples int // that the header names

	samples []int // exclusive ends of the sample columns
	cut     bool
	err     error // the first value that was not of its field's form
}

func (r *record) reset(line []byte) {
	r.line, r.found, r.at, r.cut, r.err = line, 0, 0, false, nil
}

// column gives a column's text, nil for one that the line lacks.
func (r *record) column(c vcf.Column) []byte {
	if r.found <= int(c) && !r.findColumn(int(c)) {
		return nil
	}
	return r.line[r.start(int(c)):r.end[c]]
}

func (r *record) start(c int) int {
	if c == 0 {
		return 0
	}
	return r.end[c-1] + 1
}

// fail keeps the first fault of the record. It never repeats a genotype.
func (r *record) fail(column, format string, args ...any) {
	if r.err == nil {
		r.err = &vcf.ColumnError{Column: column, Msg: fmt.Sprintf(format, args...)}
	}
}

var errSamples = errors.New("the line has not the sample columns that the header names")

// sample gives the text of a sample column.
func (r *record) sample(i int) []byte {
	if !r.cut {
		r.cutSamples()
	}
	if i >= len(r.samples) {
		if r.err == nil {
			r.err = &vcf.ColumnError{Msg: errSamples.Error()}
		}
		return nil
	}
	start := r.end[vcf.Format] + 1
	if i > 0 {
		start = r.samples[i-1] + 1
	}
	return r.line[start:r.samples[i]]
}

func (r *record) cutSamples() {
	r.samples, r.cut = r.samples[:0], true
	if r.column(vcf.Format) == nil {
		return
	}
	for at := r.end[vcf.Format] + 1; at <= len(r.line); {
		n := bytes.IndexByte(r.line[at:], '\t')
		if n < 0 {
			n = len(r.line) - at
		}
		at += n
		r.samples = append(r.samples, at)
		at++
	}
}

// info finds an INFO key. has is false where the key is not there; the value is
// nil for a key without "=".
func (r *record) info(key []byte) (value []byte, has bool) {
	return vcf.FindInfo(r.column(vcf.Info), key)
}

// nAlt is the number of ALT alleles.
func (r *record) nAlt() int {
	alt := r.column(vcf.Alt)
	if isMissing(alt) || len(alt) == 0 {
		return 0
	}
	return bytes.Count(alt, comma) + 1
}

// formatKey finds the place of a key in FORMAT. Most files have one FORMAT for
// most records, so that the last answer is good again.
type formatKey struct {
	key   string
	last  []byte
	place int
}

func (k *formatKey) in(r *record) int {
	format := r.column(vcf.Format)
	if format == nil {
		return -1
	}
	if k.last != nil && bytes.Equal(format, k.last) {
		return k.place
	}
	k.last = append(k.last[:0], format...)
	k.place = -1
	for i, rest, more := 0, format, true; more; i++ {
		var f []byte
		f, rest, more = bytes.Cut(rest, colon)
		if string(f) == k.key {
			k.place = i
			break
		}
	}
	return k.place
}

// part gives part i of a sample's text; "." where trailing parts were dropped.
func part(sample []byte, i int) []byte {
	for ; i > 0; i-- {
		n := bytes.IndexByte(sample, ':')
		if n < 0 {
			return dot
		}
		sample = sample[n+1:]
	}
	if n := bytes.IndexByte(sample, ':'); n >= 0 {
		sample = sample[:n]
	}
	if len(sample) == 0 {
		return dot
	}
	return sample
}

var (
	comma = []byte{','}
	colon = []byte{':'}
	dot   = []byte{'.'}
)

func isMissing(b []byte) bool { return len(b) == 1 && b[0] == '.' }

// cutItem gives the first item of a list and what follows its comma.
func cutItem(list []byte) (item, rest []byte, more bool) {
	for i, c := range list {
		if c == ',' {
			return list[:i], list[i+1:], true
		}
	}
	return list, nil, false
}

// toNumber reads a number into the precision in which it is compared: 32 bits
// for a float. ok is false for what is no number.
func toNumber(b []byte, integer bool) (f float64, ok bool) {
	if isMissing(b) {
		return missing, true
	}
	if integer {
		n, p := vcf.Int(b)
		return float64(n), p == vcf.Present
	}
	f, ok = toFloat(b)
	return float64(float32(f)), ok
}

// toFloat reads a float. Up to fifteen digits and a power of ten up to 1e22 are
// exact in 64 bits, so that one division rounds them rightly.
func toFloat(b []byte) (float64, bool) {
	mantissa, digits, fraction := uint64(0), 0, -1
	s := b
	if len(s) > 0 && s[0] == '-' {
		s = s[1:]
	}
	for _, c := range s {
		switch {
		case c >= '0' && c <= '9':
			mantissa = mantissa*10 + uint64(c-'0')
			digits++
			if fraction >= 0 {
				fraction++
			}
		case c == '.' && fraction < 0:
			fraction = 0
		default:
			return slowFloat(b)
		}
	}
	if digits == 0 || digits > 15 {
		return slowFloat(b)
	}
	f := float64(mantissa) / tens[max(fraction, 0)]
	if b[0] == '-' {
		f = -f
	}
	return f, true
}

var tens = [16]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

func slowFloat(b []byte) (float64, bool) {
	f, p := vcf.Float(b)
	return f, p == vcf.Present
}

// parseFloat reads a number of the expression.
func parseFloat(s string) (float64, bool) {
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}
