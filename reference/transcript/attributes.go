package transcript

import (
	"bytes"
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

// accession finds the HGNC id that Ensembl puts in a gene's description, as
// [Source:HGNC Symbol;Acc:HGNC:1100], or gives nil.
func accession(description []byte) []byte {
	for {
		_, after, ok := bytes.Cut(description, []byte("[Source:HGNC Symbol;Acc:"))
		if !ok {
			return nil
		}
		id := bytes.TrimPrefix(after, []byte("HGNC:"))
		n := 0
		for n < len(id) && id[n] >= '0' && id[n] <= '9' {
			n++
		}
		if n > 0 && n < len(id) && id[n] == ']' {
			return id[:n]
		}
		description = after
	}
}

// describer reads the attributes of genes and transcripts. It is for one
// goroutine.
type describer struct {
	words       map[string]string   // strings that repeat
	tags        map[string][]string // of a transcript, by their text
	text        arena
	genes       slab[Gene]
	transcripts slab[Transcript]
	parts       []segment // of the chunk
	key         []byte
}

func newDescriber() *describer {
	return &describer{words: map[string]string{}, tags: map[string][]string{}}
}

// word gives the string of bytes; equal ones share one.
func (d *describer) word(text []byte) string {
	if s, ok := d.words[string(text)]; ok {
		return s
	}
	s := string(text)
	d.words[s] = s
	return s
}

// read takes the attributes of a line.
func (a *attributes) read(d *describer, dialect dialect, l *line) error {
	return dialect.each(l.attributes, func(key, value []byte) { a.set(d, key, value) })
}

func (a *attributes) set(d *describer, key, value []byte) {
	switch string(key) {
	case "ID":
		a.id = value
	case "Parent":
		a.parent = value
	case "gene_id":
		a.geneID = d.text.add(value)
	case "transcript_id":
		a.transcriptID = d.text.add(value)
	case "Name", "transcript_name":
		a.name = d.text.add(value)
	case "gene_name", "gene":
		a.geneName = d.word(value)
	case "biotype", "transcript_biotype", "transcript_type":
		a.biotype = d.word(value)
	case "gene_biotype", "gene_type":
		a.geneBiotype = d.word(value)
	case "version", "transcript_version":
		a.version = d.word(value)
	case "tag":
		if tags := d.tagsOf(value); a.tags == nil {
			a.tags = tags
		} else {
			a.tags = append(a.tags, tags...)
		}
	case "Dbxref", "db_xref":
		a.references(d, value)
	case "hgnc_id":
		a.hgnc = d.hgncID(value)
	case "description":
		if id := accession(value); id != nil && a.hgnc == "" {
			a.hgnc = d.hgncID(id)
		}
	case "exception":
		a.exception = bytes.HasPrefix(value, []byte("annotated by transcript"))
	case "Note", "note":
		a.note = a.note || bytes.Contains(value, []byte("compared to this genomic sequence"))
	case "start_range":
		a.lowPartial = bytes.HasPrefix(value, []byte(".,"))
	case "end_range":
		a.highPartial = bytes.HasSuffix(value, []byte(",."))
	default:
		a.setOwn(d, key, value)
	}
}

// setOwn takes what AppendGFF3 adds to Ensembl's words.
func (a *attributes) setOwn(d *describer, key, value []byte) {
	switch string(key) {
	case "mane_select":
		a.maneSelect = d.text.add(value)
	case "mane_plus_clinical":
		a.manePlus = d.text.add(value)
	case "refseq_select":
		a.refSeqSelect = d.text.add(value)
	case "span_check":
		a.spanEqual = string(value) == spanEqual
	case "accession":
		a.accession = d.text.add(value)
	case "named_by":
		a.namedBy = d.word(value)
	case "differs_from_genome":
		a.note = true
	}
}

// tagsOf gives the tags of a list, in room that equal lists share.
func (d *describer) tagsOf(list []byte) []string {
	if tags, ok := d.tags[string(list)]; ok {
		return tags
	}
	var tags []string
	for tag := range bytes.SplitSeq(list, []byte{','}) {
		tags = append(tags, d.tag(tag))
	}
	tags = slices.Clip(tags)
	d.tags[string(list)] = tags
	return tags
}

// tag gives a tag in Ensembl's spelling.
func (d *describer) tag(value []byte) string {
	value = unescape(value)
	switch string(value) {
	case "MANE Select", "MANE Plus Clinical", "RefSeq Select":
		return d.word(bytes.ReplaceAll(value, []byte{' '}, []byte{'_'}))
	}
	return d.word(value)
}

// references takes Dbxref's list, or one db_xref.
func (a *attributes) references(d *describer, value []byte) {
	for one := range bytes.SplitSeq(value, []byte{','}) {
		if id, ok := bytes.CutPrefix(one, []byte("GeneID:")); ok {
			a.entrez = d.text.add(id)
		} else if id, ok := bytes.CutPrefix(one, []byte("HGNC:")); ok {
			a.hgnc = d.hgncID(id)
		}
	}
}

// hgncID gives the form HGNC:1100.
func (d *describer) hgncID(id []byte) string {
	if len(id) == 0 {
		return ""
	}
	const prefix = "HGNC:"
	d.key = append(append(d.key[:0], prefix...), bytes.TrimPrefix(id, []byte(prefix))...)
	return d.text.add(d.key)
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

// biotypeOf gives the biotype of a RefSeq transcript by its type, which is all
// that RefSeq says.
func biotypeOf(kind string) string {
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
	return kind
}

// transcript makes a transcript from its line. id is the model's id, with or
// without its version; the type is what RefSeq says instead of a biotype.
func (d *describer) transcript(l *line, a *attributes, id string) *Transcript {
	contig := d.word(l.contig)
	t := d.transcripts.new()
	// Field by field: the room is new, and written once.
	t.Contig, t.Start, t.End, t.Strand = contig, l.start, l.end, strandOf(l.strand)
	t.CDSStart, t.CDSEnd, t.CodonTable = -1, -1, codonTable(contig)
	t.Version, t.Name, t.Biotype, t.Tags = a.version, a.name, a.biotype, a.tags
	t.MANESelect, t.MANEPlusClinical = a.maneSelect, a.manePlus
	t.RefSeqSelect, t.RefSeqSpanEqual = a.refSeqSelect, a.spanEqual
	t.Accession, t.NamedBy, t.Differs = a.accession, Naming(a.namedBy), a.exception || a.note
	bare, version := splitVersion(id)
	if t.ID = bare; version != "" {
		t.Version = d.word([]byte(version))
	}
	switch t.Biotype {
	case "":
		t.Biotype = biotypeOf(d.word(l.name))
	case "mRNA", "lnc_RNA", "transcript", "primary_transcript":
		t.Biotype = biotypeOf(t.Biotype)
	}
	if isRefSeq(a.transcriptID) {
		t.nameRefSeq(a.transcriptID)
	}
	t.nameByDefault()
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
