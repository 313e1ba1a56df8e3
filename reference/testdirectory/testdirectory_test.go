package testdirectory

import (
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"varpanel/hts/fault"
)

func testData(t *testing.T, name string) *os.File {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "testdata", "panels", name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func TestRealDirectory(t *testing.T) {
	d, err := ReadDirectory(testData(t, "nhs_rare_disease_test_directory_v6.json"), "v6.json")
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Indications) != 394 || d.Date != "231219" {
		t.Errorf("%d indications of %s", len(d.Indications), d.Date)
	}
	in, ok := d.Find("R208.1")
	if !ok || in.Name != "Inherited breast cancer and ovarian cancer" || in.Method != "Small panel" || len(in.Panels) != 1 || in.Panels[0] != "635" {
		t.Errorf("R208.1 %+v", in)
	}
	if in, _ := d.Find("R444.2"); len(in.Panels) != 2 || in.Panels[0] != "HGNC:1100" || in.Method != "Small panel" {
		t.Errorf("R444.2 %+v", in)
	}
	if in, ok := d.Find("R14.1"); !ok || len(in.Panels) != 0 {
		t.Errorf("R14.1 %+v", in)
	}
	if _, ok := d.Find("R208"); ok {
		t.Error("R208 is a code")
	}
}

func TestRealGenePanels(t *testing.T) {
	z, err := gzip.NewReader(testData(t, "nhs_genepanels.tsv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	g, err := ReadGenePanels(z, "genepanels.tsv")
	if err != nil {
		t.Fatal(err)
	}
	// panels/README.md: 20,344 rows of 280 indications; R208.1 has 7 genes,
	// R367.1 four, R67.1 144.
	indications := make(map[string]bool)
	for _, m := range g.members {
		indications[m.Indication] = true
	}
	if len(g.members) != 20344 || len(indications) != 280 {
		t.Errorf("%d rows of %d indications", len(g.members), len(indications))
	}
	for code, want := range map[string]int{"R208.1": 7, "R367.1": 4, "R67.1": 144, "R67": 0, "R9999.1": 0} {
		if got := len(g.Members(code)); got != want {
			t.Errorf("%s has %d genes, want %d", code, got, want)
		}
	}
	if m := g.Members("R367.1")[0]; m.Panel != "Inherited pancreatic cancer" || m.Version != "2.0" {
		t.Errorf("R367.1 %+v", m)
	}
}

func TestSplitVersion(t *testing.T) {
	for text, want := range map[string][2]string{
		"Inherited pancreatic cancer_2.0": {"Inherited pancreatic cancer", "2.0"},
		"HGNC:1100_SG_panel_1.0.0":        {"HGNC:1100_SG_panel", "1.0.0"},
		"HGNC:1100_SG_panel":              {"HGNC:1100_SG_panel", ""},
		"panel":                           {"panel", ""}, "panel_": {"panel_", ""}, "": {"", ""},
	} {
		if panel, version := splitVersion(text); panel != want[0] || version != want[1] {
			t.Errorf("%q: %q %q", text, panel, version)
		}
	}
}

func TestFilesThatAreNone(t *testing.T) {
	for text, want := range map[string]string{
		"": "byte", "[]": "parsed test directory", "{}": "indications",
		`{"indications":[{"name":"x"}]}`:                    "no code",
		`{"indications":[{"code":"R1.1"},{"code":"R1.1"}]}`: "R1.1 stands twice",
		`{"indications":[{"code":"R1.1","panels":[1]}]}`:    "panels",
	} {
		_, err := ReadDirectory(strings.NewReader(text), "d.json")
		if fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
	for text, want := range map[string]string{
		"": "no rows", "a\tb\n": "line 1: 2 columns", "a\tb\tBRCA1\n": "line 1: column 3", "\tb\tHGNC:1\n": "column 1",
	} {
		_, err := ReadGenePanels(strings.NewReader(text), "g.tsv")
		if fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzReadDirectory(f *testing.F) {
	f.Add(`{"td_source":"x","indications":[{"code":"R1.1","panels":["1",null]}]}`)
	f.Fuzz(func(_ *testing.T, text string) {
		if d, err := ReadDirectory(strings.NewReader(text), "x"); err == nil {
			d.Find("R1.1")
		}
	})
}

func FuzzReadGenePanels(f *testing.F) {
	f.Add("R1.1_x_P\tpanel_1.0\tHGNC:1\n")
	f.Fuzz(func(_ *testing.T, text string) {
		if g, err := ReadGenePanels(strings.NewReader(text), "x"); err == nil {
			g.Members("R1.1")
		}
	})
}
