package gff

import (
	"fmt"
	"strconv"
	"strings"
)

// Feature is one line. Its strings are its own; the Attributes slice is reused
// by the next Read into the same Feature.
type Feature struct {
	Seqid, Source, Type string // "." where the line has none
	Start, End          int    // 0-based half-open
	Score               string // verbatim, "." for none; "" is written as "."
	Strand              byte   // '+', '-', '.' or '?'; 0 is written as '.'
	Phase               int8   // 0, 1, 2, or -1 for none
	Attributes          []Attribute
	Line                int // 1-based number of the line
}

// Attribute is one key and its value, in the order of the line. Escapes are
// decoded, but for %2C: an unescaped comma separates the values of a list and
// an escaped one is part of a value. Values takes the list apart.
type Attribute struct{ Key, Value string }

// Attribute gives the value of a key, "" where it is not there.
func (f *Feature) Attribute(key string) string {
	for i := range f.Attributes {
		if f.Attributes[i].Key == key {
			return f.Attributes[i].Value
		}
	}
	return ""
}

// Values gives the values of an attribute that is a list, decoded whole.
func (a Attribute) Values() []string {
	list := strings.Split(a.Value, ",")
	for i, v := range list {
		v = strings.ReplaceAll(strings.ReplaceAll(v, "%2C", ","), "%2c", ",")
		list[i] = strings.ReplaceAll(v, "%252C", "%2C")
	}
	return list
}

// lineError says which column of a line was wrong.
type lineError struct{ column, msg, hint string }

func (e *lineError) Error() string { return e.column + ": " + e.msg }

func bad(column, format string, args ...any) error {
	return &lineError{column: column, msg: fmt.Sprintf(format, args...)}
}

var columns = [...]string{"seqid", "source", "type", "start", "end", "score", "strand", "phase", "attributes"}

// parse fills f from a feature line.
func (f *Feature) parse(line string) error {
	var col [9]string
	rest := line
	for i := range col {
		var more bool
		col[i], rest, more = strings.Cut(rest, "\t")
		if last := i == len(col)-1; more == last {
			return bad(columns[i], "a feature has nine tab-separated columns, this line has %d", 1+strings.Count(line, "\t"))
		}
		if col[i] == "" {
			if i == len(col)-1 { // some writers leave out the '.' of no attributes
				break
			}
			return bad(columns[i], "is empty (a missing value is written '.')")
		}
	}
	f.Seqid, f.Source, f.Type = unescape(col[0]), unescape(col[1]), unescape(col[2])
	f.Score = col[5]
	if err := f.parseSpan(col[3], col[4]); err != nil {
		return err
	}
	if len(col[6]) != 1 || strings.IndexByte("+-.?", col[6][0]) < 0 {
		return bad("strand", "%q is none of + - . ?", shorten(col[6]))
	}
	f.Strand = col[6][0]
	switch col[7] {
	case "0", "1", "2":
		f.Phase = int8(col[7][0] - '0')
	case ".":
		f.Phase = -1
	default:
		return bad("phase", "%q is none of 0 1 2 .", shorten(col[7]))
	}
	if f.Score != "." {
		if _, err := strconv.ParseFloat(f.Score, 64); err != nil {
			return bad("score", "%q is no number", shorten(f.Score))
		}
	}
	return f.parseAttributes(col[8])
}

func (f *Feature) parseSpan(start, end string) error {
	const most = 1 << 40 // far past any contig
	s, err := strconv.ParseUint(start, 10, 63)
	if err != nil || s < 1 || s > most {
		return bad("start", "%q is no position", shorten(start))
	}
	e, err := strconv.ParseUint(end, 10, 63)
	if err != nil || e > most {
		return bad("end", "%q is no position", shorten(end))
	}
	if e < s {
		return bad("end", "%d lies before start %d", e, s)
	}
	f.Start, f.End = int(s)-1, int(e)
	return nil
}

func (f *Feature) parseAttributes(s string) error {
	f.Attributes = f.Attributes[:0]
	if s == "." {
		return nil
	}
	for s != "" {
		var one string
		one, s, _ = strings.Cut(s, ";")
		if one = strings.TrimLeft(one, " "); one == "" {
			continue
		}
		key, value, ok := strings.Cut(one, "=")
		if !ok || key == "" {
			return &lineError{"attributes", fmt.Sprintf("%q is no key=value", shorten(one)), "this may be a GTF; GFF3 is needed"}
		}
		f.Attributes = append(f.Attributes, Attribute{unescape(key), unescapeValue(value)})
	}
	return nil
}

func shorten(s string) string {
	if len(s) > 40 {
		return s[:40] + "..."
	}
	return s
}

// Append appends a feature's line, with its line end. Reading it back gives the
// same Feature.
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
