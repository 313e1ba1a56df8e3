package consequence

import (
	"varpanel/annotate/hgvs"
	"varpanel/reference/genome"
	"varpanel/reference/transcript"
)

// ownOf gives the view of a transcript on its own sequence, where that differs
// from the genome and the sequence holds it under the transcript's accession;
// else nil.
func (p *Predictor) ownOf(v *view) *view {
	if !v.Transcript.Differs {
		return nil
	}
	v.looked.Do(func() { v.own = v.onOwnSequence(p.shared.seq) })
	return v.own
}

func (v *view) onOwnSequence(seq genome.Sequence) *view {
	t := v.Transcript
	for _, name := range []string{t.Accession, t.VersionedID()} {
		length, ok := seq.Length(name)
		if !ok || length < v.Length {
			continue
		}
		own := &transcript.Transcript{
			ID: t.ID, Accession: name, Contig: name, End: length, Strand: transcript.Plus, Biotype: t.Biotype,
			CDSStart: v.CDSStart, CDSEnd: v.CDSEnd, CodonTable: t.CodonTable,
			Incomplete5: t.Incomplete5, Incomplete3: t.Incomplete3,
			Exons: []transcript.Exon{{End: length, Phase: int8((3 - v.Pad) % 3)}},
		}
		for _, e := range t.Exceptions {
			first := e.Start
			if t.Strand == transcript.Minus {
				first = e.End - 1
			}
			if at, ok := v.Position(first); ok {
				own.Exceptions = append(own.Exceptions, transcript.Exception{Start: at.Base, End: at.Base + 3, AminoAcid: e.AminoAcid})
			}
		}
		for _, s := range t.Slips {
			if at, ok := v.Position(s.At); ok {
				own.Slips = append(own.Slips, transcript.Slip{At: at.Base, Shift: s.Shift})
			}
		}
		out := newView(own)
		out.junction, out.genomic = v.junction, v
		return out
	}
	return nil
}

// onOwn carries a genomic change, at its most 3' place, into the transcript's own
// sequence; false where its bases do not all lie in one exon, or bases that it
// rests on are not known. What stands between the nearest bases that both
// sequences have is replaced by what the changed genome has there; an indel that
// could also stand at a gap of the alignment is compared with it, and the transcript
// position behind that gap is given, else -1.
func (p *Predictor) onOwn(v *view, own *view, pl placement) (e edit, gap int, ok bool, err error) {
	exons := v.Transcript.Exons
	x := -1
	for i := range exons {
		if pl.start >= exons[i].Start && pl.end <= exons[i].End {
			x = i
		}
	}
	if x < 0 {
		return e, gap, false, nil
	}
	exon := exons[x]
	aligned := func(pos int) (int, bool) {
		at, ok := v.Position(pos)
		return at.Base, ok && at.Offset == 0
	}
	lo, hi := max(exon.Start, pl.start-pl.left), min(exon.End, pl.end+pl.right)
	if gap = v.gapIn(exon, lo, hi); gap < 0 {
		lo, hi = pl.start, pl.end
	}
	left, right := lo-1, hi // the bases that both have
	for left >= exon.Start {
		if _, ok := aligned(left); ok {
			break
		}
		left--
	}
	for right < exon.End {
		if _, ok := aligned(right); ok {
			break
		}
		right++
	}
	before, err := p.seq.Bases(v.Transcript.Contig, left+1, pl.start)
	if err != nil {
		return e, gap, false, err
	}
	after, err := p.seq.Bases(v.Transcript.Contig, pl.end, right)
	if err != nil {
		return e, gap, false, err
	}
	alt := append(append(append([]byte(nil), before...), pl.alt...), after...)
	rank, five, three := x, left, right
	if !isKnown(before) || !isKnown(after) {
		return e, gap, false, nil
	}
	if v.Transcript.Strand == transcript.Minus {
		rank, five, three = len(exons)-1-x, right, left
		alt = transcript.AppendReverseComplement(nil, alt)
	}
	from, to := v.ExonStart(rank), v.ExonStart(rank+1)
	if five >= exon.Start && five < exon.End {
		base, _ := aligned(five)
		from = base + 1
	}
	if three >= exon.Start && three < exon.End {
		to, _ = aligned(three)
	}
	if from > to {
		return e, gap, false, nil
	}
	bases, err := p.seq.Bases(own.Transcript.Contig, 0, own.Length)
	if err != nil {
		return e, gap, false, err
	}
	return smallest(bases, from, to, alt, v.ExonStart(rank+1)), gap, isKnown(bases[from:to]), nil
}

