package transcript

import (
	"slices"
	"testing"

	"varpanel/hts/bgzf"
	"varpanel/hts/fasta"
	"varpanel/internal/testkit"
)

// Every base of a gene's span goes to a position and back, and positions are in
// the order of the transcript.
func TestPositionsReadBack(t *testing.T) {
	m := readShared(t, canonical)
	for _, gene := range []string{"BRCA1", "BRCA2", "TP53", "KRAS", "MT-ND1", "STK11", "WT1"} {
		tr := m.GenesBySymbol(gene)[0].Transcripts[0]
		c := NewMap(tr)
		exonic := 0
		for pos := tr.Start; pos < tr.End; pos++ {
			p, ok := c.Position(pos)
			if !ok {
				t.Fatalf("%s: %d has no position", gene, pos)
			}
			back, ok := c.Genomic(p)
			if !ok || back != pos {
				t.Fatalf("%s: %d is %+v and comes back as %d", gene, pos, p, back)
			}
			if p.Offset == 0 {
				exonic++
			}
		}
		if exonic != c.Length {
			t.Errorf("%s: %d exon bases, want %d", gene, exonic, c.Length)
		}
		for _, outside := range []int{tr.Start - 1, tr.End} {
			if p, ok := c.Position(outside); ok {
				t.Errorf("%s: %d outside is %+v", gene, outside, p)
			}
		}
		for base := range c.Length {
			pos, ok := c.Genomic(Position{Base: base})
			if p, ok2 := c.Position(pos); !ok || !ok2 || p != (Position{Base: base}) {
				t.Fatalf("%s: base %d", gene, base)
			}
		}
	}
}

// An intron of odd length: the middle base counts from the exon before it
// (HGVS numbering), on both strands.
func TestIntronMiddle(t *testing.T) {
	for _, strand := range []Strand{Plus, Minus} {
		tr := &Transcript{
			ID: "T", Contig: "1", Start: 10, End: 35, Strand: strand, CDSStart: -1, CDSEnd: -1,
			Exons: []Exon{{10, 20, -1}, {25, 35, -1}},
		}
		c := NewMap(tr)
		want := []Position{{9, 1}, {9, 2}, {9, 3}, {10, -2}, {10, -1}}
		for i, w := range want {
			pos := 20 + i
			if strand == Minus {
				pos = 24 - i
			}
			if p, ok := c.Position(pos); !ok || p != w {
				t.Errorf("strand %d, intron base %d: %+v, want %+v", strand, i, p, w)
			}
		}
		for _, p := range []Position{{8, 1}, {9, 6}, {10, -6}, {20, 0}, {-1, 0}} {
			if pos, ok := c.Genomic(p); ok {
				t.Errorf("strand %d: %+v is %d", strand, p, pos)
			}
		}
	}
}

// The facts of the data's README: 67 of the 68 genes whole in the core start
// with ATG (WT1 with CTG), the mitochondrion's thirteen are without inner stops.
func TestProblems(t *testing.T) {
	m := readShared(t, canonical)
	seq, err := fasta.Open(testkit.Shared(t, "data/reference/GRCh38.regions.fa.gz"), bgzf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer seq.Close()
	kinds := func(gene string) []ProblemKind {
		problems, err := m.GenesBySymbol(gene)[0].Transcripts[0].Problems(seq)
		if err != nil {
			t.Fatal(err)
		}
		var out []ProblemKind
		for _, p := range problems {
			out = append(out, p.Kind)
		}
		return out
	}
	for _, gene := range []string{"BRCA1", "BRCA2", "TP53", "DMD", "USH2A", "KRAS"} {
		if got := kinds(gene); got != nil {
			t.Errorf("%s: %v", gene, got)
		}
	}
	if got := kinds("WT1"); !slices.Equal(got, []ProblemKind{NoStartCodon}) {
		t.Errorf("WT1: %v", got)
	}
	mito := 0
	for _, tr := range m.Transcripts() {
		if tr.CodonTable == 2 {
			mito++
			if got := kinds(tr.Gene); slices.Contains(got, InnerStop) || slices.Contains(got, UnevenCDS) {
				t.Errorf("%s: %v", tr.Gene, got)
			}
		}
	}
	if mito != 13 {
		t.Errorf("%d mitochondrial genes, want 13", mito)
	}
	past := *m.GenesBySymbol("MT-ND1")[0].Transcripts[0]
	past.End = 20000
	if got, err := past.Problems(seq); err != nil || len(got) != 1 || got[0].Kind != PastContigEnd {
		t.Errorf("past the end: %v %v", got, err)
	}
}
