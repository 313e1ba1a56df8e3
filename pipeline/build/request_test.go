package build

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"varpanel/hts/fault"
	"varpanel/internal/testkit"
	"varpanel/reference/panel"
)

// fails builds and expects an error of a kind that says every one of the words.
func fails(t *testing.T, o Options, kind fault.Kind, words ...string) {
	t.Helper()
	_, err := Build(context.Background(), o)
	if fault.KindOf(err) != kind {
		t.Fatalf("got %v, want an error of kind %d", err, kind)
	}
	for _, w := range words {
		if text := err.Error() + " " + fault.HintOf(err); !strings.Contains(text, w) {
			t.Errorf("%q is not said: %s", w, text)
		}
	}
	entries, err := os.ReadDir(filepath.Dir(o.Out))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.Contains(e.Name(), "building") {
			t.Errorf("the build left %s", e.Name())
		}
	}
}

func TestCodesOfTheDirectory(t *testing.T) {
	t.Parallel()
	fails(t, testOptions(t, "R9999.1"), fault.Usage, "neither", "R9999.1")
	// R127.2 is in the directory; the gene-panel table has no row for it.
	fails(t, testOptions(t, "R127.2"), fault.Input, "no row for R127.2", "Long QT syndrome")
	// R208 is no code, and no prefix of one either.
	fails(t, testOptions(t, "R208"), fault.Usage, "neither")
}

func TestGenesThatHGNCDoesNotKnow(t *testing.T) {
	t.Parallel()
	fails(t, listOptions(t, "BRCA1\nNOSUCHGENE\n"), fault.Input, "NOSUCHGENE: HGNC does not know this gene", "--allow-missing NOSUCHGENE")
	fails(t, listOptions(t, "HGNC:999999\n"), fault.Input, "HGNC:999999: HGNC has no such id")
	// RNF53 is an alias of BRCA1: a hint, never an answer.
	fails(t, listOptions(t, "RNF53\n"), fault.Input, "RNF53: HGNC does not know this gene", "alias of BRCA1 (HGNC:1100)")
	// HGNC:5304 was withdrawn; its symbol is today that of HGNC:4851.
	fails(t, listOptions(t, "HGNC:5304\n"), fault.Input, "HGNC has withdrawn this id")
	o := listOptions(t, "BRCA1\nNOSUCHGENE\n")
	o.AllowMissing = []string{"nosuchgene"}
	b, _ := mustBuild(t, o)
	if g := geneOf(t, b, "NOSUCHGENE"); g.State != panel.NotAssessed || len(g.Transcripts) > 0 || len(g.Notes) == 0 {
		t.Errorf("NOSUCHGENE: %+v", g)
	}
}

func TestAllowMissingNamesAGeneOfThePanel(t *testing.T) {
	t.Parallel()
	o := listOptions(t, "BRCA1\n")
	o.AllowMissing = []string{"BRCA11"}
	fails(t, o, fault.Usage, "BRCA11")
}

func TestOneGeneTwiceInAList(t *testing.T) {
	t.Parallel()
	// PNCA3 is a previous symbol of PALB2.
	fails(t, listOptions(t, "PALB2\nHGNC:26144\n"), fault.Input, "line 2", "PALB2 (HGNC:26144)", "line 1")
}

func TestPreviousSymbol(t *testing.T) {
	t.Parallel()
	// HGNC: SDHD was PGL and PGL1.
	b, _ := mustBuild(t, listOptions(t, "PGL1\n"))
	g := geneOf(t, b, "SDHD")
	if g.Asked != "PGL1" || g.Previous != "PGL1" || g.HGNCID != "HGNC:10683" {
		t.Errorf("got %+v", g)
	}
}

