package consequence

import (
	"slices"

	"varpanel/reference/allele"
	"varpanel/reference/genome"
	"varpanel/reference/transcript"
)

// placement is one allele without padding, and how far an insertion or a
// deletion can be moved without changing the haplotype.
type placement struct {
	contig      string
	start, end  int    // genomic span of the replaced bases, 0-based half-open; equal for an insertion
	ref, alt    []byte // plus strand, no common first or last base
	left, right int    // bases by which an insertion or deletion can move
}

// window is how many bases of flank are read at first when an allele is
// shifted; it doubles while the repeat goes on.
const window = 64

// place trims an allele and finds the span of its equivalent spellings.
func place(seq genome.Sequence, a allele.Allele) (placement, error) {
	ref, alt, start := a.Ref, a.Alt, a.Pos
	for len(ref) > 0 && len(alt) > 0 && ref[len(ref)-1] == alt[len(alt)-1] {
		ref, alt = ref[:len(ref)-1], alt[:len(alt)-1]
	}
	for len(ref) > 0 && len(alt) > 0 && ref[0] == alt[0] {
		ref, alt = ref[1:], alt[1:]
		start++
	}
	p := placement{contig: a.Contig, start: start, end: start + len(ref), ref: bytesOf(ref), alt: bytesOf(alt)}
	if (len(ref) == 0) == (len(alt) == 0) {
		return p, nil
	}
	length, ok := seq.Length(a.Contig)
	if !ok {
		return p, nil
	}
	cycle := ref + alt // one of them is empty
	var err error
	if p.right, err = shiftRight(seq, p, cycle, length); err != nil {
		return p, err
	}
	p.left, err = shiftLeft(seq, p, cycle)
	return p, err
}

func shiftRight(seq genome.Sequence, p placement, cycle string, length int) (int, error) {
	n := 0
	for size := window; p.end+n < length; size *= 2 {
		from := p.end + n
		bases, err := seq.Bases(p.contig, from, min(from+size, length))
		if err != nil {
			return 0, err
		}
		for _, b := range bases {
			if b != cycle[n%len(cycle)] || b == 'N' {
				return n, nil
			}
			n++
		}
	}
	return n, nil
}

func shiftLeft(seq genome.Sequence, p placement, cycle string) (int, error) {
	n := 0
	for size := window; p.start-n > 0; size *= 2 {
		to := p.start - n
		bases, err := seq.Bases(p.contig, max(0, to-size), to)
		if err != nil {
			return 0, err
		}
		for _, b := range slices.Backward(bases) {
			if b != cycle[len(cycle)-1-n%len(cycle)] || b == 'N' {
				return n, nil
			}
			n++
		}
	}
	return n, nil
}

// shifted gives the placement at its most 3' place on a strand.
func (p *placement) shifted(s transcript.Strand) placement {
	shift := p.right
	if s == transcript.Minus {
		shift = -p.left
	}
	return placement{
		contig: p.contig, start: p.start + shift, end: p.end + shift, ref: rotate(p.ref, shift), alt: rotate(p.alt, shift),
		left: p.left + shift, right: p.right - shift,
	}
}

// on gives the change at its most 3' place on a strand: the genomic span, and
// the bases on that strand.
func (p *placement) on(s transcript.Strand) (start, end int, ref, alt []byte) {
	start, end, ref, alt = p.start, p.end, p.ref, p.alt
	if p.left+p.right > 0 {
		at := p.shifted(s)
		start, end, ref, alt = at.start, at.end, at.ref, at.alt
	}
	if s == transcript.Minus {
		ref, alt = reverseComplement(ref), reverseComplement(alt)
	}
	return start, end, ref, alt
}

// single holds every byte at its own value, so that an allele of one base needs
// no space of its own. Nothing writes to it.
var single = func() (t [256]byte) {
	for i := range t {
		t[i] = byte(i)
	}
	return t
}()

// bytesOf gives a string's bytes, which must not be written to.
func bytesOf(s string) []byte {
	if len(s) == 1 {
		return single[s[0] : int(s[0])+1 : int(s[0])+1]
	}
	return []byte(s)
}

// reverseComplement gives bases on the other strand; they must not be written to.
func reverseComplement(bases []byte) []byte {
	if len(bases) != 1 {
		return transcript.AppendReverseComplement(nil, bases)
	}
	var space [1]byte
	c := transcript.AppendReverseComplement(space[:0], bases)[0]
	return single[c : int(c)+1 : int(c)+1]
}

// rotate gives the bases of an insertion or deletion after a shift.
func rotate(bases []byte, shift int) []byte {
	if shift == 0 || len(bases) == 0 {
		return bases
	}
	n := shift % len(bases)
	if n < 0 {
		n += len(bases)
	}
	return slices.Concat(bases[n:], bases[:n])
}
