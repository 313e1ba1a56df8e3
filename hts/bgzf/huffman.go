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

// code is a canonical Huffman code (RFC 1951, 3.2.2).
type code struct {
	count  [maxCode + 1]uint16 // symbols of each length, 0 too
	sorted [288]uint16         // symbols by length, and by number where that is equal
	max    uint                // the greatest length
}

// sort takes the lengths of the symbols' codes. It refuses a code that is
// over-subscribed, and an incomplete one unless it is empty or one symbol of
// length 1: what zlib and compress/flate do.
func (c *code) sort(lengths []uint8) error {
	c.count = [maxCode + 1]uint16{}
	for _, n := range lengths {
		c.count[n&maxCode]++
	}
	var next [maxCode + 1]uint16
	c.max = 0
	used := uint(0)
	for n := 1; n <= maxCode; n++ {
		next[n] = next[n-1] + c.count[n-1]
		used = used<<1 + uint(c.count[n])
		if c.count[n] > 0 {
			c.max = uint(n)
		}
	}
	used >>= maxCode - c.max
	if c.max > 0 && used != 1<<c.max && !(used == 1 && c.max == 1) {
		return errStream
	}
	for i, n := range lengths {
		c.sorted[next[n&maxCode]] = uint16(i)
		next[n&maxCode]++
	}
	return nil
}

// table fills t: an entry for each value of the stream's next root bits, and
// after them second tables for the prefixes of longer codes.
func (c *code) table(t []uint64, root uint, symbols []uint64) {
	t[0] = notASymbol
	sorted := c.sorted[c.count[0]:]
	word := uint(0) // the next code
	for n := uint(1); n <= root; n++ {
		// What is there so far repeats for either value of the next bit.
		copy(t[1<<(n-1):1<<n], t)
		word <<= 1
		for _, s := range sorted[:c.count[n]] {
			t[reversed(word, n)] = symbols[s] + uint64(n)*oneCodeBit
			word++
		}
		sorted = sorted[c.count[n]:]
	}
	if c.max <= root {
		return
	}
	more := c.max - root
	second, prefix := uint(1)<<root, uint(1)<<root // no prefix yet
	free := second
	for n := root + 1; n <= c.max; n++ {
		word <<= 1
		for _, s := range sorted[:c.count[n]] {
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
		sorted = sorted[c.count[n]:]
	}
}

// reversed turns the n bits of a code round: streams hold the first bit lowest.
func reversed(word, n uint) uint { return uint(bits.Reverse16(uint16(word)) >> (16 - n)) }

// fuse joins an entry of a literal with the one or two that follow it, where the
// codes of all of them lie within the litBits bits that are known. Going down,
// the entry that follows is always one that was not joined yet.
func (d *decoder) fuse() {
	const last = 1<<litBits - 1
	for i := last; i >= 0; i-- {
		e := d.lit[i]
		for range 2 {
			next := d.lit[(i>>(e&entryBits))&last]
			// All ones where e is literals and the next one's code is known.
			fits := (e>>6&1 - 1) &^ uint64((litBits-int64(e>>8&0xff)-int64(next>>8&0xff))>>63)
			at := e >> 24 & 3 * 8
			e += (next&^literals | next&literals<<at) & fits
		}
		d.lit[i] = e
	}
}

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
	d.fixed = d.makeTables(lengths[:], slices.Repeat([]uint8{5}, 32)) == nil
}

// headOrder is the order in which a dynamic block gives the lengths of the codes
// of code lengths.
var headOrder = [19]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// dynamicTables reads the header of a dynamic Huffman block (RFC 1951, 3.2.7)
// and makes its tables.
func (d *decoder) dynamicTables(src *[inSpace]byte) error {
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
	d.code.table(d.head[:], headBits, headSymbols[:])
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
	return d.makeTables(d.lengths[:literals], d.lengths[literals:total])
}

func (d *decoder) makeTables(literals, distances []uint8) error {
	if err := d.code.sort(literals); err != nil {
		return err
	}
	d.code.table(d.lit[:], litBits, litSymbols[:])
	d.fuse()
	if err := d.code.sort(distances); err != nil {
		return err
	}
	d.code.table(d.dist[:], distBits, distSymbols[:])
	return nil
}
