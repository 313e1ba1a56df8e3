package consequence

import (
	"math/rand/v2"
	"strings"
	"testing"

	"varpanel/annotate/hgvs"
	"varpanel/reference/allele"
	"varpanel/reference/transcript"
)

// roundTrips is how many random alleles are named and read back.
const roundTrips = 100_000

// Naming a random allele on a transcript, parsing the name and mapping it back
// gives the same normalised allele, on both strands; so does its genomic name.
func TestRandomAllelesReadBack(t *testing.T) {
	c := core(t)
	c.seq = inMemory(t, c)
	var transcripts []*transcript.Transcript
	strands := map[transcript.Strand]int{}
	for _, tr := range c.model.Transcripts() {
		if bases, err := c.seq.Bases(tr.Contig, tr.Start, min(tr.End, tr.Start+2000)); err != nil || !isKnown(bases) {
			continue
		}
		transcripts = append(transcripts, tr)
	}
	if len(transcripts) < 40 {
		t.Fatalf("only %d transcripts have bases", len(transcripts))
	}
	p := New(c.model, c.seq, Options{})
	r := rand.New(rand.NewPCG(4, 2))
	named := 0
	kinds := map[hgvs.EditKind]int{}
	for named < roundTrips {
		tr := transcripts[r.IntN(len(transcripts))]
		a, ok := randomAllele(t, r, c, tr)
		if !ok {
			continue
		}
		want, err := allele.LeftAlign(a, c.seq)
		if err != nil {
			t.Fatal(err)
		}
		pl, err := place(c.seq, a)
		if err != nil {
			t.Fatal(err)
		}
		var pr Prediction
		ok, err = p.onTranscript(tr, &pl, &pr)
		if err != nil {
			t.Fatal(err)
		}
		if !ok || pr.HGVSc == "" {
			continue
		}
		g, err := GenomicName(c.seq, a, false)
		if err != nil {
			t.Fatal(err)
		}
		v := readBack(t, c, p.viewOf(tr).Map, pr.HGVSc, want)
		readBack(t, c, p.viewOf(tr).Map, g, want)
		kinds[v.Edit]++
		strands[tr.Strand]++
		named++
	}
	t.Logf("%d alleles on %d transcripts, %d on the plus and %d on the minus strand: %v",
		named, len(transcripts), strands[transcript.Plus], strands[transcript.Minus], kinds)
	for _, kind := range []hgvs.EditKind{hgvs.Substitution, hgvs.Deletion, hgvs.Duplication, hgvs.Insertion, hgvs.DelIns, hgvs.Inversion} {
		if kinds[kind] < 50 {
			t.Errorf("only %d names are of the kind %s", kinds[kind], kind)
		}
	}
	if min(strands[transcript.Plus], strands[transcript.Minus]) < roundTrips/5 {
		t.Errorf("one strand was hardly met: %v", strands)
	}
}

// inMemory gives the bases of the core regions without the file behind them.
func inMemory(t *testing.T, c coreReference) *pieces {
	t.Helper()
	out := newPieces()
	for name, spans := range readRegions(t) {
		for _, s := range spans {
			bases, err := c.seq.Bases(name, s.start, s.end)
			if err != nil {
				t.Fatal(err)
			}
			out.put(name, s.start, string(bases))
		}
		out.lengths[name], _ = c.seq.Length(name)
	}
	return out
}

// readBack parses a c., n. or g. name and compares its allele.
func readBack(t *testing.T, c coreReference, m *transcript.Map, name string, want allele.Allele) hgvs.Variant {
	t.Helper()
	v, err := hgvs.ParseVariant(name)
	if err != nil {
		t.Fatalf("%v: %v", want, err)
	}
	if v.String() != name {
		t.Fatalf("%s is printed as %s", name, v)
	}
	var back allele.Allele
	if v.Kind == 'g' {
		back, err = v.OnContig(want.Contig, c.seq)
	} else {
		back, err = v.OnTranscript(m, c.seq)
	}
	if err != nil {
		t.Fatalf("%v %s on %s: %v", want, name, m.Transcript.Accession, err)
	}
	got, err := allele.LeftAlign(back, c.seq)
	if err != nil || got != want {
		t.Fatalf("%v is named %s on %s, which is read as %v (%v)", want, name, m.Transcript.Accession, got, err)
	}
	return v
}

// randomAllele makes an allele near an exon of a transcript, or anywhere in it:
// a substitution, a deletion, an insertion of random bases or of a copy of what
// stands there, a replacement, or an inversion.
func randomAllele(t *testing.T, r *rand.Rand, c coreReference, tr *transcript.Transcript) (allele.Allele, bool) {
	t.Helper()
	e := tr.Exons[r.IntN(len(tr.Exons))]
	at := e.Start - 12 + r.IntN(e.End-e.Start+24)
	if r.IntN(8) == 0 {
		at = tr.Start + r.IntN(tr.End-tr.Start)
	}
	n := 1 + r.IntN(12)
	ref, err := c.seq.Bases(tr.Contig, at-1, at+n)
	if err != nil {
		t.Fatal(err)
	}
	if !isKnown(ref) {
		return allele.Allele{}, false
	}
	anchor, bases := string(ref[:1]), string(ref[1:])
	a := allele.Allele{Contig: tr.Contig, Pos: at - 1, Ref: anchor, Alt: anchor}
	switch r.IntN(6) {
	case 0:
		a.Ref, a.Alt = anchor+bases[:1], anchor+randomBases(r, 1)
	case 1:
		a.Ref = anchor + bases
	case 2:
		a.Alt = anchor + randomBases(r, n)
	case 3:
		a.Alt = anchor + strings.Repeat(bases, 1+r.IntN(2))
	case 4:
		a.Ref, a.Alt = anchor+bases, anchor+randomBases(r, 1+r.IntN(6))
	default:
		a.Ref, a.Alt = anchor+bases, anchor+string(transcript.AppendReverseComplement(nil, []byte(bases)))
	}
	return a, a.Ref != a.Alt
}

func randomBases(r *rand.Rand, n int) string {
	out := make([]byte, n)
	for i := range out {
		out[i] = "ACGT"[r.IntN(4)]
	}
	return string(out)
}
