package view

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"varpanel/internal/testkit"
	"varpanel/pipeline/reindex"
)

// bcftools' cases of its groups tabix, index and idxstats, on indexes that we
// write: regions by scan, and the counts that bcftools reads out of them.
func TestBcftoolsIndexCases(t *testing.T) {
	testkit.Oracle(t, "bcftools")
	dir := testkit.Shared(t, "conformance/bcftools")
	csi := reindex.Options{CSI: true, MinShift: 14}
	region := func(path, region string) string {
		return mustScan(t, Options{Path: path, Regions: []string{region}, NoHeader: true})
	}
	counts := func(path string) string { return peer(t, nil, "bcftools", "index", "-s", path) }
	indexed := func(name string, o reindex.Options) string {
		path := filepath.Join(t.TempDir(), name+".vcf.gz")
		packedFile(t, filepath.Join(dir, "data", name+".vcf"), path)
		indexOf(t, path, o)
		return path
	}
	binary := func(name string) string {
		path := filepath.Join(t.TempDir(), name+".bcf")
		peer(t, nil, "bcftools", "view", "-O", "b", "-o", path, filepath.Join(dir, "data", name+".vcf"))
		indexOf(t, path, reindex.Options{MinShift: 14})
		return path
	}
	matched, run := 0, 0
	for _, row := range testkit.Table(t, filepath.Join(dir, "cases.tsv")) {
		var got []string
		switch row["case"] {
		case "bcf00001":
			got = []string{region(indexed("merge.a", reindex.Options{}), "2:3199812-3199812"), region(indexed("merge.a", csi), "2:3199812-3199812")}
		case "bcf00002":
			got = []string{region(binary("merge.a"), "2:3199812-3199812")}
		case "bcf00005":
			got = []string{region(indexed("large_chrom_csi_limit", csi), "chr20:1-2147483647")}
		case "bcf00007":
			got = []string{counts(indexed("idx", reindex.Options{})), counts(indexed("idx", csi)), counts(binary("idx"))}
		case "bcf00010":
			got = []string{counts(indexed("empty", reindex.Options{})), counts(indexed("empty", csi)), counts(binary("empty"))}
		default:
			if g := row["group"]; g == "tabix" || g == "index" || g == "idxstats" {
				t.Errorf("%s is not run", row["case"])
			}
			continue
		}
		run++
		want, err := os.ReadFile(filepath.Join(dir, row["expected_stdout"]))
		if err != nil {
			t.Fatal(err)
		}
		ok := true
		for i, text := range got {
			if row["group"] != "idxstats" {
				ok = sameRecords(bodyOf(text), bodyOf(string(want))) == "" && ok
			} else if text != string(want) {
				t.Errorf("%s by index %d: %q, want %q", row["case"], i, text, want)
				ok = false
			}
		}
		if ok {
			matched++
		} else {
			t.Errorf("%s: %q, want %q", row["case"], strings.Join(got, "\n"), want)
		}
	}
	t.Logf("bcftools tabix, index, idxstats: matched %d / %d run / 0 not applicable", matched, run)
	if run != 5 {
		t.Error("not all were run")
	}
}
