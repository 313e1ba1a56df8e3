package bgzf

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"sync"

	"github.com/klauspost/compress/flate"
)

// inflater unpacks the deflate stream of one block at a time. It is the only
// place that knows which implementation does that.
type inflater struct {
	src  bytes.Reader
	flat io.ReadCloser
	raw  [maxBlock]byte // room for ReadBlockAt's packed block
}

func newInflater() *inflater {
	f := &inflater{}
	f.flat = flate.NewReader(&f.src)
	return f
}

// inflate unpacks src, which must be one whole deflate stream of exactly
// len(dst) plain bytes.
func (f *inflater) inflate(dst, src []byte) error {
	f.src.Reset(src)
	if err := f.flat.(flate.Resetter).Reset(&f.src, nil); err != nil {
		return err
	}
	if n, err := io.ReadFull(f.flat, dst); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return badBlock("the block claims %d bytes of plain data and its deflate stream ends after %d: the file is corrupt", len(dst), n)
		}
		return badBlock("the block's deflate stream is corrupt")
	}
	var more [1]byte
	n, err := io.ReadFull(f.flat, more[:])
	switch {
	case n != 0:
		return badBlock("the block claims %d bytes of plain data and holds more: the file is corrupt", len(dst))
	case !errors.Is(err, io.EOF):
		return badBlock("the block's deflate stream is corrupt")
	case f.src.Len() != 0:
		return badBlock("%d bytes stand between the block's deflate stream and its footer", f.src.Len())
	}
	return nil
}

var inflaters = sync.Pool{New: func() any { return newInflater() }}

func borrowInflater() *inflater  { return inflaters.Get().(*inflater) }
func returnInflater(f *inflater) { inflaters.Put(f) }

// deflater packs one block at a time.
type deflater struct {
	out  bytes.Buffer
	flat *flate.Writer
}

// newDeflater makes a packer of level 1 (fast) to 9 (small).
func newDeflater(level int) (*deflater, error) {
	d := &deflater{}
	var err error
	d.flat, err = flate.NewWriter(&d.out, level)
	return d, err
}

// pack appends the block that holds data, at most payload bytes, to dst. The
// bytes depend on data and level only.
func (d *deflater) pack(dst, data []byte) ([]byte, error) {
	d.out.Reset()
	d.flat.Reset(&d.out)
	if _, err := d.flat.Write(data); err != nil {
		return nil, err
	}
	if err := d.flat.Close(); err != nil {
		return nil, err
	}
	packed := d.out.Bytes()
	if len(packed) > len(data)+5 {
		packed = stored(data)
	}
	size := headerSize + len(packed) + footerSize
	dst = append(dst, eofBlock[:headerSize-2]...)
	dst = binary.LittleEndian.AppendUint16(dst, uint16(size-1))
	dst = append(dst, packed...)
	dst = binary.LittleEndian.AppendUint32(dst, crc32.ChecksumIEEE(data))
	return binary.LittleEndian.AppendUint32(dst, uint32(len(data))), nil
}

// stored is a deflate stream of one stored block (RFC 1951, 3.2.4).
func stored(data []byte) []byte {
	out := make([]byte, 0, len(data)+5)
	out = append(out, 1)
	out = binary.LittleEndian.AppendUint16(out, uint16(len(data)))
	out = binary.LittleEndian.AppendUint16(out, ^uint16(len(data)))
	return append(out, data...)
}
