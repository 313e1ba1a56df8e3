package scan

import (
	"errors"
	"fmt"

	"varpanel/hts/fault"
)

// Stretch is some whole record lines as the file has them, each with its end but
// perhaps the last of the file. Nothing in it has been looked at. It may be
// filled again and again. The zero value is ready.
type Stretch struct {
	Text []byte
}

// NextStretch fills s with the next records, those outside the regions and empty
// lines among them: who takes stretches looks at each line himself, with a
// Matcher for the regions. At the end it gives io.EOF. It must not be mixed with
// Next. Lines are counted by whoever walks them; an error that wants a line's
// number has no place yet, and Place is what gives it one.
func (r *Reader) NextStretch(s *Stretch) error {
	if r.lines != nil {
		var err error
		s.Text, err = r.lines.stretch(s.Text)
		return err
	}
	if s.Text = s.Text[:0]; cap(s.Text) == 0 {
		s.Text = make([]byte, 0, stretchBytes+stretchBytes/4)
	}
	for r.stopped == nil && len(s.Text) < stretchBytes {
		line, err := r.in.next()
		if err == nil {
			err = r.promised(line)
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
	return site(line)
}

func (r *Reader) headerLines() int { return len(r.header.Lines()) + 1 }
