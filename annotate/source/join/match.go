package join

import (
	"varpanel/hts/fault"
	"varpanel/hts/vcf"
	"varpanel/reference/allele"
)

// State tells how a source stands to an ALT.
type State string

const (
	Found      State = "found"
	NoValue    State = "no-value"    // a matching entry, without any of the fields
	Absent     State = "absent"      // the source covers the contig and has no such entry
	NotCovered State = "not-covered" // the source has nothing on the contig
)

// asked is a record that is being annotated.
type asked struct {
	contig     string // as the record spells it
	known      string // as the reference calls it, "" without one
	start, end int    // what it spans, 0-based half-open
	from, to   int    // where a source's spelling of its sequence alleles may stand
	ref        string
	alts       []string
	changes    []change // one an ALT; of a symbolic ALT the zero value
	sequence   []bool   // whether ALT i is bases
}

// begin takes a record.
func (q *asked) begin(r *vcf.Record, contig, known string, seq allele.Sequence) error {
	q.contig, q.known = contig, known
	q.start, q.end = r.Pos(), max(r.RefEnd(), r.Pos()+1)
	q.ref = vcf.Upper(r.Ref())
	q.from, q.to = q.start, q.start+len(q.ref)
	q.alts, q.changes, q.sequence = q.alts[:0], q.changes[:0], q.sequence[:0]
	for i := range r.NAlt() {
		alt := vcf.Upper(r.Alt(i))
		q.alts = append(q.alts, alt)
		if vcf.KindOfAlt(r.Alt(i)) != vcf.SequenceAlt {
			q.changes, q.sequence = append(q.changes, change{}), append(q.sequence, false)
			continue
		}
		c := trim(q.start, q.ref, alt)
		q.sequence = append(q.sequence, true)
		if c.indel() && seq != nil && known != "" {
			left, err := c.alignLeft(known, seq)
			if err != nil {
				return err
			}
			right, err := c.farRight(known, seq)
			if err != nil {
				return err
			}
			q.from, q.to = min(q.from, left.pos-1), max(q.to, right+1)
			c = left
		}
		q.changes = append(q.changes, c)
	}
	q.from = max(q.from, 0)
	return nil
}

// reach is where entries of a layout are looked for: a source with alleles has
// the record's at its place or where the reference lets an indel stand; of
// others all that overlap the record count.
func (q *asked) reach(l *layout) (from, to int) {
	if l.hasAlleles() {
		return q.from, q.to
	}
	return q.start, q.end
}

// indel tells whether a change only inserts or only deletes.
func (c change) indel() bool { return (c.ref == "") != (c.alt == "") }

func (c change) bases() string { return c.ref + c.alt }

// window is how many bases are looked at a time.
const window = 64

// alignLeft moves an insertion or deletion left as far as its bases repeat.
func (c change) alignLeft(contig string, seq allele.Sequence) (change, error) {
	text := []byte(c.bases())
	pos := c.pos
	for pos > 0 {
		from := max(0, pos-window)
		before, err := seq.Bases(contig, from, pos)
		if err != nil {
			return c, err
		}
		i := len(before)
		for i > 0 && before[i-1] == text[len(text)-1] && before[i-1] != 'N' {
			copy(text[1:], text[:len(text)-1])
			text[0] = before[i-1]
			i--
		}
		pos = from + i
		if i > 0 {
			break
		}
	}
	if c.ref == "" {
		return change{pos: pos, alt: string(text)}, nil
	}
	return change{pos: pos, ref: string(text)}, nil
}

// farRight gives the end of the place that an insertion or deletion may be
// spelt at: the base after its rightmost spelling.
func (c change) farRight(contig string, seq allele.Sequence) (int, error) {
	length, _ := seq.Length(contig)
	text := []byte(c.bases())
	pos := c.pos + len(c.ref)
	for pos < length {
		to := min(length, pos+window)
		after, err := seq.Bases(contig, pos, to)
		if err != nil {
			return 0, err
		}
		i := 0
		for i < len(after) && after[i] == text[0] && after[i] != 'N' {
			copy(text, text[1:])
			text[len(text)-1] = after[i]
			i++
		}
		pos += i
		if i < len(after) {
			break
		}
	}
	return pos, nil
}

