package panel

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"varpanel/hts/fault"
)

// The strings are PanelApp's own (panels/models/evaluation.py), then those that
// occur in real answers.
func TestParseMOI(t *testing.T) {
	for text, want := range map[string]MOI{
		"MONOALLELIC, autosomal or pseudoautosomal, NOT imprinted":                                                                                MonoallelicNotImprinted,
		"MONOALLELIC, autosomal or pseudoautosomal, maternally imprinted (paternal allele expressed)":                                             MonoallelicMaternallyImprinted,
		"MONOALLELIC, autosomal or pseudoautosomal, paternally imprinted (maternal allele expressed)":                                             MonoallelicPaternallyImprinted,
		"MONOALLELIC, autosomal or pseudoautosomal, imprinted status unknown":                                                                     Monoallelic,
		"BIALLELIC, autosomal or pseudoautosomal":                                                                                                 Biallelic,
		"BOTH monoallelic and biallelic, autosomal or pseudoautosomal":                                                                            Both,
		"BOTH monoallelic and biallelic (but BIALLELIC mutations cause a more SEVERE disease form), autosomal or pseudoautosomal":                 BothMoreSevereBiallelic,
		"X-LINKED: hemizygous mutation in males, biallelic mutations in females":                                                                  XLinkedBiallelic,
		"X-LINKED: hemizygous mutation in males, monoallelic mutations in females may cause disease (may be less severe, later onset than males)": XLinkedMonoallelic,
		"MITOCHONDRIAL": Mitochondrial, "Unknown": Unknown, "Other": Unknown, "": Unknown,
		"Other - please specifiy in evaluation comments":                         Unknown,
		"Other - please specify in evaluation comments":                          Unknown,
		"X linked: hemizygous mutation in males, biallelic mutations in females": XLinkedBiallelic,
		"MONOALLELIC, autosomal or pseudoautosomal":                              Monoallelic,
		"  biallelic,  AUTOSOMAL or pseudoautosomal ":                            Biallelic,
		"xlinked_monoallelic":                                                    XLinkedMonoallelic, "monoallelic_not_imprinted": MonoallelicNotImprinted,
	} {
		if got, known := ParseMOI(text); got != want || !known {
			t.Errorf("%q: %s, known %v", text, got, known)
		}
	}
	for _, text := range []string{
		"AD", "autosomal dominant", "BIALLELIC, mitochondrial", "MONOALLELIC, autosomal or pseudoautosomal, imprinted",
		"X-LINKED: something", "BOTH monoallelic and biallelic, X", ", biallelic", "biallelicx",
	} {
		if got, known := ParseMOI(text); got != Unknown || known {
			t.Errorf("%q: %s, known %v", text, got, known)
		}
	}
}

func TestJoinMOI(t *testing.T) {
	for _, c := range []struct {
		modes []MOI
		want  MOI
	}{
		{nil, Unknown}, {[]MOI{Unknown, Biallelic, Unknown, Biallelic}, Biallelic},
		{[]MOI{MonoallelicNotImprinted, Biallelic}, Both}, {[]MOI{Biallelic, Monoallelic}, Both},
		{[]MOI{MonoallelicNotImprinted, Monoallelic}, Monoallelic},
		{[]MOI{Biallelic, BothMoreSevereBiallelic}, BothMoreSevereBiallelic}, {[]MOI{Both, BothMoreSevereBiallelic}, BothMoreSevereBiallelic},
		{[]MOI{Biallelic, XLinkedBiallelic}, Unknown}, {[]MOI{MonoallelicMaternallyImprinted, Biallelic}, Unknown},
		{[]MOI{MonoallelicMaternallyImprinted, MonoallelicPaternallyImprinted}, Unknown},
		{[]MOI{XLinkedBiallelic, XLinkedMonoallelic}, Unknown}, {[]MOI{Mitochondrial, Mitochondrial}, Mitochondrial},
	} {
		if got := JoinMOI(c.modes); got != c.want {
			t.Errorf("%v: %s, want %s", c.modes, got, c.want)
		}
		slices.Reverse(c.modes)
		if got := JoinMOI(c.modes); got != c.want {
			t.Errorf("%v: %s, want %s", c.modes, got, c.want)
		}
	}
}

