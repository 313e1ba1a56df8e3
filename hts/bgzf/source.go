package bgzf

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync"

	"varpanel/hts/fault"
)

// rawSource gives whole packed blocks.
type rawSource interface {
	// block gives the packed block at file offset off, which is valid until
	// the next call, or io.EOF where the file ends there.
	block(off int64) ([]byte, error)
}

// streamSource reads blocks one after the other.
type streamSource struct {
	r    *bufio.Reader
	used int // size of the block given last
}

// streamBuffer holds at least one whole block.
const streamBuffer = 4 * maxBlock

func (s *streamSource) block(int64) ([]byte, error) {
	if _, err := s.r.Discard(s.used); err != nil {
		return nil, err
	}
	s.used = 0
	head, err := s.peek(fixedSize)
	if err != nil {
		return nil, err
	}
	if len(head) == 0 {
		return nil, io.EOF
	}
	n, err := headerLength(head)
	if err != nil {
		return nil, err
	}
	if head, err = s.peek(n); err != nil {
		return nil, err
	}
	size, err := blockSize(head)
	if err != nil {
		return nil, err
	}
	raw, err := s.peek(size)
	if err != nil {
		return nil, err
	}
	if len(raw) < size {
		return nil, errCut
	}
	s.used = size
	return raw, nil
}

// peek gives the next n bytes, or what there is before the end of the file.
func (s *streamSource) peek(n int) ([]byte, error) {
	b, err := s.r.Peek(n)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return b, err
}

// windowSource reads blocks at any place through a window.
type windowSource struct {
	r      io.ReaderAt
	size   int64
	window *[]byte
	at     int64 // the window's file offset
	until  int64 // reading ahead past this is of no use
}

const readAhead = 4 * maxBlock

var windows = sync.Pool{New: func() any { return new([]byte) }}

func newWindow(r io.ReaderAt, size int64) *windowSource {
	w := &windowSource{r: r, size: size, window: windows.Get().(*[]byte)}
	*w.window = (*w.window)[:0]
	return w
}

// close gives the window's room to others. No block may be asked for after it.
func (s *windowSource) close() {
	if s.window != nil {
		windows.Put(s.window)
		s.window = nil
	}
}

func (s *windowSource) block(off int64) ([]byte, error) {
	if off >= s.size {
		return nil, io.EOF
	}
	if ahead := off - s.at; ahead >= 0 && ahead < int64(len(*s.window)) {
		b := (*s.window)[ahead:]
		if size, err := blockSize(b); err == nil && size <= len(b) {
			return b[:size], nil
		}
	}
	b, err := s.bytes(off)
	if err != nil {
		return nil, err
	}
	size, err := blockSize(b)
	if err != nil {
		return nil, err
	}
	if len(b) < size {
		return nil, errCut
	}
	return b[:size], nil
}

// bytes gives the bytes from off on, enough for any block or up to the end of
// the file.
func (s *windowSource) bytes(off int64) ([]byte, error) {
	need := min(maxBlock, s.size-off)
	if w := *s.window; off >= s.at && off+need <= s.at+int64(len(w)) {
		return w[off-s.at:], nil
	}
	n := min(max(s.until-off, need), readAhead, s.size-off)
	w := grow((*s.window)[:0], int(n))
	got, err := s.r.ReadAt(w, off)
	*s.window, s.at = w[:got], off
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return w[:got], nil
}

// feeder cuts a file, or some chunks of it, into batches of packed blocks.
type feeder struct {
	name   string
	raws   rawSource
	off    int64 // of the next block
	ended  bool  // the last block was the end-of-file block
	chunks *chunkWalk
}

// A batch holds blocks until one of these is reached, or two blocks, which are
// decoded together, where there is one thread. A quarter is as fast where chunks are short and far between,
// and faster where who unpacks works on the data at once: they are still in its
// core's cache.
const (
	batchPacked = 4 * maxBlock
	batchPlain  = 16 * maxBlock
	smaller     = 4
)

