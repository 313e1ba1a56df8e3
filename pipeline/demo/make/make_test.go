package main

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"varpanel/hts/bgzf"
	"varpanel/hts/vcf"
	"varpanel/internal/testkit"
	"varpanel/pipeline/demo"
)

// TestCommittedCalls draws the person again: the calls in the demo are hers.
// The sequence is that of the repository's test data, whose header names other
// contigs, so records alone are compared.
func TestCommittedCalls(t *testing.T) {
	unpacked := t.TempDir()
	if err := demo.Unpack(unpacked); err != nil {
		t.Fatal(err)
	}
	rare := demo.Cases()[0]
	out := t.TempDir()
	err := run(filepath.Join(testkit.Root(t), "testdata", "reference", "GRCh38.test.fa.gz"),
		filepath.Join(unpacked, rare.Bundle, "exons.bed"), out)
	if err != nil {
		t.Fatal(err)
	}
	again, committed := calls(t, filepath.Join(out, "stk11.made_up.vcf")), calls(t, filepath.Join(unpacked, rare.VCF))
	if !slices.Equal(again, committed) {
		t.Errorf("drawn again:\n%s\ncommitted:\n%s", strings.Join(again, "\n"), strings.Join(committed, "\n"))
	}
}

func calls(t *testing.T, name string) []string {
	t.Helper()
	r, err := vcf.Open(name, bgzf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var lines []string
	var rec vcf.Record
	for r.Read(&rec) == nil {
		lines = append(lines, string(bytes.Clone(rec.Line())))
	}
	if len(lines) != len(design) {
		t.Fatalf("%s: %d calls, want %d", name, len(lines), len(design))
	}
	return lines
}

// TestDraw holds the generator against the published first numbers of
// SplitMix64 with seed 1234567.
func TestDraw(t *testing.T) {
	d := draw{1234567}
	for i, want := range []uint64{6457827717110365317, 3203168211198807973, 9817491932198370423} {
		if got := d.next(); got != want {
			t.Errorf("number %d is %d, want %d", i, got, want)
		}
	}
}

// TestReads holds every drawn mate to its own alignment.
func TestReads(t *testing.T) {
	p := person{draw: draw{1}, start: 1221000, bases: bytes.Repeat([]byte("ACGTTGCA"), 200)}
	for i := range p.bases {
		for _, v := range design {
			if at := v.pos - p.start; i >= at && i < at+len(v.ref) {
				p.bases[i] = v.ref[i-at]
			}
		}
	}
	for n := range 400 {
		f := fragment{strand: haplotype(n % 2), artefacts: make([]bool, len(design))}
		f.a.start = 1221100 + n
		f.a.end = p.endOf(&f, f.a.start)
		p.read(&f, &f.a)
		if len(f.a.bases) != readLength || len(f.a.quality) != readLength {
			t.Fatalf("a read at %d has %d bases and %d qualities", f.a.start, len(f.a.bases), len(f.a.quality))
		}
		deleted := f.strand == first && f.a.start <= 1221313 && 1221313 < f.a.start+readLength
		if got := strings.Contains(f.a.cigar, "D"); got != deleted {
			t.Errorf("a read at %d of strand %d has the CIGAR %s", f.a.start, f.strand, f.a.cigar)
		}
	}
}
