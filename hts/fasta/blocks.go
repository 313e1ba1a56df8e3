package fasta

import (
	"errors"
	"io"
	"sort"
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
	kept map[int64]*inflated    // by packed offset
	ring [cacheBlocks]*inflated // in the order in which they came
	next int
	free []*inflated // whose room may be used again
}

// cacheBlocks bounds the blocks that are kept: 4 MiB of plain data.
const cacheBlocks = 64

// inflated is a block. It is written by the one that took it from free, and read
// under the lock once it is kept.
type inflated struct {
	at   int64 // in the file, packed
	size int
	data []byte
}

func newBlocks(r io.ReaderAt, path string, o bgzf.Options, entries []entry) *blocks {
	o.Name = path
	return &blocks{r: r, path: path, options: o, entries: entries, kept: map[int64]*inflated{}}
}

// readAt fills p with the plain data at off.
func (b *blocks) readAt(p []byte, off int64) error {
	e := seek(b.entries, off)
	within := off - e.plain
	for at := e.packed; len(p) > 0; {
		n, length, size, err := b.copy(p, at, within)
		if err != nil {
			return err
		}
		p = p[n:]
		within = max(0, within-int64(length))
		at += int64(size)
	}
	return nil
}

// copy gives p the data of the block at a packed offset from within on, and tells
// how much that was, how much the block holds and its size in the file. Two
// callers may inflate the same block at once; both get the same data.
func (b *blocks) copy(p []byte, at, within int64) (n, length, size int, err error) {
	b.mu.Lock()
	k := b.kept[at]
	if k == nil {
		k = b.room()
		b.mu.Unlock()
		if err := b.inflate(k, at); err != nil {
			return 0, 0, 0, err
		}
		b.mu.Lock()
		b.keep(k)
	}
	defer b.mu.Unlock()
	if within < int64(len(k.data)) {
		n = copy(p, k.data[within:])
	}
	return n, len(k.data), k.size, nil
}

// room gives a block to inflate into.
func (b *blocks) room() *inflated {
	n := len(b.free)
	if n == 0 {
		return new(inflated)
	}
	k := b.free[n-1]
	b.free = b.free[:n-1]
	return k
}

// keep takes a block in the place of the oldest one. What is replaced is read by
// nobody any more, since reading is done under the lock.
func (b *blocks) keep(k *inflated) {
	if b.kept[k.at] != nil {
		b.free = append(b.free, k)
		return
	}
	if old := b.ring[b.next]; old != nil {
		delete(b.kept, old.at)
		b.free = append(b.free, old)
	}
	b.kept[k.at], b.ring[b.next] = k, k
	b.next = (b.next + 1) % cacheBlocks
}

// inflate reads a block, and no more of the file than the index says: a bundle's
// blocks are mostly Ns, and so a small part of the largest size.
func (b *blocks) inflate(k *inflated, at int64) (err error) {
	k.at = at
	if next := sort.Search(len(b.entries), func(i int) bool { return b.entries[i].packed > at }); next < len(b.entries) {
		r := io.NewSectionReader(b.r, 0, b.entries[next].packed)
		if k.data, k.size, err = bgzf.ReadBlockAt(r, at, k.data, b.options); err == nil {
			return nil
		}
	}
	k.data, k.size, err = bgzf.ReadBlockAt(b.r, at, k.data, b.options)
	if errors.Is(err, io.EOF) {
		return fault.Inputf(b.path, "offset "+strconv.FormatInt(at, 10), "index does not fit: the file ends too early").
			WithHint("samtools faidx %s makes it again", b.path)
	}
	return err
}
