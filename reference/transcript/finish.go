package transcript

import (
	"cmp"
	"slices"

	"varpanel/hts/fault"
)

// model puts the nodes together.
func (b *builder) model() (*Model, error) {
	exons := make([]Exon, 0, b.exonCount)
	genes := make([]*Gene, 0, b.nodes.n/4)
	parents := b.parents()
	for i := range b.nodes.n {
		n := b.nodes.at(i)
		if n.gene == nil {
			continue
		}
		genes = append(genes, n.gene)
		if n.cds < 0 && parents[i] {
			// RefSeqGene lists the exons of all transcripts under the gene once
			// more; together they are no transcript.
			n.exons = -1
		}
		if n.cds >= 0 || n.exons >= 0 && n.t == nil {
			b.geneItself(n)
		}
	}
	b.takeMature()
	matches := b.matchesByTarget()
	for i := range b.nodes.n {
		n := b.nodes.at(i)
		switch {
		case n.t == nil && n.gene == nil && (n.exons >= 0 || n.cds >= 0):
			return nil, b.fault(n.line, "exon or CDS with the Parent %q, which is not there", n.id)
		case n.t == nil:
			continue
		}
		g := n.gene
		if n.parent >= 0 {
			g = b.nodes.at(n.parent).gene
		}
		if g == nil {
			if n.exons < 0 && n.cds < 0 {
				continue // a part of something that is neither gene nor transcript
			}
			return nil, b.fault(n.line, "transcript %s has the Parent %s, which is not there", n.t.ID, b.nodes.at(n.parent).id)
		}
		var err error
		if exons, err = b.finish(n, b.details[i], exons); err != nil {
			return nil, err
		}
		if err := b.align(n.t, matches); err != nil {
			return nil, err
		}
		n.t.GeneID, n.t.Gene, n.t.HGNCID = g.ID, g.Symbol, g.HGNCID
		g.Transcripts = append(g.Transcripts, n.t)
	}
	m, err := NewModel(genes)
	if err != nil {
		return nil, fault.Inputf(b.name, "", "%v", err)
	}
	return m, nil
}

// parents tells of each node whether a transcript stands under it.
func (b *builder) parents() []bool {
	out := make([]bool, b.nodes.n)
	for i := range b.nodes.n {
		if n := b.nodes.at(i); n.t != nil && n.parent >= 0 {
			out[n.parent] = true
		}
	}
	return out
}

// geneItself makes a transcript of a gene whose coding parts stand right under
// it, as RefSeq writes the mitochondrion's.
func (b *builder) geneItself(n *node) {
	g := n.gene
	n.t = &Transcript{
		ID: cmp.Or(g.Symbol, g.ID), Name: g.Symbol, Biotype: g.Biotype, Contig: g.Contig, Start: g.Start, End: g.End,
		Strand: g.Strand, CDSStart: -1, CDSEnd: -1, CodonTable: codonTable(g.Contig),
	}
	n.t.nameByDefault()
}

// takeMature moves transcripts whose parent is a transcript, which are the
// mature products of a miRNA's precursor, to that one.
func (b *builder) takeMature() {
	for i := range b.nodes.n {
		n := b.nodes.at(i)
		if n.t == nil || n.parent < 0 || b.nodes.at(n.parent).t == nil || b.nodes.at(n.parent).gene != nil {
			continue
		}
		precursor := b.nodes.at(n.parent).t
		precursor.Mature = append(precursor.Mature, Interval{n.t.Start, n.t.End})
		n.t, n.exons, n.cds = nil, -1, -1
	}
}

// list appends a node's segments to dst, in the order of the file.
func (b *builder) list(dst []segment, last int32) []segment {
	for i := last; i >= 0; i = b.segments.at(i).next {
		dst = append(dst, *b.segments.at(i))
	}
	slices.Reverse(dst)
	return dst
}

func byStart(a, b segment) int { return cmp.Compare(a.start, b.start) }

// finish gives a transcript its exons, which it appends to slab, and its coding
// sequence.
func (b *builder) finish(n *node, d *detail, slab []Exon) ([]Exon, error) {
	t := n.t
	if d == nil {
		d = &detail{}
	}
	b.cds = b.list(b.cds[:0], n.cds)
	b.exons = b.list(b.exons[:0], n.exons)
	if len(b.exons) == 0 {
		b.exons = mergeTouching(append(b.exons, b.cds...))
	}
	if len(b.exons) == 0 {
		b.exons = append(b.exons, segment{start: int32(t.Start), end: int32(t.End), phase: -1})
	}
	slices.SortFunc(b.exons, byStart)
	from := len(slab)
	for i, s := range b.exons {
		if i > 0 && s.start < b.exons[i-1].end {
			return slab, b.fault(n.line, "transcript %s: exons overlap at %s:%d", t.ID, t.Contig, s.start+1)
		}
		slab = append(slab, Exon{Start: int(s.start), End: int(s.end), Phase: -1})
	}
	t.Exons = slab[from:len(slab):len(slab)]
	// The exons decide; a transcript line may be wider by a model's mistake.
	t.Start, t.End = int(b.exons[0].start), int(b.exons[len(b.exons)-1].end)
	slices.SortFunc(t.Mature, func(a, b Interval) int { return cmp.Compare(a.Start, b.Start) })
	if len(b.cds) == 0 {
		return slab, nil
	}
	return slab, b.code(n, d)
}

