package scan

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/hts/vcf"
)

// Stretch is some record lines as the file has them, each with its end but
// perhaps the last of the file. Nothing in it has been looked at. It may be
// filled again and again. The zero value is ready.
//
// A stretch of a packed file is unpacked by Unpack, in any goroutine, and is cut
// where its blocks end: a Joiner makes whole lines of what is at its edges.
type Stretch struct {
	Head []byte // goes on with the line that the stretch before began
	Text []byte // whole lines
	Tail []byte // begins a line of the next stretch

	of       *Reader
	packed   bgzf.Packed
	isPacked bool
	record   vcf.Record
	// What an index promises of the stretch; of it, what it promises of the
	// lines at its begin and at its end.
	marks, first, last []mark
}

// NextStretch fills s with the next records, those outside the regions and empty
// lines among them: who takes stretches looks at each line himself, with a
// Matcher for the regions. At the end it gives io.EOF. It must not be mixed with
// Next. Lines are counted by whoever walks them; an error that wants a line's
// number has no place yet, and Place is what gives it one.
func (r *Reader) NextStretch(s *Stretch) error {
	s.of, s.isPacked = r, r.packed != nil
	s.Head, s.Tail, s.marks, s.first, s.last = nil, nil, nil, s.first[:0], s.last[:0]
	switch {
	case r.packed != nil:
		return r.nextPacked(s)
	case r.lines != nil:
		var err error
		s.Text, err = r.lines.stretch(s.Text)
		return err
	}
	if s.Text = s.Text[:0]; cap(s.Text) == 0 {
		s.Text = make([]byte, 0, stretchBytes+stretchBytes/4)
	}
	for r.stopped == nil && len(s.Text) < stretchBytes {
		line, err := r.in.next()
		if err == nil && r.in.marked() {
			contig, pos, parsed := site(&s.record, line)
			err = r.in.check(contig, pos, parsed)
		}
		if err != nil {
			r.stopped = err
			break
		}
		s.Text = append(s.Text, line...)
		s.Text = append(s.Text, '\n')
	}
	if len(s.Text) > 0 {
		return nil
	}
	return r.stopped
}

// site reads a line's contig and position.
func site(record *vcf.Record, line []byte) (contig []byte, pos int, parsed bool) {
	err := record.Parse(line)
	return contigOf(line), record.Pos(), err == nil
}

// nextPacked begins, in a file that is read from its start, with what was
// unpacked for the header.
func (r *Reader) nextPacked(s *Stretch) error {
	if l := r.lines; l != nil && !r.begun {
		r.begun, s.isPacked = true, false
		s.Text = s.Text[:0]
		s.Head = append(bytes.Clone(l.buf[l.from:]), r.packed.Unread()...)
		if len(s.Head) > 0 {
			return nil
		}
	}
	s.isPacked = true
	err := r.packed.NextPacked(&s.packed, r.share)
	x, indexed := r.in.(*indexed)
	switch {
	case !indexed || err != nil && !errors.Is(err, io.EOF):
		return err
	case err != nil:
		return x.ended(err)
	}
	n := 0
	for n < len(x.marks) && x.marks[n].At < s.packed.Next() {
		n++
	}
	s.marks, x.marks = x.marks[:n], x.marks[n:]
	return nil
}

// Unpack makes text of the blocks of a packed stretch, and compares it with what
// the index promises; of another one it does nothing. The error is what follows
// the text.
func (s *Stretch) Unpack() error {
	if !s.isPacked {
		return nil
	}
	text, err := s.packed.Unpack()
	if errors.Is(err, io.EOF) {
		err = nil
	}
	head := bytes.IndexByte(text, '\n') + 1
	if head == 0 {
		head = len(text)
	}
	tail := max(head, bytes.LastIndexByte(text, '\n')+1)
	for _, m := range s.marks {
		at, found := s.packed.Find(m.At)
		if !found && err != nil {
			break // it lies behind the error
		}
		if good, bad := s.check(m, at, found, text, tail); bad != nil {
			text, err = text[:good], bad
			head, tail = min(head, good), good
			break
		}
	}
	s.Head, s.Text, s.Tail = text[:head], text[head:tail], text[tail:]
	return err
}

// check compares the text with a mark, which is found at a place of it. One at its
// begin or at its tail is left to the Joiner. Where it does not fit, good is the end
// of the lines before it.
func (s *Stretch) check(m mark, at int, found bool, text []byte, tail int) (good int, err error) {
	switch {
	case !found:
		return tail, s.of.unkept(m)
	case at == 0:
		s.first = append(s.first, m)
	case text[at-1] != '\n':
		return bytes.LastIndexByte(text[:at], '\n') + 1, s.of.unkept(m)
	case at == tail:
		s.last = append(s.last, m)
	default:
		return at, s.of.keeps(m, text[at:], &s.record)
	}
	return 0, nil
}

