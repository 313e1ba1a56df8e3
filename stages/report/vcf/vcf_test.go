package vcf

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"varpanel/hts/bgzf"
	htsvcf "varpanel/hts/vcf"
	"varpanel/internal/testkit"
)

const csqFields = "Allele|Consequence|IMPACT|SYMBOL"

const headText = `##fileformat=VCFv4.2
##caller=<ID=x,Description="kept, as it is">
##INFO=<ID=DP,Number=1,Type=Integer,Description="depth; total">
##INFO=<ID=CSQ,Number=.,Type=String,Description="Format: Old|Fields">
##INFO=<ID=VP_OLD,Number=1,Type=String,Description="of another version">
##FILTER=<ID=LowQual,Description="low">
##FORMAT=<ID=GT,Number=1,Type=String,Description="genotype">
##FORMAT=<ID=AD,Number=R,Type=Integer,Description="reads">
##contig=<ID=chr10,length=133797422>
##contig=<ID=chr2,length=242193529>
#CHROM	POS	ID	REF	ALT	QUAL	FILTER	INFO	FORMAT	P1
`

func header(t *testing.T, text string) *htsvcf.Header {
	t.Helper()
	h := new(htsvcf.Header)
	for _, l := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		if _, err := h.Parse(l); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

// write writes the rows and gives the file's plain lines.
func write(t *testing.T, h *htsvcf.Header, rows []Row) (lines, removed []string) {
	t.Helper()
	var w, tbi bytes.Buffer
	removed, err := Write(&w, &tbi, h, csqFields, rows)
	if err != nil {
		t.Fatal(err)
	}
	r, err := bgzf.NewReader(&w, bgzf.Options{Name: "annotated"})
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(plain), "\n"), "\n"), removed
}

func row(line, tier, rule string, csq ...string) Row {
	return Row{Line: []byte(strings.ReplaceAll(line, " ", "\t")), Tier: tier, Rule: rule, CSQ: func(add func([]byte)) error {
		for _, entry := range csq {
			add([]byte(entry))
		}
		return nil
	}}
}

func TestWrite(t *testing.T) {
	lines, removed := write(t, header(t, headText), []Row{
		row("chrX 7 . A T . . . GT 1", "", "frequency/1"),
		row("chr2 500 rs1 C G 481.0200 PASS DP=7;VP_TIER=9;CSQ=a|b,c|d;VP_OLD=z;DB GT:AD 0/1:3,4", "1", "tier-1/2", "G|missense_variant|MODERATE|DMD", "G|intron_variant&x|MODIFIER|A,B;C=D E"),
		row("chr2 20 . C G 0 . DP=7 GT 0|1", "II", ""),
		row("chr2 20 . C A 0 . DP=7 GT:AD 1", "untiered", "rest/1"),
		row("chr10 900 . C <DEL> 0 LowQual;q DP=7 GT .", "", "symbolic/1"),
	})
	var records []string
	at := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, "#CHROM") })
	for _, l := range lines[at+1:] {
		records = append(records, strings.ReplaceAll(l, "\t", " "))
	}
	want := []string{
		"chr10 900 . C <DEL> 0 LowQual;q DP=7;VP_TIER=excluded;VP_RULE=symbolic/1 GT .",
		"chr2 20 . C A 0 . DP=7;VP_TIER=untiered;VP_RULE=rest/1 GT:AD 1",
		"chr2 20 . C G 0 . DP=7;VP_TIER=II GT 0|1",
		"chr2 500 rs1 C G 481.0200 PASS DP=7;DB;VP_TIER=1;VP_RULE=tier-1/2;CSQ=G|missense_variant|MODERATE|DMD,G|intron_variant&x|MODIFIER|A%2CB%3BC%3DD%20E GT:AD 0/1:3,4",
		"chrX 7 . A T . . VP_TIER=excluded;VP_RULE=frequency/1 GT 1",
	}
	if !slices.Equal(records, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(records, "\n"), strings.Join(want, "\n"))
	}
	if !slices.Equal(removed, []string{"CSQ", "VP_OLD", "VP_TIER"}) {
		t.Errorf("removed %v", removed)
	}
	text := strings.Join(lines[:at], "\n")
	for _, l := range []string{`##caller=<ID=x,Description="kept, as it is">`, `Format: ` + csqFields + `">`, "##contig=<ID=chrX>", "##INFO=<ID=VP_RULE,"} {
		if !strings.Contains(text, l) {
			t.Errorf("the header lacks %s", l)
		}
	}
	if strings.Contains(text, "Old|Fields") || strings.Contains(text, "VP_OLD") {
		t.Error("the header keeps lines of keys that were removed")
	}
}

