package bgzf

import (
	"bytes"
	stdflate "compress/flate"
	"math/bits"
	"math/rand/v2"
	"testing"
)

// bitWriter writes a deflate stream bit by bit (RFC 1951, 3.1.1).
type bitWriter struct {
	b    []byte
	left int // bits that the last byte still takes
}

// bits writes the n lowest bits of v, the lowest first.
func (w *bitWriter) bits(v uint, n int) {
	for ; n > 0; n-- {
		if w.left == 0 {
			w.b, w.left = append(w.b, 0), 8
		}
		w.b[len(w.b)-1] |= byte(v&1) << (8 - w.left)
		w.left--
		v >>= 1
	}
}

// code writes a Huffman code of n bits, the highest first.
func (w *bitWriter) code(c uint16, n int) { w.bits(uint(bits.Reverse16(c)>>(16-n)), n) }

// token is a literal, where length is 0, or a match.
type token struct {
	literal          byte
	length, distance int
}

// codeBook is a Huffman code by symbol: 3.2.2 of the RFC, step by step.
type codeBook struct {
	length []uint8
	word   []uint16
}

func bookOf(lengths []uint8) codeBook {
	b := codeBook{length: lengths, word: make([]uint16, len(lengths))}
	next := uint16(0)
	for n := uint8(1); n <= 15; n++ {
		for s, l := range lengths {
			if l == n {
				b.word[s] = next
				next++
			}
		}
		next <<= 1
	}
	return b
}

func (b codeBook) write(w *bitWriter, symbol int) { w.code(b.word[symbol], int(b.length[symbol])) }

// fixedBooks are the codes of 3.2.6.
func fixedBooks() (lit, dist codeBook) {
	lengths := make([]uint8, 288)
	for i := range lengths {
		lengths[i] = 8
		if i >= 144 && i < 256 {
			lengths[i] = 9
		}
		if i >= 256 && i < 280 {
			lengths[i] = 7
		}
	}
	return bookOf(lengths), bookOf(bytes.Repeat([]byte{5}, 32))
}

// lengthSymbol and distanceSymbol search the tables of 3.2.5, as printed.
var (
	lengthFrom = []int{3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258}
	lengthMore = []int{0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0}
	distFrom   = []int{1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577}
	distMore   = []int{0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13}
)

func symbolOf(from []int, v int) int {
	s := len(from) - 1
	for from[s] > v {
		s--
	}
	return s
}

// symbols writes the tokens and the end of the block.
func (w *bitWriter) symbols(tokens []token, lit, dist codeBook) {
	for _, t := range tokens {
		if t.length == 0 {
			lit.write(w, int(t.literal))
			continue
		}
		s := symbolOf(lengthFrom, t.length)
		lit.write(w, 257+s)
		w.bits(uint(t.length-lengthFrom[s]), lengthMore[s])
		s = symbolOf(distFrom, t.distance)
		dist.write(w, s)
		w.bits(uint(t.distance-distFrom[s]), distMore[s])
	}
	lit.write(w, 256)
}

func (w *bitWriter) fixed(final uint, tokens []token) {
	w.bits(final, 1)
	w.bits(1, 2)
	lit, dist := fixedBooks()
	w.symbols(tokens, lit, dist)
}

func (w *bitWriter) stored(final uint, data []byte) {
	w.bits(final, 1)
	w.bits(0, 2)
	w.left = 0
	n := len(data)
	w.b = append(w.b, byte(n), byte(n>>8), ^byte(n), ^byte(n>>8))
	w.b = append(w.b, data...)
}

// randomCode gives the used symbols lengths of a complete code of at most max
// bits: a tree whose leaves are split at random, more or less evenly.
func randomCode(rng *rand.Rand, used []bool, max uint8, skew float64) []uint8 {
	lengths := make([]uint8, len(used))
	var symbols []int
	for s, u := range used {
		if u {
			symbols = append(symbols, s)
		}
	}
	if len(symbols) == 1 {
		lengths[symbols[0]] = 1
		return lengths
	}
	leaves := []uint8{0}
	for len(leaves) < len(symbols) {
		i := rng.IntN(len(leaves))
		if rng.Float64() < skew {
			i = len(leaves) - 1 // the newest
		}
		for leaves[i] >= max {
			i = (i + 1) % len(leaves)
		}
		n := leaves[i] + 1
		leaves[i] = leaves[len(leaves)-1]
		leaves[len(leaves)-1] = n
		leaves = append(leaves, n)
	}
	for i, k := range rng.Perm(len(symbols)) {
		lengths[symbols[k]] = leaves[i]
	}
	return lengths
}

