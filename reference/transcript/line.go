package transcript

import (
	"bytes"
	"fmt"
	"math"
	"strings"
)

// kind is a feature's type, as far as a gene model goes.
type kind uint8

const (
	kindOther   kind = iota // a gene, a transcript, or nothing of ours
	kindSkipped             // certainly nothing of ours
	kindExon
	kindCDS
	kindStop
	kindSelenocysteine
	kindMatch
)

func kindOf(name []byte) kind {
	switch string(name) {
	case "exon":
		return kindExon
	case "CDS":
		return kindCDS
	case "stop_codon":
		return kindStop
	case "Selenocysteine", "stop_codon_redefined_as_selenocysteine":
		return kindSelenocysteine
	case "cDNA_match":
		return kindMatch
	case "five_prime_UTR", "three_prime_UTR", "start_codon", "intron", "UTR", "biological_region", "region", "chromosome",
		"five_prime_utr", "three_prime_utr", "match", "sequence_feature", "enhancer", "silencer":
		return kindSkipped
	}
	return kindOther
}

// line is one feature of a GFF3 or a GTF. Its bytes are the chunk's.
type line struct {
	contig, name []byte // name: of the feature's type
	kind         kind
	start, end   int // 0-based half-open
	strand       byte
	phase        int8 // -1 for none
	dialect      dialect
	attributes   []byte
	parent       []byte // of a part: its transcripts' ids
	number       int    // 1-based, in its chunk
}

// lineError says which column of a line was wrong.
type lineError struct{ column, msg string }

func (e *lineError) Error() string { return e.column + ": " + e.msg }

func wrong(column, format string, args ...any) error {
	return &lineError{column, fmt.Sprintf(format, args...)}
}

var columnNames = [...]string{"seqid", "source", "type", "start", "end", "score", "strand", "phase", "attributes"}

// parse cuts a line into its nine columns.
func (l *line) parse(text []byte) error {
	var col [8][]byte
	n, from := 0, 0
	for i := 0; n < len(col); i++ {
		if i == len(text) {
			return wrong(columnNames[n], "a feature has nine tab-separated columns, this line has %d", n+1)
		}
		if text[i] != '\t' {
			continue
		}
		if i == from {
			return wrong(columnNames[n], "is empty (a missing value is written '.')")
		}
		col[n] = text[from:i]
		n, from = n+1, i+1
	}
	rest := text[from:]
	if bytes.IndexByte(rest, '\t') >= 0 {
		return wrong("attributes", "a feature has nine tab-separated columns, this line has more")
	}
	l.contig, l.name, l.attributes = col[0], col[2], rest
	if l.kind = kindOf(l.name); l.kind == kindSkipped {
		return nil
	}
	if len(rest) == 1 && rest[0] == '.' {
		l.attributes = nil
	}
	start, ok1 := position(col[3])
	end, ok2 := position(col[4])
	switch {
	case !ok1 || start == 0:
		return wrong("start", "%q is no position", shorten(col[3]))
	case !ok2:
		return wrong("end", "%q is no position", shorten(col[4]))
	case end < start:
		return wrong("end", "%d lies before start %d", end, start)
	}
	l.start, l.end = start-1, end
	if len(col[6]) != 1 || strings.IndexByte("+-.?", col[6][0]) < 0 {
		return wrong("strand", "%q is none of + - . ?", shorten(col[6]))
	}
	l.strand = col[6][0]
	switch c := col[7][0]; {
	case len(col[7]) == 1 && c >= '0' && c <= '2':
		l.phase = int8(c - '0')
	case len(col[7]) == 1 && c == '.':
		l.phase = -1
	default:
		return wrong("phase", "%q is none of 0 1 2 .", shorten(col[7]))
	}
	l.dialect = dialectOf(l.attributes)
	switch {
	case l.kind == kindOther || l.kind == kindMatch:
	case l.dialect == gtf:
		l.parent = gtf.find(l.attributes, "transcript_id")
	default:
		l.parent = parentOf(l.attributes)
	}
	return nil
}

