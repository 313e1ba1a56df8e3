package inherit

import (
	"slices"
	"strings"
	"testing"

	"varpanel/annotate/consequence"
	"varpanel/annotate/source"
	"varpanel/reference/allele"
	"varpanel/reference/contig"
	"varpanel/reference/panel"
	"varpanel/reference/profile"
	"varpanel/stages/caller"
	"varpanel/stages/filter"
	"varpanel/stages/sex"
	"varpanel/stages/variant"
)

var exomes = source.Description{Name: "exomes", Kind: source.Frequency, Keys: []string{"af"}}

func options(t *testing.T, s sex.Sex) Options {
	t.Helper()
	p, err := profile.Load("rare-disease")
	if err != nil {
		t.Fatal(err)
	}
	f, err := filter.New(p, filter.Available{Sources: []source.Description{exomes}})
	if err != nil {
		t.Fatal(err)
	}
	set, err := contig.NewSet([]contig.Contig{{Name: "chr1", Length: 248956422}, {Name: "chrX", Length: 156040895},
		{Name: "chrY", Length: 57227415}, {Name: "chrM", Length: 16569}})
	if err != nil {
		t.Fatal(err)
	}
	return Options{Profile: p, Filter: f, Sex: s, Loci: sex.NewLoci(set, contig.GRCh38)}
}

// called makes a called allele in gene G.
func called(contigName string, pos int, m panel.MOI, zygosity string) *variant.Variant {
	return &variant.Variant{
		Allele:      allele.Allele{Contig: contigName, Pos: pos - 1, Ref: "A", Alt: "C"},
		Origins:     []variant.Origin{{File: "a.vcf", Contig: contigName, Pos: pos - 1, Ref: "A", Alt: "C"}},
		Filters:     []string{"PASS"},
		Genotype:    variant.Genotype{State: variant.CalledAlternate, Zygosity: zygosity},
		Reads:       variant.Evidence{VAF: variant.Fraction{F: 0.5, Known: true}},
		Predictions: []consequence.Prediction{{Terms: []consequence.Term{consequence.Missense}}},
		Evaluations: []variant.Evaluation{{HGNCID: "HGNC:1", Gene: "G", PanelMOI: string(m)}},
	}
}

func withAF(v *variant.Variant, af string) *variant.Variant {
	v.Hits = []source.Hit{{Source: "exomes", Kind: source.Frequency, By: source.ByAllele, Fields: []string{af}}}
	return v
}

func phased(v *variant.Variant, set string, altFirst bool) *variant.Variant {
	v.Genotype.Phased, v.Genotype.PhaseSet, v.Genotype.AltFirst = true, set, altFirst
	return v
}

