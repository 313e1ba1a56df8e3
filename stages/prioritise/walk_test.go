package prioritise

import (
	"slices"
	"strings"
	"testing"

	"varpanel/annotate/consequence"
	"varpanel/annotate/source"
	"varpanel/hts/vcf"
	"varpanel/reference/allele"
	"varpanel/reference/contig"
	"varpanel/reference/panel"
	"varpanel/reference/profile"
	"varpanel/reference/transcript"
	"varpanel/stages/caller"
	"varpanel/stages/filter"
	"varpanel/stages/inherit"
	"varpanel/stages/sex"
	"varpanel/stages/variant"
)

// The walks take records as they stand in the files (or, for the
// haematological case, as the issue writes them) and hand-made annotation, and
// go through caller, filter, inherit and prioritise.

var (
	thousand = source.Description{Name: "1000g", Kind: source.Frequency, Keys: []string{"af", "af_eur"}, Populations: []string{"eur"}}
	clinvar  = source.Description{Name: "clinvar", Kind: source.ClinicalSignificance, Keys: []string{"review", "significance"}}
	hotspots = source.Description{Name: "cancer_hotspots", Kind: source.Hotspot, Keys: []string{"gene", "protein"}}
	own      = source.Description{Name: source.PanelHotspots, Kind: source.Hotspot, Keys: []string{"gene", "name", "origin", "protein"}}
)

const (
	plp      = "Pathogenic/Likely_pathogenic"
	twoStars = "criteria_provided,_multiple_submitters,_no_conflicts"
	oneStar  = "criteria_provided,_single_submitter"
)

func frequencyHit(af, eur string) source.Hit {
	return source.Hit{Source: "1000g", Kind: source.Frequency, By: source.ByAllele, Fields: []string{af, eur}}
}

func clinvarHit(id, significance, review string) source.Hit {
	return source.Hit{Source: "clinvar", Kind: source.ClinicalSignificance, By: source.ByAllele, ID: id, Fields: []string{review, significance}}
}

func hotspotHit(gene, protein string) source.Hit {
	return source.Hit{Source: "cancer_hotspots", Kind: source.Hotspot, By: source.ByAllele, Fields: []string{gene, protein}}
}

func ownHit(gene, name string) source.Hit {
	return source.Hit{Source: source.PanelHotspots, Kind: source.Hotspot, By: source.ByAllele, Fields: []string{gene, name, "", ""}}
}

// call is one record of a walk, with what the stages before it would have found.
type call struct {
	line  string // with spaces for tabs
	gene  string // symbol; its HGNC id is made of it
	terms []consequence.Term
	hits  []source.Hit
}

// walk is a case.
type walk struct {
	profile string
	header  string // ## lines beside the first, and none for #CHROM
	sample  int
	sex     sex.Sex
	genes   map[string]*panel.Gene // by symbol; a gene that is not there has the mode unknown
	calls   []call
}

var contigs = []contig.Contig{{Name: "chr1", Length: 248956422}, {Name: "chr2", Length: 242193529}, {Name: "chr5", Length: 181538259},
	{Name: "chr7", Length: 159345973}, {Name: "chr9", Length: 138394717}, {Name: "chr11", Length: 135086622},
	{Name: "chr13", Length: 114364328}, {Name: "chr17", Length: 83257441}, {Name: "chrX", Length: 156040895}}

func (w walk) options(t *testing.T) Options {
	t.Helper()
	p, err := profile.Load(w.profile)
	if err != nil {
		t.Fatal(err)
	}
	f, err := filter.New(p, filter.Available{Sources: []source.Description{thousand, clinvar, hotspots, own}})
	if err != nil {
		t.Fatal(err)
	}
	set, err := contig.NewSet(contigs)
	if err != nil {
		t.Fatal(err)
	}
	genes := make(map[string]*panel.Gene)
	for symbol, g := range w.genes {
		genes["HGNC:"+symbol] = g
	}
	return Options{Profile: p, Filter: f, Loci: sex.NewLoci(set, contig.GRCh38), Genes: genes, Rank: func(name string) int {
		i, _ := set.Rank(name)
		return i
	}}
}

