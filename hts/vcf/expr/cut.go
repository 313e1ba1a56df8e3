package expr

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// The columns before INFO are a few bytes long each: a search that starts anew
// for every one costs more than what it passes over. Here the tabs of 64 bytes
// are found together, without a branch. (For the keys of INFO it gains nothing.)

const (
	everyByte = 0x0101010101010101
	everyTab  = '\t' * everyByte
	lowSeven  = 0x7f * everyByte
	stretch   = 64
)

// tabsOf sets bit i where byte i of text is a tab.
func tabsOf(text *[stretch]byte) (found uint64) {
	for i := 0; i < stretch; i += 8 {
		x := binary.LittleEndian.Uint64(text[i:]) ^ everyTab
		x = ^((x&lowSeven + lowSeven) | x | lowSeven) // the top bit of every zero byte
		found |= (x >> 7 * 0x0102040810204080 >> 56) << i
	}
	return found
}

// findColumn finds the ends of the columns up to c. It is false for a column
// that the line lacks.
func (r *record) findColumn(c int) bool {
	if r.at == 0 && len(r.line) >= stretch {
		tabs := tabsOf((*[stretch]byte)(r.line))
		for ; tabs != 0 && r.found < len(r.end); tabs &= tabs - 1 {
			r.end[r.found] = bits.TrailingZeros64(tabs)
			r.found++
		}
		r.at = stretch
	}
	for r.found <= c {
		if r.at > len(r.line) {
			return false
		}
		n := bytes.IndexByte(r.line[r.at:], '\t')
		if n < 0 {
			n = len(r.line) - r.at
		}
		r.end[r.found] = r.at + n
		r.found++
		r.at += n + 1
	}
	return true
}
