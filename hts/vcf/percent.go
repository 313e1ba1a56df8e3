package vcf

// What a value's text may not hold as it is, and how it is written instead
// (VCFv4.3 section 1.2): ':', ';', '=', '%', ',', CR, LF and TAB, as '%' and two
// hexadecimal digits. Before 4.3 there was no such rule, and a '%' is a '%'.

// encoded says which bytes are written as %XX.
var encoded = func() (t [256]bool) {
	for _, c := range []byte(":;=%,\r\n\t") {
		t[c] = true
	}
	return t
}()

// AppendDecoded appends a value with its %XX decoded. Only what the
// specification encodes is decoded; every other '%' stays as it is.
func AppendDecoded(dst, value []byte) []byte {
	for i := 0; i < len(value); i++ {
		c := value[i]
		if c == '%' && i+2 < len(value) {
			hi, lo := hexDigit(value[i+1]), hexDigit(value[i+2])
			if hi >= 0 && lo >= 0 && encoded[byte(hi<<4|lo)] {
				c = byte(hi<<4 | lo)
				i += 2
			}
		}
		dst = append(dst, c)
	}
	return dst
}

// AppendEncoded appends text so that it can stand as one value of a list in INFO
// or in a sample.
func AppendEncoded(dst, text []byte) []byte {
	const digits = "0123456789ABCDEF"
	for _, c := range text {
		if encoded[c] {
			dst = append(dst, '%', digits[c>>4], digits[c&15])
		} else {
			dst = append(dst, c)
		}
	}
	return dst
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}