// run gives the reported alleles in order, and all of them in the order of the
// calls. Records that are the same allele after normalisation are merged.
func (w walk) run(t *testing.T) (ranked, all []*variant.Variant) {
	t.Helper()
	o := w.options(t)
	header := "##fileformat=VCFv4.2\n" + w.header + "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
	if columns := len(strings.Fields(w.calls[0].line)); columns > 9 {
		header += "\tFORMAT"
		for i := range columns - 9 {
			header += "\ts" + string(rune('1'+i))
		}
	}
	body := ""
	for _, c := range w.calls {
		body += "\n" + strings.Join(strings.Fields(c.line), "\t")
	}
	in, err := vcf.NewReader(strings.NewReader(header+body+"\n"), "case.vcf")
	if err != nil {
		t.Fatal(err)
	}
	adapter := caller.New(in.Header(), w.sample, o.Profile)
	for _, c := range w.calls {
		var r vcf.Record
		if err := in.Read(&r); err != nil {
			t.Fatal(err)
		}
		v := w.variant(t, o, adapter, &r, c)
		if err := o.Filter.Apply(v, filter.Facts{Locus: o.Loci.Of(v.Allele.Contig, v.Allele.Pos, v.Allele.End())}); err != nil {
			t.Fatal(err)
		}
		all = append(all, v)
	}
	if err := inherit.Apply(all, inherit.Options{Profile: o.Profile, Filter: o.Filter, Sex: w.sex, Loci: o.Loci}); err != nil {
		t.Fatal(err)
	}
	if ranked, err = Apply(all, o); err != nil {
		t.Fatal(err)
	}
	return ranked, all
}

func (w walk) variant(t *testing.T, o Options, adapter *caller.Adapter, r *vcf.Record, c call) *variant.Variant {
	t.Helper()
	name := "chr" + strings.TrimPrefix(string(r.Chrom()), "chr")
	a := allele.Allele{Contig: name, Pos: r.Pos(), Ref: string(r.Ref()), Alt: string(r.Alt(0))}
	got, err := adapter.Read(r, 0, sex.CopiesOf(w.sex, o.Loci.Of(name, a.Pos, a.End())))
	if err != nil || got.Carried != caller.IsCarried {
		t.Fatalf("%s: carried %d, %v", a, got.Carried, err)
	}
	v := &variant.Variant{
		Allele: a, Origins: []variant.Origin{{File: "case.vcf", Contig: string(r.Chrom()), Pos: r.Pos(), Ref: a.Ref, Alt: a.Alt}},
		Filters: strings.Split(string(r.Filter()), ";"), Genotype: got.Genotype, Reads: got.Reads, Flags: got.Flags, Hits: c.hits,
	}
	if c.gene != "" {
		moi := panel.Unknown
		if g := w.genes[c.gene]; g != nil {
			moi = g.MOI
		}
		v.Predictions = []consequence.Prediction{{Transcript: &transcript.Transcript{CDSStart: 1, CDSEnd: 2}, Terms: c.terms}}
		v.Evaluations = []variant.Evaluation{{HGNCID: "HGNC:" + c.gene, Gene: c.gene, PanelMOI: string(moi)}}
	}
	return v
}

// names gives "GENE tier" of each.
func names(list []*variant.Variant) []string {
	var out []string
	for _, v := range list {
		out = append(out, v.Evaluations[0].Gene+" "+v.Evaluations[0].Tier)
	}
	return out
}

func rules(list []*variant.Variant) []string {
	var out []string
	for _, v := range list {
		rule := ""
		if v.Exclusion != nil {
			rule = v.Exclusion.Rule
		}
		out = append(out, rule)
	}
	return out
}