// TestSingle holds one allele of a proband against the domain's table of modes.
func TestSingle(t *testing.T) {
	const dom, rec = InheritedAutosomalDominant, SimpleRecessive
	const par, inX = 20000, 30_000_000 // 1-based places on X, GRCh38
	tests := []struct {
		name     string
		contig   string
		pos      int
		sex      sex.Sex
		moi      panel.MOI
		zygosity string
		want     []string
		flags    []string
	}{
		{"dominant het", "chr1", 1000, sex.Unknown, panel.MonoallelicNotImprinted, caller.Het, []string{dom}, nil},
		{"dominant hom", "chr1", 1000, sex.Unknown, panel.MonoallelicNotImprinted, caller.Hom, []string{dom}, nil},
		{"dominant mosaic", "chr1", 1000, sex.Unknown, panel.MonoallelicNotImprinted, caller.Mosaic, []string{dom}, nil},
		{"dominant half call", "chr1", 1000, sex.Unknown, panel.MonoallelicNotImprinted, caller.PartMissing, []string{dom}, nil},
		{"imprinting not said", "chr1", 1000, sex.Unknown, panel.Monoallelic, caller.Het, []string{dom}, nil},
		{"maternally imprinted", "chr1", 1000, sex.Unknown, panel.MonoallelicMaternallyImprinted, caller.Het, []string{DominantMaternallyImprinted}, []string{FlagOrigin}},
		{"paternally imprinted", "chr1", 1000, sex.Unknown, panel.MonoallelicPaternallyImprinted, caller.Het, []string{DominantPaternallyImprinted}, []string{FlagOrigin}},
		{"a lone het needs a second", "chr1", 1000, sex.Unknown, panel.Biallelic, caller.Het, nil, []string{FlagLone}},
		{"recessive hom", "chr1", 1000, sex.Unknown, panel.Biallelic, caller.Hom, []string{rec}, nil},
		{"a half call is never hom", "chr1", 1000, sex.Unknown, panel.Biallelic, caller.PartMissing, nil, []string{FlagLone}},
		{"both, het", "chr1", 1000, sex.Unknown, panel.Both, caller.Het, []string{dom}, nil},
		{"both, hom", "chr1", 1000, sex.Unknown, panel.Both, caller.Hom, []string{dom, rec}, nil},
		{"both, more severe", "chr1", 1000, sex.Unknown, panel.BothMoreSevereBiallelic, caller.Hom, []string{dom, rec}, nil},
		{"unknown, het", "chr1", 1000, sex.Unknown, panel.Unknown, caller.Het, []string{dom}, []string{FlagUnknown}},
		{"unknown, hom", "chr1", 1000, sex.Unknown, panel.Unknown, caller.Hom, []string{dom, rec}, []string{FlagUnknown}},
		{"a mode not of this chromosome", "chr1", 1000, sex.Unknown, panel.XLinkedBiallelic, caller.Het, []string{dom}, []string{FlagMismatch}},

		{"X recessive, male", "chrX", inX, sex.Male, panel.XLinkedBiallelic, caller.Hemi, []string{XLinkedSimpleRecessive}, nil},
		{"X recessive, female het", "chrX", inX, sex.Female, panel.XLinkedBiallelic, caller.Het, nil, []string{FlagLone}},
		{"X recessive, female hom", "chrX", inX, sex.Female, panel.XLinkedBiallelic, caller.Hom, []string{XLinkedSimpleRecessive}, nil},
		{"X dominant, male", "chrX", inX, sex.Male, panel.XLinkedMonoallelic, caller.Hemi, []string{XLinkedMonoallelic}, nil},
		{"X dominant, female het", "chrX", inX, sex.Female, panel.XLinkedMonoallelic, caller.Het, []string{XLinkedMonoallelic}, nil},
		{"X, het in a male", "chrX", inX, sex.Male, panel.XLinkedMonoallelic, caller.HetXMale, nil, []string{FlagHetXMale}},
		{"X recessive, sex unknown, het", "chrX", inX, sex.Unknown, panel.XLinkedBiallelic, caller.Het, nil, []string{FlagSexUnknown, FlagLone}},
		{"X recessive, sex unknown, hemi", "chrX", inX, sex.Unknown, panel.XLinkedBiallelic, caller.Hemi, []string{XLinkedSimpleRecessive}, []string{FlagSexUnknown}},
		{"X, mode unknown", "chrX", inX, sex.Male, panel.Unknown, caller.Hemi, []string{XLinkedMonoallelic, XLinkedSimpleRecessive}, []string{FlagUnknown}},
		{"X with an autosomal mode", "chrX", inX, sex.Female, panel.MonoallelicNotImprinted, caller.Het, []string{XLinkedMonoallelic}, []string{FlagMismatch}},
		{"pseudoautosomal, male het", "chrX", par, sex.Male, panel.MonoallelicNotImprinted, caller.Het, []string{dom}, nil},
		{"pseudoautosomal, male hom", "chrX", par, sex.Male, panel.Biallelic, caller.Hom, []string{rec}, nil},

		{"Y, male", "chrY", inX - 10_000_000, sex.Male, panel.Unknown, caller.Hemi, []string{YLinked}, []string{FlagUnknown}},
		{"Y in a female", "chrY", inX - 10_000_000, sex.Female, panel.Unknown, caller.Hemi, nil, []string{FlagYInFemale}},
		{"mitochondrion", "chrM", 3243, sex.Unknown, panel.Mitochondrial, caller.Het, []string{MitochondrialGenome}, nil},
		{"mitochondrion, mode unknown", "chrM", 3243, sex.Unknown, panel.Unknown, caller.Hom, []string{MitochondrialGenome}, []string{FlagUnknown}},
		{"haploid call on an autosome", "chr1", 1000, sex.Unknown, panel.MonoallelicNotImprinted, caller.Hemi, []string{dom}, []string{FlagPloidy}},
	}
	for _, tt := range tests {
		v := called(tt.contig, tt.pos, tt.moi, tt.zygosity)
		if err := Apply([]*variant.Variant{v}, options(t, tt.sex)); err != nil {
			t.Fatal(err)
		}
		if got := v.Evaluations[0].Inheritance; !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
		for _, f := range tt.flags {
			if !slices.Contains(v.Flags, f) {
				t.Errorf("%s: flags %v lack %s", tt.name, v.Flags, f)
			}
		}
		if len(tt.flags) == 0 && len(v.Flags) > 0 {
			t.Errorf("%s: flags %v", tt.name, v.Flags)
		}
	}
}

