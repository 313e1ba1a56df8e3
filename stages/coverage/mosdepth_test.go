package coverage

import (
	"bufio"
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"varpanel/hts/bam/pileup"
	"varpanel/internal/testkit"
)

// mosdepth runs the program with the BED file of the exons and gives the rows
// of two of its files by place: the mean, and the bases at each threshold.
func mosdepth(t *testing.T, path string, exons []Exon, fast bool) (means map[string]string, thresholds map[string][]string) {
	t.Helper()
	program, env := testkit.Mosdepth(t)
	dir := t.TempDir()
	var bed strings.Builder
	for _, e := range exons {
		fmt.Fprintf(&bed, "%s\t%d\t%d\n", e.Contig, e.Start, e.End)
	}
	if err := os.WriteFile(filepath.Join(dir, "a.bed"), []byte(bed.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"-n", "-c", exons[0].Contig, "--by", filepath.Join(dir, "a.bed"), "-T", "10,20,30,50,100"}
	if fast {
		args = append(args, "--fast-mode")
	}
	cmd := exec.Command(program, append(args, filepath.Join(dir, "m"), path)...)
	cmd.Env = env
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("mosdepth: %v: %s", err, out)
	}
	means, thresholds = map[string]string{}, map[string][]string{}
	for _, f := range rows(t, filepath.Join(dir, "m.regions.bed.gz")) {
		means[f[0]+":"+f[1]+"-"+f[2]] = f[3]
	}
	for _, f := range rows(t, filepath.Join(dir, "m.thresholds.bed.gz")) {
		thresholds[f[0]+":"+f[1]+"-"+f[2]] = f[4:]
	}
	return means, thresholds
}

func rows(t *testing.T, path string) [][]string {
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
	var out [][]string
	for lines := bufio.NewScanner(z); lines.Scan(); {
		if !strings.HasPrefix(lines.Text(), "#") {
			out = append(out, strings.Split(lines.Text(), "\t"))
		}
	}
	return out
}

// TestExonsAgainstMosdepth: means and bases at thresholds of every exon, in both
// definitions, on both real BAM files.
func TestExonsAgainstMosdepth(t *testing.T) {
	t.Run("NA12878", func(t *testing.T) {
		againstMosdepth(t, brca1BAM, append(codingExons(t), manyExons()...))
	})
	t.Run("NA24385", func(t *testing.T) {
		path := testkit.Shared(t, "data/bam/NA24385.chr20_36018823.GRCh37.wgs.bam")
		var exons []Exon
		for i := range 150 {
			start := 36018700 + i*141
			exons = append(exons, Exon{Gene: "G", Number: i, Contig: "20", Start: start, End: start + 1 + i%200, State: "assessed"})
		}
		againstMosdepth(t, path, exons)
	})
}

func againstMosdepth(t *testing.T, path string, exons []Exon) {
	t.Helper()
	for _, fast := range []bool{false, true} {
		means, thresholds := mosdepth(t, path, exons, fast)
		o := options()
		o.Path, o.Threads, o.AllowOldIndex = path, 4, true
		if fast {
			o.Depth.Mode = pileup.Span
		}
		r, err := Measure(context.Background(), o, exons, same)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range r.Exons {
			place := fmt.Sprintf("%s:%d-%d", e.Contig, e.Start, e.End)
			want, err := strconv.ParseFloat(means[place], 64)
			if err != nil {
				t.Fatalf("%s: mosdepth's mean %q", place, means[place])
			}
			// mosdepth's two decimals are rounded from a sum of quotients.
			if got := float64(e.Sum) / float64(e.Length); got < want-0.00501 || got > want+0.00501 {
				t.Errorf("fast %v: %s: mean %.4f, mosdepth has %s", fast, place, got, means[place])
			}
			for i, n := range e.AtLeast {
				if strconv.Itoa(n) != thresholds[place][i] {
					t.Errorf("fast %v: %s: %d bases at %dx, mosdepth has %s", fast, place, n, o.Thresholds[i], thresholds[place][i])
				}
			}
		}
	}
}
