package annotate

import (
	"fmt"
	"slices"
	"strings"

	"varpanel/annotate/consequence"
	"varpanel/annotate/hgvs"
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

// Component is a substitution that a longer one of the same haplotype has in it:
// some callers write a joined allele and beside it what it was joined from.
type Component struct{ Part, Whole *variant.Variant }

// Joint is what is known of the alleles of one sample that change one codon or reading
// frame.
type Joint struct {
	Joined     []Joined
	Apart      []Apart
	Components []Component // joined to nothing: the whole says it
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
func (a *Annotator) Join(alleles []*variant.Variant, usable func(*variant.Variant) bool) (*Joint, error) {
	j := joiner{annotator: a, groups: map[string]int{}, pairs: map[string]bool{}}
	components := componentsOf(alleles, usable)
	for _, t := range j.sort(alleles, usable, components) {
		if len(t.codings) < 2 {
			continue
		}
		if err := j.join(t); err != nil {
			return nil, err
		}
	}
	j.joined = slices.DeleteFunc(j.joined, func(one Joined) bool { return !a.chosen(one.Predictions) })
	return &Joint{Joined: j.joined, Apart: j.apart, Components: components}, nil
}

// componentsOf finds the substitutions that are in longer ones on the same haplotype.
func componentsOf(alleles []*variant.Variant, usable func(*variant.Variant) bool) []Component {
	var out []Component
	for n, whole := range alleles {
		ref, alt, pos := allele.Unpadded(whole.Allele)
		if len(ref) != len(alt) || len(ref) < 2 || !usable(whole) {
			continue
		}
		within := func(v *variant.Variant) bool {
			r, a, at := allele.Unpadded(v.Allele)
			from := at - pos
			return v != whole && len(r) == len(a) && from >= 0 && from+len(r) <= len(ref) && len(r) < len(ref) &&
				alt[from:from+len(a)] == a && inCis(v, whole)
		}
		// the alleles are in the order of the genome: those that begin in the span
		first := n
		for first > 0 && alleles[first-1].Allele.Contig == whole.Allele.Contig && alleles[first-1].Allele.Pos >= pos {
			first--
		}
		for _, v := range alleles[first:] {
			if v.Allele.Contig != whole.Allele.Contig || v.Allele.Pos >= pos+len(ref) {
				break
			}
			if within(v) {
				out = append(out, Component{Part: v, Whole: whole})
			}
		}
	}
	return out
}

// inCis tells whether two alleles are known to stand on one haplotype.
func inCis(a, b *variant.Variant) bool {
	return a.Genotype.Every || b.Genotype.Every || variant.PhaseOf(a, b) == variant.Cis
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
	net    int // bases that it adds to the sequence
	usable bool
}

type codings struct {
	transcript *transcript.Transcript
	codings    []coding
}

// sort gives the transcripts' alleles without components, the transcripts in the order
// of their first.
func (j *joiner) sort(alleles []*variant.Variant, usable func(*variant.Variant) bool, left []Component) []*codings {
	skip := map[*variant.Variant]bool{}
	for _, c := range left {
		skip[c.Part] = true
	}
	var out []*codings
	byTranscript := map[*transcript.Transcript]*codings{}
	for n, v := range alleles {
		if v.Symbolic || v.ReferenceUnknown || v.Genotype.State != variant.CalledAlternate || len(v.Origins) == 0 || skip[v] {
			continue
		}
		written := written(v)
		for i := range v.Predictions {
			own := &v.Predictions[i]
			piece, ok := j.annotator.predictor.PieceOf(own, written)
			if !ok || own.HGVSp == "" || own.HGVSp == hgvs.UnknownProtein { // of splicing, and nobody knows the protein
				continue
			}
			t := byTranscript[own.Transcript]
			if t == nil {
				t = &codings{transcript: own.Transcript}
				byTranscript[own.Transcript] = t
				out = append(out, t)
			}
			t.codings = append(t.codings, coding{v: v, number: n, own: own, piece: piece, net: len(written.Alt) - len(written.Ref), usable: usable(v)})
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
	for _, members := range j.haplotypesOf(t) {
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
	kept := found[:0]
	for _, c := range found {
		for i, m := range c.Members {
			c.Members[i] = members[m]
		}
		if err := j.cutBehindStop(t, &c); err != nil {
			return nil, err
		}
		slices.Sort(c.Members)
		if len(c.Members) > 1 {
			kept = append(kept, c)
		}
	}
	return kept, nil
}

// cutBehindStop leaves of a group the members up to the stop of a shifted frame: what
// lies behind it changes nothing, not even where it restores the frame. One member is
// left where that is so of all the others.
func (j *joiner) cutBehindStop(t *codings, c *consequence.Compound) error {
	var some []consequence.Piece
	net := 0
	for n, m := range c.Members[:len(c.Members)-1] {
		one := &t.codings[m]
		some = append(some, one.piece)
		net += one.net
		if net%3 == 0 {
			continue
		}
		so := *one.own
		if n > 0 {
			found, err := j.annotator.predictor.Together(nil, t.transcript, some)
			if err != nil {
				return err
			}
			if len(found) != 1 {
				return nil
			}
			so = found[0].Prediction
		}
		if behindStop(&so, net, t.codings[c.Members[n+1]].own) {
			c.Members, c.Prediction = c.Members[:n+1], so
			return nil
		}
	}
	return nil
}

// depend tells whether two of a transcript's alleles cannot be read one by one: not
// where one lies behind the stop that the other makes by a shift of the frame.
func (j *joiner) depend(t *codings, a, b int) bool {
	x, y := &t.codings[a], &t.codings[b]
	return j.annotator.predictor.Depend(t.transcript, x.piece, y.piece) &&
		!behindStop(x.own, x.net, y.own) && !behindStop(y.own, y.net, x.own)
}

// stopMargin is how many codons the place of an allele in its name may differ from
// that in its record.
const stopMargin = 2

// behindStop tells whether an allele surely lies behind the stop of a shift of the
// frame, which adds so many bases to the coding sequence.
func behindStop(shift *consequence.Prediction, net int, other *consequence.Prediction) bool {
	return shift.StopAt > 0 && other.ProteinStart > shift.StopAt-net/3+stopMargin
}

// haplotypesOf gives the alleles that stand together on a haplotype: of each phase
// set and side, of each heterozygous allele without a phase, and those that stand on
// every one, which belong to each of the others too. An allele without a phase that
// depends on none of those is left out.
func (j *joiner) haplotypesOf(t *codings) [][]int {
	type side struct {
		set   string
		first bool
	}
	var every, alone []int
	var out [][]int
	at := map[side]int{}
	for i, c := range t.codings {
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
			alone = append(alone, i)
		}
	}
	for _, i := range alone {
		if slices.ContainsFunc(every, func(e int) bool { return j.depend(t, i, e) }) {
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
	if !x.usable && !y.usable || !j.depend(t, a, b) {
		return nil
	}
	phase := variant.Cis
	if !inCis(x.v, y.v) {
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
	case !known && (phase == variant.PhaseUnknown || !x.usable || !y.usable):
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