// TestHetXMale: above 0.8 nearly all reads carry it, so it is his only allele.
func TestHetXMale(t *testing.T) {
	for f, want := range map[float64]bool{0.8: false, 0.81: true} {
		v := called("chrX", 30_000_000, panel.XLinkedBiallelic, caller.HetXMale)
		v.Reads.VAF = variant.Fraction{F: f, Known: true}
		if err := Apply([]*variant.Variant{v}, options(t, sex.Male)); err != nil {
			t.Fatal(err)
		}
		if got := len(v.Evaluations[0].Inheritance) > 0; got != want || !slices.Contains(v.Flags, FlagHetXMale) {
			t.Errorf("VAF %v: %v, flags %v", f, v.Evaluations[0].Inheritance, v.Flags)
		}
	}
	v := called("chrX", 30_000_000, panel.XLinkedBiallelic, caller.HetXMale)
	v.Reads.VAF = variant.Fraction{}
	if err := Apply([]*variant.Variant{v}, options(t, sex.Male)); err != nil || len(v.Evaluations[0].Inheritance) > 0 {
		t.Errorf("an unknown VAF is not a high one: %v, %v", v.Evaluations[0].Inheritance, err)
	}
}

// TestFrequencyClasses: each mode of a gene has its own class.
func TestFrequencyClasses(t *testing.T) {
	v := withAF(called("chr1", 1000, panel.Both, caller.Hom), "0.005")
	if err := Apply([]*variant.Variant{v}, options(t, sex.Unknown)); err != nil {
		t.Fatal(err)
	}
	if got := v.Evaluations[0].Inheritance; !slices.Equal(got, []string{SimpleRecessive}) {
		t.Errorf("too common for the dominant mode: %v", got)
	}
	v = withAF(called("chr1", 1000, panel.Both, caller.Het), "0.005")
	v.Rescue = []string{filter.RescueClinVar}
	if err := Apply([]*variant.Variant{v}, options(t, sex.Unknown)); err != nil {
		t.Fatal(err)
	}
	if got := v.Evaluations[0].Inheritance; !slices.Equal(got, []string{InheritedAutosomalDominant}) {
		t.Errorf("a rescued allele passes every class: %v", got)
	}
	v = withAF(called("chr1", 1000, panel.Unknown, caller.Het), "0.005")
	if err := Apply([]*variant.Variant{v}, options(t, sex.Unknown)); err != nil {
		t.Fatal(err)
	}
	if got := v.Evaluations[0].Inheritance; !slices.Equal(got, []string{InheritedAutosomalDominant}) {
		t.Errorf("an unknown mode is judged in the wide class: %v", got)
	}
}

