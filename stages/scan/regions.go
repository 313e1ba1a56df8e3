package scan

import (
	"cmp"
	"slices"
)

// Interval is a 0-based half-open stretch of a contig.
type Interval struct{ Start, End int }

// clean sorts the intervals of each contig, drops empty ones and joins those
// that overlap, so that order and overlaps of the request do not matter.
func clean(regions map[string][]Interval) map[string][]Interval {
	if regions == nil {
		return nil
	}
	out := make(map[string][]Interval, len(regions))
	for contig, list := range regions {
		list = slices.Clone(list)
		slices.SortFunc(list, func(a, b Interval) int {
			return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
		})
		joined := list[:0]
		for _, v := range list {
			n := len(joined)
			switch {
			case v.Start >= v.End:
			case n > 0 && v.Start <= joined[n-1].End:
				joined[n-1].End = max(joined[n-1].End, v.End)
			default:
				joined = append(joined, v)
			}
		}
		if len(joined) > 0 {
			out[contig] = joined
		}
	}
	return out
}

// cursor walks the intervals of one contig while positions only go up.
type cursor struct {
	left []Interval
	all  bool // every record is asked for, and meets not
}

// meets says whether [pos, end) meets an interval. pos must not go down from
// call to call; end may. What begins before the first base (VCF's position 0)
// meets none: no index holds it.
func (c *cursor) meets(pos, end int) bool {
	if pos < 0 {
		return false
	}
	for len(c.left) > 0 && c.left[0].End <= pos {
		c.left = c.left[1:]
	}
	return len(c.left) > 0 && c.left[0].Start < end
}
