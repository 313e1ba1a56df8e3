package gff

import (
	"strconv"
	"strings"
)

// Feature is one line.
type Feature struct {
	Seqid, Source, Type string // "" is written as "."
	Start, End          int    // 0-based half-open
	Score               string // verbatim; "" is written as "."
	Strand              byte   // '+', '-', '.' or '?'; 0 is written as '.'
	Phase               int8   // 0, 1, 2, or -1 for none
	Attributes          []Attribute
}

// Attribute is one key and its value, which are escaped when they are written. A
// comma separates the values of a list; a comma inside one is given as %2C, and
// the text "%2C" as %252C.
type Attribute struct{ Key, Value string }

// Append appends a feature's line, with its line end.
func Append(dst []byte, f *Feature) []byte {
	dst = appendEscaped(dst, orDot(f.Seqid), "%\t\n\r>")
	dst = append(dst, '\t')
	dst = appendEscaped(dst, orDot(f.Source), "%\t\n\r")
	dst = append(dst, '\t')
	dst = appendEscaped(dst, orDot(f.Type), "%\t\n\r")
	dst = append(dst, '\t')
	dst = strconv.AppendInt(dst, int64(f.Start)+1, 10)
	dst = append(dst, '\t')
	dst = strconv.AppendInt(dst, int64(f.End), 10)
	dst = append(dst, '\t')
	dst = append(dst, orDot(f.Score)...)
	strand := f.Strand
	if strand == 0 {
		strand = '.'
	}
	dst = append(dst, '\t', strand, '\t')
	if f.Phase < 0 {
		dst = append(dst, '.')
	} else {
		dst = append(dst, byte('0'+f.Phase))
	}
	dst = append(dst, '\t')
	if len(f.Attributes) == 0 {
		dst = append(dst, '.')
	}
	for i, a := range f.Attributes {
		if i > 0 {
			dst = append(dst, ';')
		}
		dst = appendEscaped(dst, a.Key, "%\t\n\r;=&,")
		dst = append(dst, '=')
		dst = appendValue(dst, a.Value)
	}
	return append(dst, '\n')
}

func orDot(s string) string {
	if s == "" {
		return "."
	}
	return s
}

const hexDigits = "0123456789ABCDEF"

// appendEscaped writes s with the given characters, and all control characters,
// as %XX.
func appendEscaped(dst []byte, s, special string) []byte {
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c == 0x7f || strings.IndexByte(special, c) >= 0 {
			dst = append(dst, '%', hexDigits[c>>4], hexDigits[c&15])
			continue
		}
		dst = append(dst, s[i])
	}
	return dst
}

// appendValue writes an attribute's value: commas, %2C and %252C as they stand.
func appendValue(dst []byte, s string) []byte {
	for s != "" {
		n := strings.IndexByte(s, '%')
		if n < 0 {
			return appendEscaped(dst, s, ";=&")
		}
		dst = appendEscaped(dst, s[:n], ";=&")
		s = s[n:]
		switch {
		case isComma(s[1:]):
			dst, s = append(dst, s[:3]...), s[3:]
		case strings.HasPrefix(s[1:], "252C"):
			dst, s = append(dst, s[:5]...), s[5:]
		default:
			dst, s = append(dst, "%25"...), s[1:]
		}
	}
	return dst
}

func isComma(s string) bool { return len(s) >= 2 && strings.EqualFold(s[:2], "2C") }
