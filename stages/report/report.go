// Package report is what a case's report says, as plain values. The writers in
// the folders below are leaves: each gets a *Report and an io.Writer, and none
// decides anything.
//
// Every string is final text. A missing value is "" here; a writer prints its
// format's own sign for missing ("." in TSV, null in JSON). Positions are
// 1-based inclusive unless a field says otherwise. Two reports of the same
// inputs are equal to the byte, so nothing here holds a clock time, a
// duration, a thread count or an absolute path.
//
// The tag kind:"number" marks text that counts or measures something, for
// writers whose format tells numbers from text.
package report

// Report is one case's report.
type Report struct {
	Tool       Tool       `json:"tool"`
	Case       Case       `json:"case"`
	Test       Test       `json:"test"`
	Conclusion Conclusion `json:"conclusion"`
	Counts     Counts     `json:"counts"`
	Variants   []Variant  `json:"variants"`
	Excluded   []Excluded `json:"excluded"`
	Coverage   *Coverage  `json:"coverage"` // nil without a BAM
	Hotspots   []Hotspot  `json:"hotspots"`
	Rules      []Rule     `json:"rules"`
	Sources    []Source   `json:"sources"`
	Inputs     []Input    `json:"inputs"`
	NotDone    []NotDone  `json:"not_evaluated"` // what this version or this case did not evaluate
	Warnings   []string   `json:"warnings"`
	Methods    []string   `json:"methods"` // sentences: depth's definition, membership, normalisation
	Hints      []Hint     `json:"hints"`   // what the reads and calls say of contamination and identity
	// Callability is what a gVCF says by itself of a case without reads; with
	// reads it is nil, and Coverage has it.
	Callability *Callability `json:"callability_by_caller"`
}

// Called is what can be said of the panel's bases: from reads and calls, or from a
// gVCF alone; nil where neither says it.
func (r *Report) Called() *Callability {
	if r.Coverage != nil {
		return r.Coverage.Callability
	}
	return r.Callability
}

// Tool is the program.
type Tool struct {
	Name        string `json:"name"`
	Version     string `json:"version"`
	IntendedUse string `json:"intended_use"`
}

// Case is whose report it is.
type Case struct {
	Name   string `json:"name"`
	Sample string `json:"sample"` // the VCF's sample
	Normal string `json:"normal,omitempty"`
	Sex    string `json:"sex"`              // male, female, unknown
	Origin string `json:"origin,omitempty"` // demo cases only: real and made-up parts
}

// Test is what was asked for, from the bundle.
type Test struct {
	Code         string   `json:"code"`
	Indication   string   `json:"indication"`
	Type         string   `json:"type"`   // rare-disease, solid-tumour, haem-myeloid, haem-lymphoid
	Panels       []string `json:"panels"` // name and version
	Assembly     string   `json:"assembly"`
	BundleName   string   `json:"bundle"`
	BundleDigest string   `json:"bundle_digest"`
	Profile      string   `json:"profile"`
	ProfileVer   string   `json:"profile_version"`
	ProfileSHA   string   `json:"profile_sha256"`
	Genes        []Gene   `json:"genes"`
	Regions      []string `json:"regions"` // PanelApp regions and STRs, each "not assessed by this test"
}

// Gene is one gene of the panel.
type Gene struct {
	Symbol      string   `json:"symbol"`
	HGNCID      string   `json:"hgnc_id"`
	State       string   `json:"state"` // assessed, part assessed, not assessed
	MOI         string   `json:"moi"`   // verbatim, or "unknown"
	Transcripts []string `json:"transcripts"`
	NotAssessed []string `json:"not_assessed,omitempty"` // exons in words: "exon 3 of NM_004333.6: 118 coding bases"
	Notes       []string `json:"notes,omitempty"`        // false-duplication warnings, mode of pathogenicity
}

// Conclusion is the top of the report.
type Conclusion struct {
	Headline string   `json:"headline"` // one sentence: what was found, or that nothing was
	Points   []string `json:"points"`   // sentences that a scientist must not miss
	Gate     string   `json:"gate"`     // pass, fail, not evaluated
	GateWhy  []string `json:"gate_reasons"`
}

// Counts is the accounting: Alleles = Reported + Excluded always.
type Counts struct {
	Records        int `json:"records"`
	Alleles        int `json:"alleles"`
	Reported       int `json:"reported"`
	Excluded       int `json:"excluded"`
	Star           int `json:"star"`
	ReferenceBlock int `json:"reference_block"`
	NotCarried     int `json:"not_carried"`
	Merged         int `json:"merged"`
	Derived        int `json:"derived"`
}