// TestCaseA: the seven coding calls of NA12878 in BRCA1 are common, so nothing
// is reported. The genotypes, depths and frequencies are those of the files.
func TestCaseA(t *testing.T) {
	const missense, synonymous = consequence.Missense, consequence.Synonymous
	one := func(line string, term consequence.Term, af, eur string) call {
		return call{line: line, gene: "BRCA1", terms: []consequence.Term{term}, hits: []source.Hit{frequencyHit(af, eur)}}
	}
	calls := []call{
		one("chr17 43071077 . T C 222.396 . DP=28 GT:PL:DP:AD 0/1:255,0,248:27:13,14", missense, "0.355831", "0.3598"),
		one("chr17 43082453 . A G 222.276 . DP=44 GT:PL:DP:AD 0/1:255,0,255:42:18,24", synonymous, "0.336262", "0.3579"),
		one("chr17 43091983 . T C 222.054 . DP=27 GT:PL:DP:AD 0/1:255,0,208:26:9,17", missense, "0.352636", "0.3549"),
		one("chr17 43092418 . T C 221.645 . DP=32 GT:PL:DP:AD 0/1:255,0,178:31:9,22", missense, "0.335663", "0.3569"),
		one("chr17 43092919 . G A 222.285 . DP=44 GT:PL:DP:AD 0/1:255,0,255:43:18,25", missense, "0.54393", "0.3628"),
		one("chr17 43093220 . A G 222.317 . DP=36 GT:PL:DP:AD 0/1:255,0,255:35:15,20", synonymous, "0.335264", "0.3529"),
		one("chr17 43093449 . G A 192.293 . DP=46 GT:PL:DP:AD 0/1:225,0,255:44:26,18", synonymous, "0.336462", "0.3002"),
	}
	for _, moi := range []panel.MOI{panel.MonoallelicNotImprinted, panel.Unknown} {
		w := walk{profile: "rare-disease", calls: calls, sex: sex.Female,
			genes: map[string]*panel.Gene{"BRCA1": {Symbol: "BRCA1", Confidence: "3", MOI: moi}}}
		ranked, all := w.run(t)
		if len(ranked) != 0 {
			t.Errorf("%s: reported %v", moi, names(ranked))
		}
		for i, v := range all {
			if v.Exclusion == nil || v.Exclusion.Rule != "frequency" || !slices.Contains(v.Flags, "unfiltered") || v.Genotype.Zygosity != caller.Het {
				t.Errorf("%s: call %d: %+v, flags %v", moi, i, v.Exclusion, v.Flags)
			}
		}
	}
}

// TestRareDiseaseCase: a small made-up case across the tiers.
func TestRareDiseaseCase(t *testing.T) {
	green := func(m panel.MOI) *panel.Gene { return &panel.Gene{Confidence: "3", MOI: m} }
	w := walk{profile: "rare-disease", sex: sex.Male,
		genes: map[string]*panel.Gene{
			"DOM": green(panel.MonoallelicNotImprinted), "REC": green(panel.Biallelic), "LONE": green(panel.Biallelic),
			"XR": green(panel.XLinkedBiallelic), "AMBER": {Confidence: "2", MOI: panel.MonoallelicNotImprinted},
		},
		calls: []call{
			{line: "1 1000 . C T . PASS . GT:AD 0/1:20,20", gene: "DOM", terms: []consequence.Term{consequence.Missense}},
			{line: "1 2000 . CA C . PASS . GT:AD 0/1:20,20", gene: "DOM", terms: []consequence.Term{consequence.Frameshift}},
			{line: "2 1000 . C T . PASS . GT:AD 0/1:20,20", gene: "REC", terms: []consequence.Term{consequence.StopGained}},
			{line: "2 2000 . C T . PASS . GT:AD 0/1:20,20", gene: "REC", terms: []consequence.Term{consequence.Missense}},
			{line: "5 1000 . C T . PASS . GT:AD 0/1:20,20", gene: "LONE", terms: []consequence.Term{consequence.StopGained}},
			{line: "X 30000000 . C T . PASS . GT:AD 1/1:0,20", gene: "XR", terms: []consequence.Term{consequence.SpliceDonor}},
			{line: "7 1000 . C T . PASS . GT:AD 0/1:20,20", gene: "AMBER", terms: []consequence.Term{consequence.StopGained}},
			{line: "9 1000 . C T . PASS . GT:AD 0/1:20,20", gene: "DOM", terms: []consequence.Term{consequence.Intron},
				hits: []source.Hit{clinvarHit("1", "Pathogenic", oneStar), frequencyHit("0.05", "")}},
			{line: "11 1000 . C T . q10 . GT:AD 0/1:20,20", gene: "DOM", terms: []consequence.Term{consequence.Missense}},
			{line: "13 1000 . C T . PASS . GT:AD 0/1:20,20"},
		}}
	ranked, all := w.run(t)
	// The known variant first, then high impact by severity (splice donor, stop
	// gained, frameshift), then moderate, then the amber gene, then untiered.
	want := []string{"DOM 1", "XR 1", "REC 1", "DOM 1", "DOM 2", "REC 2", "AMBER 3", "LONE untiered"}
	if got := names(ranked); !slices.Equal(got, want) {
		t.Errorf("order %v, want %v", got, want)
	}
	if r := ranked[0]; r.Evaluations[0].TierRule != RuleKnown || !slices.Contains(r.Flags, "overridden:frequency") ||
		!slices.Contains(r.Flags, "overridden:consequence") || !slices.Equal(r.Rescue, []string{"clinvar-plp"}) {
		t.Errorf("the known variant: %+v, flags %v", r.Evaluations[0], r.Flags)
	}
	if got := rules(all); got[8] != "filter-fail" || got[9] != "outside-transcripts" {
		t.Errorf("rules %v", got)
	}
	if v := all[5]; v.Genotype.Zygosity != caller.Hemi || !slices.Equal(v.Evaluations[0].Inheritance, []string{inherit.XLinkedSimpleRecessive}) {
		t.Errorf("X: %+v %v", v.Genotype, v.Evaluations[0].Inheritance)
	}
	if v := all[4]; !slices.Contains(v.Flags, inherit.FlagLone) {
		t.Errorf("a lone het: flags %v", v.Flags)
	}
}

