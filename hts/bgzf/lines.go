package bgzf

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"varpanel/hts/fault"
)

// Lines reads the lines of many short lists of chunks. It keeps the blocks that it
// read last, so that lists which follow each other in the file inflate each block
// once. It is for one goroutine.
type Lines struct {
	r     io.ReaderAt
	size  int64
	o     Options
	kept  [2]keptBlock // a line may reach from one into the next
	last  int          // of kept, the one read last
	carry []byte
}

type keptBlock struct {
	at   int64
	size int // in the file; 0: none is kept
	data []byte
}

// NewLines makes a Lines over a file of size bytes; one without its end-of-file
// block is an Input error. Of o the name and the decoder count.
func NewLines(r io.ReaderAt, size int64, o Options) (*Lines, error) {
	return &Lines{r: r, size: size, o: o}, checkEnd(r, size, o.Name)
}

// Each calls f with each line of the chunks, without its "\n" or "\r\n", until f
// is done or fails. A line lives until f returns. The chunks are those that
// NewChunkReader takes, and begin and end with a line; what does not fit the file,
// and a line longer than max bytes, are Input errors.
func (l *Lines) Each(chunks []Chunk, max int, f func(line []byte) (done bool, err error)) error {
	if err := checkChunks(chunks, l.size, l.o.Name); err != nil {
		return err
	}
	for _, c := range chunks {
		for at := c.Begin; at < c.End; {
			line, next, err := l.line(at, c.End, max)
			if err != nil {
				return err
			}
			if done, err := f(bytes.TrimSuffix(line, []byte{'\r'})); done || err != nil {
				return err
			}
			at = next
		}
	}
	return nil
}

// line gives the line at an offset and where the next one begins.
func (l *Lines) line(at, end Offset, max int) (line []byte, next Offset, err error) {
	block, within := at.Block(), at.Within()
	l.carry = l.carry[:0]
	for {
		b, err := l.block(block, within, end)
		if errors.Is(err, io.EOF) && len(l.carry) > 0 {
			return l.carry, end, nil
		}
		if err != nil {
			return nil, 0, err
		}
		text := b.data[within:]
		i := bytes.IndexByte(text, '\n')
		if i >= 0 {
			text = text[:i]
		}
		if len(l.carry)+len(text) > max {
			return nil, 0, fault.Inputf(l.o.Name, fmt.Sprintf("offset %d:%d", at.Block(), at.Within()), "a line is longer than %d bytes", max)
		}
		if i < 0 || len(l.carry) > 0 {
			l.carry = append(l.carry, text...)
			text = l.carry
		}
		following := block + int64(b.size)
		if block < end.Block() && end.Block() < following {
			return nil, 0, misfit(l.o.Name, end.Block(), "a chunk ends where no block begins")
		}
		if i < 0 {
			block, within = following, 0
			continue
		}
		within += i + 1
		switch {
		case block > end.Block() || block == end.Block() && within > end.Within():
			return nil, 0, misfit(l.o.Name, at.Block(), "a chunk of the index ends in the middle of a line")
		case within == len(b.data):
			return text, MakeOffset(following, 0), nil
		}
		return text, MakeOffset(block, within), nil
	}
}

// block gives the block at an offset of the file. At the end of the file the error
// is io.EOF if a line may end there, and an Input error if the chunk goes on.
func (l *Lines) block(at int64, within int, end Offset) (*keptBlock, error) {
	b := &l.kept[l.last]
	if b.size == 0 || b.at != at {
		l.last = 1 - l.last
		b = &l.kept[l.last]
	}
	if b.size == 0 || b.at != at {
		if MakeOffset(min(at, l.size), 0) < end && at >= l.size {
			return nil, misfit(l.o.Name, at, "a chunk goes on past the end of the file")
		}
		var err error
		b.at = at
		if b.data, b.size, err = ReadBlockAt(l.r, at, b.data, l.o); err != nil {
			b.size = 0
			return nil, err
		}
	}
	if within > len(b.data) || at == end.Block() && end.Within() > len(b.data) {
		return nil, misfit(l.o.Name, at, "a chunk begins or ends past this block's %d bytes", len(b.data))
	}
	return b, nil
}
