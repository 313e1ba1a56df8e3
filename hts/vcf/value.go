package vcf

import (
	"bytes"
	"math"
	"strconv"
	"unsafe"
)

// Presence tells the three answers of a value apart. Missing is never zero, and
// Bad is never missing.
type Presence uint8

const (
	Missing Presence = iota // absent, or "."
	Present                 // there (and, for a number, well formed)
	Bad                     // there, and not of the form asked for
)

// Int reads a decimal integer. "." is Missing; anything else that is not an
// integer of 64 bits is Bad, an empty value as well.
func Int(b []byte) (int, Presence) {
	if len(b) == 1 && b[0] == '.' {
		return 0, Missing
	}
	digits := b
	negative := false
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		negative = b[0] == '-'
		digits = b[1:]
	}
	if len(digits) == 0 || len(digits) > 18 {
		return 0, Bad
	}
	n := 0
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, Bad
		}
		n = n*10 + int(c-'0')
	}
	if negative {
		n = -n
	}
	return n, Present
}

// Float reads a number as VCF writes it: decimal with optional exponent, or
// INF, INFINITY or NAN in any case. "." is Missing.
func Float(b []byte) (float64, Presence) {
	if len(b) == 1 && b[0] == '.' {
		return 0, Missing
	}
	if !isFloat(b) {
		return 0, Bad
	}
	// The string does not outlive the call and ParseFloat does not change it.
	f, err := strconv.ParseFloat(unsafe.String(&b[0], len(b)), 64)
	if err != nil && !math.IsInf(f, 0) {
		return 0, Bad
	}
	return f, Present
}

// isFloat checks the grammar of a number, so that Go's own extensions (hex
// floats, underscores) are not read as one.
func isFloat(b []byte) bool {
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		b = b[1:]
	}
	if len(b) == 0 {
		return false
	}
	if c := b[0] | 0x20; c == 'i' || c == 'n' {
		return equalFold(b, "inf") || equalFold(b, "infinity") || equalFold(b, "nan")
	}
	whole := countDigits(b)
	b = b[whole:]
	fraction := 0
	if len(b) > 0 && b[0] == '.' {
		fraction = countDigits(b[1:])
		b = b[1+fraction:]
	}
	if whole+fraction == 0 {
		return false
	}
	if len(b) > 0 && b[0]|0x20 == 'e' {
		b = b[1:]
		if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
			b = b[1:]
		}
		n := countDigits(b)
		if n == 0 {
			return false
		}
		b = b[n:]
	}
	return len(b) == 0
}

func countDigits(b []byte) int {
	n := 0
	for n < len(b) && b[n] >= '0' && b[n] <= '9' {
		n++
	}
	return n
}

func equalFold(b []byte, lower string) bool {
	if len(b) != len(lower) {
		return false
	}
	for i := range b {
		if b[i]|0x20 != lower[i] {
			return false
		}
	}
	return true
}

// ListLen is the number of comma-separated values of a value that is there.
func ListLen(list []byte) int { return bytes.Count(list, comma) + 1 }

// Nth gives value i (from 0) of a comma-separated list: Missing for ".", Bad
// when the list is shorter.
func Nth(list []byte, i int) ([]byte, Presence) {
	v, ok := nth(list, ',', i)
	if !ok {
		return nil, Bad
	}
	if len(v) == 1 && v[0] == '.' {
		return nil, Missing
	}
	return v, Present
}

var comma = []byte{','}

// nth gives part i of b cut at sep.
func nth(b []byte, sep byte, i int) ([]byte, bool) {
	for ; i > 0; i-- {
		n := bytes.IndexByte(b, sep)
		if n < 0 {
			return nil, false
		}
		b = b[n+1:]
	}
	if n := bytes.IndexByte(b, sep); n >= 0 {
		b = b[:n]
	}
	return b, true
}
