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
	ID         string // the model's id without version: ENST00000357654, MT-ND1-201
	Version    string // "9", or ""
	Name       string // BRCA1-203
	GeneID     string // ENSG00000012048
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
	// (cds_start_NF, cds_end_NF, or a first phase that is not 0).
	Incomplete5, Incomplete3 bool
	// CodonTable is NCBI's genetic code: 1, or 2 on the mitochondrion.
	CodonTable int

	MANESelect       string   // NM_007294.4, or ""
	MANEPlusClinical string   // NM_..., or ""
	RefSeqSelect     string   // the model's refseq_select, or ""
	RefSeqSpanEqual  bool     // span_check=span_equals_refseq_select
	Tags             []string // the model's tags
	Accession        string   // the name in reports, with version
	NamedBy          Naming
}
