package hgvs

import (
	"fmt"
	"strings"

	"varpanel/reference/allele"
	"varpanel/reference/genome"
	"varpanel/reference/transcript"
)

// OnTranscript gives the genomic allele of a c. or n. name on a transcript, in
// VCF's manner (an indel with its anchor base, not aligned). Bases that the
// name gives must be those of the sequence.
func (v Variant) OnTranscript(m *transcript.Map, seq genome.Sequence) (allele.Allele, error) {
	if v.Kind != 'c' && v.Kind != 'n' {
		return allele.Allele{}, fmt.Errorf("a %c. name does not stand on a transcript", v.Kind)
	}
	start, err := v.genomic(m, v.Start)
	if err != nil {
		return allele.Allele{}, err
	}
	end, err := v.genomic(m, v.End)
	if err != nil {
		return allele.Allele{}, err
	}
	return v.onSequence(seq, m.Transcript.Contig, start, end, m.Transcript.Strand)
}

// OnContig gives the genomic allele of a g. or m. name on the contig that its
// accession stands for.
func (v Variant) OnContig(contig string, seq genome.Sequence) (allele.Allele, error) {
	if v.Kind != 'g' && v.Kind != 'm' {
		return allele.Allele{}, fmt.Errorf("a %c. name does not stand on a contig", v.Kind)
	}
	return v.onSequence(seq, contig, v.Start.Base-1, v.End.Base-1, transcript.Plus)
}

// genomic carries a place to the 0-based genomic base.
func (v Variant) genomic(m *transcript.Map, p Place) (int, error) {
	base := p.Base - 1
	switch {
	case v.Kind == 'n':
	case m.CDSStart < 0:
		return 0, fmt.Errorf("%s has no coding sequence: an n. name is needed", m.Transcript.Accession)
	case p.Star:
		base += m.CDSEnd
	case p.Base < 0:
		base += m.CDSStart + 1
	default:
		base += m.CDSStart
		if base >= m.CDSEnd {
			return 0, fmt.Errorf("position %d lies after the coding sequence of %s", p.Base, m.Transcript.Accession)
		}
	}
	pos, ok := m.Genomic(transcript.Position{Base: base, Offset: p.Offset})
	if !ok {
		return 0, fmt.Errorf("%s has no such position", m.Transcript.Accession)
	}
	return pos, nil
}

// onSequence makes the allele from the first and last base named, in the
// direction of the strand.
func (v Variant) onSequence(seq genome.Sequence, contig string, first, last int, strand transcript.Strand) (allele.Allele, error) {
	none := allele.Allele{}
	if strand == transcript.Minus {
		first, last = last, first
	}
	if last < first {
		return none, fmt.Errorf("the last position lies before the first")
	}
	if v.Edit == Insertion && last != first+1 {
		return none, fmt.Errorf("an insertion stands between two neighbouring positions")
	}
	length, ok := seq.Length(contig)
	if !ok || last >= length || first < 0 {
		return none, fmt.Errorf("contig %s has no such position", contig)
	}
	named, err := seq.Bases(contig, first, last+1)
	if err != nil {
		return none, err
	}
	oriented := func(s string) string {
		if strand == transcript.Minus {
			return string(transcript.AppendReverseComplement(nil, []byte(s)))
		}
		return s
	}
	if ref := oriented(v.Ref); ref != "" && v.Edit != Repeat && ref != string(named) {
		return none, fmt.Errorf("the name says %s, the sequence has %s there", v.Ref, oriented(string(named)))
	}
	if v.Edit != Repeat && v.Count > 0 && v.Count != len(named) {
		return none, fmt.Errorf("the name counts %d bases, its positions hold %d", v.Count, len(named))
	}
	ref, alt := string(named), oriented(v.Alt)
	switch v.Edit {
	case Duplication:
		alt = ref + ref
	case Insertion:
		return allele.Allele{Contig: contig, Pos: first, Ref: ref[:1], Alt: ref[:1] + alt}, nil
	case Inversion:
		alt = string(transcript.AppendReverseComplement(nil, named))
	case Identity:
		alt = ref
	case Repeat:
		return v.repeat(seq, contig, first, last, strand)
	case Deletion:
		return anchored(seq, contig, first, ref)
	}
	return allele.Allele{Contig: contig, Pos: first, Ref: ref, Alt: alt}, nil
}

// repeat makes the allele of a repeat: the units between the two positions, or
// where one position or the first unit is named those that follow it in the
// direction of the strand, become v.Count of them.
func (v Variant) repeat(seq genome.Sequence, contig string, first, last int, strand transcript.Strand) (allele.Allele, error) {
	unit := v.Ref
	if strand == transcript.Minus {
		unit = string(transcript.AppendReverseComplement(nil, []byte(unit)))
	}
	n := len(unit)
	length, _ := seq.Length(contig)
	at := func(from int) bool {
		if from < 0 || from+n > length {
			return false
		}
		bases, err := seq.Bases(contig, from, from+n)
		return err == nil && string(bases) == unit
	}
	from, to := first, last+1
	switch single := v.Start == v.End; {
	case single && strand == transcript.Minus:
		for from = to; at(from - n); {
			from -= n
		}
	case single:
		for to = from; at(to); {
			to += n
		}
	case (to-from)%n != 0:
		return allele.Allele{}, fmt.Errorf("the positions do not hold whole copies of %s", v.Ref)
	default:
		for i := from; i < to; i += n {
			if !at(i) {
				return allele.Allele{}, fmt.Errorf("the sequence does not repeat %s there", v.Ref)
			}
		}
	}
	if from == to {
		return allele.Allele{}, fmt.Errorf("the sequence has no %s there", v.Ref)
	}
	old := strings.Repeat(unit, (to-from)/n)
	if v.Count == 0 {
		return anchored(seq, contig, from, old)
	}
	return allele.Allele{Contig: contig, Pos: from, Ref: old, Alt: strings.Repeat(unit, v.Count)}, nil
}

// anchored gives a deletion the base before it, or after it at a contig's start.
func anchored(seq genome.Sequence, contig string, first int, ref string) (allele.Allele, error) {
	if first > 0 {
		before, err := seq.Bases(contig, first-1, first)
		return allele.Allele{Contig: contig, Pos: first - 1, Ref: string(before) + ref, Alt: string(before)}, err
	}
	after, err := seq.Bases(contig, len(ref), len(ref)+1)
	return allele.Allele{Contig: contig, Pos: 0, Ref: ref + string(after), Alt: string(after)}, err
}
