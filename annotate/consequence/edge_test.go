package consequence

import (
	"slices"
	"strings"
	"testing"

	"varpanel/reference/allele"
	"varpanel/reference/transcript"
)

// madeUp is a coding transcript of three exons on contig "1": 12 bases of 5'
// UTR, a CDS of 30 codons over all exons, 15 bases of 3' UTR.
//
//	exon 1: 101-142, exon 2: 201-230, exon 3: 301-345 (1-based, plus strand)
func madeUp(t *testing.T, cds string, change func(*transcript.Transcript)) (coreReference, *transcript.Transcript) {
	t.Helper()
	tr := &transcript.Transcript{
		ID: "T", Accession: "T.1", Gene: "G", Biotype: "protein_coding", Contig: "1", Start: 100, End: 345, Strand: transcript.Plus,
		Exons:    []transcript.Exon{{Start: 100, End: 142, Phase: 0}, {Start: 200, End: 230, Phase: 0}, {Start: 300, End: 345, Phase: 0}},
		CDSStart: 112, CDSEnd: 330, CodonTable: 1,
	}
	if change != nil {
		change(tr)
	}
	seq := memory{}
	seq.write("1", 0, []byte(strings.Repeat("CTAG", 100)))
	m := transcript.NewMap(tr)
	seq.writeSpliced(m, 0, "GCCGCCGCCGCC"+cds+"GCTGACTAATTTGGG")
	for _, intron := range []int{142, 230} {
		seq.write("1", intron, []byte("GTAAGT"))
	}
	for _, intron := range []int{200, 300} {
		seq.write("1", intron-12, []byte("TTTTTTTTTCAG"))
	}
	return coreReference{oneTranscript(t, tr), seq}, tr
}

// codons30 is ATG, 28 codons and TAA.
const codons30 = "ATGGCTTCAGATCATGTTCGAACCTTAGGA" + "CAATGGGTAAACCCTTCTGAAGATCGTCTA" + "ACTGGTCATTACGTTAAAGGACCATGCTAA"

func (c coreReference) edit(t *testing.T, start, end int, alt string) Prediction {
	t.Helper()
	ref, err := c.seq.Bases("1", start-1, end)
	if err != nil {
		t.Fatal(err)
	}
	a := allele.Allele{Contig: "1", Pos: start - 1, Ref: string(ref), Alt: string(ref[:1]) + alt}
	all, err := New(c.model, c.seq, Options{UpDownstream: DefaultUpDownstream}).Predict(nil, a)
	if err != nil {
		t.Fatal(err)
	}
	return all[0]
}

