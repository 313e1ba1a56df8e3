package coverage

import (
	"cmp"
	"iter"
	"slices"
)

// placed is an interval of a contig, 0-based half-open.
type placed struct {
	contig     string
	rank       int // of the contig, in the order in which the rows have it
	start, end int
}

// union gives the union of the rows that have bases, in dst's room: contigs in
// the order of the rows, intervals sorted, none of which touches the next.
func union(dst []placed, rows iter.Seq[*Exon]) []placed {
	dst = dst[:0]
	var ranks map[string]int // nil while there is one contig
	rank, contig := 0, ""
	for e := range rows {
		if e.Start >= e.End {
			continue
		}
		if e.Contig != contig || len(dst) == 0 {
			if ranks == nil && len(dst) > 0 {
				ranks = map[string]int{contig: rank}
			}
			contig, rank = e.Contig, len(ranks)
			if known, ok := ranks[contig]; ok {
				rank = known
			} else if ranks != nil {
				ranks[contig] = rank
			}
		}
		dst = append(dst, placed{contig, rank, e.Start, e.End})
	}
	order := func(a, b placed) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end))
	}
	if !slices.IsSortedFunc(dst, order) {
		slices.SortFunc(dst, order)
	}
	out := dst[:0]
	for _, p := range dst {
		if n := len(out); n > 0 && out[n-1].rank == p.rank && p.start <= out[n-1].end {
			out[n-1].end = max(out[n-1].end, p.end)
			continue
		}
		out = append(out, p)
	}
	return out
}

// unions gives the union of the rows that have sequence, in dst's room, and how many
// bases more the union of all of them has.
func unions(dst []placed, rows iter.Seq[*Exon]) (with []placed, without int) {
	for e := range rows {
		if e.NoSequence {
			dst = union(dst, rows)
			without = length(dst)
			dst = union(dst, sequenced(rows))
			return dst, without - length(dst)
		}
	}
	return union(dst, rows), 0
}

// length is the number of bases of a union.
func length(union []placed) int {
	n := 0
	for _, p := range union {
		n += p.end - p.start
	}
	return n
}

// group is the numbers of a gene's rows.
type group []int32

// byGene groups the rows by gene, in the order of each gene's first row. A gene is
// known by its HGNC id, or by its symbol where it has none.
func byGene(rows []Exon) []group {
	type gene struct{ id, symbol string }
	number := map[gene]int{}
	of := make([]int, len(rows))
	var sizes []int
	for i, e := range rows {
		n, known := number[gene{e.HGNCID, e.Gene}]
		if !known {
			n = len(sizes)
			number[gene{e.HGNCID, e.Gene}] = n
			sizes = append(sizes, 0)
		}
		of[i] = n
		sizes[n]++
	}
	groups, room := make([]group, len(sizes)), make(group, len(rows))
	for i, n := range sizes {
		groups[i], room = room[:0:n], room[n:]
	}
	for i, n := range of {
		groups[n] = append(groups[n], int32(i))
	}
	return groups
}

// every gives all rows.
func every(rows []Exon) iter.Seq[*Exon] {
	return func(yield func(*Exon) bool) {
		for i := range rows {
			if !yield(&rows[i]) {
				return
			}
		}
	}
}

// some gives the rows of a group.
func some(rows []Exon, g group) iter.Seq[*Exon] {
	return func(yield func(*Exon) bool) {
		for _, i := range g {
			if !yield(&rows[i]) {
				return
			}
		}
	}
}

// sequenced leaves out the rows that the test has no sequence for.
func sequenced(rows iter.Seq[*Exon]) iter.Seq[*Exon] {
	return func(yield func(*Exon) bool) {
		for e := range rows {
			if !e.NoSequence && !yield(e) {
				return
			}
		}
	}
}
