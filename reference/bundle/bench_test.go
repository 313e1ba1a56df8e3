package bundle

import (
	"os"
	"path/filepath"
	"testing"

	"varpanel/hts/bgzf"
)

// BenchmarkOpen opens the bundles of the full-size workload as a case does: the
// bundle itself, which checks its files' digests, its sequence, and its gene model.
func BenchmarkOpen(b *testing.B) {
	for _, name := range []string{"panel80", "panel4000"} {
		dir := filepath.Join("..", "..", "benchmarks", "work", "full", name+".bundle")
		if _, err := os.Stat(dir); err != nil {
			b.Skipf("%s is not there: make bench makes it", dir)
		}
		o := bgzf.Options{Threads: 2}
		open := func(b *testing.B) *Bundle {
			bundle, err := Open(dir, o)
			if err != nil {
				b.Fatal(err)
			}
			return bundle
		}
		b.Run(name+"/bundle", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				open(b)
			}
		})
		bundle := open(b)
		b.Run(name+"/sequence", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f, err := bundle.Reference()
				if err != nil {
					b.Fatal(err)
				}
				if err := f.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"/genes", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := bundle.Transcripts(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
