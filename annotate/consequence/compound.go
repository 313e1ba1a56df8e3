package consequence

import (
	"cmp"
	"slices"

	"varpanel/annotate/hgvs"
	"varpanel/reference/allele"
	"varpanel/reference/transcript"
)

// Piece is an allele that replaces bases of one exon's coding part, as it is
// written but without padding. Two pieces of one haplotype that do not overlap
// can be read together.
type Piece struct {
	from, to int    // transcript positions, 0-based half-open; equal for an insertion before from
	alt      []byte // in the direction of the transcript
	name     string // the allele's own c. name
}

// Compound is what several alleles of one haplotype do to a transcript together.
type Compound struct {
	Members    []int // of the pieces given, in the direction of the transcript
	Prediction Prediction
}

// mostCodons is how long the Codons and Amino_acids of a compound get: two
// shifts of the frame can lie a whole transcript apart.
const mostCodons = 50

// PieceOf gives the piece of the coding sequence that an allele replaces; false
// where it does not lie in the coding part of one exon, and where the
// transcript's own sequence is not the genome's. pr is the allele's own
// prediction on the transcript.
func (p *Predictor) PieceOf(pr *Prediction, a allele.Allele) (Piece, bool) {
	t := pr.Transcript
	if t == nil || t.CDSStart < 0 || t.Differs {
		return Piece{}, false
	}
	ref, alt, start := allele.Unpadded(a)
	if start+len(ref) < t.CDSStart || start > t.CDSEnd {
		return Piece{}, false
	}
	out := Piece{alt: bytesOf(alt), name: pr.HGVSc}
	if len(a.Ref) == len(a.Alt) && len(ref) > 0 {
		// It cannot be moved, so the prediction tells where it lies.
		if pr.Exon != pr.ExonLast || pr.CDSStart == 0 || pr.CDSEnd == 0 {
			return Piece{}, false
		}
		out.from, out.to = pr.CDNAStart-1, pr.CDNAEnd
	} else {
		var ok bool
		if out.from, out.to, ok = p.viewOf(t).codingPart(start, start+len(ref)); !ok {
			return Piece{}, false
		}
	}
	if t.Strand == transcript.Minus {
		out.alt = reverseComplement(out.alt)
	}
	return out, true
}

// codingPart carries a genomic span that lies in the coding part of one exon into
// transcript positions; false for others.
func (v *view) codingPart(start, end int) (from, to int, ok bool) {
	var e edit
	e.start, e.end = v.unspliced(start, end)
	at := v.locate(e)
	if at.within < 0 || at.outside || at.splicedFrom < v.CDSStart || at.splicedTo > v.CDSEnd {
		return 0, 0, false
	}
	if e.insertion() && (at.splicedFrom == v.CDSStart || at.splicedFrom == v.CDSEnd) {
		return 0, 0, false
	}
	return at.splicedFrom, at.splicedTo, true
}

// Apart tells that pieces can all be read one by one, whichever of them stand on
// one haplotype: Together has nothing to say of any choice of them.
func (p *Predictor) Apart(t *transcript.Transcript, pieces []Piece) bool {
	v := p.viewOf(t)
	order := p.order[:0]
	for i := range pieces {
		if (len(pieces[i].alt)-(pieces[i].to-pieces[i].from))%3 != 0 {
			return false
		}
		order = append(order, i)
	}
	p.order = order
	sortPieces(pieces, order)
	end := 0
	for n, i := range order {
		from, to := pieces[i].from-v.CDSStart+v.Pad, pieces[i].to-v.CDSStart+v.Pad
		if n > 0 && from < max(end, (end+2)/3*3) {
			return false
		}
		end = max(end, to)
	}
	return true
}

func sortPieces(pieces []Piece, order []int) {
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(pieces[a].from, pieces[b].from), cmp.Compare(pieces[a].to, pieces[b].to), cmp.Compare(a, b))
	})
}

// Together appends to dst what pieces of one haplotype do to a transcript
// wherever they cannot be read one by one: two or more change one codon, or one
// lies where another has shifted the frame. Groups with overlapping pieces, with
// unknown bases or over a ribosomal slip are left out, for nobody knows their
// sequence. Errors are those of reading sequence.
func (p *Predictor) Together(dst []Compound, t *transcript.Transcript, pieces []Piece) ([]Compound, error) {
	v := p.viewOf(t)
	order := make([]int, len(pieces))
	for i := range order {
		order[i] = i
	}
	sortPieces(pieces, order)
	for len(order) > 0 {
		n := v.joined(pieces, order)
		if n > 1 {
			c, ok, err := p.compound(v, pieces, order[:n:n])
			if err != nil {
				return dst, err
			}
			if ok {
				dst = append(dst, c)
			}
		}
		order = order[n:]
	}
	return dst, nil
}

// Depend tells whether two pieces of one haplotype cannot be read one by one.
func (p *Predictor) Depend(t *transcript.Transcript, a, b Piece) bool {
	if a.from > b.from {
		a, b = b, a
	}
	return p.viewOf(t).joined([]Piece{a, b}, []int{0, 1}) > 1
}

// joined tells how many of the first pieces depend on one another.
func (v *view) joined(pieces []Piece, order []int) int {
	grown, reach := 0, 0 // bases gained so far; the first codon that is not touched
	for n, i := range order {
		x := pieces[i]
		from, to := x.from-v.CDSStart+v.Pad, x.to-v.CDSStart+v.Pad
		if n > 0 && grown%3 == 0 && from/3 >= reach && x.from >= pieces[order[n-1]].to {
			return n
		}
		grown += len(x.alt) - (x.to - x.from)
		reach = max(reach, (to+2)/3)
	}
	return len(order)
}

