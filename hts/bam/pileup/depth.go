package pileup

import (
	"cmp"
	"fmt"
	"slices"

	"varpanel/hts/bam"
)

// Depth is the depth over intervals of one reference. It is not safe for
// concurrent use.
type Depth struct {
	options   Options
	intervals []bam.Interval
	at        []int   // where each interval's bases begin in room
	room      []int32 // differences of depth; each interval begins at a multiple of page
	touched   []bool  // pages of room that hold anything
	first     int     // no later record reaches an interval before this one
	mates     mates
	spans     []bam.Interval // of the record at hand
}

// page is how many bases share a mark of being touched: most of a genome is
// not, in a file of exons, and is passed over page by page.
const page = 64

// Run is a stretch of equal depth. End is exclusive and counts from the start of
// its interval; a run begins where the one before it ends.
type Run struct {
	End   uint32
	Depth int32
}

// NewDepth makes the counter. The intervals are sorted and do not overlap.
func NewDepth(intervals []bam.Interval, o Options) *Depth {
	d := &Depth{options: o}
	d.Reset(intervals)
	return d
}

// Reset begins again with other intervals, in the room that is there.
func (d *Depth) Reset(intervals []bam.Interval) {
	for p, dirty := range d.touched {
		if dirty {
			clear(d.room[p*page : (p+1)*page])
			d.touched[p] = false
		}
	}
	d.intervals, d.at, d.first = intervals, d.at[:0], 0
	d.mates.reset()
	size := 0
	for i, in := range intervals {
		if in.End < in.Start || i > 0 && in.Start < intervals[i-1].End || int64(in.End-in.Start) >= 1<<32 {
			panic(fmt.Sprintf("pileup: interval %d: not sorted or not disjoint", i))
		}
		d.at = append(d.at, size)
		size += (in.End - in.Start + page) / page * page // one more base at least: the last end
	}
	if size > cap(d.room) {
		d.room, d.touched = make([]int32, size), make([]bool, size/page)
	}
	d.room, d.touched = d.room[:size], d.touched[:size/page]
}

// reach is how far before an interval a second mate may end and still have a
// first mate that goes on into it; longer reads than this come in no pairs.
const reach = 512

// Intervals gives where the records lie that Add needs, sorted and disjoint.
func (d *Depth) Intervals() []bam.Interval {
	if !d.options.asMosdepth() {
		return d.intervals
	}
	out := make([]bam.Interval, 0, len(d.intervals))
	for _, in := range d.intervals {
		in.Start = max(in.Start-reach, 0)
		if n := len(out); n > 0 && in.Start <= out[n-1].End {
			out[n-1].End = max(out[n-1].End, in.End)
			continue
		}
		out = append(out, in)
	}
	return out
}

// Add counts one record of the intervals' reference. Records come sorted by
// position; those that meet none of Intervals may be left out.
//
// With MatesOnce a read and its mate are one fragment when the read is a
// proper pair's, is not supplementary, has its mate on the same reference, and
// ends beyond the mate's start. The one that stands first is kept until the
// other comes, and the bases that both align are then counted once. This is
// mosdepth's rule: supplementary alignments and pairs that are not proper
// count read by read.
//
// Where both mates have a CIGAR of one operation mosdepth (0.3.3) takes one
// away from the second's start to the first's end, so the bases of a first mate
// beyond a shorter second one do not count at all. Depth does the same, to be
// the number that laboratories compare with; it never counts too much by it.
// With base qualities or deletions in the definition, which mosdepth does not
// know, every base that either mate shows counts.
func (d *Depth) Add(r *bam.Record) {
	if !d.options.counts(r) {
		return
	}
	for d.first < len(d.intervals) && d.intervals[d.first].End <= r.Pos() {
		d.first++
	}
	if d.options.Mode == Span {
		end := r.End()
		if r.Flag()&bam.Unmapped != 0 { // it stands at a place and aligns nothing
			end = r.Pos() + 1
		}
		d.add(r.Pos(), end, 1)
		return
	}
	d.spans = d.options.appendSpans(d.spans[:0], r)
	for _, s := range d.spans {
		d.add(s.Start, s.End, 1)
	}
	if d.options.Mode == MatesOnce {
		if first := d.mates.take(r, d.spans); first != nil {
			d.addPair(first, r)
		}
	}
}

