package transcript

import (
	"cmp"
	"fmt"
	"hash/maphash"
	"math"
	"slices"
	"sort"
	"strings"
	"sync"
)

// Gene is one gene of the model with its transcripts.
type Gene struct {
	ID      string // ENSG00000012048
	Symbol  string // the model's symbol
	HGNCID  string // "HGNC:1100", or ""
	Biotype string
	Contig  string
	// Start and End are the gene's genomic span, 0-based half-open.
	Start, End  int
	Strand      Strand
	Transcripts []*Transcript // by start, end and id
}

// Model is a gene model, indexed by name and by place. It is immutable and safe
// for concurrent use.
type Model struct {
	genes       []*Gene
	transcripts []*Transcript
	places      map[string]*placeIndex
	// Made when they are first asked for.
	names      func() *geneNames
	accessions func() map[string][]*Transcript // without version
}

// geneNames finds genes by what they are called.
type geneNames struct {
	byID     map[string]*Gene
	bySymbol map[string][]*Gene
	byHGNC   map[string]*Gene
}

// placeIndex finds the transcripts of a contig that overlap a span: sorted by
// start, with the furthest end up to each one, so that a walk backwards knows
// where to stop.
type placeIndex struct {
	transcripts []*Transcript
	starts      []int // beside each other in memory, for the search
	maxEnd      []int
}

// NewModel makes a model of genes. It sorts genes by contig (in the order in
// which contigs first appear, those of genes before those of transcripts alone),
// start, end and id, and their transcripts likewise. Two genes of one id, and two
// transcripts of one id, are an error.
func NewModel(genes []*Gene) (*Model, error) {
	m := &Model{places: map[string]*placeIndex{}}
	m.names = sync.OnceValue(m.indexGenes)
	m.accessions = sync.OnceValue(m.indexNames)
	contigs := byContig(genes)
	count := 0
	var sorting sync.WaitGroup
	for _, c := range contigs {
		count += c.transcriptsHere
		sorting.Go(c.sort)
	}
	sorting.Wait()
	m.genes = make([]*Gene, 0, len(genes))
	m.transcripts = make([]*Transcript, 0, count)
	for _, c := range contigs {
		m.genes = append(m.genes, c.genes...)
		m.transcripts = append(m.transcripts, c.places.transcripts...)
		if len(c.places.transcripts) > 0 {
			m.places[c.name] = &c.places
		}
	}
	if err := m.checkIDs(); err != nil {
		return nil, err
	}
	return m, nil
}

// contigGenes is what a model has on one contig.
type contigGenes struct {
	name                       string
	genes                      []*Gene
	places                     placeIndex
	genesHere, transcriptsHere int
}

// byContig deals genes and transcripts out to their contigs.
func byContig(genes []*Gene) []*contigGenes {
	var list []*contigGenes
	known := map[string]*contigGenes{}
	var last *contigGenes
	on := func(name string) *contigGenes {
		if last != nil && name == last.name {
			return last
		}
		if last = known[name]; last == nil {
			last = &contigGenes{name: name}
			known[name] = last
			list = append(list, last)
		}
		return last
	}
	for _, g := range genes {
		on(g.Contig).genesHere++
	}
	for _, g := range genes {
		for _, t := range g.Transcripts {
			on(t.Contig).transcriptsHere++
		}
	}
	for _, c := range list {
		c.genes = make([]*Gene, 0, c.genesHere)
		c.places.transcripts = make([]*Transcript, 0, c.transcriptsHere)
	}
	for _, g := range genes {
		c := on(g.Contig)
		c.genes = append(c.genes, g)
		for _, t := range g.Transcripts {
			c := on(t.Contig)
			c.places.transcripts = append(c.places.transcripts, t)
		}
	}
	return list
}

// sort sorts a contig's genes and transcripts, and the transcripts of each gene.
func (c *contigGenes) sort() {
	sortByPlace(c.genes, func(g *Gene) (int, int, string) { return g.Start, g.End, g.ID })
	p := &c.places
	sortByPlace(p.transcripts, placeOf)
	for _, g := range c.genes {
		if len(g.Transcripts) > 1 {
			sortByPlace(g.Transcripts, placeOf)
		}
	}
	p.starts, p.maxEnd = make([]int, len(p.transcripts)), make([]int, len(p.transcripts))
	end := math.MinInt
	for i, t := range p.transcripts {
		end = max(end, t.End)
		p.starts[i], p.maxEnd[i] = t.Start, end
	}
}

func placeOf(t *Transcript) (start, end int, id string) { return t.Start, t.End, t.ID }

// sortByPlace sorts by start, end and id. The places are copied beside each other
// first.
func sortByPlace[T any](list []T, place func(T) (start, end int, id string)) {
	type placed struct {
		start, end int
		v          T
	}
	all := make([]placed, len(list))
	for i, v := range list {
		start, end, _ := place(v)
		all[i] = placed{start, end, v}
	}
	slices.SortFunc(all, func(a, b placed) int {
		if a.start != b.start {
			return cmp.Compare(a.start, b.start)
		}
		if a.end != b.end {
			return cmp.Compare(a.end, b.end)
		}
		_, _, x := place(a.v)
		_, _, y := place(b.v)
		return cmp.Compare(x, y)
	})
	for i := range all {
		list[i] = all[i].v
	}
}

