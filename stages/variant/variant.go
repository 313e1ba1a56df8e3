// Package variant is the unit that the stages pass on: one normalised ALT
// allele of the proband (or the tumour), with everything that was learnt of it
// so far. Each stage fills its own part and leaves the others alone.
package variant

import (
	"varpanel/annotate/consequence"
	"varpanel/annotate/source"
	"varpanel/reference/allele"
)

// State is one of the three states of evidence. NotAssessable is never read as
// one of the others.
type State uint8

const (
	NotAssessable State = iota
	CalledReference
	CalledAlternate
)

// Count is a number that may be missing. Missing is not zero.
type Count struct {
	N     int
	Known bool
}

// Fraction is a VAF that may be missing.
type Fraction struct {
	F     float64
	Known bool
}

// Origin is where an allele was read: one for each merged record.
type Origin struct {
	File   string // base name of the VCF
	Contig string // as the input spells it
	Pos    int    // 0-based, before normalisation
	Ref    string
	Alt    string
	Filter string // verbatim
}

// Genotype is the proband's call at the allele.
type Genotype struct {
	State    State
	Reason   string // why State is NotAssessable
	Zygosity string // het, hom, hemi, het-x-male, mosaic, part-missing, somatic
	Phased   bool
	PhaseSet string // PS, or "" ; phased records without PS share one set; see PhysicalPhase
	AltFirst bool   // with Phased: the ALT stands on the first haplotype
	Every    bool   // every allele of the genotype is this ALT: it stands on each haplotype
}

// Evidence is the reads behind the call.
type Evidence struct {
	Depth, AltDepth Count
	VAF             Fraction
	From            string // which keys of the record gave them, for the JSON
}

// Exclusion is the first rule that excluded an allele.
type Exclusion struct {
	Rule      string // id; begins with one of DESIGN's rule names
	Version   string
	Observed  string
	Threshold string
}

// Evaluation is the allele seen from one gene of the panel.
type Evaluation struct {
	HGNCID      string
	Gene        string
	Prediction  int    // index in Variant.Predictions of the chosen transcript's prediction
	PanelMOI    string // the parsed mode's name: biallelic, monoallelic_not_imprinted, unknown, ...
	Inheritance []string
	Tier        string // 1, 2, 3, untiered; I, II, III, IV, untiered
	TierRule    string // id of the rule that gave the tier
	TierVersion string
	Evidence    []string // what counted, in words that a report prints
}

// Variant is one normalised ALT allele of the proband.
type Variant struct {
	Allele   allele.Allele // normalised; the contig is the bundle's name
	Origins  []Origin
	Qual     string   // verbatim
	Filters  []string // FILTER ids of all merged records; ["."] where unfiltered
	Symbolic bool     // <DEL> and the like: never annotated, never tiered
	// ReferenceUnknown: the bundle has N in the REF span.
	ReferenceUnknown bool

	Genotype    Genotype
	Reads       Evidence
	Normal      Evidence                 // of the matched normal, where there is one; nothing is decided by it
	Predictions []consequence.Prediction // sorted: panel genes' chosen transcripts first
	Hits        []source.Hit

	Evaluations []Evaluation // one a panel gene that the allele touches; the first is the row's
	Rescue      []string     // why a rule was not allowed to exclude: clinvar-plp, hotspot, include-list
	Flags       []string
	Exclusion   *Exclusion // nil: the allele is reported

	// Parts are the alleles of one haplotype that a derived allele joins, in the
	// order of the genome; nil for an allele of the VCF. A derived allele that no
	// one REF and ALT can spell has neither.
	Parts []*Variant

	// Line is the split and normalised VCF line of the first origin, with the
	// input's contig name, for the annotated VCF.
	Line []byte
}

// Derived tells whether the allele was made by joining others of one haplotype.
func (v *Variant) Derived() bool { return len(v.Parts) > 0 }

// FlagPartOf begins the flag that names, on a part, the derived allele.
const FlagPartOf = "part-of:"

// Flag adds a flag once.
func (v *Variant) Flag(f string) {
	for _, have := range v.Flags {
		if have == f {
			return
		}
	}
	v.Flags = append(v.Flags, f)
}
