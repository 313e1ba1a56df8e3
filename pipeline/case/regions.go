package cases

import (
	"sort"

	"varpanel/hts/bed"
	"varpanel/reference/allele"
	"varpanel/stages/scan"
)

// slack is how far beside the scan regions records are read: left alignment
// may move an allele into a region from there, and a deletion may reach in.
const slack = 1000

// regions are the bundle's scan regions by contig: sorted, disjoint, 0-based
// half-open.
type regions map[string][]scan.Interval

func newRegions(rows []bed.Record) regions {
	r := regions{}
	for _, row := range rows {
		r[row.Contig] = append(r[row.Contig], scan.Interval{Start: row.Start, End: row.End})
	}
	for contig, list := range r {
		sort.Slice(list, func(i, j int) bool { return list[i].Start < list[j].Start })
		r[contig] = mergeIntervals(list)
	}
	return r
}

// mergeIntervals joins sorted intervals that overlap or touch.
func mergeIntervals(list []scan.Interval) []scan.Interval {
	var out []scan.Interval
	for _, iv := range list {
		if n := len(out); n > 0 && iv.Start <= out[n-1].End {
			out[n-1].End = max(out[n-1].End, iv.End)
			continue
		}
		out = append(out, iv)
	}
	return out
}

// widened gives a contig's regions with slack on both sides.
func (r regions) widened(contig string) []scan.Interval {
	var wide []scan.Interval
	for _, iv := range r[contig] {
		wide = append(wide, scan.Interval{Start: max(0, iv.Start-slack), End: iv.End + slack})
	}
	return mergeIntervals(wide)
}

// meets tells whether a span shares a base with a region. An empty span does not.
func (r regions) meets(contig string, start, end int) bool {
	list := r[contig]
	i := sort.Search(len(list), func(i int) bool { return list[i].End > start })
	return i < len(list) && list[i].Start < end && start < end
}

// holds tells whether an allele belongs to the panel: its normalised REF span
// meets a region; of an insertion either flanking base counts.
func (r regions) holds(a allele.Allele) bool {
	end := a.End()
	if len(a.Alt) > len(a.Ref) && len(a.Ref) == 1 {
		end++
	}
	return r.meets(a.Contig, a.Pos, end)
}
