package fasta

import (
	"errors"
	"io"
	"strconv"
	"sync"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
)

// blocks reads a bgzipped file at plain offsets. It keeps the blocks used last,
// a fixed number of them, and is safe for concurrent use.
type blocks struct {
	r       io.ReaderAt
	path    string
	options bgzf.Options
	entries []entry

	mu   sync.Mutex
	kept map[int64]*inflated // by packed offset
	ring [cacheBlocks]int64  // packed offsets in the order in which they came
	next int
}

// cacheBlocks bounds the blocks that are kept: 4 MiB of plain data.
const cacheBlocks = 64

type inflated struct {
	data []byte
	size int // in the file
}

func newBlocks(r io.ReaderAt, path string, o bgzf.Options, entries []entry) *blocks {
	o.Name = path
	b := &blocks{r: r, path: path, options: o, entries: entries, kept: map[int64]*inflated{}}
	for i := range b.ring {
		b.ring[i] = -1
	}
	return b
}

// readAt fills p with the plain data at off.
func (b *blocks) readAt(p []byte, off int64) error {
	e := seek(b.entries, off)
	within := off - e.plain
	for at := e.packed; len(p) > 0; {
		k, err := b.block(at)
		if err != nil {
			return err
		}
		if within < int64(len(k.data)) {
			p = p[copy(p, k.data[within:]):]
			within = 0
		} else {
			within -= int64(len(k.data))
		}
		at += int64(k.size)
	}
	return nil
}

// block gives the block at a packed offset. Two callers may inflate the same
// block at once; both get the same data.
func (b *blocks) block(at int64) (*inflated, error) {
	b.mu.Lock()
	k := b.kept[at]
	b.mu.Unlock()
	if k != nil {
		return k, nil
	}
	data, size, err := bgzf.ReadBlockAt(b.r, at, nil, b.options)
	if errors.Is(err, io.EOF) {
		return nil, fault.Inputf(b.path, "offset "+strconv.FormatInt(at, 10), "index does not fit: the file ends too early").
			WithHint("samtools faidx %s makes it again", b.path)
	}
	if err != nil {
		return nil, err
	}
	k = &inflated{data: data, size: size}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.kept[at] == nil {
		delete(b.kept, b.ring[b.next])
		b.ring[b.next] = at
		b.next = (b.next + 1) % cacheBlocks
	}
	b.kept[at] = k
	return k, nil
}
