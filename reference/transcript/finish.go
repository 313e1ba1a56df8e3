package transcript

import (
	"cmp"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"varpanel/hts/fault"
)

// model puts the nodes together.
func (b *builder) model() (*Model, error) {
	genes := b.genes()
	b.takeMature()
	if err := b.finishAll(); err != nil {
		return nil, err
	}
	b.link()
	m, err := NewModel(genes)
	if err != nil {
		return nil, fault.Inputf(b.name, "", "%v", err)
	}
	return m, nil
}

// genes gives the genes, in the order of the file.
func (b *builder) genes() []*Gene {
	genes := make([]*Gene, 0, b.nodes.n/2)
	parents := b.parents()
	for i := range b.nodes.n {
		n := b.nodes.at(i)
		if n.gene == nil {
			continue
		}
		genes = append(genes, n.gene)
		if !n.coding && parents[i] {
			// RefSeqGene lists the exons of all transcripts under the gene once
			// more; together they are no transcript.
			n.exons, n.run = false, -1
		}
		if n.coding || n.exons && n.t == nil {
			b.geneItself(n)
		}
	}
	return genes
}

// finishAll finishes all transcripts, a page of nodes at a time. The error is that
// of the first node.
func (b *builder) finishAll() error {
	matches := b.matchesByTarget()
	errs := make([]error, len(b.nodes.pages))
	var next atomic.Int32
	var running sync.WaitGroup
	for range min(len(errs), runtime.GOMAXPROCS(0)) {
		running.Go(func() {
			f := finisher{builder: b, matches: matches}
			for p := int(next.Add(1)) - 1; p < len(errs); p = int(next.Add(1)) - 1 {
				errs[p] = f.page(int32(p))
			}
		})
	}
	running.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// gene gives the gene that a node's transcript belongs to, or nil.
func (b *builder) gene(n *node) *Gene {
	if n.parent >= 0 {
		return b.nodes.at(n.parent).gene
	}
	return n.gene
}

// link gives the genes their transcripts.
func (b *builder) link() {
	counts := make([]int32, b.nodes.n)
	all := 0
	each := func(do func(owner int32, g *Gene, t *Transcript)) {
		for i := range b.nodes.n {
			n := b.nodes.at(i)
			if n.t == nil {
				continue
			}
			owner := i
			if n.parent >= 0 {
				owner = n.parent
			}
			if g := b.nodes.at(owner).gene; g != nil {
				do(owner, g, n.t)
			}
		}
	}
	each(func(owner int32, _ *Gene, _ *Transcript) {
		counts[owner]++
		all++
	})
	room := make([]*Transcript, all)
	each(func(owner int32, g *Gene, t *Transcript) {
		if g.Transcripts == nil {
			n := counts[owner]
			g.Transcripts, room = room[:0:n], room[n:]
		}
		g.Transcripts = append(g.Transcripts, t)
	})
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
		n.t, n.run, n.exons, n.coding = nil, -1, false, false
	}
}

// finisher gives transcripts their exons and coding sequence. It is for one
// goroutine.
type finisher struct {
	*builder
	matches    map[string][]match
	exons, cds []segment
	chain      []run
	slab       []Exon
}

const exonSlab = 1024

// page finishes the transcripts of a page of nodes.
func (f *finisher) page(p int32) error {
	b := f.builder
	for i := p << pageBits; i < min((p+1)<<pageBits, b.nodes.n); i++ {
		n := b.nodes.at(i)
		switch {
		case n.t == nil && n.gene == nil && (n.exons || n.coding):
			return b.fault(n.line, "exon or CDS with the Parent %q, which is not there", *b.ids.at(i))
		case n.t == nil:
			continue
		}
		g := b.gene(n)
		if g == nil {
			if !n.exons && !n.coding {
				continue // a part of something that is neither gene nor transcript
			}
			return b.fault(n.line, "transcript %s has the Parent %s, which is not there", n.t.ID, *b.ids.at(n.parent))
		}
		if err := f.finish(n, b.details[i]); err != nil {
			return err
		}
		if err := b.align(n.t, f.matches); err != nil {
			return err
		}
		n.t.GeneID, n.t.Gene, n.t.HGNCID = g.ID, g.Symbol, g.HGNCID
	}
	return nil
}

// gather takes a node's parts, in the order of the file.
func (f *finisher) gather(n *node) {
	f.chain, f.exons, f.cds = f.chain[:0], f.exons[:0], f.cds[:0]
	for i := n.run; i >= 0; {
		r := f.builder.runs.at(i)
		f.chain = append(f.chain, *r)
		i = r.before
	}
	for _, r := range slices.Backward(f.chain) {
		for _, s := range f.parts[r.chunk][r.from:r.to] {
			if s.coding {
				f.cds = append(f.cds, s)
			} else {
				f.exons = append(f.exons, s)
			}
		}
	}
}

func byStart(a, b segment) int { return cmp.Compare(a.start, b.start) }

// finish gives a transcript its exons and its coding sequence.
func (f *finisher) finish(n *node, d *detail) error {
	t := n.t
	if d == nil {
		d = &detail{}
	}
	f.gather(n)
	if len(f.exons) == 0 {
		f.exons = mergeTouching(append(f.exons, f.cds...))
	}
	if len(f.exons) == 0 {
		f.exons = append(f.exons, segment{start: int32(t.Start), end: int32(t.End), phase: -1})
	}
	slices.SortFunc(f.exons, byStart)
	if len(f.slab) < len(f.exons) {
		f.slab = make([]Exon, max(exonSlab, len(f.exons)))
	}
	count := len(f.exons)
	t.Exons, f.slab = f.slab[:count:count], f.slab[count:]
	for i, s := range f.exons {
		if i > 0 && s.start < f.exons[i-1].end {
			return f.fault(n.line, "transcript %s: exons overlap at %s:%d", t.ID, t.Contig, s.start+1)
		}
		t.Exons[i] = Exon{Start: int(s.start), End: int(s.end), Phase: -1}
	}
	// The exons decide; a transcript line may be wider by a model's mistake.
	t.Start, t.End = int(f.exons[0].start), int(f.exons[count-1].end)
	slices.SortFunc(t.Mature, func(a, b Interval) int { return cmp.Compare(a.Start, b.Start) })
	if len(f.cds) == 0 {
		return nil
	}
	return f.code(n, d)
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

// code gives a transcript its coding sequence from f.cds.
func (f *finisher) code(n *node, d *detail) error {
	t, cds := n.t, f.cds
	slices.SortStableFunc(cds, byStart)
	if t.Strand == Minus {
		slices.Reverse(cds)
	}
	if f.dialect == gtf {
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
			return f.fault(n.line, "transcript %s: the CDS part %s:%d-%d is no part of one exon", t.ID, t.Contig, s.start+1, s.end)
		}
		if s.phase < 0 {
			return f.fault(n.line, "transcript %s: the CDS part %s:%d-%d has no phase", t.ID, t.Contig, s.start+1, s.end)
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
