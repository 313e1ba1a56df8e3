package normalise

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"

	"varpanel/hts/fault"
	"varpanel/hts/vcf"
	"varpanel/reference/allele"
	"varpanel/reference/genome"
)

// Check says what happens to a record whose alleles the reference or the
// specification gainsays.
type Check struct {
	Warn    bool // say it, and keep the record as it is
	Exclude bool // leave the record out
}

// ParseCheck reads the letters of `bcftools norm -c`: e, w, x, or w and x; e, the
// zero Check, makes such a record an error.
func ParseCheck(letters string) (Check, error) {
	var c Check
	for _, l := range letters {
		switch l {
		case 'e':
			return Check{}, nil
		case 'w':
			c.Warn = true
		case 'x':
			c.Exclude = true
		default:
			return c, fault.Usagef("--check-ref %q: e (error), w (warn) or x (exclude)", letters)
		}
	}
	return c, nil
}

// Options are those of `bcftools norm`.
type Options struct {
	Path  string // for messages
	Split bool   // one record for each ALT
	// Sequence is compared with REF and says how far alleles move. nil compares
	// and moves nothing.
	Sequence genome.Sequence
	Source   string                      // the sequence's name, for messages
	Contig   func(string) (string, bool) // the sequence's name of the file's contig
	Check    Check
	Remove   Duplicates
	OldTag   string // INFO key that tells what a changed record was; "" for none
}

// Rewriter rewrites records one by one, as `bcftools norm` does: alleles of a
// record are aligned together, or each by itself where the record is split. Each
// worker has its own.
type Rewriter struct {
	splitter
	contigs
	o      Options
	record vcf.Record
	place  allele.Place
}

// NewRewriter makes a Rewriter for the records of a file.
func NewRewriter(h *vcf.Header, o Options) *Rewriter {
	return &Rewriter{splitter: splitter{header: h}, contigs: contigs{contig: o.Contig}, o: o}
}

// note is something to say about a record.
type note struct {
	column string
	text   string
	key    string // of INFO or FORMAT: said once
	left   bool   // the record was left out for it
	fatal  bool   // where Check neither warns nor excludes
}

// Batch rewrites the lines of a batch. An error is one of a line, or of reading
// the reference.
func (w *Rewriter) Batch(b *Batch) error {
	b.records, b.notes = b.records[:0], b.notes[:0]
	if b.page == nil {
		b.page = new(page)
	}
	for i := range b.ends {
		line := b.line(i)
		err := w.record.Parse(line)
		if err == nil {
			err = w.header.Fits(&w.record)
		} else if w.noAllele(b, line, err) {
			continue
		}
		if err == nil {
			err = w.rewrite(b)
		}
		if err != nil {
			if fault.KindOf(err) == 0 && !isColumnError(err) {
				return fmt.Errorf("%s: %s: %w", w.o.Path, b.place(i), err)
			}
			return vcf.FaultAt(w.o.Path, b.place(i), err)
		}
	}
	return nil
}

func isColumnError(err error) bool {
	var c *vcf.ColumnError
	return errors.As(err, &c)
}

// noAllele takes a record whose only fault is an ALT that is no allele, where
// Check says so: such a record is kept as it stands, or left out.
func (w *Rewriter) noAllele(b *Batch, line []byte, err error) bool {
	var c *vcf.ColumnError
	if !errors.As(err, &c) || c.Column != vcf.Alt.String() || w.o.Sequence == nil || w.o.Check == (Check{}) {
		return false
	}
	columns := bytes.SplitN(line, []byte{'\t'}, 6)
	if len(columns) < 6 {
		return false
	}
	pos, p := vcf.Int(columns[1])
	if p != vcf.Present {
		return false
	}
	b.records = append(b.records, rewritten{
		lines: len(b.page.ends), notes: len(b.notes),
		contig: len(columns[0]), pos: pos - 1, ref: columns[3], alts: columns[4],
	})
	b.notes = append(b.notes, note{column: c.Column, text: c.Msg, left: w.o.Check.Exclude})
	if !w.o.Check.Exclude {
		b.page.text = append(b.page.text, line...)
		b.page.end(pos - 1)
	}
	return true
}

