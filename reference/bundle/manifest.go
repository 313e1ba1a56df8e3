package bundle

// FormatVersion is the version of the bundle's layout that this build writes
// and reads.
const FormatVersion = 1

// Names of the bundle's files, relative to its folder.
const (
	ManifestFile    = "bundle.json"
	PanelFile       = "panel.json"
	RegionsFile     = "regions.bed"
	ExonsFile       = "exons.bed"
	HotspotsFile    = "hotspots.tsv"
	TranscriptsFile = "transcripts.gff3.gz"
	ReferenceFile   = "reference.fa.gz"
	ProfileFile     = "profile.toml"
	SourcesDir      = "sources"
)

// Manifest is bundle.json: who this bundle is, and the digest of everything
// else in it. It has no time stamp: the same inputs give the same bytes.
type Manifest struct {
	Format   int      `json:"format"`
	Name     string   `json:"name"`
	Tool     string   `json:"tool"`         // varpanel
	Version  string   `json:"tool_version"` // of the build that wrote it
	Test     Test     `json:"test"`
	Panels   []Panel  `json:"panels"`
	Assembly string   `json:"assembly"`      // GRCh37, GRCh38
	From     string   `json:"assembly_from"` // contig-lengths, option
	Padding  int      `json:"padding"`       // bases beside each exon
	Flank    int      `json:"flank"`         // bases of sequence and sources beside each scan region
	Missing  []string `json:"allow_missing"` // genes that were allowed to lack sequence, as given
	Contigs  []Contig `json:"contigs"`       // in the FASTA's order
	Inputs   []Input  `json:"inputs"`        // the files that the bundle was built from
	Sources  []Source `json:"sources"`
	Warnings []string `json:"warnings"` // what the build said
	Files    []File   `json:"files"`    // every other file of the bundle, by path
	// Self is the SHA-256 of bundle.json with 64 zeros in its place, so that a
	// changed byte of the manifest itself is found.
	Self string `json:"self_sha256"`
}

// Test is what was asked for.
type Test struct {
	Code           string `json:"code"`            // R208.1; "" for a list
	Indication     string `json:"indication"`      // the clinical indication; "" for a list
	Method         string `json:"method"`          // the directory's words
	Directory      string `json:"directory"`       // the directory's own name and date
	Type           string `json:"type"`            // rare-disease, solid-tumour, haem-myeloid, haem-lymphoid
	Profile        string `json:"profile"`         // the profile's name
	ProfileVersion string `json:"profile_version"` // and version
	AskedBy        string `json:"asked_by"`        // test, panelapp, gene-list, regions
}

// Panel is one panel that brought genes.
type Panel struct {
	ID      string `json:"id"` // PanelApp's id; "" where the input has none
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Contig is one contig of the FASTA with every name that it answers to.
type Contig struct {
	Name    string   `json:"name"`
	Length  int      `json:"length"`
	Aliases []string `json:"aliases"` // without Name itself
}

// Input is a file that the bundle was built from, by base name.
type Input struct {
	Role   string `json:"role"` // genes, fasta, hgnc, mane, directory, gene-panels, ...
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
}

// Source is one annotation source: where its slice is and what its fields are
// called.
type Source struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Kind    string `json:"kind"` // frequency, clinical-significance, score, hotspot, list
	File    string `json:"file"` // sources/NAME.vcf.gz
	// Fields maps a free name to the INFO keys that hold it: the first key
	// that a record has wins.
	Fields map[string][]string `json:"fields"`
	// Populations maps a population's name to its INFO key.
	Populations map[string]string `json:"populations,omitempty"`
	SHA256      string            `json:"sha256"` // of the original file, whole
	Original    string            `json:"original"`
	Records     int               `json:"records"` // alleles in the slice
}

// File is one file of the bundle.
type File struct {
	Path   string `json:"path"` // slash-separated, relative to the bundle
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}
