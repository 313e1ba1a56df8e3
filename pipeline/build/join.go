package build

import (
	"errors"
	"slices"
	"strings"

	"varpanel/hts/fault"
	"varpanel/reference/gene"
	"varpanel/reference/panel"
	"varpanel/reference/transcript"
)

// member is one gene of the panel while it is built.
type member struct {
	panel.Gene
	where   string
	wanted  wanted
	names   []string // every name that --allow-missing may use
	model   *transcript.Gene
	chosen  []*transcript.Transcript
	lacking []string // what --allow-missing lets pass, in words
	broken  []string // what nothing lets pass
}

// joiner joins wanted genes with HGNC and the gene model.
type joiner struct {
	hgnc  *gene.Table // nil: neither a table nor PanelApp's own ids
	model *transcript.Model
}

// newJoiner takes the HGNC table, or in its place what PanelApp says of its
// genes.
func newJoiner(o *Options, r *request, model *transcript.Model) (*joiner, error) {
	j := &joiner{model: model}
	var err error
	switch {
	case o.HGNC != "":
		j.hgnc, err = readWith(o.HGNC, o.blocks(), gene.Read)
	case len(r.panelApp) > 0:
		j.hgnc, err = fromPanelApp(r.panelApp)
	}
	return j, err
}

// fromPanelApp makes a table of the ids, symbols and Ensembl ids that PanelApp
// gives its genes.
func fromPanelApp(panels []*panel.PanelApp) (*gene.Table, error) {
	at := make(map[string]int)
	var genes []gene.Gene
	for _, p := range panels {
		for _, g := range p.Genes {
			i, seen := at[g.HGNCID]
			if !seen {
				i = len(genes)
				at[g.HGNCID] = i
				genes = append(genes, gene.Gene{HGNCID: g.HGNCID, Symbol: g.Symbol})
			}
			for _, id := range g.Ensembl {
				genes[i].Ensembl = appendNew(genes[i].Ensembl, gene.WithoutVersion(id))
			}
		}
	}
	for i := range genes {
		slices.Sort(genes[i].Ensembl)
	}
	t, err := gene.NewTable(genes)
	if err != nil {
		return nil, fault.Inputf("", "", "the PanelApp answers disagree: %v", err).
			WithHint("give HGNC's table by --hgnc").WithCause(err)
	}
	return t, nil
}

// members joins every wanted gene. Two wanted names of one gene become one
// member where panels overlap, and are an error inside a gene list.
func (j *joiner) members(wants []wanted, list bool) ([]*member, error) {
	var members []*member
	byID := make(map[string]*member)
	for _, w := range wants {
		m, err := j.member(w)
		if err != nil {
			return nil, err
		}
		if have := byID[m.HGNCID]; m.HGNCID != "" && have != nil {
			if list {
				return nil, fault.Inputf("", m.where, "%s is %s (%s), which %s names as %s", w.name, m.Symbol, m.HGNCID, have.where, have.Asked)
			}
			have.wanted.memberships = append(have.wanted.memberships, w.memberships...)
			continue
		}
		byID[m.HGNCID] = m
		members = append(members, m)
	}
	return members, nil
}

// member joins one wanted gene with HGNC and with the model. What does not fit
// is kept in the member.
func (j *joiner) member(w wanted) (*member, error) {
	m := &member{where: w.where, wanted: w, names: []string{w.name}}
	m.Asked, m.Symbol = w.name, w.name
	if j.hgnc == nil {
		return m, j.joinWithoutHGNC(m)
	}
	found, err := j.hgnc.Resolve(w.name)
	var unknown *gene.Unknown
	if errors.As(err, &unknown) {
		why := unknown.Why
		if unknown.Hint != "" {
			why += " (" + unknown.Hint + ")"
		}
		m.lacking = append(m.lacking, why)
		if gene.IsID(w.name) {
			m.HGNCID = w.name
		}
		return m, nil
	}
	if err != nil {
		return nil, err
	}
	g := found.Gene
	m.HGNCID, m.Symbol, m.Previous = g.HGNCID, g.Symbol, found.Previous
	m.names = append(m.names, g.HGNCID, g.Symbol)
	j.joinModel(m, g)
	return m, nil
}

// joinWithoutHGNC uses the ids that the model itself has.
func (j *joiner) joinWithoutHGNC(m *member) error {
	var candidates []*transcript.Gene
	if gene.IsID(m.Asked) {
		if g := j.model.GeneByHGNC(m.Asked); g != nil {
			candidates = append(candidates, g)
		}
	} else {
		candidates = j.model.GenesBySymbol(m.Asked)
	}
	switch {
	case len(candidates) == 1 && candidates[0].HGNCID != "":
		m.model, m.JoinedBy = candidates[0], joinedByHGNC
		m.HGNCID, m.Symbol = m.model.HGNCID, m.model.Symbol
		m.names = append(m.names, m.HGNCID, m.Symbol)
		return nil
	case len(candidates) > 1:
		m.broken = append(m.broken, "the gene model has "+listGenes(candidates))
		return nil
	}
	return fault.Usagef("%s (%s): the gene model has no HGNC ids of its own", m.Asked, m.where).
		WithHint("give HGNC's table by --hgnc")
}

