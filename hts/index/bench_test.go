package index

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"varpanel/hts/bgzf"
)

// wholeGenome makes a .tbi as large as that of a genome's variants: 24 contigs of
// some 7,000 leaves.
func wholeGenome(b *testing.B) []byte {
	b.Helper()
	x, at := NewTabixWriter(VCF), 0
	for contig := range 24 {
		for n := range 60_000 {
			start := n * 1900
			begin := bgzf.MakeOffset(int64(at/700)*19_000, at%700*90)
			at++
			if err := x.Add(fmt.Sprintf("chr%d", contig+1), start, start+1, begin, bgzf.MakeOffset(int64(at/700)*19_000, at%700*90)); err != nil {
				b.Fatal(err)
			}
		}
	}
	var out bytes.Buffer
	if _, err := x.WriteTo(&out); err != nil {
		b.Fatal(err)
	}
	return out.Bytes()
}

// BenchmarkOpen opens the .tbi of a whole genome and asks for one gene, and for
// all of one contig: the bins of the others are not decoded.
func BenchmarkOpen(b *testing.B) {
	path := filepath.Join(b.TempDir(), "x.tbi")
	if err := os.WriteFile(path, wholeGenome(b), 0o600); err != nil {
		b.Fatal(err)
	}
	for _, threads := range []int{1, 2} {
		for name, end := range map[string]int{"gene": 43_125_364, "contig": 1 << 29} {
			b.Run(fmt.Sprintf("%s/threads=%d", name, threads), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					x, err := Open(path, bgzf.Options{Threads: threads})
					if err != nil {
						b.Fatal(err)
					}
					start := end - 81_000
					if name == "contig" {
						start = 0
					}
					if len(x.Chunks(16, start, end)) == 0 {
						b.Fatal("no chunks")
					}
				}
			})
		}
	}
}
