package tsv

import (
	"bufio"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

const missing = "."

var number = regexp.MustCompile(`^[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

// cell gives a value as it may stand in a table.
func cell(s string) string {
	s = oneLine(s)
	if s == "" {
		return missing
	}
	if runsAsFormula(s) {
		return "'" + s
	}
	return s
}

// oneLine turns every character that would end a cell or a row, and other
// control characters, into a space; bytes that are no UTF-8 become U+FFFD.
func oneLine(s string) string {
	if plain(s) {
		return s
	}
	s = strings.ToValidUTF8(s, string(utf8.RuneError))
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, s)
}

func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// runsAsFormula tells whether a spreadsheet would calculate the cell. The
// full-width forms of the signs count too, and leading spaces hide none.
func runsAsFormula(s string) bool {
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, " "))
	switch first {
	case '=', '@', '+', '-', '＝', '＠', '＋', '－':
		return !number.MatchString(s)
	}
	return false
}

// list joins values by ";". A ";" inside a value would make two of one, so it
// becomes a comma.
func list(values []string) string {
	clean := make([]string, 0, len(values))
	for _, v := range values {
		if v != "" {
			clean = append(clean, strings.ReplaceAll(v, ";", ","))
		}
	}
	return strings.Join(clean, ";")
}

// column is one column of a table: its name and how a row fills it.
type column[T any] struct {
	name string
	text func(*T) string
}

// write writes the header line and a line for each row.
func write[T any](w io.Writer, columns []column[T], rows []T) error {
	b := bufio.NewWriter(w)
	for i, c := range columns {
		separate(b, i)
		b.WriteString(c.name)
	}
	b.WriteByte('\n')
	for r := range rows {
		for i, c := range columns {
			separate(b, i)
			b.WriteString(cell(c.text(&rows[r])))
		}
		b.WriteByte('\n')
	}
	return b.Flush() // gives the first error of the writes above
}

func separate(b *bufio.Writer, i int) {
	if i > 0 {
		b.WriteByte('\t')
	}
}

func integer[T any](get func(*T) int) func(*T) string {
	return func(row *T) string { return strconv.Itoa(get(row)) }
}
