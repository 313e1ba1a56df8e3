package annotate

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"

	"varpanel/hts/fault"
	"varpanel/hts/vcf"
	stage "varpanel/stages/annotate"
	"varpanel/stages/scan"
)

// batch is what circulates: a stretch of the file in, annotated lines out.
type batch struct {
	scan.Whole
	out    []byte
	coding []stage.CodingRecord // of out: what phased alleles may change together

	lines   int       // records
	opens   []opening // those of them that begin a contig
	contig  string    // of the last record
	pos     int
	blank   int // how many records stand before an empty line; -1: there is none
	err     error
	at      int    // how many records stand before err
	badLine []byte // that err speaks of
}

// opening is the first record of a contig in a batch.
type opening struct {
	contig string
	pos    int
	at     int // how many of the batch's records stand before it
}

func (b *batch) reset() {
	b.out, b.coding, b.opens = b.out[:0], b.coding[:0], b.opens[:0]
	b.lines, b.blank = 0, -1
	b.err, b.at, b.badLine = nil, 0, nil
}

// stop ends the batch with an error that gets its place in the sink, where the
// lines before it are counted.
func (b *batch) stop(at int, line []byte, err error) { b.err, b.at, b.badLine = err, at, line }

// stretches gives a source of batches.
func stretches(in *scan.Reader) func(*batch) error {
	ended := false
	return func(b *batch) error {
		b.reset()
		if ended {
			return io.EOF
		}
		err := in.NextWhole(&b.Whole)
		if err != nil && !errors.Is(err, io.EOF) {
			ended = true
			b.stop(0, nil, err)
			return nil
		}
		return err
	}
}

var errEmpty = &vcf.ColumnError{Msg: "an empty line"}

// cut finds the batch's records and checks them, up to the first bad one.
func (w *annotator) cut(b *batch) {
	end := b.Lines()
	w.order.Reset()
	for _, text := range [...][]byte{b.Edge, b.Text} {
		for at := 0; at < len(text) && b.err == nil; {
			line := text[at:]
			if n := bytes.IndexByte(line, '\n'); n >= 0 {
				line = line[:n]
			}
			at += len(line) + 1
			line = bytes.TrimSuffix(line, cr)
			switch {
			case len(line) == 0: // only others like it may follow
				if b.blank < 0 {
					b.blank = b.lines
				}
				continue
			case b.blank >= 0:
				b.stop(b.blank, nil, errEmpty)
				return
			}
			if err := w.take(b, line); err != nil {
				b.stop(b.lines, line, err)
				return
			}
			b.lines++
		}
	}
	b.contig, b.pos = w.order.Contig(), w.order.Pos()
	if end != nil {
		b.stop(b.lines, nil, end)
	}
}

var cr = []byte{'\r'}

// take parses a record of the batch.
func (w *annotator) take(b *batch, line []byte) error {
	if b.lines == len(w.records) {
		w.records, w.names = append(w.records, vcf.Record{}), append(w.names, "")
	}
	r := &w.records[b.lines]
	if err := r.Parse(line); err != nil {
		return err
	}
	if err := w.header.Fits(r); err != nil {
		return err
	}
	chrom := r.Chrom()
	opens := string(chrom) != w.order.Contig()
	if err := w.order.Take(chrom, r.Pos()); err != nil {
		return err
	}
	if opens {
		b.opens = append(b.opens, opening{w.order.Contig(), r.Pos(), b.lines})
		w.known, _ = w.resolve(w.order.Contig())
	}
	w.names[b.lines] = w.known
	if w.sources == nil {
		return nil
	}
	return w.sources.Add(r, w.known)
}

// sink takes the batches in order: it checks the file over the batches' borders, and
// gives errors their place.
type sink struct {
	in    *scan.Reader
	write func(*batch) error
	order scan.Order
	lines int // before the batch
	blank int // of the file's records, how many stand before an empty line; -1: there is none
}

func (s *sink) take(b *batch) error {
	if s.blank >= 0 && (b.lines > 0 || b.badLine != nil) {
		return s.fault(errEmpty, nil, s.blank)
	}
	for _, o := range b.opens {
		if b.err != nil && o.at > b.at {
			break
		}
		if err := s.order.Take([]byte(o.contig), o.pos); err != nil {
			site := append(append([]byte(o.contig), '\t'), strconv.Itoa(o.pos+1)...)
			return s.fault(err, site, s.lines+o.at)
		}
	}
	if b.err != nil {
		return s.fault(b.err, b.badLine, s.lines+b.at)
	}
	if b.lines > 0 {
		if err := s.order.Take([]byte(b.contig), b.pos); err != nil {
			return err
		}
		if err := s.write(b); err != nil {
			return err
		}
	}
	if b.blank >= 0 && s.blank < 0 {
		s.blank = s.lines + b.blank
	}
	s.lines += b.lines
	return nil
}

// fault gives an error its file and place: that of a line, or of what follows a
// number of records. One that has a file of its own is a source's.
func (s *sink) fault(err error, line []byte, before int) error {
	var known *fault.Error
	var column *vcf.ColumnError
	switch {
	case errors.As(err, &known):
		if known.File != "" {
			return err
		}
	case errors.As(err, &column):
	case line == nil:
		return s.in.Place(err, before)
	default:
		return fmt.Errorf("%s: %s: %w", s.in.Path(), s.in.LinePlace(line, before), err)
	}
	return vcf.FaultAt(s.in.Path(), s.in.LinePlace(line, before), err)
}