// keeps compares the first line of some text with what the index promises of it.
func (r *Reader) keeps(m mark, text []byte, record *vcf.Record) error {
	line, _, _ := bytes.Cut(text, []byte{'\n'})
	contig, pos, parsed := site(record, bytes.TrimSuffix(line, cr))
	return m.fits(r.path, r.format(), m.At, contig, pos, parsed)
}

// unkept is the fault of an index that promises a record where none begins.
func (r *Reader) unkept(m mark) error {
	return r.misfit("offset "+text(m.At), "it promises a record here, and none begins")
}

// Joiner makes whole lines of the edges of stretches that follow each other. The
// zero value is ready.
type Joiner struct {
	text   []byte
	given  int // of text
	of     *Reader
	marks  []mark // what an index promises of the line that text[given:] begins
	cut    bool   // a chunk of an index ended with the last stretch
	record vcf.Record
}

// Begin takes the begin of a stretch and gives the whole lines that end in it,
// good until the following call. A line that is too long is an error for
// Reader.Place.
func (j *Joiner) Begin(s *Stretch) ([]byte, error) {
	j.of = s.of
	if len(s.first) > 0 {
		if len(j.rest()) > 0 {
			return nil, s.of.unkept(s.first[0])
		}
		j.marks = append(j.marks, s.first...)
	}
	first := bytes.IndexByte(s.Head, '\n')
	if first < 0 {
		first = len(s.Head)
	}
	if len(j.rest())+first > MaxLine {
		return nil, errLong
	}
	j.add(s.Head)
	end := bytes.LastIndexByte(j.text, '\n') + 1
	if end > 0 {
		if err := j.kept(); err != nil {
			return nil, err
		}
	}
	j.given = end
	return j.text[:end], nil
}

// End takes the end of the stretch.
func (j *Joiner) End(s *Stretch) {
	j.add(s.Tail)
	j.marks = append(j.marks, s.last...)
	j.cut = s.isPacked && s.packed.Cut()
}

// Last gives, after the last stretch, the line of the file that has no end.
func (j *Joiner) Last() ([]byte, error) {
	last := j.rest()
	switch {
	case len(j.marks) > 0 && len(last) == 0:
		return nil, j.of.unkept(j.marks[0])
	case len(last) > 0 && j.cut:
		return nil, j.of.misfit("", "a chunk of it ends in the middle of a line")
	}
	j.add(nil)
	return last, j.kept()
}

// kept compares the first line of the text with what an index promises of it.
func (j *Joiner) kept() error {
	for _, m := range j.marks {
		if err := j.of.keeps(m, j.text, &j.record); err != nil {
			return err
		}
	}
	j.marks = j.marks[:0]
	return nil
}

func (j *Joiner) rest() []byte { return j.text[j.given:] }

// add puts more behind the rest. It grows by doubling, so that little memory is
// left behind a long line.
func (j *Joiner) add(more []byte) {
	rest := j.rest()
	if need := len(rest) + len(more); need > cap(j.text) {
		j.text = append(make([]byte, 0, max(need, 2*cap(j.text))), rest...)
	} else {
		j.text = j.text[:copy(j.text, rest)]
	}
	j.text = append(j.text, more...)
	j.given = 0
}

// Place gives an error of NextStretch its place: that of the line after a number
// of records.
func (r *Reader) Place(err error, records int) error {
	switch {
	case fault.KindOf(err) != 0:
		return err
	case errors.Is(err, errLong):
		return r.LongLine(records)
	}
	return fmt.Errorf("%s: before line %d: %w", r.path, r.headerLines()+records+1, err)
}

// Path is what messages call the file.
func (r *Reader) Path() string { return r.path }

// LongLine is the fault of a line longer than MaxLine that follows a number of
// records.
func (r *Reader) LongLine(records int) error {
	return longLine(r.path, fmt.Sprintf("line %d", r.headerLines()+records+1))
}

// LinePlace names the record that follows a number of others, for messages: by
// its line's number where the file is read from its start as text, else by its
// site.
func (r *Reader) LinePlace(line []byte, before int) string {
	if r.lines != nil {
		return fmt.Sprintf("line %d", r.headerLines()+before+1)
	}
	return siteName(line)
}

func (r *Reader) headerLines() int { return len(r.header.Lines()) + 1 }