func TestGeneLists(t *testing.T) {
	got, err := ReadGeneList(strings.NewReader("\ufeff# ours\r\nBRCA1\r\n\r\n HGNC:1101 \r\n"), "l")
	want := []Listed{{Gene: "BRCA1", Line: 2}, {Gene: "HGNC:1101", Line: 4}}
	if err != nil || cmp.Diff(got, want) != "" {
		t.Errorf("%+v, %v", got, err)
	}
	got, err = ReadGeneList(strings.NewReader("transcript\tgene\tmoi\nNM_1.1; NM_2.1\tA\t.\n.\tB\tUnknown\n\tC\n"), "l")
	want = []Listed{{Gene: "A", Transcripts: []string{"NM_1.1", "NM_2.1"}, Line: 2}, {Gene: "B", MOIVerbatim: "Unknown", Line: 3}, {Gene: "C", Line: 4}}
	if err != nil || cmp.Diff(got, want) != "" {
		t.Errorf("%s, %v", cmp.Diff(got, want), err)
	}
	for text, want := range map[string]string{
		"": "no genes", "gene\n": "no genes", "BRCA1\tBRCA2\n": "line 1", "A\nA\n": "line 2: A stands in line 1 too",
		"gene\tmode\nA\tB\n": `unknown column "mode"`, "gene\tgene\n": "twice", "gene\tmoi\nA\tB\tC\n": "line 2: 3 columns",
		"gene\tmoi\n\tB\n": "line 2: gene: missing", "A,B\n": "not one gene",
	} {
		_, err := ReadGeneList(strings.NewReader(text), "l")
		if fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestPanelAppAnswersThatAreNone(t *testing.T) {
	for text, want := range map[string]string{
		"":                           "byte",
		`{"count":298,"results":[]}`: "panel list",
		`{"id":1}`:                   "name or version",
		`{"detail":"Not found."}`:    "name or version",
		`{"id":1,"name":"x","version":"1","genes":[{"gene_data":null,"entity_name":"G"}]}`:                              "genes[0] G: gene_data.hgnc_id",
		`{"id":1,"name":"x","version":"1","regions":[{"entity_name":"R","chromosome":"1","grch38_coordinates":[5,1]}]}`: "regions[0] R: grch38_coordinates",
		`{"id":1,"name":"x","version":"1","strs":[{"entity_name":"S","chromosome":"1","grch37_coordinates":[0,1]}]}`:    "strs[0] S: grch37_coordinates",
		`{"id":1,"name":"x","version":1.5,"genes":[]}`:                                                                  "version",
	} {
		_, err := ReadPanelApp(strings.NewReader(text), "p.json")
		if fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestEncodeAndDecode(t *testing.T) {
	p := &Panel{
		Genes: []Gene{
			{HGNCID: "HGNC:1", Symbol: "A<B&C", MOI: Both, Panels: []Membership{{Panel: "p", Version: "4.10"}}, Transcripts: []Transcript{{ID: "T.1", Present: true}}, NotAssessed: []Part{{Exon: 2, Start: 1, End: 3, Bases: 2}}},
			{HGNCID: "HGNC:2", Notes: []string{"n"}},
		},
		Regions: []Region{}, STRs: []STR{{Name: "s"}},
	}
	text, err := p.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(text), "\n") != 7 || !strings.Contains(string(text), "A<B&C") {
		t.Errorf("panel.json is\n%s", text)
	}
	got, err := Decode(text, "panel.json")
	if err != nil || cmp.Diff(got, p) != "" {
		t.Errorf("%v\n%s", err, cmp.Diff(got, p))
	}
	if _, err := Decode([]byte(`{"genes":[}`), "panel.json"); fault.KindOf(err) != fault.Input {
		t.Errorf("got %v", err)
	}
}

func FuzzReadPanelApp(f *testing.F) {
	f.Add(`{"id":1,"name":"x","version":"1","genes":[{"gene_data":{"hgnc_id":"HGNC:1","ensembl_genes":{"GRch38":{"90":{"ensembl_id":"E"}}}}}]}`)
	f.Fuzz(func(_ *testing.T, text string) { _, _ = ReadPanelApp(strings.NewReader(text), "x") })
}

func FuzzReadGeneList(f *testing.F) {
	f.Add("gene\tmoi\nA\tBIALLELIC, autosomal or pseudoautosomal\n")
	f.Fuzz(func(t *testing.T, text string) {
		rows, err := ReadGeneList(strings.NewReader(text), "x")
		if err == nil && len(rows) == 0 {
			t.Error("no genes and no error")
		}
		for _, r := range rows {
			if moi, known := ParseMOI(r.MOIVerbatim); !known && moi != Unknown {
				t.Errorf("%q is %s", r.MOIVerbatim, moi)
			}
		}
	})
}