// compound predicts for pieces in the direction of the transcript; false where
// what they make together is not known.
func (p *Predictor) compound(v *view, pieces []Piece, members []int) (Compound, bool, error) {
	out := Compound{Members: members}
	c, err := p.shared.coding(v, &p.room)
	if err != nil {
		return out, false, err
	}
	first, last := pieces[members[0]], pieces[members[len(members)-1]]
	if c.slipsNear(first.from-v.CDSStart+v.Pad, last.to-v.CDSStart+v.Pad) {
		return out, false, nil
	}
	alt := p.joined[:0]
	at := first.from
	for n, i := range members {
		x := pieces[i]
		if x.from < at || n > 0 && x.from == x.to && pieces[members[n-1]].from == x.from {
			return out, false, nil // two alleles of one place
		}
		alt = append(alt, v.codingBases(c, at, x.from)...)
		alt = append(alt, x.alt...)
		at = x.to
	}
	p.joined = alt
	pr := &out.Prediction
	*pr = Prediction{Transcript: v.Transcript, Exons: v.Exons(), Introns: v.Exons() - 1}
	pr.Flags = slices.Concat(v.flags, c.flags)
	from, to, alt := v.smallestOf(c, first.from, last.to, alt)
	pr.Exon, pr.ExonLast = v.ExonOf(first.from)+1, v.ExonOf(max(last.from, last.to-1))+1
	pr.CDNAStart, pr.CDNAEnd = min(from+1, to), max(from+1, to)
	pr.CDSStart, pr.CDSEnd = pr.CDNAStart-v.CDSStart+v.Pad, pr.CDNAEnd-v.CDSStart+v.Pad
	x := &p.change
	x.set(v, c, from, to, alt)
	if !x.known() {
		return out, false, nil
	}
	x.brief = x.last-x.first > mostCodons
	var set termSet
	x.predict(&set, pr)
	pr.Terms = p.list(set)
	pr.Impact = pr.Terms[0].Impact()
	pr.HGVSc = v.nameTogether(c, pieces, members)
	return out, true, nil
}

// smallestOf trims a replacement of transcript positions and moves an insertion
// or deletion 3'. One that replaces bases by the same ones stays as it is: then
// the alleles undo one another.
func (v *view) smallestOf(c *codingSequence, from, to int, alt []byte) (int, int, []byte) {
	start := c.frame(from - v.CDSStart + v.Pad)
	e := smallest(c.bases, start, start+to-from, alt, c.end)
	if e.insertion() && len(e.alt) == 0 {
		return from, to, alt
	}
	from += e.start - start
	return from, from + e.end - e.start, e.alt
}

// codingBases gives the bases of the coding sequence between two transcript
// positions that no slip lies between.
func (v *view) codingBases(c *codingSequence, from, to int) []byte {
	at := c.frame(from - v.CDSStart + v.Pad)
	return c.bases[at : at+to-from]
}

// nameTogether names changes in cis: as one deletion-insertion where no base
// stands between them, or one base of the same codon, and else one by one in
// brackets (HGVS, DNA: alleles; delins).
func (v *view) nameTogether(c *codingSequence, pieces []Piece, members []int) string {
	out := []byte("c.[")
	parts := 0
	for len(members) > 0 {
		n := 1
		for n < len(members) && v.adjoin(pieces[members[n-1]], pieces[members[n]]) {
			n++
		}
		name, ok := v.nameOfRun(c, pieces, members[:n])
		if !ok {
			n, name = 1, pieces[members[0]].name
		}
		if len(name) < 3 {
			return ""
		}
		if parts > 0 {
			out = append(out, ';')
		}
		parts++
		out = append(out, name[2:]...)
		members = members[n:]
	}
	if parts == 1 {
		return "c." + string(out[3:])
	}
	return string(append(out, ']'))
}

// adjoin tells whether two pieces of one exon are one change to HGVS.
func (v *view) adjoin(a, b Piece) bool {
	if v.ExonOf(max(a.from, a.to-1)) != v.ExonOf(b.from) {
		return false
	}
	from, to := a.to-1-v.CDSStart+v.Pad, b.from-v.CDSStart+v.Pad
	return b.from == a.to || b.from == a.to+1 && from/3 == to/3
}

// nameOfRun names pieces that adjoin as one deletion-insertion, and gives false
// where what they make together is smaller than one.
func (v *view) nameOfRun(c *codingSequence, pieces []Piece, run []int) (string, bool) {
	first, last := pieces[run[0]], pieces[run[len(run)-1]]
	if len(run) == 1 {
		return first.name, true
	}
	var alt []byte
	at := first.from
	for _, i := range run {
		alt = append(alt, v.codingBases(c, at, pieces[i].from)...)
		alt = append(alt, pieces[i].alt...)
		at = pieces[i].to
	}
	ref := v.codingBases(c, first.from, last.to)
	if len(ref) == 0 || len(alt) == 0 || ref[0] == alt[0] || ref[len(ref)-1] == alt[len(alt)-1] {
		return "", false
	}
	pos, ok := v.Genomic(transcript.Position{Base: first.from})
	return hgvs.OnTranscript(v.Map, hgvs.Change{Ref: ref, Alt: alt}, pos), ok
}
