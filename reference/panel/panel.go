// Package panel is what a test looks at: genes with their mode of inheritance
// and transcripts, regions and repeats, and how each was resolved.
package panel

// State tells how much of a gene this test can assess.
type State string

const (
	Assessed     State = "assessed"
	PartAssessed State = "part assessed"
	NotAssessed  State = "not assessed"
)

// Panel is panel.json.
type Panel struct {
	Genes   []Gene   `json:"genes"` // by HGNC id number
	Regions []Region `json:"regions"`
	STRs    []STR    `json:"strs"`
}

// Gene is one gene of the panel.
type Gene struct {
	HGNCID   string `json:"hgnc_id"`
	Symbol   string `json:"symbol"`             // approved
	Asked    string `json:"asked"`              // as the input named it
	Previous string `json:"previous,omitempty"` // the previous symbol that was resolved
	JoinedBy string `json:"joined_by"`          // refseq-id, ensembl-id, approved-symbol, previous-symbol
	ModelID  string `json:"model_id"`           // the gene model's id; "" where the model lacks the gene
	State    State  `json:"state"`

	Confidence          string `json:"confidence"` // PanelApp's string: "3", "2", "1", "0", or ""
	MOIVerbatim         string `json:"mode_of_inheritance"`
	MOI                 MOI    `json:"moi"`
	ModeOfPathogenicity string `json:"mode_of_pathogenicity"`
	Penetrance          string `json:"penetrance"`
	// Panels lists every panel that brought the gene, name and version, with
	// that panel's own mode of inheritance.
	Panels []Membership `json:"panels"`

	Transcripts []Transcript `json:"transcripts"`
	NotAssessed []Part       `json:"not_assessed,omitempty"`
	Notes       []string     `json:"notes,omitempty"` // e.g. a false duplication of the assembly
}

// Membership is the gene on one panel.
type Membership struct {
	Panel       string `json:"panel"`
	Version     string `json:"version"`
	MOIVerbatim string `json:"mode_of_inheritance"`
	MOI         MOI    `json:"moi"`
	Confidence  string `json:"confidence"`
}

// Transcript is one chosen transcript of a panel gene.
type Transcript struct {
	ID        string `json:"id"` // the model's id with version
	Accession string `json:"accession"`
	NamedBy   string `json:"named_by"`
	Why       string `json:"why"` // MANE Select; MANE Plus Clinical; the model's canonical; the laboratory's choice
	// Present is false for a transcript that MANE names and the model lacks.
	Present bool `json:"present"`
}

// Part is a stretch of a gene that has no sequence in the FASTA.
type Part struct {
	Transcript string `json:"transcript"`
	Exon       int    `json:"exon"`
	Contig     string `json:"contig"`
	Start      int    `json:"start0"` // 0-based half-open
	End        int    `json:"end"`
	Bases      int    `json:"bases"` // coding bases without sequence
}

// Region is a PanelApp region; copy number is not assessed by this test.
type Region struct {
	Name       string `json:"name"`
	Verbose    string `json:"verbose_name"`
	Contig     string `json:"contig"`
	Start      int    `json:"start0"`
	End        int    `json:"end"`
	Types      string `json:"type_of_variants"`
	Confidence string `json:"confidence"`
	Assessed   bool   `json:"assessed"` // true only for the rows of --regions
}

// STR is a PanelApp repeat; repeats are not assessed by this test.
type STR struct {
	Name       string `json:"name"`
	Gene       string `json:"gene"`
	Contig     string `json:"contig"`
	Start      int    `json:"start0"`
	End        int    `json:"end"`
	Repeat     string `json:"repeated_sequence"`
	Normal     string `json:"normal_repeats"`
	Pathogenic string `json:"pathogenic_repeats"`
	Confidence string `json:"confidence"`
}

// MOI is a parsed mode of inheritance.
type MOI string

const (
	Monoallelic                    MOI = "monoallelic" // imprinted status unknown, or not said
	MonoallelicNotImprinted        MOI = "monoallelic_not_imprinted"
	MonoallelicMaternallyImprinted MOI = "monoallelic_maternally_imprinted"
	MonoallelicPaternallyImprinted MOI = "monoallelic_paternally_imprinted"
	Biallelic                      MOI = "biallelic"
	Both                           MOI = "monoallelic_and_biallelic"
	BothMoreSevereBiallelic        MOI = "monoallelic_and_more_severe_biallelic"
	XLinkedBiallelic               MOI = "xlinked_biallelic"
	XLinkedMonoallelic             MOI = "xlinked_monoallelic"
	Mitochondrial                  MOI = "mitochondrial"
	Unknown                        MOI = "unknown" // Unknown, Other, empty, null, or a string that is not PanelApp's
)
