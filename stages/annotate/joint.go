package annotate

import (
	"fmt"
	"slices"
	"strings"

	"varpanel/annotate/consequence"
	"varpanel/reference/allele"
	"varpanel/reference/transcript"
	"varpanel/stages/variant"
)

// Joined is what alleles of one haplotype do together.
type Joined struct {
	Parts       []*variant.Variant       // in the order of the genome
	Predictions []consequence.Prediction // one for each transcript on which these alleles depend on one another
}

// Why two alleles were not read together though they change one codon, or one
// lies where the other has shifted the frame.
const (
	PhaseUnknown     = "phase unknown"
	SequenceUnknown  = "what they make together is not known"
	ExcludedArtefact = "one is excluded by"
)

// Apart is two alleles of one codon or reading frame that were not read together.
type Apart struct {
	A, B *variant.Variant // in the order of the genome
	Why  string           // PhaseUnknown, SequenceUnknown, or ExcludedArtefact and the rule
}

// Join reads the alleles of one sample together where they lie on one haplotype:
// those that are phased to one, those that stand on every haplotype, and one
// heterozygous allele with the latter. Joined are the groups that cannot be read
// one by one on a transcript that was chosen for a panel gene; a group that says no
// more than a shift of the frame among its parts does by itself is left out.
// Apart are the pairs that depend on one another on such a transcript and were not
// joined, though they may lie on one haplotype.
//
// The alleles are annotated, in the order of the genome. Alleles that usable
// refuses are joined to nothing, and are named in Apart beside one that is usable.
func (a *Annotator) Join(alleles []*variant.Variant, usable func(*variant.Variant) bool) ([]Joined, []Apart, error) {
	j := joiner{annotator: a, groups: map[string]int{}, pairs: map[string]bool{}}
	for _, t := range j.sort(alleles, usable) {
		if len(t.codings) < 2 {
			continue
		}
		if err := j.join(t); err != nil {
			return nil, nil, err
		}
	}
	j.joined = slices.DeleteFunc(j.joined, func(one Joined) bool { return !a.chosen(one.Predictions) })
	return j.joined, j.apart, nil
}

// chosen tells whether one of the transcripts was chosen for a panel gene.
func (a *Annotator) chosen(predictions []consequence.Prediction) bool {
	return slices.ContainsFunc(predictions, func(p consequence.Prediction) bool {
		gene, _ := a.genes.of(p)
		return gene != nil
	})
}

type joiner struct {
	annotator *Annotator
	joined    []Joined
	groups    map[string]int // parts -> index in joined
	apart     []Apart
	pairs     map[string]bool // those that are in apart
}

// coding is an allele on one transcript, as its record spells it.
type coding struct {
	v      *variant.Variant
	number int // among the alleles
	own    *consequence.Prediction
	piece  consequence.Piece
	usable bool
}

type codings struct {
	transcript *transcript.Transcript
	codings    []coding
}

// sort gives the transcripts' alleles, the transcripts in the order of their first.
func (j *joiner) sort(alleles []*variant.Variant, usable func(*variant.Variant) bool) []*codings {
	var out []*codings
	byTranscript := map[*transcript.Transcript]*codings{}
	for n, v := range alleles {
		if v.Symbolic || v.ReferenceUnknown || v.Genotype.State != variant.CalledAlternate || len(v.Origins) == 0 {
			continue
		}
		written := written(v)
		for i := range v.Predictions {
			own := &v.Predictions[i]
			piece, ok := j.annotator.predictor.PieceOf(own, written)
			if !ok {
				continue
			}
			t := byTranscript[own.Transcript]
			if t == nil {
				t = &codings{transcript: own.Transcript}
				byTranscript[own.Transcript] = t
				out = append(out, t)
			}
			t.codings = append(t.codings, coding{v: v, number: n, own: own, piece: piece, usable: usable(v)})
		}
	}
	return out
}

// written is an allele as the record had it that speaks for it. One that was
// shifted may have been moved past another allele of its haplotype, which is no
// longer the same haplotype.
func written(v *variant.Variant) allele.Allele {
	o := v.Origins[0]
	return allele.Allele{Contig: v.Allele.Contig, Pos: o.Pos, Ref: strings.ToUpper(o.Ref), Alt: strings.ToUpper(o.Alt)}
}

// join reads the alleles of one transcript.
func (j *joiner) join(t *codings) error {
	together := map[[2]int]bool{}
	for _, members := range haplotypesOf(t.codings) {
		found, err := j.compounds(t, members)
		if err != nil {
			return err
		}
		for _, c := range found {
			for n, a := range c.Members {
				for _, b := range c.Members[n+1:] {
					together[[2]int{a, b}] = true
				}
			}
			if !repeats(t, c) {
				j.add(t, c)
			}
		}
	}
	if gene, _ := j.annotator.genes.of(consequence.Prediction{Transcript: t.transcript}); gene == nil {
		return nil
	}
	for a := range t.codings {
		for b := a + 1; b < len(t.codings); b++ {
			if together[[2]int{a, b}] {
				continue
			}
			if err := j.notTogether(t, a, b); err != nil {
				return err
			}
		}
	}
	return nil
}

