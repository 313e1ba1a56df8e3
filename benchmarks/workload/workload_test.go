package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// tinyWorld is a workload of 2 Mb, dense as the full one; the gene model is read
// once for all tests.
var tinyWorld = sync.OnceValues(func() (*world, error) {
	length := 2_000_000
	return newWorld(&options{shared: sharedFolder, threads: 2,
		contigs: []contig{{"chr20", length, true}}, scale: float64(length) / 3.03e9})
})

var sharedFolder = filepath.Join("..", "..", "..", "shared")

func tiny(t *testing.T) *world {
	t.Helper()
	if _, err := os.Stat(filepath.Join(sharedFolder, "data", "genes")); err != nil {
		t.Skip("not here: ../shared/data/genes")
	}
	w, err := tinyWorld()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// written writes the tiny workload into a folder of its own.
func written(t *testing.T, threads int) *world {
	t.Helper()
	for _, program := range []string{"bcftools", "samtools", "tabix"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip("oracle not installed: " + program)
		}
	}
	w := *tiny(t)
	o := *w.options
	o.out, o.threads = t.TempDir(), threads
	w.options = &o
	if err := w.write(files); err != nil {
		t.Fatal(err)
	}
	return &w
}

// tool runs one of the peers' programs in a folder and gives its output.
func tool(t *testing.T, dir, name string, arguments ...string) string {
	t.Helper()
	c := exec.Command(name, arguments...)
	c.Dir = dir
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s %v: %v: %s", name, arguments, err, stderr.Bytes())
	}
	return string(out)
}

// TestFiles: the peers accept every file, and the threads do not change a byte.
func TestFiles(t *testing.T) {
	o := written(t, 3)
	for name, want := range map[string]float64{"wgs.vcf.gz": wgsRecords, "trio.vcf.gz": trioRecords, "exons.vcf.gz": exonRecords,
		"gnomad.vcf.gz": gnomadExonic + gnomadElsewhere, "clinvar.vcf.gz": clinvarRecords} {
		got, err := strconv.Atoi(strings.TrimSpace(tool(t, o.out, "bcftools", "index", "-n", name)))
		if err != nil {
			t.Fatal(err)
		}
		// The counts are of chance: five standard deviations, and the few
		// genes of a short contig have a second ALT more or less.
		if want *= o.scale; float64(got) < 0.85*want-60 || float64(got) > 1.15*want+60 {
			t.Errorf("%s has %d records, want about %.0f", name, got, want)
		}
		// Stops at a REF that is not the sequence's.
		tool(t, o.out, "bcftools", "norm", "-c", "e", "-m", "-any", "-f", "genome.fa", "-o", os.DevNull, name)
	}
	for _, name := range []string{"exome.bam", "exome40.bam"} {
		tool(t, o.out, "samtools", "quickcheck", "-v", name)
		got, err := strconv.Atoi(strings.TrimSpace(tool(t, o.out, "samtools", "view", "-c", name)))
		if err != nil {
			t.Fatal(err)
		}
		if want := exomeReads * o.scale; float64(got) < 0.85*want || float64(got) > 1.15*want {
			t.Errorf("%s has %d reads, want about %.0f", name, got, want)
		}
	}
	gff := filepath.Join(sharedFolder, "data", "genes", "GRCh38.ensembl110.canonical.gff3.gz")
	absolute, err := filepath.Abs(gff)
	if err != nil {
		t.Fatal(err)
	}
	out := tool(t, o.out, "bcftools", "csq", "--local-csq", "-p", "a", "-g", absolute, "-f", "genome.fa", "exons.vcf.gz")
	if !strings.Contains(out, "BCSQ=missense|") || !strings.Contains(out, "BCSQ=synonymous|") {
		t.Error("bcftools csq finds no missense or no synonymous change")
	}
	sameFiles(t, o.out, written(t, 1).out)
}

