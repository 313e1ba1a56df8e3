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

// appendName writes the part of a name after its "c.", "n." or "g.". place
// writes the position of a base counted from the change's first base: 0 is the
// first of Ref (or the one after an insertion), -1 the one before. It gives
// false where a base has no name (outside the transcript), and so does
// appendName.
func (c Change) appendName(dst []byte, place func(dst []byte, offset int) ([]byte, bool)) ([]byte, bool) {
	span := func(from, to int) bool {
		var ok bool
		if dst, ok = place(dst, from); !ok || from == to {
			return ok
		}
		dst = append(dst, '_')
		dst, ok = place(dst, to)
		return ok
	}
	start := len(dst)
	if c.duplicates() {
		if span(-len(c.Alt), -1) {
			return append(dst, "dup"...), true
		}
		// The first copy reaches out of the transcript: name the insertion.
		dst = dst[:start]
	}
	switch {
	case len(c.Ref) == 0:
		if !span(-1, 0) {
			return dst, false
		}
		dst = append(dst, "ins"...)
		return append(dst, c.Alt...), true
	case len(c.Ref) == 1 && len(c.Alt) == 1:
		if !span(0, 0) {
			return dst, false
		}
		dst = append(dst, c.Ref...)
		dst = append(dst, '>')
		return append(dst, c.Alt...), true
	}
	if !span(0, len(c.Ref)-1) {
		return dst, false
	}
	switch {
	case len(c.Alt) == 0:
		return append(dst, "del"...), true
	case c.inverts():
		return append(dst, "inv"...), true
	}
	dst = append(dst, "delins"...)
	return append(dst, c.Alt...), true
}

// Genomic writes the g. (or, on the mitochondrion, m.) name of a change whose
// first base is the 0-based genomic position pos.
func Genomic(c Change, pos int, mitochondrial bool) string {
	prefix := "g."
	if mitochondrial {
		prefix = "m."
	}
	name, _ := c.appendName([]byte(prefix), func(dst []byte, offset int) ([]byte, bool) {
		return strconv.AppendInt(dst, int64(pos+offset+1), 10), true
	})
	return string(name)
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
	step := int(m.Transcript.Strand)
	name, ok := c.appendName(append(make([]byte, 0, 32), prefix...), func(dst []byte, offset int) ([]byte, bool) {
		p, ok := m.Position(pos + step*offset)
		if !ok {
			return dst, false
		}
		return AppendPosition(dst, m, p), true
	})
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
