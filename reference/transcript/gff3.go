package transcript

import (
	"cmp"
	"strings"
)

// addGFF3 takes a gene or a transcript of a GFF3. A feature with a parent that
// is no gene is a mature product where the parent turns out to be a transcript.
func (b *builder) addGFF3(l *line) error {
	id := b.dialect.find(l.attributes, "ID")
	if len(id) == 0 {
		return nil
	}
	kind := string(l.name)
	parent := b.dialect.find(l.attributes, "Parent")
	switch {
	case len(parent) > 0:
		return b.addTranscript(l, kind)
	case strings.HasPrefix(string(id), "gene:"), strings.HasSuffix(kind, "gene"):
		return b.addGene(l)
	}
	return nil
}

func (b *builder) addGene(l *line) error {
	a, err := b.attributesOf(l)
	if err != nil {
		return err
	}
	i := b.node(a.id)
	id := b.nodes.at(i).id
	if b.nodes.at(i).gene != nil {
		return b.fault(b.number, "a second gene with ID=%s", id)
	}
	g := &Gene{
		Symbol: a.name, HGNCID: a.hgnc, Biotype: cmp.Or(a.biotype, a.geneBiotype), Contig: b.word(l.contig),
		Start: l.start, End: l.end, Strand: strandOf(l.strand),
	}
	switch name, refSeq := strings.CutPrefix(id, "gene-"); {
	case refSeq && a.entrez != "":
		// A second place of the gene has its name with a number behind it.
		g.Symbol = cmp.Or(a.geneName, a.name)
		g.ID = a.entrez + strings.TrimPrefix(name, g.Symbol)
	case refSeq:
		g.Symbol, g.ID = cmp.Or(a.geneName, a.name), name
	default:
		// GENCODE writes the symbol as gene_name, Ensembl as Name.
		g.Symbol = cmp.Or(a.geneName, a.name)
		g.ID, _ = splitVersion(cmp.Or(a.geneID, strings.TrimPrefix(id, "gene:")))
	}
	b.nodes.at(i).gene = g
	return nil
}

func (b *builder) addTranscript(l *line, kind string) error {
	a, err := b.attributesOf(l)
	if err != nil {
		return err
	}
	i := b.node(a.id)
	own := b.nodes.at(i).id
	if b.nodes.at(i).t != nil {
		return b.fault(b.number, "a second transcript with ID=%s", own)
	}
	if l.strand != '+' && l.strand != '-' {
		return b.fault(b.number, "transcript %s has no strand", own)
	}
	b.nodes.at(i).parent = b.node(a.parent)
	id, refSeq := strings.CutPrefix(own, "rna-")
	if !refSeq {
		id = cmp.Or(a.transcriptID, strings.TrimPrefix(own, "transcript:"))
	}
	b.addDescribed(i, l, &a, id, kind)
	return nil
}