// dynamic writes a block with random codes for what the tokens use.
func (w *bitWriter) dynamic(final uint, tokens []token, rng *rand.Rand) {
	litUsed, distUsed := make([]bool, 286), make([]bool, 30)
	litUsed[256] = true
	for _, t := range tokens {
		if t.length == 0 {
			litUsed[t.literal] = true
			continue
		}
		litUsed[257+symbolOf(lengthFrom, t.length)] = true
		distUsed[symbolOf(distFrom, t.distance)] = true
	}
	for range rng.IntN(20) { // some that are not used
		litUsed[rng.IntN(286)] = true
		distUsed[rng.IntN(30)] = true
	}
	skew := rng.Float64()
	w.dynamicCodes(final, tokens, randomCode(rng, litUsed, 15, skew), randomCode(rng, distUsed, 15, skew), rng)
}

// dynamicCodes writes a block with the given codes. Their lengths are packed
// with repeats at random.
func (w *bitWriter) dynamicCodes(final uint, tokens []token, lit, dist []uint8, rng *rand.Rand) {
	w.header(final, lit, dist, rng)
	w.symbols(tokens, bookOf(lit), bookOf(dist))
}

func (w *bitWriter) header(final uint, lit, dist []uint8, rng *rand.Rand) {
	w.bits(final, 1)
	w.bits(2, 2)
	w.bits(uint(len(lit)-257), 5)
	w.bits(uint(len(dist)-1), 5)
	w.bits(19-4, 4)
	head := bookOf(randomCode(rng, bytesTrue(19), 7, rng.Float64()))
	for _, s := range []int{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15} {
		w.bits(uint(head.length[s]), 3)
	}
	all := append(bytes.Clone(lit), dist...)
	for i := 0; i < len(all); {
		n := 1
		for i+n < len(all) && all[i+n] == all[i] {
			n++
		}
		switch plain := rng.IntN(4) == 0; {
		case all[i] == 0 && n >= 11 && !plain:
			n = min(n, 138)
			head.write(w, 18)
			w.bits(uint(n-11), 7)
		case all[i] == 0 && n >= 3 && !plain:
			n = min(n, 10)
			head.write(w, 17)
			w.bits(uint(n-3), 3)
		case i > 0 && all[i-1] == all[i] && n >= 3 && !plain:
			n = min(n, 6)
			head.write(w, 16)
			w.bits(uint(n-3), 2)
		default:
			n = 1
			head.write(w, int(all[i]))
		}
		i += n
	}
}

func bytesTrue(n int) []bool {
	b := make([]bool, n)
	for i := range b {
		b[i] = true
	}
	return b
}

// expand gives the plain data after dst, a byte at a time.
func expand(dst []byte, tokens []token) []byte {
	for _, t := range tokens {
		if t.length == 0 {
			dst = append(dst, t.literal)
		}
		for range t.length {
			dst = append(dst, dst[len(dst)-t.distance])
		}
	}
	return dst
}

// tokensFor makes about n bytes of tokens that follow have bytes.
func tokensFor(rng *rand.Rand, have, n int, matches float64, letters int) (tokens []token) {
	for n > 0 {
		if most := min(have, 32768); most > 0 && n >= 3 && rng.Float64() < matches {
			t := token{length: min(3+rng.IntN(256), n), distance: 1 + rng.IntN(most)}
			switch rng.IntN(4) {
			case 0:
				t.length = min(3+rng.IntN(12), n)
			case 1:
				t.distance = 1 + rng.IntN(min(most, 20))
			}
			tokens = append(tokens, t)
			have += t.length
			n -= t.length
			continue
		}
		tokens = append(tokens, token{literal: byte(rng.IntN(letters))})
		have++
		n--
	}
	return tokens
}

// randomStream makes a stream of blocks of all types and its plain data, of at
// most n bytes.
func randomStream(rng *rand.Rand, n int) (stream, plain []byte) {
	var w bitWriter
	blocks := 1 + rng.IntN(4)
	for i := range blocks {
		final := uint(0)
		if i == blocks-1 {
			final = 1
		}
		size := (n - len(plain)) / (blocks - i)
		if size > 0 && rng.IntN(3) == 0 {
			size = rng.IntN(size)
		}
		tokens := tokensFor(rng, len(plain), size, rng.Float64(), 1+rng.IntN(256))
		switch rng.IntN(4) {
		case 0:
			data := expand(bytes.Clone(plain), tokens)[len(plain):]
			data = data[:min(len(data), 65535)]
			plain = append(plain, data...)
			w.stored(final, data)
			continue
		case 1:
			w.fixed(final, tokens)
		default:
			w.dynamic(final, tokens, rng)
		}
		plain = expand(plain, tokens)
	}
	return w.b, plain
}

// pack is the standard library's deflate.
func pack(t testing.TB, data []byte, level int) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := stdflate.NewWriter(&b, level)
	if err != nil {
		t.Fatal(err)
	}
	w.Write(data)
	w.Close()
	return b.Bytes()
}