func TestPairs(t *testing.T) {
	const comp = CompoundHeterozygous
	het := func(pos int) *variant.Variant { return called("chr1", pos, panel.Biallelic, caller.Het) }
	oneRecord := func() []*variant.Variant {
		a, b := het(100), het(100)
		b.Allele.Alt, b.Origins[0].Alt = "G", "G"
		return []*variant.Variant{a, b}
	}
	otherGene := het(200)
	otherGene.Evaluations[0].HGNCID, otherGene.Evaluations[0].Gene = "HGNC:2", "H"
	excluded := het(200)
	excluded.Exclusion = &variant.Exclusion{Rule: "depth"}
	otherFile := phased(het(200), "", true)
	otherFile.Origins[0].File = "b.vcf"
	notCalled := het(200)
	notCalled.Genotype = variant.Genotype{Reason: "no call"}
	dropped := het(200)
	dropped.Evaluations[0].Tier, dropped.Evaluations[0].TierRule = filter.Untiered, profile.IDConsequence

	tests := []struct {
		name     string
		variants []*variant.Variant
		want     []string // Inheritance of each, joined
		flags    []string // of each, "" for none
		word     string   // in the first one's evidence
	}{
		{"unphased", []*variant.Variant{het(100), het(200)}, []string{comp, comp}, []string{FlagPhase, FlagPhase}, "chr1:200:A:C (phase unknown)"},
		{"in trans", []*variant.Variant{phased(het(100), "7", true), phased(het(200), "7", false)}, []string{comp, comp}, []string{"", ""}, "in trans"},
		{"in cis", []*variant.Variant{phased(het(100), "7", true), phased(het(200), "7", true)}, []string{"", ""}, []string{FlagCis, FlagCis}, ""},
		{"another phase set", []*variant.Variant{phased(het(100), "7", true), phased(het(200), "8", true)}, []string{comp, comp}, []string{FlagPhase, FlagPhase}, ""},
		{"phased without PS share one set", []*variant.Variant{phased(het(100), "", true), phased(het(200), "", true)}, []string{"", ""}, []string{FlagCis, FlagCis}, ""},
		{"but not across files", []*variant.Variant{phased(het(100), "", true), otherFile}, []string{comp, comp}, []string{FlagPhase, FlagPhase}, ""},
		{"one half phased", []*variant.Variant{phased(het(100), "7", true), het(200)}, []string{comp, comp}, []string{FlagPhase, FlagPhase}, ""},
		{"1/2 of one record is in trans", oneRecord(), []string{comp, comp}, []string{"", ""}, "in trans"},
		{"with a homozygote", []*variant.Variant{het(100), called("chr1", 200, panel.Biallelic, caller.Hom)}, []string{comp, SimpleRecessive}, []string{"", ""}, "in trans"},
		{"two in cis and a third in trans", []*variant.Variant{phased(het(100), "7", true), phased(het(200), "7", true), phased(het(300), "7", false)},
			[]string{comp, comp, comp}, []string{"", "", ""}, "chr1:300:A:C (in trans)"},
		{"a derived allele is no partner of its parts", derived(phased(het(100), "7", true), phased(het(101), "7", true)),
			[]string{"", "", ""}, []string{FlagCis, FlagCis, FlagLone}, ""},
		{"nor of unphased ones beside a homozygote", derived(het(100), everywhere(called("chr1", 101, panel.Biallelic, caller.Hom))),
			[]string{comp, SimpleRecessive, comp}, []string{"", "", ""}, "chr1:101:A:C (in trans)"},
		{"a derived allele and one in trans", append(derived(phased(het(100), "7", true), phased(het(101), "7", true)), phased(het(300), "7", false)),
			[]string{comp, comp, comp, comp}, []string{"", "", "", ""}, "chr1:300:A:C (in trans)"},
		{"half calls", []*variant.Variant{called("chr1", 100, panel.Biallelic, caller.PartMissing), het(200)}, []string{comp, comp}, []string{FlagPhase, FlagPhase}, ""},
		{"another gene", []*variant.Variant{het(100), otherGene}, []string{"", ""}, []string{FlagLone, FlagLone}, ""},
		{"an excluded partner is none", []*variant.Variant{het(100), excluded}, []string{"", ""}, []string{FlagLone, ""}, ""},
		{"a partner dropped for the gene is none", []*variant.Variant{het(100), dropped}, []string{"", ""}, []string{FlagLone, ""}, ""},
		{"a partner not called is none", []*variant.Variant{het(100), notCalled}, []string{"", ""}, []string{FlagLone, FlagNoGenotype}, ""},
	}
	for _, tt := range tests {
		if err := Apply(tt.variants, options(t, sex.Unknown)); err != nil {
			t.Fatal(err)
		}
		for i, v := range tt.variants {
			if got := strings.Join(v.Evaluations[0].Inheritance, ";"); got != tt.want[i] {
				t.Errorf("%s: allele %d: %q, want %q", tt.name, i, got, tt.want[i])
			}
			if got := strings.Join(v.Flags, ";"); got != tt.flags[i] {
				t.Errorf("%s: allele %d: flags %q, want %q", tt.name, i, got, tt.flags[i])
			}
		}
		if text := strings.Join(tt.variants[0].Evaluations[0].Evidence, ";"); !strings.Contains(text, tt.word) {
			t.Errorf("%s: evidence %q", tt.name, text)
		}
	}
}

// derived gives two alleles and what they are joined to.
func derived(a, b *variant.Variant) []*variant.Variant {
	v := called("chr1", 100, panel.Biallelic, caller.Het)
	v.Allele.Ref, v.Allele.Alt = "AA", "CC"
	v.Genotype, v.Parts, v.Origins = a.Genotype, []*variant.Variant{a, b}, append(slices.Clone(a.Origins), b.Origins...)
	return []*variant.Variant{a, b, v}
}

