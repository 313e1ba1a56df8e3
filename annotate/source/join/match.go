package join

import (
	"strings"

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

// asked is the record that is being annotated.
type asked struct {
	contig     string // as the record spells it
	known      string // as the reference calls it, "" without one
	start, end int    // what it spans, 0-based half-open
	from, to   int    // where a source's spelling of it may stand
	ref        string
	alts       []string
	changes    []change // one an ALT; of a symbolic ALT the zero value
	sequence   []bool   // whether ALT i is bases
}

// begin takes the next record.
func (q *asked) begin(r *vcf.Record, known string, seq allele.Sequence) error {
	q.contig, q.known = string(r.Chrom()), known
	q.start, q.end = r.Pos(), max(r.RefEnd(), r.Pos()+1)
	q.from, q.to = q.start, q.end
	q.ref = strings.ToUpper(string(r.Ref()))
	q.alts, q.changes, q.sequence = q.alts[:0], q.changes[:0], q.sequence[:0]
	for i := range r.NAlt() {
		alt := strings.ToUpper(string(r.Alt(i)))
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

// changesOf gives the entry's alleles, trimmed; indels are left-aligned where
// the asked record's reference is known.
func (e *entry) changesOf(l *layout, q *asked, seq allele.Sequence) ([]change, error) {
	if len(e.alleles) > 0 {
		return e.alleles, nil
	}
	add := func(ref, alt string) error {
		c := trim(e.start, strings.ToUpper(ref), strings.ToUpper(alt))
		if c.indel() && seq != nil && q.known != "" {
			var err error
			if c, err = c.alignLeft(q.known, seq); err != nil {
				return err
			}
		}
		e.alleles = append(e.alleles, c)
		return nil
	}
	if l.format != formatVCF {
		return e.alleles, add(string(e.columns[l.ref]), string(e.columns[l.alt]))
	}
	for i := range e.record.NAlt() {
		if vcf.KindOfAlt(e.record.Alt(i)) != vcf.SequenceAlt {
			e.alleles = append(e.alleles, change{pos: -1})
			continue
		}
		if err := add(string(e.record.Ref()), string(e.record.Alt(i))); err != nil {
			return nil, err
		}
	}
	return e.alleles, nil
}

// match is one entry and, for ALT i of the record, the number of the entry's
// own ALT that is the same allele, or -1.
type match struct {
	e    *entry
	alts []int
}

// matches keeps the entries that match the record: by allele where the source
// has alleles, else all that overlap it.
func (l *layout) matches(found []*entry, q *asked, seq allele.Sequence, dst []match) ([]match, error) {
	dst = dst[:0]
	for _, e := range found {
		if !l.hasAlleles() {
			if e.start < q.end && e.end > q.start {
				dst = append(dst, match{e: e})
			}
			continue
		}
		theirs, err := e.changesOf(l, q, seq)
		if err != nil {
			return nil, err
		}
		m := match{e: e, alts: make([]int, len(q.alts))}
		any := false
		for i := range q.alts {
			m.alts[i] = -1
			for j, c := range theirs {
				if l.sameAllele(q, i, e, j, c) {
					m.alts[i], any = j, true
					break
				}
			}
		}
		if any {
			dst = append(dst, m)
		}
	}
	return dst, nil
}

func (l *layout) hasAlleles() bool { return l.format == formatVCF || l.ref >= 0 }

// sameAllele compares ALT i with the entry's ALT j. Symbolic alleles are the
// same by position and text.
func (l *layout) sameAllele(q *asked, i int, e *entry, j int, c change) bool {
	if q.sequence[i] {
		return c == q.changes[i] && c.pos >= 0
	}
	return l.format == formatVCF && c.pos < 0 && e.start == q.start && string(e.record.Alt(j)) == q.alts[i]
}
