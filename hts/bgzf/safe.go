package bgzf

import (
	"bytes"
	"errors"
	"io"
	"sync"

	"github.com/klauspost/compress/flate"
)

// inflater unpacks the deflate stream of one block at a time.
type inflater interface {
	// inflate unpacks src[from:end], which must be one whole deflate stream of
	// n plain bytes, into dst[:n]. The rest of dst may be overwritten.
	inflate(dst *[outSpace]byte, n int, src *[inSpace]byte, from, end int) error
}

var decoders = sync.Pool{New: func() any { return new(decoderPair) }}

func borrowInflater(safe bool) inflater {
	if safe {
		return newSafeInflater()
	}
	return decoders.Get().(*decoderPair)
}

func returnInflater(f inflater) {
	if d, ok := f.(*decoderPair); ok {
		decoders.Put(d)
	}
}

// safeInflater is klauspost/compress, byte by byte checked by its own bounds:
// the fallback, and what the tests hold the decoder to.
type safeInflater struct {
	src  bytes.Reader
	flat io.ReadCloser
}

func newSafeInflater() *safeInflater {
	f := &safeInflater{}
	f.flat = flate.NewReader(&f.src)
	return f
}

func (f *safeInflater) inflate(dst *[outSpace]byte, n int, src *[inSpace]byte, from, end int) error {
	f.src.Reset(src[from:end])
	if err := f.flat.(flate.Resetter).Reset(&f.src, nil); err != nil {
		return err
	}
	if got, err := io.ReadFull(f.flat, dst[:n]); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return endsEarly(n, got)
		}
		return errStream
	}
	var more [1]byte
	got, err := io.ReadFull(f.flat, more[:])
	switch {
	case got != 0:
		return errStreamLong
	case !errors.Is(err, io.EOF):
		return errStream
	case f.src.Len() != 0:
		return bytesBetween(f.src.Len())
	}
	return nil
}
