package join

import (
	"errors"
	"fmt"
	"io"
	"sort"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/hts/vcf"
)

const (
	// keep is how far behind a record entries are kept, so that an indel whose
	// span reaches further left than the record before finds them.
	keep = 1000
	// far is how far ahead a record must be before the index is asked whether a
	// seek saves reading.
	far = 2000
	// endBlock is the size of BGZF's end-of-file block.
	endBlock = 28
)

// cursor sweeps one file for one worker.
type cursor struct {
	f *file
	z *bgzf.Reader // nil before the first seek, and after a contig's end

	contig string // the file's own name
	id     int
	low    int      // entries that end at or before it may be gone
	last   int      // start of the entry read last
	window []*entry // by start
	free   []*entry
	line   []byte
}

// overlapping appends the entries that share a base with [start, end) of one of
// the file's contigs, in the file's order. They are good until the next call.
func (c *cursor) overlapping(name string, start, end int, dst []*entry) ([]*entry, error) {
	if c.f.plain != nil {
		return overlapOf(c.f.plain[name], start, end, dst), nil
	}
	if err := c.advance(name, start, end); err != nil {
		return nil, err
	}
	return overlapOf(c.window, start, end, dst), nil
}

// overlapOf looks through entries sorted by start. Long entries may begin far
// before the span, so all that begin before its end are looked at from the
// left; a cursor's window is short.
func overlapOf(list []*entry, start, end int, dst []*entry) []*entry {
	n := sort.Search(len(list), func(i int) bool { return list[i].start >= end })
	for _, e := range list[:n] {
		if e.end > start {
			dst = append(dst, e)
		}
	}
	return dst
}

// advance reads until every entry that meets [start, end) is in the window.
func (c *cursor) advance(name string, start, end int) error {
	switch {
	case name != c.contig || start < c.low || c.contig == "":
		if err := c.seek(name, start, end); err != nil {
			return err
		}
	case c.z != nil && start > c.last+far:
		if chunks := c.f.index.Chunks(c.id, start, end); len(chunks) == 0 || chunks[len(chunks)-1].Begin.Block() > c.z.Offset().Block()+1<<16 {
			if err := c.seek(name, start, end); err != nil {
				return err
			}
		}
	}
	c.drop(start - keep)
	for c.z != nil && c.last < end {
		if err := c.next(); err != nil {
			return err
		}
	}
	return nil
}

// drop lets go of entries that end at or before low.
func (c *cursor) drop(low int) {
	if low <= c.low {
		return
	}
	c.low = low
	kept := c.window[:0]
	for _, e := range c.window {
		if e.end > low {
			kept = append(kept, e)
		} else {
			c.free = append(c.free, e)
		}
	}
	c.window = kept
}

// seek begins anew at the chunks of [start, end), and goes on from the last of
// them to the end of the file.
func (c *cursor) seek(name string, start, end int) error {
	c.free = append(c.free, c.window...)
	c.window = c.window[:0]
	if c.z != nil {
		if err := c.z.Close(); err != nil {
			return err
		}
		c.z = nil
	}
	start = max(0, start-keep)
	c.contig, c.low, c.last = name, start, -1
	id, ok := c.f.index.ID(name)
	if !ok {
		return nil
	}
	c.id = id
	chunks := c.f.index.Chunks(id, start, end)
	if len(chunks) == 0 {
		// Nothing there, but the next record may be: it seeks again, because
		// nothing has been read on from here.
		c.contig = ""
		return nil
	}
	chunks[len(chunks)-1].End = bgzf.MakeOffset(c.f.size-endBlock, 0)
	z, err := bgzf.NewChunkReader(c.f.data, c.f.size, chunks, bgzf.Options{Name: c.f.path})
	if err != nil {
		return err
	}
	c.z = z
	return nil
}

// next reads one entry into the window. At the contig's end reading stops.
func (c *cursor) next() error {
	var err error
	var at bgzf.Offset
	c.line, at, err = c.z.Line(c.line, vcf.MaxLine)
	if errors.Is(err, io.EOF) {
		return c.stop()
	}
	if err != nil {
		return err
	}
	if c.f.skip(c.line) {
		return nil
	}
	e := c.take()
	name, err := c.f.parse(e, c.line)
	if err != nil {
		return fault.Inputf(c.f.path, offset(at), "%v", err)
	}
	if string(name) != c.contig {
		c.free = append(c.free, e)
		if c.last < 0 {
			return fault.Inputf(c.f.path, offset(at), "the index does not fit: it leads to contig %s for %s", name, c.contig).
				WithHint("index the file again")
		}
		return c.stop()
	}
	if e.start < c.last {
		return fault.Inputf(c.f.path, offset(at), "unsorted: position %d of %s comes after %d", e.start+1, name, c.last+1)
	}
	c.last = e.start
	if e.end <= c.low {
		c.free = append(c.free, e)
		return nil
	}
	c.window = append(c.window, e)
	return nil
}

// stop ends reading on this contig.
func (c *cursor) stop() error {
	err := c.z.Close()
	c.z = nil
	return err
}

func (c *cursor) take() *entry {
	if n := len(c.free); n > 0 {
		e := c.free[n-1]
		c.free = c.free[:n-1]
		return e
	}
	return new(entry)
}

func offset(o bgzf.Offset) string {
	return fmt.Sprintf("offset %d:%d", o.Block(), o.Within())
}
