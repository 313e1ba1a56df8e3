package bgzf

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"

	"github.com/klauspost/compress/flate"
)

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
