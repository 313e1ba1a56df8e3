package bgzf

// decoderPair inflates single blocks, or two at a time in one inner loop: while
// one waits for its next entry, or for what a branch will be, the other goes on.
type decoderPair [2]decoder

func (p *decoderPair) inflate(dst *[outSpace]byte, n int, src *[inSpace]byte, from, end int) error {
	return p[0].inflate(dst, n, src, from, end)
}

// lane is one of two blocks that are inflated together.
type lane struct {
	dst   *[outSpace]byte
	src   *[inSpace]byte
	out   uint // plain bytes so far
	size  uint // plain bytes in all
	limit uint // loadAhead past the stream's end
	final uint // its first deflate block is its last
}

// leastPair is the size of plain data from which two blocks are worth it. It is
// more than what symbolsTwo leaves of the first.
const leastPair = 4 * outSlack

// inflateTwo inflates two blocks, the second of which may have its place right
// behind the first's plain data. It tells whether both streams are good and begin
// with dynamic Huffman codes; if not, each must be inflated alone, which says what
// is wrong.
func (p *decoderPair) inflateTwo(l *[2]lane, from [2]int) bool {
	if !hasAssembly {
		return false
	}
	for i := range l {
		if l[i].size < leastPair || l[i].size > maxBlock || l[i].limit > maxBlock || uint(from[i]) > l[i].limit {
			return false
		}
		d := &p[i]
		d.in = bitReader{pos: uint(from[i])}
		d.in.fill(l[i].src)
		l[i].out, l[i].final = 0, d.in.take(1)
		if d.in.take(2) != 2 {
			return false
		}
	}
	for i := range l {
		if p[i].dynamicTables(l[i].src, l[i].limit) != nil {
			return false
		}
		l[i].limit += loadAhead
	}
	if !symbolsTwo(p, l) {
		return false
	}
	// What is written past the first's end must not stay in the second.
	var begin [outSlack]byte
	copy(begin[:], l[1].dst[:])
	if !p[0].finish(&l[0]) {
		return false
	}
	copy(l[1].dst[:], begin[:])
	return p[1].finish(&l[1])
}

// finish goes on alone.
func (d *decoder) finish(l *lane) bool {
	limit := l.limit - loadAhead
	out, err := d.decode(l.dst, l.out, l.size, l.src, limit)
	switch {
	case err != nil || d.in.used() > limit:
		return false
	case l.final == 0:
		return d.rest(l.dst, out, l.size, l.src, limit) == nil
	default:
		return out == l.size && d.in.used() == limit
	}
}
