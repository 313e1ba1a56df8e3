package fasta

// cursorBytes is how much of a bgzipped file a Cursor keeps at a time, and
// cursorBefore how much of it lies before the bases that were asked for: records
// that come in order ask for what follows, and shifts to the left for what is
// before.
const (
	cursorBytes  = 16 << 10
	cursorBefore = 1 << 10
	cursorRoom   = 64 << 10
)

// Cursor reads a File and keeps the stretch that it read last, so that bases near
// each other cost one access to the file. It is for one goroutine.
type Cursor struct {
	file *File
	name string
	line *line
	from int64 // place of raw in the plain file
	raw  []byte
	page *page  // of a plain file: the one that raw is
	room []byte // not given to anybody yet
}

// Cursor makes a Cursor.
func (f *File) Cursor() *Cursor { return &Cursor{file: f} }

// Length is that of File.
func (c *Cursor) Length(contig string) (int, bool) {
	if c.line != nil && c.name == contig {
		return c.line.length, true
	}
	return c.file.Length(contig)
}

// Bases is that of File. What it gave stays as it is.
func (c *Cursor) Bases(contig string, start, end int) ([]byte, error) {
	if c.line == nil || c.name != contig || start < 0 || end <= start || end > c.line.length {
		l, err := c.file.find(contig, start, end)
		if err != nil || start == end {
			return nil, err
		}
		c.name, c.line = contig, l
	}
	text, err := c.load(c.line.at(start), c.line.at(end-1)+1)
	if err != nil {
		return nil, err
	}
	return c.file.unfold(text, c.line, contig, start, end)
}

// load gives a copy of a span of the file.
func (c *Cursor) load(from, to int64) ([]byte, error) {
	n := int(to - from)
	if n > cursorBytes-cursorBefore {
		out := make([]byte, n)
		return out, c.file.readAt(out, from)
	}
	if len(c.room) < n {
		c.room = make([]byte, cursorRoom)
	}
	out := c.room[:n:n]
	if from < c.from || to > c.from+int64(len(c.raw)) {
		inside, err := c.move(from, to)
		if err == nil && !inside {
			err = c.file.readAt(out, from)
		}
		if err != nil || !inside {
			c.room = c.room[n:]
			return out, err
		}
	}
	c.room = c.room[n:]
	copy(out, c.raw[from-c.from:])
	return out, nil
}

// move keeps a stretch with the span, and tells whether one could be kept.
func (c *Cursor) move(from, to int64) (bool, error) {
	if s := c.file.pages; s != nil {
		number := from / pageSize
		if to > (number+1)*pageSize {
			return false, nil
		}
		if c.page != nil {
			s.release(c.page)
		}
		c.page = s.get(number)
		if c.from, c.raw = number*pageSize, c.page.data; c.page.err != nil {
			c.raw = nil
		}
		// Where the file became shorter, reading tells.
		return to <= c.from+int64(len(c.raw)), c.page.err
	}
	if cap(c.raw) < cursorBytes {
		c.raw = make([]byte, cursorBytes)
	}
	// never outside the contig, whose ends were checked
	begin := max(from-cursorBefore, c.line.offset)
	size := min(cursorBytes, c.line.at(c.line.length-1)+1-begin)
	c.from, c.raw = begin, c.raw[:size]
	if err := c.file.readAt(c.raw, begin); err != nil {
		c.raw = c.raw[:0]
		return false, err
	}
	return true, nil
}
