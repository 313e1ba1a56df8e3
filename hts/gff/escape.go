package gff

import "strings"

// unescape decodes %XX; a '%' that no two hexadecimal digits follow stays.
func unescape(s string) string { return decode(s, false) }

// unescapeValue decodes all but %2C, whose decoding would make it a separator,
// and %252C, which stands for the text "%2C".
func unescapeValue(s string) string { return decode(s, true) }

func decode(s string, list bool) string {
	first := strings.IndexByte(s, '%')
	if first < 0 {
		return s
	}
	b := make([]byte, first, len(s))
	copy(b, s)
	for i := first; i < len(s); i++ {
		c, ok := hexByte(s[i:])
		switch {
		case !ok:
			b = append(b, s[i])
		case list && c == ',':
			b = append(b, "%2C"...)
			i += 2
		case list && c == '%' && isComma(s[i+3:]):
			b = append(b, "%252C"...)
			i += 4
		default:
			b = append(b, c)
			i += 2
		}
	}
	return string(b)
}

func isComma(s string) bool { return len(s) >= 2 && strings.EqualFold(s[:2], "2C") }

// hexByte decodes the %XX that s begins with.
func hexByte(s string) (byte, bool) {
	if len(s) < 3 || s[0] != '%' {
		return 0, false
	}
	hi, lo := nibble(s[1]), nibble(s[2])
	return byte(hi<<4 | lo), hi >= 0 && lo >= 0
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