// TestCaseB: the colorectal tumour T001-COAD, records as they stand in its file.
func TestCaseB(t *testing.T) {
	const format = "GT:DPC:DPT:ADC:ADT:AL"
	w := walk{profile: "solid-tumour",
		header: `##INFO=<ID=TVAF,Number=.,Type=Float,Description="x">
##INFO=<ID=TDP,Number=.,Type=Integer,Description="x">
`,
		calls: []call{
			{line: "17 7676152 . CG C . PASS TCGA_CODE=COAD;TVAF=0.783784;TDP=37;TAL=mutect2 " + format + " 0/1:54:37:.,.:8,29:2",
				gene: "TP53", terms: []consequence.Term{consequence.Frameshift}, hits: []source.Hit{clinvarHit("428897", "Pathogenic", twoStars)}},
			{line: "7 140753336 . A T . PASS TCGA_CODE=COAD;TVAF=0.314815;TDP=54 " + format + " 0/1:133:54:.,.:37,17:1",
				gene: "BRAF", terms: []consequence.Term{consequence.Missense},
				hits: []source.Hit{clinvarHit("13961", plp, twoStars), hotspotHit("BRAF", "p.V600E")}},
			{line: "11 112086894 . C T . PASS TCGA_CODE=COAD;TVAF=0.34375;TDP=33 " + format + " 0/1:110:33:.,.:21,11:1",
				gene: "SDHD", terms: []consequence.Term{consequence.FivePrimeUTR}},
			{line: "7 1000 . A T . PASS TVAF=0.3;TDP=200 " + format + " 0/1:133:200:.,.:140,60:1",
				gene: "OTHER", terms: []consequence.Term{consequence.Missense}},
			{line: "7 2000 . A T . PASS TVAF=0.3;TDP=200 " + format + " 0/1:133:200:.,.:140,60:1",
				gene: "COMMON", terms: []consequence.Term{consequence.Frameshift}, hits: []source.Hit{frequencyHit("0.01", "")}},
		}}
	ranked, all := w.run(t)
	if got, want := names(ranked), []string{"BRAF II", "TP53 II", "OTHER III", "COMMON IV"}; !slices.Equal(got, want) {
		t.Fatalf("order %v, want %v", got, want)
	}
	for i, depth := range []int{54, 37} {
		v := ranked[i]
		if !slices.Contains(v.Flags, "overridden:depth") || v.Reads.Depth.N != depth || v.Genotype.Zygosity != caller.Somatic {
			t.Errorf("%s: flags %v, depth %+v", v.Allele, v.Flags, v.Reads.Depth)
		}
		text := strings.Join(v.Evaluations[0].Evidence, "\n")
		if !strings.Contains(text, "for confirmation by a clinical scientist") || !strings.Contains(text, RuleWithoutTherapy) {
			t.Errorf("%s: evidence %q", v.Allele, text)
		}
		if v.Evaluations[0].Inheritance != nil {
			t.Errorf("%s: inheritance %v", v.Allele, v.Evaluations[0].Inheritance)
		}
	}
	if got := all[2].Exclusion; got == nil || got.Rule != "consequence" || got.Observed != "5_prime_UTR_variant" {
		t.Errorf("SDHD: %+v", got)
	}
	if got := ranked[0].Rescue; !slices.Equal(got, []string{"clinvar-plp", "hotspot"}) {
		t.Errorf("BRAF: rescue %v", got)
	}
}

