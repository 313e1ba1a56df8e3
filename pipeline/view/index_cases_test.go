package view

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"varpanel/hts/bam"
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
	counts := func(path string) string { return testkit.Pipe(t, nil, "bcftools", "index", "-s", path) }
	indexed := func(name string, o reindex.Options) string {
		path := filepath.Join(t.TempDir(), name+".vcf.gz")
		packedFile(t, filepath.Join(dir, "data", name+".vcf"), path)
		indexOf(t, path, o)
		return path
	}
	binary := func(name string) string {
		path := filepath.Join(t.TempDir(), name+".bcf")
		testkit.Pipe(t, nil, "bcftools", "view", "-O", "b", "-o", path, filepath.Join(dir, "data", name+".vcf"))
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

// htslib's files of indexes: a region of its VCF by our indexes and of its BAM by
// its own and by ours. The set has no commands: of range.out the regions are told
// by its records, of range.out2 they are not. Indexes of files that it packs itself
// fit only the bytes that its compressor wrote.
func TestHtslibIndexFiles(t *testing.T) {
	dir := testkit.Shared(t, "conformance/htslib/index")
	expected := func(name string) []string {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for line := range strings.Lines(string(text)) {
			if line[0] != '#' && line[0] != '@' {
				out = append(out, strings.TrimSuffix(line, "\n"))
			}
		}
		return out
	}
	matched, run := 0, 0
	judge := func(what string, got, want []string) {
		run++
		if slices.Equal(got, want) {
			matched++
		} else {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}
	path := filepath.Join(t.TempDir(), "index.vcf.gz")
	packedFile(t, filepath.Join(dir, "index.vcf"), path)
	for _, o := range []reindex.Options{{}, {CSI: true, MinShift: 14}} {
		indexOf(t, path, o)
		judge("tabix.out", bodyOf(mustScan(t, Options{Path: path, Regions: []string{"1:10000060-10000060"}})), expected("tabix.out"))
		if err := os.Remove(path + map[bool]string{true: ".csi", false: ".tbi"}[o.CSI]); err != nil {
			t.Fatal(err)
		}
	}
	copied := filepath.Join(t.TempDir(), "range.bam")
	for _, name := range []string{"range.bam", "range.bam.bai"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(filepath.Dir(copied), name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var want []string
	for _, line := range expected("range.out") {
		f := strings.Split(line, "\t")
		want = append(want, strings.Join(f[:4], " "))
	}
	judge("range.out by its .bai", readsOf(t, copied), want)
	indexOf(t, copied, reindex.Options{Force: true})
	judge("range.out by our .bai", readsOf(t, copied), want)
	t.Logf("htslib index files: matched %d / %d run / 3 not applicable", matched, run)
}

// readsOf gives name, flag and place of the reads of range.out's regions.
func readsOf(t *testing.T, path string) (out []string) {
	t.Helper()
	f, err := bam.Open(path, bam.Options{AllowOldIndex: true})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, r := range []struct {
		contig     string
		start, end int
	}{{"CHROMOSOME_II", 2979, 2980}, {"CHROMOSOME_IV", 1499, 1500}, {"CHROMOSOME_II", 2979, 2980}, {"CHROMOSOME_I", 999, 1100}} {
		id, ok := f.Header().ID(r.contig)
		if !ok {
			t.Fatal(r.contig)
		}
		in, err := f.Query(id, []bam.Interval{{Start: r.start, End: r.end}})
		if err != nil {
			t.Fatal(err)
		}
		for rec := (bam.Record{}); ; {
			if err := in.Read(&rec); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			out = append(out, fmt.Sprintf("%s %d %s %d", rec.Name(), rec.Flag(), r.contig, rec.Pos()+1))
		}
		in.Close()
	}
	return out
}
