package transcript

import (
	"math/rand/v2"
	"testing"
)

type oneContig []byte

func (s oneContig) Length(string) (int, bool) { return len(s), true }

func (s oneContig) Bases(_ string, start, end int) ([]byte, error) { return s[start:end:end], nil }

// The exons that are read together are joined as those that are read one by
// one, in room that other transcripts have used.
func TestSplicedTogether(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 0))
	seq := make(oneContig, 900_000)
	for i := range seq {
		seq[i] = "ACGT"[r.IntN(4)]
	}
	var room Room
	for range 300 {
		tr := &Transcript{Contig: "1", Strand: Plus, CDSStart: -1, CDSEnd: -1}
		if r.IntN(2) == 0 {
			tr.Strand = Minus
		}
		var want []byte
		at := r.IntN(1000)
		for range 1 + r.IntN(25) {
			e := Exon{Start: at, End: at + 1 + r.IntN(9000), Phase: -1}
			tr.Exons = append(tr.Exons, e)
			want = append(want, seq[e.Start:e.End]...)
			at = e.End + 1 + r.IntN(2*shortIntron)
		}
		tr.Start, tr.End = tr.Exons[0].Start, tr.Exons[len(tr.Exons)-1].End
		if tr.Strand == Minus {
			want = AppendReverseComplement(nil, want)
		}
		got, err := NewMap(tr).SplicedIn(&room, seq)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Fatalf("strand %d, exons %v: other bases", tr.Strand, tr.Exons)
		}
	}
}