// position reads a number that fits 31 bits, which is more than any contig has.
func position(b []byte) (int, bool) {
	if len(b) == 0 || len(b) > 10 {
		return 0, false
	}
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, n <= math.MaxInt32
}

func shorten(b []byte) []byte { return b[:min(len(b), 40)] }

// dialect is how attributes are written.
type dialect uint8

const (
	unknownDialect dialect = iota
	gff3
	gtf
)

// dialectOf tells key=value from key "value".
func dialectOf(attributes []byte) dialect {
	for i, c := range attributes {
		switch {
		case c == '=':
			return gff3
		case c == ' ' && i > 0 || c == '"':
			return gtf
		}
	}
	return unknownDialect
}

// each calls do for every attribute. A value that is escaped (GFF3's %XX) is
// given decoded, but for the lists of Parent, tag, Dbxref and transl_except,
// whose commas would get lost.
func (d dialect) each(attributes []byte, do func(key, value []byte)) error {
	for len(attributes) > 0 {
		var one []byte
		if d == gtf {
			one, attributes = cutGTF(attributes)
		} else {
			one, attributes, _ = bytes.Cut(attributes, []byte{';'})
		}
		if one = bytes.TrimSpace(one); len(one) == 0 {
			continue
		}
		sep := byte('=')
		if d == gtf {
			sep = ' '
		}
		key, value, ok := bytes.Cut(one, []byte{sep})
		if !ok || len(key) == 0 {
			return wrong("attributes", "%q is no key%cvalue", shorten(one), sep)
		}
		if d == gtf {
			value = bytes.Trim(bytes.TrimSpace(value), `"`)
		} else if !isList(key) {
			value = unescape(value)
		}
		do(key, value)
	}
	return nil
}

func isList(key []byte) bool {
	switch string(key) {
	case "Parent", "tag", "Dbxref", "transl_except":
		return true
	}
	return false
}

// cutGTF cuts at the next ';' that stands outside of quotes.
func cutGTF(b []byte) (one, rest []byte) {
	quoted := false
	for i, c := range b {
		switch {
		case c == '"':
			quoted = !quoted
		case c == ';' && !quoted:
			return b[:i], b[i+1:]
		}
	}
	return b, nil
}

// find gives the value of one attribute as it stands in the line; nil where it
// is not there.
func (d dialect) find(attributes []byte, key string) []byte {
	for at := attributes; ; {
		i := bytes.Index(at, []byte(key))
		if i < 0 {
			return nil
		}
		before, after := i == 0 || at[i-1] == ';' || at[i-1] == ' ', at[i+len(key):]
		at = after
		if !before || len(after) == 0 {
			continue
		}
		switch {
		case d == gff3 && after[0] == '=':
			value, _, _ := bytes.Cut(after[1:], []byte{';'})
			return value
		case d == gtf && after[0] == ' ':
			one, _ := cutGTF(after)
			return bytes.Trim(bytes.TrimSpace(one), `"`)
		}
	}
}

// parentOf gives the Parent of a GFF3's line as it stands there, nil without one.
// (Every exon and coding part is asked for it, so nothing else is looked for.)
func parentOf(attributes []byte) []byte {
	const key = "Parent="
	for at := attributes; ; {
		one := at
		n := bytes.IndexByte(at, ';')
		if n >= 0 {
			one, at = at[:n], at[n+1:]
		}
		for len(one) > 0 && one[0] == ' ' {
			one = one[1:]
		}
		if len(one) >= len(key) && string(one[:len(key)]) == key {
			return one[len(key):]
		}
		if n < 0 {
			return nil
		}
	}
}

// unescape decodes %XX; a '%' that no two hexadecimal digits follow stays.
func unescape(s []byte) []byte {
	if bytes.IndexByte(s, '%') < 0 {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if hi, lo := nibble(s[i+1]), nibble(s[i+2]); hi >= 0 && lo >= 0 {
				out = append(out, byte(hi<<4|lo))
				i += 2
				continue
			}
		}
		out = append(out, s[i])
	}
	return out
}

func nibble(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}