// sameFiles holds two folders against each other byte for byte.
func sameFiles(t *testing.T, a, b string) {
	t.Helper()
	entries, err := os.ReadDir(a)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) < 2*len(files) {
		t.Fatalf("%d files only", len(entries))
	}
	for _, entry := range entries {
		x, err := os.ReadFile(filepath.Join(a, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		y, err := os.ReadFile(filepath.Join(b, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(x, y) {
			t.Errorf("%s differs between three threads and one", entry.Name())
		}
	}
}

// TestCodingSequencesAreOpen translates what stands under the gene model.
func TestCodingSequencesAreOpen(t *testing.T) {
	w := tiny(t)
	checked, faulty := 0, 0
	for _, tr := range w.model.Transcripts() {
		c, ok := w.g.rank[tr.Contig]
		if !ok || tr.End > w.g.contigs[c].length-telomere || tr.Incomplete5 || tr.Incomplete3 {
			continue
		}
		problems, err := tr.Problems(w.g)
		if err != nil {
			t.Fatal(err)
		}
		checked++
		if len(problems) > 0 {
			faulty++
		}
	}
	if checked < 10 || faulty*20 > checked {
		t.Errorf("%d of %d transcripts have a fault in the made-up sequence", faulty, checked)
	}
}

// TestBasesInPieces holds a stretch against its bases one by one.
func TestBasesInPieces(t *testing.T) {
	w := tiny(t)
	opened := w.g.opened[0]
	start := opened[3].start - 100
	whole := w.g.bases(nil, 0, start, start+5000)
	for i := range whole {
		if one := w.g.bases(nil, 0, start+i, start+i+1); one[0] != whole[i] {
			t.Fatalf("base %d is %c alone and %c in a stretch", start+i, one[0], whole[i])
		}
	}
	if bytes.Equal(whole, w.g.plain(nil, 0, start, start+5000)) {
		t.Error("nothing was opened there")
	}
	if ends := w.g.bases(nil, 0, 0, telomere); len(bytes.Trim(ends, "N")) > 0 {
		t.Error("the telomere has bases")
	}
}

func TestMerge(t *testing.T) {
	got := fmt.Sprint(merge([]interval{{5, 7}, {1, 3}, {3, 4}, {6, 6}, {9, 12}}))
	if want := "[{1 4} {5 7} {9 12}]"; got != want {
		t.Errorf("merge: %s, want %s", got, want)
	}
}

// TestStretches: every base between the telomeres stands in one stretch, and
// coding wins over exonic.
func TestStretches(t *testing.T) {
	g := newGenome([]contig{{"x", 40_000, true}})
	p := places{exons: [][]interval{{{12_000, 13_000}, {14_000, 14_500}}}, coding: [][]interval{{{12_500, 12_600}, {12_980, 13_050}, {14_000, 14_600}}}}
	got := fmt.Sprint(g.stretches(p)[0])
	want := "[{{10000 12000} 0} {{12000 12500} 1} {{12500 12600} 2} {{12600 12980} 1} {{12980 13050} 2} {{13050 14000} 0} {{14000 14600} 2} {{14600 30000} 0}]"
	if got != want {
		t.Errorf("stretches:\n%s, want\n%s", got, want)
	}
}

// TestBin: SAM specification, section 5.3, worked by hand.
func TestBin(t *testing.T) {
	for _, c := range []struct{ start, end, want int }{
		{0, 1, 4681}, {16383, 16384, 4681}, {16383, 16385, 585}, {16384, 16400, 4682}, {131071, 131073, 73}, {1<<26 - 1, 1<<26 + 1, 0},
	} {
		if got := bin(c.start, c.end); int(got) != c.want {
			t.Errorf("bin(%d, %d) is %d, want %d", c.start, c.end, got, c.want)
		}
	}
}

// TestOrdinal: VCF 4.3, section 1.6.2.
func TestOrdinal(t *testing.T) {
	for _, c := range []struct {
		gt   [2]int8
		want int
	}{{[2]int8{0, 0}, 0}, {[2]int8{0, 1}, 1}, {[2]int8{1, 1}, 2}, {[2]int8{0, 2}, 3}, {[2]int8{1, 2}, 4}, {[2]int8{2, 2}, 5}} {
		if got := ordinal(c.gt); got != c.want {
			t.Errorf("ordinal(%v) is %d, want %d", c.gt, got, c.want)
		}
	}
}