func TestMadeUpTranscript(t *testing.T) {
	c, _ := madeUp(t, codons30, nil)
	for _, e := range []struct {
		what                string
		start, end          int // 0-based half-open replaced bases
		alt                 string
		terms, hgvsc, hgvsp string
	}{
		// The start codon.
		{"start lost", 112, 113, "C", "start_lost", "c.1A>C", "p.(Met1?)"},
		{"start lost from the UTR", 110, 114, "", "start_lost&5_prime_UTR_variant", "c.-2_2del", "p.(Met1?)"},
		{"before the start", 112, 112, "TT", "5_prime_UTR_variant", "c.-1_1insTT", ""},
		// Codons.
		{"several codons", 115, 120, "TGGAA", "missense_variant", "c.4_8delinsTGGAA", "p.(Ala2_Ser3delinsTrpLys)"},
		{"in-frame deletion", 115, 118, "", "inframe_deletion", "c.4_6del", "p.(Ala2del)"},
		{"in-frame insertion", 115, 115, "TGGTGC", "inframe_insertion", "c.3_4insTGGTGC", "p.(Met1_Ala2insTrpCys)"},
		{"protein altering", 116, 119, "AAAGGG", "protein_altering_variant", "c.5_7delinsAAAGGG", "p.(Ala2_Ser3delinsGluArgAla)"},
		{"duplication of codons", 118, 118, "GCT", "inframe_insertion", "c.4_6dup", "p.(Ala2dup)"},
		{"frame shift", 118, 119, "", "frameshift_variant", "c.7del", "p.(Ser3GlnfsTer7)"},
		{"in-frame stop", 115, 115, "TAA", "stop_gained&inframe_insertion", "c.3_4insTAA", "p.(Ala2Ter)"},
		// The stop codon.
		{"stop lost", 327, 328, "C", "stop_lost", "c.88T>C", "p.(Ter30GlnextTer3)"},
		{"stop retained", 328, 329, "G", "stop_retained_variant", "c.89A>G", "p.(Ter30=)"},
		{"after the stop", 330, 330, "CC", "3_prime_UTR_variant", "c.90_*1insCC", ""},
		// Splicing.
		{"donor", 142, 143, "C", "splice_donor_variant", "c.30+1G>C", "p.?"},
		{"acceptor", 199, 200, "C", "splice_acceptor_variant", "c.31-1G>C", "p.?"},
		{"fifth base", 146, 147, "C", "splice_donor_5th_base_variant&intron_variant", "c.30+5G>C", ""},
		{"last base of an exon", 141, 142, "C", "splice_region_variant&synonymous_variant", "c.30A>C", "p.(Gly10=)"},
		{"over the exon's edge", 139, 145, "", "splice_donor_variant&coding_sequence_variant&intron_variant", "c.28_30+3del", "p.?"},
		{"at the exon's edge", 142, 142, "CC", "frameshift_variant&splice_region_variant", "c.30_30+1insCC", "p.(Gln11ProfsTer4)"},
		{"a whole exon", 195, 235, "", "splice_acceptor_variant&splice_donor_variant&splice_donor_5th_base_variant&splice_polypyrimidine_tract_variant&coding_sequence_variant&intron_variant", "c.31-4_60+6del", "p.?"},
		{"deep in an intron", 165, 166, "N", "", "", ""},
		// The transcript's ends.
		{"over the transcript's start", 95, 105, "", "5_prime_UTR_variant", "", ""},
		{"over the transcript's end", 340, 350, "", "3_prime_UTR_variant", "", ""},
		{"the whole transcript", 90, 360, "", "transcript_ablation", "", ""},
		{"upstream", 98, 99, "T", "upstream_gene_variant", "", ""},
		{"downstream", 345, 345, "GCGC", "downstream_gene_variant", "", ""},
	} {
		p := c.edit(t, e.start, e.end, e.alt)
		if e.terms == "" {
			if !slices.Contains(p.Terms, Intron) {
				t.Errorf("%s: %s", e.what, termNames(p))
			}
			continue
		}
		if termNames(p) != e.terms || p.HGVSc != e.hgvsc || p.HGVSp != e.hgvsp {
			t.Errorf("%s:\n got %s %s %s\nwant %s %s %s", e.what, termNames(p), p.HGVSc, p.HGVSp, e.terms, e.hgvsc, e.hgvsp)
		}
	}
}

// Where bases are N there is no guess: the change is named, the codon is not.
func TestUnknownSequence(t *testing.T) {
	unknown := codons30[:30] + "NNN" + codons30[33:]
	c, _ := madeUp(t, unknown, nil)
	for _, e := range []struct {
		start, end int
		alt, terms string
		hgvsp      string
		flag       bool
	}{
		{201, 202, "T", "splice_region_variant&coding_sequence_variant", "p.?", true},
		{203, 204, "A", "missense_variant", "p.(Trp12Arg)", false},
		{201, 202, "", "frameshift_variant&splice_region_variant", "p.?", true},
		{138, 139, "", "frameshift_variant", "p.(Gly10fsTer?)", false}, // the stop lies beyond the N
	} {
		p := c.edit(t, e.start, e.end, e.alt)
		if termNames(p) != e.terms || p.HGVSp != e.hgvsp || slices.Contains(p.Flags, FlagSequenceUnknown) != e.flag {
			t.Errorf("%d: %s %s %v, want %s %s", e.start, termNames(p), p.HGVSp, p.Flags, e.terms, e.hgvsp)
		}
	}
}

