package consequence

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"varpanel/internal/testkit"
	"varpanel/reference/allele"
	"varpanel/reference/transcript"
)

// together predicts for alleles of one haplotype on one transcript.
func together(t testing.TB, p *Predictor, tr *transcript.Transcript, alleles []allele.Allele) []Compound {
	t.Helper()
	var pieces []Piece
	var which []int
	for i, a := range alleles {
		all, err := p.Predict(nil, a)
		if err != nil {
			t.Fatal(err)
		}
		for k := range all {
			if all[k].Transcript != tr {
				continue
			}
			if piece, ok := p.PieceOf(&all[k], a); ok {
				pieces = append(pieces, piece)
				which = append(which, i)
			}
		}
	}
	found, err := p.Together(nil, tr, pieces)
	if err != nil {
		t.Fatal(err)
	}
	for i := range found {
		for k, m := range found[i].Members {
			found[i].Members[k] = which[m]
		}
	}
	return found
}

// The made-up transcript's CDS is ATG GCT TCA GAT CAT GTT CGA ACC TTA GGA | CAA
// TGG GTA ..., the first exon ending after GGA. What each pair makes was read
// from the code by hand.
func TestTogether(t *testing.T) {
	c, tr := madeUp(t, codons30, nil)
	at := func(pos int, ref, alt string) allele.Allele {
		return allele.Allele{Contig: "1", Pos: pos, Ref: ref, Alt: alt}
	}
	for _, e := range []struct {
		what                string
		alleles             []allele.Allele
		terms, hgvsc, hgvsp string // "" where they are read one by one
	}{
		{"one codon: GCT to TTT, of Ser and Val", []allele.Allele{at(115, "G", "T"), at(116, "C", "T")}, "missense_variant", "c.4_5delinsTT", "p.(Ala2Phe)"},
		{"one codon, a base between: TCA to ACG", []allele.Allele{at(118, "T", "A"), at(120, "A", "G")}, "missense_variant", "c.7_9delinsACG", "p.(Ser3Thr)"},
		{"a stop of two: TCA to TAG", []allele.Allele{at(119, "C", "A"), at(120, "A", "G")}, "stop_gained", "c.8_9delinsAG", "p.(Ser3Ter)"},
		{"neighbours in two codons", []allele.Allele{at(117, "T", "A"), at(118, "T", "A")}, "", "", ""},
		{"the frame restored: GCT TCA GAT to GCT CAG GAT", []allele.Allele{at(117, "TT", "T"), at(120, "A", "AG")}, "missense_variant", "c.[7del;10dup]", "p.(Ser3Gln)"},
		{"the frame shifted twice over two codons", []allele.Allele{at(114, "GG", "G"), at(123, "T", "TA")}, "missense_variant", "c.[4del;12_13insA]", "p.(Ala2_Asp4delinsLeuGlnIle)"},
		{"a shift and a base behind it", []allele.Allele{at(114, "GG", "G"), at(126, "T", "C")}, "frameshift_variant", "c.[4del;15T>C]", "p.(Ala2LeufsTer8)"},
		{"a codon split by an intron is none here", []allele.Allele{at(141, "A", "C"), at(200, "C", "T")}, "", "", ""},
		{"overlapping", []allele.Allele{at(114, "GGCT", "G"), at(116, "C", "A")}, "", "", ""},
	} {
		got := together(t, New(c.model, c.seq, Options{}), tr, e.alleles)
		if e.terms == "" {
			if len(got) > 0 {
				t.Errorf("%s: %+v", e.what, got)
			}
			continue
		}
		if len(got) != 1 || len(got[0].Members) != len(e.alleles) {
			t.Errorf("%s: %d compounds %+v", e.what, len(got), got)
			continue
		}
		pr := got[0].Prediction
		if termNames(pr) != e.terms || pr.HGVSc != e.hgvsc || pr.HGVSp != e.hgvsp {
			t.Errorf("%s:\n got %s %s %s\nwant %s %s %s", e.what, termNames(pr), pr.HGVSc, pr.HGVSp, e.terms, e.hgvsc, e.hgvsp)
		}
	}
}

