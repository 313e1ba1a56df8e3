package pileup

import (
	"cmp"
	"fmt"
	"slices"

	"varpanel/hts/bam"
)

// Mode is a definition of depth.
type Mode uint8

const (
	// MatesOnce counts the bases that CIGAR's M, = and X align, and counts
	// them once where two mates of a proper pair both have them: mosdepth's
	// default.
	MatesOnce Mode = iota
	// EveryRead counts the same bases for each read by itself: samtools depth.
	EveryRead
	// Span counts every reference base from a read's start to its end, deleted
	// and skipped bases too: mosdepth --fast-mode, samtools depth -J.
	Span
)

// DefaultFlags leaves out unmapped, secondary, QC-failed and duplicate records.
const DefaultFlags = bam.Unmapped | bam.Secondary | bam.QCFail | bam.Duplicate // 1796

// Options say which records count, and how.
type Options struct {
	Mode    Mode
	Exclude int // a record with any of these flag bits does not count
	MinMapQ int // nor one below this
}

// counts tells whether a record passes the options. A record that is not
// mapped has no depth to give, whatever the options say.
func (o Options) counts(r *bam.Record) bool {
	flag := r.Flag()
	return flag&(o.Exclude|bam.Unmapped) == 0 && r.MapQ() >= o.MinMapQ && r.RefID() >= 0 && r.Pos() >= 0
}

// Depth is the depth over intervals of one reference. It is not safe for
// concurrent use.
type Depth struct {
	options   Options
	intervals []bam.Interval
	depth     [][]int32 // differences until Finish, then depth
	first     int       // no later record reaches an interval before this one
	mates     mates
	spans     []bam.Interval // of the record at hand
	done      bool
}

// NewDepth makes the counter. The intervals are sorted and do not overlap.
func NewDepth(intervals []bam.Interval, o Options) *Depth {
	d := &Depth{options: o, intervals: intervals, depth: make([][]int32, len(intervals))}
	for i, in := range intervals {
		if in.End < in.Start || i > 0 && in.Start < intervals[i-1].End {
			panic(fmt.Sprintf("pileup: interval %d: not sorted or not disjoint", i))
		}
		d.depth[i] = make([]int32, in.End-in.Start+1)
	}
	return d
}

// reach is how far before an interval a second mate may end and still have a
// first mate that goes on into it; longer reads than this come in no pairs.
const reach = 512

// Intervals gives where the records lie that Add needs, sorted and disjoint.
func (d *Depth) Intervals() []bam.Interval {
	if d.options.Mode != MatesOnce {
		return d.intervals
	}
	var out []bam.Interval
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
func (d *Depth) Add(r *bam.Record) {
	if !d.options.counts(r) {
		return
	}
	for d.first < len(d.intervals) && d.intervals[d.first].End <= r.Pos() {
		d.first++
	}
	if d.options.Mode == Span {
		d.add(r.Pos(), r.End(), 1)
		return
	}
	d.spans = appendSpans(d.spans[:0], r)
	for _, s := range d.spans {
		d.add(s.Start, s.End, 1)
	}
	if d.options.Mode == MatesOnce {
		if first, ok := d.mates.take(r, d.spans); ok {
			d.addPair(first, r)
		}
	}
}

// addPair corrects for the second mate r, whose spans are at hand.
func (d *Depth) addPair(first mate, r *bam.Record) {
	d.addOverlap(d.spans, first.spans)
	if first.ops != 1 || r.NOps() != 1 {
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
	if len(d.intervals)-i > 8 { // a long skip: jump
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
		d.depth[i][start-in.Start] += by
		d.depth[i][end-in.Start] -= by
	}
}

// Finish gives the depth of each base, one slice an interval, in their order.
// No record may be added after it.
func (d *Depth) Finish() [][]int32 {
	if d.done {
		return d.depth
	}
	d.done = true
	d.mates = mates{}
	for i, diff := range d.depth {
		var depth int32
		for j, by := range diff {
			depth += by
			diff[j] = depth
		}
		d.depth[i] = diff[:len(diff)-1]
	}
	return d.depth
}

// appendSpans appends the stretches of reference that a record's bases stand
// on, 0-based half-open, adjacent ones joined.
func appendSpans(dst []bam.Interval, r *bam.Record) []bam.Interval {
	pos, n := r.Pos(), len(dst)
	for i := range r.NOps() {
		op := r.Op(i)
		if op.Aligned() && op.Len() > 0 {
			if len(dst) > n && dst[len(dst)-1].End == pos {
				dst[len(dst)-1].End += op.Len()
			} else {
				dst = append(dst, bam.Interval{Start: pos, End: pos + op.Len()})
			}
		}
		if op.Reference() {
			pos += op.Len()
		}
	}
	return dst
}