// rewrite appends what the record becomes.
func (w *Rewriter) rewrite(b *Batch) error {
	r := &w.record
	b.records = append(b.records, rewritten{
		lines: len(b.page.ends), notes: len(b.notes),
		split:  w.o.Split && r.NAlt() > 1,
		contig: len(r.Chrom()), pos: r.Pos(), ref: r.Ref(), alts: r.Alts(),
	})
	if w.o.Sequence != nil {
		w.resolve(r.Chrom())
		if !w.known {
			return fault.Inputf("", "CHROM", "%s has no contig %s", w.o.Source, w.lastIn).
				WithHint("normalise with the reference that the VCF was made with")
		}
	}
	if !b.records[len(b.records)-1].split {
		return w.line(b, -1)
	}
	for alt := range r.NAlt() {
		if err := w.line(b, alt); err != nil {
			return err
		}
	}
	return nil
}

// line appends the record's line of one ALT, or with all of them for -1.
func (w *Rewriter) line(b *Batch, alt int) error {
	r := &w.record
	w.begin()
	p := &w.place
	p.Contig, p.Pos = w.lastOut, r.Pos()
	p.Alleles = append(p.Alleles[:0], r.Ref())
	for i := range r.NAlt() {
		if alt < 0 || i == alt {
			p.Alleles = append(p.Alleles, r.Alt(i))
		}
	}
	pos, keep := r.Pos(), true
	if alt >= 0 {
		w.edit.SetColumn(vcf.Alt, r.Alt(alt))
		w.setOld(r.Alts(), alt)
	}
	changed := false
	if w.o.Sequence != nil && pos >= 0 {
		var err error
		if pos, changed, keep, err = w.normalise(b, alt); err != nil {
			return err
		}
	}
	if !keep {
		return nil
	}
	b.records[len(b.records)-1].moved = b.records[len(b.records)-1].moved || changed
	text := b.page.text
	switch {
	case alt >= 0:
		text = w.appendLine(text, r, alt)
		for _, key := range w.unsplit {
			b.notes = append(b.notes, note{key: key})
		}
	case changed:
		text = w.edit.Append(text, r)
	default:
		text = append(text, r.Line()...)
	}
	b.page.text = text
	b.page.end(pos)
	if len(text) > maxPage {
		return fault.Inputf("", "ALT", "splitting %d alleles makes more than %d bytes of lines", r.NAlt(), maxPage)
	}
	return nil
}

// normalise makes the edits that compare the alleles with the reference and
// move them. keep is false where the record is to be left out.
func (w *Rewriter) normalise(b *Batch, alt int) (pos int, changed, keep bool, err error) {
	r, p := &w.record, &w.place
	pos = r.Pos()
	agrees, err := p.Agrees(w.o.Sequence)
	if err != nil {
		return pos, false, false, err
	}
	if !agrees {
		return pos, false, !w.o.Check.Exclude, w.gainsaid(b)
	}
	if len(p.Alleles) == 1 {
		// A record without an ALT speaks of its first base.
		if len(r.Ref()) > 1 {
			w.edit.SetColumn(vcf.Ref, r.Ref()[:1])
			changed = true
		}
		return pos, changed, true, nil
	}
	for _, a := range p.Alleles[1:] {
		switch {
		case vcf.KindOfAlt(a) != vcf.SequenceAlt:
			return pos, false, true, nil // its place is not its bases'
		case !onlyBases(a):
			b.notes = append(b.notes, note{column: "ALT", fatal: true, left: w.o.Check.Exclude,
				text: short(a) + " has other bases than A, C, G, T and N"})
			return pos, false, !w.o.Check.Exclude, nil
		case bytes.EqualFold(a, p.Alleles[0]):
			b.notes = append(b.notes, note{column: "ALT", fatal: true, text: short(a) + " is REF itself"})
			return pos, false, true, nil
		}
	}
	if pos, changed, err = p.Align(w.o.Sequence); err != nil || !changed {
		return pos, false, true, err
	}
	return pos, true, true, w.move(pos, alt)
}

