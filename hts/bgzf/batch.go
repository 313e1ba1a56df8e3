package bgzf

import "sync"

// batch is some blocks on their way from the file to the reader. A fixed number
// of batches circulates.
type batch struct {
	packed    []byte
	blocks    []block
	plain     []byte
	plainSize int
	spans     []span // what is given of the plain data, in order
	err       error  // what comes after the spans; nil where the file goes on
	done      chan struct{}
}

// block is one block of a batch.
type block struct {
	off      int64 // in the file
	at, size int   // in packed
	base     int   // of its data in plain
	length   int   // of its data
}

// span is a stretch of one block's plain data that is given to the caller.
type span struct {
	block    int    // index into blocks
	from, to int    // in the block's plain data
	next     Offset // of the byte that follows the span's last
	cut      bool   // a chunk ends here: nothing may be joined over it
	at       int    // in the data that Packed gives
}

// batches keeps the room of readers that were closed: a file of regions is read
// by very many of them.
var batches = sync.Pool{New: func() any { return newBatch() }}

func newBatch() *batch { return &batch{done: make(chan struct{}, 1)} }

func (b *batch) reset() {
	b.packed, b.blocks, b.spans = b.packed[:0], b.blocks[:0], b.spans[:0]
	b.plainSize, b.err = 0, nil
}

// add copies a packed block and gives the size of its plain data.
func (b *batch) add(off int64, raw []byte) (int, error) {
	n, err := plainSize(raw)
	if err != nil {
		return 0, err
	}
	b.blocks = append(b.blocks, block{off: off, at: len(b.packed), size: len(raw), base: b.plainSize, length: n})
	b.packed = append(b.packed, raw...)
	b.plainSize += n
	return n, nil
}

// unpack inflates and checks all blocks. At a bad one the batch ends in its
// error, which comes before any that the file has later.
func (b *batch) unpack(f inflater, name string) {
	b.plain = grow(b.plain[:0], b.plainSize+outSpace)
	packed := grow(b.packed, inSpace)
	b.packed = packed[:len(b.packed)]
	pair, _ := f.(*decoderPair)
	for i := 0; i < len(b.blocks); i++ {
		if pair != nil && i+1 < len(b.blocks) && unpackTwo(pair, b.plain, packed, (*[2]block)(b.blocks[i:])) {
			i++
			continue
		}
		k := b.blocks[i]
		err := unpack(f, (*[outSpace]byte)(b.plain[k.base:]), k.length, packed, k.at, k.size)
		if err == nil {
			continue
		}
		b.err = atPlace(name, k.off, err)
		for j, s := range b.spans {
			if s.block >= i {
				b.spans = b.spans[:j]
				break
			}
		}
		return
	}
}
