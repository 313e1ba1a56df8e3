package fasta

// cursorBytes is how much of the file a Cursor reads at a time, and cursorBefore
// how much of it lies before the bases that were asked for: records that come in
// order ask for what follows, and shifts to the left for what is before.
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
		c.name, c.line, c.raw = contig, l, c.raw[:0]
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
	if from < c.from || to > c.from+int64(len(c.raw)) {
		if c.raw == nil || cap(c.raw) < cursorBytes {
			c.raw = make([]byte, cursorBytes)
		}
		// never outside the contig, whose ends were checked
		begin := max(from-cursorBefore, c.line.offset)
		size := min(cursorBytes, c.line.at(c.line.length-1)+1-begin)
		c.from, c.raw = begin, c.raw[:size]
		if err := c.file.readAt(c.raw, begin); err != nil {
			c.raw = c.raw[:0]
			return nil, err
		}
	}
	if len(c.room) < n {
		c.room = make([]byte, cursorRoom)
	}
	out := c.room[:n:n]
	c.room = c.room[n:]
	copy(out, c.raw[from-c.from:])
	return out, nil
}
