package transcript

import "cmp"

// addGTF takes a gene or a transcript of a GTF.
func (b *builder) addGTF(l *line) error {
	a, err := b.attributesOf(l)
	if err != nil {
		return err
	}
	switch {
	case string(l.name) == "gene":
		g := b.geneGTF(l, &a)
		g.Start, g.End, g.Strand = l.start, l.end, strandOf(l.strand)
		g.Symbol, g.Biotype = cmp.Or(a.geneName, g.Symbol), cmp.Or(a.geneBiotype, a.biotype)
	case a.transcriptID == "" || string(l.name) != "transcript" && string(l.name) != "mRNA":
	case l.strand != '+' && l.strand != '-':
		return b.fault(b.number, "transcript %s has no strand", a.transcriptID)
	default:
		i := b.node([]byte(a.transcriptID))
		if b.nodes.at(i).t != nil && b.nodes.at(i).line != implied {
			return b.fault(b.number, "a second transcript with transcript_id %q", a.transcriptID)
		}
		b.transcriptGTF(i, l, &a)
	}
	return nil
}

// implied is the line of a transcript that only its parts have named.
const implied = -1

// geneKey tells a gene's id from a transcript's.
const geneKey = "gene_id "

// geneGTF gives the gene that a line names, with what the line says of it.
func (b *builder) geneGTF(l *line, a *attributes) *Gene {
	b.key = append(append(b.key[:0], geneKey...), a.geneID...)
	n := b.nodes.at(b.node(b.key))
	if n.gene == nil {
		n.gene = &Gene{
			Symbol: a.geneName, Biotype: a.geneBiotype, Contig: b.word(l.contig), Start: l.start, End: l.end, Strand: strandOf(l.strand),
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

// transcriptGTF makes the transcript of a node, and its gene where no line of
// its own has named it.
func (b *builder) transcriptGTF(i int32, l *line, a *attributes) {
	b.addDescribed(i, l, a, a.transcriptID, string(l.name))
	b.geneGTF(l, a)
	b.key = append(append(b.key[:0], geneKey...), a.geneID...)
	b.nodes.at(i).parent = b.node(b.key)
}

// impliedGTF makes a transcript that has no line of its own from its first part,
// as the format allows; a line that comes later replaces it.
func (b *builder) impliedGTF(i int32, l *line) error {
	a, err := b.attributesOf(l)
	if err != nil {
		return err
	}
	if l.strand != '+' && l.strand != '-' {
		return b.fault(b.number, "transcript %s has no strand", a.transcriptID)
	}
	b.transcriptGTF(i, l, &a)
	b.nodes.at(i).line = implied
	return nil
}
