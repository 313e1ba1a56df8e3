package consequence

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"varpanel/reference/allele"
)

// Where pieces are told to be apart, Together joins none of them, and no choice
// of them; where they are not, some choice is joined.
func TestApart(t *testing.T) {
	c, tr := madeUp(t, codons30, nil)
	p := New(c.model, c.seq, Options{})
	v := p.viewOf(tr)
	r := rand.New(rand.NewPCG(9, 1))
	apart := 0
	for range 5000 {
		var pieces []Piece
		for range 2 + r.IntN(3) {
			from := v.CDSStart + 3 + r.IntN(80)
			x := Piece{from: from, to: from + r.IntN(3), name: "c.x"}
			x.alt = []byte("ACGTAC")[:r.IntN(4)]
			if r.IntN(4) > 0 { // as many bases as before
				x.alt = []byte("ACGTAC")[:x.to-x.from]
			}
			pieces = append(pieces, x)
		}
		n := 0
		for choice := range 1 << len(pieces) {
			var some []Piece
			for i := range pieces {
				if choice>>i&1 == 1 {
					some = append(some, pieces[i])
				}
			}
			order := make([]int, len(some))
			for i := range order {
				order[i] = i
			}
			sortPieces(some, order)
			for len(order) > 0 {
				k := v.joined(some, order)
				if k > 1 {
					n++
				}
				order = order[k:]
			}
		}
		got := p.Apart(tr, pieces)
		if got && n > 0 {
			t.Fatalf("%+v: apart, and joined in %d choices", pieces, n)
		}
		if got {
			apart++
		}
	}
	if apart < 500 {
		t.Errorf("only %d are apart", apart)
	}
}

// Predictors that share what they know give what one alone gives.
func TestFork(t *testing.T) {
	c, tr := madeUp(t, codons30, nil)
	var alleles []allele.Allele
	for pos := tr.Start; pos < tr.End; pos++ {
		b, err := c.seq.Bases("1", pos, pos+1)
		if err != nil {
			t.Fatal(err)
		}
		alleles = append(alleles, allele.Allele{Contig: "1", Pos: pos, Ref: string(b), Alt: string(b) + "A"})
	}
	predict := func(p *Predictor) (out []string) {
		for _, a := range alleles {
			all, err := p.Predict(nil, a)
			if err != nil {
				return []string{err.Error()}
			}
			for i := range all {
				all[i].Transcript = nil
			}
			out = append(out, fmt.Sprintf("%+v", all))
		}
		return out
	}
	want := predict(New(c.model, c.seq, Options{}))
	shared := New(c.model, c.seq, Options{})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if got := predict(shared.Fork(c.seq)); !slices.Equal(got, want) {
				t.Errorf("a fork gives other predictions")
			}
		})
	}
	wg.Wait()
}
