package transcript

import (
	"cmp"
	"fmt"
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
	byID        map[string]*Gene
	bySymbol    map[string][]*Gene
	byHGNC      map[string]*Gene
	byAccession func() map[string][]*Transcript // without version; made when it is first asked for
	places      map[string]*placeIndex
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
// which contigs first appear), start, end and id, and their transcripts
// likewise. Two genes of one id, and two transcripts of one id, are an error.
func NewModel(genes []*Gene) (*Model, error) {
	m := &Model{
		genes: slices.Clone(genes), byID: make(map[string]*Gene, len(genes)), bySymbol: make(map[string][]*Gene, len(genes)),
		byHGNC: map[string]*Gene{}, places: map[string]*placeIndex{},
	}
	m.byAccession = sync.OnceValue(m.indexNames)
	contigRank := map[string]int{}
	for _, g := range genes {
		if _, ok := contigRank[g.Contig]; !ok {
			contigRank[g.Contig] = len(contigRank)
		}
	}
	slices.SortFunc(m.genes, func(a, b *Gene) int {
		return cmp.Or(cmp.Compare(contigRank[a.Contig], contigRank[b.Contig]),
			cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End), cmp.Compare(a.ID, b.ID))
	})
	count := 0
	for _, g := range m.genes {
		count += len(g.Transcripts)
	}
	m.transcripts = make([]*Transcript, 0, count)
	seen := make(map[string]bool, count)
	for _, g := range m.genes {
		if m.byID[g.ID] != nil {
			return nil, fmt.Errorf("two genes have the id %s", g.ID)
		}
		m.byID[g.ID] = g
		if g.Symbol != "" {
			m.bySymbol[g.Symbol] = append(m.bySymbol[g.Symbol], g)
		}
		if g.HGNCID != "" {
			m.byHGNC[g.HGNCID] = g
		}
		slices.SortFunc(g.Transcripts, compareTranscripts)
		for _, t := range g.Transcripts {
			if seen[t.ID] {
				return nil, fmt.Errorf("two transcripts have the id %s", t.ID)
			}
			seen[t.ID] = true
			m.transcripts = append(m.transcripts, t)
		}
	}
	m.indexPlaces(contigRank)
	return m, nil
}

func compareTranscripts(a, b *Transcript) int {
	return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End), cmp.Compare(a.ID, b.ID))
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

func (m *Model) indexPlaces(contigRank map[string]int) {
	slices.SortStableFunc(m.transcripts, func(a, b *Transcript) int {
		return cmp.Or(cmp.Compare(contigRank[a.Contig], contigRank[b.Contig]), compareTranscripts(a, b))
	})
	for _, t := range m.transcripts {
		p := m.places[t.Contig]
		if p == nil {
			p = &placeIndex{}
			m.places[t.Contig] = p
		}
		end := t.End
		if n := len(p.maxEnd); n > 0 {
			end = max(end, p.maxEnd[n-1])
		}
		p.transcripts = append(p.transcripts, t)
		p.starts = append(p.starts, t.Start)
		p.maxEnd = append(p.maxEnd, end)
	}
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
func (m *Model) Gene(id string) *Gene { return m.byID[id] }

// GenesBySymbol gives the genes of the model's symbol; more than one where the
// model uses a symbol twice (PAR genes).
func (m *Model) GenesBySymbol(symbol string) []*Gene { return m.bySymbol[symbol] }

// GeneByHGNC gives the gene that the model joins with an HGNC id, or nil.
func (m *Model) GeneByHGNC(id string) *Gene { return m.byHGNC[id] }

// TranscriptsByAccession gives the transcripts whose id, MANE, RefSeq Select or
// report accession is this one, whatever the version.
func (m *Model) TranscriptsByAccession(accession string) []*Transcript {
	bare, _, _ := strings.Cut(accession, ".")
	return m.byAccession()[bare]
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
		for i, t := range g.Transcripts {
			copied := *t
			copied.Contig = name
			renamed.Transcripts[i] = &copied
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
