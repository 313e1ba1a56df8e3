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

// Options says how a file is read.
type Options struct {
	Threads int    // inflating goroutines; below 2 there is no goroutine at all
	Name    string // the file's name for errors
	// SafeInflate unpacks with klauspost/compress instead of the package's own
	// decoder: three times slower, and another author's work, for whoever
	// doubts the decoder.
	SafeInflate bool
}

// Reader gives the plain data of a BGZF file or of some of its chunks. It is
// for one goroutine. Errors are kept: after the first one each call gives it
// again. Close must be called.
type Reader struct {
	name string
	safe bool
	feed *feeder
	pool *pool // nil with one thread
	flat inflater

	cur  *batch
	i    int // the current span
	pos  int // in the current span's block
	next Offset
	err  error

	joined []byte // a line or a record that lies in several blocks
	open   bool   // the data ended without a line end
}

// NewReader reads a whole file from its first byte on, which may come from a
// pipe. Plain gzip, an empty file and what is no gzip at all are Input errors.
// At the end of a file without its end-of-file block the error is an Input
// error and not io.EOF.
func NewReader(r io.Reader, o Options) (*Reader, error) {
	s := &streamSource{r: bufio.NewReaderSize(r, streamBuffer)}
	head, err := s.peek(fixedSize)
	if err != nil {
		return nil, atPlace(o.Name, 0, err)
	}
	if len(head) == 0 {
		return nil, fault.Inputf(o.Name, "", "the file is empty: a BGZF file has its end-of-file block at least")
	}
	n, err := headerLength(head)
	if err == nil {
		if head, err = s.peek(n); err == nil {
			_, err = blockSize(head)
		}
	}
	if err != nil {
		return nil, atPlace(o.Name, 0, err)
	}
	return newReader(&feeder{name: o.Name, raws: s}, o), nil
}

// NewChunkReader reads only the given chunks of a file of size bytes. They must
// be sorted and must not overlap; each block is read and inflated once, however
// many chunks touch it. A chunk outside the file, one that begins at no block or
// ends within none, and a file without its end-of-file block are Input errors;
// the chunks' blocks are looked at when their turn comes.
func NewChunkReader(r io.ReaderAt, size int64, chunks []Chunk, o Options) (*Reader, error) {
	if err := checkEnd(r, size, o.Name); err != nil {
		return nil, err
	}
	if err := checkChunks(chunks, size, o.Name); err != nil {
		return nil, err
	}
	w := newWindow(r, size)
	f := &feeder{name: o.Name, raws: w, chunks: &chunkWalk{left: chunks, window: w}}
	out := newReader(f, o)
	if len(chunks) > 0 {
		out.next = chunks[0].Begin
	}
	return out, nil
}

func checkChunks(chunks []Chunk, size int64, name string) error {
	var last Offset
	for _, c := range chunks {
		if c.Begin < last || c.End < c.Begin {
			return fmt.Errorf("%s: chunks are not sorted or overlap", name)
		}
		if c.End.Block() > size {
			return misfit(name, c.End.Block(), "the index has a chunk that goes past the end of the file, which is at %d", size)
		}
		last = c.End
	}
	return nil
}

// checkEnd looks for the end-of-file block.
func checkEnd(r io.ReaderAt, size int64, name string) error {
	tail := make([]byte, min(size, int64(len(eofBlock))))
	if n, err := r.ReadAt(tail, size-int64(len(tail))); n < len(tail) {
		return atPlace(name, size, err)
	}
	if !bytes.Equal(tail, eofBlock) {
		return atPlace(name, size, errNoEOF)
	}
	return nil
}

func newReader(f *feeder, o Options) *Reader {
	r := &Reader{name: o.Name, safe: o.SafeInflate, feed: f}
	if o.Threads > 1 {
		r.pool = startPool(f, o)
	} else {
		r.flat = borrowInflater(o.SafeInflate)
		r.cur = batches.Get().(*batch)
	}
	return r
}

// Close ends the reader's goroutines and waits for them. It does not close the
// file. Where the file is a pipe it waits for a read under way.
func (r *Reader) Close() error {
	if r.pool != nil {
		r.pool.close()
		r.pool = nil
	}
	if r.flat != nil {
		returnInflater(r.flat)
		r.flat = nil
		r.cur.reset()
		batches.Put(r.cur)
	}
	if w := r.feed.chunks; w != nil {
		w.window.close()
	}
	r.cur, r.i, r.pos = nil, 0, 0
	if r.err == nil {
		r.err = errors.New("bgzf: the reader is closed")
	}
	return nil
}