// addPair corrects for the second mate r, whose spans are at hand.
func (d *Depth) addPair(first *mate, r *bam.Record) {
	d.addOverlap(d.spans, first.spans)
	if first.ops != 1 || r.NOps() != 1 || !d.options.asMosdepth() {
		return
	}
	// mosdepth's surplus, which must not depend on what other intervals are
	// asked for: an interval gets it from every r that Intervals promises it.
	start, end := r.End(), first.end()
	for i := d.first; i < len(d.intervals) && d.intervals[i].Start < min(end, r.End()+reach); i++ {
		d.addTo(i, start, end, -1)
	}
}

// addOverlap takes one away where both mates were counted. Both lists are
// sorted and disjoint.
func (d *Depth) addOverlap(a, b []bam.Interval) {
	for len(a) > 0 && len(b) > 0 {
		if start, end := max(a[0].Start, b[0].Start), min(a[0].End, b[0].End); start < end {
			d.add(start, end, -1)
		}
		if a[0].End < b[0].End {
			a = a[1:]
		} else {
			b = b[1:]
		}
	}
}

// add adds by to the depth of [start, end). The part of an interval that the
// record before began in may lie before d.first only where no base is left.
func (d *Depth) add(start, end int, by int32) {
	i := d.first
	if i < len(d.intervals) && d.intervals[i].End <= start && len(d.intervals)-i > 8 { // behind a long skip: jump
		j, _ := slices.BinarySearchFunc(d.intervals[i:], start, func(in bam.Interval, at int) int {
			return cmp.Compare(in.End, at+1)
		})
		i += j
	}
	for ; i < len(d.intervals) && d.intervals[i].Start < end; i++ {
		d.addTo(i, start, end, by)
	}
}

// addTo adds by to the bases of interval i that lie in [start, end).
func (d *Depth) addTo(i, start, end int, by int32) {
	in := d.intervals[i]
	start, end = max(start, in.Start), min(end, in.End)
	if start < end {
		from := d.at[i] + start - in.Start
		to := from + end - start
		d.room[from] += by
		d.room[to] -= by
		d.touched[from/page], d.touched[to/page] = true, true
	}
}

// Runs appends the depth of interval i to dst as runs of different depth, which
// reach to the interval's end. An empty interval has none.
func (d *Depth) Runs(dst []Run, i int) []Run {
	n := d.intervals[i].End - d.intervals[i].Start
	diff, marks := d.room[d.at[i]:], d.touched[d.at[i]/page:]
	depth := int32(0)
	for from := 0; from < n; from += page {
		if !marks[from/page] {
			continue
		}
		for j, by := range diff[from:min(from+page, n)] {
			if by == 0 {
				continue
			}
			if from+j > 0 {
				dst = append(dst, Run{End: uint32(from + j), Depth: depth})
			}
			depth += by
		}
	}
	if n > 0 {
		dst = append(dst, Run{End: uint32(n), Depth: depth})
	}
	return dst
}

// Empty tells whether no record was counted on interval i, whose depth is then 0.
func (d *Depth) Empty(i int) bool {
	n := d.intervals[i].End - d.intervals[i].Start
	return !slices.Contains(d.touched[d.at[i]/page:(d.at[i]+n)/page+1], true)
}

// Append appends the depth of each base of interval i to dst.
func (d *Depth) Append(dst []int32, i int) []int32 {
	n := d.intervals[i].End - d.intervals[i].Start
	dst = slices.Grow(dst, n)
	out := dst[len(dst):][:n]
	depth := int32(0)
	for j, by := range d.room[d.at[i]:][:n] {
		depth += by
		out[j] = depth
	}
	return dst[:len(dst)+n]
}
