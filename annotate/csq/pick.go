package csq

import (
	"cmp"
	"slices"

	"varpanel/annotate/consequence"
	"varpanel/reference/transcript"
)

// Choice says which of an allele's predictions are written.
type Choice uint8

const (
	// AllTranscripts keeps every one.
	AllTranscripts Choice = iota
	// PerGene keeps one transcript of each gene, by the order of Pick.
	PerGene
	// MANE keeps the MANE Select and MANE Plus Clinical transcripts of each
	// gene, and of a gene that has none what PerGene keeps: no gene is lost.
	MANE
	// One keeps one of all: a transcript that the allele lies in before one that
	// it lies beside, then by the order of Pick.
	One
)

// PickField names the field of the reason, which is the last one.
const PickField = "PICK_REASON"

// Reasons why a transcript was chosen: what it is, or the first of the order's
// steps at which it comes before the next.
const (
	ReasonMANESelect       = "mane_select"
	ReasonMANEPlusClinical = "mane_plus_clinical"
	ReasonRefSeqSelect     = "refseq_select"
	ReasonCanonical        = "canonical"
	ReasonMostSevere       = "most_severe"
	ReasonLongest          = "longest"
	ReasonID               = "id"
	ReasonOnly             = "only"
)

// Picked is a prediction that is kept.
type Picked struct {
	Index  int // of the predictions
	Reason string
}

// Pick appends to dst the predictions that are kept, in their order. The order of
// preference is MANE Select, MANE Plus Clinical, RefSeq Select, Ensembl
// canonical, the most severe consequence, the longest coding sequence and then
// the longest transcript, the first id. The same predictions in another order
// give the same choice.
func (c Choice) Pick(dst []Picked, all []consequence.Prediction) []Picked {
	if c == AllTranscripts || len(all) == 0 {
		for i := range all {
			dst = append(dst, Picked{Index: i})
		}
		return dst
	}
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(geneOf(&all[a]), geneOf(&all[b])), preferred(&all[a], &all[b]))
	})
	from := len(dst)
	for len(order) > 0 {
		n := 1
		for n < len(order) && geneOf(&all[order[n]]) == geneOf(&all[order[0]]) {
			n++
		}
		gene := order[:n]
		order = order[n:]
		dst = append(dst, Picked{gene[0], reason(all, gene)})
		for _, i := range gene[1:] {
			if c == MANE && isMANE(all[gene[0]].Transcript) && isMANE(all[i].Transcript) {
				dst = append(dst, Picked{i, tagOf(all[i].Transcript)})
			}
		}
	}
	kept := dst[from:]
	if c == One {
		best := slices.MinFunc(kept, func(a, b Picked) int {
			x, y := &all[a.Index], &all[b.Index]
			return cmp.Or(cmp.Compare(beside(x), beside(y)), preferred(x, y))
		})
		kept[0] = best
		return dst[:from+1]
	}
	slices.SortFunc(kept, func(a, b Picked) int { return cmp.Compare(a.Index, b.Index) })
	return dst
}

func geneOf(p *consequence.Prediction) string {
	switch t := p.Transcript; {
	case t == nil:
		return ""
	case t.GeneID != "":
		return t.GeneID
	case t.Gene != "":
		return t.Gene
	default:
		return t.ID
	}
}

func isMANE(t *transcript.Transcript) bool {
	return t != nil && (t.MANESelect != "" || t.MANEPlusClinical != "")
}

// beside is 1 where the allele lies up- or downstream of the transcript.
func beside(p *consequence.Prediction) int {
	if p.Distance > 0 {
		return 1
	}
	return 0
}

// tags are the marks of a preferred transcript, the best first.
var tags = [...]struct {
	reason string
	has    func(*transcript.Transcript) bool
}{
	{ReasonMANESelect, func(t *transcript.Transcript) bool { return t.MANESelect != "" }},
	{ReasonMANEPlusClinical, func(t *transcript.Transcript) bool { return t.MANEPlusClinical != "" }},
	{ReasonRefSeqSelect, func(t *transcript.Transcript) bool { return t.RefSeqSelect != "" }},
	{ReasonCanonical, func(t *transcript.Transcript) bool { return slices.Contains(t.Tags, transcript.TagEnsemblCanonical) }},
}

// tagOf gives a transcript's best mark, or "".
func tagOf(t *transcript.Transcript) string {
	for _, tag := range tags {
		if tag.has(t) {
			return tag.reason
		}
	}
	return ""
}

// preferred compares two predictions by the order of Pick.
func preferred(a, b *consequence.Prediction) int {
	order, _ := decide(a, b)
	return order
}

// decide compares two predictions, and names the step that decides.
func decide(a, b *consequence.Prediction) (int, string) {
	s, t := a.Transcript, b.Transcript
	if s == nil || t == nil {
		return 0, ""
	}
	for _, tag := range tags {
		switch x, y := tag.has(s), tag.has(t); {
		case x && !y:
			return -1, tag.reason
		case y && !x:
			return 1, tag.reason
		}
	}
	if n := cmp.Compare(a.Terms[0], b.Terms[0]); n != 0 {
		return n, ReasonMostSevere
	}
	coding1, spliced1 := lengths(s)
	coding2, spliced2 := lengths(t)
	if n := cmp.Or(cmp.Compare(coding2, coding1), cmp.Compare(spliced2, spliced1)); n != 0 {
		return n, ReasonLongest
	}
	return cmp.Compare(s.ID, t.ID), ReasonID
}

// reason says why the first of a gene's predictions was chosen.
func reason(all []consequence.Prediction, gene []int) string {
	first := &all[gene[0]]
	if first.Transcript == nil {
		return ReasonOnly
	}
	if tag := tagOf(first.Transcript); tag != "" {
		return tag
	}
	if len(gene) == 1 {
		return ReasonOnly
	}
	_, why := decide(first, &all[gene[1]])
	return why
}

// lengths gives a transcript's coding and spliced bases.
func lengths(t *transcript.Transcript) (coding, spliced int) {
	for _, e := range t.Exons {
		spliced += e.End - e.Start
		coding += max(0, min(e.End, t.CDSEnd)-max(e.Start, t.CDSStart))
	}
	return coding, spliced
}
