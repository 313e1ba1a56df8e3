// Package transcript is the gene model: transcripts with their exons and
// coding sequence, and the arithmetic between genome, transcript and coding
// coordinates.
package transcript

// Strand of a transcript on its contig.
type Strand int8

const (
	Plus  Strand = 1
	Minus Strand = -1
)

// Exon is a 0-based half-open genomic interval.
type Exon struct {
	Start, End int
	// Phase is GFF3's phase of the coding part (bases to skip to the next
	// codon start, in transcript direction), or -1 without a coding part.
	Phase int8
}

// Block is a run of bases that transcript and genome share one for one. Start
// and End are genomic, 0-based half-open; Offset is the transcript position of
// the block's first base in the direction of the transcript.
type Block struct{ Start, End, Offset int }

// Interval is a 0-based half-open genomic interval.
type Interval struct{ Start, End int }

// Exception is a codon that does not translate by its genetic code
// (transl_except, a selenocysteine feature).
type Exception struct {
	Start, End int  // genomic, 0-based half-open; the codon may be split by an intron
	AminoAcid  byte // one-letter code; 'U' is selenocysteine, '*' a stop that polyadenylation completes
}

// Slip is a place where the ribosome changes its frame.
type Slip struct {
	At    int // genomic position of the first base that is read after the slip
	Shift int // -1: one base is read twice; +1: one base is passed over
}

// Naming tells where a transcript's Accession comes from.
type Naming string

const (
	NamedByMANESelect       Naming = "mane-select"
	NamedByMANEPlusClinical Naming = "mane-plus-clinical"
	NamedByRefSeqSpan       Naming = "refseq-by-span" // spans are equal, bases were not compared
	NamedByModel            Naming = "model"          // the gene model's own id
	NamedByLaboratory       Naming = "laboratory"     // an override of the laboratory
)

// Transcript is one transcript of the gene model. It is immutable once loaded
// and safe for concurrent use.
type Transcript struct {
	ID         string // the model's id without version: ENST00000357654, NM_007294, MT-ND1-201
	Version    string // "9", or ""
	Name       string // BRCA1-203
	GeneID     string // ENSG00000012048; RefSeq: the Entrez number
	Gene       string // the model's gene symbol
	HGNCID     string // "HGNC:1100", or "" where the model does not say
	Biotype    string // protein_coding, lncRNA, ...
	Contig     string
	Start, End int // 0-based half-open
	Strand     Strand
	Exons      []Exon // ascending by genomic position, whatever the strand

	// CDSStart and CDSEnd are the genomic span of the coding sequence, 0-based
	// half-open, stop codon included; both -1 for a non-coding transcript.
	CDSStart, CDSEnd int
	// Incomplete5 and Incomplete3 say that the CDS is cut at that end
	// (cds_start_NF, cds_end_NF, a partial feature, or a first phase that is
	// not 0).
	Incomplete5, Incomplete3 bool
	// CodonTable is NCBI's genetic code: 1, or 2 on the mitochondrion.
	CodonTable int
	Exceptions []Exception // in the order of the file
	Slips      []Slip      // in the direction of the transcript
	ProteinID  string      // ENSP..., NP_..., or ""

	// Alignment holds the blocks that transcript and genome share, ascending
	// by genomic position, where the transcript's own sequence has bases more
	// or less than its exons on the genome; nil where they agree in length.
	Alignment []Block
	// Differs says that the model calls the transcript's own sequence different
	// from the genome, in bases or in length.
	Differs bool
	// Mature holds the spans of the mature products of a miRNA's precursor.
	Mature []Interval

	MANESelect       string   // NM_007294.4, or ""
	MANEPlusClinical string   // NM_..., or ""
	RefSeqSelect     string   // the model's refseq_select, or ""
	RefSeqSpanEqual  bool     // span_check=span_equals_refseq_select
	Tags             []string // the model's tags
	Accession        string   // the name in reports, with version
	NamedBy          Naming
}

// VersionedID gives the model's id with its version where it has one.
func (t *Transcript) VersionedID() string {
	if t.Version == "" {
		return t.ID
	}
	return t.ID + "." + t.Version
}

// Tags of MANE, Ensembl and GENCODE, as Ensembl writes them; RefSeq's "MANE
// Select" is read as the same.
const (
	TagMANESelect       = "MANE_Select"
	TagMANEPlusClinical = "MANE_Plus_Clinical"
	TagEnsemblCanonical = "Ensembl_canonical"
	TagRefSeqSelect     = "RefSeq_Select"
)

func (t *Transcript) nameByDefault() {
	switch {
	case t.Accession != "":
	case t.MANESelect != "":
		t.Accession, t.NamedBy = t.MANESelect, NamedByMANESelect
	case t.MANEPlusClinical != "":
		t.Accession, t.NamedBy = t.MANEPlusClinical, NamedByMANEPlusClinical
	case t.RefSeqSelect != "" && t.RefSeqSpanEqual:
		t.Accession, t.NamedBy = t.RefSeqSelect, NamedByRefSeqSpan
	default:
		t.Accession, t.NamedBy = t.VersionedID(), NamedByModel
	}
}
