package annotate

import (
	"cmp"
	"slices"

	"varpanel/annotate/consequence"
	"varpanel/reference/panel"
	"varpanel/reference/transcript"
	"varpanel/stages/variant"
)

// gene is one panel gene with the transcripts that its evaluation looks at.
type gene struct {
	*panel.Gene
	rank map[string]int // the model's id with version -> place in the panel's choice
}

// Genes knows the panel's genes by the transcripts that were chosen for them.
// It is read-only and safe for concurrent use.
type Genes struct {
	byTranscript map[string]*gene
	order        map[*gene]int
}

// NewGenes takes the panel's genes. The panel must not change afterwards.
func NewGenes(p *panel.Panel) *Genes {
	g := &Genes{byTranscript: map[string]*gene{}, order: map[*gene]int{}}
	for i := range p.Genes {
		one := &gene{Gene: &p.Genes[i], rank: map[string]int{}}
		g.order[one] = i
		for n, t := range one.Transcripts {
			if t.Present {
				one.rank[t.ID] = n
				g.byTranscript[t.ID] = one
			}
		}
	}
	return g
}

func versioned(t *transcript.Transcript) string {
	if t.Version == "" {
		return t.ID
	}
	return t.ID + "." + t.Version
}

// of gives the panel gene that a prediction's transcript was chosen for, and
// the transcript's place in the choice.
func (g *Genes) of(p consequence.Prediction) (*gene, int) {
	if p.Transcript == nil {
		return nil, 0
	}
	one := g.byTranscript[versioned(p.Transcript)]
	if one == nil {
		return nil, 0
	}
	return one, one.rank[versioned(p.Transcript)]
}

// evaluate sorts the predictions, chosen transcripts of panel genes first, and
// gives one evaluation for each panel gene that has one. Of a gene's chosen
// transcripts the one with the most severe consequence speaks for it (a MANE
// Plus Clinical transcript is there for this), the panel's order deciding a tie.
func (g *Genes) evaluate(v *variant.Variant) {
	slices.SortStableFunc(v.Predictions, func(a, b consequence.Prediction) int {
		ga, ra := g.of(a)
		gb, rb := g.of(b)
		switch {
		case ga == nil || gb == nil:
			return cmp.Compare(btoi(ga == nil), btoi(gb == nil))
		case ga != gb:
			return cmp.Compare(g.order[ga], g.order[gb])
		}
		return cmp.Or(cmp.Compare(a.Terms[0], b.Terms[0]), cmp.Compare(ra, rb))
	})
	v.Evaluations = v.Evaluations[:0]
	var last *gene
	for i, p := range v.Predictions {
		one, _ := g.of(p)
		if one == nil {
			break
		}
		if one == last {
			continue
		}
		last = one
		for _, moi := range one.modes() {
			v.Evaluations = append(v.Evaluations, variant.Evaluation{
				HGNCID: one.HGNCID, Gene: one.Symbol, Prediction: i, PanelMOI: string(moi),
			})
		}
	}
}

// modes gives the gene's distinct modes of inheritance. Panels that disagree
// are each evaluated, and the highest tier counts; a panel that states none
// adds nothing beside one that does.
func (g *gene) modes() []panel.MOI {
	var modes []panel.MOI
	for _, m := range g.Panels {
		if m.MOI != panel.Unknown && m.MOI != "" && !slices.Contains(modes, m.MOI) {
			modes = append(modes, m.MOI)
		}
	}
	if len(modes) == 0 {
		modes = append(modes, g.MOI)
	}
	return modes
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