// gainsaid notes that REF is not the reference.
func (w *Rewriter) gainsaid(b *Batch) error {
	p := &w.place
	text := short(p.Alleles[0]) + " is not what " + w.o.Source + " has there"
	if length, _ := w.o.Sequence.Length(p.Contig); p.Pos+len(p.Alleles[0]) > length {
		text = fmt.Sprintf("%s reaches past the end of %s in %s, which has %d bases", short(p.Alleles[0]), w.lastIn, w.o.Source, length)
	} else if n := len(p.Alleles[0]); n <= shortBases {
		there, err := w.o.Sequence.Bases(p.Contig, p.Pos, p.Pos+n)
		if err != nil {
			return err
		}
		text += " (" + string(there) + ")"
	}
	b.notes = append(b.notes, note{column: "REF", fatal: true, left: w.o.Check.Exclude, text: text})
	return nil
}

// move writes the alleles' new place into the record's columns. END, where it is
// there, is the end of REF again.
func (w *Rewriter) move(pos, alt int) error {
	r, p := &w.record, &w.place
	if alt < 0 {
		w.setOld(r.Alts(), alt)
	}
	start := len(w.text)
	w.text = strconv.AppendInt(w.text, int64(pos)+1, 10)
	w.edit.SetColumn(vcf.Pos, w.since(start))
	start = len(w.text)
	var err error
	if w.text, err = p.Append(w.text, 0, w.o.Sequence); err != nil {
		return err
	}
	ref := w.since(start)
	w.edit.SetColumn(vcf.Ref, ref)
	start = len(w.text)
	for i := 1; i < len(p.Alleles); i++ {
		if i > 1 {
			w.text = append(w.text, ',')
		}
		if w.text, err = p.Append(w.text, i, w.o.Sequence); err != nil {
			return err
		}
	}
	w.edit.SetColumn(vcf.Alt, w.since(start))
	if v, there := r.InfoValue("END"); there == vcf.Present {
		if _, there := vcf.Int(v); there == vcf.Present {
			start = len(w.text)
			w.text = strconv.AppendInt(w.text, int64(pos+len(ref)), 10)
			w.edit.SetInfo("END", w.since(start))
		}
	}
	return nil
}

// since gives what was appended to the line's scratch text. It stays as it is
// when more is appended.
func (w *Rewriter) since(start int) []byte { return w.text[start:len(w.text):len(w.text)] }

// setOld writes what the record was into INFO, unless an earlier run wrote it.
// alt is -1 where the record is not split.
func (w *Rewriter) setOld(alts []byte, alt int) {
	r := &w.record
	if w.o.OldTag == "" {
		return
	}
	if _, there := r.InfoValue(w.o.OldTag); there != vcf.Missing {
		return
	}
	start := len(w.text)
	w.text = append(append(w.text, r.Chrom()...), '|')
	w.text = append(strconv.AppendInt(w.text, int64(r.Pos())+1, 10), '|')
	w.text = append(append(w.text, r.Ref()...), '|')
	w.text = append(w.text, alts...)
	if alt >= 0 {
		w.text = strconv.AppendInt(append(w.text, '|'), int64(alt)+1, 10)
	}
	w.edit.SetInfo(w.o.OldTag, w.since(start))
}

// onlyBases says whether an allele has no other codes than A, C, G, T and N.
func onlyBases(a []byte) bool {
	for _, b := range a {
		switch b &^ 0x20 {
		case 'A', 'C', 'G', 'T', 'N':
		default:
			return false
		}
	}
	return true
}

// shortBases is how much of an allele a message shows.
const shortBases = 20

func short(a []byte) string {
	if len(a) > shortBases {
		return string(a[:shortBases]) + "..."
	}
	return string(a)
}
