package coverage

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"varpanel/hts/bam/pileup"
	"varpanel/hts/fault"
)

const brca1BAM = "../../testdata/bam/NA12878.BRCA1.GRCh38.bam"

// codingExons reads testdata/BRCA1.coding.bed; see the README beside it.
func codingExons(t testing.TB) []Exon {
	t.Helper()
	text, err := os.ReadFile("testdata/BRCA1.coding.bed")
	if err != nil {
		t.Fatal(err)
	}
	var exons []Exon
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		start, _ := strconv.Atoi(f[1])
		end, _ := strconv.Atoi(f[2])
		number, _ := strconv.Atoi(strings.TrimPrefix(f[3], "BRCA1_"))
		exons = append(exons, Exon{Gene: "BRCA1", HGNCID: "HGNC:1100", Transcript: "NM_007294.4", Number: number,
			Contig: f[0], Start: start, End: end, State: "assessed"})
	}
	return exons
}

func same(name string) (string, bool) { return name, true }

func unnamed(string, string, int, int) string { return "" }

func options() Options {
	return Options{Path: brca1BAM, Depth: pileup.Options{Exclude: 1796}, Thresholds: []int{10, 20, 30, 50, 100}, PassDepth: 20}
}

// TestBRCA1 holds the numbers that samtools and mosdepth give for BRCA1's 5,592
// coding bases; see testdata/bam/README.md.
func TestBRCA1(t *testing.T) {
	for _, c := range []struct {
		fast         bool
		at20, at30   int
		pct20, pct30 string
	}{
		{false, 5540, 4320, "99.07", "77.25"},
		{true, 5548, 4414, "99.21", "78.93"},
	} {
		o := options()
		if c.fast {
			o.Depth.Mode = pileup.Span
		}
		r, err := Measure(context.Background(), o, codingExons(t), same)
		if err != nil {
			t.Fatal(err)
		}
		g := r.Genes[0].Stat
		if g.Length != 5592 || g.Min != 13 || g.AtLeast[1] != c.at20 || g.AtLeast[2] != c.at30 {
			t.Errorf("fast %v: length %d, min %d, at thresholds %v; want 5592, 13, %d at 20x and %d at 30x",
				c.fast, g.Length, g.Min, g.AtLeast, c.at20, c.at30)
		}
		if diff := cmp.Diff(r.Panel, g); diff != "" {
			t.Errorf("the panel of one gene is not that gene: %s", diff)
		}
		row := r.Report(99, unnamed).Genes[0]
		if row.Pct[1] != c.pct20 || row.Pct[2] != c.pct30 || row.Pass != Pass {
			t.Errorf("fast %v: %s %% at 20x, %s %% at 30x, %s", c.fast, row.Pct[1], row.Pct[2], row.Pass)
		}
		if got := r.Report(100, unnamed).Genes[0].Pass; got != Fail {
			t.Errorf("100 %% at 20x is asked for: %s", got)
		}
	}
}

func TestThreads(t *testing.T) {
	o := options()
	exons := manyExons()
	want, err := Measure(context.Background(), o, exons, same)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{1, 2, 8} {
		o.Threads = n
		got, err := Measure(context.Background(), o, exons, same)
		if err != nil {
			t.Fatal(err)
		}
		got.Options.Threads = 0
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(Result{}, territory{})); diff != "" {
			t.Errorf("%d threads: %s", n, diff)
		}
	}
}

// manyExons are overlapping rows all over the BAM file's reads, so that several
// shards are made.
func manyExons() []Exon {
	var exons []Exon
	for i := range 700 {
		start := 43044000 + i*117
		exons = append(exons, Exon{Gene: "G" + strconv.Itoa(i/50), Transcript: "T", Number: i + 1, Contig: "chr17",
			Start: start, End: start + 60 + i%100, State: "assessed"})
	}
	return exons
}

