package allele

import "strings"

// Sequence is what this package needs of a reference; genome.Sequence has it.
type Sequence interface {
	// Bases gives the upper-case bases of contig[start:end], 0-based half-open.
	Bases(contig string, start, end int) ([]byte, error)
	// Length gives the contig's length in bases and whether it is there.
	Length(contig string) (int, bool)
}

// window is how many bases of the reference are asked for at a time. It bounds
// memory, and never the distance that an allele is shifted.
const window = 512

// Stop says what ended the shift of an indel.
type Stop uint8

const (
	StopDone    Stop = iota // the normal form was reached
	StopUnknown             // an N: with other bases there the indel might go on
)

// LeftAlign gives the normal form of an allele: upper-case, trimmed, and an
// insertion or deletion shifted to the left for as long as the haplotype stays
// the same, however far that is (Tan, Abecasis and Kang 2015, "Unified
// representation of genetic variants", algorithm 1). An indel that reaches the
// start of its contig is anchored by the base after it. Symbolic alleles, and
// REF equal to ALT, are given back as they are; what is no pure indel is only
// trimmed.
//
// An unknown base (N) of the reference stops the shift, for nothing is known of
// the haplotype beyond it; LeftAlignStop tells. The allele's own REF is taken
// as it stands: Check compares it.
func LeftAlign(a Allele, seq Sequence) (Allele, error) {
	a, _, err := LeftAlignStop(a, seq)
	return a, err
}

// LeftAlignStop is LeftAlign, and says whether an unknown base ended the shift.
// Where the reference is a masked copy of a known one (a bundle's), the form is
// then perhaps not that of the whole reference.
func LeftAlignStop(a Allele, seq Sequence) (Allele, Stop, error) {
	if a.Ref == "" || IsSymbolic(a.Alt) {
		return a, StopDone, nil
	}
	a.Ref, a.Alt = strings.ToUpper(a.Ref), strings.ToUpper(a.Alt)
	if a.Ref == a.Alt {
		return a, StopDone, nil
	}
	ref, alt := a.Ref, a.Alt
	var after byte // the base that follows the indel, once one was cut off
	for ref != "" && alt != "" && ref[len(ref)-1] == alt[len(alt)-1] {
		after = ref[len(ref)-1]
		ref, alt = ref[:len(ref)-1], alt[:len(alt)-1]
	}
	if ref != "" && alt != "" {
		// They end in different bases, so nothing moves; a base that both
		// begin with stays only as an anchor.
		return Trim(Allele{a.Contig, a.Pos, ref, alt}), StopDone, nil
	}
	s := indel{contig: a.Contig, pos: a.Pos, bases: ref + alt, after: after}
	stop, err := s.shift(seq)
	if err != nil {
		return a, stop, err
	}
	a, err = s.anchored(seq, ref != "")
	return a, stop, err
}

// indel is bases that are inserted before, or deleted from, a position. A shift
// turns them like a ring, so that its cost does not depend on their number.
type indel struct {
	contig string
	pos    int // 0-based: before this base, or from it on
	bases  string
	turned int  // how many of the last bases stand in front now
	after  byte // the reference's base behind the indel
}

// shift moves the indel left until the base before it is not its last one.
func (s *indel) shift(seq Sequence) (Stop, error) {
	n := len(s.bases)
	for s.pos > 0 {
		from := max(0, s.pos-window)
		before, err := seq.Bases(s.contig, from, s.pos)
		if err != nil {
			return StopDone, err
		}
		for i := len(before) - 1; i >= 0; i-- {
			last := s.bases[n-1-s.turned]
			if before[i] == 'N' {
				return StopUnknown, nil
			}
			if before[i] != last {
				return StopDone, nil
			}
			s.after = last
			s.turned = (s.turned + 1) % n
			s.pos--
		}
	}
	return StopDone, nil
}

// anchored writes the indel as VCF does, with the base before it or, at the
// start of the contig, the base after it.
func (s *indel) anchored(seq Sequence, deletion bool) (Allele, error) {
	cut := len(s.bases) - s.turned
	bases := s.bases[cut:] + s.bases[:cut]
	a := Allele{Contig: s.contig, Pos: max(s.pos-1, 0)}
	anchor, long := string(s.after), ""
	if s.pos > 0 {
		b, err := seq.Bases(s.contig, s.pos-1, s.pos)
		if err != nil {
			return a, err
		}
		anchor = string(b)
		long = anchor + bases
	} else {
		long = bases + anchor
	}
	a.Ref, a.Alt = anchor, long
	if deletion {
		a.Ref, a.Alt = long, anchor
	}
	return a, nil
}
