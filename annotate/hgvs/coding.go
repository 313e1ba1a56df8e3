package hgvs

import (
	"strconv"

	"varpanel/reference/transcript"
)

// Change is a replacement of bases, on the strand of the name, with what the
// flanking sequence says about it. It is minimal (no common first or last base)
// and as far 3' as it goes.
type Change struct {
	Ref, Alt []byte
	// Before holds the bases in front of the change, at least as many as Alt
	// has where the sequence has them: an insertion that repeats them is a
	// duplication.
	Before []byte
}

// duplicates tells whether the change inserts a copy of what stands before it.
func (c Change) duplicates() bool {
	n := len(c.Alt)
	return len(c.Ref) == 0 && n > 0 && len(c.Before) >= n &&
		string(c.Before[len(c.Before)-n:]) == string(c.Alt)
}

// inverts tells whether two or more bases are replaced by their reverse
// complement.
func (c Change) inverts() bool {
	if len(c.Ref) < 2 || len(c.Ref) != len(c.Alt) {
		return false
	}
	return string(transcript.AppendReverseComplement(nil, c.Ref)) == string(c.Alt)
}

// places writes the positions of a change's bases: of the genome, or of a
// transcript where there is one.
type places struct {
	on   *transcript.Map
	pos  int // 0-based genomic position of the change's first base
	step int // to the next base in the direction of the name
}

// append writes the position of a base counted from the change's first one: 0 is
// the first of Ref (or the one after an insertion), -1 the one before. It gives
// false where a base has no name: outside the transcript.
func (p places) append(dst []byte, offset int) ([]byte, bool) {
	pos := p.pos + p.step*offset
	if p.on == nil {
		return strconv.AppendInt(dst, int64(pos+1), 10), true
	}
	at, ok := p.on.Position(pos)
	if !ok {
		return dst, false
	}
	return AppendPosition(dst, p.on, at), true
}

func (p places) appendSpan(dst []byte, from, to int) ([]byte, bool) {
	dst, ok := p.append(dst, from)
	if !ok || from == to {
		return dst, ok
	}
	return p.append(append(dst, '_'), to)
}

// appendName writes the part of a name after its "c.", "n." or "g."; false where
// a base that it needs has no name.
func (c Change) appendName(dst []byte, at places) (_ []byte, ok bool) {
	start := len(dst)
	if c.duplicates() {
		if dst, ok = at.appendSpan(dst, -len(c.Alt), -1); ok {
			return append(dst, "dup"...), true
		}
		// The first copy reaches out of the transcript: name the insertion.
		dst = dst[:start]
	}
	from, to := 0, len(c.Ref)-1
	if len(c.Ref) == 0 {
		from = -1
	}
	if dst, ok = at.appendSpan(dst, from, max(to, 0)); !ok {
		return dst, false
	}
	switch {
	case len(c.Ref) == 0:
		dst = append(dst, "ins"...)
	case len(c.Ref) == 1 && len(c.Alt) == 1:
		dst = append(append(dst, c.Ref...), '>')
	case len(c.Alt) == 0:
		return append(dst, "del"...), true
	case c.inverts():
		return append(dst, "inv"...), true
	default:
		dst = append(dst, "delins"...)
	}
	return append(dst, c.Alt...), true
}

// AppendGenomic writes the g. (or, on the mitochondrion, m.) name of a change
// whose first base is the 0-based genomic position pos.
func AppendGenomic(dst []byte, c Change, pos int, mitochondrial bool) []byte {
	prefix := "g."
	if mitochondrial {
		prefix = "m."
	}
	dst, _ = c.appendName(append(dst, prefix...), places{pos: pos, step: 1})
	return dst
}

// OnTranscript writes the c. name (or n. name, without a coding sequence) of a
// change whose first base, in the direction of the transcript, is the 0-based
// genomic position pos. It gives "" where a base that the name needs lies
// outside the transcript.
func OnTranscript(m *transcript.Map, c Change, pos int) string {
	prefix := "n."
	if m.CDSStart >= 0 {
		prefix = "c."
	}
	var room [64]byte
	name, ok := c.appendName(append(room[:0], prefix...), places{on: m, pos: pos, step: int(m.Transcript.Strand)})
	if !ok {
		return ""
	}
	return string(name)
}

// AppendPosition writes a transcript position as c. and n. names spell it:
// 76, -14, *6, 88+1, 89-2.
func AppendPosition(dst []byte, m *transcript.Map, p transcript.Position) []byte {
	n := p.Base + 1
	switch {
	case m.CDSStart < 0:
	case p.Base < m.CDSStart:
		n = p.Base - m.CDSStart
	case p.Base >= m.CDSEnd:
		dst = append(dst, '*')
		n = p.Base - m.CDSEnd + 1
	default:
		n = p.Base - m.CDSStart + 1
	}
	dst = strconv.AppendInt(dst, int64(n), 10)
	if p.Offset > 0 {
		dst = append(dst, '+')
	}
	if p.Offset != 0 {
		dst = strconv.AppendInt(dst, int64(p.Offset), 10)
	}
	return dst
}
