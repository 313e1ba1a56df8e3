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
		stream, n := atTheEdge(rng)
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

// The same for two blocks at once.
func TestFencesTogether(t *testing.T) {
	first, second := fenced(t, inSpace), fenced(t, inSpace)
	out := fenced(t, maxBlock+outSpace)
	p := new(decoderPair)
	good := 0
	for seed := range uint64(150) {
		var k together
		k.make(rand.New(rand.NewPCG(seed, 17)), seed)
		for i := range out {
			plain := out[i][:k.n[0]+outSpace]
			if i == 0 {
				plain = out[i][maxBlock-k.n[0]:]
			}
			if k.check(t, p, plain, [2]*[inSpace]byte{(*[inSpace]byte)(first[i]), (*[inSpace]byte)(second[i])}) {
				good++
			}
		}
	}
	if hasAssembly && (good < 50 || good > 250) {
		t.Errorf("%d of 300 pairs are good: the test does not test", good)
	}
}
