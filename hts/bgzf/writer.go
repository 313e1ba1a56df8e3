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
	buf   []byte // of the block that has not ended
	ended int    // how many blocks have ended
	// starts are the file offsets of the blocks that were written, and of the
	// one after them: eight bytes for each block.
	starts []int64
	off    int64 // file offset of what is written next
	err    error

	flat   *deflater
	packed []byte

	crew *crew
}

// NewWriter writes to w.
func NewWriter(w io.Writer, o WriterOptions) *Writer {
	out := &Writer{w: w, level: o.Level, buf: make([]byte, 0, payload), starts: []int64{0}}
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

// Flush ends the current block, if it holds anything. With several threads it
// does not wait for the block to be written.
func (w *Writer) Flush() error {
	if w.err != nil || len(w.buf) == 0 {
		return w.err
	}
	if w.crew != nil {
		w.err = w.crew.add(w, w.buf, false)
	} else if w.packed, w.err = w.flat.pack(w.packed[:0], w.buf); w.err == nil {
		w.err = w.block(w.packed)
	}
	w.ended++
	w.buf = w.buf[:0]
	return w.err
}

// block writes a packed block.
func (w *Writer) block(packed []byte) error {
	err := w.put(packed)
	w.starts = append(w.starts, w.off)
	return err
}

func (w *Writer) put(p []byte) error {
	n, err := w.w.Write(p)
	w.off += int64(n)
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	return err
}

// Mark is a place in what was given to a Writer: a block by its number, and a
// byte within it. What it is in the file is known when the blocks before it
// have been packed.
type Mark struct{ block, within int }

// Mark gives the place of the next byte. It never waits.
func (w *Writer) Mark() Mark { return Mark{w.ended, len(w.buf)} }

// Resolve gives a mark's virtual offset, or false while blocks before it are
// still to be written. With one thread it is always known; after Close, or
// Offset, it is with several. So an index can be made beside a parallel writer:
// keep the records whose marks are not known in a queue.
func (w *Writer) Resolve(m Mark) (Offset, bool) {
	if m.block >= len(w.starts) {
		return 0, false
	}
	return MakeOffset(w.starts[m.block], m.within), true
}

// Offset is the virtual offset of the next byte written. With several threads
// it waits until all blocks before are packed and written, so that only one
// thread works if it is asked for each record: use Mark there.
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
	switch {
	case err == nil && size != len(block):
		err = fmt.Errorf("bgzf: a raw block of %d bytes claims %d", len(block), size)
	case err == nil && w.crew != nil:
		err = w.crew.add(w, block, true)
	case err == nil:
		err = w.block(block)
	}
	w.ended++
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

// job is some blocks on their way through the crew.
type job struct {
	data   []byte // of all blocks
	blocks []part
	packed []byte
	ends   []int // of the blocks in packed
	err    error
	done   chan struct{}
}

// part is one block of a job.
type part struct {
	end int  // in data
	raw bool // it is packed
}

// jobSize is the data after which a job is full: one hand-off for about sixteen
// blocks.
const jobSize = 16 * payload

func (j *job) reset() {
	j.data, j.blocks, j.packed, j.ends = j.data[:0], j.blocks[:0], j.packed[:0], j.ends[:0]
	j.err = nil
}

func (j *job) pack(flat *deflater) error {
	from := 0
	for _, k := range j.blocks {
		data := j.data[from:k.end]
		from = k.end
		if k.raw {
			j.packed = append(j.packed, data...)
		} else {
			var err error
			if j.packed, err = flat.pack(j.packed, data); err != nil {
				return err
			}
		}
		j.ends = append(j.ends, len(j.packed))
	}
	return nil
}

// crew packs jobs in several goroutines. A fixed number of them circulates; the
// writer's own goroutine fills them and takes them out in order.
type crew struct {
	free    []*job
	filling *job   // nil before its first block
	pending []*job // in the file's order
	work    chan *job
	running sync.WaitGroup
}

func startCrew(threads, level int) *crew {
	n := threads + 2
	c := &crew{work: make(chan *job, n)}
	for range n {
		c.free = append(c.free, &job{done: make(chan struct{}, 1)})
	}
	for range threads {
		c.running.Go(func() {
			flat, err := newDeflater(level)
			for j := range c.work {
				if j.err = err; err == nil {
					j.err = j.pack(flat)
				}
				j.done <- struct{}{}
			}
		})
	}
	return c
}

// add takes a block's data. Where every job is under way it first writes the
// oldest.
func (c *crew) add(w *Writer, data []byte, raw bool) error {
	if c.filling == nil {
		if len(c.free) == 0 {
			if err := c.write(w); err != nil {
				return err
			}
		}
		c.filling = c.free[len(c.free)-1]
		c.free = c.free[:len(c.free)-1]
		c.filling.reset()
	}
	j := c.filling
	j.data = append(j.data, data...)
	j.blocks = append(j.blocks, part{len(j.data), raw})
	if len(j.data) >= jobSize {
		c.send()
	}
	return nil
}

// send hands the job over that is being filled, if there is one.
func (c *crew) send() {
	if c.filling != nil {
		c.pending = append(c.pending, c.filling)
		c.work <- c.filling
		c.filling = nil
	}
}

// write waits for the oldest job and writes its blocks, unless the writer has
// failed before. The error is the writer's too.
func (c *crew) write(w *Writer) error {
	j := c.pending[0]
	c.pending = append(c.pending[:0], c.pending[1:]...)
	<-j.done
	c.free = append(c.free, j)
	if w.err == nil {
		w.err = j.err
	}
	at := w.off
	if w.err == nil {
		w.err = w.put(j.packed)
	}
	if w.err == nil {
		for _, end := range j.ends {
			w.starts = append(w.starts, at+int64(end))
		}
	}
	return w.err
}

// drain hands over what there is, waits for every job that is under way and
// gives the writer's error.
func (c *crew) drain(w *Writer) error {
	c.send()
	for len(c.pending) > 0 {
		c.write(w)
	}
	return w.err
}

func (c *crew) close() {
	close(c.work)
	c.running.Wait()
}
