package transcript

import (
	"slices"
	"sort"

	"varpanel/reference/genome"
)

// Map carries positions between the genome, the spliced transcript and, through
// CDSStart and CDSEnd, the coding sequence. It is immutable.
//
// Where the transcript's own sequence has gaps against the genome its positions
// are those of its own sequence: a base that only the transcript has is on no
// place of the genome, and genomic bases inside an exon that the transcript lacks
// count like an intron's, from the nearer base that it has.
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

	starts []int   // transcript offset of each exon, in transcript order; one more holds Length
	blocks []Block // ascending by genomic position
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
	m.blocks = t.blocks()
	m.setStarts()
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

// setStarts finds where each exon begins on the transcript, and the length.
func (m *Map) setStarts() {
	for i := range m.Exons() {
		e := m.Exon(i)
		m.starts = append(m.starts, m.Length)
		if m.Transcript.Alignment == nil {
			m.Length += e.End - e.Start
			continue
		}
		for _, b := range m.blocks {
			if b.Start >= e.Start && b.End <= e.End {
				m.Length = max(m.Length, b.Offset+b.End-b.Start)
			}
		}
	}
	m.starts = append(m.starts, m.Length)
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
	blocks := m.blocks
	// The first block by genomic position that ends after pos.
	g := sort.Search(len(blocks), func(i int) bool { return blocks[i].End > pos })
	if g == len(blocks) {
		return Position{}, false
	}
	minus := m.Transcript.Strand == Minus
	b := blocks[g]
	if pos >= b.Start {
		if minus {
			return Position{Base: b.Offset + b.End - 1 - pos}, true
		}
		return Position{Base: b.Offset + pos - b.Start}, true
	}
	if g == 0 {
		return Position{}, false
	}
	a := blocks[g-1]
	left, right := pos-a.End+1, b.Start-pos // distance to the blocks around, from 1
	if minus {
		// b is the block before the intron in the transcript's direction.
		if right <= left {
			return Position{Base: b.Offset + b.End - b.Start - 1, Offset: right}, true
		}
		return Position{Base: a.Offset, Offset: -left}, true
	}
	if left <= right {
		return Position{Base: a.Offset + a.End - a.Start - 1, Offset: left}, true
	}
	return Position{Base: b.Offset, Offset: -right}, true
}

// Genomic gives the 0-based genomic base of a position, and false where the
// transcript has no such base, or only its own sequence has it. An offset is
// taken from its base whatever the intron's length, but only at the end of an
// exon (of a block) and inside the intron there; one before the first or after
// the last exon runs into the flank.
func (m *Map) Genomic(p Position) (int, bool) {
	i := m.blockOf(p.Base)
	if i < 0 {
		return 0, false
	}
	b := m.blocks[i]
	within, length := p.Base-b.Offset, b.End-b.Start
	if p.Offset > 0 && within != length-1 || p.Offset < 0 && within != 0 {
		return 0, false
	}
	before, after := i-1, i+1 // the neighbours in the direction of the transcript
	minus := m.Transcript.Strand == Minus
	if minus {
		before, after = after, before
	}
	if p.Offset > 0 && m.has(after) && p.Offset > m.gap(i, after) || p.Offset < 0 && m.has(before) && -p.Offset > m.gap(i, before) {
		return 0, false
	}
	within += p.Offset
	if minus {
		return b.End - 1 - within, true
	}
	return b.Start + within, true
}

func (m *Map) has(i int) bool { return i >= 0 && i < len(m.blocks) }

// gap gives the genomic bases between two neighbouring blocks.
func (m *Map) gap(i, j int) int {
	return m.blocks[max(i, j)].Start - m.blocks[min(i, j)].End
}

// blockOf gives the block that holds a transcript position, or -1.
func (m *Map) blockOf(base int) int {
	n := len(m.blocks)
	at := func(k int) Block { // the k-th in the direction of the transcript
		if m.Transcript.Strand == Minus {
			k = n - 1 - k
		}
		return m.blocks[k]
	}
	k := sort.Search(n, func(k int) bool { return at(k).Offset > base }) - 1
	if k < 0 || base < 0 || base >= at(k).Offset+at(k).End-at(k).Start {
		return -1
	}
	if m.Transcript.Strand == Minus {
		return n - 1 - k
	}
	return k
}

// Intron gives the genomic span of the intron after the i-th exon.
func (m *Map) Intron(i int) (start, end int) {
	a, b := m.Exon(i), m.Exon(i+1)
	if m.Transcript.Strand == Minus {
		a, b = b, a
	}
	return a.End, b.Start
}

// Room is space that SplicedIn uses again. The zero value is ready.
type Room struct{ spliced, read []byte }

// Spliced reads the spliced sequence in the direction of the transcript from the
// genome. Bases that only the transcript's own sequence has are N.
func (m *Map) Spliced(seq genome.Sequence) ([]byte, error) { return m.SplicedIn(new(Room), seq) }

// SplicedIn is Spliced, in room that the next call uses again.
func (m *Map) SplicedIn(r *Room, seq genome.Sequence) ([]byte, error) {
	r.spliced = slices.Grow(r.spliced[:0], m.Length)[:m.Length]
	out := r.spliced
	at := 0 // the first base that no block before gave
	if m.Transcript.Strand == Minus {
		at = m.Length
	}
	var bases []byte // of the genome from the base from on
	from := 0
	for i, b := range m.blocks { // in the order of the genome, as it is read best
		if b.End > from+len(bases) {
			var err error
			from = b.Start
			if r.read, err = genome.AppendBases(r.read[:0], seq, m.Transcript.Contig, from, m.readTo(i)); err != nil {
				return nil, err
			}
			bases = r.read
		}
		bases := bases[b.Start-from : b.End-from]
		end := b.Offset + b.End - b.Start
		if m.Transcript.Strand == Minus {
			unknown(out[end:at])
			AppendReverseComplement(out[:b.Offset], bases)
			at = b.Offset
			continue
		}
		unknown(out[at:b.Offset])
		copy(out[b.Offset:], bases)
		at = end
	}
	if m.Transcript.Strand == Minus {
		unknown(out[:at])
	} else {
		unknown(out[at:])
	}
	return out, nil
}

// A short intron is read with the exons around it, for an access to the file
// costs as much as some thousand bases; mostRead bounds what is read at once.
const (
	shortIntron = 4 << 10
	mostRead    = 64 << 10
)

// readTo gives the end of what is read at once from block i on.
func (m *Map) readTo(i int) int {
	start, end := m.blocks[i].Start, m.blocks[i].End
	for _, b := range m.blocks[i+1:] {
		if b.Start-end > shortIntron || b.End-start > mostRead {
			break
		}
		end = b.End
	}
	return end
}

func unknown(bases []byte) {
	for i := range bases {
		bases[i] = 'N'
	}
}