// Variant is a row of variants.tsv. The tags give the column names.
type Variant struct {
	Rank                int      `json:"rank"`
	Tier                string   `json:"tier"`
	Gene                string   `json:"gene"`
	HGNCID              string   `json:"hgnc_id"`
	Transcript          string   `json:"transcript"`
	HGVSc               string   `json:"hgvs_c"`
	HGVSp               string   `json:"hgvs_p"`
	Consequence         string   `json:"consequence"` // terms joined by "&"
	Impact              string   `json:"impact"`
	Contig              string   `json:"contig"`
	Pos                 int      `json:"pos"`
	Ref                 string   `json:"ref"`
	Alt                 string   `json:"alt"`
	Filter              []string `json:"filter"`
	Zygosity            string   `json:"zygosity"`
	Depth               string   `json:"depth" kind:"number"`
	AltDepth            string   `json:"alt_depth" kind:"number"`
	VAF                 string   `json:"vaf" kind:"number"`
	Inheritance         []string `json:"inheritance"`
	PanelMOI            string   `json:"panel_moi"`
	PopulationAF        string   `json:"population_af" kind:"number"`
	PopulationSource    string   `json:"population_source"`
	ClinVarSignificance string   `json:"clinvar_significance"`
	ClinVarStars        string   `json:"clinvar_stars" kind:"number"`
	Classification      string   `json:"classification"` // "" until a laboratory gives one: varpanel proposes none
	Points              string   `json:"points" kind:"number"`
	Evidence            []string `json:"evidence"`
	Rescue              []string `json:"rescue"`
	Flags               []string `json:"flags"`

	// Not columns of the table.
	TierRule    string       `json:"tier_rule"` // id and version
	Input       []string     `json:"input"`     // contig:pos:ref:alt as the input had it
	SourceHits  []SourceHit  `json:"sources"`
	Predictions []Prediction `json:"predictions"`
	OtherGenes  []OtherGene  `json:"other_genes,omitempty"`
	// DerivedFrom are the alleles of one haplotype that the row names together, as
	// contig:pos:ref:alt; the row is not counted. Ref and Alt are "" where no one
	// allele spells it.
	DerivedFrom []string `json:"derived_from,omitempty"`
	ReadsFrom   string   `json:"reads_from"`
	NormalDepth string   `json:"normal_depth,omitempty" kind:"number"`
	NormalVAF   string   `json:"normal_vaf,omitempty" kind:"number"`
}

// Prediction is one transcript's view, for the JSON and the HTML's detail.
type Prediction struct {
	Gene        string `json:"gene"`
	Transcript  string `json:"transcript"`
	NamedBy     string `json:"named_by"`
	Consequence string `json:"consequence"`
	HGVSc       string `json:"hgvs_c"`
	HGVSp       string `json:"hgvs_p"`
	Exon        string `json:"exon,omitempty"` // "11/23"
	Intron      string `json:"intron,omitempty"`
}

// OtherGene is the evaluation for another panel gene at the same allele.
type OtherGene struct {
	Gene string `json:"gene"`
	Tier string `json:"tier"`
	Rule string `json:"rule"`
}

// SourceHit is one matching source record, fields by name.
type SourceHit struct {
	Source string      `json:"source"`
	By     string      `json:"by"`
	ID     string      `json:"id,omitempty"`
	Fields [][2]string `json:"fields"`
}

// Excluded is a row of excluded.tsv.
type Excluded struct {
	Contig      string   `json:"contig"`
	Pos         int      `json:"pos"`
	Ref         string   `json:"ref"`
	Alt         string   `json:"alt"`
	Gene        string   `json:"gene"`
	Transcript  string   `json:"transcript"`
	HGVSc       string   `json:"hgvs_c"`
	HGVSp       string   `json:"hgvs_p"`
	Consequence string   `json:"consequence"`
	Rule        string   `json:"rule"`
	RuleVersion string   `json:"rule_version"`
	Observed    string   `json:"observed"`
	Threshold   string   `json:"threshold"`
	Filter      []string `json:"filter"`
	Flags       []string `json:"flags"`

	// Not a column of the table.
	DerivedFrom []string `json:"derived_from,omitempty"` // as of Variant
}

