package source

// Hit is one record of a source that matched an allele.
type Hit struct {
	Source string   // the source's name in the bundle
	Kind   Kind     // frequency, clinical-significance, score, hotspot, list
	By     MatchBy  // by allele, or by protein change
	ID     string   // the record's ID column, "" for "."
	Fields []string // values in the order of the source's Keys(); "" where the record has none
}

// MatchBy tells how a record matched.
type MatchBy string

const (
	ByAllele  MatchBy = "allele"
	ByProtein MatchBy = "protein"
)

// Kind is the kind of a source, as SOURCES.toml spells it.
type Kind string

const (
	Frequency            Kind = "frequency"
	ClinicalSignificance Kind = "clinical-significance"
	Score                Kind = "score"
	Hotspot              Kind = "hotspot"
	List                 Kind = "list"
)