// A CDS whose first codon is incomplete has no start to lose, and its own frame.
func TestIncompleteCDS(t *testing.T) {
	c, _ := madeUp(t, codons30[1:]+"A", func(tr *transcript.Transcript) {
		tr.Exons[0].Phase, tr.Incomplete5 = 2, true
		tr.Tags = []string{"cds_start_NF"}
	})
	p := c.edit(t, 112, 113, "C")
	if termNames(p) != "coding_sequence_variant" || p.HGVSp != "p.?" || !slices.Contains(p.Flags, FlagCDSStartNF) {
		t.Errorf("%s %s %v", termNames(p), p.HGVSp, p.Flags)
	}
	// The codon after the incomplete one: GCT, Ala.
	if p := c.edit(t, 114, 115, "A"); termNames(p) != "missense_variant" || p.HGVSp != "p.(Ala2Thr)" || p.CDSStart != 4 {
		t.Errorf("%s %s %d", termNames(p), p.HGVSp, p.CDSStart)
	}
	c, _ = madeUp(t, codons30[:88]+"GC", func(tr *transcript.Transcript) {
		tr.CDSEnd, tr.Incomplete3 = 329, true
	})
	if p := c.edit(t, 328, 329, "A"); termNames(p) != "incomplete_terminal_codon_variant&coding_sequence_variant" || p.HGVSp != "p.?" {
		t.Errorf("%s %s", termNames(p), p.HGVSp)
	}
}

// WT1 starts with CTG, and the protein with methionine all the same.
func TestRareStart(t *testing.T) {
	c := core(t)
	wt1 := c.model.GenesBySymbol("WT1")[0].Transcripts[0]
	start := wt1.CDSEnd - 1 // minus strand
	bases, err := c.seq.Bases(wt1.Contig, start-2, start+1)
	if err != nil || string(bases) != "CAG" {
		t.Fatalf("WT1 starts with the complement of %s (%v)", bases, err)
	}
	p := c.on(t, allele.Allele{Contig: wt1.Contig, Pos: start, Ref: "G", Alt: "C"}, "WT1")
	if termNames(p) != "start_lost" || p.HGVSc != "c.1C>G" || p.HGVSp != "p.(Met1?)" || !slices.Contains(p.Flags, FlagNoStartCodon) {
		t.Errorf("%s %s %s %v", termNames(p), p.HGVSc, p.HGVSp, p.Flags)
	}
	p = c.on(t, allele.Allele{Contig: wt1.Contig, Pos: start, Ref: "G", Alt: "T"}, "WT1")
	if termNames(p) != "start_retained_variant" || p.HGVSp != "p.(Met1=)" {
		t.Errorf("to ATG: %s %s", termNames(p), p.HGVSp)
	}
}

// The mitochondrion has its own code, and stops that polyadenylation completes:
// MT-ND1 ends with TA, MT-CO1 with AGA.
func TestMitochondrion(t *testing.T) {
	c := core(t)
	for _, e := range []struct{ allele, gene, terms, hgvsp string }{
		{"chrM:3308:T:C", "MT-ND1", "start_lost", "p.(Met1?)"},
		{"chrM:3307:A:G", "MT-ND1", "start_lost", "p.(Met1?)"},              // ATA to GTA
		{"chrM:3309:A:G", "MT-ND1", "start_retained_variant", "p.(Met1=)"},  // ATA to ATG
		{"chrM:4262:A:G", "MT-ND1", "stop_lost", "p.(Ter319TrpextTer?)"},    // TA(A) to TG(A): Trp in this code
		{"chrM:7445:A:G", "MT-CO1", "stop_retained_variant", "p.(Ter514=)"}, // AGA to AGG, both stops
		{"chrM:8527:A:G", "MT-ATP6", "start_retained_variant", "p.(Met1=)"}, // ATG to GTG
	} {
		p := c.on(t, parseAllele(e.allele), e.gene)
		if termNames(p) != e.terms || p.HGVSp != e.hgvsp {
			t.Logf("%s %s: %s %s %s %s, want %s %s", e.gene, e.allele, termNames(p), p.HGVSc, p.HGVSp, p.Codons, e.terms, e.hgvsp)
			t.Fail()
		}
	}
}
