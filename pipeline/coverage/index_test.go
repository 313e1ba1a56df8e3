package coverage

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"varpanel/hts/bam/pileup"
	"varpanel/internal/testkit"
)

// TestIndexesByTabix: what tabix finds by the .csi files is what the text holds.
// (mosdepth's own say that its lines are 1-based, and give a line too many.)
func TestIndexesByTabix(t *testing.T) {
	tabix := testkit.Oracle(t, "tabix")
	prefix := filepath.Join(t.TempDir(), "x")
	_, err := Run(context.Background(), Options{
		Path: brca1, Prefix: prefix, BED: "../../stages/coverage/testdata/BRCA1.coding.bed", Thresholds: []int{20}, Threads: 2,
		AllowOldIndex: true, Pileup: pileup.Options{Exclude: pileup.DefaultFlags}, Warn: t.Logf,
	})
	if err != nil {
		t.Fatal(err)
	}
	written := files(t, filepath.Dir(prefix))
	r := rand.New(rand.NewPCG(21, 22))
	found := 0
	for _, suffix := range []string{".per-base.bed.gz", ".regions.bed.gz", ".thresholds.bed.gz"} {
		for range 12 {
			start := 43040000 + r.IntN(90000)
			end := start + 1 + r.IntN(20000)
			out, err := exec.Command(tabix, prefix+suffix, fmt.Sprintf("chr17:%d-%d", start+1, end)).Output()
			if err != nil {
				t.Fatal(err)
			}
			var want strings.Builder
			for line := range strings.Lines(written["x"+suffix]) {
				f := strings.Split(line, "\t")
				if f[0] == "chr17" && atoi(t, f[1]) < end && atoi(t, f[2]) > start {
					want.WriteString(line)
					found++
				}
			}
			if string(out) != want.String() {
				a, b := firstDifference(string(out), want.String())
				t.Errorf("%s: chr17:%d-%d: %q, want %q", suffix, start+1, end, a, b)
			}
		}
	}
	if found < 100 {
		t.Errorf("%d lines were asked for", found)
	}
}