// Alleles on one haplotype give the same protein as the one allele that has all
// of their bases: pairs of changes at every distance over the coding sequence of
// real transcripts of both strands.
func TestTogetherIsTheJoinedAllele(t *testing.T) {
	c := core(t)
	p := New(c.model, c.seq, Options{})
	compared := 0
	for _, gene := range []string{"TP53", "STK11", "KRAS", "CSTB"} {
		tr := c.model.GenesBySymbol(gene)[0].Transcripts[0]
		for _, exon := range tr.Exons {
			for at := max(exon.Start, tr.CDSStart) + 6; at+24 < min(exon.End, tr.CDSEnd); at += 7 {
				for gap := 1; gap <= 12; gap++ {
					compared += comparePair(t, c, p, tr, at, gap)
				}
			}
		}
	}
	if compared < 1000 {
		t.Errorf("only %d pairs compared", compared)
	}
}

// comparePair compares pairs at two places of one exon with the allele that
// spans both.
func comparePair(t *testing.T, c coreReference, p *Predictor, tr *transcript.Transcript, at, gap int) int {
	t.Helper()
	ref, err := c.seq.Bases(tr.Contig, at, at+gap+3)
	if err != nil {
		t.Fatal(err)
	}
	bases := string(ref)
	other := func(b byte) string { return string("CATG"[strings.IndexByte("ACGT", b)]) }
	n := 0
	for _, kind := range []string{"snv snv", "del ins", "ins del"} {
		a := allele.Allele{Contig: tr.Contig, Pos: at, Ref: bases[:1]}
		b := allele.Allele{Contig: tr.Contig, Pos: at + gap, Ref: bases[gap : gap+1]}
		var whole string
		switch kind {
		case "snv snv":
			a.Alt, b.Alt = other(bases[0]), other(bases[gap])
			whole = a.Alt + bases[1:gap] + b.Alt + bases[gap+1:]
		case "del ins":
			if gap < 2 {
				continue
			}
			a.Ref, a.Alt, b.Alt = bases[:2], bases[:1], b.Ref+"C"
			whole = a.Alt + bases[2:gap+1] + "C" + bases[gap+1:]
		case "ins del":
			a.Alt, b.Ref, b.Alt = a.Ref+"G", bases[gap:gap+2], bases[gap:gap+1]
			whole = a.Alt + bases[1:gap+1] + bases[gap+2:]
		}
		got := together(t, p, tr, []allele.Allele{a, b})
		if len(got) == 0 || whole == bases {
			continue
		}
		all, err := p.Predict(nil, allele.Allele{Contig: tr.Contig, Pos: at, Ref: bases, Alt: whole})
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(all, func(pr Prediction) bool { return pr.Transcript == tr })
		n++
		if got[0].Prediction.HGVSp != all[i].HGVSp {
			t.Errorf("%s %v %v: %s, joined %s", kind, a, b, got[0].Prediction.HGVSp, all[i].HGVSp)
		}
	}
	return n
}

// csqHaplotypeMisses are the cases of bcftools csq's haplotype mode that we do
// not match, with the class of each.
var csqHaplotypeMisses = map[string]string{
	"EDUMMY0002 1:11:GTGAAAAAACCATGA:G":           "the exon is shorter than the deletion and its repeat: csq stops at the exon's end",
	"ENSCAFT00000047742 chr9:104:CA:C":            "a gap of one base is no intron for VEP, and a splice site on both sides for csq",
	"ENST00000218032 X:107:CATG:C":                "the start codon deleted: csq adds inframe_deletion",
	"ENST00000227471 11:6609:A:AG":                "an insertion between intron and exon: exonic as VEP places it",
	"ENST00000269081 17:7210:C:CACCTGGAA":         "a duplication over an acceptor: VEP's acceptor term silences splice_region",
	"ENST00000409523 2:18990:TAAAGGGATATCTACAA:T": "a deletion over an exon's edge: coding_sequence_variant in VEP",
	"ENST00000423372 1:2723:G:GAAA":               "the insertion shifts 3', away from the splice region",
	"ENST00000423372 1:2717:G:A":                  "splice_donor_region_variant, which csq does not have",
	"ENST00000423372 1:2718:G:A":                  "splice_donor_region_variant, which csq does not have",
	"ENST00000528237 1:14714:G:A":                 "Arg to stop at the end of an incomplete CDS: a stop gained",
}

