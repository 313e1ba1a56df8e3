package coverage

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"varpanel/hts/bam/pileup"
	"varpanel/internal/testkit"
)

// TestDefinitionsAgainstSamtools holds each setting of the depth's definition to
// samtools depth over BRCA1's coding bases: the sum of depth and the bases at
// each threshold. samtools depth counts every read; joined mates are mosdepth's
// to compare.
func TestDefinitionsAgainstSamtools(t *testing.T) {
	samtools := testkit.Oracle(t, "samtools")
	exons := codingExons(t)
	var bed strings.Builder
	for _, e := range exons {
		fmt.Fprintf(&bed, "%s\t%d\t%d\n", e.Contig, e.Start, e.End)
	}
	path := filepath.Join(t.TempDir(), "exons.bed")
	if err := os.WriteFile(path, []byte(bed.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		depth pileup.Options
		args  string
	}{
		{pileup.Options{Exclude: 1796}, ""},
		{pileup.Options{Exclude: 1796, MinBaseQ: 25}, "-q 25"},
		{pileup.Options{Exclude: 1796, MinBaseQ: 30, MinMapQ: 20}, "-q 30 -Q 20"},
		{pileup.Options{Exclude: 1796, Deletions: true}, "-J"},
		{pileup.Options{Exclude: 1796, Deletions: true, MinBaseQ: 20}, "-J -q 20"},
		{pileup.Options{Exclude: 772}, "-g 1024"},
		{pileup.Options{Exclude: 3844}, "-G 2048"},
	} {
		c.depth.Mode = pileup.EveryRead
		args := append([]string{"depth", "-a", "-b", path}, strings.Fields(c.args)...)
		out, err := exec.Command(samtools, append(args, brca1BAM)...).Output()
		if err != nil {
			t.Fatal(err)
		}
		o := options()
		o.Depth = c.depth
		want := Stat{AtLeast: make([]int, len(o.Thresholds))}
		for line := range strings.Lines(string(out)) {
			var contig string
			var pos, d int
			if _, err := fmt.Sscan(line, &contig, &pos, &d); err != nil {
				t.Fatal(err)
			}
			want.Length++
			want.Sum += int64(d)
			for i, n := range o.Thresholds {
				if d >= n {
					want.AtLeast[i]++
				}
			}
		}
		r, err := Measure(context.Background(), o, exons, same)
		if err != nil {
			t.Fatal(err)
		}
		got := r.Panel
		if got.Length != want.Length || got.Sum != want.Sum || fmt.Sprint(got.AtLeast) != fmt.Sprint(want.AtLeast) {
			t.Errorf("samtools depth %s: %d bases, sum %d, %v; got %d, %d, %v",
				c.args, want.Length, want.Sum, want.AtLeast, got.Length, got.Sum, got.AtLeast)
		}
	}
}
