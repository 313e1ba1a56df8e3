// Package gene is the HGNC table: which symbol is approved for which HGNC id,
// which symbols it had before, and which RefSeq and Ensembl ids belong to it.
package gene

import (
	"slices"
	"strings"
)

// Gene is one row of the HGNC table.
type Gene struct {
	HGNCID   string   // HGNC:1100
	Symbol   string   // approved
	Previous []string // symbols that HGNC approved before
	Aliases  []string // symbols in use that HGNC never approved
	RefSeq   []string // accessions without version: NM_007294
	// Accessions are INSDC records; only whether there are some matters here.
	Accessions []string
	Ensembl    []string // gene ids without version: ENSG00000012048
	// Withdrawn says that HGNC has taken the entry back.
	Withdrawn bool
}

// Table is the genes of a HGNC file. It is immutable and safe for concurrent
// use.
type Table struct {
	genes    []Gene
	byID     map[string]int
	bySymbol map[string][]int
	previous map[string][]int
	aliases  map[string][]int
	refseq   map[string][]int
	ensembl  map[string][]int
}

// NewTable indexes genes. A HGNC id that comes twice is a *Duplicate error.
//
// Dumps of HGNC without a status column list withdrawn entries like approved
// ones, with id and symbol alone: HGNC:5304 beside HGNC:4851 (HTT), HGNC:58
// (ABCC7, today CFTR). Such a bare entry is taken as withdrawn where its symbol
// is another entry's, or a previous symbol of another entry.
func NewTable(genes []Gene) (*Table, error) {
	t := &Table{
		genes: slices.Clone(genes), byID: make(map[string]int, len(genes)), bySymbol: make(map[string][]int, len(genes)),
		previous: make(map[string][]int), aliases: make(map[string][]int),
		refseq: make(map[string][]int), ensembl: make(map[string][]int),
	}
	entries := make(map[string]int) // by symbol, those that are not bare
	for i, g := range t.genes {
		if _, taken := t.byID[g.HGNCID]; taken {
			return nil, &Duplicate{What: g.HGNCID, Index: i}
		}
		t.byID[g.HGNCID] = i
		if g.Withdrawn {
			continue
		}
		if !g.bare() {
			entries[g.Symbol]++
		}
		index(t.previous, g.Previous, i)
		index(t.aliases, g.Aliases, i)
		index(t.refseq, g.RefSeq, i)
		index(t.ensembl, g.Ensembl, i)
	}
	for i := range t.genes {
		g := &t.genes[i]
		if g.bare() && (entries[g.Symbol] > 0 || len(t.previous[g.Symbol]) > 0) {
			g.Withdrawn = true
		}
		if !g.Withdrawn {
			t.bySymbol[g.Symbol] = append(t.bySymbol[g.Symbol], i)
		}
	}
	return t, nil
}

// bare tells whether the table has nothing but id and symbol of an entry.
func (g *Gene) bare() bool {
	return len(g.Previous)+len(g.Aliases)+len(g.RefSeq)+len(g.Ensembl)+len(g.Accessions) == 0
}

func index(m map[string][]int, keys []string, i int) {
	for _, k := range keys {
		m[k] = append(m[k], i)
	}
}

// Duplicate says that an id stands twice in a table.
type Duplicate struct {
	What  string
	Index int // of the second gene, in the order given
}

func (d *Duplicate) Error() string { return d.What + " stands twice" }

// Len gives the number of genes.
func (t *Table) Len() int { return len(t.genes) }

// IsID tells whether a name has the form of a HGNC id.
func IsID(name string) bool {
	digits, ok := strings.CutPrefix(name, "HGNC:")
	return ok && digits != "" && strings.Trim(digits, "0123456789") == ""
}

// ByID gives the gene of a HGNC id, a withdrawn one too.
func (t *Table) ByID(id string) (Gene, bool) {
	i, ok := t.byID[id]
	if !ok {
		return Gene{}, false
	}
	return t.genes[i], true
}

// BySymbol gives the gene of an approved symbol, and false where there is none
// or more than one.
func (t *Table) BySymbol(symbol string) (Gene, bool) {
	at := t.bySymbol[symbol]
	if len(at) != 1 {
		return Gene{}, false
	}
	return t.genes[at[0]], true
}