// Coverage is what the reads say. Percentages are floored to two decimals and
// never rounded up.
type Coverage struct {
	Thresholds []int          `json:"thresholds"`
	PassDepth  int            `json:"pass_depth"`              // the gate's depth
	Definition string         `json:"definition"`              // flags, MAPQ, mates: in words
	Code       string         `json:"definition_code"`         // the same in short: the tables' last column
	PanelPct   string         `json:"panel_pct" kind:"number"` // at PassDepth, over the union of bases
	Summary    string         `json:"summary"`                 // the sentences to paste
	Panel      PanelCoverage  `json:"panel"`
	Genes      []GeneCoverage `json:"genes"`
	Exons      []ExonCoverage `json:"exons"`
	Gaps       []Gap          `json:"gaps"`

	Callability *Callability      `json:"callability"`
	Hotspots    []HotspotCoverage `json:"hotspots"`
	LowKnown    *LowKnown         `json:"known_at_low_depth"` // nil: the bundle has no such source
}

// Callability says of each base of the panel whether it could be called.
type Callability struct {
	Classes     []string      `json:"classes"`         // a base has the first that holds
	CallerDepth string        `json:"caller_depth"`    // where the caller's depth is known: in words
	Code        string        `json:"definition_code"` // whose depth it is, in short: the tables' last column
	Rows        []CallableRow `json:"rows"`            // the panel, then its genes, then its exons
	Runs        []Run         `json:"-"`               // of every exon: callability.bed alone
	// Disagreements are the runs that the reads cover and the caller did not.
	Disagreements []Run `json:"disagreements"`
}

// CallableRow is a row of callability.tsv. Start is 1-based, End inclusive, both
// 0 where the row is no exon.
type CallableRow struct {
	Level      string `json:"level"` // panel, gene, exon
	Gene       string `json:"gene"`
	Transcript string `json:"transcript"`
	Exon       string `json:"exon"`
	Contig     string `json:"contig"`
	Start      int    `json:"start"`
	End        int    `json:"end"`
	Length     int    `json:"length"`
	Counts     []int  `json:"counts"` // bases, one a class
}

// Run is a stretch of one class: a row of callability.bed or, where reads and
// caller disagree, of disagreement.tsv. Start is 0-based, End exclusive. A depth
// is "" where it is not known.
type Run struct {
	Contig     string `json:"contig"`
	Start      int    `json:"start0"`
	End        int    `json:"end"`
	Class      string `json:"class"`
	Gene       string `json:"gene"`
	Transcript string `json:"transcript"`
	Exon       string `json:"exon"`
	HGVSc      string `json:"hgvs_c"` // but of callable runs
	MinDepth   string `json:"min_depth" kind:"number"`
	MaxDepth   string `json:"max_depth" kind:"number"`
	MinMapQ0   string `json:"min_mapq0_depth" kind:"number"`
	MaxMapQ0   string `json:"max_mapq0_depth" kind:"number"`
	MinCaller  string `json:"min_caller_depth" kind:"number"`
	MaxCaller  string `json:"max_caller_depth" kind:"number"`
}

// HotspotCoverage is a row of coverage.hotspots.tsv: depth at a hotspot's own
// bases, apart from the exons'. Start is 1-based, End inclusive.
type HotspotCoverage struct {
	Name     string `json:"name"`
	Gene     string `json:"gene"`
	Contig   string `json:"contig"`
	Start    int    `json:"start"`
	End      int    `json:"end"`
	Min      int    `json:"min"`
	Max      int    `json:"max"`
	AskedFor int    `json:"asked_for"` // the profile's depth for a hotspot
	Pass     string `json:"pass"`      // pass, fail
}

// LowKnown is the known pathogenic alleles of the sources that were read at less
// than the pass depth.
type LowKnown struct {
	Listed int        `json:"listed"` // pathogenic alleles that were looked at
	Rows   []KnownLow `json:"rows"`
}

// KnownLow is a row of known_low.tsv.
type KnownLow struct {
	Source       string `json:"source"`
	ID           string `json:"id"`
	Gene         string `json:"gene"`
	Transcript   string `json:"transcript"`
	HGVSc        string `json:"hgvs_c"`
	HGVSp        string `json:"hgvs_p"`
	Contig       string `json:"contig"`
	Pos          int    `json:"pos"`
	Ref          string `json:"ref"`
	Alt          string `json:"alt"`
	Significance string `json:"significance"`
	Stars        string `json:"stars" kind:"number"`
	MinDepth     int    `json:"min_depth"` // of the bases of REF
}

