package report

import (
	"strconv"
	"strings"
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

// Tiers gives a test type's tiers from the highest, "untiered" last.
func Tiers(testType string) []string {
	if testType == "rare-disease" {
		return []string{"1", "2", "3", "untiered"}
	}
	return []string{"I", "II", "III", "IV", "untiered"}
}
