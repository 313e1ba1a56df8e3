package fasta

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// Eight bytes at a time are upper-cased and checked as one by one, over
// themselves as well.
func TestToUpper(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 0))
	for range 20000 {
		from := make([]byte, r.IntN(40))
		for i := range from {
			from[i] = "ACGTacgtNnRy"[r.IntN(12)]
		}
		if len(from) > 0 && r.IntN(2) == 0 {
			from[r.IntN(len(from))] = byte(r.IntN(256))
		}
		want, ok := []byte{}, true
		for _, c := range from {
			want = append(want, upper[c])
			ok = ok && upper[c] != 0
		}
		to := make([]byte, len(from))
		if got := toUpper(to, from); got != ok || ok && !bytes.Equal(to, want) {
			t.Fatalf("%q: %v %q, want %v %q", from, got, to, ok, want)
		}
		if got := toUpper(from, from); got != ok || ok && !bytes.Equal(from, want) {
			t.Fatalf("in place: %v %q, want %v %q", got, from, ok, want)
		}
	}
}
