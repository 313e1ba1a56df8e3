package coverage

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"varpanel/internal/testkit"
	"varpanel/stages/report"
)

// TestCoverageCalculator holds mean and percentage to CoverageCalculatorPy's own
// cases. It prints the mean rounded to whole reads (832 reads over 7 bases are
// 119.0 there) and the percentage to one decimal; ours are exact, so the two are
// compared as it prints them.
func TestCoverageCalculator(t *testing.T) {
	dir := testkit.Shared(t, "conformance/coverage-calculator")
	text, err := os.ReadFile(filepath.Join(dir, "cases.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	depths := depthTable(t, filepath.Join(dir, "data", "test.gz"))
	run, matched := 0, 0
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n")[1:] {
		f := strings.Split(line, "\t")
		var contig string
		var start, end, threshold int
		place := strings.NewReplacer(":", " ", "-", " ").Replace(strings.Fields(f[1])[0])
		if _, err := fmt.Sscan(place, &contig, &start, &end); err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Sscanf(f[2], "depth %d", &threshold); err != nil {
			t.Fatal(err)
		}
		var depth []int32 // a base without a row has depth 0
		for pos := start + 1; pos <= end; pos++ {
			depth = append(depth, depths[contig][pos])
		}
		c := counter{thresholds: []int{threshold}}
		s := statOf(&c, depth)
		tenths := func(n, d int64) string {
			v := (20*n + d) / (2 * d)
			return fmt.Sprintf("%d.%d", v/10, v%10)
		}
		mean := (2*s.Sum + int64(s.Length)) / (2 * int64(s.Length))
		got := fmt.Sprintf("%d.0", mean) + " ; " + tenths(100*int64(s.AtLeast[0]), int64(s.Length))
		run++
		if got == f[4] {
			matched++
		} else {
			t.Logf("miss %s: got %s, want %s", f[0], got, f[4])
		}
	}
	t.Logf("coverage-calculator: matched %d / %d run / 0 not applicable", matched, run)
	if matched != run || run != 2 {
		t.Errorf("matched %d of %d", matched, run)
	}
}

// depthTable reads a table of contig, position (1-based) and depth.
func depthTable(t *testing.T, path string) map[string]map[int]int32 {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]map[int]int32{}
	lines := bufio.NewScanner(z)
	for lines.Scan() {
		c := strings.Split(lines.Text(), "\t")
		pos, err := strconv.Atoi(c[1])
		if err != nil {
			continue // the header
		}
		depth, err := strconv.Atoi(c[2])
		if err != nil {
			t.Fatal(err)
		}
		if out[c[0]] == nil {
			out[c[0]] = map[int]int32{}
		}
		out[c[0]][pos] = int32(depth)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestAthena holds the semantics that athena's reports have (single-sample
// report and its statistics): percentages are floored to two decimals, so what
// is not whole never prints as 100; an exon that two transcripts share counts
// once in the panel, weighted by its length, and once in each transcript's rows.
func TestAthena(t *testing.T) {
	exons := []Exon{
		{Gene: "A", Transcript: "NM_1", Number: 1, Contig: "1", Start: 0, End: 9999, State: "assessed"},
		{Gene: "A", Transcript: "NM_2", Number: 1, Contig: "1", Start: 0, End: 9999, State: "assessed"},
		{Gene: "B", Transcript: "NM_3", Number: 1, Contig: "1", Start: 20000, End: 20001, State: "assessed"},
	}
	all := unite(exons, nil)
	shared := slices.Repeat([]int32{30}, 9999)
	shared[7] = 19
	keep(all[0], shared, []int32{20})
	r := &Result{Options: Options{Thresholds: []int{20}, PassDepth: 20}}
	r.summarise(exons, all)
	c := r.Report(100, unnamed)
	// 9,999 of 10,000 bases, the shared exon once; twice it would be 99.98.
	if c.Panel.Length != 10000 || c.PanelPct != "99.99" || c.Panel.Min != "19" || c.Panel.Max != "30" {
		t.Errorf("panel %+v, %s %%", c.Panel, c.PanelPct)
	}
	want := []report.ExonCoverage{
		{Gene: "A", Transcript: "NM_1", Exon: "1", Contig: "1", Start: 1, End: 9999, Length: 9999, Min: "19", Mean: "30.00", Median: "30", Max: "30", Pct: []string{"99.98"}},
		{Gene: "A", Transcript: "NM_2", Exon: "1", Contig: "1", Start: 1, End: 9999, Length: 9999, Min: "19", Mean: "30.00", Median: "30", Max: "30", Pct: []string{"99.98"}},
		{Gene: "B", Transcript: "NM_3", Exon: "1", Contig: "1", Start: 20001, End: 20001, Length: 1, Min: "20", Mean: "20.00", Median: "20", Max: "20", Pct: []string{"100.00"}},
	}
	for i := range want {
		if fmt.Sprint(c.Exons[i]) != fmt.Sprint(want[i]) {
			t.Errorf("got  %+v\nwant %+v", c.Exons[i], want[i])
		}
	}
	if c.Genes[0].Pass != Fail || c.Genes[1].Pass != Pass {
		t.Errorf("9,998 of 9,999 is not 100 %%: %+v", c.Genes)
	}
}
