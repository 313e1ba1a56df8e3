package transcript

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"varpanel/reference/contig"
)

// attributes is what a gene's or a transcript's line says, in the words of any
// dialect.
type attributes struct {
	id, parent              []byte // of the GFF3 feature; the line's bytes
	geneID, transcriptID    string
	geneName, name          string // name: of the feature itself
	geneBiotype, biotype    string
	version                 string
	hgnc, entrez            string
	exception, note         bool // the model's transcript is not the genome's
	lowPartial, highPartial bool
	tags                    []string
	maneSelect, manePlus    string
	refSeqSelect            string
	spanEqual               bool
	accession, namedBy      string
}

const spanEqual = "span_equals_refseq_select"

// accInDescription finds the HGNC id that Ensembl puts in a gene's description.
var accInDescription = regexp.MustCompile(`\[Source:HGNC Symbol;Acc:(?:HGNC:)?(\d+)\]`)

// attributesOf reads the attributes of a gene or a transcript.
func (b *builder) attributesOf(l *line) (attributes, error) {
	var a attributes
	err := b.dialect.each(l.attributes, func(key, value []byte) { a.set(b, key, value) })
	return a, err
}

func (a *attributes) set(b *builder, key, value []byte) {
	switch string(key) {
	case "ID":
		a.id = value
	case "Parent":
		a.parent = value
	case "gene_id":
		a.geneID = string(value)
	case "transcript_id":
		a.transcriptID = string(value)
	case "Name", "transcript_name":
		a.name = string(value)
	case "gene_name", "gene":
		a.geneName = b.word(value)
	case "biotype", "transcript_biotype", "transcript_type":
		a.biotype = b.word(value)
	case "gene_biotype", "gene_type":
		a.geneBiotype = b.word(value)
	case "version", "transcript_version":
		a.version = b.word(value)
	case "tag":
		for tag := range bytes.SplitSeq(value, []byte{','}) {
			a.tags = append(a.tags, b.tag(tag))
		}
	case "Dbxref", "db_xref":
		a.references(value)
	case "hgnc_id":
		a.hgnc = hgncID(string(value))
	case "description":
		if m := accInDescription.FindSubmatch(value); m != nil && a.hgnc == "" {
			a.hgnc = "HGNC:" + string(m[1])
		}
	case "exception":
		a.exception = strings.HasPrefix(string(value), "annotated by transcript")
	case "Note", "note":
		a.note = a.note || bytes.Contains(value, []byte("compared to this genomic sequence"))
	case "start_range":
		a.lowPartial = bytes.HasPrefix(value, []byte(".,"))
	case "end_range":
		a.highPartial = bytes.HasSuffix(value, []byte(",."))
	default:
		a.setOwn(b, key, value)
	}
}

// setOwn takes what AppendGFF3 adds to Ensembl's words.
func (a *attributes) setOwn(b *builder, key, value []byte) {
	switch string(key) {
	case "mane_select":
		a.maneSelect = string(value)
	case "mane_plus_clinical":
		a.manePlus = string(value)
	case "refseq_select":
		a.refSeqSelect = string(value)
	case "span_check":
		a.spanEqual = string(value) == spanEqual
	case "accession":
		a.accession = string(value)
	case "named_by":
		a.namedBy = b.word(value)
	case "differs_from_genome":
		a.note = true
	}
}

// tag gives a tag in Ensembl's spelling.
func (b *builder) tag(value []byte) string {
	value = unescape(value)
	switch string(value) {
	case "MANE Select", "MANE Plus Clinical", "RefSeq Select":
		return b.word(bytes.ReplaceAll(value, []byte{' '}, []byte{'_'}))
	}
	return b.word(value)
}

// references takes Dbxref's list, or one db_xref.
func (a *attributes) references(value []byte) {
	for one := range bytes.SplitSeq(value, []byte{','}) {
		if id, ok := bytes.CutPrefix(one, []byte("GeneID:")); ok {
			a.entrez = string(id)
		} else if id, ok := bytes.CutPrefix(one, []byte("HGNC:")); ok {
			a.hgnc = hgncID(string(id))
		}
	}
}

