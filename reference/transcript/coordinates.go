package transcript

import (
	"sort"

	"varpanel/reference/genome"
)

// Map carries positions between the genome, the spliced transcript and, through
// CDSStart and CDSEnd, the coding sequence. It is immutable.
type Map struct {
	Transcript *Transcript
	// Length of the spliced transcript in bases.
	Length int
	// CDSStart and CDSEnd are the coding sequence in transcript coordinates,
	// 0-based half-open, in the direction of the transcript; both -1 without.
	CDSStart, CDSEnd int
	// Pad is how many bases the first codon of a CDS lacks at its 5' end: 0,
	// 1 or 2. Only an incomplete CDS has a pad.
	Pad int

	starts []int // transcript offset of each exon, in transcript order; one more holds Length
}

// Position is a base of the transcript's span, as HGVS counts it: a base of an
// exon, or an intron's base counted from the nearer exon end.
type Position struct {
	Base   int // 0-based transcript position of the exon base
	Offset int // 0 in an exon; +n or -n: the n-th intron base after or before Base
}

// NewMap makes the map of a transcript.
func NewMap(t *Transcript) *Map {
	m := &Map{Transcript: t, CDSStart: -1, CDSEnd: -1, starts: make([]int, 0, len(t.Exons)+1)}
	for i := range t.Exons {
		m.starts = append(m.starts, m.Length)
		e := m.Exon(i)
		m.Length += e.End - e.Start
	}
	m.starts = append(m.starts, m.Length)
	if t.CDSStart < 0 {
		return m
	}
	first, last := t.CDSStart, t.CDSEnd-1
	if t.Strand == Minus {
		first, last = last, first
	}
	if p, ok := m.Position(first); ok && p.Offset == 0 {
		m.CDSStart = p.Base
	}
	if p, ok := m.Position(last); ok && p.Offset == 0 {
		m.CDSEnd = p.Base + 1
	}
	if m.CDSStart < 0 || m.CDSEnd < m.CDSStart {
		m.CDSStart, m.CDSEnd = -1, -1
		return m
	}
	if phase := m.Exon(m.ExonOf(m.CDSStart)).Phase; phase > 0 {
		m.Pad = 3 - int(phase)
	}
	return m
}

// Exons gives the number of exons.
func (m *Map) Exons() int { return len(m.Transcript.Exons) }

// Exon gives the i-th exon (0-based) in the direction of the transcript, with
// its genomic coordinates.
func (m *Map) Exon(i int) Exon {
	if m.Transcript.Strand == Minus {
		i = len(m.Transcript.Exons) - 1 - i
	}
	return m.Transcript.Exons[i]
}

// ExonStart gives the transcript position of the i-th exon's first base;
// ExonStart(Exons()) is Length.
func (m *Map) ExonStart(i int) int { return m.starts[i] }

// ExonOf gives the exon that holds a transcript position, or -1.
func (m *Map) ExonOf(base int) int {
	if base < 0 || base >= m.Length {
		return -1
	}
	return sort.SearchInts(m.starts, base+1) - 1
}

// Position gives the place of the genomic base pos (0-based), and false where
// it lies outside the transcript's first and last exon. The middle base of an
// intron of odd length counts from the exon before it.
func (m *Map) Position(pos int) (Position, bool) {
	exons := m.Transcript.Exons
	// The first exon by genomic position that ends after pos.
	g := sort.Search(len(exons), func(i int) bool { return exons[i].End > pos })
	if g == len(exons) {
		return Position{}, false
	}
	minus := m.Transcript.Strand == Minus
	rank := g
	if minus {
		rank = len(exons) - 1 - g
	}
	e := exons[g]
	if pos >= e.Start {
		if minus {
			return Position{Base: m.starts[rank] + e.End - 1 - pos}, true
		}
		return Position{Base: m.starts[rank] + pos - e.Start}, true
	}
	if g == 0 {
		return Position{}, false
	}
	left, right := pos-exons[g-1].End+1, e.Start-pos // distance to the exons around, from 1
	if minus {
		// e is the exon before the intron in the transcript's direction.
		if right <= left {
			return Position{Base: m.starts[rank+1] - 1, Offset: right}, true
		}
		return Position{Base: m.starts[rank+1], Offset: -left}, true
	}
	if left <= right {
		return Position{Base: m.starts[rank] - 1, Offset: left}, true
	}
	return Position{Base: m.starts[rank], Offset: -right}, true
}

// Genomic gives the 0-based genomic base of a position, and false where the
// transcript has no such base. An offset is taken from its base whatever the
// intron's length, but only at an exon's end and inside the intron there; one
// before the first or after the last exon runs into the flank.
func (m *Map) Genomic(p Position) (int, bool) {
	i := m.ExonOf(p.Base)
	if i < 0 {
		return 0, false
	}
	e := m.Exon(i)
	if p.Offset > 0 && p.Base != m.starts[i+1]-1 || p.Offset < 0 && p.Base != m.starts[i] {
		return 0, false
	}
	if p.Offset > 0 && i+1 < m.Exons() && p.Offset > m.intronLength(i) ||
		p.Offset < 0 && i > 0 && -p.Offset > m.intronLength(i-1) {
		return 0, false
	}
	within := p.Base - m.starts[i] + p.Offset
	if m.Transcript.Strand == Minus {
		return e.End - 1 - within, true
	}
	return e.Start + within, true
}

// intronLength gives the bases between exon i and exon i+1.
func (m *Map) intronLength(i int) int {
	a, b := m.Exon(i), m.Exon(i+1)
	if m.Transcript.Strand == Minus {
		return a.Start - b.End
	}
	return b.Start - a.End
}

// Intron gives the genomic span of the intron after the i-th exon.
func (m *Map) Intron(i int) (start, end int) {
	a, b := m.Exon(i), m.Exon(i+1)
	if m.Transcript.Strand == Minus {
		a, b = b, a
	}
	return a.End, b.Start
}

// Spliced reads the spliced sequence in the direction of the transcript.
func (m *Map) Spliced(seq genome.Sequence) ([]byte, error) {
	out := make([]byte, 0, m.Length)
	for i := range m.Exons() {
		e := m.Exon(i)
		bases, err := seq.Bases(m.Transcript.Contig, e.Start, e.End)
		if err != nil {
			return nil, err
		}
		if m.Transcript.Strand == Minus {
			out = AppendReverseComplement(out, bases)
		} else {
			out = append(out, bases...)
		}
	}
	return out, nil
}
