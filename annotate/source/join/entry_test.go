package join

import (
	"math/rand/v2"
	"testing"
)

// The short way gives the place that the long one gives, or leaves the line to it.
func TestPlaceOn(t *testing.T) {
	l := layout{format: formatVCF, seq: 0, begin: 1, end: -1, based: 1, ref: 3, alt: 4, genome: -1}
	lines := []string{
		"chr1\t5\t.\tA\tC\t.\t.\t.", "chr1\t0\t.\tA\tC\t.\t.\t.", "chr1\t5\trs12345\tACGT\tC\t.\t.\t.", "chr1\t5\t.\t\tC\t.\t.\t.",
		"chr1\t5\t.\tA", "chr1\t5\t.", "chr1\t5", "chr1\t", "chr1", "chr", "", "chr10\t5\t.\tA\tC", "chr1\t-5\t.\tA\tC", "chr1\t+5\t.\tA\tC",
		"chr1\tx\t.\tA\tC", "chr1\t\t.\tA\tC", "chr1\t99999999999\t.\tA\tC", "chr1\t999999999999999999999\t.\tA\tC", "chr1\t.\t.\tA\tC",
		"chr1 \t5\t.\tA\tC", "chr2\t5\t.\tA\tC",
	}
	rnd := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		b := []byte(lines[rnd.IntN(9)])
		for range rnd.IntN(3) {
			if len(b) > 0 {
				b[rnd.IntN(len(b))] = "\t019.ch-: \x00\xff"[rnd.IntN(12)]
			}
		}
		lines = append(lines, string(b))
	}
	short := 0
	for _, line := range lines {
		start, end, ok := l.placeOn("chr1", []byte(line))
		if !ok {
			continue
		}
		short++
		contig, wantStart, wantEnd, err := l.place([]byte(line))
		if string(contig) != "chr1" || start != wantStart || end != wantEnd || err != nil {
			t.Errorf("%q: %d-%d, want %s %d-%d (%v)", line, start, end, contig, wantStart, wantEnd, err)
		}
	}
	if short < 500 {
		t.Errorf("%d of %d lines took the short way", short, len(lines))
	}
	if _, _, ok := (&layout{format: formatBED}).placeOn("chr1", []byte(lines[0])); ok {
		t.Error("a BED file's line is not read so")
	}
}
