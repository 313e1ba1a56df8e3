package build

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"varpanel/hts/fasta"
	"varpanel/hts/fault"
	"varpanel/reference/panel"
)

// writeFASTA writes made-up contigs in the order given.
func writeFASTA(t *testing.T, contigs ...[2]string) string {
	t.Helper()
	base := filepath.Join(t.TempDir(), "made-up.fa.gz")
	var files []*os.File
	for _, suffix := range []string{"", ".fai", ".gzi"} {
		f, err := os.Create(base + suffix)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		files = append(files, f)
	}
	w := fasta.NewWriter(files[0], files[1], files[2])
	for _, c := range contigs {
		if err := w.Begin(c[0], len(c[1])); err != nil {
			t.Fatal(err)
		}
		if err := w.Bases([]byte(c[1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return base
}

// gff writes a gene of one transcript with one exon, coding throughout; start
// and end are 1-based.
func gff(contig, symbol string, start, end int, tags string) string {
	id := "ENSG0" + symbol
	row := func(kind, attributes string) string {
		return fmt.Sprintf("%s\tmade_up\t%s\t%d\t%d\t.\t+\t%s\t%s\n", contig, kind, start, end, map[bool]string{true: "0", false: "."}[kind == "CDS"], attributes)
	}
	return row("gene", "ID=gene:"+id+";Name="+symbol+";biotype=protein_coding;gene_id="+id) +
		row("mRNA", "ID=transcript:T"+symbol+";Parent=gene:"+id+";Name="+symbol+"-201;biotype=protein_coding;transcript_id=T"+symbol+tags) +
		row("exon", "Parent=transcript:T"+symbol+";rank=1") +
		row("CDS", "ID=CDS:T"+symbol+";Parent=transcript:T"+symbol)
}

// madeUp gives options over made-up references with one contig, 1, of 3,000
// bases: A's with an ORF at each of the places below.
func madeUp(t *testing.T, genes, hgnc, list string) Options {
	seq := []byte(strings.Repeat("A", 3000))
	for start, orf := range map[int]string{
		101:  "ATGGCTGCTTGCTAA", // whole: 101-115
		201:  "ATGGCTTAAGCTTAA", // an inner TAA
		301:  "ATGGCTTGAGCTTAA", // an inner TGA
		401:  "CTGGCTGCTTGCTAA", // begins with CTG
		501:  "ATGGCTGCTTGCTAA",
		1001: "ATGGCTGCTTGCTAA",
	} {
		copy(seq[start-1:], orf)
	}
	seq[1003] = 'N' // a base without sequence inside the last one
	o := references(t)
	o.MANE = ""
	o.FASTA = writeFASTA(t, [2]string{"1", string(seq)}, [2]string{"2", strings.Repeat("N", 100)})
	o.Assembly = "GRCh38"
	o.Genes = write(t, "model.gff3", "##gff-version 3\n"+genes)
	o.HGNC = write(t, "hgnc.tsv", "HGNC ID\tApproved symbol\tPrevious symbols\tAlias symbols\tAccession numbers\tRefSeq IDs\tEnsembl gene ID\n"+hgnc)
	o.GeneList = write(t, "list.txt", list)
	return o
}

func TestBrokenGenesOfThePanel(t *testing.T) {
	t.Parallel()
	hgnc := "HGNC:1\tSTOPPY\t\t\tX\t\t\nHGNC:2\tSELENON\t\t\tX\t\t\nHGNC:3\tCUGGY\t\t\tX\t\t\nHGNC:4\tBEYOND\t\t\tX\t\t\nHGNC:5\tGOOD\t\t\tX\t\t\n"
	model := gff("1", "STOPPY", 201, 215, "") + gff("1", "SELENON", 301, 315, "") + gff("1", "CUGGY", 401, 415, "") +
		gff("1", "BEYOND", 2990, 3004, "") + gff("1", "GOOD", 101, 115, "")
	o := madeUp(t, model, hgnc, "GOOD\nSTOPPY\nBEYOND\n")
	o.AllowMissing = []string{"STOPPY", "BEYOND"} // nothing lets these pass
	fails(t, o, fault.Input, "STOPPY: the CDS of TSTOPPY has 1 inner stop", "BEYOND: TBEYOND ends at 1:3004, the contig has 3000 bases")

	o = madeUp(t, model, hgnc, "SELENON\nCUGGY\nGOOD\n")
	b, _ := mustBuild(t, o)
	if g := geneOf(t, b, "SELENON"); g.State != panel.Assessed || len(g.Notes) != 1 || !strings.Contains(g.Notes[0], "selenocysteine") {
		t.Errorf("SELENON %+v", g)
	}
	if g := geneOf(t, b, "CUGGY"); g.State != panel.Assessed || len(g.Notes) != 1 || !strings.Contains(g.Notes[0], "begins with CTG") {
		t.Errorf("CUGGY %+v", g)
	}
	if g := geneOf(t, b, "GOOD"); len(g.Notes) != 0 {
		t.Errorf("GOOD %+v", g)
	}
	if b.Manifest.From != "option" {
		t.Errorf("the assembly is from %s", b.Manifest.From)
	}
	// STOPPY, between SELENON and GOOD, is in the model with its inner stop only
	// if a scan region meets it.
	o = madeUp(t, model, hgnc, "GOOD\n")
	o.Padding, o.Out = 100, filepath.Join(t.TempDir(), "wide")
	_, r := mustBuild(t, o)
	if w := r.Manifest.Warnings; len(w) != 1 || !strings.Contains(w[0], "1 transcripts of genes beside the panel do not fit") || !strings.Contains(w[0], "TSTOPPY") {
		t.Errorf("warnings %q", w)
	}
}

func TestSequenceOfPartOfAGene(t *testing.T) {
	t.Parallel()
	hgnc := "HGNC:1\tPARTY\t\t\tX\t\t\nHGNC:2\tGONE\t\t\tX\t\t\nHGNC:3\tEDGE\t\t\tX\t\t\nHGNC:4\tELSEWHERE\t\t\tX\t\t\n"
	model := gff("1", "PARTY", 1001, 1015, "") + gff("2", "GONE", 11, 25, "") + gff("1", "EDGE", 1006, 1020, "") + gff("3", "ELSEWHERE", 11, 25, "")
	o := madeUp(t, model, hgnc, "PARTY\nGONE\nEDGE\nELSEWHERE\n")
	fails(t, o, fault.Input,
		"PARTY: 1 of 15 coding bases have no sequence (TPARTY exon 1)",
		"GONE: 15 of 15 coding bases have no sequence", "EDGE: 1 splice-site bases have no sequence",
		"ELSEWHERE: 15 of 15 coding bases have no sequence",
		"--allow-missing PARTY --allow-missing GONE --allow-missing EDGE --allow-missing ELSEWHERE")
	o.AllowMissing = []string{"PARTY", "GONE", "EDGE", "HGNC:4"}
	b, _ := mustBuild(t, o)
	for symbol, want := range map[string]panel.State{
		"PARTY": panel.PartAssessed, "GONE": panel.NotAssessed, "EDGE": panel.PartAssessed, "ELSEWHERE": panel.NotAssessed,
	} {
		if g := geneOf(t, b, symbol); g.State != want {
			t.Errorf("%s is %s, want %s", symbol, g.State, want)
		}
	}
	var rows []string
	for _, e := range b.Exons {
		rows = append(rows, fmt.Sprintf("%s %s:%d-%d %s", e.Gene, e.Contig, e.Start, e.End, e.State))
	}
	want := []string{
		"PARTY 1:1000-1003 part assessed", "PARTY 1:1003-1004 not assessed", "PARTY 1:1004-1015 part assessed",
		"EDGE 1:1005-1020 part assessed", "GONE 2:10-25 not assessed", "ELSEWHERE 3:10-25 not assessed",
	}
	if !slices.Equal(rows, want) {
		t.Errorf("exons.bed has\n%s\nwant\n%s", strings.Join(rows, "\n"), strings.Join(want, "\n"))
	}
	if p := geneOf(t, b, "PARTY").NotAssessed; len(p) != 1 || p[0].Start != 1003 || p[0].End != 1004 || p[0].Bases != 1 || p[0].Exon != 1 {
		t.Errorf("PARTY's parts %+v", p)
	}
}

func TestJoining(t *testing.T) {
	t.Parallel()
	hgnc := "HGNC:1\tNEWNAME\tOLDNAME\t\tX\t\t\n" + // by a single previous symbol
		"HGNC:2\tBYID\t\t\tX\t\tENSG0OTHER\n" + // by Ensembl id, whatever the symbol
		"HGNC:3\tBYNM\t\t\tX\tNM_000111\t\n" + // by RefSeq id
		"HGNC:4\tTWICE\t\t\tX\tNM_000222, NM_000333\t\n" +
		"HGNC:5\tREUSED\tBYSYMBOL\t\tX\t\t\n" + // its previous symbol is today another's
		"HGNC:6\tBYSYMBOL\t\t\tX\t\t\n"
	model := gff("1", "OLDNAME", 101, 115, "") + gff("1", "OTHER", 501, 515, "") +
		gff("1", "STRANGE", 401, 415, ";refseq_select=NM_000111.4") +
		gff("1", "ONE", 601, 615, ";refseq_select=NM_000222.1") + gff("1", "TWO", 701, 715, ";refseq_select=NM_000333.1") +
		gff("1", "BYSYMBOL", 1101, 1115, "")
	b, _ := mustBuild(t, madeUp(t, model, hgnc, "NEWNAME\nBYID\nBYNM\nBYSYMBOL\n"))
	for symbol, want := range map[string][3]string{
		"NEWNAME": {"previous-symbol", "ENSG0OLDNAME", "OLDNAME"}, "BYID": {"ensembl-id", "ENSG0OTHER", ""},
		"BYNM": {"refseq-id", "ENSG0STRANGE", ""}, "BYSYMBOL": {"approved-symbol", "ENSG0BYSYMBOL", ""},
	} {
		g := geneOf(t, b, symbol)
		if got := [3]string{g.JoinedBy, g.ModelID, g.Previous}; got != want {
			t.Errorf("%s: %v, want %v", symbol, got, want)
		}
	}
	// BYNM's RefSeq Select has no span check: the model's own id names it.
	if tr := geneOf(t, b, "BYNM").Transcripts[0]; tr.Accession != "TSTRANGE" || tr.NamedBy != "model" || tr.Why != whyRefSeq {
		t.Errorf("BYNM's transcript %+v", tr)
	}
	fails(t, madeUp(t, model, hgnc, "TWICE\n"), fault.Input, "TWICE: by refseq-id it is more than one gene of the model: ONE (ENSG0ONE, 1), TWO")
	fails(t, madeUp(t, model, hgnc, "REUSED\n"), fault.Input, "REUSED: the gene model does not have it")
}

func TestAssembly(t *testing.T) {
	t.Parallel()
	hgnc, model := "HGNC:1\tGOOD\t\t\tX\t\t\n", gff("1", "GOOD", 101, 115, "")
	o := madeUp(t, model, hgnc, "GOOD\n")
	o.Assembly = ""
	fails(t, o, fault.Input, "contig 1 of 3000 bases", "--assembly")
	o = listOptions(t, "STK11\n")
	o.Assembly = "GRCh37"
	fails(t, o, fault.Input, "its contig lengths are GRCh38's, --assembly says GRCh37")
}

func TestModeOfAGeneOnX(t *testing.T) {
	t.Parallel()
	o := listOptions(t, "gene\tmoi\nDMD\tBIALLELIC, autosomal or pseudoautosomal\n")
	b, _ := mustBuild(t, o)
	if w := b.Manifest.Warnings; len(w) != 1 || !strings.Contains(w[0], "DMD lies on X") {
		t.Errorf("warnings %q", w)
	}
}

func TestFalseDuplications(t *testing.T) {
	t.Parallel()
	for _, symbol := range falseDuplication {
		for assembly, want := range map[string]int{"GRCh38": 1, "GRCh37": 0} {
			m := &member{Gene: panel.Gene{Symbol: symbol}}
			m.describe(assembly, nil)
			if len(m.Notes) != want {
				t.Errorf("%s on %s: notes %q", symbol, assembly, m.Notes)
			}
		}
	}
}