// How a gene met the model: panel.Gene.JoinedBy.
const (
	joinedByHGNC     = "hgnc-id"
	joinedByRefSeq   = "refseq-id"
	joinedByEnsembl  = "ensembl-id"
	joinedBySymbol   = "approved-symbol"
	joinedByPrevious = "previous-symbol"
)

// joinModel finds the gene of the model: by an id that both tables share, else
// by approved symbol, else by a single previous symbol. Two candidates of one
// step are an error and no step is tried after them.
func (j *joiner) joinModel(m *member, g gene.Gene) {
	for _, step := range []struct {
		by    string
		genes []*transcript.Gene
	}{
		{joinedByHGNC, one(j.model.GeneByHGNC(g.HGNCID))},
		{joinedByEnsembl, j.byEnsembl(g.Ensembl)},
		{joinedByRefSeq, j.byRefSeq(g.RefSeq)},
		{joinedBySymbol, j.bySymbol(g)},
		{joinedByPrevious, j.byPrevious(g)},
	} {
		switch {
		case len(step.genes) == 0:
			continue
		case len(step.genes) > 1:
			m.broken = append(m.broken, "by "+step.by+" it is more than one gene of the model: "+listGenes(step.genes))
			return
		}
		m.model, m.JoinedBy = step.genes[0], step.by
		if step.by == joinedByPrevious && m.Previous == "" {
			m.Previous = m.model.Symbol
		}
		return
	}
	why := "the gene model does not have it, by id, symbol or previous symbol"
	if former := j.hgnc.ByPrevious(g.Symbol); len(former) > 0 {
		why += " (" + g.Symbol + " is a previous symbol of " + gene.List(former) + " too)"
	}
	m.lacking = append(m.lacking, why)
}

func one(g *transcript.Gene) []*transcript.Gene {
	if g == nil {
		return nil
	}
	return []*transcript.Gene{g}
}

func (j *joiner) byEnsembl(ids []string) []*transcript.Gene {
	var genes []*transcript.Gene
	for _, id := range ids {
		if g := j.model.Gene(id); g != nil && !slices.Contains(genes, g) {
			genes = append(genes, g)
		}
	}
	return genes
}

func (j *joiner) byRefSeq(accessions []string) []*transcript.Gene {
	var genes []*transcript.Gene
	for _, a := range accessions {
		for _, t := range j.model.TranscriptsByAccession(a) {
			if g := j.model.Gene(t.GeneID); g != nil && !slices.Contains(genes, g) {
				genes = append(genes, g)
			}
		}
	}
	return genes
}

// bySymbol uses a symbol only where HGNC has it for this gene alone.
func (j *joiner) bySymbol(g gene.Gene) []*transcript.Gene {
	if own, ok := j.hgnc.BySymbol(g.Symbol); !ok || own.HGNCID != g.HGNCID {
		return nil
	}
	return j.model.GenesBySymbol(g.Symbol)
}

// byPrevious passes over a previous symbol that HGNC has since approved for
// another gene: the model's gene of that symbol is the other one.
func (j *joiner) byPrevious(g gene.Gene) []*transcript.Gene {
	var genes []*transcript.Gene
	for _, symbol := range g.Previous {
		if j.hgnc.IsSymbol(symbol) {
			continue
		}
		for _, found := range j.model.GenesBySymbol(symbol) {
			if !slices.Contains(genes, found) {
				genes = append(genes, found)
			}
		}
	}
	return genes
}

// hgncOf goes the other way: the HGNC entry of a gene of the model, by the same
// steps, or false where there is none or more than one.
func (j *joiner) hgncOf(g *transcript.Gene) (gene.Gene, string, bool) {
	if j.hgnc == nil {
		return gene.Gene{HGNCID: g.HGNCID, Symbol: g.Symbol}, joinedByHGNC, g.HGNCID != ""
	}
	if e, ok := j.hgnc.ByID(g.HGNCID); ok && !e.Withdrawn {
		return e, joinedByHGNC, true
	}
	for _, step := range []struct {
		by      string
		entries []gene.Gene
	}{
		{joinedByEnsembl, j.hgnc.ByEnsembl(g.ID)},
		{joinedByRefSeq, j.entriesByRefSeq(g)},
	} {
		if len(step.entries) == 1 {
			return step.entries[0], step.by, true
		}
		if len(step.entries) > 1 {
			return gene.Gene{}, "", false
		}
	}
	if e, ok := j.hgnc.BySymbol(g.Symbol); ok {
		return e, joinedBySymbol, true
	}
	if former := j.hgnc.ByPrevious(g.Symbol); len(former) == 1 {
		return former[0], joinedByPrevious, true
	}
	return gene.Gene{}, "", false
}

func (j *joiner) entriesByRefSeq(g *transcript.Gene) []gene.Gene {
	var entries []gene.Gene
	for _, t := range g.Transcripts {
		for _, accession := range []string{t.MANESelect, t.MANEPlusClinical, t.RefSeqSelect} {
			for _, e := range j.hgnc.ByRefSeq(accession) {
				if !slices.ContainsFunc(entries, func(have gene.Gene) bool { return have.HGNCID == e.HGNCID }) {
					entries = append(entries, e)
				}
			}
		}
	}
	return entries
}

func listGenes(genes []*transcript.Gene) string {
	names := make([]string, len(genes))
	for i, g := range genes {
		names[i] = g.Symbol + " (" + g.ID + ", " + g.Contig + ")"
	}
	return strings.Join(names, ", ")
}
