package bgzf

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"strconv"
	"sync"

	"varpanel/hts/fault"
)

const (
	// maxBlock bounds a whole block and also its plain data: BSIZE is the
	// block's size less one in 16 bits.
	maxBlock = 1 << 16
	// headerSize is a block's header when BC is its only extra subfield.
	headerSize = 18
	fixedSize  = 12 // up to and with XLEN
	footerSize = 8  // CRC-32 and ISIZE
	// payload is the plain data that the writer puts into a block. It leaves
	// room for header, footer and a stored block's five bytes.
	payload = 0xff00
)

// eofBlock is the specification's end-of-file marker.
var eofBlock = []byte{
	0x1f, 0x8b, 0x08, 0x04, 0, 0, 0, 0, 0, 0xff, 0x06, 0, 0x42, 0x43, 0x02, 0,
	0x1b, 0, 0x03, 0, 0, 0, 0, 0, 0, 0, 0, 0,
}

// IsGzip tells whether a file that begins with b is gzip, blocked or not.
func IsGzip(b []byte) bool {
	return len(b) >= 2 && b[0] == 0x1f && b[1] == 0x8b
}

// IsBGZF tells whether a file that begins with b is BGZF. It needs the first 18
// bytes, more where other extra subfields come before BC.
func IsBGZF(b []byte) bool {
	_, err := blockSize(b)
	return err == nil
}

// blockError says what is wrong with a block. The reader adds file and place.
type blockError struct{ msg, hint string }

func (e *blockError) Error() string { return e.msg }

func badBlock(format string, args ...any) error {
	return &blockError{msg: fmt.Sprintf(format, args...)}
}

var (
	errNotGzip = &blockError{msg: "not a BGZF block: the gzip magic number is missing"}
	errPlain   = &blockError{msg: "plain gzip, not BGZF", hint: "gunzip -c FILE | bgzip > NEW"}
	errCut     = &blockError{msg: "the file ends in the middle of a block: it was cut", hint: "copy or make the file again"}
	errNoEOF   = &blockError{msg: "the BGZF end-of-file block is missing: the file was cut at a block's end, or its writer did not finish", hint: "copy or make the file again"}
)

// atPlace makes an Input error of a block's error; others are wrapped.
func atPlace(name string, off int64, err error) error {
	var b *blockError
	if errors.As(err, &b) {
		return &fault.Error{Kind: fault.Input, File: name, Place: place(off), Msg: b.msg, Hint: b.hint}
	}
	if name == "" {
		return fmt.Errorf("%s: %w", place(off), err)
	}
	return fmt.Errorf("%s: %s: %w", name, place(off), err)
}

func place(off int64) string { return "offset " + strconv.FormatInt(off, 10) }

// blockSize gives the size of the whole block that begins with b, out of its
// header. b must hold the header; a shorter one gives errCut.
func blockSize(b []byte) (int, error) {
	n, err := headerLength(b)
	if err != nil {
		return 0, err
	}
	if len(b) < n {
		return 0, errCut
	}
	for extra := b[fixedSize:n]; len(extra) >= 4; {
		length := int(binary.LittleEndian.Uint16(extra[2:]))
		if len(extra) < 4+length {
			return 0, badBlock("an extra subfield of the block's header is longer than the header")
		}
		if extra[0] == 'B' && extra[1] == 'C' && length == 2 {
			size := int(binary.LittleEndian.Uint16(extra[4:])) + 1
			if size < n+footerSize+1 {
				return 0, badBlock("the block's size, %d, is less than its header and footer need", size)
			}
			return size, nil
		}
		extra = extra[4+length:]
	}
	return 0, errPlain
}

// headerLength gives the header's length from its first 12 bytes.
func headerLength(b []byte) (int, error) {
	switch {
	case len(b) >= 2 && !IsGzip(b), len(b) == 1 && b[0] != 0x1f:
		return 0, errNotGzip
	case len(b) < fixedSize:
		return 0, errCut
	case b[2] != 8:
		return 0, badBlock("compression method %d: gzip knows 8 only", b[2])
	case b[3]&4 == 0:
		return 0, errPlain
	case b[3] != 4:
		return 0, badBlock("gzip flags %#x: BGZF sets the extra field alone", b[3])
	}
	return fixedSize + int(binary.LittleEndian.Uint16(b[10:])), nil
}

// plainSize gives the size of a whole block's plain data as its footer says.
func plainSize(block []byte) (int, error) {
	n := binary.LittleEndian.Uint32(block[len(block)-4:])
	if n > maxBlock {
		return 0, badBlock("the block claims %d bytes of plain data, BGZF allows 65,536", n)
	}
	return int(n), nil
}

