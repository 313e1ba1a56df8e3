package annotate

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"varpanel/hts/fault"
	"varpanel/internal/testkit"
)

// annotated runs the work of the command and gives its text.
func annotated(t *testing.T, o Options) (string, error) {
	t.Helper()
	var out bytes.Buffer
	o.Out, o.Warn = &out, func(string, ...any) {}
	err := Run(context.Background(), o)
	return out.String(), err
}

// records gives the INFO values of each record, by CHROM, POS, ID, REF and ALT
// and by how often that stood before.
func records(text string) map[string]map[string]string {
	out := map[string]map[string]string{}
	for line := range strings.Lines(text) {
		if line[0] == '#' {
			continue
		}
		c := strings.Split(strings.TrimRight(line, "\n"), "\t")
		key := strings.Join(c[:5], ":")
		for out[key] != nil {
			key += "+"
		}
		out[key] = map[string]string{}
		for field := range strings.SplitSeq(c[7], ";") {
			k, v, _ := strings.Cut(field, "=")
			out[key][k] = v
		}
	}
	return out
}

// same compares values; numbers to the four digits that vcfanno prints of a
// value that it read as a number in single precision.
func same(a, b string) bool {
	isSeparator := func(r rune) bool { return r == ',' || r == '|' }
	as, bs := strings.FieldsFunc(a, isSeparator), strings.FieldsFunc(b, isSeparator)
	if len(as) != len(bs) {
		return false
	}
	for i := range as {
		x, errX := strconv.ParseFloat(as[i], 64)
		y, errY := strconv.ParseFloat(bs[i], 64)
		if as[i] != bs[i] && (errX != nil || errY != nil || math.Abs(x-y) > math.Max(0.00006, 6e-4*math.Abs(x))) {
			return false
		}
	}
	return true
}

// alone are records whose allele the source has, as its trimmed spelling tells,
// and for which the peer gives nothing: it compares REF and ALT as they stand.
// Beside each is the source's place and spelling.
var alone = map[string]string{
	"chr17:43059469:.:CACA:C,CACAACA": "43059469 C>CACA",
	"chr17:43095587:.:A:C":            "43095587 AAAAC>CAAAC,A",
	"chr21:25449116:.:CAA:C,CA":       "25449116 CA>C",
	"chr21:25892046:.:TAA:TA,T":       "25892046 TA>T",
	"chr10:87961049:.:TT:T":           "87961048 CT>C",
	"chr21:25179951:.:TA:T":           "25179951 TA>T, spelled alike; the peer gives none where 25179951 TAA>T follows",
}

// found tells whether ours has all that the peer gives, and more.
func found(ours, theirs map[string]string) bool {
	for k, v := range theirs {
		if !same(ours[k], v) {
			return false
		}
	}
	return len(ours) > len(theirs)
}

// compare holds what we wrote against an oracle's, record by record and key by
// key, and gives how many values agree and how many there are.
func compare(t *testing.T, name, ours, theirs string) (matched, run int) {
	t.Helper()
	got, want := records(ours), records(theirs)
	if len(want) == 0 || len(got) != len(want) {
		t.Errorf("%s: %d records, the oracle has %d", name, len(got), len(want))
	}
	for key, values := range want {
		run++
		ok := len(got[key]) == len(values)
		for k, v := range values {
			ok = ok && same(got[key][k], v)
		}
		_, known := alone[key]
		if ok || known && found(got[key], values) {
			matched++
		} else {
			t.Logf("miss: %s: %s: %v, the oracle has %v", name, key, got[key], values)
		}
	}
	return matched, run
}

// TestVcfannoCases runs the peer's functional tests that need neither Lua nor a
// BAM file, against the full output of Debian's vcfanno, and those that tell
// what is refused.
func TestVcfannoCases(t *testing.T) {
	dir := testkit.Shared(t, "conformance/vcfanno")
	cases := []struct{ name, config, query string }{
		{"samples_kept", "tests/citest/conf.toml", "tests/citest/test.vcf"},
		{"cipos", "tests/citest/conf.toml", "tests/citest/test.vcf"},
		{"multiple_alts", "tests/data/multiple-alts.conf", "tests/data/multiple-alts.vcf.gz"},
		{"multiallelics_by_alt", "tests/multiple-alts/ma.conf", "tests/multiple-alts/ma-query.vcf"},
	}
	passed := 0
	for _, c := range cases {
		for _, threads := range []int{1, 4} {
			ours, err := annotated(t, Options{Path: filepath.Join(dir, c.query), Sources: absolute(t, dir, c.config), Threads: threads})
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
				continue
			}
			theirs, err := os.ReadFile(filepath.Join(dir, "oracle", c.name+".vcf"))
			if err != nil {
				t.Fatal(err)
			}
			if matched, run := compare(t, c.name, ours, string(theirs)); matched != run {
				t.Errorf("%s: %d of %d records", c.name, matched, run)
			} else if threads == 1 {
				passed++
			}
		}
	}
	query := filepath.Join(dir, "example", "query.vcf.gz")
	for name, text := range map[string]string{
		"lua_required":        "[[annotation]]\nfile = \"x.vcf.gz\"\nfields = [\"AC\"]\nops = [\"lua:mean(vals)\"]\n",
		"postanno_needs_type": "[[annotation]]\nfile = \"x.vcf.gz\"\nfields = [\"AC\"]\nops = [\"max\"]\n[[postannotation]]\nop = \"max\"\nname = \"nef\"\nfields = [\"xxx\"]\n",
	} {
		config := filepath.Join(t.TempDir(), "c.toml")
		if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := annotated(t, Options{Path: query, Sources: config}); fault.KindOf(err) != fault.Usage || out != "" {
			t.Errorf("%s: %v", name, err)
			continue
		}
		passed++
	}
	t.Logf("vcfanno cases: matched %d / %d run / %d not applicable (Lua and BAM, or vcfanno's own command line)", passed, len(cases)+2, 3)
}