// compounds reads some of a transcript's alleles as one haplotype. Members are
// given in the order of the genome.
func (j *joiner) compounds(t *codings, members []int) ([]consequence.Compound, error) {
	pieces := make([]consequence.Piece, len(members))
	for i, m := range members {
		pieces[i] = t.codings[m].piece
	}
	found, err := j.annotator.predictor.Together(nil, t.transcript, pieces)
	if err != nil {
		return nil, err
	}
	for n := range found {
		if err := j.cutBehindStop(t, pieces, &found[n]); err != nil {
			return nil, err
		}
		c := &found[n]
		for i, m := range c.Members {
			c.Members[i] = members[m]
		}
		slices.Sort(c.Members)
	}
	return found, nil
}

// cutBehindStop takes the last members away from a shift of the frame for as long
// as the protein stays the same without them.
func (j *joiner) cutBehindStop(t *codings, pieces []consequence.Piece, c *consequence.Compound) error {
	for len(c.Members) > 2 && slices.Contains(c.Prediction.Terms, consequence.Frameshift) {
		fewer := c.Members[:len(c.Members)-1]
		some := make([]consequence.Piece, len(fewer))
		for i, m := range fewer {
			some[i] = pieces[m]
		}
		found, err := j.annotator.predictor.Together(nil, t.transcript, some)
		if err != nil {
			return err
		}
		if len(found) != 1 || len(found[0].Members) != len(fewer) || found[0].Prediction.HGVSp != c.Prediction.HGVSp {
			return nil
		}
		c.Members, c.Prediction = fewer, found[0].Prediction
	}
	return nil
}

// haplotypesOf gives the alleles that stand together on a haplotype: of each phase
// set and side, of each heterozygous allele without a phase, and those that stand on
// every one, which belong to each of the others too.
func haplotypesOf(list []coding) [][]int {
	type side struct {
		set   string
		first bool
	}
	var every []int
	var out [][]int
	at := map[side]int{}
	for i, c := range list {
		g := c.v.Genotype
		switch {
		case !c.usable:
		case g.Every:
			every = append(every, i)
		case g.Phased:
			k := side{g.PhaseSet, g.AltFirst}
			n, ok := at[k]
			if !ok {
				n = len(out)
				at[k] = n
				out = append(out, nil)
			}
			out[n] = append(out[n], i)
		default:
			out = append(out, []int{i})
		}
	}
	for i := range out {
		out[i] = slices.Concat(out[i], every)
		slices.Sort(out[i])
	}
	return append(out, every)
}

// repeats tells whether a compound makes the protein that one of its members makes
// by a shift of the frame alone: what lies behind the stop changes nothing.
func repeats(t *codings, c consequence.Compound) bool {
	return slices.ContainsFunc(c.Members, func(m int) bool {
		own := t.codings[m].own
		return own.HGVSp != "" && own.HGVSp == c.Prediction.HGVSp && slices.Contains(own.Terms, consequence.Frameshift)
	})
}

// add keeps a compound with those of the same alleles on other transcripts.
func (j *joiner) add(t *codings, c consequence.Compound) {
	key := ""
	var parts []*variant.Variant
	for _, m := range c.Members {
		key += fmt.Sprint(t.codings[m].number, " ")
		parts = append(parts, t.codings[m].v)
	}
	n, ok := j.groups[key]
	if !ok {
		n = len(j.joined)
		j.groups[key] = n
		j.joined = append(j.joined, Joined{Parts: parts})
	}
	one := &j.joined[n]
	same := func(p consequence.Prediction) bool { return p.Transcript == t.transcript }
	if !slices.ContainsFunc(one.Predictions, same) {
		one.Predictions = append(one.Predictions, c.Prediction)
	}
}

// notTogether says why two alleles that depend on one another were not joined.
func (j *joiner) notTogether(t *codings, a, b int) error {
	x, y := &t.codings[a], &t.codings[b]
	if !x.usable && !y.usable || !j.annotator.predictor.Depend(t.transcript, x.piece, y.piece) {
		return nil
	}
	phase := variant.Cis
	if !x.v.Genotype.Every && !y.v.Genotype.Every {
		phase = variant.PhaseOf(x.v, y.v)
	}
	if phase == variant.Trans {
		return nil
	}
	found, err := j.compounds(t, []int{a, b})
	if err != nil {
		return err
	}
	known := len(found) == 1
	var why string
	switch {
	case known && repeats(t, found[0]):
		return nil
	case phase == variant.PhaseUnknown && !known:
		return nil // they overlap: one haplotype cannot have both
	case !x.usable || !y.usable:
		excluded := x.v
		if x.usable {
			excluded = y.v
		}
		why = ExcludedArtefact + " " + excluded.Exclusion.Rule
	case phase == variant.PhaseUnknown:
		why = PhaseUnknown
	case known:
		return nil // a third allele between them restores the frame
	default:
		why = SequenceUnknown
	}
	if key := fmt.Sprint(x.number, " ", y.number); !j.pairs[key] {
		j.pairs[key] = true
		j.apart = append(j.apart, Apart{A: x.v, B: y.v, Why: why})
	}
	return nil
}
