package bgzf

import (
	"encoding/binary"
)

// The decoder of RFC 1951 works on one whole BGZF block at a time. Its input and
// its output are arrays of fixed size that have room past the block, so that the
// inner loop can read and write whole words without a look at where it is; the
// compiler can prove every index, and what is out of order is found by a few
// comparisons a match. Words past the block that it reads cannot change the
// result, and what it writes past the block is never given to anyone.
const (
	outSlack = 1024 // more than one turn of the inner loop can write
	inSlack  = 64   // more than one turn of the inner loop can read
	outSpace = maxBlock + outSlack
	inSpace  = maxBlock + inSlack
)

// bitReader holds the bits of the stream that were loaded and not yet used:
// the lowest left&63 bits of bits. Higher bits of left have no meaning.
type bitReader struct {
	bits uint64
	left uint
	pos  uint // of the next byte to load
}

// fill loads whole bytes up to 56 bits or more. Past maxBlock the bits have no
// meaning, which the caller must notice.
func (b *bitReader) fill(src *[inSpace]byte) {
	at := min(b.pos, maxBlock)
	b.bits |= binary.LittleEndian.Uint64(src[at:at+8]) << (b.left & 63)
	b.pos += (^b.left >> 3) & 7
	b.left |= 56
}

// take gives the next n bits, which must have been loaded.
func (b *bitReader) take(n uint) uint {
	v := uint(b.bits) & (1<<n - 1)
	b.bits >>= n
	b.left -= n
	return v
}

// used is the number of bytes of which a bit was used.
func (b *bitReader) used() uint { return b.pos - b.left&63>>3 }

// An entry of a code table is a word:
//
//	bits 0-7    how many bits of the stream it stands for, extra bits too: below 64
//	bits 8-13   how many of its bits are code: extra bits follow
//	bit 14      it is more than literals
//	bit 15      it is rare: a link to a second table, the end of the block, or
//	            no symbol at all
//
// For literals and lengths
//
//	bits 16-23  mask of the extra bits
//	bits 24-31  how many literals come first: 0 to 2
//	bits 32-55  these literals
//	bits 56-63  the length less 3, without its extra bits
//
// and for distances
//
//	bits 16-31  mask of the extra bits
//	bits 32-46  the distance without its extra bits
//
// In a link bits 32-47 are the place of the second table. Bits 30 and 31 tell
// what a rare entry is.
const (
	entryBits   = 63
	entryLength = 1 << 14
	entryRare   = 1 << 15
	entryLink   = 1 << 30
	entryEnd    = 1 << 31
	notASymbol  = entryLength | entryRare

	oneCodeBit = 1<<8 | 1 // added for each bit of a code
	literals   = 0xffffff << 32

	litBits  = 11
	distBits = 9
	maxCode  = 15
	// A table has 1<<litBits entries and a second one of at most 16 for each
	// prefix of longer codes. A prefix has at least two of the 288 symbols.
	litSize  = 8192
	distSize = 2048
)

// The end of a fixed Huffman block is seven bits of 0 (RFC 1951, 3.2.6).
const (
	endBits    = 7
	emptyFixed = 1<<endBits - 1
)

// decoder inflates. It is for one goroutine at a time.
type decoder struct {
	in    bitReader
	lit   [litSize]uint64
	dist  [distSize]uint64
	fixed bool // the tables are those of fixed Huffman blocks
	// lengths of the codes of a dynamic block: literals and lengths, distances.
	lengths [maxLiterals + maxDistances]uint8
	head    [headSize]uint64
	code    code
	// portable keeps to the inner loop in Go, to hold the other to it.
	portable bool
}

// inflate unpacks the stream that is src[from:end] into dst[:n]. It must be one
// whole deflate stream of n plain bytes.
func (d *decoder) inflate(dst *[outSpace]byte, n int, src *[inSpace]byte, from, end int) error {
	if n < 0 || n > maxBlock || from < 0 || end < from || end > maxBlock {
		return errStream
	}
	d.in = bitReader{pos: uint(from)}
	return d.rest(dst, 0, uint(n), src, uint(end))
}