func TestListWithHeader(t *testing.T) {
	t.Parallel()
	o := listOptions(t, "gene\tconfidence\tmoi\tmode_of_pathogenicity\tpenetrance\ttranscript\n"+
		"HGNC:1100\t3\tMONOALLELIC, autosomal or pseudoautosomal, NOT imprinted\t.\tIncomplete\tNM_007294.4\n"+
		"STK11\t2\tBIALLELIC, autosomal or pseudoautosomal\tOther\t\t\n"+
		"TP53\t3\tsomething else\n")
	b, r := mustBuild(t, o)
	g := geneOf(t, b, "BRCA1")
	if g.MOI != panel.MonoallelicNotImprinted || g.Penetrance != "Incomplete" || g.ModeOfPathogenicity != "" || g.Confidence != "3" {
		t.Errorf("BRCA1 %+v", g)
	}
	if tr := g.Transcripts; len(tr) != 1 || tr[0].Why != whyLaboratory || tr[0].Accession != "NM_007294.4" {
		t.Errorf("BRCA1's transcripts %+v", tr)
	}
	if g := geneOf(t, b, "STK11"); g.MOI != panel.Biallelic || g.ModeOfPathogenicity != "Other" {
		t.Errorf("STK11 %+v", g)
	}
	if g := geneOf(t, b, "TP53"); g.MOI != panel.Unknown || g.MOIVerbatim != "something else" {
		t.Errorf("TP53 %+v", g)
	}
	if !slices.ContainsFunc(r.Manifest.Warnings, func(w string) bool { return strings.Contains(w, `"something else" is none of PanelApp's`) }) {
		t.Errorf("warnings %q", r.Manifest.Warnings)
	}
	if !slices.ContainsFunc(r.Messages, func(m string) bool { return strings.HasPrefix(m, "1 of 3 genes have no known mode") }) {
		t.Errorf("messages %q", r.Messages)
	}
}

func TestTranscriptsOfTheLaboratory(t *testing.T) {
	t.Parallel()
	o := listOptions(t, "gene\ttranscript\nBRCA1\tNM_007294.3\n")
	fails(t, o, fault.Input, "BRCA1", "NM_007294.3, it has NM_007294.4")
	o = listOptions(t, "BRCA1\n")
	o.Transcripts = write(t, "choice.tsv", "gene\ttranscript\nHGNC:1100\tENST00000357654\n")
	b, _ := mustBuild(t, o)
	if tr := geneOf(t, b, "BRCA1").Transcripts; len(tr) != 1 || tr[0].Why != whyLaboratory || tr[0].ID != "ENST00000357654.9" {
		t.Errorf("transcripts %+v", tr)
	}
}

func TestPlusClinicalThatTheModelLacks(t *testing.T) {
	t.Parallel()
	b, _ := mustBuild(t, listOptions(t, "CDKN2A\n"))
	g := geneOf(t, b, "CDKN2A")
	if g.State != panel.Assessed || len(g.Transcripts) != 2 {
		t.Fatalf("CDKN2A %+v", g)
	}
	if s := g.Transcripts[0]; s.Accession != "NM_000077.5" || s.ID != "ENST00000304494.10" || !s.Present || s.Why != whyMANE {
		t.Errorf("Select %+v", s)
	}
	if p := g.Transcripts[1]; p.Accession != "NM_058195.4" || p.Present || p.Why != whyPlus {
		t.Errorf("Plus Clinical %+v", p)
	}
}

const appAnswer = `{"id": 635, "name": "Inherited breast cancer", "version": "2.10", "strs": [], "regions": [], "genes": [
{"gene_data": {"hgnc_id": "HGNC:1100", "hgnc_symbol": "BRCA1"}, "entity_name": "BRCA1", "confidence_level": "3",
 "penetrance": "Incomplete", "mode_of_pathogenicity": null,
 "mode_of_inheritance": "BOTH monoallelic and biallelic (but BIALLELIC mutations cause a more SEVERE disease form), autosomal or pseudoautosomal"},
{"gene_data": {"hgnc_id": "HGNC:11998", "hgnc_symbol": "TP53"}, "entity_name": "TP53", "confidence_level": "3",
 "mode_of_inheritance": "MONOALLELIC, autosomal or pseudoautosomal, NOT imprinted"}]}`

func TestModesBesideATest(t *testing.T) {
	t.Parallel()
	o := testOptions(t, "R444.2")
	o.PanelApp = []string{write(t, "635.json", appAnswer)}
	b, r := mustBuild(t, o)
	if got := symbols(b); !slices.Equal(got, []string{"BRCA1", "BRCA2"}) {
		t.Errorf("the gene table decides membership, got %v", got)
	}
	g := geneOf(t, b, "BRCA1")
	if g.MOI != panel.BothMoreSevereBiallelic || g.Penetrance != "Incomplete" || len(g.Panels) != 2 || g.Panels[1].Version != "2.10" {
		t.Errorf("BRCA1 %+v", g)
	}
	if g := geneOf(t, b, "BRCA2"); g.MOI != panel.Unknown {
		t.Errorf("BRCA2 %+v", g)
	}
	if !slices.ContainsFunc(r.Messages, func(m string) bool { return strings.HasPrefix(m, "1 of 2 genes have no known mode") }) {
		t.Errorf("messages %q", r.Messages)
	}
}

