package index

// binning is the scheme of nested bins: the leaves are 1<<minShift bases wide
// and each of the depth levels above joins eight of them.
type binning struct{ minShift, depth int }

// fixed is the scheme of .bai and .tbi: leaves of 16 KiB, six levels, 512 Mb.
var fixed = binning{minShift: 14, depth: 5}

// first is the number of the first bin of a level; level 0 is the root.
func first(level int) int { return (1<<(3*level) - 1) / 7 }

// bins is the number of bins of the scheme. The pseudo-bin that holds counts
// has the number bins+1.
func (b binning) bins() int { return first(b.depth + 1) }

func (b binning) pseudo() uint32 { return uint32(b.bins() + 1) }

// span is the length of sequence that the scheme can hold.
func (b binning) span() int { return 1 << (b.minShift + 3*b.depth) }

// shift is how many bits of a position lie within one bin of the level.
func (b binning) shift(level int) int { return b.minShift + 3*(b.depth-level) }

// of gives the smallest bin that holds [start, end), as reg2bin of the
// specification does. end must be above start.
func (b binning) of(start, end int) int {
	end--
	for level := b.depth; level > 0; level-- {
		if s := b.shift(level); start>>s == end>>s {
			return first(level) + start>>s
		}
	}
	return 0
}

// interval gives the stretch of sequence of a bin.
func (b binning) interval(bin int) (start, end int) {
	level := 0
	for level < b.depth && bin >= first(level+1) {
		level++
	}
	s := b.shift(level)
	start = (bin - first(level)) << s
	return start, start + 1<<s
}

// maxDepth is the most levels that bin numbers of 32 bits have room for;
// htslib's are signed, so that no more than maxWritten are written.
const (
	maxDepth   = 10
	maxWritten = 9
)
