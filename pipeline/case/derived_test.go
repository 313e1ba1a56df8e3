package cases

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"varpanel/hts/bgzf"
	"varpanel/hts/fasta"
	"varpanel/reference/allele"
	"varpanel/stages/caller"
	"varpanel/stages/variant"
)

// TestSpanning writes parts as one allele. chr17:43093120-43093145 is
// TGACTCACACATTTATTTGGTTCTGT.
func TestSpanning(t *testing.T) {
	seq, err := fasta.Open("../../testdata/reference/GRCh38.test.fa.gz", bgzf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer seq.Close()
	p := &phase{bases: seq.Cursor()}
	for _, e := range []struct {
		parts []string // position, REF and ALT as the record has them
		want  string   // "" where no one allele does it
	}{
		{[]string{"43093138 G A", "43093139 G T"}, "chr17:43093138:GG:AT"},
		{[]string{"43093137 TG TA", "43093139 G T"}, "chr17:43093138:GG:AT"}, // one is padded
		{[]string{"43093131 T C", "43093133 T C"}, "chr17:43093131:TTT:CTC"}, // a base between them
		{[]string{"43093131 T TA", "43093132 T C"}, "chr17:43093132:T:AC"},   // an insertion before a base
		{[]string{"43093132 T C", "43093132 T TA"}, "chr17:43093132:T:CA"},   // and one behind it
		{[]string{"43093137 TG T", "43093139 G GG"}, ""},                     // they undo one another
		{[]string{"43093131 TT T", "43093134 AT A"}, "chr17:43093133:TAT:A"}, // two deletions, trimmed
		{[]string{"43093131 TTT T", "43093132 T C"}, ""},                     // overlapping
		{[]string{"43093020 A C", "43093139 G T"}, ""},                       // too far apart
	} {
		var parts []*variant.Variant
		for _, text := range e.parts {
			f := strings.Fields(text)
			pos := 0
			for _, d := range f[0] {
				pos = pos*10 + int(d-'0')
			}
			parts = append(parts, &variant.Variant{Allele: allele.Allele{Contig: "chr17", Pos: pos - 1, Ref: f[1], Alt: f[2]},
				Origins: []variant.Origin{{Contig: "17", Pos: pos - 1, Ref: f[1], Alt: f[2]}}})
		}
		got, err := p.spanning(parts)
		if err != nil {
			t.Fatal(err)
		}
		text := got.String()
		if got.Ref == "" && got.Alt == "" {
			text = ""
		}
		if text != e.want {
			t.Errorf("%v: %q, want %q", e.parts, text, e.want)
		}
	}
}

// TestSpanningIsTheHaplotype: the spanning allele alone gives the same sequence as its
// parts together, for random parts in real sequence.
func TestSpanningIsTheHaplotype(t *testing.T) {
	seq, err := fasta.Open("../../testdata/reference/GRCh38.test.fa.gz", bgzf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer seq.Close()
	p := &phase{bases: seq.Cursor()}
	const first, last, margin = 43091500, 43094500, 400 // BRCA1's exon 10
	text, err := seq.Bases("chr17", first-margin, last+margin)
	if err != nil {
		t.Fatal(err)
	}
	whole := string(text)
	at := func(from, to int) string { return whole[from-first+margin : to-first+margin] }
	r := rand.New(rand.NewPCG(3, 0))
	compared := 0
	for range 5000 {
		var parts []*variant.Variant
		haplotype := ""
		pos, end := first+r.IntN(last-first), 0
		for n := 2 + r.IntN(2); n > 0; n-- {
			ref := at(pos, pos+1+r.IntN(3)*r.IntN(2))
			alt := ref[:1] + strings.Repeat("ACGT"[r.IntN(4):][:1], r.IntN(3))
			if len(ref) == 1 && len(alt) == 1 {
				alt = string("CATG"[strings.IndexByte("ACGT", ref[0])])
			}
			if ref == alt {
				continue
			}
			if end > 0 {
				haplotype += at(end, pos)
			}
			haplotype += alt
			end = pos + len(ref)
			parts = append(parts, &variant.Variant{Allele: allele.Allele{Contig: "chr17", Pos: pos},
				Origins: []variant.Origin{{Pos: pos, Ref: ref, Alt: alt}}})
			pos = end + r.IntN(6)
		}
		if len(parts) < 2 {
			continue
		}
		start := parts[0].Origins[0].Pos
		got, err := p.spanning(parts)
		if err != nil {
			t.Fatal(err)
		}
		if got.Ref == "" {
			if haplotype != at(start, end) {
				t.Fatalf("%+v: no allele, and they make %s of %s", parts, haplotype, at(start, end))
			}
			continue
		}
		compared++
		whole := allele.Allele{Contig: "chr17", Pos: start, Ref: at(start, end), Alt: haplotype}
		if same, err := allele.SameHaplotype(got, whole, seq); err != nil || !same {
			t.Fatalf("%s is another haplotype than %s (%v)", got, whole, err)
		}
	}
	if compared < 3000 {
		t.Errorf("only %d compared", compared)
	}
}

// TestDerivedCall: the fewest reads of the parts, unknown where one of them does not
// say, and the genotype of the haplotype that all stand on.
func TestDerivedCall(t *testing.T) {
	part := func(zygosity string, every bool, depth, alt int, vaf float64) *variant.Variant {
		return &variant.Variant{
			Genotype: variant.Genotype{State: variant.CalledAlternate, Zygosity: zygosity, Every: every, Phased: zygosity == caller.Het, PhaseSet: "1"},
			Reads: variant.Evidence{Depth: variant.Count{N: depth, Known: depth > 0}, AltDepth: variant.Count{N: alt, Known: true},
				VAF: variant.Fraction{F: vaf, Known: true}},
		}
	}
	het, hom := part(caller.Het, false, 40, 30, 0.75), part(caller.Hom, true, 35, 35, 1)
	e := fewest([]*variant.Variant{het, hom}, func(v *variant.Variant) variant.Evidence { return v.Reads })
	if e.Depth.N != 35 || e.AltDepth.N != 30 || e.VAF.F != 0.75 {
		t.Errorf("%+v", e)
	}
	e = fewest([]*variant.Variant{het, part(caller.Het, false, 0, 9, 0.5)}, func(v *variant.Variant) variant.Evidence { return v.Reads })
	if e.Depth.Known || e.AltDepth.N != 9 {
		t.Errorf("a depth that is not known: %+v", e)
	}
	for _, c := range []struct {
		parts []*variant.Variant
		want  string
		text  string
	}{
		{[]*variant.Variant{hom, het}, caller.Het, "0|1"},
		{[]*variant.Variant{hom, hom}, caller.Hom, "1/1"},
		{[]*variant.Variant{part(caller.Hemi, true, 9, 9, 1), part(caller.Hemi, true, 9, 9, 1)}, caller.Hemi, "1"},
		{[]*variant.Variant{het, part(caller.Mosaic, false, 40, 4, 0.1)}, caller.Mosaic, "0|1"},
		{[]*variant.Variant{part(caller.PartMissing, false, 9, 9, 1), hom}, caller.PartMissing, "0/1"},
	} {
		g := genotypeOf(c.parts)
		if g.Zygosity != c.want || genotypeText(g) != c.text {
			t.Errorf("%s %s, want %s %s", g.Zygosity, genotypeText(g), c.want, c.text)
		}
	}
}

func TestFilterText(t *testing.T) {
	for want, ids := range map[string][]string{
		"PASS": {"PASS"}, ".": {"PASS", "."}, "LowQual;q10": {"PASS", "LowQual", ".", "q10"},
	} {
		if got := filterText(slices.Clone(ids)); got != want {
			t.Errorf("%v: %q, want %q", ids, got, want)
		}
	}
}
