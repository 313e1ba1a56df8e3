package consequence

import (
	"reflect"
	"strings"
	"testing"

	"varpanel/annotate/hgvs"
	"varpanel/reference/allele"
	"varpanel/reference/transcript"
)

// spellings gives the same haplotype written with more anchor bases on either
// side and at every place to which an indel can be moved.
func spellings(t testing.TB, c coreReference, a allele.Allele) []allele.Allele {
	t.Helper()
	pl, err := place(c.seq, a)
	if err != nil {
		t.Fatal(err)
	}
	var out []allele.Allele
	for shift := -pl.left; shift <= pl.right; shift++ {
		ref, alt := rotate(pl.ref, shift), rotate(pl.alt, shift)
		start, end := pl.start+shift, pl.end+shift
		for _, pad := range []struct{ before, after int }{{1, 0}, {0, 1}, {7, 3}} {
			before, err1 := c.seq.Bases(a.Contig, start-pad.before, start)
			after, err2 := c.seq.Bases(a.Contig, end, end+pad.after)
			if err1 != nil || err2 != nil {
				t.Fatal(err1, err2)
			}
			out = append(out, allele.Allele{
				Contig: a.Contig, Pos: start - pad.before,
				Ref: string(before) + string(ref) + string(after), Alt: string(before) + string(alt) + string(after),
			})
		}
		if shift == -pl.left+20 {
			break // long repeats: the first ones and the last
		}
	}
	return out
}

// Consequence and names do not depend on how an allele is padded or aligned.
func TestSpellingDoesNotDecide(t *testing.T) {
	c := core(t)
	records, _ := readClinVar(t)
	p := New(c.model, c.seq, Options{UpDownstream: DefaultUpDownstream})
	tried := 0
	for i, r := range records {
		if len(r.Ref) == len(r.Alt) && i%20 != 0 || len(r.Ref)+len(r.Alt) > 200 {
			continue
		}
		want, err := p.Predict(nil, r.Allele)
		if err != nil {
			t.Fatal(err)
		}
		g, err := GenomicName(c.seq, r.Allele, false)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range spellings(t, c, r.Allele) {
			tried++
			got, err := p.Predict(nil, s)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("%v as %v:\n got %+v\nwant %+v", r.Allele, s, got, want)
			}
			if n, err := GenomicName(c.seq, s, false); err != nil || n != g {
				t.Fatalf("%v as %v: %s, want %s (%v)", r.Allele, s, n, g, err)
			}
		}
	}
	if tried < 5000 {
		t.Errorf("only %d spellings tried", tried)
	}
}

// A name that is read again gives the same haplotype and the same name.
func TestNamesReadBack(t *testing.T) {
	c := core(t)
	records, _ := readClinVar(t)
	p := New(c.model, c.seq, Options{})
	read := 0
	for _, r := range records {
		all, err := p.Predict(nil, r.Allele)
		if err != nil {
			t.Fatal(err)
		}
		for _, pr := range all {
			if pr.HGVSc == "" {
				continue
			}
			v, err := hgvs.ParseVariant(pr.Transcript.Accession + ":" + pr.HGVSc)
			if err != nil {
				t.Fatalf("%v: %v", r.Allele, err)
			}
			back, err := v.OnTranscript(transcript.NewMap(pr.Transcript), c.seq)
			if err != nil {
				t.Fatalf("%v %s: %v", r.Allele, pr.HGVSc, err)
			}
			same, err := allele.SameHaplotype(r.Allele, back, c.seq)
			if err != nil || !same {
				t.Fatalf("%v %s read as %v: another haplotype (%v)", r.Allele, pr.HGVSc, back, err)
			}
			if pr.HGVSp != "" {
				if v, err := hgvs.ParseVariant("NP_1.1:" + pr.HGVSp); err != nil || v.Protein != pr.HGVSp {
					t.Fatalf("%s read as %q (%v)", pr.HGVSp, v.Protein, err)
				}
			}
			read++
		}
		g, err := GenomicName(c.seq, r.Allele, false)
		if err != nil {
			t.Fatal(err)
		}
		v, err := hgvs.ParseVariant(g)
		if err != nil {
			t.Fatal(err)
		}
		back, err := v.OnContig(r.Contig, c.seq)
		if err != nil {
			t.Fatalf("%v %s: %v", r.Allele, g, err)
		}
		if same, err := allele.SameHaplotype(r.Allele, back, c.seq); err != nil || !same {
			t.Fatalf("%v %s read as %v: another haplotype (%v)", r.Allele, g, back, err)
		}
	}
	if read < 8000 {
		t.Errorf("only %d names read", read)
	}
}

// Every insertion, deletion and replacement of one to five bases at every edge
// of a transcript: exon, CDS, codon, transcript end. No panic, a term always,
// a c. name wherever the change lies inside, and the impact of the first term.
func TestEveryEdge(t *testing.T) {
	c := core(t)
	p := New(c.model, c.seq, Options{UpDownstream: DefaultUpDownstream})
	for _, gene := range []string{"TP53", "STK11", "WT1", "MT-ND1", "MT-CO1", "CSTB", "KRAS"} {
		tr := c.model.GenesBySymbol(gene)[0].Transcripts[0]
		edges := []int{tr.Start, tr.End, tr.CDSStart, tr.CDSEnd, tr.CDSStart + 3, tr.CDSEnd - 3}
		for _, e := range tr.Exons {
			edges = append(edges, e.Start, e.End)
		}
		for _, edge := range edges {
			for at := edge - 12; at <= edge+12; at++ {
				for del := 0; del <= 5; del++ {
					for _, ins := range []string{"", "A", "CG", "TAA", "GATTC"} {
						checkEdit(t, c, p, tr, at, del, ins)
					}
				}
			}
		}
	}
}

func checkEdit(t *testing.T, c coreReference, p *Predictor, tr *transcript.Transcript, at, del int, ins string) {
	t.Helper()
	ref, err := c.seq.Bases(tr.Contig, at-1, at+del)
	if err != nil {
		t.Fatal(err)
	}
	a := allele.Allele{Contig: tr.Contig, Pos: at - 1, Ref: string(ref), Alt: string(ref[:1]) + ins}
	if a.Ref == a.Alt {
		return
	}
	all, err := p.Predict(nil, a)
	if err != nil {
		t.Fatalf("%v: %v", a, err)
	}
	for _, pr := range all {
		if pr.Transcript != tr {
			continue
		}
		if len(pr.Terms) == 0 || pr.Impact != pr.Terms[0].Impact() {
			t.Fatalf("%v: %+v", a, pr)
		}
		for i := 1; i < len(pr.Terms); i++ {
			if pr.Terms[i] <= pr.Terms[i-1] {
				t.Fatalf("%v: terms out of order %v", a, pr.Terms)
			}
		}
		beside := pr.Terms[0] == Upstream || pr.Terms[0] == Downstream
		partly := at < tr.Start || at+del > tr.End
		if (pr.HGVSc == "") != (beside || pr.Terms[0] == TranscriptAblation) && !partly {
			t.Fatalf("%v: name %q with %s", a, pr.HGVSc, termNames(pr))
		}
		if strings.Contains(pr.HGVSp, "Xaa") {
			t.Fatalf("%v: %s", a, pr.HGVSp)
		}
		for _, pos := range []int{pr.CDNAStart, pr.CDNAEnd, pr.CDSStart, pr.CDSEnd, pr.ProteinStart, pr.ProteinEnd} {
			if pos < 0 {
				t.Fatalf("%v: a negative position: %+v", a, pr)
			}
		}
	}
}
