package view

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"varpanel/internal/testkit"
)

// On every real VCF, -R gives each record that tabix -R gives, once and in the
// order of the file. tabix prints a record for each region that it meets, and in
// the order of the regions.
func TestAgainstTabix(t *testing.T) {
	testkit.Oracle(t, "tabix")
	rnd := rand.New(rand.NewPCG(21, 22))
	files, compared := 0, 0
	for _, pattern := range []string{"vcf/*.vcf.gz", "vcf/*.bcf", "annotation/*.vcf.gz"} {
		paths, err := filepath.Glob(filepath.Join(testkit.Shared(t, "data"), pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			files++
			all := bodyOf(mustScan(t, Options{Path: path}))
			bed := write(t, "r.bed", regionsAmong(t, rnd, all, 40))
			want := map[string]bool{}
			for _, line := range bodyOf(testkit.Pipe(t, nil, "tabix", "-R", bed, path)) {
				want[line] = false
			}
			var expected []string
			for _, line := range all {
				if _, ok := want[line]; ok {
					want[line] = true
					expected = append(expected, line)
				}
			}
			compared += len(expected)
			for line, found := range want {
				if !found {
					t.Errorf("%s: tabix prints what the whole file does not have: %s", filepath.Base(path), line)
				}
			}
			for _, threads := range []int{1, 3} {
				got := bodyOf(mustScan(t, Options{Path: path, RegionsFile: bed, Threads: threads}))
				if !slices.Equal(got, expected) {
					t.Errorf("%s at -t %d: %d records, tabix has %d", filepath.Base(path), threads, len(got), len(expected))
				}
			}
		}
	}
	t.Logf("scan -R against tabix -R: %d records of %d files compared", compared, files)
	if files < 14 || compared < 1000 {
		t.Error("too little was compared")
	}
}

// regionsAmong makes n BED rows around random records, some of which overlap,
// in no order.
func regionsAmong(t *testing.T, rnd *rand.Rand, records []string, n int) string {
	var b strings.Builder
	for range n {
		var contig string
		var pos int
		if _, err := fmt.Sscan(records[rnd.IntN(len(records))], &contig, &pos); err != nil {
			t.Fatal(err)
		}
		start := max(0, pos-1-rnd.IntN(3000))
		fmt.Fprintf(&b, "%s\t%d\t%d\n", contig, start, start+1+rnd.IntN(4000))
	}
	return b.String()
}