func TestPanelApp(t *testing.T) {
	t.Parallel()
	o := references(t)
	o.PanelApp = []string{write(t, "635.json", appAnswer)}
	o.HGNC = "" // PanelApp's own ids and symbols stand in for the table
	b, _ := mustBuild(t, o)
	if got := symbols(b); !slices.Equal(got, []string{"BRCA1", "TP53"}) {
		t.Errorf("genes %v", got)
	}
	if p := b.Manifest.Panels; len(p) != 1 || p[0].ID != "635" || p[0].Version != "2.10" || b.Manifest.Name != "Inherited breast cancer 2.10" {
		t.Errorf("%s: panels %+v", b.Manifest.Name, p)
	}
}

// The panel's README: a real answer with 26 genes, 5 repeats and a region.
func TestRealPanelAppAnswer(t *testing.T) {
	t.Parallel()
	o := sharedReferences(t)
	o.PanelApp = []string{testkit.Shared(t, "data", "panels/panelapp_panel_90_brain_channelopathy_v1.80.json")}
	r, err := ask(&o)
	if err != nil {
		t.Fatal(err)
	}
	// jq counts 21 genes of confidence 3, and 5 below it.
	if len(r.genes) != 21 || !slices.Contains(r.messages, "5 PanelApp entries below confidence 3 were left out") {
		t.Errorf("%d genes, %q", len(r.genes), r.messages)
	}
	for _, g := range r.genes {
		o.AllowMissing = append(o.AllowMissing, g.name)
	}
	b, _ := mustBuild(t, o)
	if n := len(b.Panel.Regions); n != 1 || b.Panel.Regions[0].Assessed || b.Panel.Regions[0].Contig != "chrX" ||
		b.Panel.Regions[0].Start != 43654905 || b.Panel.Regions[0].End != 43882474 {
		t.Errorf("regions %+v", b.Panel.Regions)
	}
	if i := slices.IndexFunc(b.Panel.STRs, func(s panel.STR) bool { return s.Name == "ATN1_CAG" }); i < 0 ||
		b.Panel.STRs[i].Start != 6936716 || b.Panel.STRs[i].Pathogenic != "48" || b.Panel.STRs[i].Gene != "ATN1" {
		t.Errorf("repeats %+v", b.Panel.STRs)
	}
	if g := geneOf(t, b, "ADCY5"); g.MOI != panel.MonoallelicNotImprinted || g.HGNCID != "HGNC:236" || g.State != panel.NotAssessed {
		t.Errorf("ADCY5 %+v", g)
	}
}

func TestSuperpanelKeepsEachPanelsMode(t *testing.T) {
	t.Parallel()
	o := sharedReferences(t)
	o.PanelApp = []string{testkit.Shared(t, "data", "panels/panelapp_superpanel_842_cardiac_arrhythmias_v13.4.json.gz")}
	r, err := ask(&o)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(r.genes, func(w wanted) bool { return w.name == "HGNC:6294" })
	if i < 0 {
		t.Fatal("no KCNQ1")
	}
	// In the file: KCNQ1 is green on two child panels with two modes.
	ships := r.genes[i].memberships
	if len(ships) != 2 || ships[0].Panel != "Long QT syndrome" && ships[1].Panel != "Long QT syndrome" || ships[0].Panel == ships[1].Panel {
		t.Errorf("KCNQ1's panels %+v", ships)
	}
	m := &member{wanted: r.genes[i]}
	m.describe("GRCh38", nil)
	if m.MOI != panel.BothMoreSevereBiallelic || len(m.Notes) != 1 {
		t.Errorf("KCNQ1's mode is %s, notes %q", m.MOI, m.Notes)
	}
}

func TestHotspotsAreNormalised(t *testing.T) {
	t.Parallel()
	o := listOptions(t, "NPM1\nJAK2\n")
	o.AllowMissing = []string{"NPM1", "JAK2"}
	// NPM1 type A as a caller that does not left-align would write it.
	o.Hotspots = write(t, "hotspots.tsv", "name\tgene\tcontig\tpos\tref\talt\thgvs_p\tsource\n"+
		"JAK2 V617F\tJAK2\t9\t5073770\tG\tT\tp.(Val617Phe)\tlaboratory\n"+
		"NPM1 type A\tNPM1\tchr5\t171410543\tG\tGTCTG\t.\t.\n")
	b, _ := mustBuild(t, o)
	if len(b.Hotspots) != 2 || b.Hotspots[0].Contig != "chr9" || b.Hotspots[0].Pos != 5073769 {
		t.Fatalf("hotspots %+v", b.Hotspots)
	}
	// The issue gives the left-aligned spelling.
	if h := b.Hotspots[1]; h.Pos != 171410538 || h.Ref != "C" || h.Alt != "CTCTG" {
		t.Errorf("NPM1 type A is %d %s>%s", h.Pos+1, h.Ref, h.Alt)
	}
	in := slices.ContainsFunc(b.Regions, func(r recordOf) bool {
		return r.Contig == "chr9" && r.Start <= 5073764 && r.End >= 5073775
	})
	if !in {
		t.Errorf("JAK2 V617F and 5 bases beside it are in no region")
	}
}

