package bcf

import (
	"encoding/binary"
	"math"
	"strconv"
)

// charMissing is a missing character in a vector of them, as htslib reads it.
const charMissing = 7

// append writes a vector that is not empty, its values joined by ','.
func (v *values) append(dst []byte) ([]byte, error) {
	switch v.kind {
	case chars:
		text, err := cutText(v.data)
		if err != nil {
			return dst, err
		}
		from := len(dst)
		dst = append(dst, text...)
		if v.n < 8 { // longer ones are taken for text that has no such character
			for i, c := range dst[from:] {
				if c == charMissing {
					dst[from+i] = '.'
				}
			}
		}
	case floats:
		for i := range v.n {
			bits := binary.LittleEndian.Uint32(v.data[4*i:])
			if bits == floatEnd {
				break
			}
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendFloat(dst, bits)
		}
	default:
		for i := range v.n {
			n, missing, end := v.int(i)
			if end {
				break
			}
			if i > 0 {
				dst = append(dst, ',')
			}
			if missing {
				dst = append(dst, '.')
			} else {
				dst = strconv.AppendInt(dst, int64(n), 10)
			}
		}
	}
	return dst, nil
}

// appendGenotype writes a GT: each allele is its number plus one, doubled, plus
// one where it is phased with the one before it (VCFv4.3 section 6.3.3).
//
// Since VCF 4.4 the first allele has a phase of its own. It is written as a
// leading '|' where the others do not imply it. A leading '/' is never written:
// a file whose writer left that bit alone (htslib before 1.22) would get one for
// each phased genotype.
func (v *values) appendGenotype(dst []byte, leading bool) []byte {
	from := len(dst)
	implied := true
	count := 0
	for i := range v.n {
		n, _, end := v.int(i)
		if end {
			break
		}
		count++
		if i > 0 {
			dst = append(dst, "/|"[n&1])
			implied = implied && n&1 == 1
		}
		if n>>1 == 0 {
			dst = append(dst, '.')
		} else {
			dst = strconv.AppendInt(dst, int64(n>>1)-1, 10)
		}
	}
	if count == 0 {
		return append(dst, '.')
	}
	first, _, _ := v.int(0)
	if leading && first&1 == 1 && (!implied || count == 1 && first>>1 == 0) {
		dst = append(dst, 0)
		copy(dst[from+1:], dst[from:])
		dst[from] = '|'
	}
	return dst
}

// appendFloat writes a number as htslib does: six significant digits, as %g of C
// has them, and '.' for the missing value.
func appendFloat(dst []byte, bits uint32) []byte {
	if bits == floatMissing {
		return append(dst, '.')
	}
	f := math.Float32frombits(bits)
	d := float64(f)
	switch {
	case d == 0:
		if math.Signbit(d) {
			dst = append(dst, '-')
		}
		return append(dst, '0')
	case d != d:
		if bits>>31 == 1 {
			dst = append(dst, '-')
		}
		return append(dst, "nan"...)
	case math.IsInf(d, 0):
		if d < 0 {
			dst = append(dst, '-')
		}
		return append(dst, "inf"...)
	}
	if d < 0 {
		dst, d = append(dst, '-'), -d
	}
	if d < 0.0001 || d > 999999 {
		return strconv.AppendFloat(dst, d, 'g', 6, 64)
	}
	return appendDecimal(dst, d)
}

// appendDecimal writes 0.0001 <= d <= 999999 without an exponent. It rounds as
// htslib 1.16 does, half away from zero on the number in units of 1e-10, which
// for a tie is not what C's printf gives: 12345.25 is 12345.3.
func appendDecimal(dst []byte, d float64) []byte {
	const unit = 10_000_000_000
	n := uint64(d * unit)
	drop := uint64(10) // keeps six digits of 0.000ddd...
	for limit := 0.001; d >= limit && drop < unit; limit *= 10 {
		drop *= 10
	}
	n += drop / 2
	n -= n % drop
	dst = strconv.AppendUint(dst, n/unit, 10)
	if n %= unit; n == 0 {
		return dst
	}
	point := len(dst)
	dst = strconv.AppendUint(dst, n+unit, 10) // the leading 1 keeps the zeros and makes room
	dst[point] = '.'
	for dst[len(dst)-1] == '0' {
		dst = dst[:len(dst)-1]
	}
	return dst
}