// A derived allele names its parts, and what an earlier run wrote of them goes.
func TestDerived(t *testing.T) {
	r := row("chr2 500 . CG TT . PASS VP_DERIVED=old GT 0|1", "1", "r/1", "x")
	r.Derived = []string{"chr2:500:C:T", "chr2:501:G:T"}
	lines, removed := write(t, header(t, headText), []Row{r})
	want := "chr2 500 . CG TT . PASS VP_TIER=1;VP_RULE=r/1;VP_DERIVED=chr2:500:C:T,chr2:501:G:T;CSQ=x GT 0|1"
	if got := strings.ReplaceAll(lines[len(lines)-1], "\t", " "); got != want || !slices.Contains(removed, "VP_DERIVED") {
		t.Errorf("%s, removed %v", got, removed)
	}
}

func TestRefused(t *testing.T) {
	h := header(t, headText)
	for _, line := range []string{"chr2 20 . C G 0 . DP=7 GT", "chr2 x . C G 0 . DP=7 GT 0/1", ""} {
		var w, tbi bytes.Buffer
		if _, err := Write(&w, &tbi, h, csqFields, []Row{row(line, "1", "r")}); err == nil {
			t.Errorf("%q was written", line)
		}
	}
}

func TestRowsAreNotChanged(t *testing.T) {
	in := row("chr2 500 . C G 1 PASS CSQ=old GT 0/1", "1", "r", "new")
	before := string(in.Line)
	write(t, header(t, headText), []Row{in})
	if string(in.Line) != before {
		t.Error("Write changed a row")
	}
}

func TestEmpty(t *testing.T) {
	lines, _ := write(t, header(t, headText), nil)
	if !strings.HasPrefix(lines[len(lines)-1], "#CHROM") {
		t.Errorf("the last line is %q", lines[len(lines)-1])
	}
}

func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	var stderr bytes.Buffer
	cmd := exec.Command(testkit.Oracle(t, name), args...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %v: %v: %s", name, args, err, &stderr)
	}
	if stderr.Len() > 0 {
		t.Errorf("%s %v complains: %s", name, args, &stderr)
	}
	return string(out)
}

// TestReadByBcftools writes a file of many blocks and lets bcftools read it
// whole, by region through our index, and by CSQ field.
func TestReadByBcftools(t *testing.T) {
	testkit.Oracle(t, "bcftools")
	var rows []Row
	for i := range 6000 {
		contig := []string{"chr10", "chr2"}[i%2]
		ref, alt := "C", "G"
		if i%500 == 0 {
			alt += strings.Repeat("ACGT", 5000) // lines longer than some blocks have left
		}
		if i%700 == 0 {
			ref = "C" + strings.Repeat("T", 3000) // reaches over index windows
		}
		rows = append(rows, row(fmt.Sprintf("%s %d . %s %s 50 PASS DP=9 GT 0/1", contig, 1000+i*7919%3_000_017*40, ref, alt),
			"1", "tier-1/1", alt[:1]+"|missense_variant|MODERATE|G"+fmt.Sprint(i)))
	}
	path := filepath.Join(t.TempDir(), "a.vcf.gz")
	w, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	tbi, err := os.Create(path + ".tbi")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Write(w, tbi, header(t, headText), csqFields, rows); err != nil {
		t.Fatal(err)
	}
	for _, f := range []*os.File{w, tbi} {
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	whole := output(t, "bcftools", "view", "-H", path)
	if n := strings.Count(whole, "\n"); n != len(rows) {
		t.Errorf("bcftools reads %d records of %d", n, len(rows))
	}
	if got := output(t, "bcftools", "index", "--nrecords", path); strings.TrimSpace(got) != fmt.Sprint(len(rows)) {
		t.Errorf("the index counts %s records", got)
	}
	for _, region := range []string{"chr10:1-500000", "chr2:40000000-40500000", "chr2:119000000-", "chr10:1000-1000", "chr10"} {
		indexed := output(t, "bcftools", "view", "-H", "-r", region, path)
		linear := output(t, "bcftools", "view", "-H", "-t", region, "--targets-overlap", "1", path)
		if indexed != linear {
			t.Errorf("%s: %d bytes by index, %d by reading all", region, len(indexed), len(linear))
		}
	}
	symbols := output(t, "bcftools", "+split-vep", "-f", "%SYMBOL\n", path)
	if !strings.HasPrefix(symbols, "G") || strings.Count(symbols, "\n") != len(rows) {
		t.Errorf("split-vep reads %d symbols of %d", strings.Count(symbols, "\n"), len(rows))
	}
}
