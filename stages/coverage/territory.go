package coverage

import (
	"cmp"
	"slices"

	"varpanel/hts/bam"
)

// territory is the union of the rows on one contig, and its depth.
type territory struct {
	contig    string // the bundle's name
	id        int    // the BAM file's reference; -1: it has none
	stretches []bam.Interval
	depth     [][]int32 // a stretch each
}

// unite merges the exons by contig, contigs in the order in which they come.
func unite(exons []Exon) []*territory {
	byName := map[string]*territory{}
	var all []*territory
	for _, e := range exons {
		if e.Start >= e.End {
			continue
		}
		t := byName[e.Contig]
		if t == nil {
			t = &territory{contig: e.Contig}
			byName[e.Contig], all = t, append(all, t)
		}
		t.stretches = append(t.stretches, bam.Interval{Start: e.Start, End: e.End})
	}
	for _, t := range all {
		t.stretches = merge(t.stretches)
		t.depth = make([][]int32, len(t.stretches))
	}
	return all
}

// merge sorts intervals and joins those that overlap or touch.
func merge(in []bam.Interval) []bam.Interval {
	in = slices.Clone(in)
	slices.SortFunc(in, func(a, b bam.Interval) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
	})
	out := in[:0]
	for _, i := range in {
		if n := len(out); n > 0 && i.Start <= out[n-1].End {
			out[n-1].End = max(out[n-1].End, i.End)
			continue
		}
		out = append(out, i)
	}
	return out
}

// end is the exclusive end of the last base.
func (t *territory) end() int { return t.stretches[len(t.stretches)-1].End }

// zero gives every base depth 0.
func (t *territory) zero() {
	for i, s := range t.stretches {
		t.depth[i] = make([]int32, s.End-s.Start)
	}
}

// of gives the depth of an interval that lies within one stretch.
func (t *territory) of(start, end int) []int32 {
	i, found := slices.BinarySearchFunc(t.stretches, start, func(s bam.Interval, at int) int {
		return cmp.Compare(s.Start, at)
	})
	if !found {
		i--
	}
	from := t.stretches[i].Start
	return t.depth[i][start-from : end-from]
}
