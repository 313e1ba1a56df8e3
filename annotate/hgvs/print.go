package hgvs

import (
	"strconv"
	"strings"
)

// String writes the name as it is spelled today: what older names say after del,
// dup and inv is left out, and a protein name is in this package's own form.
// ParseVariant reads it back.
func (v Variant) String() string {
	var out strings.Builder
	if v.Reference != "" {
		out.WriteString(v.Reference)
		if v.Gene != "" {
			out.WriteString("(" + v.Gene + ")")
		}
		out.WriteByte(':')
	}
	if v.Kind == 'p' {
		out.WriteString(v.Protein)
		return out.String()
	}
	out.WriteByte(v.Kind)
	out.WriteByte('.')
	out.WriteString(v.Start.String())
	if v.End != v.Start {
		out.WriteString("_" + v.End.String())
	}
	switch v.Edit {
	case Substitution:
		out.WriteString(v.Ref + ">" + v.Alt)
	case Deletion:
		out.WriteString("del")
	case Duplication:
		out.WriteString("dup")
	case Insertion:
		out.WriteString("ins" + v.Alt)
	case DelIns:
		out.WriteString("delins" + v.Alt)
	case Inversion:
		out.WriteString("inv")
	case Identity:
		out.WriteString(v.Ref + "=")
	case Repeat:
		out.WriteString(v.Ref + "[" + strconv.Itoa(v.Count) + "]")
	}
	return out.String()
}

// String spells a place: 76, -14, *6, 88+1.
func (p Place) String() string {
	s := strconv.Itoa(p.Base)
	if p.Star {
		s = "*" + s
	}
	if p.Offset > 0 {
		s += "+"
	}
	if p.Offset != 0 {
		s += strconv.Itoa(p.Offset)
	}
	return s
}
