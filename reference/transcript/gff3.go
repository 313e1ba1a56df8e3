package transcript

import (
	"bytes"
	"cmp"
	"strings"
)

// describe makes the gene or the transcript of a line as far as the line says it,
// into e, and reads the attributes into a. It tells whether the line is one of
// either. The line's dialect is known.
func (d *describer) describe(l *line, e *event, a *attributes) (bool, error) {
	if l.dialect == gtf {
		return d.describeGTF(l, e, a)
	}
	return d.describeGFF3(l, e, a)
}

// describeGFF3 takes a line of a GFF3. A feature with a parent that is no gene is
// a mature product where the parent turns out to be a transcript.
func (d *describer) describeGFF3(l *line, e *event, a *attributes) (bool, error) {
	id := gff3.find(l.attributes, "ID")
	if len(id) == 0 {
		return false, nil
	}
	below := len(parentOf(l.attributes)) > 0
	if !below && !bytes.HasPrefix(id, []byte("gene:")) && !bytes.HasSuffix(l.name, []byte("gene")) {
		return false, nil
	}
	if err := a.read(d, gff3, l); err != nil {
		return false, err
	}
	e.id, e.parent = a.id, a.parent
	if !below {
		e.kind, e.gene = eventGene, d.gene(l, a)
		return true, nil
	}
	e.kind, e.lowCut, e.highCut = eventTranscript, a.lowPartial, a.highPartial
	if refSeq, ok := bytes.CutPrefix(a.id, []byte("rna-")); ok {
		e.transcript = d.transcript(l, a, d.text.add(refSeq))
	} else {
		e.transcript = d.transcript(l, a, cmp.Or(a.transcriptID, d.text.add(bytes.TrimPrefix(a.id, []byte("transcript:")))))
	}
	return true, nil
}

// gene makes the gene of a GFF3's line.
func (d *describer) gene(l *line, a *attributes) *Gene {
	g := d.genes.new()
	*g = Gene{
		HGNCID: a.hgnc, Biotype: cmp.Or(a.biotype, a.geneBiotype), Contig: d.word(l.contig),
		Start: l.start, End: l.end, Strand: strandOf(l.strand),
	}
	// GENCODE and RefSeq write the symbol as gene_name or gene, Ensembl as Name.
	g.Symbol = cmp.Or(a.geneName, a.name)
	name, refSeq := bytes.CutPrefix(a.id, []byte("gene-"))
	switch {
	case refSeq && a.entrez != "":
		// A second place of the gene has its name with a number behind it.
		g.ID = a.entrez + strings.TrimPrefix(string(name), g.Symbol)
	case refSeq:
		g.ID = d.text.add(name)
	case a.geneID != "":
		g.ID, _ = splitVersion(a.geneID)
	default:
		g.ID, _ = splitVersion(d.text.add(bytes.TrimPrefix(a.id, []byte("gene:"))))
	}
	return g
}
