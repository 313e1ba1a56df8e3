package filter

import (
	"fmt"
	"slices"
	"strings"

	"varpanel/annotate/source"
	"varpanel/hts/fault"
	"varpanel/hts/vcf"
	"varpanel/reference/panel"
	"varpanel/reference/profile"
	"varpanel/stages/sex"
	"varpanel/stages/variant"
)

// Reasons of rescue, as they stand in Variant.Rescue.
const (
	RescueClinVar = "clinvar-plp"
	RescueHotspot = "hotspot"
	RescueInclude = "include-list"
)

// Flags that this package sets. A rule's own flags are its id with a suffix.
const (
	FlagUnfiltered  = "unfiltered"   // FILTER is "."
	FlagMixedFilter = "filter-mixed" // merged records, of which one passed and one failed
	overridden      = "overridden:"  // overridden:frequency: a rescue kept the rule from excluding
	notAssessable   = "-not-assessable"
)

// Untiered is the tier of an evaluation that a rule dropped.
const Untiered = "untiered"

// Available is what the rules may read.
type Available struct {
	Sources []source.Description // the bundle's, and the known list's where there is one
	Header  *vcf.Header          // of the case's VCF; nil where rules are checked without a case
}

// Facts are what a rule needs and a Variant does not hold.
type Facts struct {
	ReferenceUnknown bool // the bundle has no bases in the allele's REF span
	Locus            sex.Locus
}

// Statement is a rule in force with its state: "applied", or "not evaluated:
// why".
type Statement struct {
	profile.Statement
	State string
}

// Filter applies a profile's rules. It is read-only and safe for concurrent
// use.
type Filter struct {
	profile     *profile.Profile
	sources     map[string]*source.Description
	frequency   *frequency // nil where the rule is not in force or no source is there
	consequence *consequences
	statements  []Statement
}

// New checks a profile's rules against what is there, before the first record.
// A rule that names a source or a field which is not there is a Usage error
// that names the nearest known one. A rule for which nothing is there at all is
// not evaluated, and Statements says so.
func New(p *profile.Profile, have Available) (*Filter, error) {
	f := &Filter{profile: p, sources: make(map[string]*source.Description, len(have.Sources))}
	for i := range have.Sources {
		d := &have.Sources[i]
		f.sources[d.Name] = d
		if d.Kind == source.ClinicalSignificance && !d.Has(source.FieldSignificance) {
			return nil, fault.Usagef("source %s: a source of kind %s has no field %s", d.Name, d.Kind, source.FieldSignificance).
				WithHint("its fields are %s", strings.Join(d.Keys, ", "))
		}
	}
	var err error
	if f.frequency, err = newFrequency(p, have.Sources); err != nil {
		return nil, err
	}
	f.consequence = newConsequences(p.Rules.Consequence)
	for _, s := range p.Statements() {
		f.statements = append(f.statements, Statement{Statement: s, State: f.state(s.ID, have)})
	}
	return f, nil
}

// Statements gives every rule with its state, for reports.
func (f *Filter) Statements() []Statement { return f.statements }

const applied = "applied"

func (f *Filter) state(id string, have Available) string {
	kind := func(k source.Kind) bool {
		return slices.ContainsFunc(have.Sources, func(d source.Description) bool { return d.Kind == k })
	}
	switch id {
	case profile.IDFrequency:
		if f.frequency == nil {
			return "not evaluated: the bundle has no frequency source"
		}
	case profile.IDArtefactList:
		if !kind(source.List) {
			return "not evaluated: no list was given"
		}
	case profile.IDDepth:
		return placesState(have.Header, "depth", f.profile.Caller.Depth, f.profile.Caller.AlleleDepth)
	case profile.IDVAF:
		return placesState(have.Header, "allele fraction", f.profile.Caller.VAF, f.profile.Caller.AlleleDepth,
			f.profile.Caller.AltDepth)
	case profile.IDAltReads:
		return placesState(have.Header, "reads with the ALT", f.profile.Caller.AlleleDepth, f.profile.Caller.AltDepth,
			f.profile.Caller.VAF)
	case "rescue":
		return f.rescueState(kind)
	}
	return applied
}

func (f *Filter) rescueState(kind func(source.Kind) bool) string {
	var lacks []string
	if !kind(source.ClinicalSignificance) {
		lacks = append(lacks, "no clinical-significance source")
	}
	if f.profile.Rescue.Hotspot && !kind(source.Hotspot) {
		lacks = append(lacks, "no hotspot source")
	}
	if f.profile.Rescue.IncludeList && !kind(source.List) {
		lacks = append(lacks, "no include list")
	}
	if len(lacks) == 0 {
		return applied
	}
	return applied + " (" + strings.Join(lacks, ", ") + ")"
}

// strelkaKeys are read wherever a header declares them.
var strelkaKeys = []string{"FORMAT/AU", "FORMAT/TIR"}