func everywhere(v *variant.Variant) *variant.Variant {
	v.Genotype.Every = true
	return v
}

// TestTwoModesOfOneGene: an allele is no partner of itself where two panels give
// its gene two modes that need a pair, and a mode that takes it alone is enough.
func TestTwoModesOfOneGene(t *testing.T) {
	two := func(first, second panel.MOI) *variant.Variant {
		v := called("chr1", 100, first, caller.Het)
		v.Evaluations = append(v.Evaluations, v.Evaluations[0])
		v.Evaluations[1].PanelMOI = string(second)
		return v
	}
	v := two(panel.Biallelic, panel.Both)
	if err := Apply([]*variant.Variant{v}, options(t, sex.Unknown)); err != nil {
		t.Fatal(err)
	}
	if got := v.Evaluations[0].Inheritance; len(got) > 0 {
		t.Errorf("biallelic, alone: %v", got)
	}
	if got := v.Evaluations[1].Inheritance; !slices.Equal(got, []string{InheritedAutosomalDominant}) || len(v.Flags) > 0 {
		t.Errorf("both, alone: %v, flags %v", got, v.Flags)
	}
	v, w := two(panel.Biallelic, panel.MonoallelicNotImprinted), two(panel.Biallelic, panel.MonoallelicNotImprinted)
	w.Allele.Pos = 199
	if err := Apply([]*variant.Variant{v, w}, options(t, sex.Unknown)); err != nil {
		t.Fatal(err)
	}
	if got := v.Evaluations[0].Inheritance; !slices.Equal(got, []string{CompoundHeterozygous}) {
		t.Errorf("a pair: %v", got)
	}
	if got := v.Evaluations[0].Evidence; len(got) != 1 {
		t.Errorf("evidence %v", got)
	}
}

func TestPairsOnX(t *testing.T) {
	for _, tt := range []struct {
		sex  sex.Sex
		want string
	}{{sex.Female, XLinkedCompoundHeterozygous}, {sex.Unknown, XLinkedCompoundHeterozygous}} {
		a, b := called("chrX", 30_000_000, panel.XLinkedBiallelic, caller.Het), called("chrX", 30_000_100, panel.XLinkedBiallelic, caller.Het)
		if err := Apply([]*variant.Variant{a, b}, options(t, tt.sex)); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(a.Evaluations[0].Inheritance, ";"); got != tt.want {
			t.Errorf("%s: %q", tt.sex, got)
		}
	}
	// A male has no compound heterozygote on X.
	a, b := called("chrX", 30_000_000, panel.XLinkedBiallelic, caller.HetXMale), called("chrX", 30_000_100, panel.XLinkedBiallelic, caller.HetXMale)
	if err := Apply([]*variant.Variant{a, b}, options(t, sex.Male)); err != nil || len(a.Evaluations[0].Inheritance) > 0 {
		t.Errorf("male: %v, %v", a.Evaluations[0].Inheritance, err)
	}
}

// TestOrderDoesNotMatter: the same answers for the same alleles in another order.
func TestOrderDoesNotMatter(t *testing.T) {
	fresh := func() []*variant.Variant {
		return []*variant.Variant{called("chr1", 100, panel.Biallelic, caller.Het), called("chr1", 200, panel.Biallelic, caller.Het),
			called("chr1", 300, panel.Biallelic, caller.Het)}
	}
	first, second := fresh(), fresh()
	slices.Reverse(second)
	for _, list := range [][]*variant.Variant{first, second} {
		if err := Apply(list, options(t, sex.Unknown)); err != nil {
			t.Fatal(err)
		}
	}
	slices.Reverse(second)
	for i := range first {
		if a, b := first[i].Evaluations[0], second[i].Evaluations[0]; !slices.Equal(a.Evidence, b.Evidence) || !slices.Equal(a.Inheritance, b.Inheritance) {
			t.Errorf("allele %d: %+v and %+v", i, a, b)
		}
	}
}

func TestSomaticHasNoModes(t *testing.T) {
	o := options(t, sex.Unknown)
	var err error
	if o.Profile, err = profile.Load("solid-tumour"); err != nil {
		t.Fatal(err)
	}
	v := called("chr1", 100, panel.MonoallelicNotImprinted, caller.Somatic)
	if err := Apply([]*variant.Variant{v}, o); err != nil || v.Evaluations[0].Inheritance != nil || v.Flags != nil {
		t.Errorf("%+v, %v, %v", v.Evaluations[0], v.Flags, err)
	}
}
