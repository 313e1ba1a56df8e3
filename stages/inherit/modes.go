package inherit

import (
	"varpanel/reference/panel"
	"varpanel/reference/profile"
	"varpanel/stages/sex"
)

// Segregation filters, by the names of Genomics England's report models; YLinked
// is ours, as PanelApp has no mode for Y.
const (
	SimpleRecessive             = "SimpleRecessive"
	CompoundHeterozygous        = "CompoundHeterozygous"
	InheritedAutosomalDominant  = "InheritedAutosomalDominant"
	DominantMaternallyImprinted = "InheritedAutosomalDominantMaternallyImprinted"
	DominantPaternallyImprinted = "InheritedAutosomalDominantPaternallyImprinted"
	XLinkedSimpleRecessive      = "XLinkedSimpleRecessive"
	XLinkedCompoundHeterozygous = "XLinkedCompoundHeterozygous"
	XLinkedMonoallelic          = "XLinkedMonoallelic"
	YLinked                     = "YLinked"
	MitochondrialGenome         = "MitochondrialGenome"
)

// Flags that this package sets.
const (
	FlagUnknown    = "moi-unknown"
	FlagMismatch   = "moi-contig-mismatch"      // the panel's mode is not one of this chromosome
	FlagOrigin     = "parent-of-origin-unknown" // imprinting decides, and the parents are not here
	FlagPhase      = "phase-unknown"
	FlagCis        = "cis"        // the gene's other alleles lie on the same haplotype
	FlagLone       = "lone-het"   // one het allele in a gene that needs two
	FlagHetXMale   = "het-x-male" // a het call where a male has one copy
	FlagSexUnknown = "sex-unknown"
	FlagYInFemale  = "y-in-female"
	FlagPloidy     = "ploidy-mismatch" // a haploid call where two copies are expected
	FlagNoGenotype = "genotype-not-assessable"
)

// model is one mode of inheritance on one kind of chromosome.
type model struct {
	one      string        // segregation filter of a single allele; "" where one is not enough
	oneClass profile.Class // its frequency class
	two      bool          // a homozygous allele or a pair is accepted
	origin   bool          // depends on the parent of origin
}

// modelOf gives the model of a panel's mode on a locus, and whether the mode is
// one of that kind of chromosome. A mode that is not is treated as unknown: both
// models are tried.
func modelOf(m panel.MOI, l sex.Locus) (mod model, fits bool) {
	switch l {
	case sex.Mitochondrial:
		return model{one: MitochondrialGenome, oneClass: profile.Mitochondrial}, m == panel.Mitochondrial || m == panel.Unknown
	case sex.Y:
		return model{one: YLinked, oneClass: profile.Dominant}, false
	case sex.X:
		return modelOnX(m)
	}
	dominant := model{one: InheritedAutosomalDominant, oneClass: profile.Dominant}
	both := dominant
	both.two = true
	switch m {
	case panel.Monoallelic, panel.MonoallelicNotImprinted:
		return dominant, true
	case panel.MonoallelicMaternallyImprinted:
		return model{one: DominantMaternallyImprinted, oneClass: profile.Dominant, origin: true}, true
	case panel.MonoallelicPaternallyImprinted:
		return model{one: DominantPaternallyImprinted, oneClass: profile.Dominant, origin: true}, true
	case panel.Biallelic:
		return model{two: true}, true
	case panel.Both, panel.BothMoreSevereBiallelic:
		return both, true
	}
	// In the wide class, as the frequency rule has it for an unknown mode.
	both.oneClass = profile.Recessive
	return both, isUnknown(m)
}

func modelOnX(m panel.MOI) (model, bool) {
	switch m {
	case panel.XLinkedBiallelic:
		return model{two: true}, true
	case panel.XLinkedMonoallelic:
		return model{one: XLinkedMonoallelic, oneClass: profile.Dominant}, true
	}
	return model{one: XLinkedMonoallelic, oneClass: profile.Recessive, two: true}, isUnknown(m)
}

func isUnknown(m panel.MOI) bool {
	switch m {
	case panel.Monoallelic, panel.MonoallelicNotImprinted, panel.MonoallelicMaternallyImprinted,
		panel.MonoallelicPaternallyImprinted, panel.Biallelic, panel.Both, panel.BothMoreSevereBiallelic,
		panel.XLinkedBiallelic, panel.XLinkedMonoallelic, panel.Mitochondrial:
		return false
	}
	return true
}

// Uncertain tells whether a gene's mode is unknown, or none of its chromosome:
// its rows are capped.
func Uncertain(m panel.MOI, l sex.Locus) bool {
	_, fits := modelOf(m, l)
	return isUnknown(m) || !fits
}
