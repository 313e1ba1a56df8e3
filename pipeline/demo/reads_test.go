package demo

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"varpanel/hts/bgzf"
	"varpanel/hts/vcf"
	"varpanel/internal/testkit"
	"varpanel/reference/bundle"
)

func isEOF(err error) bool { return errors.Is(err, io.EOF) }

func readBGZF(t *testing.T, f *os.File, name string) []byte {
	t.Helper()
	r, err := bgzf.NewReader(f, bgzf.Options{Name: name})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestReadsAgreeWithCalls asks bcftools what the reads show at each made-up
// call: the allele counts are those of the VCF, mates counted once.
func TestReadsAgreeWithCalls(t *testing.T) {
	dir := unpacked(t)
	c := Cases()[0]
	pile := filepath.Join(t.TempDir(), "pile.vcf")
	testkit.Run(t, "bcftools", "mpileup", "--no-BAQ", "--min-BQ", "1", "--annotate", "AD", "--max-depth", "1000",
		"--fasta-ref", in(dir, c.Bundle+"/"+bundle.ReferenceFile), "--regions-file", in(dir, c.VCF),
		"--output", pile, in(dir, c.BAM))
	// REF, the first ALT and their counts, for SNVs and indels apart.
	type site struct {
		pos   int
		indel bool
	}
	seen := map[site]string{}
	eachCall(t, pile, func(r *vcf.Record) {
		ad, _ := r.SampleValue(0, "AD")
		counts := strings.Split(string(ad), ",")
		if len(counts) > 1 {
			// <*> closes the list of a SNV's alleles and has no read.
			seen[site{r.Pos(), len(r.Ref()) != len(r.Alt(0))}] = strings.Join(counts[:2], ",")
		}
	})
	calls := 0
	eachCall(t, in(dir, c.VCF), func(r *vcf.Record) {
		calls++
		ad, _ := r.SampleValue(0, "AD")
		dp, _ := r.SampleValue(0, "DP")
		got := seen[site{r.Pos(), len(r.Ref()) != len(r.Alt(0))}]
		if string(ad) != got {
			t.Errorf("%d: AD is %s, the reads show %s", r.Pos()+1, ad, got)
		}
		ref, alt, _ := strings.Cut(string(ad), ",")
		if atoi(t, ref)+atoi(t, alt) != atoi(t, string(dp)) {
			t.Errorf("%d: AD %s does not sum to DP %s", r.Pos()+1, ad, dp)
		}
	})
	if calls != 6 {
		t.Errorf("%d calls, want 6", calls)
	}
}

// TestDepth asks samtools for the depth of the coding bases, mates counted
// once: one stretch below 20x, and the gate of 95 % passes.
func TestDepth(t *testing.T) {
	dir := unpacked(t)
	c := Cases()[0]
	b, err := bundle.Open(in(dir, c.Bundle), bgzf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	out := testkit.Run(t, "samtools", "depth", "-s", "-a", "-r", "chr19:1200000-1230000", "-b", in(dir, c.Bundle+"/"+bundle.ExonsFile), in(dir, c.BAM))
	bases, deep, sum, stretches, last := 0, 0, 0, 0, -1
	for line := range strings.Lines(out) {
		cells := strings.Fields(line)
		pos, depth := atoi(t, cells[1]), atoi(t, cells[2])
		bases++
		sum += depth
		if depth >= 20 {
			deep++
			continue
		}
		if pos != last+1 {
			stretches++
		}
		last = pos
	}
	if bases != 1302 {
		t.Errorf("%d coding bases, want STK11's 1302", bases)
	}
	if deep*100 < 95*bases || deep == bases || stretches != 1 {
		t.Errorf("%d of %d bases at 20x, %d low stretches; want 95 %% or more and one stretch", deep, bases, stretches)
	}
	if mean := sum / bases; mean < 38 || mean > 50 {
		t.Errorf("mean depth %d, want about 45", mean)
	}
	if len(b.Exons) < 9 {
		t.Errorf("%d exons, want the 9 coding ones", len(b.Exons))
	}
}

// TestReadsAreWhole holds the BAM against samtools, and its header against the
// VCF's sample.
func TestReadsAreWhole(t *testing.T) {
	dir := unpacked(t)
	c := Cases()[0]
	testkit.Run(t, "samtools", "quickcheck", in(dir, c.BAM))
	if head := testkit.Run(t, "samtools", "view", "-H", in(dir, c.BAM)); !strings.Contains(head, "\tSM:MADE-UP-STK11") ||
		!strings.Contains(head, "SO:coordinate") {
		t.Errorf("header: %s", head)
	}
	if text := string(plain(t, in(dir, c.VCF))); !strings.Contains(text, "FORMAT\tMADE-UP-STK11\n") {
		t.Error("the VCF's sample is not the BAM's")
	}
}

func atoi(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