// absolute copies a configuration with its files' paths made absolute: vcfanno
// takes them relative to the working folder or to -base-path.
func absolute(t *testing.T, dir, config string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, config))
	if err != nil {
		t.Fatal(err)
	}
	out := string(text)
	for line := range strings.SplitSeq(string(text), "\n") {
		name, ok := strings.CutPrefix(line, `file="`)
		if !ok {
			continue
		}
		name = strings.TrimSuffix(name, `"`)
		path := filepath.Join(dir, name)
		if _, err := os.Stat(path); err != nil {
			path = filepath.Join(dir, filepath.Dir(config), name)
		}
		out = strings.Replace(out, line, `file="`+path+`"`, 1)
	}
	to := filepath.Join(t.TempDir(), "sources.toml")
	if err := os.WriteFile(to, []byte(out), 0o600); err != nil {
		t.Fatal(err)
	}
	return to
}

// TestRealFilesAgainstVcfanno compares every record with Debian's vcfanno, on
// real calls and real sources: VCF, BED and a table of scores.
func TestRealFilesAgainstVcfanno(t *testing.T) {
	for _, program := range []string{"vcfanno", "bgzip", "tabix"} {
		testkit.Oracle(t, program)
	}
	data := testkit.Shared(t, "data")
	dir := t.TempDir()
	bed := filepath.Join(dir, "confident.bed.gz")
	command(t, "sh", "-c", fmt.Sprintf("sort -k1,1 -k2,2n %s/vcf/NA12878.chr21_APP.GRCh38.platinum_confident.bed | bgzip > %s && tabix -p bed %s", data, bed, bed))
	config := filepath.Join(dir, "c.toml")
	text := fmt.Sprintf(`
[[annotation]]
file = "%[1]s/annotation/GRCh38.BRCA1.1000g_phase3.af.vcf.gz"
fields = ["AF", "EUR_AF", "ID"]
names = ["kg_af", "kg_eur", "kg_id"]
ops = ["self", "self", "first"]

[[annotation]]
file = "%[1]s/annotation/GRCh38.chr21_25-26M.popfreq_1kg_gnomad.vcf.gz"
fields = ["AF_1KG", "AF_gnomADe", "AF_gnomADe", "AF_gnomADe", "AF_gnomADe"]
names = ["pop_1kg", "pop_max", "pop_mean", "pop_sum", "pop_flag"]
ops = ["self", "max", "mean", "sum", "flag"]

[[annotation]]
file = "%[1]s/annotation/GRCh38.common_snps.af.vcf.gz"
fields = ["AF"]
names = ["common_af"]
ops = ["self"]

[[annotation]]
file = "%[1]s/annotation/GRCh38.clinvar_20241215.plp_2star.vcf.gz"
fields = ["CLNSIG", "GENEINFO"]
names = ["clinvar_sig", "clinvar_gene"]
ops = ["concat", "uniq"]

[[annotation]]
file = "%[2]s"
columns = [3, 3, 2]
names = ["confident_n", "confident_end", "confident_start"]
ops = ["count", "max", "min"]
`, data, bed)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	matched, run := 0, 0
	for _, query := range []string{
		"vcf/NA12878.BRCA1.GRCh38.bcftools.vcf.gz", "vcf/NA12878.chr21_APP.GRCh38.platinum_truth.vcf.gz", "vcf/tumour.T001-COAD.GRCh38.somatic.vcf.gz",
		"annotation/GRCh38.cancer_hotspots_v2.vcf.gz",
	} {
		path := filepath.Join(data, query)
		ours, err := annotated(t, Options{Path: path, Sources: config, Threads: 3})
		if err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		m, n := compare(t, query, ours, command(t, "vcfanno", "-p", "2", config, path))
		matched, run = matched+m, run+n
		added := strings.Count(ours, "kg_af=") + strings.Count(ours, "pop_1kg=") + strings.Count(ours, "clinvar_sig=") + strings.Count(ours, "common_af=")
		t.Logf("%s: %d of %d records as vcfanno; %d values added", query, m, n, added)
		if added == 0 {
			t.Errorf("%s: nothing was added", query)
		}
	}
	t.Logf("vcfanno on real files: matched %d / %d run / 0 not applicable", matched, run)
	if matched != run {
		t.Errorf("%d records differ from vcfanno's", run-matched)
	}
}

func command(t *testing.T, name string, args ...string) string {
	t.Helper()
	c := exec.Command(name, args...)
	var problems bytes.Buffer
	c.Stderr = &problems
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s: %v: %s", name, err, problems.String())
	}
	return string(out)
}