// Offset is the virtual offset of the next byte. Where a block's data is used
// up that is the start of the following block, or of the following chunk.
func (r *Reader) Offset() Offset {
	if s := r.span(); s != nil && r.pos < s.to {
		return MakeOffset(r.cur.blocks[s.block].off, r.pos)
	}
	return r.next
}

// Skip passes over the data of the chunks that lie before to, where that spares
// reading a block; else it does nothing, and the caller meets the data. to is the
// begin of data, such as an index gives it. With several threads, whose blocks
// are on their way already, and in a whole file it does nothing. The slice of
// chunks that the reader was given is changed.
func (r *Reader) Skip(to Offset) {
	if r.pool != nil || r.err != nil || r.feed.chunks == nil || to.Block() < r.feed.off || to <= r.Offset() {
		return
	}
	w := r.feed.chunks
	for len(w.left) > 0 && w.left[0].End <= to {
		w.left, w.inside = w.left[1:], false
	}
	if len(w.left) > 0 && w.left[0].Begin < to {
		w.left[0].Begin, w.inside = to, false
	}
	r.i, r.pos = len(r.cur.spans), 0
	r.next = to
	if len(w.left) > 0 {
		r.next = w.left[0].Begin
	}
}

func (r *Reader) span() *span {
	if r.cur == nil || r.i < 0 || r.i >= len(r.cur.spans) {
		return nil
	}
	return &r.cur.spans[r.i]
}

// more gives the rest of the current span, or the next one that has data.
func (r *Reader) more() ([]byte, error) {
	if s := r.span(); s != nil && r.pos < s.to {
		base := r.cur.blocks[s.block].base
		return r.cur.plain[base+r.pos : base+s.to], nil
	}
	for r.err == nil {
		r.i++
		s := r.span()
		if s == nil {
			r.err = r.advance()
			continue
		}
		r.pos, r.next = s.from, s.next
		if s.from < s.to {
			base := r.cur.blocks[s.block].base
			return r.cur.plain[base+s.from : base+s.to], nil
		}
	}
	return nil, r.err
}

// advance gets the next batch and stands before its first span.
func (r *Reader) advance() error {
	if r.cur != nil && r.cur.err != nil {
		return r.cur.err
	}
	if r.pool != nil {
		r.cur = r.pool.next(r.cur)
	} else {
		r.feed.fill(r.cur, 0)
		r.cur.unpack(r.flat, r.name)
	}
	r.i = -1
	return nil
}

// Read gives plain data, from one block at most. It does not read across the
// end of a chunk, but the next call goes on in the next chunk.
func (r *Reader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	b, err := r.more()
	if err != nil {
		return 0, err
	}
	n := copy(p, b)
	r.pos += n
	return n, nil
}

// WriteTo writes the plain data that are left, many blocks at a time where they
// lie together, and copies nothing.
func (r *Reader) WriteTo(w io.Writer) (written int64, err error) {
	for {
		b, err := r.more()
		if errors.Is(err, io.EOF) {
			return written, nil
		}
		if err != nil {
			return written, err
		}
		s := r.span()
		end := r.cur.blocks[s.block].base + s.to
		begin := end - len(b)
		for r.i+1 < len(r.cur.spans) {
			next := &r.cur.spans[r.i+1]
			base := r.cur.blocks[next.block].base
			if base+next.from != end {
				break
			}
			end, s = base+next.to, next
			r.i++
		}
		r.pos, r.next = s.to, s.next
		n, err := w.Write(r.cur.plain[begin:end])
		if written += int64(n); err != nil {
			return written, err
		}
	}
}

// ReadByte gives one byte.
func (r *Reader) ReadByte() (byte, error) {
	b, err := r.more()
	if err != nil {
		return 0, err
	}
	r.pos++
	return b[0], nil
}

// ReadFull fills p. It gives io.EOF where there is no byte left, and an Input
// error where the data, or the chunk, ends within p.
func (r *Reader) ReadFull(p []byte) error {
	for n := 0; n < len(p); {
		b, err := r.more()
		if errors.Is(err, io.EOF) && n > 0 {
			return fault.Inputf(r.name, r.place(), "the data end in the middle of a record")
		}
		if err != nil {
			return err
		}
		k := copy(p[n:], b)
		n += k
		r.pos += k
		if s := r.span(); n < len(p) && s.cut && r.pos == s.to {
			return misfit(r.name, r.cur.blocks[s.block].off, "a chunk of the index ends in the middle of a record")
		}
	}
	return nil
}