// fill puts blocks into b, up to the share of a batch; 0 is two blocks. What ends
// the data is left in b.err.
func (f *feeder) fill(b *batch, share int) {
	b.reset()
	for {
		if b.err = f.next(b); b.err != nil {
			return
		}
		if share == 0 && len(b.blocks) == 2 || share > 0 && (len(b.packed) >= batchPacked/share || b.plainSize >= batchPlain/share) {
			return
		}
	}
}

// next adds one block to b, or gives io.EOF at the end of a whole file or of
// the last chunk.
func (f *feeder) next(b *batch) error {
	if f.chunks != nil {
		return f.chunks.next(f, b)
	}
	off := f.off
	raw, err := f.raws.block(off)
	if errors.Is(err, io.EOF) {
		if !f.ended {
			return atPlace(f.name, off, errNoEOF)
		}
		return io.EOF
	}
	if err != nil {
		return atPlace(f.name, off, err)
	}
	n, err := b.add(off, raw)
	if err != nil {
		return atPlace(f.name, off, err)
	}
	f.ended = bytes.Equal(raw, eofBlock)
	f.off += int64(len(raw))
	b.spans = append(b.spans, span{block: len(b.blocks) - 1, to: n, next: MakeOffset(f.off, 0)})
	return nil
}

// chunkWalk is the place in a list of chunks.
type chunkWalk struct {
	left   []Chunk // the first one is being read
	inside bool    // the first one was begun
	window *windowSource
}

// fileEnd is where the end-of-file block begins.
func (w *chunkWalk) fileEnd() int64 { return w.window.size - int64(len(eofBlock)) }

func (w *chunkWalk) next(f *feeder, b *batch) error {
	for len(w.left) > 0 && !w.inside && w.left[0].Begin == w.left[0].End {
		w.left = w.left[1:]
	}
	if len(w.left) == 0 {
		return io.EOF
	}
	if !w.inside {
		f.off = w.left[0].Begin.Block()
	}
	w.window.until = w.left[0].End.Block() + maxBlock
	off := f.off
	raw, err := f.raws.block(off)
	if errors.Is(err, io.EOF) {
		return misfit(f.name, off, "the index has a chunk that goes on past the end of the file")
	}
	if err != nil {
		if !w.inside && errors.Is(err, errNotGzip) {
			return misfit(f.name, off, "the index has a chunk that begins here, and no block does")
		}
		return atPlace(f.name, off, err)
	}
	n, err := b.add(off, raw)
	if err != nil {
		return atPlace(f.name, off, err)
	}
	f.off += int64(len(raw))
	return w.spans(f, b, off, n)
}

// spans adds the parts of the block at off, of n plain bytes, that chunks
// cover.
func (w *chunkWalk) spans(f *feeder, b *batch, off int64, n int) error {
	for len(w.left) > 0 {
		c := w.left[0]
		s := span{block: len(b.blocks) - 1, to: n, next: MakeOffset(f.off, 0)}
		if !w.inside {
			s.from = c.Begin.Within()
		}
		goesOn := c.End > s.next
		switch {
		case c.End.Block() == off:
			s.to = c.End.Within()
		case c.End < s.next:
			return misfit(f.name, c.End.Block(), "the index has a chunk that ends here, and no block begins here")
		}
		if s.from > n || s.to > n {
			return misfit(f.name, off, "the index has a chunk that begins or ends past this block's %d bytes", n)
		}
		if goesOn {
			w.inside = true
			b.spans = append(b.spans, s)
			return nil
		}
		w.left, w.inside = w.left[1:], false
		s.cut = !(off >= w.fileEnd() || s.to == n && f.off >= w.fileEnd())
		if s.to < n {
			s.next = c.End
		}
		if len(w.left) > 0 {
			s.next = w.left[0].Begin
		}
		b.spans = append(b.spans, s)
		if len(w.left) == 0 || w.left[0].Begin.Block() != off {
			return nil
		}
	}
	return nil
}

func misfit(name string, off int64, format string, args ...any) error {
	return fault.Inputf(name, place(off), "index does not fit: %s", fmt.Sprintf(format, args...)).
		WithHint("make the index again: tabix -p vcf FILE, or samtools index FILE")
}
