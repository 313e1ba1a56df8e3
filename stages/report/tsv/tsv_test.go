package tsv

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"varpanel/stages/report"
)

func load(t *testing.T, name string) *report.Report {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var r report.Report
	if err := json.Unmarshal(b, &r); err != nil {
		t.Fatal(err)
	}
	return &r
}

// lines gives a table's rows, split into cells, with the header first.
func lines(t *testing.T, table func(io.Writer, *report.Report) error, r *report.Report) [][]string {
	t.Helper()
	var b bytes.Buffer
	if err := table(&b, r); err != nil {
		t.Fatal(err)
	}
	text, ok := strings.CutSuffix(b.String(), "\n")
	if !ok {
		t.Fatal("the last line has no end")
	}
	var out [][]string
	for _, l := range strings.Split(text, "\n") {
		out = append(out, strings.Split(l, "\t"))
	}
	for i, row := range out {
		if len(row) != len(out[0]) {
			t.Fatalf("line %d has %d cells, the header %d", i+1, len(row), len(out[0]))
		}
	}
	return out
}

// TestColumns holds the tables against the contract's lists of columns
// (DESIGN.md, section 6); further columns may only follow.
func TestColumns(t *testing.T) {
	for _, c := range []struct {
		name  string
		table func(io.Writer, *report.Report) error
		want  string
	}{
		{"variants", Variants, "rank tier gene hgnc_id transcript hgvs_c hgvs_p consequence impact contig pos ref alt filter zygosity depth alt_depth vaf inheritance panel_moi population_af population_source clinvar_significance clinvar_stars classification points evidence rescue flags"},
		{"excluded", Excluded, "contig pos ref alt gene transcript hgvs_c hgvs_p consequence rule rule_version observed threshold filter"},
		{"genes", Genes, "gene transcript state length min mean median max pct_10x pct_20x pct_30x"},
		{"exons", Exons, "gene transcript exon contig start end length min mean median max pct_10x pct_20x pct_30x"},
		{"hotspots", Hotspots, "name gene contig pos hgvs_p status depth alt_depth vaf limit_of_detection ntc_depth ntc_alt_depth"},
	} {
		got := strings.Join(lines(t, c.table, load(t, "rare-positive"))[0], " ")
		if got != c.want && !strings.HasPrefix(got, c.want+" ") {
			t.Errorf("%s has columns\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

func TestRows(t *testing.T) {
	got := lines(t, Variants, load(t, "rare-positive"))[1]
	want := []string{"1", "1", "BRCA2", "HGNC:1101", "NM_000059.4", "c.5946del", "p.(Ser1982ArgfsTer22)",
		"frameshift_variant", "HIGH", "chr13", "32340300", "GT", "G", "PASS", "het", "61", "29", "0.475",
		"InheritedAutosomalDominant", "monoallelic_not_imprinted", "0.00027", "gnomad_exomes nfe", "Pathogenic", "3",
		".", ".", "ClinVar Pathogenic, 3 stars;high impact in a gene of the panel whose mode the genotype fits", "clinvar-plp", "."}
	if strings.Join(got, "\t") != strings.Join(want, "\t") {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	genes := lines(t, Genes, load(t, "rare-negative"))
	if got := strings.Join(genes[4], " "); got != "ATM . not assessed 0 . . . . . . . ." {
		t.Errorf("a gene that was not assessed reads %q", got)
	}
}

// TestGaps holds gaps.bed to BED's coordinates: the report's are 0-based
// half-open already.
func TestGaps(t *testing.T) {
	r := &report.Report{Coverage: &report.Coverage{Gaps: []report.Gap{{Contig: "chr17", Start: 99, End: 120, Gene: "BRCA1", HGVSc: "c.5_25", MinDepth: 3, MaxDepth: 19}}, Code: "mapq=20"}}
	got := lines(t, Gaps, r)
	if !strings.HasPrefix(got[0][0], "#") {
		t.Errorf("the header %q is no comment to a reader of BED", got[0])
	}
	if s := strings.Join(got[1], " "); s != "chr17 99 120 BRCA1 . . 3 19 c.5_25 mapq=20" {
		t.Errorf("got %q", s)
	}
	got = lines(t, GapTable, r)
	if s := strings.Join(got[1], " "); s != "BRCA1 . . c.5_25 chr17 100 120 21 3 19 mapq=20" {
		t.Errorf("gaps.tsv: got %q", s)
	}
}

func TestWithoutCoverage(t *testing.T) {
	for name, table := range map[string]func(io.Writer, *report.Report) error{
		"panel": Panel, "genes": Genes, "exons": Exons, "gaps": Gaps, "gap table": GapTable,
	} {
		var b bytes.Buffer
		if err := table(&b, new(report.Report)); err == nil || b.Len() > 0 {
			t.Errorf("%s without coverage wrote %d bytes, error %v", name, b.Len(), err)
		}
	}
}

func TestCell(t *testing.T) {
	for in, want := range map[string]string{
		"":                   ".",
		"SEPT9":              "SEPT9", // a gene's name never changes, whatever a spreadsheet makes of it
		"MARCH1":             "MARCH1",
		"1-2":                "1-2",
		"=1+1":               "'=1+1",
		"=HYPERLINK(\"a\")":  "'=HYPERLINK(\"a\")",
		"@SUM(A1)":           "'@SUM(A1)",
		"+cmd|' /C calc'!A0": "'+cmd|' /C calc'!A0",
		"-2+3":               "'-2+3",
		"  =1":               "'  =1",
		"＝1":                 "'＝1",
		"-1":                 "-1",
		"+0.5":               "+0.5",
		"-1.5e-05":           "-1.5e-05",
		"-Inf":               "'-Inf",
		"a\tb":               "a b",
		"a\r\nb":             "a  b",
		"\t=1":               "' =1",
		"a\u2028b":           "a b",
		"a\x00b":             "a b",
		"a\xffb":             "a\uFFFDb",
		"p.(Leu771=)":        "p.(Leu771=)",
	} {
		if got := cell(in); got != want {
			t.Errorf("cell(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestList(t *testing.T) {
	for _, c := range []struct {
		in   []string
		want string
	}{
		{nil, ""},
		{[]string{"", "a", "b"}, "a;b"},
		{[]string{"a;b", "c"}, "a,b;c"},
	} {
		if got := list(c.in); got != c.want {
			t.Errorf("list(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

// TestHostileValues puts what breaks tables into every text of a row.
func TestHostileValues(t *testing.T) {
	const evil = "=cmd\t\"x\"\r\n'\x00;"
	v := report.Variant{Tier: evil, Gene: evil, Transcript: evil, HGVSc: evil, Contig: evil, Ref: evil, Alt: evil,
		Filter: []string{evil, evil}, Flags: []string{evil}, Evidence: []string{evil}, Depth: evil}
	r := &report.Report{Variants: []report.Variant{v, v}}
	for i, row := range lines(t, Variants, r) {
		for j, c := range row {
			if strings.ContainsAny(c, "\r\x00") || strings.HasPrefix(c, "=") || c == "" {
				t.Errorf("line %d, cell %d is %q", i+1, j+1, c)
			}
		}
	}
}

func TestWriterFails(t *testing.T) {
	if err := Variants(full{}, load(t, "haem")); err == nil {
		t.Error("a full disk was not reported")
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }
