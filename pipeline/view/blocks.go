package view

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/stages/scan"
)

// copier copies packed blocks and looks at the records in them.
type copier struct {
	*plan
	file   *os.File
	worker *worker
	sink   *sink
	lines  batch // whole lines of the blocks so far that were not looked at
	packed []byte
}

// blocks says how the file is unpacked here, block by block.
func (p *plan) blocks() bgzf.Options {
	return bgzf.Options{Name: p.Path, SafeInflate: p.SafeInflate}
}

// blocksBegin says whether the blocks of the file can be taken as they are, and
// where its first record begins.
func (p *plan) blocksBegin(f *os.File) (bgzf.Offset, bool) {
	var head [18]byte
	if n, _ := f.ReadAt(head[:], 0); n < len(head) || !bgzf.IsBGZF(head[:]) {
		return 0, false
	}
	data, _, err := bgzf.ReadBlockAt(f, 0, nil, p.blocks())
	if err != nil || bytes.HasPrefix(data, []byte("BCF")) || bytes.Contains(data, []byte("\r\n")) {
		return 0, false
	}
	z, err := bgzf.NewReader(io.NewSectionReader(f, 0, 1<<62), p.blocks())
	if err != nil {
		return 0, false
	}
	defer z.Close()
	var line []byte
	for !bytes.HasPrefix(line, []byte("#CHROM")) {
		if line, _, err = z.Line(line, scan.MaxLine); err != nil {
			return 0, false
		}
	}
	return z.Offset(), true
}

// copyBlocks writes the header and the records of its last block packed anew,
// and every later block as it is. Each block is checked, and so are its records,
// as run does it. copied is false where the file is not one of such blocks.
func (p *plan) copyBlocks(ctx context.Context, out BlockWriter) (copied bool, err error) {
	st, err := os.Stat(p.Path)
	if err != nil || !st.Mode().IsRegular() {
		return false, nil // "-" and pipes are read once
	}
	f, err := os.Open(p.Path)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	begin, ok := p.blocksBegin(f)
	if !ok {
		return false, nil
	}
	s, err := p.newSink(io.Discard)
	if err != nil {
		return true, err
	}
	if _, err := io.WriteString(out, p.header); err != nil {
		return true, err
	}
	c := &copier{plan: p, file: f, worker: s.worker, sink: s}
	return true, c.copy(ctx, out, begin)
}

func (c *copier) copy(ctx context.Context, out BlockWriter, begin bgzf.Offset) error {
	blocks := c.blocks()
	var data []byte
	var size int
	whole := false // the last block was the end-of-file block
	for at := begin.Block(); ; at += int64(size) {
		err := ctx.Err()
		if err == nil {
			data, size, err = bgzf.ReadBlockAt(c.file, at, data, blocks)
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			whole = len(data) == 0
			err = c.block(out, data, at, size, begin)
		}
		if err != nil {
			return err
		}
	}
	if !whole {
		return fault.Inputf(c.Path, "", "the file has no BGZF end-of-file block: it was cut").
			WithHint("copy it again from where it came from")
	}
	return c.look(nil, true)
}

func (c *copier) block(out BlockWriter, data []byte, at int64, size int, begin bgzf.Offset) error {
	if at == begin.Block() && begin.Within() > 0 {
		data = data[begin.Within():]
		if err := c.look(data, false); err != nil {
			return err
		}
		_, err := out.Write(data)
		return err
	}
	if len(data) == 0 {
		return nil
	}
	if err := c.look(data, false); err != nil {
		return err
	}
	if cap(c.packed) < size {
		c.packed = make([]byte, 1<<16)
	}
	c.packed = c.packed[:size]
	if _, err := c.file.ReadAt(c.packed, at); err != nil {
		return err
	}
	return out.WriteRawBlock(c.packed)
}

// lookBytes is how much text is looked at at once.
const lookBytes = 256 << 10

// look checks the records of a block; a record that goes on in the next one
// waits for it.
func (c *copier) look(data []byte, last bool) error {
	b := &c.lines
	b.Text = append(b.Text, data...)
	if len(b.Text) < lookBytes && !last {
		return nil
	}
	end := bytes.LastIndexByte(b.Text, '\n') + 1
	if last {
		end = len(b.Text)
	}
	if end == 0 && len(b.Text) > scan.MaxLine {
		return c.in.LongLine(c.sink.lines)
	}
	whole, rest := b.Text[:end], b.Text[end:]
	b.reset()
	b.Text = whole
	c.worker.batch(b)
	if err := c.sink.take(b); err != nil {
		return err
	}
	b.Text = append(whole[:0], rest...)
	return nil
}