// Take gives the next n bytes, without copying them where they lie in one block.
// They are valid until the next call of any method. It gives io.EOF where there is
// no byte left, io.ErrUnexpectedEOF where the data end within the n, and an Input
// error where a chunk does. What it holds grows only as data come.
func (r *Reader) Take(n int) ([]byte, error) {
	b, err := r.more()
	if err != nil {
		return nil, err
	}
	if len(b) >= n {
		r.pos += n
		return b[:n:n], nil
	}
	r.joined = r.joined[:0]
	for {
		k := min(n-len(r.joined), len(b))
		r.joined = append(r.joined, b[:k]...)
		r.pos += k
		if len(r.joined) == n {
			return r.joined, nil
		}
		if s := r.span(); s.cut {
			return nil, misfit(r.name, r.cur.blocks[s.block].off, "a chunk of the index ends in the middle of a record")
		}
		if b, err = r.more(); errors.Is(err, io.EOF) {
			return nil, io.ErrUnexpectedEOF
		} else if err != nil {
			return nil, err
		}
	}
}

func (r *Reader) place() string { return place(r.next.Block()) }

// Line appends the next line, without its "\n" or "\r\n", to dst[:0] and gives
// the virtual offset of its first byte. A last line without an end is a line.
// A line longer than max bytes is an Input error; at the end the error is
// io.EOF.
func (r *Reader) Line(dst []byte, max int) (line []byte, off Offset, err error) {
	dst = dst[:0]
	b, err := r.more()
	if err != nil {
		return dst, r.Offset(), err
	}
	off = r.Offset()
	for {
		i := bytes.IndexByte(b, '\n')
		n := i
		if i < 0 {
			n = len(b)
		}
		if len(dst)+n > max {
			return dst, off, fault.Inputf(r.name, fmt.Sprintf("offset %d:%d", off.Block(), off.Within()), "a line is longer than %d bytes", max)
		}
		dst = append(dst, b[:n]...)
		r.pos += n
		if i >= 0 {
			r.pos++
			return bytes.TrimSuffix(dst, []byte{'\r'}), off, nil
		}
		if s := r.span(); s.cut && r.pos == s.to {
			return dst, off, misfit(r.name, off.Block(), "a chunk of the index ends in the middle of a line")
		}
		b, err = r.more()
		if errors.Is(err, io.EOF) {
			r.open = true
			return bytes.TrimSuffix(dst, []byte{'\r'}), off, nil
		}
		if err != nil {
			return dst, off, err
		}
	}
}

// LastLineEnded says, once Line or NextLine has given the last line, whether that
// had a line end.
func (r *Reader) LastLineEnded() bool { return !r.open }

// NextLine gives the next line as Line does, without copying it where it lies in
// one block. The line is valid until the next call of any method.
func (r *Reader) NextLine(max int) (line []byte, off Offset, err error) {
	b, err := r.more()
	if err != nil {
		return nil, r.Offset(), err
	}
	if i := bytes.IndexByte(b, '\n'); i >= 0 && i <= max {
		off = r.Offset()
		r.pos += i + 1
		return bytes.TrimSuffix(b[:i], []byte{'\r'}), off, nil
	}
	r.joined, off, err = r.Line(r.joined, max)
	return r.joined, off, err
}

// pool inflates batches in several goroutines and gives them in order.
type pool struct {
	free, work, order chan *batch
	stop              chan struct{}
	running           sync.WaitGroup
}

func startPool(f *feeder, o Options) *pool {
	n := o.Threads + 2
	p := &pool{
		free: make(chan *batch, n), work: make(chan *batch, n), order: make(chan *batch, n),
		stop: make(chan struct{}),
	}
	for range n {
		p.free <- newBatch()
	}
	p.running.Go(func() { p.feed(f) })
	for range o.Threads {
		p.running.Go(func() { p.inflate(o) })
	}
	return p
}

// feed sends each batch to the reader's queue first, so that the order is the
// file's. Both queues have room for every batch there is.
func (p *pool) feed(f *feeder) {
	defer close(p.work)
	share := 1
	if f.chunks != nil {
		share = smaller
	}
	for {
		select {
		case b := <-p.free:
			f.fill(b, share)
			last := b.err != nil
			p.order <- b
			p.work <- b
			if last {
				return
			}
		case <-p.stop:
			return
		}
	}
}

func (p *pool) inflate(o Options) {
	f := borrowInflater(o.SafeInflate)
	defer returnInflater(f)
	for b := range p.work {
		select {
		case <-p.stop:
			continue
		default:
		}
		b.unpack(f, o.Name)
		b.done <- struct{}{}
	}
}

// next gives a batch back and waits for the one that follows it. It must not be
// called after a batch with an error.
func (p *pool) next(used *batch) *batch {
	if used != nil {
		p.free <- used
	}
	b := <-p.order
	<-b.done
	return b
}

func (p *pool) close() {
	close(p.stop)
	p.running.Wait()
}
