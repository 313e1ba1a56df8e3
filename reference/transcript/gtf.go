package transcript

import "cmp"

// describeGTF takes a line of a GTF.
func (d *describer) describeGTF(l *line, e *event, a *attributes) (bool, error) {
	if err := a.read(d, gtf, l); err != nil {
		return false, err
	}
	switch {
	case string(l.name) == "gene":
		e.kind = eventGene
		return true, nil
	case a.transcriptID == "" || string(l.name) != "transcript" && string(l.name) != "mRNA":
		return false, nil
	}
	e.kind, e.lowCut, e.highCut = eventTranscript, a.lowPartial, a.highPartial
	e.transcript = d.transcript(l, a, a.transcriptID)
	return true, nil
}

// addGTF takes a gene or a transcript of a GTF.
func (b *builder) addGTF(e *event, a *attributes) error {
	l := &e.line
	if e.kind == eventGene {
		g := b.geneGTF(l, a)
		g.Start, g.End, g.Strand = l.start, l.end, strandOf(l.strand)
		g.Symbol, g.Biotype = cmp.Or(a.geneName, g.Symbol), cmp.Or(a.geneBiotype, a.biotype)
		return nil
	}
	if l.strand != '+' && l.strand != '-' {
		return b.fault(b.number, "transcript %s has no strand", a.transcriptID)
	}
	i := b.node([]byte(a.transcriptID))
	if b.nodes.at(i).t != nil && b.nodes.at(i).line != implied {
		return b.fault(b.number, "a second transcript with transcript_id %q", a.transcriptID)
	}
	b.transcriptGTF(i, e, a)
	return nil
}

// implied is the line of a transcript that only its parts have named.
const implied = -1

// geneKey tells a gene's id from a transcript's.
const geneKey = "gene_id "

// geneNode gives the node of a gene of a GTF.
func (b *builder) geneNode(id string) int32 {
	b.key = append(append(b.key[:0], geneKey...), id...)
	return b.node(b.key)
}

// geneGTF gives the gene that a line names, with what the line says of it.
func (b *builder) geneGTF(l *line, a *attributes) *Gene {
	n := b.nodes.at(b.geneNode(a.geneID))
	if n.gene == nil {
		n.gene = b.own.genes.new()
		*n.gene = Gene{
			Symbol: a.geneName, Biotype: a.geneBiotype, Contig: b.own.word(l.contig), Start: l.start, End: l.end, Strand: strandOf(l.strand),
		}
		n.gene.ID, _ = splitVersion(a.geneID)
	}
	g := n.gene
	g.HGNCID = cmp.Or(g.HGNCID, a.hgnc)
	if a.entrez != "" && a.geneID != a.entrez {
		// RefSeq's gene_id is the symbol.
		g.Symbol, g.ID = cmp.Or(g.Symbol, a.geneID), a.entrez
	}
	g.Start, g.End = min(g.Start, l.start), max(g.End, l.end)
	return g
}

// transcriptGTF makes a node a transcript, and its gene where no line of its own
// has named it.
func (b *builder) transcriptGTF(i int32, e *event, a *attributes) {
	b.isTranscript(i, e)
	b.geneGTF(&e.line, a)
	b.nodes.at(i).parent = b.geneNode(a.geneID)
}

// impliedGTF makes a transcript that has no line of its own from its first part,
// as the format allows; a line that comes later replaces it.
func (b *builder) impliedGTF(i int32, l *line) error {
	var a attributes
	if err := a.read(b.own, gtf, l); err != nil {
		return err
	}
	if l.strand != '+' && l.strand != '-' {
		return b.fault(b.number, "transcript %s has no strand", a.transcriptID)
	}
	e := event{line: *l, lowCut: a.lowPartial, highCut: a.highPartial, transcript: b.own.transcript(l, &a, a.transcriptID)}
	b.transcriptGTF(i, &e, &a)
	b.nodes.at(i).line = implied
	return nil
}