// TestDenominators: a gene without reads, one on a contig that the file lacks,
// and one that the gene model lacks all keep their rows, and the first two
// their bases.
func TestDenominators(t *testing.T) {
	exons := append(codingExons(t),
		Exon{Gene: "BRCA2", HGNCID: "HGNC:1101", Transcript: "NM_000059.4", Number: 2, Contig: "chr13", Start: 32316460, End: 32316527, State: "assessed"},
		Exon{Gene: "ALT1", Number: 1, Contig: "chrUn_1", Start: 10, End: 20, State: "assessed"},
		Exon{Gene: "NOSEQ", Number: 1, Contig: "chr17", Start: 43045700, End: 43045850, State: "not assessed", NoSequence: true},
		Exon{Gene: "GONE", State: "not assessed"})
	r, err := Measure(context.Background(), options(), exons, func(name string) (string, bool) {
		return name, name != "chrUn_1"
	})
	if err != nil {
		t.Fatal(err)
	}
	// 102 of NOSEQ's 150 bases are BRCA1's too, which were read.
	if r.Panel.Length != 5592+67+10 || r.Panel.AtLeast[1] != 5540 || r.NoSequence != 48 {
		t.Errorf("panel: %d of %d bases at 20x, %d without sequence", r.Panel.AtLeast[1], r.Panel.Length, r.NoSequence)
	}
	if len(r.Warnings) == 0 || !strings.Contains(strings.Join(r.Warnings, "\n"), "chrUn_1") {
		t.Errorf("warnings: %q", r.Warnings)
	}
	c := r.Report(95, unnamed)
	var got []string
	for _, g := range c.Genes {
		pct := "none"
		if len(g.Pct) > 1 && g.Pct[1] != "" {
			pct = g.Pct[1]
		}
		got = append(got, g.Gene+" "+strconv.Itoa(g.Length)+" "+pct+" "+g.Pass+" "+g.Mean)
	}
	want := []string{"BRCA1 5592 99.07 pass 34.61", "BRCA2 67 0.00 fail 0.00", "ALT1 10 0.00 fail 0.00",
		"NOSEQ 150 0.00 not assessed ", "GONE 0 none not assessed "}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if c.Panel.Genes != 5 || c.Panel.Length != 5717 || c.Panel.Pct[1] != "96.90" || c.PanelPct != "96.90" {
		t.Errorf("panel's row: %+v", c.Panel)
	}
	if want := "96.90 % of this panel's target bases (5,540 of 5,717) were read at 20x or more. " +
		"This test has no sequence for 48 of them, which count as not read. " +
		"2 genes have less than 95 % of their bases at 20x: BRCA2 (NM_000059.4) 0.00 %, ALT1 0.00 %. " +
		"2 genes of the panel were not assessed: NOSEQ, GONE."; c.Summary != want {
		t.Errorf("summary: %s", c.Summary)
	}
	for _, g := range c.Gaps {
		if g.Gene == "BRCA2" && (g.Start != 32316460 || g.End != 32316527 || g.MaxDepth != 0) {
			t.Errorf("BRCA2's gap: %+v", g)
		}
	}
}

func TestWrongAssembly(t *testing.T) {
	exons := []Exon{{Gene: "A", Contig: "chr17", Start: 83257440, End: 83257442}}
	_, err := Measure(context.Background(), options(), exons, same)
	if fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "another assembly") {
		t.Errorf("an exon past the contig's end: %v", err)
	}
}

func TestMissingIndex(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.bam")
	data, err := os.ReadFile(brca1BAM)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	o := options()
	o.Path = path
	_, err = Measure(context.Background(), o, codingExons(t), same)
	if fault.KindOf(err) != fault.Input || !strings.Contains(fault.HintOf(err), "samtools index") {
		t.Errorf("no index: %v, hint %q", err, fault.HintOf(err))
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, n := range []int{1, 4} {
		o := options()
		o.Threads = n
		if _, err := Measure(ctx, o, codingExons(t), same); !errors.Is(err, context.Canceled) {
			t.Errorf("%d threads: %v", n, err)
		}
	}
}
