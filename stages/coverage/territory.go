package coverage

import (
	"cmp"
	"math"
	"slices"

	"varpanel/hts/bam"
	"varpanel/hts/bam/pileup"
)

// territory is the union of what is measured on one contig, and its depth. The
// further depths, parallel to stretches, are nil where they equal what the comment
// says, so that most cases hold one number of 16 bits a base.
type territory struct {
	contig    string // the bundle's name
	id        int    // the BAM file's reference; -1: it has none
	stretches []bam.Interval
	depth     []uint16 // stretch after stretch; see store
	at        []int    // of depth: where each stretch begins
	// wide has the stretches in which a depth goes beyond 16 bits.
	wide [][]int32
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
		t.mapq0, t.anyMapQ = make([][]pileup.Run, n), make([][]pileup.Run, n)
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
	t.at = make([]int, len(t.stretches))
	bases := 0
	for i, s := range t.stretches {
		t.at[i] = bases
		bases += s.End - s.Start
	}
	t.depth, t.wide = make([]uint16, bases), make([][]int32, len(t.stretches))
}

// store keeps the depth of a stretch's bases, whatever it is: a stretch that has one
// beyond 16 bits is kept apart. Several goroutines may store different stretches.
func (t *territory) store(i int, depth []int32) {
	narrow := t.depth[t.at[i]:][:len(depth)]
	for j, d := range depth {
		if d < 0 || d > math.MaxUint16 {
			t.wide[i] = slices.Clone(depth)
			return
		}
		narrow[j] = uint16(d)
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

// of gives the depth of an interval that lies within one stretch, in dst's room.
func (t *territory) of(dst []int32, start, end int) []int32 {
	i := t.stretch(start)
	start, end = start-t.stretches[i].Start, end-t.stretches[i].Start
	if wide := t.wide[i]; wide != nil {
		return append(dst[:0], wide[start:end]...)
	}
	dst = slices.Grow(dst[:0], end-start)[:end-start]
	for j, d := range t.depth[t.at[i]+start : t.at[i]+end] {
		dst[j] = int32(d)
	}
	return dst
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
