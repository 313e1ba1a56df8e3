package view

import (
	"bytes"
	"context"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/internal/testkit"
	"varpanel/pipeline/reindex"
)

// ambiguous are the cases of weird_names.tsv that we refuse: in a file with the
// contigs 1, 1:1 and 1:1-1, the region 1:1 could be two of them. The peer takes it as
// a position of contig 1 there (and refuses it in samtools); a scan that looks at
// the wrong contig would read as "no variant".
var ambiguous = []string{"sr03", "sr04", "sr16", "sr17"}

// records gives the lines of a VCF that are no header.
func recordLines(vcf string) string {
	out := ""
	for line := range strings.Lines(vcf) {
		if line[0] != '#' {
			out += line
		}
	}
	return out
}

func packedFile(t *testing.T, from, to string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := bgzf.NewWriter(&b, bgzf.WriterOptions{})
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

func indexOf(t *testing.T, path string, o reindex.Options) {
	t.Helper()
	if _, err := reindex.File(context.Background(), path, o); err != nil {
		t.Fatal(err)
	}
}

// weirdFiles gives the peer's VCF as VCF.gz with our .tbi and our .csi, and where
// bcftools is here as BCF with our .csi.
func weirdFiles(t *testing.T, source string) map[string]string {
	t.Helper()
	dir := t.TempDir()
	out := map[string]string{}
	for name, o := range map[string]reindex.Options{"tbi": {}, "csi": {CSI: true, MinShift: 14}} {
		out[name] = filepath.Join(dir, name+".vcf.gz")
		packedFile(t, source, out[name])
		indexOf(t, out[name], o)
	}
	if bcftools, err := exec.LookPath("bcftools"); err == nil {
		path := filepath.Join(dir, "x.bcf")
		if said, err := exec.Command(bcftools, "view", "--no-version", "-O", "b", "-o", path, source).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, said)
		}
		indexOf(t, path, reindex.Options{MinShift: 14})
		out["bcf"] = path
	}
	return out
}

// The peer's region and target queries of contigs with colons in their names.
func TestWeirdNamesConformance(t *testing.T) {
	dir := testkit.Shared(t, "conformance/htslib/regions")
	files := weirdFiles(t, filepath.Join(dir, "weird-chr-names.vcf"))
	table, err := os.ReadFile(filepath.Join(dir, "weird_names.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	run, missed := 0, map[string]bool{}
	for line := range strings.Lines(strings.SplitN(string(table), "\n", 2)[1]) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		expected, err := os.ReadFile(filepath.Join(dir, f[3]))
		if err != nil {
			t.Fatal(err)
		}
		run++
		for kind, path := range files {
			var out bytes.Buffer
			o := Options{Path: path, Threads: 1, Out: &out, NoHeader: true}
			if strings.HasPrefix(f[1], "targets") {
				o.Targets = []string{f[2]}
			} else {
				o.Regions = []string{f[2]}
			}
			err := Run(context.Background(), o)
			if err == nil && out.String() == recordLines(string(expected)) {
				continue
			}
			missed[f[0]] = true
			if !slices.Contains(ambiguous, f[0]) || fault.KindOf(err) != fault.Usage {
				t.Errorf("%s: %s %s by %s: %v, %q, want %q", f[0], f[1], f[2], kind, err, out.String(), recordLines(string(expected)))
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(missed)) {
		t.Logf("missed: %s", id)
	}
	for _, id := range ambiguous {
		if !missed[id] {
			t.Errorf("%s is met: take it off the list", id)
		}
	}
	t.Logf("htslib regions/weird_names.tsv: matched %d / %d run / 0 not applicable", run-len(missed), run)
}

// The peer's tabix cases by our index, our scan, and for BED, which we do not
// query, by tabix with our index. The two rows that pack a file are not judged.
func TestTabixCasesConformance(t *testing.T) {
	dir, work := testkit.Shared(t, "conformance/htslib/tabix"), t.TempDir()
	vcfFile, bedFile := filepath.Join(work, "x.vcf.gz"), filepath.Join(work, "x.bed.gz")
	packedFile(t, filepath.Join(dir, "vcf_file.vcf"), vcfFile)
	packedFile(t, filepath.Join(dir, "bed_file.bed"), bedFile)
	tabix := testkit.Oracle(t, "tabix")
	indexed := func(path string, threads int) func() (string, error) {
		return func() (string, error) {
			_, err := reindex.File(context.Background(), path, reindex.Options{Force: true, Threads: threads})
			return "", err
		}
	}
	scanned := func(region string, threads int) func() (string, error) {
		return func() (string, error) {
			var out bytes.Buffer
			err := Run(context.Background(), Options{Path: vcfFile, Regions: []string{region}, Threads: threads, Out: &out, NoHeader: true})
			return out.String(), err
		}
	}
	peer := func(args ...string) func() (string, error) {
		return func() (string, error) {
			out, err := exec.Command(tabix, args...).Output()
			return string(out), err
		}
	}
	cases := []struct {
		id, expected string
		do           func() (string, error)
	}{
		{"tabix02", "", indexed(vcfFile, 1)},
		{"tabix03", "vcf_file.1.3000151.out", scanned("1:3000151-3000151", 1)},
		{"tabix04", "vcf_file.2.3199812.out", scanned("2:3199812-3199812", 1)},
		{"tabix14", "", indexed(bedFile, 1)},
		{"tabix15", "bed_file.Y.100200.out", peer(bedFile, "Y:100200-100200")},
		{"tabix19", "bed_file.separate.out", peer("--separate-regions", bedFile, "X:1100-1400", "Y:100000-100550", "Z:100000-100005")},
		{"tabix20", "", indexed(bedFile, 2)},
		{"tabix21", "vcf_file.1.3000151.out", scanned("1:3000151-3000151", 2)},
	}
	matched := 0
	for _, c := range cases {
		var want []byte
		if c.expected != "" {
			var err error
			if want, err = os.ReadFile(filepath.Join(dir, c.expected)); err != nil {
				t.Fatal(err)
			}
		}
		got, err := c.do()
		if err != nil || got != string(want) {
			t.Errorf("%s: %v, %q, want %q", c.id, err, got, want)
			continue
		}
		matched++
	}
	t.Logf("htslib tabix/cases.tsv: matched %d / %d run / 2 not applicable", matched, len(cases))
}
