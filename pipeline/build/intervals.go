package build

import (
	"cmp"
	"slices"
)

// interval is 0-based half-open.
type interval struct{ start, end int }

func (i interval) length() int { return i.end - i.start }

// merge sorts intervals and joins those that overlap or touch. It works in
// place.
func merge(in []interval) []interval {
	slices.SortFunc(in, func(a, b interval) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end))
	})
	out := in[:0]
	for _, i := range in {
		if n := len(out); n > 0 && i.start <= out[n-1].end {
			out[n-1].end = max(out[n-1].end, i.end)
			continue
		}
		out = append(out, i)
	}
	return out
}

// widen gives intervals with by more bases on both sides, inside a contig of
// that length, merged.
func widen(in []interval, by, length int) []interval {
	out := make([]interval, 0, len(in))
	for _, i := range in {
		w := interval{max(i.start-by, 0), min(i.end+by, length)}
		if w.end > w.start {
			out = append(out, w)
		}
	}
	return merge(out)
}

// meet gives the part of i that lies in each of the sorted, disjoint intervals.
func meet(i interval, with []interval) []interval {
	var out []interval
	for _, w := range with {
		if part := (interval{max(i.start, w.start), min(i.end, w.end)}); part.end > part.start {
			out = append(out, part)
		}
	}
	return out
}
