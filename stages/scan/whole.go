package scan

import (
	"bytes"
	"errors"
	"io"
)

// Whole is a Stretch of whole lines: of a packed file, each hands the line that its
// end begins to the one after it, from one goroutine to the other. The zero value is
// ready, and it may be filled again and again.
type Whole struct {
	Stretch
	Edge []byte // the whole lines before Text

	before, after *seam // nil where stretches are cut at line ends
}

// seam is what a stretch leaves to the next one: the begin of a line.
type seam struct {
	ready chan struct{} // closed when line is there
	line  []byte        // for the next one to keep
}

// NextWhole is NextStretch for a file that is read from its start. Lines must be
// called once for each Whole that it fills; a call waits for that of the Whole
// before it to have unpacked, so these must be under way by then or done. It must
// not be mixed with NextStretch.
func (r *Reader) NextWhole(w *Whole) error {
	w.Edge, w.before, w.after = nil, nil, nil
	if r.stopped != nil {
		return r.stopped
	}
	err := r.NextStretch(&w.Stretch)
	if r.packed == nil || err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	w.before, w.after = r.seam, &seam{ready: make(chan struct{})}
	r.seam = w.after
	if err != nil { // a last line without an end may be left
		r.stopped = err
		w.isPacked, w.Text = false, w.Text[:0]
	}
	return nil
}

// Lines unpacks, and makes Edge and Text. The error is what follows them: one of a
// line that is too long is for Reader.Place.
func (w *Whole) Lines() error {
	err := w.Unpack()
	if w.after == nil {
		return err
	}
	n := bytes.LastIndexByte(w.Head, '\n') + 1
	if n > 0 { // what the next one waits for is known
		w.after.line = bytes.Clone(w.Tail)
		if len(w.Tail) == 0 {
			w.after.line = bytes.Clone(w.Head[n:])
		}
		close(w.after.ready)
	}
	var line []byte
	if w.before != nil {
		<-w.before.ready
		line = w.before.line
	}
	first := bytes.IndexByte(w.Head, '\n')
	if first < 0 {
		first = len(w.Head)
	}
	switch {
	case len(line)+first > MaxLine:
		w.Text, err = nil, errLong
		line, n = nil, 0
	case n > 0:
		w.Edge = append(line, w.Head[:n]...)
	case len(w.Head) > 0:
		line = append(line, w.Head...)
	case !w.isPacked:
		w.Edge = line // nothing follows
	}
	if first == len(w.Head) {
		w.after.line = line
		close(w.after.ready)
	}
	return err
}
