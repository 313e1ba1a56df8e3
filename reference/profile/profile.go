package profile

import (
	"varpanel/reference/panel"
)

// Type is a test type.
type Type string

const (
	RareDisease  Type = "rare-disease"
	SolidTumour  Type = "solid-tumour"
	HaemMyeloid  Type = "haem-myeloid"
	HaemLymphoid Type = "haem-lymphoid"
)

// Somatic tells whether the type's variants are somatic: no genotype model, and
// tiers I to IV.
func (t Type) Somatic() bool { return t != RareDisease }

// Missing is what a rule makes of a value that is not there.
type Missing string

const (
	// Pass: the rule does not exclude; the absent value counts as one that passes.
	Pass Missing = "pass"
	// Fail: the rule excludes.
	Fail Missing = "fail"
	// NotAssessable: the rule does not exclude and the row is flagged.
	NotAssessable Missing = "not-assessable"
)

// Profile is one test type's rules. It is read-only after Parse and safe for
// concurrent use.
type Profile struct {
	Name    string `toml:"name"`
	Version string `toml:"version"`
	Type    Type   `toml:"type"`
	Title   string `toml:"title"`
	Source  string `toml:"source"`

	Coverage Coverage `toml:"coverage"`
	Hotspots Hotspots `toml:"hotspots"`
	Caller   Caller   `toml:"caller"`
	Rescue   Rescue   `toml:"rescue"`
	Rules    Rules    `toml:"rules"`
	Tiers    Tiers    `toml:"tiers"`

	// TOML is the text that was parsed, byte for byte, and SHA256 its digest in
	// lower-case hexadecimal.
	TOML   []byte `toml:"-"`
	SHA256 string `toml:"-"`
}

// Coverage is how depth is counted and what passes.
type Coverage struct {
	Version    string `toml:"version"`
	Source     string `toml:"source"`
	Thresholds []int  `toml:"thresholds"` // ascending; the report's pct_<N>x columns
	PassDepth  int    `toml:"pass_depth"` // one of Thresholds
	// PassPercent of each gene's coding bases must reach PassDepth, or the
	// case's gate fails. At least this much passes (>=).
	PassPercent int `toml:"pass_percent"`
	// ExcludeFlags: reads with any of these SAM flags are not counted.
	ExcludeFlags      int  `toml:"exclude_flags"`
	IncludeFlags      int  `toml:"include_flags"` // nor those with none of these; 0 asks for none
	MinMappingQuality int  `toml:"min_mapping_quality"`
	MinBaseQuality    int  `toml:"min_base_quality"` // bases of a lower quality are not counted
	CountDeletions    bool `toml:"count_deletions"`  // bases that a read deletes are counted
	MatesOnce         bool `toml:"mates_once"`       // overlapping mates are counted once
	Flank             int  `toml:"coverage_flank"`
}

// Hotspots is what a statement on a hotspot needs.
type Hotspots struct {
	Version  string `toml:"version"`
	Source   string `toml:"source"`
	MinDepth int    `toml:"min_depth"` // below it the position is not assessable
	// Reads alone, without a call, show the allele when so many carry it at
	// this fraction or above.
	MinAltReads int     `toml:"min_alt_reads"`
	MinVAF      float64 `toml:"min_vaf"`
}

// Caller says where a caller's depth, reads and allele fraction stand. A place
// is FORMAT/KEY or INFO/KEY; the first that the record has wins. Strelka's
// tiers (AU, CU, GU, TU, TAR, TIR) are read where the header declares them.
type Caller struct {
	Version     string   `toml:"version"`
	Source      string   `toml:"source"`
	AlleleDepth []string `toml:"allele_depth"` // one number an allele, REF first
	AltDepth    []string `toml:"alt_depth"`    // one number an ALT
	Depth       []string `toml:"depth"`
	VAF         []string `toml:"vaf"` // one number an ALT

	// MosaicBelow: a het call with a lower VAF is `mosaic`; 0 for never.
	MosaicBelow float64 `toml:"mosaic_below"`
	// XMaleAltAbove: a het call of a male on X or Y outside the
	// pseudoautosomal regions counts as his only allele above this VAF.
	XMaleAltAbove float64 `toml:"x_male_alt_above"`
}

// Rescue comes before the rules: what it names is never excluded by frequency,
// consequence, depth, vaf or alt-reads.
type Rescue struct {
	Version        string `toml:"version"`
	Source         string `toml:"source"`
	ClinVarStars   int    `toml:"clinvar_min_stars"` // P/LP of at least so many review stars
	Hotspot        bool   `toml:"hotspot"`
	IncludeList    bool   `toml:"include_list"`
	HotspotFilters bool   `toml:"hotspot_overrides_filter_fail"`
}

// Rules are evaluated in the order of the fields, which is that of the design.
// A nil rule is not in force.
type Rules struct {
	ArtefactList       *ListRule        `toml:"artefact-list"`
	FilterFail         *FilterRule      `toml:"filter-fail"`
	Frequency          *FrequencyRule   `toml:"frequency"`
	Consequence        *ConsequenceRule `toml:"consequence"`
	Depth              *DepthRule       `toml:"depth"`
	VAF                *VAFRule         `toml:"vaf"`
	AltReads           *AltReadsRule    `toml:"alt-reads"`
	OutsideTranscripts *PlainRule       `toml:"outside-transcripts"`
	ReferenceUnknown   *PlainRule       `toml:"reference-unknown"`
	Symbolic           *PlainRule       `toml:"symbolic"`
}

