package gene

import (
	"errors"
	"strings"
	"testing"

	"varpanel/hts/fault"
)

// custom is rows of HGNC's custom download of June 2023 (CC0).
const custom = "HGNC ID\tApproved symbol\tPrevious symbols\tAlias symbols\tAccession numbers\tRefSeq IDs\r\n" +
	"HGNC:1100\tBRCA1\t\tRNF53, BRCC1, PPP1R53, FANCS\tU14680\tNM_007294\r\n" +
	"HGNC:10683\tSDHD\tPGL, PGL1\tcybS\tAB006202\tNM_003002\r\n" +
	"HGNC:8900\tPGL1\t\t\t\t\r\n" + // withdrawn, which the dump does not say
	"HGNC:4851\tHTT\tHD\tIT15\tL12392\tNM_002111\r\n" +
	"HGNC:5304\tHTT\t\t\t\t\r\n" + // withdrawn
	"HGNC:42629\tDMD-AS1\t\t\t\t\r\n" + // bare and approved
	"HGNC:4056\tG6PC1\tG6PT, G6PC\t\tU01120\tNM_000151\r\n"

func read(t *testing.T, text string) *Table {
	t.Helper()
	table, err := Read(strings.NewReader(text), "hgnc.tsv")
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestResolve(t *testing.T) {
	table := read(t, "\ufeff"+custom)
	for name, want := range map[string]struct{ symbol, previous string }{
		"HGNC:1100": {"BRCA1", ""}, "BRCA1": {"BRCA1", ""}, "G6PC": {"G6PC1", "G6PC"}, "PGL1": {"SDHD", "PGL1"},
		"HTT": {"HTT", ""}, "DMD-AS1": {"DMD-AS1", ""}, "HD": {"HTT", "HD"},
	} {
		got, err := table.Resolve(name)
		if err != nil || got.Gene.Symbol != want.symbol || got.Previous != want.previous {
			t.Errorf("%s: %s, previous %q, %v", name, got.Gene.Symbol, got.Previous, err)
		}
	}
	if got, _ := table.Resolve("HTT"); got.Gene.HGNCID != "HGNC:4851" {
		t.Errorf("HTT is %s", got.Gene.HGNCID)
	}
	for name, words := range map[string][2]string{
		"RNF53": {"does not know", "alias of BRCA1 (HGNC:1100)"}, "brca1": {"does not know", ""},
		"HGNC:1": {"no such id", ""}, "HGNC:5304": {"withdrawn", "today that of HTT (HGNC:4851)"},
		"HGNC:8900": {"withdrawn", "previous one of SDHD"}, "": {"does not know", ""},
	} {
		_, err := table.Resolve(name)
		var u *Unknown
		if !errors.As(err, &u) || !strings.Contains(u.Why, words[0]) || !strings.Contains(u.Hint, words[1]) {
			t.Errorf("%s: %+v", name, u)
		}
	}
	if genes := table.ByRefSeq("NM_007294.4"); len(genes) != 1 || genes[0].Symbol != "BRCA1" {
		t.Errorf("NM_007294.4 is %v", genes)
	}
}

func TestPreviousSymbolOfTwo(t *testing.T) {
	table := read(t, "hgnc_id\tsymbol\tprev_symbol\tstatus\tensembl_gene_id\nHGNC:1\tA\tOLD|X\tApproved\tENSG1.2\nHGNC:2\tB\t\"OLD|Y\"\tApproved\t\nHGNC:3\tC\tZ\tEntry Withdrawn\t\n")
	var u *Unknown
	if _, err := table.Resolve("OLD"); !errors.As(err, &u) || !strings.Contains(u.Why, "A (HGNC:1), B (HGNC:2)") {
		t.Errorf("OLD: %v", err)
	}
	if r, err := table.Resolve("Y"); err != nil || r.Gene.Symbol != "B" {
		t.Errorf("Y: %v %v", r, err)
	}
	for _, name := range []string{"C", "Z", "HGNC:3"} {
		if _, err := table.Resolve(name); err == nil {
			t.Errorf("%s resolves though it is withdrawn", name)
		}
	}
	if genes := table.ByEnsembl("ENSG1"); len(genes) != 1 || genes[0].Symbol != "A" {
		t.Errorf("ENSG1 is %v", genes)
	}
}

func TestTablesThatAreNone(t *testing.T) {
	for text, want := range map[string]string{
		"": "empty", "gene\tid\n": "HGNC ID", "HGNC ID\tx\n": "Approved symbol",
		"HGNC ID\tApproved symbol\n1100\tBRCA1\n":                              "line 2",
		"HGNC ID\tApproved symbol\nHGNC:1100\t\n":                              "Approved symbol: missing",
		"HGNC ID\tApproved symbol\nHGNC:1\tA\nHGNC:2\tB\nHGNC:1\tC\n":          "line 4: HGNC:1 stands twice",
		"HGNC ID\tApproved symbol\n" + strings.Repeat("x", maxLine+1) + "\t\n": "token too long",
	} {
		_, err := Read(strings.NewReader(text), "hgnc.tsv")
		if fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v", text, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(custom)
	f.Fuzz(func(t *testing.T, text string) {
		table, err := Read(strings.NewReader(text), "x")
		if err != nil {
			return
		}
		for _, g := range table.genes {
			if r, err := table.Resolve(g.HGNCID); err == nil && r.Gene.HGNCID != g.HGNCID {
				t.Errorf("%s resolves to %s", g.HGNCID, r.Gene.HGNCID)
			}
		}
	})
}
