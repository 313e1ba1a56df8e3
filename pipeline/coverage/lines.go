package coverage

import (
	"strconv"

	"varpanel/hts/bam"
	"varpanel/hts/bam/pileup"
)

// lines are a shard's lines of the per-base file but for its first and last
// run, which may go on in the shards beside it.
type lines struct {
	any        bool
	firstEnd   int
	firstDepth int32
	lastStart  int // equal to firstEnd at the least
	lastDepth  int32
	single     bool // the first run is the last
	text       []byte
	pieces     []piece
}

// piece is a stretch of the text whose lines lie in one leaf of the index, or
// one line.
type piece struct {
	text       int // end in the text
	lines      int
	start, end int // on the contig
}

// leaf is the size of the index's smallest bins, as a power of two.
const leaf = 14

func (l *lines) reset() { *l = lines{text: l.text[:0], pieces: l.pieces[:0]} }

// write makes the lines of the shard's one interval.
func (l *lines) write(contig string, in bam.Interval, runs []pileup.Run) {
	n := len(runs)
	l.any, l.single = n > 0, n == 1
	if n == 0 {
		return
	}
	l.firstEnd, l.firstDepth = in.Start+int(runs[0].End), runs[0].Depth
	l.lastStart, l.lastDepth = in.Start, runs[n-1].Depth
	if n == 1 {
		return
	}
	l.lastStart = in.Start + int(runs[n-2].End)
	start := l.firstEnd
	for _, r := range runs[1 : n-1] {
		end := in.Start + int(r.End)
		l.text = appendLine(l.text, contig, start, end, r.Depth)
		l.add(start, end)
		start = end
	}
}

// add tells of the line written last.
func (l *lines) add(start, end int) {
	if n := len(l.pieces); n > 0 {
		if p := &l.pieces[n-1]; p.start>>leaf == (end-1)>>leaf {
			p.text, p.lines, p.end = len(l.text), p.lines+1, end
			return
		}
	}
	l.pieces = append(l.pieces, piece{len(l.text), 1, start, end})
}

func appendLine(dst []byte, contig string, start, end int, depth int32) []byte {
	dst = append(append(dst, contig...), '\t')
	dst = append(strconv.AppendInt(dst, int64(start), 10), '\t')
	dst = append(strconv.AppendInt(dst, int64(end), 10), '\t')
	return append(strconv.AppendInt(dst, int64(depth), 10), '\n')
}
