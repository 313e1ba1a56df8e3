//go:build unix

package bgzf

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"syscall"
	"testing"
)

// fenced gives n bytes that end where memory may not be touched, and n that begin
// there.
func fenced(t *testing.T, n int) [2][]byte {
	page := os.Getpagesize()
	inner := (n + page - 1) / page * page
	m, err := syscall.Mmap(-1, 0, inner+2*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Munmap(m) })
	for _, fence := range [][]byte{m[:page], m[page+inner:]} {
		if err := syscall.Mprotect(fence, syscall.PROT_NONE); err != nil {
			t.Fatal(err)
		}
	}
	return [2][]byte{m[page+inner-n : page+inner], m[page : page+n]}
}

// A byte read or written outside the arrays ends the test, in either inner loop.
// Streams reach the ends of both arrays, go past them, and are damaged.
func TestFences(t *testing.T) {
	ins, outs := fenced(t, inSpace), fenced(t, outSpace)
	decoders := [2]*decoder{{portable: true}, {}}
	failed := 0
	for seed := range uint64(600) {
		rng := rand.New(rand.NewPCG(seed, 13))
		stream, n := atTheEdge(rng, seed)
		from := maxBlock - len(stream) // to the end of the array
		if rng.IntN(4) == 0 {
			from = 0
		}
		var data [2][]byte
		var errs [2]error
		for i, d := range decoders {
			for k := range ins {
				in, out := (*[inSpace]byte)(ins[k]), (*[outSpace]byte)(outs[k])
				copy(in[:], fillers[k])
				copy(in[from:], stream)
				errs[i] = d.inflate(out, n, in, from, from+len(stream))
				data[i] = bytes.Clone(out[:n])
			}
		}
		if fmt.Sprint(errs[0]) != fmt.Sprint(errs[1]) || errs[0] == nil && !bytes.Equal(data[0], data[1]) {
			t.Fatalf("seed %d: portable: %v, assembly: %v", seed, errs[0], errs[1])
		}
		if errs[0] != nil {
			failed++
		}
	}
	if failed < 200 || failed > 550 {
		t.Errorf("%d of 600 streams failed: the test does not test", failed)
	}
}

// atTheEdge makes a stream of about 64 KiB of plain data, and says of how many.
func atTheEdge(rng *rand.Rand, seed uint64) (stream []byte, n int) {
	var w bitWriter
	tokens := append(repeat(token{literal: 'x'}, 1+rng.IntN(600)), token{literal: 'y'})
	tokens = append(tokens, repeat(token{length: 258, distance: 1 + rng.IntN(len(tokens))}, 245+rng.IntN(9))...)
	tokens = append(tokens, tokensFor(rng, 65000, rng.IntN(3000), rng.Float64(), 256)...)
	w.dynamic(1, tokens, rng)
	plain := expand(nil, tokens)
	n = min(len(plain), maxBlock)
	stream = w.b
	switch rng.IntN(3) {
	case 0:
		n = max(0, n-rng.IntN(300))
	case 1:
		stream = stream[:1+rng.IntN(len(stream))]
		for range 1 + rng.IntN(3) {
			stream[rng.IntN(len(stream))] ^= 1 << rng.IntN(8)
		}
	}
	return stream[:min(len(stream), maxBlock)], n
}
