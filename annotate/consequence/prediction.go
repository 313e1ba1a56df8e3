package consequence

import (
	"varpanel/reference/transcript"
)

// Impact is VEP's four-step ranking of consequence terms.
type Impact uint8

const (
	Modifier Impact = iota
	Low
	Moderate
	High
)

// String gives VEP's word: MODIFIER, LOW, MODERATE, HIGH.
func (i Impact) String() string {
	return [...]string{"MODIFIER", "LOW", "MODERATE", "HIGH"}[i]
}

// NMD says what becomes of the mRNA of a premature stop codon: nonsense-mediated
// decay, unless the stop lies in the last coding exon or in the last 50 bases of
// the one before it (Abou Tayoun et al. 2018, PVS1; Nagy and Maquat 1998).
type NMD uint8

const (
	NMDNone    NMD = iota // no premature stop codon, or it is not known where it lies
	NMDDecay              // the mRNA is expected to be degraded
	NMDEscapes            // it is expected to be translated
)

// String gives the flag of CSQ: NMD_predicted, NMD_escaping or nothing.
func (n NMD) String() string { return [...]string{"", "NMD_predicted", "NMD_escaping"}[n] }

// Prediction is what one allele does to one transcript. Positions are 1-based
// and inclusive in the direction of the transcript; 0 means not applicable or
// outside at that end.
type Prediction struct {
	Transcript *transcript.Transcript // nil for intergenic_variant
	Terms      []Term                 // most severe first; never empty
	Impact     Impact                 // of the most severe term

	Exon, ExonLast, Exons       int // rank of first and last exon hit, number of exons
	Intron, IntronLast, Introns int

	CDNAStart, CDNAEnd       int
	CDSStart, CDSEnd         int
	ProteinStart, ProteinEnd int
	AminoAcids               string // VEP's form: "S/G", "L"
	Codons                   string // VEP's form: "Agt/Ggt"
	Distance                 int    // bases to the transcript, for up- and downstream

	HGVSc string   // "c.68_69del" or "n.12A>G", without accession; "" outside the transcript
	HGVSp string   // "p.(Glu23ValfsTer17)", "p.?" ...; "" where there is no protein
	Flags []string // cds_start_NF, refseq-by-span, no-atg-start, ...
	NMD   NMD
	// StopAt is the codon of the stop of a frame that was shifted, counted in the
	// new protein; 0 without a shift, and where the stop is not known.
	StopAt int
}