// Hint is one thing that the reads and calls say of contamination or identity. It
// decides nothing.
type Hint struct {
	Name  string `json:"name"`
	Value string `json:"value"` // "not assessable" where there is too little
	Means string `json:"means"` // what it can and cannot say
}

// PanelCoverage is the row of coverage.panel.tsv: the union of the panel's
// bases. Bases that the test has no sequence for count as not read: they stand
// in Length and in the denominators of Pct, and have no part in the other
// numbers.
type PanelCoverage struct {
	Genes      int      `json:"genes"`
	Length     int      `json:"length"`
	NoSequence int      `json:"no_sequence"`
	Min        string   `json:"min" kind:"number"`
	Mean       string   `json:"mean" kind:"number"`
	Median     string   `json:"median" kind:"number"`
	Max        string   `json:"max" kind:"number"`
	Pct        []string `json:"pct" kind:"number"` // one a threshold
}

// GeneCoverage is a row of coverage.genes.tsv.
type GeneCoverage struct {
	Gene       string   `json:"gene"`
	Transcript string   `json:"transcript"`
	State      string   `json:"state"`
	Length     int      `json:"length"`
	Min        string   `json:"min" kind:"number"`
	Mean       string   `json:"mean" kind:"number"`
	Median     string   `json:"median" kind:"number"`
	Max        string   `json:"max" kind:"number"`
	Pct        []string `json:"pct" kind:"number"` // one a threshold
	Pass       string   `json:"pass"`              // pass, fail, not assessed
}

// ExonCoverage is a row of coverage.exons.tsv. Start is 1-based, End inclusive.
type ExonCoverage struct {
	Gene       string   `json:"gene"`
	Transcript string   `json:"transcript"`
	Exon       string   `json:"exon"`
	Contig     string   `json:"contig"`
	Start      int      `json:"start"`
	End        int      `json:"end"`
	Length     int      `json:"length"`
	Min        string   `json:"min" kind:"number"`
	Mean       string   `json:"mean" kind:"number"`
	Median     string   `json:"median" kind:"number"`
	Max        string   `json:"max" kind:"number"`
	Pct        []string `json:"pct" kind:"number"`
}

// Gap is a stretch below the pass depth: a row of gaps.bed and gaps.tsv. Start is 0-based,
// End exclusive, as in BED.
type Gap struct {
	Contig     string `json:"contig"`
	Start      int    `json:"start0"`
	End        int    `json:"end"`
	Gene       string `json:"gene"`
	Transcript string `json:"transcript"`
	Exon       string `json:"exon"`
	HGVSc      string `json:"hgvs_c"` // the c. (or n.) interval on the transcript
	MinDepth   int    `json:"min_depth"`
	MaxDepth   int    `json:"max_depth"`
}

// Hotspot is a row of hotspots.tsv.
type Hotspot struct {
	Name             string `json:"name"`
	Gene             string `json:"gene"`
	Contig           string `json:"contig"`
	Pos              int    `json:"pos"`
	HGVSp            string `json:"hgvs_p"`
	Status           string `json:"status"` // detected, not-detected, not-assessable
	Depth            string `json:"depth" kind:"number"`
	AltDepth         string `json:"alt_depth" kind:"number"`
	VAF              string `json:"vaf" kind:"number"`
	LimitOfDetection string `json:"limit_of_detection" kind:"number"`
	NTCDepth         string `json:"ntc_depth" kind:"number"`
	NTCAltDepth      string `json:"ntc_alt_depth" kind:"number"`
	Why              string `json:"why,omitempty"` // why it is not assessable
	DepthFrom        string `json:"depth_from"`    // reads, call, reference block: who counted
}

// Rule is one rule in force, as the profile states it.
type Rule struct {
	ID        string `json:"id"`
	Version   string `json:"version"`
	Text      string `json:"text"`
	Threshold string `json:"threshold"`
	Missing   string `json:"missing"` // what a missing value means
	Source    string `json:"source"`
	State     string `json:"state"` // applied, not evaluated: why
}

// Source is one annotation source of the bundle.
type Source struct {
	Name    string `json:"name"`
	Kind    string `json:"kind"`
	Version string `json:"version"`
	SHA256  string `json:"sha256"`
}

// Input is one input file, by base name.
type Input struct {
	Role   string `json:"role"` // vcf, bam, profile, known
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
	Scope  string `json:"scope"` // whole, or what a BAM's digest covers
}

// NotDone is a thing that was not evaluated, and why.
type NotDone struct {
	What string `json:"what"`
	Why  string `json:"why"`
}
