package vcf

import (
	"slices"
	"strings"
	"testing"
)

func readHeader(t testing.TB, text string) (*Header, error) {
	t.Helper()
	v, err := NewReader(strings.NewReader(text), "x.vcf")
	if err != nil {
		return nil, err
	}
	return v.Header(), nil
}

const someHeader = "##fileformat=VCFv4.2\n" +
	"##source=\"a, <b>\"\n" +
	"##FILTER=<ID=q10,Description=\"Below \\\"10\\\"\",IDX=1>\n" +
	"##INFO=<ID=DP,Number=1,Type=Integer,Description=\"Depth, all\",Source=\"x\",IDX=2>\n" +
	"##INFO=<ID=AF,Number=A,Type=Float,Description=\"AF\">\n" +
	"##FORMAT=<ID=GT,Number=1,Type=String,Description=\"GT\">\n" +
	"##contig=<ID=chr1,length=248956422,assembly=GRCh38>\n" +
	"##contig=<ID=HLA-A*01:01:01:01,length=3503>\n" +
	"##ALT=<ID=DEL,Description=\"Deletion\">\n" +
	"##odd line without equals sign\n" +
	"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tNA 1\tNA2\n"

func TestHeader(t *testing.T) {
	h, err := readHeader(t, someHeader)
	if err != nil {
		t.Fatal(err)
	}
	if h.Text() != someHeader {
		t.Errorf("written as %q", h.Text())
	}
	if h.Version != "4.2" || !slices.Equal(h.Samples, []string{"NA 1", "NA2"}) || h.SampleIndex("NA2") != 1 || h.SampleIndex("x") != -1 {
		t.Errorf("version %q, samples %q", h.Version, h.Samples)
	}
	if f, ok := h.Info("DP"); !ok || f != (Field{ID: "DP", Number: Count{'N', 1}, Type: "Integer", Description: "Depth, all"}) {
		t.Errorf("DP: %+v", f)
	}
	if f, ok := h.Info("AF"); !ok || f.Number.Kind != 'A' {
		t.Errorf("AF: %+v", f)
	}
	if f, ok := h.Filter("q10"); !ok || f.Description != `Below "10"` {
		t.Errorf("q10: %+v", f)
	}
	if c, ok := h.Contig("HLA-A*01:01:01:01"); !ok || c.Length != 3503 {
		t.Errorf("HLA contig: %+v", c)
	}
	if c := h.Contigs[0]; c != (Contig{"chr1", 248956422, "GRCh38"}) || h.ContigIndex("chr1") != 0 || h.ContigIndex("x") != -1 {
		t.Errorf("chr1: %+v", c)
	}
	if _, ok := h.FormatField("DP"); ok {
		t.Error("INFO and FORMAT are mixed")
	}
	if len(h.Problems) != 1 || h.Problems[0].Line != 10 {
		t.Errorf("problems: %+v", h.Problems)
	}
}

func TestHeaderRefuses(t *testing.T) {
	const columns = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
	for name, text := range map[string]string{
		"empty":              "",
		"no version":         columns + "\n",
		"version 3":          "##fileformat=VCFv3.3\n" + columns,
		"version 5":          "##fileformat=VCFv5.0\n" + columns,
		"version 4.10":       "##fileformat=VCFv4.10\n" + columns,
		"SAM":                "@HD\tVN:1.6\n",
		"two versions":       "##fileformat=VCFv4.2\n##fileformat=VCFv4.2\n" + columns,
		"cut":                "##fileformat=VCFv4.2\n##INFO=<ID=D",
		"no columns":         "##fileformat=VCFv4.2\n1\t10\t.\tA\tC\t.\t.\t.\n",
		"spaces":             "##fileformat=VCFv4.2\n" + strings.ReplaceAll(columns, "\t", " "),
		"seven columns":      "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\n",
		"sample, no FORMAT":  "##fileformat=VCFv4.2\n" + columns + "\tNA1",
		"one name twice":     "##fileformat=VCFv4.2\n" + columns + "\tFORMAT\tA\tB\tA",
		"no name":            "##fileformat=VCFv4.2\n" + columns + "\tFORMAT\tA\t\tB",
		"INFO without ID":    "##fileformat=VCFv4.2\n##INFO=<Number=1>\n" + columns,
		"contig without ID":  "##fileformat=VCFv4.2\n##contig=<length=1>\n" + columns,
		"length is no count": "##fileformat=VCFv4.2\n##contig=<ID=1,length=-5>\n" + columns,
	} {
		if _, err := readHeader(t, text); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestAddLine(t *testing.T) {
	h, err := readHeader(t, someHeader)
	if err != nil {
		t.Fatal(err)
	}
	const csq, af = `##INFO=<ID=CSQ,Number=.,Type=String,Description="x">`, `##INFO=<ID=AF,Number=1,Type=Float,Description="new">`
	for _, l := range []string{csq, af, "##varpanel=1"} {
		if err := h.AddLine(l); err != nil {
			t.Fatal(err)
		}
	}
	want := strings.Replace(someHeader, `##INFO=<ID=AF,Number=A,Type=Float,Description="AF">`, af, 1)
	want = strings.Replace(want, "#CHROM", csq+"\n##varpanel=1\n#CHROM", 1)
	if h.Text() != want {
		t.Errorf("written as %q", h.Text())
	}
	if f, ok := h.Info("AF"); !ok || f.Number != (Count{'N', 1}) {
		t.Errorf("AF: %+v", f)
	}
	if _, ok := h.Info("CSQ"); !ok || len(h.Samples) != 2 || h.SampleIndex("NA2") != 1 {
		t.Error("the header lost something")
	}
	for _, bad := range []string{"no line", "##INFO=<Number=1>", "##fileformat=VCFv4.2"} {
		if err := h.AddLine(bad); err == nil {
			t.Errorf("%q was added", bad)
		}
	}
	if h.Text() != want {
		t.Error("a refused line changed the header")
	}
}
