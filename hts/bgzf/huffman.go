package bgzf

import (
	"math/bits"
	"slices"
)

const (
	maxLiterals  = 286 // symbols of literals and lengths (RFC 1951, 3.2.5)
	maxDistances = 30
	headBits     = 7 // the longest code of a code length (3.2.7)
	headSize     = 1 << headBits
)

// The entries of all symbols, with no code yet.
var (
	litSymbols  = makeLitSymbols()
	distSymbols = makeDistSymbols()
	headSymbols = makeHeadSymbols()
)

// makeLitSymbols follows the table of lengths in RFC 1951, 3.2.5. Symbols 286
// and 287 have fixed codes and no meaning.
func makeLitSymbols() (s [288]uint64) {
	for i := range 256 {
		s[i] = 1<<24 | uint64(i)<<32
	}
	s[256] = entryEnd | notASymbol
	for i := range 28 {
		extra := max(0, i/4-1)
		length := i
		if i >= 4 {
			length = (4 + i%4) << extra
		}
		s[257+i] = uint64(extra) | entryLength | (1<<extra-1)<<16 | uint64(length)<<56
	}
	s[285] = entryLength | 255<<56
	s[286], s[287] = notASymbol, notASymbol
	return s
}

// makeDistSymbols follows the table of distances in RFC 1951, 3.2.5.
func makeDistSymbols() (s [32]uint64) {
	for i := range maxDistances {
		extra := max(0, i/2-1)
		distance := 1 + i
		if i >= 2 {
			distance = 1 + (2+i%2)<<extra
		}
		s[i] = uint64(extra) | (1<<extra-1)<<16 | uint64(distance)<<32
	}
	s[30], s[31] = notASymbol, notASymbol
	return s
}

func makeHeadSymbols() (s [19]uint64) {
	for i := range s {
		s[i] = uint64(i) << 32
	}
	return s
}

// code is a canonical Huffman code (RFC 1951, 3.2.2) of at most 288 symbols.
type code struct {
	start   [maxCode + 2]uint16 // where the symbols of each length begin in sorted
	sorted  [512]uint16         // symbols that have a code, by length and then by number
	max     uint                // the greatest length
	entries [512]uint64         // of sorted's symbols, with the code's length
	turned  [512]uint16         // their codes, the first bit lowest as in the stream
}

// sort takes the lengths of the symbols' codes. It refuses a code that is
// over-subscribed, and an incomplete one unless it is empty or one symbol of
// length 1: what zlib and compress/flate do.
func (c *code) sort(lengths []uint8) error {
	// Most symbols have no code, and counting the same thing twice in a row is
	// slow: two counts, and no look at 0.
	var even, odd [maxCode + 1]uint16
	for i := 0; i+1 < len(lengths); i += 2 {
		even[lengths[i]&maxCode]++
		odd[lengths[i+1]&maxCode]++
	}
	if len(lengths)%2 == 1 {
		even[lengths[len(lengths)-1]&maxCode]++
	}
	var next [maxCode + 1]uint16
	c.max = 0
	used, at := uint(0), uint16(0)
	for n := 1; n <= maxCode; n++ {
		count := even[n] + odd[n]
		next[n], c.start[n] = at, at
		at += count
		used = used<<1 + uint(count)
		if count > 0 {
			c.max = uint(n)
		}
	}
	c.start[maxCode+1] = at
	used >>= maxCode - c.max
	if c.max > 0 && used != 1<<c.max && !(used == 1 && c.max == 1) {
		return errStream
	}
	for i, n := range lengths {
		if n == 0 {
			continue
		}
		k := &next[n&maxCode]
		c.sorted[*k&511] = uint16(i)
		*k++
	}
	return nil
}

// table fills t: an entry for each value of the stream's next root bits, and
// after them second tables for the prefixes of longer codes. With pairs an entry
// stands for a literal and what follows it too, where both codes lie within the
// root bits.
func (c *code) table(t []uint64, root uint, symbols []uint64, pairs bool) {
	t[0] = notASymbol
	word := uint(0) // the next code
	for n := uint(1); n <= root; n++ {
		// What is there so far repeats for either value of the next bit.
		copy(t[1<<(n-1):1<<n], t)
		word <<= 1
		for k := c.start[n]; k < c.start[n+1]; k++ {
			e := symbols[c.sorted[k&511]] + uint64(n)*oneCodeBit
			r := reversed(word, n)
			c.entries[k&511], c.turned[k&511] = e, uint16(r)
			t[r] = e
			word++
		}
		if pairs {
			c.pairs(t, n)
		}
	}
	if c.max <= root {
		return
	}
	more := c.max - root
	second, prefix := uint(1)<<root, uint(1)<<root // no prefix yet
	free := second
	for n := root + 1; n <= c.max; n++ {
		word <<= 1
		for _, s := range c.sorted[c.start[n]:c.start[n+1]] {
			if p := word >> (n - root); p != prefix {
				prefix, second = p, free
				free += 1 << more
				t[reversed(p, root)] = notASymbol | entryLink | uint64(1<<more-1)<<16 | uint64(second)<<32
			}
			e := symbols[s] + uint64(n)*oneCodeBit
			for i := reversed(word, n) >> root; i < 1<<more; i += 1 << (n - root) {
				t[second+i] = e
			}
			word++
		}
	}
}

// pairs makes the entries of n bits that are a literal and what follows it.
// Shorter codes were made before.
func (c *code) pairs(t []uint64, n uint) {
	for first := uint(1); first < n; first++ {
		for k := c.start[first]; k < c.start[first+1]; k++ {
			e := c.entries[k&511]
			if e&entryLength != 0 {
				break // literals come before the others
			}
			from := t[c.turned[k&511]:]
			for j := c.start[n-first]; j < c.start[n-first+1]; j++ {
				next := c.entries[j&511]
				if next&entryRare != 0 {
					continue
				}
				from[uint(c.turned[j&511])<<first] = e + next&^literals + next&literals<<8
			}
		}
	}
}

// reversed turns the n bits of a code round: streams hold the first bit lowest.
func reversed(word, n uint) uint { return uint(bits.Reverse16(uint16(word)) >> (16 - n)) }

// fixedTables makes the tables of fixed Huffman blocks (RFC 1951, 3.2.6).
func (d *decoder) fixedTables() {
	if d.fixed {
		return
	}
	var lengths [288]uint8
	for i := range lengths {
		switch {
		case i < 144, i >= 280:
			lengths[i] = 8
		case i < 256:
			lengths[i] = 9
		default:
			lengths[i] = 7
		}
	}
	d.fixed = d.makeTables(lengths[:], slices.Repeat([]uint8{5}, 32), false) == nil
}

// headOrder is the order in which a dynamic block gives the lengths of the codes
// of code lengths.
var headOrder = [19]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// dynamicTables reads the header of a dynamic Huffman block (RFC 1951, 3.2.7)
// and makes its tables.
func (d *decoder) dynamicTables(src *[inSpace]byte, limit uint) error {
	b := &d.in
	b.fill(src)
	literals, distances, heads := 257+b.take(5), 1+b.take(5), 4+b.take(4)
	if literals > maxLiterals || distances > maxDistances {
		return errStream
	}
	var lengths [19]uint8
	for _, at := range headOrder[:heads] {
		b.fill(src)
		lengths[at] = uint8(b.take(3))
	}
	if err := d.code.sort(lengths[:]); err != nil {
		return err
	}
	d.code.table(d.head[:], headBits, headSymbols[:], false)
	total := literals + distances
	for i := uint(0); i < total; {
		b.fill(src)
		e := d.head[b.bits&(headSize-1)]
		if e&entryRare != 0 {
			return errStream
		}
		b.take(uint(e & entryBits))
		var value uint8
		var times uint
		switch symbol := uint8(e >> 32); symbol {
		case 16:
			if i == 0 {
				return errStream
			}
			value, times = d.lengths[i-1], 3+b.take(2)
		case 17:
			times = 3 + b.take(3)
		case 18:
			times = 11 + b.take(7)
		default:
			d.lengths[i] = symbol
			i++
			continue
		}
		if i+times > total {
			return errStream
		}
		for range times {
			d.lengths[i] = value
			i++
		}
	}
	d.fixed = false
	return d.makeTables(d.lengths[:literals], d.lengths[literals:total], limit-b.used() > pairsFrom)
}

// pairsFrom is how many bytes of stream must be left for pairs of symbols to pay
// for the making of their entries.
const pairsFrom = 3000

func (d *decoder) makeTables(literals, distances []uint8, pairs bool) error {
	if err := d.code.sort(literals); err != nil {
		return err
	}
	d.code.table(d.lit[:], litBits, litSymbols[:], pairs)
	if err := d.code.sort(distances); err != nil {
		return err
	}
	d.code.table(d.dist[:], distBits, distSymbols[:], false)
	return nil
}
