package build

import (
	"bufio"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/internal/testkit"
	"varpanel/reference/bundle"
	"varpanel/reference/panel"
)

// testData gives a file of the repository's test data.
func testData(t testing.TB, name string) string {
	t.Helper()
	return filepath.Join(testkit.Root(t), "testdata", filepath.FromSlash(name))
}

// fewRows reads, once, the rows of the HGNC table that the tests ask for which
// need not read 48,859 rows each.
var fewRows = sync.OnceValues(func() (string, error) {
	f, err := open(filepath.Join("..", "..", "testdata", "genes", "hgnc_20230613.tsv.gz"), bgzf.Options{})
	if err != nil {
		return "", err
	}
	defer f.Close()
	symbols := []string{
		"Approved symbol", "BRCA1", "BRCA2", "PALB2", "TP53", "STK11", "CDKN2A", "SDHD", "PGL1", "TIMM8B", "BRAF", "KRAS",
		"NPM1", "JAK2", "DMD", "HTT", "ATM", "CHEK2", "RAD51C", "RAD51D",
	}
	var rows strings.Builder
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if cells := strings.Split(lines.Text(), "\t"); slices.Contains(symbols, cells[1]) {
			rows.WriteString(lines.Text() + "\n")
		}
	}
	return rows.String(), lines.Err()
})

func someHGNC(t testing.TB) string {
	t.Helper()
	text, err := fewRows()
	if err != nil {
		t.Fatal(err)
	}
	return write(t, "hgnc.tsv", text)
}

// references are those of the acceptance cases.
func references(t testing.TB) Options {
	return Options{
		Genes: testData(t, "genes/GRCh38.test.gff3.gz"),
		FASTA: testData(t, "reference/GRCh38.test.fa.gz"),
		HGNC:  someHGNC(t),
		MANE:  testData(t, "genes/mane_select_plus_clinical.csv.gz"),

		MinConfidence: DefaultConfidence, Padding: DefaultPadding, Version: "test", Threads: 2,
		Out: filepath.Join(t.TempDir(), "bundle"),
	}
}

// sharedReferences are the whole gene model and every region with sequence.
func sharedReferences(t testing.TB) Options {
	o := references(t)
	o.HGNC = testData(t, "genes/hgnc_20230613.tsv.gz")
	o.Genes = testkit.Shared(t, "data", "genes/GRCh38.ensembl110.canonical.gff3.gz")
	o.FASTA = testkit.Shared(t, "data", "reference/GRCh38.regions.fa.gz")
	return o
}

func testOptions(t testing.TB, code string) Options {
	o := references(t)
	o.HGNC = testData(t, "genes/hgnc_20230613.tsv.gz")
	o.Test = code
	o.Directory = testData(t, "panels/nhs_rare_disease_test_directory_v6.json")
	o.GenePanels = testData(t, "panels/nhs_genepanels.tsv.gz")
	return o
}

func listOptions(t testing.TB, list string) Options {
	o := references(t)
	o.GeneList = write(t, "genes.tsv", list)
	return o
}

