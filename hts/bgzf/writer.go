package bgzf

import (
	"errors"
	"fmt"
	"io"
	"sync"
)

// WriterOptions says how a file is written. The zero value is level 6 in one
// thread.
type WriterOptions struct {
	Level   int // 1 (fast) to 9 (small); 0 is 6
	Threads int // packing goroutines; below 2 there is none
}

// Writer writes a BGZF file. The bytes depend on the data, the calls of Flush
// and WriteRawBlock and the level, not on the threads. It is for one goroutine.
// The first error is kept and given by each later call. Without Close the file
// is not whole.
type Writer struct {
	w     io.Writer
	level int
	buf   []byte
	off   int64 // file offset of the block that buf will be
	err   error

	flat   *deflater
	packed []byte

	crew *crew
}

// NewWriter writes to w.
func NewWriter(w io.Writer, o WriterOptions) *Writer {
	out := &Writer{w: w, level: o.Level, buf: make([]byte, 0, payload)}
	if out.level == 0 {
		out.level = 6
	}
	if out.level < 1 || out.level > 9 {
		out.err = fmt.Errorf("bgzf: compression level %d: 1 to 9", o.Level)
		return out
	}
	if o.Threads > 1 {
		out.crew = startCrew(o.Threads, out.level)
		return out
	}
	out.flat, out.err = newDeflater(out.level)
	return out
}

// Write takes plain data.
func (w *Writer) Write(p []byte) (int, error) {
	total := len(p)
	for len(p) > 0 && w.err == nil {
		n := min(payload-len(w.buf), len(p))
		w.buf = append(w.buf, p[:n]...)
		p = p[n:]
		if len(w.buf) == payload {
			w.Flush()
		}
	}
	if w.err != nil {
		return total - len(p), w.err
	}
	return total, nil
}

// Flush ends the current block, if it holds anything.
func (w *Writer) Flush() error {
	if w.err != nil || len(w.buf) == 0 {
		return w.err
	}
	if w.crew != nil {
		w.err = w.crew.add(w)
	} else if w.packed, w.err = w.flat.pack(w.packed[:0], w.buf); w.err == nil {
		w.err = w.put(w.packed)
	}
	w.buf = w.buf[:0]
	return w.err
}

// put writes a packed block.
func (w *Writer) put(block []byte) error {
	n, err := w.w.Write(block)
	w.off += int64(n)
	if err == nil && n < len(block) {
		err = io.ErrShortWrite
	}
	return err
}

// Offset is the virtual offset of the next byte written. With several threads
// it waits for the blocks that are being packed.
func (w *Writer) Offset() Offset {
	if w.crew != nil {
		w.crew.drain(w)
	}
	return MakeOffset(w.off, len(w.buf))
}

// WriteRawBlock ends the current block and copies a whole packed block, such as
// one that PackBlock made or that another file has.
func (w *Writer) WriteRawBlock(block []byte) error {
	if err := w.Flush(); err != nil {
		return err
	}
	size, err := blockSize(block)
	if err == nil && size != len(block) {
		err = fmt.Errorf("bgzf: a raw block of %d bytes claims %d", len(block), size)
	}
	if err == nil && w.crew != nil {
		err = w.crew.drain(w)
	}
	if err == nil {
		err = w.put(block)
	}
	w.err = err
	return err
}

// Close writes what is left and the end-of-file block. It does not close the
// underlying writer.
func (w *Writer) Close() error {
	w.Flush()
	if w.crew != nil {
		w.crew.drain(w)
		w.crew.close()
		w.crew = nil
	}
	if w.err == nil {
		w.err = w.put(eofBlock)
	}
	if w.err != nil {
		return w.err
	}
	w.err = errors.New("bgzf: the writer is closed")
	return nil
}

// PackBlock makes one block of data, at most 65,280 bytes, at a level of 1 to 9.
func PackBlock(data []byte, level int) ([]byte, error) {
	if len(data) > payload {
		return nil, fmt.Errorf("bgzf: %d bytes do not go into one block", len(data))
	}
	d, err := newDeflater(level)
	if err != nil {
		return nil, err
	}
	return d.pack(nil, data)
}

// job is one block on its way through the crew.
type job struct {
	plain, packed []byte
	err           error
	done          chan struct{}
}

// crew packs blocks in several goroutines. A fixed number of jobs circulates;
// the writer's own goroutine takes them out in order.
type crew struct {
	free    []*job
	pending []*job // in the file's order
	work    chan *job
	running sync.WaitGroup
}

func startCrew(threads, level int) *crew {
	n := 4 * threads
	c := &crew{work: make(chan *job, n)}
	for range n {
		c.free = append(c.free, &job{done: make(chan struct{}, 1)})
	}
	for range threads {
		c.running.Go(func() {
			flat, err := newDeflater(level)
			for j := range c.work {
				j.err = err
				if err == nil {
					j.packed, j.err = flat.pack(j.packed[:0], j.plain)
				}
				j.done <- struct{}{}
			}
		})
	}
	return c
}

// add hands the writer's current block over. Where every job is under way it
// first writes the oldest.
func (c *crew) add(w *Writer) error {
	if len(c.free) == 0 {
		if err := c.write(w); err != nil {
			return err
		}
	}
	j := c.free[len(c.free)-1]
	c.free = c.free[:len(c.free)-1]
	j.plain = append(j.plain[:0], w.buf...)
	c.pending = append(c.pending, j)
	c.work <- j
	return nil
}

// write waits for the oldest job and writes its block, unless the writer has
// failed before. The error is the writer's too.
func (c *crew) write(w *Writer) error {
	j := c.pending[0]
	c.pending = append(c.pending[:0], c.pending[1:]...)
	<-j.done
	c.free = append(c.free, j)
	if w.err == nil {
		w.err = j.err
	}
	if w.err == nil {
		w.err = w.put(j.packed)
	}
	return w.err
}

// drain waits for every job that is under way and gives the writer's error.
func (c *crew) drain(w *Writer) error {
	for len(c.pending) > 0 {
		c.write(w)
	}
	return w.err
}

func (c *crew) close() {
	close(c.work)
	c.running.Wait()
}
