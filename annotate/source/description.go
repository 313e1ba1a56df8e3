package source

import (
	"maps"
	"slices"

	"varpanel/hts/fault"
	"varpanel/reference/bundle"
)

// Names of fields that rules know.
const (
	FieldAF           = "af"
	FieldPopmax       = "popmax"
	FieldSignificance = "significance"
	FieldReview       = "review"
	FieldCondition    = "condition"
	FieldGene         = "gene"
	FieldProtein      = "protein"
	FieldName         = "name"   // of the panel's own hotspots
	FieldOrigin       = "origin" // of the panel's own hotspots: where the row comes from
	FieldKnown        = "known"  // of a list: include or artefact
	FieldReason       = "reason" // of a list
)

// populationPrefix makes a population's field name: af_nfe.
const populationPrefix = "af_"

// Description is what rules and reports may ask of a source.
type Description struct {
	Name    string
	Version string
	Kind    Kind
	// Keys names the values of a Hit's Fields, in order: the free field names,
	// sorted, then af_<population>, sorted.
	Keys []string
	// Populations are the populations' names, sorted; the field of one is
	// af_<population>.
	Populations []string
}

// Value gives a hit's field by name, "" where the record has none or the source
// knows no such field.
func (d *Description) Value(h Hit, key string) string {
	if i := slices.Index(d.Keys, key); i >= 0 && i < len(h.Fields) {
		return h.Fields[i]
	}
	return ""
}

// Has tells whether the source has a field.
func (d *Description) Has(key string) bool { return slices.Contains(d.Keys, key) }

// PopulationField gives the field name of a population.
func PopulationField(population string) string { return populationPrefix + population }

// describe makes a bundle source's description and, in the order of its Keys,
// the INFO keys that hold each field.
func describe(s bundle.Source) (Description, [][]string, error) {
	d := Description{Name: s.Name, Version: s.Version, Kind: Kind(s.Kind)}
	switch d.Kind {
	case Frequency, ClinicalSignificance, Score, Hotspot, List:
	default:
		return d, nil, fault.Inputf(bundle.ManifestFile, "source "+s.Name, "kind %q is none", s.Kind)
	}
	var info [][]string
	for _, name := range slices.Sorted(maps.Keys(s.Fields)) {
		d.Keys = append(d.Keys, name)
		info = append(info, s.Fields[name])
	}
	for _, p := range slices.Sorted(maps.Keys(s.Populations)) {
		field := PopulationField(p)
		if d.Has(field) {
			return d, nil, fault.Inputf(bundle.ManifestFile, "source "+s.Name, "two fields are called %s", field)
		}
		d.Keys = append(d.Keys, field)
		d.Populations = append(d.Populations, p)
		info = append(info, []string{s.Populations[p]})
	}
	return d, info, nil
}
