// Package bgzf reads and writes BGZF, the blocked gzip of the Sequence
// Alignment/Map specification (section 4.1, "The BGZF compression format").
//
// A BGZF file is a row of gzip members of at most 64 KiB, each of which says
// its own length, so that a reader can begin at any of them. A place in the
// plain data is a virtual offset: the file offset of a block and the byte
// within its plain data.
//
// Nothing of a block is given to a caller before its CRC-32 and its size were
// found right. A file that does not end in the specification's end-of-file
// block was cut, and reading it ends in an error instead of io.EOF.
package bgzf

// Offset is a virtual file offset: the file offset of a block, 16 bits up, and
// the byte within the block's plain data. Offsets of one file are in the order
// of its data.
type Offset uint64

// MakeOffset joins a block's file offset and a byte within its plain data,
// which must be below 65,536.
func MakeOffset(block int64, within int) Offset {
	return Offset(block)<<16 | Offset(within)
}

// Block is the file offset of the block.
func (o Offset) Block() int64 { return int64(o >> 16) }

// Within is the byte within the block's plain data.
func (o Offset) Within() int { return int(o & 0xffff) }

// Chunk is a half-open stretch of a file between two virtual offsets.
type Chunk struct{ Begin, End Offset }
