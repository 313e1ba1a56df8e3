package csq

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"varpanel/annotate/consequence"
	"varpanel/reference/transcript"
)

// one makes a prediction on a transcript of a number of bases, all coding.
func one(gene, id string, length int, term consequence.Term, mark func(*transcript.Transcript)) consequence.Prediction {
	t := &transcript.Transcript{ID: id, GeneID: gene, Exons: []transcript.Exon{{End: length}}, CDSEnd: length}
	if mark != nil {
		mark(t)
	}
	p := consequence.Prediction{Transcript: t, Terms: []consequence.Term{term}, Impact: term.Impact()}
	if term == consequence.Upstream {
		p.Distance = 100
	}
	return p
}

func TestPick(t *testing.T) {
	maneSelect := func(t *transcript.Transcript) { t.MANESelect = "NM_1.1" }
	plus := func(t *transcript.Transcript) { t.MANEPlusClinical = "NM_2.1" }
	refseq := func(t *transcript.Transcript) { t.RefSeqSelect = "NM_3.1" }
	canonical := func(t *transcript.Transcript) { t.Tags = []string{transcript.TagEnsemblCanonical} }
	const missense, intron, upstream = consequence.Missense, consequence.Intron, consequence.Upstream
	for _, c := range []struct {
		what   string
		choice Choice
		all    []consequence.Prediction
		want   string // ids with reasons, in the order of all
	}{
		{"MANE Select before a worse consequence", PerGene, []consequence.Prediction{
			one("g", "a", 900, missense, nil), one("g", "b", 90, intron, maneSelect), one("g", "c", 90, missense, plus)}, "b:mane_select"},
		{"MANE Plus Clinical", PerGene, []consequence.Prediction{one("g", "a", 900, missense, refseq), one("g", "c", 90, missense, plus)}, "c:mane_plus_clinical"},
		{"RefSeq Select", PerGene, []consequence.Prediction{one("g", "a", 900, missense, canonical), one("g", "c", 90, missense, refseq)}, "c:refseq_select"},
		{"canonical", PerGene, []consequence.Prediction{one("g", "a", 900, missense, nil), one("g", "c", 90, intron, canonical)}, "c:canonical"},
		{"most severe", PerGene, []consequence.Prediction{one("g", "a", 900, intron, nil), one("g", "c", 90, missense, nil)}, "c:most_severe"},
		{"longest", PerGene, []consequence.Prediction{one("g", "a", 90, missense, nil), one("g", "c", 900, missense, nil)}, "c:longest"},
		{"id", PerGene, []consequence.Prediction{one("g", "c", 90, missense, nil), one("g", "a", 90, missense, nil)}, "a:id"},
		{"only", PerGene, []consequence.Prediction{one("g", "c", 90, missense, nil)}, "c:only"},
		{"two genes", PerGene, []consequence.Prediction{
			one("h", "c", 90, missense, nil), one("g", "a", 90, upstream, maneSelect), one("g", "b", 90, missense, nil)}, "c:only a:mane_select"},
		{"MANE, both kinds, and a gene without", MANE, []consequence.Prediction{
			one("g", "a", 900, missense, plus), one("g", "b", 90, intron, maneSelect), one("g", "c", 90, missense, nil),
			one("h", "d", 90, missense, nil), one("h", "e", 90, intron, canonical)}, "a:mane_plus_clinical b:mane_select e:canonical"},
		{"of all, inside before beside", One, []consequence.Prediction{
			one("g", "a", 900, upstream, maneSelect), one("h", "d", 90, missense, nil)}, "d:only"},
		{"of all, MANE before a worse one elsewhere", One, []consequence.Prediction{
			one("g", "a", 900, intron, maneSelect), one("h", "d", 90, missense, nil)}, "a:mane_select"},
		{"intergenic", One, []consequence.Prediction{{Terms: []consequence.Term{consequence.Intergenic}}}, ":only"},
		{"all", AllTranscripts, []consequence.Prediction{one("g", "a", 900, upstream, nil), one("h", "d", 90, missense, nil)}, "a: d:"},
	} {
		for try := range 20 {
			all := slices.Clone(c.all)
			if try > 0 { // the order of the predictions must not matter
				r := rand.New(rand.NewPCG(uint64(try), 1))
				r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
			}
			var got []string
			for _, p := range c.choice.Pick(nil, all) {
				id := ""
				if t := all[p.Index].Transcript; t != nil {
					id = t.ID
				}
				got = append(got, id+":"+p.Reason)
			}
			want := strings.Fields(c.want)
			if try > 0 {
				slices.Sort(got)
				slices.Sort(want)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: %v, want %v", c.what, got, want)
				break
			}
		}
	}
}