// gapIn gives the transcript position behind a gap that the alignment has at the
// genomic bases [lo:hi] of an exon or beside them, or -1.
func (v *view) gapIn(exon transcript.Exon, lo, hi int) int {
	blocks := v.Transcript.Alignment
	for i := 1; i < len(blocks); i++ {
		a, b := blocks[i-1], blocks[i]
		if a.Start < exon.Start || b.End > exon.End || a.End > hi || b.Start < lo {
			continue
		}
		if v.Transcript.Strand == transcript.Minus {
			return a.Offset
		}
		return b.Offset
	}
	return -1
}

// smallest trims a replacement of bases[from:to] and moves an insertion or a
// deletion 3', up to the exon's end.
func smallest(bases []byte, from, to int, alt []byte, end int) edit {
	for to > from && len(alt) > 0 && bases[to-1] == alt[len(alt)-1] {
		to, alt = to-1, alt[:len(alt)-1]
	}
	for to > from && len(alt) > 0 && bases[from] == alt[0] {
		from, alt = from+1, alt[1:]
	}
	ref := bases[from:to]
	if (len(ref) == 0) != (len(alt) == 0) {
		cycle := ref
		if len(ref) == 0 {
			cycle = alt
		}
		n := 0
		for to+n < end && bases[to+n] == cycle[n%len(cycle)] {
			n++
		}
		from, to, alt = from+n, to+n, rotate(alt, n)
		ref = bases[from:to]
	}
	return edit{start: from, end: to, ref: ref, alt: alt}
}

// insideOwn predicts on the transcript's own sequence, with the splice terms and
// the exon of the genome; false where the change does not lie in one exon.
func (p *Predictor) insideOwn(v *view, genomic edit, pl *placement, pr *Prediction) (termSet, bool, error) {
	own := p.ownOf(v)
	if own == nil {
		return 0, false, nil
	}
	e, gap, ok, err := p.onOwn(v, own, pl.shifted(v.Transcript.Strand))
	if err != nil || !ok {
		return 0, false, err
	}
	at := v.locate(genomic)
	var set termSet
	if e.start == e.end && len(e.alt) == 0 {
		// The changed genome has what the transcript has.
		if gap > 0 {
			set, err = p.unchanged(own, gap-1, gap, pr)
		} else {
			set, err = p.unchanged(own, e.start, e.start, pr)
		}
	} else {
		set, err = p.inside(own, e, pr)
		c := hgvs.Change{Ref: e.ref, Alt: e.alt}
		if err == nil && len(e.ref) == 0 {
			c.Before, err = p.seq.Bases(own.Transcript.Contig, max(0, e.start-len(e.alt)), e.start)
		}
		pr.HGVSc = hgvs.OnTranscript(own.Map, c, e.start)
	}
	pr.Exon, pr.ExonLast, pr.Intron, pr.IntronLast = at.exon, at.exonLast, at.intron, at.intronLast
	pr.Flags = append(pr.Flags[:len(pr.Flags):len(pr.Flags)], FlagOwnSequence)
	return set | at.terms, true, err
}

// unchanged names the bases (the first and the last of them) where the transcript
// already has the ALT: the two around a gap, or the one that differs.
func (p *Predictor) unchanged(own *view, first, last int, pr *Prediction) (termSet, error) {
	var set termSet
	first, last = max(0, min(first, own.Length-1)), max(0, min(last, own.Length-1))
	prefix := "n."
	if own.CDSStart >= 0 {
		prefix = "c."
	}
	name := hgvs.AppendPosition([]byte(prefix), own.Map, transcript.Position{Base: first})
	if last > first {
		name = hgvs.AppendPosition(append(name, '_'), own.Map, transcript.Position{Base: last})
	}
	pr.HGVSc = string(append(name, '='))
	pr.CDNAStart, pr.CDNAEnd = first+1, last+1
	switch {
	case own.CDSStart < 0:
		set.add(NonCodingTranscriptExon)
	case first < own.CDSStart:
		set.add(FivePrimeUTR)
	case last >= own.CDSEnd:
		set.add(ThreePrimeUTR)
	default:
		set.add(Synonymous)
		c, err := p.shared.coding(own, &p.room)
		if err != nil {
			return set, err
		}
		codon := func(at int) int { return c.frame(at-own.CDSStart+own.Pad) / 3 }
		if i, j := codon(first), codon(last); j < len(c.protein) {
			pr.HGVSp = hgvs.Protein(c.protein, c.protein, i, j+1, false)
		}
	}
	return set, nil
}
