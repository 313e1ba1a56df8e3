package main

import (
	"cmp"
	"slices"

	"varpanel/hts/bed"
)

type exon = bed.Record

// The library: what a capture of short fragments looks like.
const (
	readLength  = 100
	shortest    = 160 // fragment lengths run from shortest to shortest+spread
	spread      = 260
	margin      = 600 // bases beside the outermost exons that fragments may reach
	capture     = 40  // bases beside an exon that are read as deeply as the exon
	depth       = 45  // mean depth, mates counted once
	errorsPerKb = 1.5 // sequencing errors
)

// The low stretch: a GC-rich piece of exon 1 where most fragments are lost.
// Bounds are 0-based half-open.
const (
	lowStart = 1207030
	lowEnd   = 1207044
	lowLoss  = 0.72
)

// read is one mate: its first base (0-based) and its alignment.
type read struct {
	start, end int // the reference span, 0-based half-open
	bases      []byte
	quality    []byte // Phred+33
	cigar      string
}

// fragment is one pair. Mate a is the left one.
type fragment struct {
	a, b      read
	strand    haplotype
	firstIsA  bool // which mate is the first in the pair
	artefacts []bool
}

// spans says whether a mate covers the span [start,end) whole.
func (f *fragment) spans(start, end int) bool {
	return f.a.start <= start && end <= f.a.end || f.b.start <= start && end <= f.b.end
}

// touches says whether a mate has a base inside [start,end).
func (f *fragment) touches(start, end int) bool {
	return f.a.start < end && start < f.a.end || f.b.start < end && start < f.b.end
}

// carries says whether the fragment has variant i of the design.
func (f *fragment) carries(i int) bool {
	if design[i].on == artefact {
		return f.artefacts[i]
	}
	return design[i].on == f.strand
}

// sequence draws the fragments: starts are even over the captured pieces, so
// that the depth is level inside and falls off beside them.
func (p *person) sequence(exons []exon) []fragment {
	var fragments []fragment
	for _, piece := range captured(exons) {
		from := piece.Start - shortest - spread
		// A fragment covers two reads' bases, less a few where short ones
		// overlap.
		count := (piece.End - from) * depth / (2*readLength - 4)
		for range count {
			if f, ok := p.fragment(from+p.below(piece.End-from), piece); ok {
				fragments = append(fragments, f)
			}
		}
	}
	slices.SortStableFunc(fragments, func(x, y fragment) int { return cmp.Compare(x.a.start, y.a.start) })
	p.plantArtefacts(fragments)
	for i := range fragments {
		f := &fragments[i]
		p.read(f, &f.a)
		p.read(f, &f.b)
	}
	return fragments
}

// captured widens the exons and merges what then meets.
func captured(exons []exon) []exon {
	sorted := slices.Clone(exons)
	slices.SortFunc(sorted, func(x, y exon) int { return cmp.Compare(x.Start, y.Start) })
	var pieces []exon
	for _, e := range sorted {
		e.Start, e.End = e.Start-capture, e.End+capture
		if n := len(pieces); n > 0 && e.Start <= pieces[n-1].End {
			pieces[n-1].End = max(pieces[n-1].End, e.End)
			continue
		}
		pieces = append(pieces, e)
	}
	return pieces
}

// fragment draws the rest of a fragment that begins at start, and says whether
// the library keeps it.
func (p *person) fragment(start int, piece exon) (fragment, bool) {
	length := shortest + p.bell(spread)
	f := fragment{strand: haplotype(p.below(2)), firstIsA: p.chance(0.5), artefacts: make([]bool, len(design))}
	f.a.start = start
	f.b.start = start + length - readLength
	f.a.end, f.b.end = p.endOf(&f, f.a.start), p.endOf(&f, f.b.start)
	lost := p.chance(lowLoss) && f.touches(lowStart, lowEnd)
	for _, edge := range []int{f.a.start, f.a.end, f.b.start, f.b.end} {
		lost = lost || runStart < edge && edge < runEnd
	}
	return f, !lost && f.touches(piece.Start, piece.End)
}

// endOf gives where on the reference a read of this fragment ends.
func (p *person) endOf(f *fragment, start int) int {
	end := start + readLength
	for i, v := range design {
		if gone := len(v.ref) - len(v.alt); gone > 0 && f.carries(i) && start <= v.pos && v.pos < end {
			end += gone
		}
	}
	return end
}

// plantArtefacts gives each artefact to fragments that are spread over those
// that span its place.
func (p *person) plantArtefacts(fragments []fragment) {
	for i, v := range design {
		if v.on != artefact {
			continue
		}
		var there []int
		for j := range fragments {
			if fragments[j].spans(v.pos, v.pos+len(v.ref)) {
				there = append(there, j)
			}
		}
		for k := range artefactFragments {
			j := there[(2*k+1)*len(there)/(2*artefactFragments)]
			fragments[j].artefacts[i] = true
		}
	}
}

// read writes a mate's bases, qualities and CIGAR from the reference and the
// variants that the fragment carries.
func (p *person) read(f *fragment, r *read) {
	var ops []op
	protected := make([]bool, 0, readLength) // bases of variants: never an error there
	for pos := r.start; pos < r.end; {
		i := slices.IndexFunc(design, func(v planted) bool { return v.pos == pos })
		if i < 0 {
			r.bases = append(r.bases, p.reference(pos, 1)[0])
			protected = append(protected, runStart <= pos && pos < runEnd)
			ops = addOp(ops, 'M', 1)
			pos++
			continue
		}
		v := design[i]
		shown := v.ref
		if f.carries(i) {
			shown = v.alt
		}
		for _, b := range []byte(shown) {
			r.bases = append(r.bases, b)
			protected = append(protected, true)
		}
		ops = addOp(ops, 'M', len(shown))
		if gone := len(v.ref) - len(shown); gone > 0 {
			ops = addOp(ops, 'D', gone)
		}
		pos += len(v.ref)
	}
	r.cigar = text(ops)
	p.quality(r, protected)
}

// quality gives the four grades that today's instruments write, and puts in a
// few errors, each with a low grade.
func (p *person) quality(r *read, protected []bool) {
	for i := range r.bases {
		q := byte('F') // 37
		switch n := p.below(100); {
		case protected[i]:
		case p.chance(errorsPerKb / 1000):
			r.bases[i] = "ACGT"[(slices.Index([]byte("ACGT"), r.bases[i])+1+p.below(3))%4]
			q = ',' // 11
		case n < 2:
			q = ',' // 11
		case n < 8:
			q = ':' // 25
		}
		r.quality = append(r.quality, q)
	}
}
