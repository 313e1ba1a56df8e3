package annotate

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"varpanel/annotate/consequence"
	"varpanel/reference/allele"
	"varpanel/reference/panel"
	"varpanel/reference/transcript"
	"varpanel/stages/variant"
)

// The made-up gene's coding sequence is one exon: ATG CCA CGG GAT TCA CTA GAC CAT GTT
// CGA ACC TTA GGA CAA TGG GTA TAA, from position 10 on (0-based). Without a T of GAT TCA
// it goes on CAC TAG.
const jointCDS = "ATGCCACGGGATTCACTAGACCATGTTCGAACCTTAGGACAATGGGTATAA"

func jointAnnotator(t *testing.T) *Annotator {
	t.Helper()
	seq := memory("CCCCCCCCCC" + jointCDS + strings.Repeat("C", 20))
	tr := &transcript.Transcript{
		ID: "T", Accession: "T.1", Gene: "G", Biotype: "protein_coding", Contig: "1", Start: 5, End: 75, Strand: transcript.Plus,
		Exons: []transcript.Exon{{Start: 5, End: 75, Phase: 0}}, CDSStart: 10, CDSEnd: 10 + len(jointCDS), CodonTable: 1,
	}
	model, err := transcript.NewModel([]*transcript.Gene{{ID: "G", Symbol: "G", Contig: "1", Start: 5, End: 75, Strand: transcript.Plus,
		Transcripts: []*transcript.Transcript{tr}}})
	if err != nil {
		t.Fatal(err)
	}
	genes := NewGenes(&panel.Panel{Genes: []panel.Gene{{HGNCID: "HGNC:1", Symbol: "G", Transcripts: []panel.Transcript{{ID: "T", Present: true}}}}})
	return New(genes, consequence.New(model, seq, consequence.Options{}), nil, nil)
}

// sampleAllele is "CODING-POSITION REF>ALT GENOTYPE[:PS]", with "!RULE" behind it where
// a rule excludes the allele.
func sampleAllele(t *testing.T, a *Annotator, text string) *variant.Variant {
	t.Helper()
	text, rule, excluded := strings.Cut(text, "!")
	var pos int
	var change, gt string
	if _, err := fmt.Sscanf(text, "%d %s %s", &pos, &change, &gt); err != nil {
		t.Fatal(text, err)
	}
	ref, alt, _ := strings.Cut(change, ">")
	gt, set, _ := strings.Cut(gt, ":")
	v := &variant.Variant{
		Allele:  allele.Allele{Contig: "1", Pos: 10 + pos - 1, Ref: ref, Alt: alt},
		Origins: []variant.Origin{{File: "a.vcf", Contig: "1", Pos: 10 + pos - 1, Ref: ref, Alt: alt}},
		Genotype: variant.Genotype{State: variant.CalledAlternate, Phased: strings.Contains(gt, "|"), PhaseSet: set,
			AltFirst: gt[0] == '1', Every: !strings.Contains(gt, "0")},
	}
	if excluded {
		v.Exclusion = &variant.Exclusion{Rule: rule}
	}
	var err error
	if v.Predictions, err = a.predictor.Predict(nil, v.Allele); err != nil {
		t.Fatal(err)
	}
	return v
}

