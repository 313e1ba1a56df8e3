package transcript

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"varpanel/hts/fault"
	"varpanel/internal/testkit"
)

// sharedFile opens a gzipped file of the shared data, or skips the test.
func sharedFile(t testing.TB, name string) io.Reader {
	t.Helper()
	f, err := os.Open(testkit.Shared(t, name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

const canonical = "data/genes/GRCh38.ensembl110.canonical.gff3.gz"

// shared keeps the models that were read: they are immutable.
var shared = map[string]*Model{}

func readShared(t testing.TB, name string) *Model {
	t.Helper()
	in := sharedFile(t, name)
	if shared[name] == nil {
		m, err := ReadGFF3(in, name)
		if err != nil {
			t.Fatal(err)
		}
		shared[name] = m
	}
	return shared[name]
}

func BenchmarkReadGFF3(b *testing.B) {
	text, err := io.ReadAll(sharedFile(b, canonical))
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := ReadGFF3(bytes.NewReader(text), "canonical"); err != nil {
			b.Fatal(err)
		}
	}
}

// The facts are those of the data's README.
func TestCanonicalModel(t *testing.T) {
	m := readShared(t, canonical)
	if n := len(m.Transcripts()); n != 19326 {
		t.Errorf("%d transcripts, want 19326", n)
	}
	mane := 0
	for _, tr := range m.Transcripts() {
		for _, tag := range tr.Tags {
			if tag == "MANE_Select" {
				mane++
			}
		}
	}
	if mane != 16133 {
		t.Errorf("%d MANE Select transcripts, want 16133", mane)
	}
	one := func(symbol string) *Transcript {
		genes := m.GenesBySymbol(symbol)
		if len(genes) != 1 || len(genes[0].Transcripts) != 1 {
			t.Fatalf("%s: %d genes", symbol, len(genes))
		}
		return genes[0].Transcripts[0]
	}
	tp53 := one("TP53")
	if tp53.VersionedID() != "ENST00000269305.9" || tp53.Accession != "NM_000546.6" || tp53.NamedBy != NamedByMANESelect ||
		tp53.Contig != "chr17" || tp53.Start != 7668420 || tp53.End != 7687490 || tp53.Strand != Minus {
		t.Errorf("TP53: %+v", tp53)
	}
	if c := NewMap(tp53); c.CDSEnd-c.CDSStart != 394*3 {
		t.Errorf("TP53 has %d coding bases, want 393 codons and a stop", c.CDSEnd-c.CDSStart)
	}
	if c := NewMap(one("BRCA1")); c.CDSEnd-c.CDSStart != 5592 {
		t.Errorf("BRCA1 has %d coding bases, want 5592", c.CDSEnd-c.CDSStart)
	}
	if n := len(one("USH2A").Exons); n != 72 {
		t.Errorf("USH2A has %d exons, want 72", n)
	}
	if dmd := one("DMD"); len(dmd.Exons) != 79 || dmd.MANESelect != "NM_004006.3" {
		t.Errorf("DMD has %d exons and is %s", len(dmd.Exons), dmd.MANESelect)
	}
	nd1 := one("MT-ND1")
	if nd1.CodonTable != 2 || nd1.Incomplete3 {
		t.Errorf("MT-ND1: %+v", nd1)
	}
	if got := m.TranscriptsByAccession("NM_007294.3"); len(got) != 1 || got[0].Gene != "BRCA1" {
		t.Errorf("NM_007294: %v", got)
	}
}

// A model that is written and read again is the same model.
func TestAppendGFF3ReadsBackEqual(t *testing.T) {
	for _, name := range []string{canonical, "data/genes/GRCh38.ensembl.chr21.full.gff3.gz"} {
		want := readShared(t, name)
		text := AppendGFF3(nil, want.Genes())
		got, err := ReadGFF3(bytes.NewReader(text), "written")
		if err != nil {
			t.Fatal(err)
		}
		for i, g := range want.Genes() {
			if !reflect.DeepEqual(g, got.Genes()[i]) {
				t.Fatalf("%s: %s", name, cmp.Diff(g, got.Genes()[i]))
			}
		}
		if again := AppendGFF3(nil, got.Genes()); !bytes.Equal(again, text) {
			t.Errorf("%s: written twice, two texts", name)
		}
	}
}

// Ensembl's whole chromosome 21: transcripts of every type, counted by grep for
// the lines whose Parent is a gene.
func TestChromosome21(t *testing.T) {
	want := 0
	text, err := io.ReadAll(sharedFile(t, "data/genes/GRCh38.ensembl.chr21.full.gff3.gz"))
	if err != nil {
		t.Fatal(err)
	}
	want = strings.Count(string(text), ";Parent=gene:")
	m, err := ReadGFF3(bytes.NewReader(text), "chr21")
	if err != nil {
		t.Fatal(err)
	}
	if n := len(m.Transcripts()); n != want {
		t.Errorf("%d transcripts, want %d", n, want)
	}
	genes := m.GenesBySymbol("MIR8069-1")
	if len(genes) != 1 || len(genes[0].Transcripts) != 2 || genes[0].Transcripts[1].Biotype != "miRNA" {
		t.Errorf("MIR8069-1: %v", genes)
	}
	if g := m.GenesBySymbol("MIR6724-1"); len(g) != 1 || g[0].HGNCID != "HGNC:50837" {
		t.Errorf("MIR6724-1: %+v", g)
	}
}

// Lookup by place gives what a walk over all transcripts gives.
func TestOverlapping(t *testing.T) {
	m := readShared(t, "data/genes/GRCh38.ensembl.chr21.full.gff3.gz")
	for start := 5_000_000; start < 46_000_000; start += 497_331 {
		for _, length := range []int{1, 5000, 400_000} {
			var want []*Transcript
			for _, tr := range m.Transcripts() {
				if tr.Start < start+length && tr.End > start {
					want = append(want, tr)
				}
			}
			got := m.Overlapping(nil, "21", start, start+length)
			if len(got) != len(want) {
				t.Fatalf("21:%d+%d: %d transcripts, want %d", start, length, len(got), len(want))
			}
			for i := range got {
				if got[i] != want[i] {
					t.Fatalf("21:%d+%d: order differs at %d", start, length, i)
				}
			}
		}
	}
	if got := m.Overlapping(nil, "22", 0, 1<<30); got != nil {
		t.Errorf("a contig that is not there has %d transcripts", len(got))
	}
}

func TestReadGFF3Faults(t *testing.T) {
	const head = "1\te\tgene\t1\t100\t.\t+\t.\tID=gene:G\n1\te\tmRNA\t1\t100\t.\t+\t.\tID=transcript:T;Parent=gene:G\n"
	for name, text := range map[string]string{
		"orphan exon":      "1\te\texon\t1\t10\t.\t+\t.\tParent=transcript:T\n",
		"orphan mRNA":      "1\te\tmRNA\t1\t9\t.\t+\t.\tID=transcript:T;Parent=gene:G\n1\te\texon\t1\t9\t.\t+\t.\tParent=transcript:T\n",
		"overlap":          head + "1\te\texon\t1\t10\t.\t+\t.\tParent=transcript:T\n1\te\texon\t10\t20\t.\t+\t.\tParent=transcript:T\n",
		"CDS off exon":     head + "1\te\texon\t1\t10\t.\t+\t.\tParent=transcript:T\n1\te\tCDS\t5\t12\t.\t+\t0\tParent=transcript:T\n",
		"half the phases":  head + "1\te\texon\t1\t30\t.\t+\t.\tParent=transcript:T\n1\te\texon\t41\t60\t.\t+\t.\tParent=transcript:T\n1\te\tCDS\t5\t10\t.\t+\t0\tParent=transcript:T\n1\te\tCDS\t41\t50\t.\t+\t.\tParent=transcript:T\n",
		"no strand":        "1\te\tgene\t1\t100\t.\t+\t.\tID=gene:G\n1\te\tmRNA\t1\t100\t.\t.\t.\tID=transcript:T;Parent=gene:G\n",
		"a gene twice":     head + "1\te\tgene\t1\t100\t.\t+\t.\tID=gene:G\n",
		"transcript twice": head + "1\te\tmRNA\t1\t100\t.\t+\t.\tID=transcript:T;Parent=gene:G\n",
	} {
		_, err := ReadGFF3(strings.NewReader(text), "x.gff3")
		if fault.KindOf(err) != fault.Input || !strings.HasPrefix(err.Error(), "x.gff3") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// RefSeqGene writes the exons of all transcripts under the gene as well; they
// overlap, and are no transcript.
func TestExonsUnderAGeneWithTranscripts(t *testing.T) {
	const text = "##gff-version 3\n" +
		"NG_1\tRefSeq\tgene\t1\t300\t.\t+\t.\tID=gene-A;gene=A\n" +
		"NG_1\tRefSeq\texon\t1\t90\t.\t+\t.\tID=id-1;Parent=gene-A\n" +
		"NG_1\tRefSeq\texon\t40\t120\t.\t+\t.\tID=id-2;Parent=gene-A\n" +
		"NG_1\tRefSeq\tmRNA\t1\t300\t.\t+\t.\tID=rna-NM_1.1;Parent=gene-A;Name=NM_1.1\n" +
		"NG_1\tRefSeq\texon\t1\t90\t.\t+\t.\tID=e1;Parent=rna-NM_1.1\n" +
		"NG_1\tRefSeq\texon\t200\t300\t.\t+\t.\tID=e2;Parent=rna-NM_1.1\n"
	m, err := ReadGFF3(strings.NewReader(text), "a.gff3")
	if err != nil {
		t.Fatal(err)
	}
	if all := m.Transcripts(); len(all) != 1 || len(all[0].Exons) != 2 {
		t.Errorf("transcripts %v", all)
	}
}