// Rule ids, in the order of evaluation. Symbolic records are told apart first:
// no other rule can be evaluated on them.
const (
	IDArtefactList       = "artefact-list"
	IDFilterFail         = "filter-fail"
	IDFrequency          = "frequency"
	IDConsequence        = "consequence"
	IDDepth              = "depth"
	IDVAF                = "vaf"
	IDAltReads           = "alt-reads"
	IDOutsideTranscripts = "outside-transcripts"
	IDReferenceUnknown   = "reference-unknown"
	IDSymbolic           = "symbolic"
)

// Head is what every rule states.
type Head struct {
	Version string  `toml:"version"`
	Source  string  `toml:"source"`
	Missing Missing `toml:"missing"`
}

// PlainRule has no threshold.
type PlainRule struct {
	Head
}

// ListRule excludes alleles that a local list marks as artefacts.
type ListRule struct {
	Head
}

// FilterRule excludes by the FILTER column.
type FilterRule struct {
	Head          // Missing is the meaning of an unfiltered record (".")
	Pass []string `toml:"pass"` // FILTER ids that do not exclude, beside PASS
}

// Class is a mode of inheritance as the frequency rule sees it.
type Class string

const (
	Dominant      Class = "dominant"
	Recessive     Class = "recessive"
	Mitochondrial Class = "mitochondrial"
	Somatic       Class = "somatic"
)

// ClassOf is the widest class that a mode of inheritance allows: what passes
// none of a gene's classes passes not this one either. An unknown mode is
// recessive, the wide class.
func ClassOf(m panel.MOI) Class {
	switch m {
	case panel.Monoallelic, panel.MonoallelicNotImprinted, panel.MonoallelicMaternallyImprinted,
		panel.MonoallelicPaternallyImprinted, panel.XLinkedMonoallelic:
		return Dominant
	case panel.Mitochondrial:
		return Mitochondrial
	default:
		return Recessive
	}
}

// Limits holds one limit a class. A class that the profile's type does not use
// is 0.
type Limits struct {
	Dominant      float64 `toml:"dominant"`
	Recessive     float64 `toml:"recessive"`
	Mitochondrial float64 `toml:"mitochondrial"`
	Somatic       float64 `toml:"somatic"`
}

// Of gives a class's limit.
func (l Limits) Of(c Class) float64 {
	switch c {
	case Dominant:
		return l.Dominant
	case Mitochondrial:
		return l.Mitochondrial
	case Somatic:
		return l.Somatic
	default:
		return l.Recessive
	}
}

// FrequencyRule excludes what is common. An allele passes when it passes in
// every source and every one of the fields.
type FrequencyRule struct {
	Head
	Limits
	// Sources are names of sources of kind frequency; a name with * is a
	// pattern that may match none; empty means all of them.
	Sources []string `toml:"sources"`
	// Fields are among af, popmax and populations (each population's); each
	// source must have those that are named. Empty means whichever of them a
	// source has.
	Fields []string `toml:"fields"`
	// AtLimit says what happens to a frequency equal to the limit: kept or
	// excluded.
	AtLimit string `toml:"at_limit"`
	// Relaxed holds the populations with their own limits, the first that
	// matches wins.
	Relaxed []Relaxed `toml:"relaxed"`
}

// Relaxed is a wider limit for a small cohort.
type Relaxed struct {
	Populations []string `toml:"populations"` // lower-case names
	Sources     []string `toml:"sources"`     // as in FrequencyRule
	Limits
}

// ConsequenceRule excludes an allele when its terms on a gene's chosen
// transcript are exactly one of the sets.
type ConsequenceRule struct {
	Head
	// Exactly holds sets of terms joined by "&", in any order.
	Exactly []string `toml:"exactly"`
	Keep    []Keep   `toml:"keep"`
}

// Keep is an exception of the consequence rule.
type Keep struct {
	Gene        string   `toml:"gene"`
	HGNCID      string   `toml:"hgnc_id"`
	Consequence []string `toml:"consequence"` // sets, as in Exactly
	Source      string   `toml:"source"`
}

// DepthRule excludes below a number of reads.
type DepthRule struct {
	Head
	Min int `toml:"min"` // a depth of Min is kept
}

// VAFRule excludes below a variant allele fraction. It has no upper limit.
type VAFRule struct {
	Head
	Min           float64 `toml:"min"`           // a VAF of Min is kept
	Mitochondrial float64 `toml:"mitochondrial"` // the same on the mitochondrion
}

// AltReadsRule excludes below a number of reads with the ALT.
type AltReadsRule struct {
	Head
	Min int `toml:"min"` // so many are kept; at least 1
}

// Tiers says how a row that no rule excluded gets its tier.
type Tiers struct {
	Version string `toml:"version"`
	Source  string `toml:"source"`

	// Rare disease.
	High                 []string `toml:"high"`     // terms
	Moderate             []string `toml:"moderate"` // terms
	NonCodingGene        []string `toml:"non_coding_gene"`
	LossOfFunction       []string `toml:"loss_of_function"`
	Green                []string `toml:"green"`                  // confidence levels on which a gene counts as green
	KnownStars           int      `toml:"known_min_stars"`        // ClinVar stars of "known P/LP"
	UnknownInheritance   string   `toml:"unknown_inheritance"`    // the best tier of a gene without a mode
	LossNotCausal        string   `toml:"loss_not_causal"`        // the best tier of loss of function where it does not cause the disease
	LossNotCausalPattern string   `toml:"loss_not_causal_prefix"` // how that mode of pathogenicity begins

	// Somatic.
	TierIIStars   int     `toml:"tier_ii_min_stars"`
	TierIIHotspot bool    `toml:"tier_ii_hotspot"`
	TierIVAF      float64 `toml:"tier_iv_min_af"`
	Confirm       string  `toml:"confirm"` // text that goes with tier II
}