func TestHotspotsThatDoNotFit(t *testing.T) {
	t.Parallel()
	header := "name\tgene\tcontig\tpos\tref\talt\n"
	o := listOptions(t, "BRCA1\n")
	o.Hotspots = write(t, "h.tsv", header+"off by one\tKRAS\t12\t25245349\tC\tT\n")
	fails(t, o, fault.Input, "off by one", "REF C is not what the FASTA has at chr12:25245349")
	o.Hotspots = write(t, "h.tsv", header+"somewhere\tX\tchr99\t1\tC\tT\n")
	fails(t, o, fault.Input, "no contig chr99")
	o.Hotspots = write(t, "h.tsv", header+"ATM\tATM\t11\t108229178\tC\tT\n")
	fails(t, o, fault.Input, "hotspot ATM: the FASTA has no sequence at chr11:108229178")
}

func TestTargets(t *testing.T) {
	t.Parallel()
	o := references(t)
	// Two targets of TP53 exons 7 and 8 and one of BRAF V600; one crosses into
	// bases that the FASTA lacks (BRAF exon 9).
	bed := "track name=x\n17\t7674180\t7674290\tTP53\n17\t7673700\t7673837\tTP53\n7\t140753330\t140753340\tBRAF_V600\n"
	o.Targets = write(t, "targets.bed", bed)
	b, _ := mustBuild(t, o)
	if got := symbols(b); !slices.Equal(got, []string{"BRAF", "TP53"}) {
		t.Errorf("genes %v", got)
	}
	if g := geneOf(t, b, "BRAF"); g.State != panel.Assessed {
		t.Errorf("BRAF is %s inside its target", g.State)
	}
	want := []string{"chr7 140753330 140753340 BRAF_V600", "chr17 7673700 7673837 TP53", "chr17 7674180 7674290 TP53"}
	var got []string
	for _, r := range b.Regions {
		got = append(got, strings.Join([]string{r.Contig, itoa(r.Start), itoa(r.End), r.Name}, " "))
	}
	if !slices.Equal(got, want) {
		t.Errorf("regions %q", got)
	}
	if len(b.Exons) != 3 || b.Exons[2].Gene != "TP53" || b.Exons[2].Number != 1 || b.Exons[1].Number != 2 {
		t.Errorf("exons %+v", b.Exons)
	}
	o.Out = filepath.Join(t.TempDir(), "lacking")
	o.Targets = write(t, "targets.bed", bed+"7\t140787548\t140787584\tBRAF_9\n")
	fails(t, o, fault.Input, "BRAF_9: 36 of 36 bases have no sequence in 1 of 1 targets")
	o.AllowMissing = []string{"BRAF"}
	b, _ = mustBuild(t, o)
	if g := geneOf(t, b, "BRAF"); g.State != panel.PartAssessed {
		t.Errorf("BRAF is %s", g.State)
	}
	o.Out = filepath.Join(t.TempDir(), "past")
	o.Targets = write(t, "targets.bed", "17\t83257400\t83257442\tend\n")
	fails(t, o, fault.Input, "ends at 83257442, chr17 has 83257441 bases")
}

func TestOutInTheWay(t *testing.T) {
	t.Parallel()
	o := listOptions(t, "STK11\n")
	if err := os.Mkdir(o.Out, 0o750); err != nil {
		t.Fatal(err)
	}
	mustBuild(t, o) // an empty folder is in nobody's way
	fails(t, o, fault.Usage, "in the way")
	o.Out = write(t, "file", "")
	fails(t, o, fault.Usage, "in the way")
}

func TestMissingInputs(t *testing.T) {
	t.Parallel()
	o := listOptions(t, "STK11\n")
	o.HGNC = filepath.Join(t.TempDir(), "hgnc.tsv")
	fails(t, o, fault.Input, "no such file")
	o = listOptions(t, "STK11\n")
	o.HGNC = ""
	fails(t, o, fault.Usage, "--hgnc")
}