// IsSymbol tells whether a symbol is approved for one gene or more.
func (t *Table) IsSymbol(symbol string) bool { return len(t.bySymbol[symbol]) > 0 }

// ByPrevious gives the genes that once had a symbol.
func (t *Table) ByPrevious(symbol string) []Gene { return t.pick(t.previous[symbol]) }

// ByAlias gives the genes that a symbol is an alias of. An alias is a hint for
// the reader of a message and never an answer.
func (t *Table) ByAlias(symbol string) []Gene { return t.pick(t.aliases[symbol]) }

// ByRefSeq gives the genes of a RefSeq accession; a version is ignored.
func (t *Table) ByRefSeq(accession string) []Gene {
	return t.pick(t.refseq[WithoutVersion(accession)])
}

// ByEnsembl gives the genes of an Ensembl gene id; a version is ignored.
func (t *Table) ByEnsembl(id string) []Gene { return t.pick(t.ensembl[WithoutVersion(id)]) }

func (t *Table) pick(at []int) []Gene {
	genes := make([]Gene, 0, len(at))
	for _, i := range at {
		genes = append(genes, t.genes[i])
	}
	return genes
}

// WithoutVersion cuts the version from an accession: NM_007294.4 gives
// NM_007294.
func WithoutVersion(accession string) string {
	bare, _, _ := strings.Cut(accession, ".")
	return bare
}

// Resolved is how a name met the table.
type Resolved struct {
	Gene Gene
	// Previous is the name itself where it is a symbol that the gene had
	// before, else "".
	Previous string
}

// Unknown says why a name meets no gene, or more than one.
type Unknown struct {
	Name string
	Why  string
	Hint string
}

func (u *Unknown) Error() string { return u.Name + ": " + u.Why }

// Resolve finds the gene that a HGNC id, an approved symbol or a previous
// symbol of one single gene names. Anything else is an *Unknown: an alias is
// never resolved.
func (t *Table) Resolve(name string) (Resolved, error) {
	if IsID(name) {
		g, ok := t.ByID(name)
		switch {
		case !ok:
			return Resolved{}, &Unknown{Name: name, Why: "HGNC has no such id"}
		case g.Withdrawn:
			return Resolved{}, t.withdrawn(g)
		}
		return Resolved{Gene: g}, nil
	}
	if g, ok := t.BySymbol(name); ok {
		return Resolved{Gene: g}, nil
	}
	if at := t.bySymbol[name]; len(at) > 1 {
		return Resolved{}, &Unknown{Name: name, Why: "is the symbol of " + List(t.pick(at)), Hint: "name the gene by its HGNC id"}
	}
	former := t.ByPrevious(name)
	switch len(former) {
	case 1:
		return Resolved{Gene: former[0], Previous: name}, nil
	case 0:
		return Resolved{}, t.unknown(name)
	}
	return Resolved{}, &Unknown{Name: name, Why: "is a previous symbol of " + List(former), Hint: "name the gene by its HGNC id"}
}

// withdrawn says what became of a withdrawn entry.
func (t *Table) withdrawn(g Gene) *Unknown {
	u := &Unknown{Name: g.HGNCID, Why: "HGNC has withdrawn this id (" + g.Symbol + ")"}
	switch former := t.ByPrevious(g.Symbol); {
	case len(former) > 0:
		u.Hint = "its symbol is a previous one of " + List(former)
	case len(t.bySymbol[g.Symbol]) > 0:
		u.Hint = "its symbol is today that of " + List(t.pick(t.bySymbol[g.Symbol]))
	}
	return u
}

func (t *Table) unknown(name string) *Unknown {
	u := &Unknown{Name: name, Why: "HGNC does not know this gene"}
	if also := t.ByAlias(name); len(also) > 0 {
		u.Hint = name + " is an alias of " + List(also) + "; name the gene by its approved symbol or HGNC id"
	}
	return u
}

// List names genes by symbol and id, for messages.
func List(genes []Gene) string {
	names := make([]string, len(genes))
	for i, g := range genes {
		names[i] = g.Symbol + " (" + g.HGNCID + ")"
	}
	return strings.Join(names, ", ")
}