// haem are the five alleles of Case C at realistic VAFs; the VCF is written by
// hand.
func haem() []call {
	const format = "GT:DP:AD"
	missense := []consequence.Term{consequence.Missense}
	return []call{
		{line: "9 5073770 . G T . PASS . " + format + " 0/1:1200:900,300", gene: "JAK2", terms: missense,
			hits: []source.Hit{clinvarHit("14662", plp, twoStars), ownHit("JAK2", "JAK2 V617F")}},
		{line: "2 208248388 . C T . PASS . " + format + " 0/1:900:540,360", gene: "IDH1", terms: missense,
			hits: []source.Hit{clinvarHit("156444", plp, twoStars), hotspotHit("IDH1", "p.R132H")}},
		{line: "2 25234373 . C T . PASS . " + format + " 0/1:1100:660,440", gene: "DNMT3A", terms: missense,
			hits: []source.Hit{clinvarHit("375881", plp, twoStars), hotspotHit("DNMT3A", "p.R882H")}},
		{line: "13 28018505 . C A . PASS . " + format + " 0/1:700:630,70", gene: "FLT3", terms: missense,
			hits: []source.Hit{hotspotHit("FLT3", "p.D835Y")}},
		{line: "5 171410539 . C CTCTG . PASS . " + format + " 0/1:800:520,280", gene: "NPM1", terms: []consequence.Term{consequence.Frameshift},
			hits: []source.Hit{ownHit("NPM1", "NPM1 type A")}},
	}
}

func TestCaseC(t *testing.T) {
	for _, name := range []string{"haem-myeloid", "haem-lymphoid"} {
		named := "hotspot: panel-hotspots NPM1 type A (by allele)"
		ranked, _ := walk{profile: name, calls: haem()}.run(t)
		// Two kinds of evidence before one; equal ones by severity, then by place.
		want := []string{"DNMT3A II", "IDH1 II", "JAK2 II", "NPM1 II", "FLT3 II"}
		if got := names(ranked); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
		for _, v := range ranked {
			if len(v.Flags) > 0 {
				t.Errorf("%s: %s: flags %v", name, v.Allele, v.Flags)
			}
		}
		if got := ranked[3].Evaluations[0].Evidence; !slices.Contains(got, named) {
			t.Errorf("%s: NPM1: evidence %q", name, got)
		}
	}
}

// TestHaemBoundaries: what the haematological profiles exclude of the same
// calls without a rescue.
func TestHaemBoundaries(t *testing.T) {
	for _, tt := range []struct{ profile, reads, want string }{
		{"haem-myeloid", "99:89,10", ""},
		{"haem-myeloid", "98:88,10", "depth"},
		{"haem-lymphoid", "100:90,10", ""},
		{"haem-lymphoid", "99:89,10", "depth"},
		{"haem-myeloid", "1000:970,30", ""},
		{"haem-myeloid", "1000:971,29", "vaf"},
		{"haem-myeloid", "200:191,9", "alt-reads"},
	} {
		c := haem()[0]
		c.hits = nil
		c.line = strings.Replace(c.line, "1200:900,300", tt.reads, 1)
		_, all := walk{profile: tt.profile, calls: []call{c}}.run(t)
		if got := rules(all)[0]; got != tt.want {
			t.Errorf("%s %s: %q, want %q", tt.profile, tt.reads, got, tt.want)
		}
	}
}