// checkIDs refuses two genes, and two transcripts, of one id.
func (m *Model) checkIDs() error {
	var sameGene, sameTranscript error
	var checking sync.WaitGroup
	checking.Go(func() {
		sameGene = unique("genes", len(m.genes), func(i int32) string { return m.genes[i].ID })
	})
	sameTranscript = unique("transcripts", len(m.transcripts), func(i int32) string { return m.transcripts[i].ID })
	checking.Wait()
	return cmp.Or(sameGene, sameTranscript)
}

func unique(what string, n int, id func(int32) string) error {
	seen := newIDTable(n)
	for i := range int32(n) {
		one := id(i)
		hash := uint32(maphash.String(seen.seed, one))
		if seen.find(hash, func(k int32) bool { return id(k) == one }) >= 0 {
			return fmt.Errorf("two %s have the id %s", what, one)
		}
		seen.add(i, hash)
	}
	return nil
}

func (m *Model) indexGenes() *geneNames {
	n := &geneNames{
		byID: make(map[string]*Gene, len(m.genes)), bySymbol: make(map[string][]*Gene, len(m.genes)), byHGNC: map[string]*Gene{},
	}
	for _, g := range m.genes {
		n.byID[g.ID] = g
		if g.Symbol != "" {
			n.bySymbol[g.Symbol] = append(n.bySymbol[g.Symbol], g)
		}
		if g.HGNCID != "" {
			n.byHGNC[g.HGNCID] = g
		}
	}
	return n
}

func (m *Model) indexNames() map[string][]*Transcript {
	index := make(map[string][]*Transcript, 2*len(m.transcripts))
	var names []string
	for _, t := range m.transcripts {
		names = names[:0]
		for _, n := range []string{t.ID, t.MANESelect, t.MANEPlusClinical, t.RefSeqSelect, t.Accession} {
			bare, _, _ := strings.Cut(n, ".")
			if bare != "" && !slices.Contains(names, bare) {
				names = append(names, bare)
				index[bare] = append(index[bare], t)
			}
		}
	}
	return index
}

// Genes gives all genes by contig, start, end and id. The caller must not
// change them.
func (m *Model) Genes() []*Gene { return m.genes }

// Transcripts gives all transcripts by contig, start, end and id. The caller
// must not change them.
func (m *Model) Transcripts() []*Transcript { return m.transcripts }

// Contigs gives the names of the contigs that have transcripts, sorted.
func (m *Model) Contigs() []string {
	names := make([]string, 0, len(m.places))
	for n := range m.places {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// Gene gives the gene of the model's own id (without version), or nil.
func (m *Model) Gene(id string) *Gene { return m.names().byID[id] }

// GenesBySymbol gives the genes of the model's symbol; more than one where the
// model uses a symbol twice (PAR genes).
func (m *Model) GenesBySymbol(symbol string) []*Gene { return m.names().bySymbol[symbol] }

// GeneByHGNC gives the gene that the model joins with an HGNC id, or nil.
func (m *Model) GeneByHGNC(id string) *Gene { return m.names().byHGNC[id] }

// TranscriptsByAccession gives the transcripts whose id, MANE, RefSeq Select or
// report accession is this one, whatever the version.
func (m *Model) TranscriptsByAccession(accession string) []*Transcript {
	bare, _, _ := strings.Cut(accession, ".")
	return m.accessions()[bare]
}

// Overlapping appends to dst the transcripts that overlap contig[start:end]
// (0-based half-open), in the order of Transcripts. A caller that wants flanks
// widens the span; an empty span between two bases is found by widening it to
// both.
func (m *Model) Overlapping(dst []*Transcript, contig string, start, end int) []*Transcript {
	p := m.places[contig]
	if p == nil {
		return dst
	}
	from := len(dst)
	i := sort.SearchInts(p.starts, end)
	for i--; i >= 0 && p.maxEnd[i] > start; i-- {
		if p.transcripts[i].End > start {
			dst = append(dst, p.transcripts[i])
		}
	}
	slices.Reverse(dst[from:])
	return dst
}

// OnContigs gives the model with its contigs called as resolve calls them, and
// the sorted names that resolve does not know, whose genes are left out.
func (m *Model) OnContigs(resolve func(string) (string, bool)) (*Model, []string, error) {
	if same := m.sameContigs(resolve); same {
		return m, nil, nil
	}
	var genes []*Gene
	unknown := map[string]bool{}
	for _, g := range m.genes {
		name, ok := resolve(g.Contig)
		if !ok {
			unknown[g.Contig] = true
			continue
		}
		if name == g.Contig {
			genes = append(genes, g)
			continue
		}
		renamed := *g
		renamed.Contig = name
		renamed.Transcripts = make([]*Transcript, len(g.Transcripts))
		copies := make([]Transcript, len(g.Transcripts))
		for i, t := range g.Transcripts {
			copies[i] = *t
			copies[i].Contig = name
			renamed.Transcripts[i] = &copies[i]
		}
		genes = append(genes, &renamed)
	}
	var names []string
	for n := range unknown {
		names = append(names, n)
	}
	slices.Sort(names)
	out, err := NewModel(genes)
	return out, names, err
}

// sameContigs tells whether resolve calls every contig as the model does.
func (m *Model) sameContigs(resolve func(string) (string, bool)) bool {
	for contig := range m.places {
		if name, ok := resolve(contig); !ok || name != contig {
			return false
		}
	}
	return !slices.ContainsFunc(m.genes, func(g *Gene) bool { return m.places[g.Contig] == nil })
}