// What each group makes was read from the code by hand.
func TestJoin(t *testing.T) {
	for _, e := range []struct {
		what    string
		alleles []string
		joined  []string // parts by number and the protein's name
		apart   []string // pairs by number, and why
	}{
		{"phased: CCA to TAA", []string{"4 C>T 0|1:1", "5 C>A 0|1:1"}, []string{"0+1 p.(Pro2Ter)"}, nil},
		{"phased without a phase set", []string{"4 C>T 0|1", "5 C>A 0|1"}, []string{"0+1 p.(Pro2Ter)"}, nil},
		{"in trans", []string{"4 C>T 0|1:1", "5 C>A 1|0:1"}, nil, nil},
		{"unphased", []string{"4 C>T 0/1", "5 C>A 0/1"}, nil, []string{"0,1 phase unknown"}},
		{"one phased", []string{"4 C>T 0|1:1", "5 C>A 0/1"}, nil, []string{"0,1 phase unknown"}},
		{"two phase sets", []string{"4 C>T 0|1:1", "5 C>A 0|1:2"}, nil, []string{"0,1 phase unknown"}},
		{"homozygous and heterozygous", []string{"4 C>T 1/1", "5 C>A 0/1"}, []string{"0+1 p.(Pro2Ter)"}, nil},
		{"homozygous and phased", []string{"4 C>T 1/1", "5 C>A 1|0:7"}, []string{"0+1 p.(Pro2Ter)"}, nil},
		{"both homozygous", []string{"4 C>T 1/1", "5 C>A 1/1"}, []string{"0+1 p.(Pro2Ter)"}, nil},
		{"haploid", []string{"4 C>T 1", "5 C>A 1"}, []string{"0+1 p.(Pro2Ter)"}, nil},
		{"a homozygous one between two unphased", []string{"4 C>T 0/1", "5 C>A 1/1", "6 A>G 0/1"},
			[]string{"0+1 p.(Pro2Ter)", "1+2 p.(Pro2Gln)"}, []string{"0,2 phase unknown"}},
		{"two codons", []string{"6 A>C 0|1:1", "7 C>T 0|1:1"}, nil, nil},
		{"with a synonymous one: CGG to TGA", []string{"7 C>T 0|1:1", "9 G>A 0|1:1!consequence"}, []string{"0+1 p.(Arg3Ter)"}, nil},
		{"with a common one", []string{"7 C>T 0|1:1!frequency", "9 G>A 0|1:1"}, []string{"0+1 p.(Arg3Ter)"}, nil},
		{"with an artefact", []string{"7 C>T 0|1:1", "9 G>A 0|1:1!filter-fail"}, nil, []string{"0,1 one is excluded by filter-fail"}},
		{"with an artefact, phase unknown", []string{"7 C>T 0/1", "9 G>A 0/1!depth"}, nil, []string{"0,1 one is excluded by depth"}},
		{"with an artefact in trans", []string{"7 C>T 0|1:1", "9 G>A 1|0:1!depth"}, nil, nil},
		{"two artefacts", []string{"7 C>T 0/1!depth", "9 G>A 0/1!depth"}, nil, nil},
		{"the frame restored: GAT TCA CTA to GAT CAA CTA", []string{"12 TT>T 0|1:1", "15 A>AA 0|1:1"}, []string{"0+1 p.(Ser5Gln)"}, nil},
		{"the frame restored, unphased", []string{"12 TT>T 0/1", "15 A>AA 0/1"}, nil, []string{"0,1 phase unknown"}},
		{"behind the restored frame", []string{"12 TT>T 0|1:1", "15 A>AA 0|1:1", "22 C>T 0|1:1"}, []string{"0+1 p.(Ser5Gln)"}, nil},
		{"behind the stop of a shifted frame", []string{"12 TT>T 0|1:1", "37 G>C 0|1:1"}, nil, nil},
		{"behind that stop, unphased", []string{"12 TT>T 0/1", "37 G>C 0/1"}, nil, nil},
		{"the frame restored behind that stop", []string{"12 TT>T 0|1:1", "36 A>AC 0|1:1"}, nil, nil},
		{"before that stop: CAC to CAG", []string{"12 TT>T 0|1:1", "16 C>G 0|1:1"}, []string{"0+1 p.(Ser5GlnfsTer2)"}, nil},
		{"before and behind that stop", []string{"12 TT>T 0|1:1", "16 C>G 0|1:1", "37 G>C 0|1:1", "40 C>A 0|1:1"}, []string{"0+1 p.(Ser5GlnfsTer2)"}, nil},
		{"two of one codon behind that stop: CAA to GTA", []string{"12 TT>T 0/1", "40 C>G 1/1", "41 A>T 1/1"}, []string{"1+2 p.(Gln14Val)"}, nil},
		{"the caller's own joined allele", []string{"4 C>T 0|1:1", "4 CC>TA 0|1:1", "5 C>A 0|1:1"}, []string{"0 in 1", "2 in 1"}, nil},
		{"and a third base of its codon", []string{"4 C>T 0|1:1", "4 CC>TA 0|1:1", "5 C>A 0|1:1", "6 A>C 0|1:1"},
			[]string{"0 in 1", "2 in 1", "1+3 p.(Pro2Tyr)"}, nil},
		{"the same base, another allele", []string{"4 C>G 1|0:1", "4 CC>TA 0|1:1"}, nil, nil},
		{"a joined allele that is an artefact", []string{"4 C>T 0|1:1", "4 CC>TA 0|1:1!depth", "5 C>A 0|1:1"}, []string{"0+2 p.(Pro2Ter)"}, nil},
		{"overlapping on one haplotype", []string{"11 ATT>A 1/1", "12 T>C 1/1"}, nil, []string{"0,1 what they make together is not known"}},
		{"overlapping, unphased: in trans", []string{"11 ATT>A 0/1", "12 T>C 0/1"}, nil, nil},
	} {
		a := jointAnnotator(t)
		var list []*variant.Variant
		for _, text := range e.alleles {
			list = append(list, sampleAllele(t, a, text))
		}
		usable := func(v *variant.Variant) bool {
			return v.Exclusion == nil || v.Exclusion.Rule == "consequence" || v.Exclusion.Rule == "frequency"
		}
		joint, err := a.Join(list, usable)
		if err != nil {
			t.Fatal(err)
		}
		var got, gotApart []string
		for _, c := range joint.Components {
			got = append(got, fmt.Sprintf("%d in %d", slices.Index(list, c.Part), slices.Index(list, c.Whole)))
		}
		for _, j := range joint.Joined {
			var parts []string
			for _, p := range j.Parts {
				parts = append(parts, fmt.Sprint(slices.Index(list, p)))
			}
			got = append(got, strings.Join(parts, "+")+" "+j.Predictions[0].HGVSp)
		}
		for _, x := range joint.Apart {
			gotApart = append(gotApart, fmt.Sprintf("%d,%d %s", slices.Index(list, x.A), slices.Index(list, x.B), x.Why))
		}
		if !slices.Equal(got, e.joined) || !slices.Equal(gotApart, e.apart) {
			t.Errorf("%s:\n got %q, apart %q\nwant %q, apart %q", e.what, got, gotApart, e.joined, e.apart)
		}
	}
}

// Only the chosen transcripts of the panel's genes are asked.
func TestJoinOutsideThePanel(t *testing.T) {
	a := jointAnnotator(t)
	a.genes = NewGenes(&panel.Panel{})
	list := []*variant.Variant{sampleAllele(t, a, "4 C>T 0|1:1"), sampleAllele(t, a, "5 C>A 0|1:1"), sampleAllele(t, a, "7 C>T 0/1"), sampleAllele(t, a, "9 G>A 0/1")}
	joint, err := a.Join(list, func(*variant.Variant) bool { return true })
	if err != nil || len(joint.Joined) > 0 || len(joint.Apart) > 0 {
		t.Errorf("%+v %v", joint, err)
	}
}