// bcftools csq with haplotypes, on the files without samples, whose records it
// takes for one haplotype: the first term of each entry, the amino acids where
// it prints them, and the records that are read together.
func TestConformanceBcftoolsHaplotypes(t *testing.T) {
	const dir = "conformance/bcftools/"
	files := map[string][]map[string]string{}
	c := conformance{t: t}
	for _, row := range testkit.Table(t, testkit.Shared(t, dir+"csq_flat.tsv")) {
		if !strings.HasPrefix(row["mode"], "haplotype") || strings.Contains(row["note"], "per sample") {
			continue
		}
		name := row["directory"] + " " + row["vcf"]
		files[name] = append(files[name], row)
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		rows := files[name]
		if d := rows[0]["directory"]; d == "ENST00000230048" || d == "ENST00000571540" {
			c.notApply += len(rows) // its gene model has a position before the contig
			continue
		}
		p := openCase(t, dir+"data/csq/"+rows[0]["directory"], rows[0]["directory"])
		var alleles []allele.Allele
		for _, row := range rows {
			alleles = append(alleles, allele.Allele{Contig: row["chrom"], Pos: atoi(t, row["pos"]) - 1,
				Ref: strings.ToUpper(row["ref"]), Alt: strings.ToUpper(row["alt"])})
		}
		checkHaplotype(t, &c, p, rows, alleles)
	}
	c.hold("bcftools csq, haplotypes", 84)
}

// checkHaplotype compares one file's rows, whose alleles are one haplotype.
func checkHaplotype(t *testing.T, c *conformance, p *Predictor, rows []map[string]string, alleles []allele.Allele) {
	t.Helper()
	compounds := map[string][]Compound{} // by transcript
	own := make([][]Prediction, len(rows))
	var usable []allele.Allele
	var which []int
	transcripts := map[string]*transcript.Transcript{}
	for i, a := range alleles {
		if strings.ContainsAny(a.Alt, "<*.,") {
			continue
		}
		var err error
		if own[i], err = p.Predict(nil, a); err != nil {
			t.Fatal(err)
		}
		usable, which = append(usable, a), append(which, i)
		for _, pr := range own[i] {
			if pr.Transcript != nil {
				transcripts[pr.Transcript.ID] = pr.Transcript
			}
		}
	}
	for id, tr := range transcripts {
		compounds[id] = together(t, p, tr, usable)
		for _, one := range compounds[id] {
			for k := range one.Members {
				one.Members[k] = which[one.Members[k]]
			}
		}
	}
	for i, row := range rows {
		if row["expected_BCSQ"] == "" || row["expected_BCSQ"] == "." || own[i] == nil {
			c.notApply++
			continue
		}
		ok := true
		for entry := range strings.SplitSeq(row["expected_BCSQ"], ",") {
			if entry = strings.TrimPrefix(entry, "*"); !metEntry(entry, i, rows, own[i], compounds) {
				ok = false
				id := row["directory"] + " " + alleles[i].String()
				t.Logf("miss %s: want %.120s (%s)", id, entry, csqHaplotypeMisses[id])
				if csqHaplotypeMisses[id] == "" {
					t.Errorf("%s: matched before", id)
				}
			}
		}
		c.count(ok)
	}
}

// metEntry tells whether one of csq's entries is among ours.
func metEntry(entry string, i int, rows []map[string]string, own []Prediction, compounds map[string][]Compound) bool {
	if at, is := strings.CutPrefix(entry, "@"); is {
		// The record is read together with the one at that place.
		for _, list := range compounds {
			for _, one := range list {
				if slices.Contains(one.Members, i) && slices.ContainsFunc(one.Members, func(m int) bool { return rows[m]["pos"] == at }) {
					return true
				}
			}
		}
		return false
	}
	f := strings.Split(entry, "|")
	if len(f) < 3 {
		return true
	}
	id, _, _ := strings.Cut(f[2], ".")
	first, _, _ := strings.Cut(f[0], "&")
	has := func(pr Prediction) bool {
		return pr.Transcript != nil && strings.HasPrefix(pr.Transcript.ID, id) &&
			slices.ContainsFunc(pr.Terms, func(term Term) bool { return csqNames[term] == first })
	}
	if len(f) < 7 || !strings.Contains(f[6], "+") {
		return slices.ContainsFunc(own, has)
	}
	for _, list := range compounds {
		for _, one := range list {
			if slices.Contains(one.Members, i) && has(one.Prediction) && len(one.Members) == strings.Count(f[6], "+")+1 {
				return true
			}
		}
	}
	return false
}