// mergeTouching joins coding parts that overlap or touch (a stop codon, a
// ribosomal slip) into the exons of a transcript that has none.
func mergeTouching(parts []segment) []segment {
	slices.SortFunc(parts, byStart)
	out := parts[:0]
	for _, s := range parts {
		if n := len(out); n > 0 && s.start <= out[n-1].end+1 {
			out[n-1].end = max(out[n-1].end, s.end)
			continue
		}
		out = append(out, s)
	}
	return out
}

// code gives a transcript its coding sequence from b.cds.
func (b *builder) code(n *node, d *detail) error {
	t, cds := n.t, b.cds
	slices.SortStableFunc(cds, byStart)
	if t.Strand == Minus {
		slices.Reverse(cds)
	}
	if b.dialect == gtf {
		cds = joinStop(cds, t.Strand)
	}
	fillPhases(cds)
	t.ProteinID = n.protein
	t.Exceptions = d.exceptions
	if d.table != 0 {
		t.CodonTable = d.table
	}
	length, last := 0, -1
	t.CDSStart, t.CDSEnd = int(cds[0].start), int(cds[0].end)
	for k, s := range cds {
		t.CDSStart, t.CDSEnd = min(t.CDSStart, int(s.start)), max(t.CDSEnd, int(s.end))
		i, found := slices.BinarySearchFunc(t.Exons, int(s.start), func(e Exon, start int) int {
			switch {
			case e.End <= start:
				return -1
			case e.Start > start:
				return 1
			}
			return 0
		})
		slipped := found && i == last && t.slip(cds[k-1], s)
		if !found || int(s.end) > t.Exons[i].End || t.Exons[i].Phase >= 0 && !slipped {
			return b.fault(n.line, "transcript %s: the CDS part %s:%d-%d is no part of one exon", t.ID, t.Contig, s.start+1, s.end)
		}
		if s.phase < 0 {
			return b.fault(n.line, "transcript %s: the CDS part %s:%d-%d has no phase", t.ID, t.Contig, s.start+1, s.end)
		}
		if !slipped {
			t.Exons[i].Phase = s.phase
		}
		last = i
		length += int(s.end - s.start)
	}
	low, high := d.lowPartial, d.highPartial
	if t.Strand == Minus {
		low, high = high, low
	}
	t.Incomplete5 = low || cds[0].phase != 0 || slices.Contains(t.Tags, "cds_start_NF")
	// A frame that does not come out even has lost its end, but for the
	// mitochondrion, where polyadenylation completes a stop codon.
	completed := t.CodonTable == 2 || slices.ContainsFunc(t.Exceptions, func(e Exception) bool { return e.AminoAcid == Stop })
	t.Incomplete3 = high || slices.Contains(t.Tags, "cds_end_NF") || (length-int(cds[0].phase))%3 != 0 && !completed
	return nil
}

// slip tells whether the second of two coding parts of one exon, in the
// direction of the transcript, begins a base or two before or after the end of
// the first one, and keeps such a slip.
func (t *Transcript) slip(a, b segment) bool {
	at, shift := int(b.start), int(b.start-a.end)
	if t.Strand == Minus {
		at, shift = int(b.end-1), int(a.start-b.end)
	}
	if shift < -2 || shift > 2 {
		return false
	}
	if shift != 0 {
		t.Slips = append(t.Slips, Slip{At: at, Shift: shift})
	}
	return true
}

// joinStop puts a GTF's stop codon to the coding part that it touches. The parts
// are in the direction of the transcript; a stop codon that an exon boundary
// splits, or cuts off, keeps its own part.
func joinStop(cds []segment, s Strand) []segment {
	out := cds[:1]
	for _, c := range cds[1:] {
		last := &out[len(out)-1]
		switch {
		case s == Plus && c.start <= last.end && c.end >= last.end:
			last.end = c.end
		case s == Minus && c.end >= last.start && c.start <= last.start:
			last.start = c.start
		default:
			out = append(out, c)
		}
	}
	return out
}

// fillPhases computes the phases of a CDS that gives none, against the format's
// rule; its first segment, in the transcript's direction, is taken to be whole.
// Where some segments have a phase the others stay without.
func fillPhases(cds []segment) {
	if slices.ContainsFunc(cds, func(s segment) bool { return s.phase >= 0 }) {
		return
	}
	length := 0
	for i := range cds {
		cds[i].phase = int8((3 - length%3) % 3)
		length += int(cds[i].end - cds[i].start)
	}
}
