package vcf

import "bytes"

// Edit is a list of changes to one record. Append writes the record with them;
// everything that no change names leaves as the bytes that were read. The zero
// value is ready, Reset makes it empty for the next record. Values are kept,
// not copied, until then.
type Edit struct {
	columns [9][]byte
	info    []infoEdit
	samples []sampleEdit
	bare    bool // FORMAT and samples are left out
}

type infoEdit struct {
	key    string
	value  []byte // nil: a flag
	remove bool
	done   bool
	end    int // of the value in what Append gave last
}

type sampleEdit struct {
	sample int
	text   []byte
}

// Reset forgets every change.
func (e *Edit) Reset() {
	e.columns = [9][]byte{}
	e.info = e.info[:0]
	e.samples = e.samples[:0]
	e.bare = false
}

// SetColumn replaces a fixed column whole. An INFO column that is replaced is
// the one that SetInfo and RemoveInfo then act on.
func (e *Edit) SetColumn(c Column, text []byte) { e.columns[c] = text }

// SetInfo sets an INFO key, in its place if it is there and else at the end. A
// nil value makes a flag.
func (e *Edit) SetInfo(key string, value []byte) { e.setInfo(infoEdit{key: key, value: value}) }

// InfoEnd gives the offset at which the value that SetInfo gave a key ends in
// what Append returned last; -1 for a key that was not set.
func (e *Edit) InfoEnd(key string) int {
	for i := range e.info {
		if e.info[i].key == key && e.info[i].done {
			return e.info[i].end
		}
	}
	return -1
}

// RemoveInfo removes an INFO key wherever it stands.
func (e *Edit) RemoveInfo(key string) { e.setInfo(infoEdit{key: key, remove: true}) }

func (e *Edit) setInfo(change infoEdit) {
	for i := range e.info {
		if e.info[i].key == change.key {
			e.info[i] = change
			return
		}
	}
	e.info = append(e.info, change)
}

// SetSample replaces the text of sample column i, from 0.
func (e *Edit) SetSample(i int, text []byte) {
	e.samples = append(e.samples, sampleEdit{i, text})
}

// DropSamples leaves out FORMAT and every sample column.
func (e *Edit) DropSamples() { e.bare = true }

// Append appends the edited record to dst, without a line end.
func (e *Edit) Append(dst []byte, r *Record) []byte {
	last := Column(r.cols - 1)
	if e.bare {
		last = min(last, Info)
	}
	from := 0 // of what is written as it stands, from the tab before a column on
	for c := Chrom; c <= last; c++ {
		text := e.columns[c]
		if text == nil && (c != Info || len(e.info) == 0) {
			continue
		}
		start := 0
		if c > Chrom {
			start = r.end[c-1] + 1
		}
		dst = append(dst, r.line[from:start]...)
		from = r.end[c]
		if text == nil {
			text = r.Column(c)
		}
		if c == Info && len(e.info) > 0 {
			dst = e.appendInfo(dst, text)
			continue
		}
		dst = append(dst, text...)
	}
	dst = append(dst, r.line[from:r.end[last]]...)
	if e.bare || r.NSamples() == 0 {
		return dst
	}
	if len(e.samples) == 0 {
		return append(dst, r.line[r.end[8]:]...)
	}
	for i := range r.NSamples() {
		dst = append(dst, '\t')
		dst = append(dst, e.sample(r, i)...)
	}
	return dst
}

func (e *Edit) sample(r *Record, i int) []byte {
	for _, s := range e.samples {
		if s.sample == i {
			return s.text
		}
	}
	return r.Sample(i)
}

func (e *Edit) appendInfo(dst, info []byte) []byte {
	start := len(dst)
	for i := range e.info {
		e.info[i].done = false
	}
	add := func(field []byte) {
		if len(dst) > start {
			dst = append(dst, ';')
		}
		dst = append(dst, field...)
	}
	for rest, more := info, !isMissing(info); more; {
		if !e.namedIn(rest) {
			add(rest)
			break
		}
		var field []byte
		field, rest, more = bytes.Cut(rest, semicolon)
		change := e.infoChange(field)
		switch {
		case change == nil:
			add(field)
		case change.remove:
		case !change.done:
			add([]byte(change.key))
			dst = change.appendValue(dst)
		}
	}
	for i := range e.info {
		if change := &e.info[i]; !change.remove && !change.done {
			add([]byte(change.key))
			dst = change.appendValue(dst)
		}
	}
	if len(dst) == start {
		dst = append(dst, '.')
	}
	return dst
}

// namedIn tells whether a changed key may stand in some INFO text.
func (e *Edit) namedIn(info []byte) bool {
	for i := range e.info {
		if bytes.Contains(info, []byte(e.info[i].key)) {
			return true
		}
	}
	return false
}

// appendValue ends a field whose key was written.
func (c *infoEdit) appendValue(dst []byte) []byte {
	if c.value != nil {
		dst = append(dst, '=')
		dst = append(dst, c.value...)
	}
	c.done, c.end = true, len(dst)
	return dst
}

func (e *Edit) infoChange(field []byte) *infoEdit {
	key, _, _ := bytes.Cut(field, []byte{'='})
	for i := range e.info {
		if e.info[i].key == string(key) {
			return &e.info[i]
		}
	}
	return nil
}