// unpack inflates the whole block that is packed[at:at+size] into dst[:n], n
// being what plainSize gave, and checks size and CRC. packed must have room for
// inSpace bytes after the block's beginning; what they hold does not matter.
func unpack(f inflater, dst *[outSpace]byte, n int, packed []byte, at, size int) error {
	head, err := headerLength(packed[at : at+size])
	if err != nil {
		return err
	}
	end := size - footerSize
	if err := f.inflate(dst, n, (*[inSpace]byte)(packed[at:at+inSpace]), head, end); err != nil {
		return err
	}
	want := binary.LittleEndian.Uint32(packed[at+end:])
	if got := crc32.ChecksumIEEE(dst[:n]); got != want {
		return badBlock("the block's CRC-32 is %08x, its data give %08x: the file is corrupt", want, got)
	}
	return nil
}

// mostCopies is the ratio of plain to packed bytes from which copying takes the
// time: two blocks at once then only share the cache.
const mostCopies = 8

// unpackTwo is unpack for two blocks of a batch at once, which may lie side by
// side in plain. Where it gives false, for whatever reason, nothing is said of
// either: they are to be unpacked one by one.
func unpackTwo(p *decoderPair, plain, packed []byte, blocks *[2]block) bool {
	var l [2]lane
	var from [2]int
	for i, k := range blocks {
		head, err := headerLength(packed[k.at : k.at+k.size])
		if err != nil || k.length > mostCopies*k.size {
			return false
		}
		from[i] = head
		l[i] = lane{dst: (*[outSpace]byte)(plain[k.base:]), src: (*[inSpace]byte)(packed[k.at:]),
			size: uint(k.length), limit: uint(k.size - footerSize)}
	}
	if !p.inflateTwo(&l, from) {
		return false
	}
	for i, k := range blocks {
		if crc32.ChecksumIEEE(l[i].dst[:k.length]) != binary.LittleEndian.Uint32(packed[k.at+k.size-footerSize:]) {
			return false
		}
	}
	return true
}

// Unpacker unpacks single blocks. The zero value is ready. It is for one
// goroutine at a time.
type Unpacker struct {
	decoder decoder
	packed  [inSpace]byte
	plain   [outSpace]byte
}

// Block checks one whole packed block and gives its plain data, which are valid
// until the next call. Errors carry neither file nor place.
func (u *Unpacker) Block(block []byte) ([]byte, error) {
	size, err := blockSize(block)
	switch {
	case err != nil:
		return nil, err
	case size > len(block):
		return nil, errCut
	}
	copy(u.packed[:], block[:size])
	return u.unpack(&u.decoder, size)
}

func (u *Unpacker) inflater(safe bool) inflater {
	if safe {
		return newSafeInflater()
	}
	return &u.decoder
}

// unpack unpacks the block of size bytes that is in packed.
func (u *Unpacker) unpack(f inflater, size int) ([]byte, error) {
	n, err := plainSize(u.packed[:size])
	if err != nil {
		return nil, err
	}
	if err := unpack(f, &u.plain, n, u.packed[:], 0, size); err != nil {
		return nil, err
	}
	return u.plain[:n], nil
}

var unpackers = sync.Pool{New: func() any { return new(Unpacker) }}

// ReadBlockAt reads and checks the one block at file offset off. data is
// appended to dst[:0]; csize is the block's size in the file, so that the next
// block begins at off+csize. At the end of the file the error is io.EOF.
// Concurrent use is as safe as that of r. Of o the name and the decoder count.
func ReadBlockAt(r io.ReaderAt, off int64, dst []byte, o Options) (data []byte, csize int, err error) {
	u := unpackers.Get().(*Unpacker)
	defer unpackers.Put(u)
	n, err := r.ReadAt(u.packed[:maxBlock], off)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, 0, atPlace(o.Name, off, err)
	}
	if n == 0 {
		return nil, 0, io.EOF
	}
	size, err := blockSize(u.packed[:n])
	if err == nil && size > n {
		err = errCut
	}
	if err == nil {
		data, err = u.unpack(u.inflater(o.SafeInflate), size)
	}
	if err != nil {
		return nil, 0, atPlace(o.Name, off, err)
	}
	return append(dst[:0], data...), size, nil
}

// grow makes b n bytes longer; what the new bytes hold is not said.
func grow(b []byte, n int) []byte {
	if cap(b)-len(b) < n {
		bigger := make([]byte, len(b), max(2*cap(b), len(b)+n))
		copy(bigger, b)
		b = bigger
	}
	return b[:len(b)+n]
}
