package coverage

import (
	"cmp"
	"slices"

	"varpanel/hts/bam"
	"varpanel/hts/bam/pileup"
)

// territory is the union of what is measured on one contig, and its depth. The
// further depths, parallel to depth, are nil where they equal what the comment
// says, so that most cases hold one number a base.
type territory struct {
	contig    string // the bundle's name
	id        int    // the BAM file's reference; -1: it has none
	stretches []bam.Interval
	depth     [][]int32 // a stretch each
	// Few reads are of low mapping quality, so these are short.
	mapq0   [][]pileup.Run // of reads with mapping quality 0 alone; nil: none
	anyMapQ [][]pileup.Run // of reads of any mapping quality; nil: as depth
}

// unite merges the exons and sites by contig, contigs in the order in which they
// come.
func unite(exons []Exon, sites []Site) []*territory {
	byName := map[string]*territory{}
	var all []*territory
	add := func(contig string, start, end int) {
		if start >= end {
			return
		}
		t := byName[contig]
		if t == nil {
			t = &territory{contig: contig}
			byName[contig], all = t, append(all, t)
		}
		t.stretches = append(t.stretches, bam.Interval{Start: start, End: end})
	}
	for _, e := range exons {
		if !e.NoSequence {
			add(e.Contig, e.Start, e.End)
		}
	}
	for _, s := range sites {
		add(s.Contig, s.Start, s.End)
	}
	for _, t := range all {
		t.stretches = merge(t.stretches)
		n := len(t.stretches)
		t.depth, t.mapq0, t.anyMapQ = make([][]int32, n), make([][]pileup.Run, n), make([][]pileup.Run, n)
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

// stretch gives the place of the stretch that holds an interval, which lies
// within one.
func (t *territory) stretch(start int) int {
	i, found := slices.BinarySearchFunc(t.stretches, start, func(s bam.Interval, at int) int {
		return cmp.Compare(s.Start, at)
	})
	if !found {
		i--
	}
	return i
}

// of gives the depth of an interval that lies within one stretch.
func (t *territory) of(start, end int) []int32 {
	i := t.stretch(start)
	from := t.stretches[i].Start
	return t.depth[i][start-from : end-from]
}

// expand gives the depth of each base of runs, in dst's room.
func expand(dst []int32, runs []pileup.Run) []int32 {
	dst = dst[:0]
	for _, r := range runs {
		for len(dst) < int(r.End) {
			dst = append(dst, r.Depth)
		}
	}
	return dst
}

// lowQuality gives the lowest and highest depth of reads with mapping quality 0 in
// an interval that lies within one stretch.
func (t *territory) lowQuality(start, end int) (least, most int32) {
	i := t.stretch(start)
	from := t.stretches[i].Start
	first := true
	for _, r := range t.mapq0[i] {
		if int(r.End) <= start-from {
			continue
		}
		if first {
			least, most, first = r.Depth, r.Depth, false
		}
		least, most = min(least, r.Depth), max(most, r.Depth)
		if int(r.End) >= end-from {
			break
		}
	}
	return least, most
}
