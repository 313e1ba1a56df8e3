package scan

import (
	"bytes"
	"errors"
	"io"

	"varpanel/hts/fault"
	"varpanel/hts/vcf"
)

// MaxLine is the longest line that is scanned, in bytes: a longer one is an
// error and not a reason to use up the memory. A record of 500,000 samples fits.
const MaxLine = vcf.MaxLine

// stretchBytes is about how much text is handed on at once.
const stretchBytes = 256 << 10

// lineReader cuts plain text at line ends, into single lines or into stretches
// of whole lines.
type lineReader struct {
	in   io.Reader
	buf  []byte
	from int // of what was not given yet, in buf
	err  error
}

// errLong is the cause of the fault of a line longer than MaxLine.
var errLong = errors.New("too long")

// more reads on behind what is in buf, which it moves to the front. Where it
// gives false there is no more, and err says why.
func (l *lineReader) more() bool {
	if l.err != nil {
		return false
	}
	if l.from > 0 {
		l.buf = l.buf[:copy(l.buf, l.buf[l.from:])]
		l.from = 0
	}
	if l.buf, l.err = roomier(l.buf); l.err != nil {
		return false
	}
	l.read(&l.buf)
	return true
}

// roomier gives b with room to read into; a line that fills MaxLine is too long.
func roomier(b []byte) ([]byte, error) {
	if len(b) < cap(b) {
		return b, nil
	}
	if len(b) >= MaxLine {
		return b, errLong
	}
	grown := make([]byte, len(b), max(stretchBytes+stretchBytes/4, min(2*cap(b), MaxLine)))
	copy(grown, b)
	return grown, nil
}

// read reads once into the room behind b. An error is kept for later where there
// was data.
func (l *lineReader) read(b *[]byte) {
	n, err := l.in.Read((*b)[len(*b):cap(*b)])
	*b = (*b)[:len(*b)+n]
	l.err = err
}

// next gives the next line without its end, good until the following call.
func (l *lineReader) next() ([]byte, error) {
	seen := 0
	for {
		rest := l.buf[l.from:]
		if n := bytes.IndexByte(rest[seen:], '\n'); n >= 0 {
			l.from += seen + n + 1
			return bytes.TrimSuffix(rest[:seen+n], cr), nil
		}
		seen = len(rest)
		if l.more() {
			continue
		}
		if errors.Is(l.err, io.EOF) && len(l.buf) > l.from {
			rest, l.from = l.buf[l.from:], len(l.buf)
			return bytes.TrimSuffix(rest, cr), nil
		}
		return nil, l.err
	}
}

var cr = []byte{'\r'}

// stretch fills dst with the next whole lines, about stretchBytes of them or one
// that is longer. A last line without its end is given as it is. dst keeps its
// room from call to call.
func (l *lineReader) stretch(dst []byte) ([]byte, error) {
	dst = append(dst[:0], l.buf[l.from:]...)
	l.buf, l.from = l.buf[:0], 0
	seen := 0
	for {
		if len(dst) >= stretchBytes || l.err != nil {
			if n := bytes.LastIndexByte(dst[seen:], '\n'); n >= 0 {
				l.keep(dst[seen+n+1:])
				return dst[:seen+n+1], nil
			}
			seen = len(dst)
		}
		if l.err != nil {
			if errors.Is(l.err, io.EOF) && len(dst) > 0 {
				return dst, nil
			}
			return dst[:0], l.err
		}
		if dst, l.err = roomier(dst); l.err == nil {
			l.read(&dst)
		}
	}
}

// keep holds the begin of a line for the next call.
func (l *lineReader) keep(b []byte) { l.buf = append(l.buf[:0], b...) }

// longLine is the fault of a line that is too long.
func longLine(path, place string) error {
	return fault.Inputf(path, place, "a line of more than %d bytes", MaxLine).WithCause(errLong)
}