// placesState says whether the VCF's header declares one of the places.
func placesState(h *vcf.Header, what string, lists ...[]string) string {
	if h == nil {
		return applied
	}
	for _, place := range append(slices.Concat(lists...), strelkaKeys...) {
		column, key, _ := strings.Cut(place, "/")
		if _, ok := h.FormatField(key); ok && column == "FORMAT" {
			return applied
		}
		if _, ok := h.Info(key); ok && column == "INFO" {
			return applied
		}
	}
	return fmt.Sprintf("not evaluated: the VCF's header declares no field with %s", what)
}

// verdict is what a rule says of an allele.
type verdict uint8

const (
	keeps verdict = iota
	excludes
	cannotTell
)

// Apply fills Rescue first, then Exclusion by the first rule that excludes, and
// the flags. Evaluations that a rule dropped while another gene keeps the
// allele are untiered, and their TierRule is the rule. An error is a value of a
// source that is malformed.
func (f *Filter) Apply(v *variant.Variant, facts Facts) error {
	v.Exclusion = nil
	if v.Symbolic {
		f.exclude(v, profile.IDSymbolic, v.Allele.Alt, "a sequence allele")
		return nil
	}
	f.rescue(v)
	for _, rule := range []func(*variant.Variant, Facts) error{
		f.artefact, f.filterColumn, f.frequencyRule, f.consequenceRule, f.depth, f.vaf, f.altReads, f.place,
	} {
		if err := rule(v, facts); err != nil || v.Exclusion != nil {
			return err
		}
	}
	return nil
}

func (f *Filter) exclude(v *variant.Variant, id, observed, threshold string) {
	v.Exclusion = &variant.Exclusion{Rule: id, Version: f.version(id), Observed: observed, Threshold: threshold}
}

func (f *Filter) version(id string) string {
	for _, s := range f.statements {
		if s.ID == id {
			return s.Version
		}
	}
	return ""
}

// rescuable tells whether a rule may be overridden by any reason of rescue.
func rescuable(id string) bool {
	switch id {
	case profile.IDFrequency, profile.IDConsequence, profile.IDDepth, profile.IDVAF, profile.IDAltReads:
		return true
	}
	return false
}

// conclude carries out a rule's verdict on the whole allele.
func (f *Filter) conclude(v *variant.Variant, id string, missing profile.Missing, said verdict, observed, threshold string) {
	if said == cannotTell {
		switch missing {
		case profile.Fail:
			said, observed = excludes, "."
		case profile.NotAssessable:
			v.Flag(id + notAssessable)
			return
		default:
			return
		}
	}
	if said == keeps {
		return
	}
	if rescuable(id) && len(v.Rescue) > 0 {
		v.Flag(overridden + id)
		return
	}
	f.exclude(v, id, observed, threshold)
}

// rescue fills Variant.Rescue.
func (f *Filter) rescue(v *variant.Variant) {
	v.Rescue = nil
	add := func(reason string) {
		if !slices.Contains(v.Rescue, reason) {
			v.Rescue = append(v.Rescue, reason)
		}
	}
	if KnownPathogenic(v, f.sources, f.profile.Rescue.ClinVarStars) {
		add(RescueClinVar)
	}
	if f.profile.Rescue.Hotspot && IsHotspot(v) {
		add(RescueHotspot)
	}
	if f.profile.Rescue.IncludeList && f.listed(v, source.Include) != nil {
		add(RescueInclude)
	}
}

// KnownPathogenic tells whether a source of clinical significance calls the
// allele P or LP with at least so many review stars.
func KnownPathogenic(v *variant.Variant, sources map[string]*source.Description, stars int) bool {
	for _, h := range v.Hits {
		if n, ok := PathogenicStars(h, sources[h.Source]); ok && n >= stars {
			return true
		}
	}
	return false
}

// PathogenicStars gives the review stars of a hit that says P or LP. A hit whose
// source has no review status, or an unknown one, is not one.
func PathogenicStars(h source.Hit, d *source.Description) (int, bool) {
	if h.Kind != source.ClinicalSignificance || h.By != source.ByAllele || d == nil ||
		!source.IsPathogenic(d.Value(h, source.FieldSignificance)) {
		return 0, false
	}
	return source.Stars(d.Value(h, source.FieldReview))
}

// IsHotspot tells whether the allele, or its protein change, is a hotspot entry.
func IsHotspot(v *variant.Variant) bool {
	return slices.ContainsFunc(v.Hits, func(h source.Hit) bool { return h.Kind == source.Hotspot })
}

// listed gives the first list hit that says so.
func (f *Filter) listed(v *variant.Variant, says string) *source.Hit {
	for i, h := range v.Hits {
		if d := f.sources[h.Source]; h.Kind == source.List && d != nil && d.Value(h, source.FieldKnown) == says {
			return &v.Hits[i]
		}
	}
	return nil
}

// Sources gives the descriptions by name, for those who read hits after it.
func (f *Filter) Sources() map[string]*source.Description { return f.sources }

// moi gives an evaluation's mode of inheritance.
func moi(e *variant.Evaluation) panel.MOI { return panel.MOI(e.PanelMOI) }