// rest unpacks the deflate blocks that follow, after out plain bytes.
func (d *decoder) rest(dst *[outSpace]byte, out, size uint, src *[inSpace]byte, limit uint) error {
	for {
		d.in.fill(src)
		final, kind := d.in.take(1), d.in.take(2)
		var err error
		switch kind {
		case 0:
			out, err = d.stored(dst, out, size, src, limit)
		case 1:
			if d.in.bits&emptyFixed == 0 { // some writers end their stream with it
				d.in.take(endBits)
				break
			}
			d.fixedTables()
			out, err = d.decode(dst, out, size, src, limit)
		case 2:
			if err = d.dynamicTables(src, limit); err == nil {
				out, err = d.decode(dst, out, size, src, limit)
			}
		default:
			err = errStream
		}
		switch {
		case err != nil:
			return err
		case d.in.used() > limit:
			return errStreamCut
		case final == 0:
		case out < size:
			return endsEarly(int(size), int(out))
		case d.in.used() < limit:
			return bytesBetween(int(limit - d.in.used()))
		default:
			return nil
		}
	}
}

var (
	errStream     = &blockError{msg: "the block's deflate stream is corrupt"}
	errStreamCut  = &blockError{msg: "the block's deflate stream goes on past the block's end: the file is corrupt"}
	errStreamLong = &blockError{msg: "the block's deflate stream holds more than the plain data that the block claims: the file is corrupt"}
)

func endsEarly(n, got int) error {
	return badBlock("the block claims %d bytes of plain data and its deflate stream ends after %d: the file is corrupt", n, got)
}

func bytesBetween(n int) error {
	return badBlock("%d bytes stand between the block's deflate stream and its footer", n)
}

// stored copies a block that is not compressed.
func (d *decoder) stored(dst *[outSpace]byte, out, size uint, src *[inSpace]byte, limit uint) (uint, error) {
	at := d.in.used()
	if at+4 > limit {
		return out, errStreamCut
	}
	n := uint(binary.LittleEndian.Uint16(src[at:]))
	if n != uint(^binary.LittleEndian.Uint16(src[at+2:])) {
		return out, errStream
	}
	at += 4
	switch {
	case at+n > limit:
		return out, errStreamCut
	case out+n > size:
		return out, errStreamLong
	}
	copy(dst[out:out+n], src[at:at+n])
	d.in = bitReader{pos: at + n}
	return out + n, nil
}

// decode is symbols, in assembly where the machine has what it needs.
func (d *decoder) decode(dst *[outSpace]byte, out, size uint, src *[inSpace]byte, limit uint) (uint, error) {
	if !hasAssembly || d.portable {
		return d.symbols(dst, out, size, src, limit)
	}
	if out > maxBlock || size > maxBlock || limit > maxBlock {
		return out, errStream
	}
	end, result := symbolsBMI2(d, dst, out, size, src, limit+loadAhead)
	switch result {
	case isEnd:
		return end, nil
	case isLong:
		return out, errStreamLong
	case isCut:
		return out, errStreamCut
	default:
		return out, errStream
	}
}

// What the inner loop in assembly ends with.
const (
	isCorrupt = iota
	isEnd
	isLong
	isCut
)

// loadAhead: loading is at most eight bytes ahead of what is used.
const loadAhead = 9