// hgncID gives the form HGNC:1100.
func hgncID(s string) string {
	if s == "" {
		return ""
	}
	return "HGNC:" + strings.TrimPrefix(s, "HGNC:")
}

// splitVersion takes the version off an id of Ensembl's or RefSeq's kind
// (ENST00000357654.9, NM_007294.4); GENCODE puts _PAR_Y behind it. Other ids may
// have a dot of their own, and stay whole.
func splitVersion(id string) (bare, version string) {
	if !strings.HasPrefix(id, "ENS") && !isRefSeq(id) {
		return id, ""
	}
	whole, par := strings.CutSuffix(id, "_PAR_Y")
	bare, version, found := strings.Cut(whole, ".")
	if !found || version == "" || strings.Trim(version, "0123456789") != "" {
		return id, ""
	}
	if par {
		bare += "_PAR_Y"
	}
	return bare, version
}

// ofKind gives the biotype of a RefSeq transcript by its type, which is all that
// RefSeq says.
func (b *builder) ofKind(kind string) string {
	switch kind {
	case "mRNA":
		return "protein_coding"
	case "lnc_RNA":
		return "lncRNA"
	case "transcript":
		return "misc_RNA"
	case "primary_transcript":
		return "miRNA"
	}
	return b.word([]byte(kind))
}

// addDescribed makes the transcript of a node from its line. id is the model's
// id, with or without its version; kind is what RefSeq says instead of a biotype.
func (b *builder) addDescribed(i int32, l *line, a *attributes, id, kind string) *Transcript {
	t := &Transcript{
		Contig: b.word(l.contig), Start: l.start, End: l.end, Strand: strandOf(l.strand),
		CDSStart: -1, CDSEnd: -1, CodonTable: codonTable(b.word(l.contig)),
		Version: a.version, Name: a.name, Biotype: a.biotype, Tags: a.tags,
		MANESelect: a.maneSelect, MANEPlusClinical: a.manePlus, RefSeqSelect: a.refSeqSelect, RefSeqSpanEqual: a.spanEqual,
		Accession: a.accession, NamedBy: Naming(a.namedBy), Differs: a.exception || a.note,
	}
	bare, version := splitVersion(id)
	if t.ID = bare; version != "" {
		t.Version = b.word([]byte(version))
	}
	if a.lowPartial || a.highPartial {
		d := b.detail(i)
		d.lowPartial, d.highPartial = d.lowPartial || a.lowPartial, d.highPartial || a.highPartial
	}
	switch t.Biotype {
	case "":
		t.Biotype = b.ofKind(kind)
	case "mRNA", "lnc_RNA", "transcript", "primary_transcript":
		t.Biotype = b.ofKind(t.Biotype)
	}
	if isRefSeq(a.transcriptID) {
		t.nameRefSeq(a.transcriptID)
	}
	t.nameByDefault()
	n := b.nodes.at(i)
	n.t, n.line = t, b.number
	return t
}

// codonTable gives the genetic code of a contig's genes.
func codonTable(name string) int {
	if contig.IsMitochondrial(name) {
		return 2
	}
	return 1
}

// isRefSeq tells RefSeq's accessions of transcripts.
func isRefSeq(id string) bool {
	return len(id) > 3 && id[2] == '_' && (id[0] == 'N' || id[0] == 'X') && (id[1] == 'M' || id[1] == 'R')
}

// nameRefSeq names a transcript of RefSeq's own, which is MANE's by its tag.
func (t *Transcript) nameRefSeq(accession string) {
	if slices.Contains(t.Tags, TagMANESelect) && t.MANESelect == "" {
		t.MANESelect = accession
	}
	if slices.Contains(t.Tags, TagMANEPlusClinical) && t.MANEPlusClinical == "" {
		t.MANEPlusClinical = accession
	}
	if slices.Contains(t.Tags, TagRefSeqSelect) && t.RefSeqSelect == "" {
		t.RefSeqSelect = accession
	}
	if t.Accession == "" && t.MANESelect == "" && t.MANEPlusClinical == "" {
		t.Accession, t.NamedBy = accession, NamedByModel
	}
}