func write(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// mustBuild builds and opens a bundle.
func mustBuild(t testing.TB, o Options) (*bundle.Bundle, *Result) {
	t.Helper()
	r, err := Build(context.Background(), o)
	if err != nil {
		t.Fatalf("%v (hint: %s)", err, fault.HintOf(err))
	}
	b, err := bundle.Open(r.Dir, bgzf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if b.Digest != r.Digest {
		t.Errorf("Open gives the digest %s, Build %s", b.Digest, r.Digest)
	}
	return b, r
}

func symbols(b *bundle.Bundle) []string {
	var names []string
	for _, g := range b.Panel.Genes {
		names = append(names, g.Symbol)
	}
	slices.Sort(names)
	return names
}

func geneOf(t testing.TB, b *bundle.Bundle, symbol string) panel.Gene {
	t.Helper()
	for _, g := range b.Panel.Genes {
		if g.Symbol == symbol {
			return g
		}
	}
	t.Fatalf("the panel has no %s", symbol)
	return panel.Gene{}
}

func TestTestsThatBuildWhole(t *testing.T) {
	t.Parallel()
	for code, want := range map[string][]string{
		"R212.1": {"STK11"}, "R292.1": {"NAGLU"}, "R73.1": {"DMD"},
		"R367.1": {"BRCA1", "BRCA2", "CDKN2A", "PALB2"}, "R444.2": {"BRCA1", "BRCA2"},
	} {
		t.Run(code, func(t *testing.T) {
			b, _ := mustBuild(t, testOptions(t, code))
			if got := symbols(b); !slices.Equal(got, want) {
				t.Errorf("genes %v, want %v", got, want)
			}
			for _, g := range b.Panel.Genes {
				if g.State != panel.Assessed || len(g.NotAssessed) > 0 {
					t.Errorf("%s is %s", g.Symbol, g.State)
				}
				if g.JoinedBy != joinedByRefSeq {
					t.Errorf("%s was joined by %s", g.Symbol, g.JoinedBy)
				}
			}
			if b.Manifest.Test.Code != code || b.Manifest.Test.Indication == "" || b.Manifest.Assembly != "GRCh38" {
				t.Errorf("test %+v", b.Manifest.Test)
			}
		})
	}
}

func TestR208NamesWhatItLacks(t *testing.T) {
	t.Parallel()
	o := testOptions(t, "R208.1")
	_, err := Build(context.Background(), o)
	if fault.KindOf(err) != fault.Input {
		t.Fatalf("got %v", err)
	}
	// The coding lengths are those of the MANE Select CDS, stop codon included:
	// ATM 3,056 aa, CHEK2 543, RAD51C 376, RAD51D 328.
	for gene, bases := range map[string]string{"ATM": "9,171", "CHEK2": "1,632", "RAD51C": "1,131", "RAD51D": "987"} {
		if want := gene + " ("; !strings.Contains(err.Error(), want) {
			t.Errorf("%s is not named: %v", gene, err)
		}
		if want := bases + " of " + bases + " coding bases have no sequence"; !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %q is not said: %v", gene, want, err)
		}
	}
	for _, gene := range []string{"BRCA1", "BRCA2", "PALB2"} {
		if strings.Contains(err.Error(), gene) {
			t.Errorf("%s is named: %v", gene, err)
		}
	}
	if entries, _ := os.ReadDir(filepath.Dir(o.Out)); len(entries) > 0 {
		t.Errorf("the failed build left %v", entries)
	}
	o.AllowMissing = []string{"ATM", "CHEK2", "RAD51C"}
	if _, err = Build(context.Background(), o); fault.KindOf(err) != fault.Input || strings.Contains(err.Error(), "ATM") || !strings.Contains(err.Error(), "RAD51D") {
		t.Fatalf("with three allowed: %v", err)
	}
	o.AllowMissing = append(o.AllowMissing, "RAD51D")
	b, _ := mustBuild(t, o)
	for _, g := range b.Panel.Genes {
		want := panel.Assessed
		if slices.Contains(o.AllowMissing, g.Symbol) {
			want = panel.NotAssessed
		}
		if g.State != want {
			t.Errorf("%s is %s", g.Symbol, g.State)
		}
		if missing := len(g.NotAssessed) > 0; missing != (want == panel.NotAssessed) {
			t.Errorf("%s lists %d parts", g.Symbol, len(g.NotAssessed))
		}
	}
	bases := 0
	for _, p := range geneOf(t, b, "ATM").NotAssessed {
		bases += p.Bases
	}
	if bases != 9171 {
		t.Errorf("ATM's parts have %d coding bases, want 9171", bases)
	}
}

func TestBRAFIsPartAssessed(t *testing.T) {
	t.Parallel()
	o := listOptions(t, "BRAF\n")
	_, err := Build(context.Background(), o)
	if fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "BRAF: 1,177 of 2,301 coding bases have no sequence (NM_004333.6 exons 1-9)") {
		t.Fatalf("got %v", err)
	}
	o.AllowMissing = []string{"BRAF"}
	b, _ := mustBuild(t, o)
	g := geneOf(t, b, "BRAF")
	if g.State != panel.PartAssessed || g.HGNCID != "HGNC:1097" {
		t.Errorf("BRAF (%s) is %s", g.HGNCID, g.State)
	}
	// BRAF-220 has no MANE tag in the model: its RefSeq Select of equal span
	// names it.
	if tr := g.Transcripts[0]; tr.Accession != "NM_004333.6" || tr.NamedBy != "refseq-by-span" {
		t.Errorf("transcript %+v", tr)
	}
	have, lack := 0, 0
	for _, e := range b.Exons {
		switch e.State {
		case panel.NotAssessed:
			lack += e.End - e.Start
			if e.Number > 9 {
				t.Errorf("exon %d is not assessed", e.Number)
			}
		default:
			have += e.End - e.Start
		}
	}
	// NM_004333.6 codes 766 amino acids and a stop; the FASTA begins inside the
	// intron before exon 10, which leaves 49 % (48.8 %) of it.
	if have != 1124 || lack != 1177 {
		t.Errorf("%d coding bases with sequence, %d without", have, lack)
	}
}
