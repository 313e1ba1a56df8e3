package consequence

import (
	"sort"

	"varpanel/reference/transcript"
)

// minIntron is the shortest gap between exons that is taken for an intron. A
// shorter one repairs the reading frame of the model, as VEP sees it, and has
// no splice sites.
const minIntron = 13

// spliceReach is the furthest that a base can lie from an exon's edge and still
// have a splice term.
const spliceReach = tractReach

// tractReach is how far before an exon splice_polypyrimidine_tract_variant is
// given.
const tractReach = 17

// edit is a change on a transcript, in unspliced coordinates and on its strand.
type edit struct {
	start, end int // replaced bases; equal for an insertion before start
	ref, alt   []byte
}

func (e edit) insertion() bool { return e.start == e.end }

// touches tells whether the edit changes a base of [from:to]; an insertion
// does only strictly inside.
func (e edit) touches(from, to int) bool { return e.start < to && e.end > from }

// places tells what of the transcript an edit touches.
type places struct {
	terms                  termSet
	exon, exonLast         int // 1-based; 0 none
	intron, intronLast     int
	essential              bool // a donor or acceptor between coding exons
	outside                bool // reaches beyond the transcript
	shortIntron            int  // exon (0-based) before a touched gap too short for an intron, or -1
	within                 int  // exon (0-based) that holds the whole edit, or -1
	splicedFrom, splicedTo int  // exon bases touched, in transcript coordinates
}

// locate finds the exons and introns of an edit, and the splice terms.
func (v *view) locate(e edit) places {
	p := places{within: -1, shortIntron: -1, outside: e.start < 0 || e.end > v.span, splicedFrom: -1}
	// The first exon whose end, with the intron bases behind it that count for
	// splicing, the edit can reach.
	first := sort.Search(len(v.end), func(i int) bool { return v.end[i] >= e.start-spliceReach })
	for i := max(0, first-1); i < len(v.start) && v.start[i] <= e.end+spliceReach; i++ {
		v.atExon(&p, e, i)
	}
	for i := max(0, first-1); i+1 < len(v.start) && v.end[i] <= e.end+spliceReach; i++ {
		v.atIntron(&p, e, i)
	}
	p.terms = spliceTerms(p.terms)
	return p
}

func (v *view) atExon(p *places, e edit, i int) {
	from, to := v.start[i], v.end[i]
	inside := e.touches(from, to)
	if e.insertion() {
		// An insertion at an exon's edge belongs to the exon, but for the
		// transcript's two ends.
		inside = e.start >= from && e.start <= to && e.start > 0 && e.start < v.span
	}
	if !inside {
		return
	}
	if p.exon == 0 {
		p.exon = i + 1
		p.splicedFrom = v.splicedBefore(i, max(e.start, from))
	}
	p.exonLast = i + 1
	p.splicedTo = v.splicedBefore(i, min(e.end, to))
	if e.start >= from && e.end <= to {
		p.within = i
	}
}

// splicedBefore gives how many of the transcript's bases lie before a place of
// exon i, which is an unspliced coordinate from its first base to its end.
func (v *view) splicedBefore(i, place int) int {
	switch {
	case v.Transcript.Alignment == nil:
		return v.ExonStart(i) + place - v.start[i]
	case place == v.start[i]:
		return v.ExonStart(i)
	case place == v.end[i]:
		return v.ExonStart(i + 1)
	}
	pos := v.Transcript.Start + place - 1 // the base before the place
	if v.Transcript.Strand == transcript.Minus {
		pos = v.Transcript.End - place
	}
	at, _ := v.Position(pos)
	if at.Offset < 0 {
		return at.Base // in a gap, nearer to the base behind it
	}
	return at.Base + 1
}

// atIntron adds the terms of the intron after exon i.
func (v *view) atIntron(p *places, e edit, i int) {
	from, to := v.end[i], v.start[i+1]
	if to-from < minIntron {
		if e.touches(from, to) {
			p.shortIntron = i
		}
		return
	}
	if e.touches(from, to) {
		if p.intron == 0 {
			p.intron = i + 1
		}
		p.intronLast = i + 1
	}
	atEdge := func(place int) bool { return e.insertion() && e.start == place }
	if e.touches(from, from+2) {
		p.terms.add(SpliceDonor)
	}
	if e.touches(to-2, to) {
		p.terms.add(SpliceAcceptor)
	}
	if (e.touches(from, from+2) || e.touches(to-2, to)) && v.codingJunction(i) {
		p.essential = true
	}
	if e.touches(from+4, from+5) {
		p.terms.add(SpliceDonor5thBase)
	}
	if e.touches(from+2, from+6) {
		p.terms.add(SpliceDonorRegion)
	}
	if e.touches(to-tractReach, to-2) || atEdge(to-2) {
		p.terms.add(SplicePolypyrimidineTract)
	}
	if e.touches(from-3, from) || e.touches(from+2, from+8) || e.touches(to-8, to-2) || e.touches(to, to+3) ||
		atEdge(from) || atEdge(to) || atEdge(from+2) || atEdge(to-2) {
		p.terms.add(SpliceRegion)
	}
	if e.touches(from+2, to-2) || atEdge(from+2) || atEdge(to-2) {
		p.terms.add(Intron)
	}
}

// essentialOnTheWay gives the donor and acceptor terms of the spellings that an
// insertion or deletion has further 5', by up to shift bases.
func (v *view) essentialOnTheWay(e edit, shift int) termSet {
	var set termSet
	if shift == 0 {
		return set
	}
	reaches := func(from, to int) bool {
		if e.insertion() {
			return max(e.start-shift, from+1) <= min(e.start, to-1)
		}
		return e.start-shift < to && e.end > from
	}
	first := sort.Search(len(v.end), func(i int) bool { return v.end[i] >= e.start-shift })
	for i := max(0, first-1); i+1 < len(v.start) && v.end[i] <= e.end; i++ {
		from, to := v.end[i], v.start[i+1]
		if to-from < minIntron {
			continue
		}
		if reaches(from, from+2) {
			set.add(SpliceDonor)
		}
		if reaches(to-2, to) {
			set.add(SpliceAcceptor)
		}
	}
	return set
}

// codingJunction tells whether the exons around the intron after exon i are
// joined inside the coding sequence.
func (v *view) codingJunction(i int) bool {
	at := v.ExonStart(i + 1)
	return v.CDSStart >= 0 && at > v.CDSStart && at < v.CDSEnd
}

// spliceTerms leaves of the splice terms those that VEP prints together: the
// two essential ones silence the regions, and the donor's 5th base and region
// silence each other's wider term.
func spliceTerms(s termSet) termSet {
	if s.has(SpliceDonor5thBase) {
		s.drop(SpliceDonorRegion)
	}
	if s.has(SpliceDonor) || s.has(SpliceAcceptor) {
		s.drop(SpliceRegion)
		s.drop(SpliceDonorRegion)
	}
	if s.has(SpliceDonor5thBase) || s.has(SpliceDonorRegion) {
		s.drop(SpliceRegion)
	}
	return s
}
