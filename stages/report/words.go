package report

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Count writes a number with commas between thousands: 5,540.
func Count(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	var b strings.Builder
	for i, d := range []byte(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(d)
	}
	return sign + b.String()
}

// Plural writes a count with its noun: "1 gene", "4 genes".
func Plural(n int, one, many string) string {
	if n == 1 {
		return Count(n) + " " + one
	}
	return Count(n) + " " + many
}

// UpperFirst begins a text with a capital.
func UpperFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 || r == utf8.RuneError {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

// Tiers gives a test type's tiers from the highest, "untiered" last.
func Tiers(testType string) []string {
	if testType == "rare-disease" {
		return []string{"1", "2", "3", "untiered"}
	}
	return []string{"I", "II", "III", "IV", "untiered"}
}