// symbols is the inner loop: it decodes with the tables up to the end of the
// block and gives the number of plain bytes then. limit is the end of the
// stream.
func (d *decoder) symbols(dst *[outSpace]byte, out, size uint, src *[inSpace]byte, limit uint) (uint, error) {
	if out > maxBlock || size > maxBlock || limit > maxBlock {
		return out, errStream
	}
	bits, left, pos := d.in.bits, d.in.left, d.in.pos
	limit = min(limit+loadAhead, maxBlock+loadAhead)
	if pos >= limit {
		return out, errStreamCut
	}
	bits |= binary.LittleEndian.Uint64(src[pos:pos+8]) << (left & 63)
	pos += (^left >> 3) & 7
	left |= 56
	e := d.lit[bits&(1<<litBits-1)]
	for pos < limit && out <= size {
		// 56 bits are there. Three entries of literals take at most 33.
		if e&entryLength == 0 {
			binary.LittleEndian.PutUint32(dst[out:out+4], uint32(e>>32))
			out += uint(e>>24) & 3
			bits >>= e & entryBits
			left -= uint(e)
			e = d.lit[bits&(1<<litBits-1)]
			if e&entryLength == 0 {
				binary.LittleEndian.PutUint32(dst[out:out+4], uint32(e>>32))
				out += uint(e>>24) & 3
				bits >>= e & entryBits
				left -= uint(e)
				e = d.lit[bits&(1<<litBits-1)]
				if e&entryLength == 0 {
					binary.LittleEndian.PutUint32(dst[out:out+4], uint32(e>>32))
					out += uint(e>>24) & 3
					bits >>= e & entryBits
					left -= uint(e)
					e = d.lit[bits&(1<<litBits-1)]
					bits |= binary.LittleEndian.Uint64(src[pos:pos+8]) << (left & 63)
					pos += (^left >> 3) & 7
					left |= 56
					continue
				}
			}
		}
		// 34 bits are there; a length takes at most 20.
		if e&entryRare != 0 {
			if e&entryLink != 0 {
				e = d.lit[(uint(e>>32)+uint(bits>>litBits)&(uint(e>>16)&0xff))&(litSize-1)]
			}
			if e&entryRare != 0 {
				if e&entryEnd == 0 {
					return out, errStream
				}
				bits >>= e & entryBits
				left -= uint(e)
				d.in = bitReader{bits, left, pos}
				if out > size {
					return out, errStreamLong
				}
				return out, nil
			}
			if e&entryLength == 0 {
				if out > size {
					return out, errStreamLong
				}
				dst[out] = byte(e >> 32)
				out++
				bits >>= e & entryBits
				left -= uint(e)
				e = d.lit[bits&(1<<litBits-1)]
				bits |= binary.LittleEndian.Uint64(src[pos:pos+8]) << (left & 63)
				pos += (^left >> 3) & 7
				left |= 56
				continue
			}
		}
		// So that the compiler knows it: out has grown by 6 at most.
		if out > maxBlock+6 {
			return out, errStreamLong
		}
		binary.LittleEndian.PutUint32(dst[out:out+4], uint32(e>>32))
		out += uint(e>>24) & 3
		length := uint(e>>56) + 3 + uint(bits>>(e>>8&63))&(uint(e>>16)&0xff)
		bits >>= e & entryBits
		left -= uint(e)

		e = d.dist[bits&(1<<distBits-1)]
		bits |= binary.LittleEndian.Uint64(src[pos:pos+8]) << (left & 63)
		pos += (^left >> 3) & 7
		left |= 56
		if e&entryRare != 0 {
			if e&entryLink != 0 {
				e = d.dist[(uint(e>>32)+uint(bits>>distBits)&(uint(e>>16)&0xff))&(distSize-1)]
			}
			if e&entryRare != 0 {
				return out, errStream
			}
		}
		distance := uint(e>>32) + uint(bits>>(e>>8&63))&(uint(e>>16)&0xffff)
		// A distance takes at most 28 bits: 28 are left, and literals take 11.
		bits >>= e & entryBits
		left -= uint(e)
		e = d.lit[bits&(1<<litBits-1)]
		bits |= binary.LittleEndian.Uint64(src[pos:pos+8]) << (left & 63)
		pos += (^left >> 3) & 7
		left |= 56

		if distance > out {
			return out, errStream
		}
		// A source past maxBlock is that of a stream that is too long.
		from := (out - distance) & (maxBlock - 1)
		if distance >= 8 {
			copy16(dst, out, from)
			for k := uint(16); k < length; k += 16 {
				copy16(dst, out+k&511, from+k&511)
			}
		} else {
			// The last distance bytes, repeated to fill a word.
			word := binary.LittleEndian.Uint64(dst[from:from+8]) & repeatMask[distance] * repeatFactor[distance]
			step := uint(repeatStep[distance])
			for k := uint(0); k < length; k += step {
				at := out + k&511
				binary.LittleEndian.PutUint64(dst[at:at+8], word)
			}
		}
		out += length
	}
	if out > size {
		return out, errStreamLong
	}
	return out, errStreamCut
}

// copy16 copies 16 bytes from, at least 8 before to, as two words.
func copy16(dst *[outSpace]byte, to, from uint) {
	t, f := (*[16]byte)(dst[to:to+16]), (*[16]byte)(dst[from:from+16])
	binary.LittleEndian.PutUint64(t[:8], binary.LittleEndian.Uint64(f[:8]))
	binary.LittleEndian.PutUint64(t[8:], binary.LittleEndian.Uint64(f[8:]))
}

// To repeat a pattern of 1 to 7 bytes: its mask in a word, the factor that
// copies it to every place of the word, and how many bytes of the word are whole
// patterns.
var (
	repeatMask   = [8]uint64{0, 1<<8 - 1, 1<<16 - 1, 1<<24 - 1, 1<<32 - 1, 1<<40 - 1, 1<<48 - 1, 1<<56 - 1}
	repeatFactor = [8]uint64{0, 0x0101010101010101, 0x0001000100010001, 0x0001000001000001,
		1 | 1<<32, 1 | 1<<40, 1 | 1<<48, 1 | 1<<56}
	repeatStep = [8]uint8{8, 8, 8, 6, 8, 5, 6, 7}
)
