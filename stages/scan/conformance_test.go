package scan

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"varpanel/internal/testkit"
)

// The region queries of bcftools' and htslib's own suites, each by .tbi, .csi,
// without an index and from standard input. An expected file's records are told
// by CHROM, POS, REF and ALT.
func TestPeersRegionCases(t *testing.T) {
	bcftools, htslib := "conformance/bcftools/data/", "conformance/htslib/tabix/"
	weird := func(contig string, upTo int) map[string][]Interval { return map[string][]Interval{contig: {{0, upTo}}} }
	twice := func(contig string) map[string][]Interval { return map[string][]Interval{contig: {{1, 2}, {0, 1}}} }
	cases := []struct {
		ids     string
		in, out string
		regions map[string][]Interval
	}{
		{"bcf00001", bcftools + "merge.a.vcf", bcftools + "tabix.2.3199812.out", map[string][]Interval{"2": {{3199811, 3199812}}}},
		{"tabix03", htslib + "vcf_file.vcf", htslib + "vcf_file.1.3000151.out", map[string][]Interval{"1": {{3000150, 3000151}}}},
		{"tabix04", htslib + "vcf_file.vcf", htslib + "vcf_file.2.3199812.out", map[string][]Interval{"2": {{3199811, 3199812}}}},
		{"bcf00645 sr01", bcftools + "weird-chr-names.vcf", bcftools + "weird-chr-names.1.out", weird("1", 1<<29)},
		{"bcf00647 sr02", bcftools + "weird-chr-names.vcf", bcftools + "weird-chr-names.1.out", weird("1", 2)},
		{"bcf00649 sr03", bcftools + "weird-chr-names.vcf", bcftools + "weird-chr-names.1.out", twice("1")},
		{"bcf00651 sr04", bcftools + "weird-chr-names.vcf", bcftools + "weird-chr-names.2.out", weird("1", 1)},
		{"bcf00653 sr05", bcftools + "weird-chr-names.vcf", bcftools + "weird-chr-names.3.out", weird("1:1", 1<<29)},
		{"bcf00655 sr06", bcftools + "weird-chr-names.vcf", bcftools + "weird-chr-names.3.out", weird("1:1", 2)},
		{"bcf00657 sr07", bcftools + "weird-chr-names.vcf", bcftools + "weird-chr-names.3.out", twice("1:1")},
		{"bcf00659", bcftools + "weird-chr-names.vcf", bcftools + "weird-chr-names.4.out", weird("1:1", 1)},
		{"bcf00661", bcftools + "weird-chr-names.vcf", bcftools + "weird-chr-names.5.out", weird("1:1-1", 1<<29)},
		{"bcf00663", bcftools + "weird-chr-names.vcf", bcftools + "weird-chr-names.5.out", weird("1:1-1", 2)},
		{"bcf00665", bcftools + "weird-chr-names.vcf", bcftools + "weird-chr-names.5.out", twice("1:1-1")},
		{"bcf00667", bcftools + "weird-chr-names.vcf", bcftools + "weird-chr-names.6.out", weird("1:1-1", 1)},
		{"bcf00715 bcf00716", bcftools + "idx.2.vcf", bcftools + "idx.2.out",
			map[string][]Interval{"1": {{1172776, 1172804}, {1172805, 1172808}}}},
		{"bcf00723", bcftools + "overlap.vcf", bcftools + "overlap.1.out", map[string][]Interval{"chr1": {{99, 200}}}},
		{"bcf00847", bcftools + "regions.vcf", bcftools + "regions.out", nil},
	}
	matched := 0
	for _, c := range cases {
		text, err := os.ReadFile(testkit.Shared(t, c.in))
		if err != nil {
			t.Fatal(err)
		}
		expected, err := os.ReadFile(testkit.Shared(t, c.out))
		if err != nil {
			t.Fatal(err)
		}
		if c.regions == nil {
			c.regions = readTab(t, testkit.Shared(t, bcftools+"regions.tab"))
		}
		want := told(string(expected))
		dir := t.TempDir()
		tbi, csi, plain := filepath.Join(dir, "t.vcf.gz"), filepath.Join(dir, "c.vcf.gz"), filepath.Join(dir, "p.vcf")
		compress(t, tbi, string(text), 5000)
		compress(t, csi, string(text), 5000)
		testkit.Run(t, "tabix", "-p", "vcf", tbi)
		testkit.Run(t, "tabix", "-C", "-p", "vcf", csi)
		if err := os.WriteFile(plain, text, 0o600); err != nil {
			t.Fatal(err)
		}
		ok := true
		for _, o := range []Options{{Path: tbi}, {Path: csi}, {Path: plain}, {Path: "-", In: strings.NewReader(string(text))}} {
			o.Regions = c.regions
			got, err := records(t, o)
			if g := told(strings.Join(got, "\n")); err != nil || !slices.Equal(g, want) {
				t.Errorf("%s by %s: %q, want %q (%v)", c.ids, filepath.Base(o.Path), g, want, err)
				ok = false
			}
		}
		if ok {
			matched++
		}
	}
	t.Logf("region queries of bcftools and htslib: matched %d / %d run / 0 not applicable", matched, len(cases))
}

// told gives CHROM, POS, REF and ALT of VCF lines, or of lines that have only
// these.
func told(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		switch {
		case line[0] == '#' || len(f) < 3:
		case len(f) == 3: // "CHROM POS REF,ALT"
			out = append(out, strings.Join(f, " "))
		default:
			out = append(out, fmt.Sprintf("%s %s %s,%s", f[0], f[1], f[3], f[4]))
		}
	}
	return out
}

// readTab reads regions of 1-based closed positions.
func readTab(t *testing.T, path string) map[string][]Interval {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]Interval{}
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line)
		from, err1 := strconv.Atoi(f[1])
		to, err2 := strconv.Atoi(f[2])
		if err1 != nil || err2 != nil {
			t.Fatal(line)
		}
		out[f[0]] = append(out[f[0]], Interval{from - 1, to})
	}
	return out
}