// hit is an entry that is looked at, with its columns.
type hit struct {
	start   int
	record  vcf.Record // of a VCF
	columns [][]byte   // of BED and tables
	alts    []int      // for each ALT of the record the number of the entry's ALT that is the same allele, or -1; empty without alleles
}

func (h *hit) ref(l *layout) []byte {
	if l.format == formatVCF {
		return h.record.Ref()
	}
	return h.columns[l.ref]
}

func (h *hit) nAlt(l *layout) int {
	if l.format == formatVCF {
		return h.record.NAlt()
	}
	return 1
}

func (h *hit) alt(l *layout, j int) []byte {
	if l.format == formatVCF {
		return h.record.Alt(j)
	}
	return h.columns[l.alt]
}

// match finds the entries that match record i of the batch: by allele where the
// source has alleles, else all that overlap it.
func (s *sweep) match(i int, q *asked, seq allele.Sequence) error {
	s.forget()
	l := &s.f.layout
	from, to := q.reach(l)
	near := s.around(i, from, to)
	for k := range near {
		e := &near[k]
		if e.end <= from || e.start >= to {
			continue
		}
		h, err := s.hit(e)
		if err != nil {
			return err
		}
		same := true
		if l.hasAlleles() {
			if err := s.f.agrees(h, q); err != nil {
				return err
			}
			if same, err = h.compare(l, q, seq); err != nil {
				return err
			}
		}
		if same {
			s.hits = append(s.hits, h)
		} else {
			s.unused = append(s.unused, h)
		}
	}
	return nil
}

// agrees refuses an entry whose REF has another base than the record's at a
// place that both span: one of them is of another assembly.
func (f *file) agrees(h *hit, q *asked) error {
	ref := h.ref(&f.layout)
	for at := max(h.start, q.start); at < min(h.start+len(ref), q.start+len(q.ref)); at++ {
		a, b := ref[at-h.start]&^0x20, q.ref[at-q.start]
		if a != b && isBase(a) && isBase(b) {
			return fault.Inputf(f.path, position([]byte(q.contig), at), "REF has %c, the file to annotate has %c: this source is of another assembly, or one of the records is broken", a, b)
		}
	}
	return nil
}

func isBase(b byte) bool { return b == 'A' || b == 'C' || b == 'G' || b == 'T' }

// compare fills alts and tells whether any is the same.
func (h *hit) compare(l *layout, q *asked, seq allele.Sequence) (any bool, err error) {
	h.alts = h.alts[:0]
	for range q.alts {
		h.alts = append(h.alts, -1)
	}
	ref := vcf.Upper(h.ref(l))
	for j := range h.nAlt(l) {
		alt := h.alt(l, j)
		symbolic := l.format == formatVCF && vcf.KindOfAlt(alt) != vcf.SequenceAlt
		var c change
		if !symbolic {
			if c, err = q.spell(trim(h.start, ref, vcf.Upper(alt)), seq); err != nil {
				return false, err
			}
		}
		for i := range q.alts {
			var same bool
			if symbolic { // by position and text
				same = !q.sequence[i] && h.start == q.start && vcf.Upper(alt) == q.alts[i]
			} else {
				same = q.sequence[i] && c == q.changes[i]
			}
			if same && h.alts[i] < 0 {
				h.alts[i], any = j, true
			}
		}
	}
	return any, nil
}

// spell left-aligns an entry's indel where the record's reference is known and
// the record has one of the same kind and size.
func (q *asked) spell(c change, seq allele.Sequence) (change, error) {
	if !c.indel() || seq == nil || q.known == "" {
		return c, nil
	}
	for _, own := range q.changes {
		if len(own.ref) == len(c.ref) && len(own.alt) == len(c.alt) {
			return c.alignLeft(q.known, seq)
		}
	}
	return c, nil
}

func (l *layout) hasAlleles() bool { return l.ref >= 0 }
