package filter

import (
	"slices"
	"strings"
	"testing"

	"varpanel/annotate/consequence"
	"varpanel/annotate/source"
	"varpanel/hts/fault"
	"varpanel/reference/allele"
	"varpanel/reference/panel"
	"varpanel/reference/profile"
	"varpanel/stages/sex"
	"varpanel/stages/variant"
)

// The sources of these tests.
var (
	exomes = source.Description{Name: "gnomad_exomes", Kind: source.Frequency,
		Keys: []string{"af", "popmax", "af_ami", "af_nfe"}, Populations: []string{"ami", "nfe"}}
	genomes = source.Description{Name: "gnomad_genomes", Kind: source.Frequency,
		Keys: []string{"af", "af_eas"}, Populations: []string{"eas"}}
	clinvar = source.Description{Name: "clinvar", Kind: source.ClinicalSignificance, Keys: []string{"review", "significance"}}
	hotspot = source.Description{Name: "hotspots", Kind: source.Hotspot, Keys: []string{"gene", "protein"}}
	known   = source.KnownDescription()
)

const twoStars = "criteria_provided,_multiple_submitters,_no_conflicts"

func af(values ...string) source.Hit {
	return source.Hit{Source: "gnomad_exomes", Kind: source.Frequency, By: source.ByAllele, Fields: values}
}

func afGenomes(values ...string) source.Hit {
	return source.Hit{Source: "gnomad_genomes", Kind: source.Frequency, By: source.ByAllele, Fields: values}
}

func clin(significance, review string) source.Hit {
	return source.Hit{Source: "clinvar", Kind: source.ClinicalSignificance, By: source.ByAllele, Fields: []string{review, significance}}
}

func hot(by source.MatchBy) source.Hit {
	return source.Hit{Source: "hotspots", Kind: source.Hotspot, By: by, Fields: []string{"BRAF", "p.V600E"}}
}

func list(says string) source.Hit {
	return source.Hit{Source: "known", Kind: source.List, By: source.ByAllele, Fields: []string{says, "run 12"}}
}

// base is a missense call that every rule of every profile passes.
func base() *variant.Variant {
	return &variant.Variant{
		Allele:  allele.Allele{Contig: "chr1", Pos: 99, Ref: "A", Alt: "C"},
		Filters: []string{"PASS"},
		Reads: variant.Evidence{Depth: variant.Count{N: 1000, Known: true}, AltDepth: variant.Count{N: 500, Known: true},
			VAF: variant.Fraction{F: 0.5, Known: true}},
		Predictions: []consequence.Prediction{{Terms: []consequence.Term{consequence.Missense}}},
		Evaluations: []variant.Evaluation{{HGNCID: "HGNC:1", Gene: "G1", PanelMOI: string(panel.MonoallelicNotImprinted)}},
	}
}

func builtIn(t *testing.T, name string) *profile.Profile {
	t.Helper()
	p, err := profile.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func newFilter(t *testing.T, name string) *Filter {
	t.Helper()
	f, err := New(builtIn(t, name), Available{Sources: []source.Description{exomes, genomes, clinvar, hotspot, known}})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// edited parses a built-in profile with some of its text replaced.
func edited(t *testing.T, name string, oldNew ...string) *profile.Profile {
	t.Helper()
	was := string(builtIn(t, name).TOML)
	text := strings.NewReplacer(oldNew...).Replace(was)
	if text == was {
		t.Fatal("nothing was replaced")
	}
	p, err := profile.Parse("edited", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

type change func(v *variant.Variant)

func filters(ids ...string) change { return func(v *variant.Variant) { v.Filters = ids } }
func hits(h ...source.Hit) change  { return func(v *variant.Variant) { v.Hits = append(v.Hits, h...) } }
func mode(m panel.MOI) change {
	return func(v *variant.Variant) { v.Evaluations[0].PanelMOI = string(m) }
}
func depth(n int) change {
	return func(v *variant.Variant) { v.Reads.Depth = variant.Count{N: n, Known: true} }
}
func alt(n int) change {
	return func(v *variant.Variant) { v.Reads.AltDepth = variant.Count{N: n, Known: true} }
}
func vaf(f float64) change {
	return func(v *variant.Variant) { v.Reads.VAF = variant.Fraction{F: f, Known: true} }
}
func terms(t ...consequence.Term) change {
	return func(v *variant.Variant) { v.Predictions[0].Terms = t }
}
func gene(id, symbol string) change {
	return func(v *variant.Variant) { v.Evaluations[0].HGNCID, v.Evaluations[0].Gene = id, symbol }
}
func noReads(v *variant.Variant) { v.Reads = variant.Evidence{} }

const (
	rare     = "rare-disease"
	solid    = "solid-tumour"
	myeloid  = "haem-myeloid"
	lymphoid = "haem-lymphoid"
)

func TestRules(t *testing.T) {
	tests := []struct {
		name    string
		profile string
		changes []change
		rule    string   // "" is kept
		saw     string   // observed, where it matters
		limit   string   // threshold, where it matters
		flags   []string // among the flags
	}{
		{name: "nothing against it", profile: rare},

		// artefact-list
		{name: "artefact", profile: rare, changes: []change{hits(list("artefact"))}, rule: "artefact-list", saw: "known: run 12"},
		{name: "artefact beats rescue", profile: solid, changes: []change{hits(list("artefact"), hot(source.ByAllele))}, rule: "artefact-list"},

		// filter-fail
		{name: "unfiltered", profile: rare, changes: []change{filters(".")}, flags: []string{"unfiltered"}},
		{name: "no FILTER at all", profile: rare, changes: []change{filters()}, flags: []string{"unfiltered"}},
		{name: "failed", profile: rare, changes: []change{filters("q10", "s50")}, rule: "filter-fail", saw: "q10;s50", limit: "PASS"},
		{name: "a longer word is not PASS", profile: rare, changes: []change{filters("PASSED")}, rule: "filter-fail"},
		{name: "merged, one passed", profile: rare, changes: []change{filters("PASS", "q10")}, flags: []string{"filter-mixed"}},
		{name: "merged, one unfiltered", profile: rare, changes: []change{filters(".", "q10")}, rule: "filter-fail", saw: "q10"},
		{name: "P/LP does not override FILTER", profile: rare, changes: []change{filters("q10"), hits(clin("Pathogenic", twoStars))}, rule: "filter-fail"},
		{name: "include list overrides FILTER", profile: rare, changes: []change{filters("q10"), hits(list("include"))}, flags: []string{"overridden:filter-fail"}},
		{name: "hotspot overrides FILTER where the profile says so", profile: solid, changes: []change{filters("q10"), hits(hot(source.ByAllele))}, flags: []string{"overridden:filter-fail"}},
		{name: "and not elsewhere", profile: rare, changes: []change{filters("q10"), hits(hot(source.ByAllele))}, rule: "filter-fail"},
		{name: "nor in myeloid tests", profile: myeloid, changes: []change{filters("q10"), hits(hot(source.ByAllele))}, rule: "filter-fail"},

		// frequency, rare disease: a frequency equal to the limit is kept
		{name: "dominant at the limit", profile: rare, changes: []change{hits(af("0.001"))}},
		{name: "dominant above", profile: rare, changes: []change{hits(af("0.0010001"))}, rule: "frequency", saw: "gnomad_exomes af=0.0010001", limit: "<= 0.001 (dominant)"},
		{name: "recessive at the limit", profile: rare, changes: []change{mode(panel.Biallelic), hits(af("0.01"))}},
		{name: "recessive above", profile: rare, changes: []change{mode(panel.Biallelic), hits(af("0.0101"))}, rule: "frequency", limit: "<= 0.01 (recessive)"},
		{name: "both modes take the wide class", profile: rare, changes: []change{mode(panel.Both), hits(af("0.005"))}},
		{name: "an unknown mode takes the wide class", profile: rare, changes: []change{mode(panel.Unknown), hits(af("0.005"))}},
		{name: "a mode that nobody knows takes it too", profile: rare, changes: []change{mode("new"), hits(af("0.005"))}},
		{name: "X-linked, biallelic in females", profile: rare, changes: []change{mode(panel.XLinkedBiallelic), hits(af("0.005"))}},
		{name: "X-linked, monoallelic", profile: rare, changes: []change{mode(panel.XLinkedMonoallelic), hits(af("0.005"))}, rule: "frequency"},
		{name: "mitochondrial", profile: rare, changes: []change{mode(panel.Mitochondrial), hits(af("0.0101"))}, rule: "frequency", limit: "<= 0.01 (mitochondrial)"},
		{name: "one population is enough", profile: rare, changes: []change{hits(af("0.0001", "", "", "0.002"))}, rule: "frequency", saw: "gnomad_exomes af_nfe=0.002"},
		{name: "popmax counts", profile: rare, changes: []change{hits(af("0.0001", "0.003", "", ""))}, rule: "frequency", saw: "gnomad_exomes popmax=0.003"},
		{name: "a small cohort is given more", profile: rare, changes: []change{hits(af("0.0001", "", "0.1", ""))}},
		{name: "but not everything", profile: rare, changes: []change{hits(af("0.0001", "", "0.11", ""))}, rule: "frequency", limit: "<= 0.1 (dominant)"},
		{name: "genomes' EAS", profile: rare, changes: []change{hits(afGenomes("0.0001", "0.002"))}},
		{name: "genomes' EAS above", profile: rare, changes: []change{hits(afGenomes("0.0001", "0.0021"))}, rule: "frequency", limit: "<= 0.002 (dominant)"},
		{name: "AF 1.0 is common, not special", profile: rare, changes: []change{hits(af("1.0"))}, rule: "frequency", saw: "gnomad_exomes af=1"},
		{name: "AF 0", profile: rare, changes: []change{hits(af("0"))}},
		{name: "a missing AF counts as not seen", profile: rare, changes: []change{hits(af("", "", "", ""))}},
		{name: "a list of values: the largest", profile: rare, changes: []change{hits(af("0.0001&0.2"))}, rule: "frequency", saw: "gnomad_exomes af=0.2"},
		{name: "scientific notation", profile: rare, changes: []change{hits(af("1e-05"))}},
		{name: "the second source counts", profile: rare, changes: []change{hits(af("0"), afGenomes("0.5", ""))}, rule: "frequency"},
		{name: "rescued", profile: rare, changes: []change{hits(af("0.5"), clin("Pathogenic", twoStars))}, flags: []string{"overridden:frequency"}},

		// frequency, somatic
		{name: "solid at the limit", profile: solid, changes: []change{hits(af("0.01"))}},
		{name: "solid above", profile: solid, changes: []change{hits(af("0.011"))}, rule: "frequency", limit: "<= 0.01"},
		{name: "solid reads the whole cohort's AF alone", profile: solid, changes: []change{hits(af("0.001", "0.5", "0.5", "0.5"))}},
		{name: "myeloid below", profile: myeloid, changes: []change{hits(af("0.0019"))}},
		{name: "myeloid at the limit is out", profile: myeloid, changes: []change{hits(af("0.002"))}, rule: "frequency", limit: "< 0.002"},
		{name: "lymphoid at the limit is out", profile: lymphoid, changes: []change{hits(af("0.002"))}, rule: "frequency"},

		// consequence
		{name: "synonymous", profile: rare, changes: []change{terms(consequence.Synonymous)}, rule: "consequence", saw: "synonymous_variant"},
		{name: "splice region and synonymous is not exactly synonymous", profile: rare, changes: []change{terms(consequence.SpliceRegion, consequence.Synonymous)}},
		{name: "intron", profile: rare, changes: []change{terms(consequence.Intron)}, rule: "consequence"},
		{name: "splice region and intron", profile: rare, changes: []change{terms(consequence.SpliceRegion, consequence.Intron)}},
		{name: "upstream", profile: rare, changes: []change{terms(consequence.Upstream)}, rule: "consequence"},
		{name: "downstream", profile: rare, changes: []change{terms(consequence.Downstream)}, rule: "consequence"},
		{name: "5' UTR", profile: rare, changes: []change{terms(consequence.FivePrimeUTR)}, rule: "consequence"},
		{name: "3' UTR", profile: rare, changes: []change{terms(consequence.ThreePrimeUTR)}, rule: "consequence"},
		{name: "exon of a non-coding gene", profile: rare, changes: []change{terms(consequence.NonCodingTranscriptExon)}},
		{name: "solid: splice region and synonymous is out", profile: solid, changes: []change{terms(consequence.SpliceRegion, consequence.Synonymous)}, rule: "consequence", saw: "splice_region_variant&synonymous_variant"},
		{name: "solid: splice region and intron is out", profile: solid, changes: []change{terms(consequence.Intron, consequence.SpliceRegion)}, rule: "consequence"},
		{name: "solid: splice region and missense stays", profile: solid, changes: []change{terms(consequence.Missense, consequence.SpliceRegion)}},
		{name: "solid: 5' UTR", profile: solid, changes: []change{terms(consequence.FivePrimeUTR)}, rule: "consequence"},
		{name: "solid: upstream of TERT is its promoter", profile: solid, changes: []change{terms(consequence.Upstream), gene("HGNC:11730", "TERT")}},
		{name: "solid: upstream of another gene", profile: solid, changes: []change{terms(consequence.Upstream)}, rule: "consequence"},
		{name: "solid: downstream of TERT", profile: solid, changes: []change{terms(consequence.Downstream), gene("HGNC:11730", "TERT")}, rule: "consequence"},
		{name: "solid: the symbol alone does not make it TERT", profile: solid, changes: []change{terms(consequence.Upstream), gene("HGNC:2", "TERT")}, rule: "consequence"},
		{name: "myeloid: synonymous in GATA2", profile: myeloid, changes: []change{terms(consequence.Synonymous), gene("HGNC:4171", "GATA2")}},
		{name: "myeloid: synonymous in TP53", profile: myeloid, changes: []change{terms(consequence.Synonymous), gene("HGNC:11998", "TP53")}},
		{name: "myeloid: synonymous elsewhere", profile: myeloid, changes: []change{terms(consequence.Synonymous)}, rule: "consequence"},
		{name: "myeloid: 5' UTR of ANKRD26", profile: myeloid, changes: []change{terms(consequence.FivePrimeUTR), gene("HGNC:29186", "ANKRD26")}},
		{name: "myeloid: 5' UTR of GATA2", profile: myeloid, changes: []change{terms(consequence.FivePrimeUTR), gene("HGNC:4171", "GATA2")}, rule: "consequence"},
		{name: "rescued by the include list", profile: rare, changes: []change{terms(consequence.Intron), hits(list("include"))}, flags: []string{"overridden:consequence"}},

		// depth: the minimum itself is kept
		{name: "depth 10", profile: rare, changes: []change{depth(10)}},
		{name: "depth 9", profile: rare, changes: []change{depth(9)}, rule: "depth", saw: "9", limit: ">= 10"},
		{name: "solid 100", profile: solid, changes: []change{depth(100)}},
		{name: "solid 99", profile: solid, changes: []change{depth(99)}, rule: "depth"},
		{name: "solid 54, hotspot", profile: solid, changes: []change{depth(54), hits(hot(source.ByAllele))}, flags: []string{"overridden:depth"}},
		{name: "myeloid 99", profile: myeloid, changes: []change{depth(99)}},
		{name: "myeloid 98", profile: myeloid, changes: []change{depth(98)}, rule: "depth"},
		{name: "lymphoid 99", profile: lymphoid, changes: []change{depth(99)}, rule: "depth"},
		{name: "no reads said", profile: rare, changes: []change{noReads},
			flags: []string{"depth-not-assessable", "vaf-not-assessable", "alt-reads-not-assessable"}},

		// vaf
		{name: "VAF 0.2", profile: rare, changes: []change{vaf(0.2)}},
		{name: "VAF 0.199", profile: rare, changes: []change{vaf(0.199)}, rule: "vaf", saw: "0.199", limit: ">= 0.2"},
		{name: "VAF 1", profile: rare, changes: []change{vaf(1)}},
		{name: "solid VAF 1", profile: solid, changes: []change{vaf(1)}},
		{name: "solid VAF 0.05", profile: solid, changes: []change{vaf(0.05)}},
		{name: "solid VAF 0.049", profile: solid, changes: []change{vaf(0.049)}, rule: "vaf"},
		{name: "myeloid VAF 0.03", profile: myeloid, changes: []change{vaf(0.03)}},
		{name: "myeloid VAF 0.0299", profile: myeloid, changes: []change{vaf(0.0299)}, rule: "vaf"},

		// alt-reads
		{name: "one read", profile: rare, changes: []change{alt(1)}},
		{name: "no read", profile: rare, changes: []change{alt(0)}, rule: "alt-reads", saw: "0", limit: ">= 1"},
		{name: "no read, rescued by everything", profile: solid, rule: "alt-reads", saw: "0",
			changes: []change{alt(0), hits(hot(source.ByAllele), clin("Pathogenic", twoStars), list("include"))}},
		{name: "VAF 0 and reads not said", profile: solid, rule: "alt-reads",
			changes: []change{noReads, vaf(0), hits(hot(source.ByAllele))}},
		{name: "myeloid 10 reads", profile: myeloid, changes: []change{alt(10)}},
		{name: "myeloid 9 reads", profile: myeloid, changes: []change{alt(9)}, rule: "alt-reads", limit: ">= 10"},
		{name: "myeloid 9 reads, P/LP", profile: myeloid, changes: []change{alt(9), hits(clin("Likely_pathogenic", twoStars))}, flags: []string{"overridden:alt-reads"}},

		// the first in order
		{name: "filter-fail before frequency", profile: rare, changes: []change{filters("q10"), hits(af("0.5"))}, rule: "filter-fail"},
		{name: "frequency before consequence", profile: rare, changes: []change{terms(consequence.Intron), hits(af("0.5"))}, rule: "frequency"},
		{name: "consequence before depth", profile: rare, changes: []change{terms(consequence.Intron), depth(1)}, rule: "consequence"},
		{name: "depth before vaf", profile: rare, changes: []change{depth(1), vaf(0.01)}, rule: "depth"},
		{name: "vaf before alt-reads", profile: rare, changes: []change{alt(0), vaf(0)}, rule: "vaf"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := base()
			for _, c := range tt.changes {
				c(v)
			}
			f := newFilter(t, tt.profile)
			if err := f.Apply(v, Facts{}); err != nil {
				t.Fatal(err)
			}
			var got variant.Exclusion
			if v.Exclusion != nil {
				got = *v.Exclusion
			}
			if got.Rule != tt.rule {
				t.Fatalf("rule %q (%+v), want %q; flags %v", got.Rule, got, tt.rule, v.Flags)
			}
			if tt.rule != "" && got.Version == "" {
				t.Error("no version")
			}
			if tt.saw != "" && got.Observed != tt.saw {
				t.Errorf("observed %q, want %q", got.Observed, tt.saw)
			}
			if tt.limit != "" && got.Threshold != tt.limit {
				t.Errorf("threshold %q, want %q", got.Threshold, tt.limit)
			}
			for _, flag := range tt.flags {
				if !slices.Contains(v.Flags, flag) {
					t.Errorf("flags %v lack %s", v.Flags, flag)
				}
			}
			if len(tt.flags) == 0 && tt.rule == "" && len(v.Flags) > 0 {
				t.Errorf("flags %v", v.Flags)
			}
		})
	}
}

func TestRescue(t *testing.T) {
	tests := []struct {
		name string
		hits []source.Hit
		want []string
	}{
		{"nothing", nil, nil},
		{"two stars", []source.Hit{clin("Pathogenic", twoStars)}, []string{"clinvar-plp"}},
		{"one star", []source.Hit{clin("Likely_pathogenic", "criteria_provided,_single_submitter")}, []string{"clinvar-plp"}},
		{"no star", []source.Hit{clin("Pathogenic", "no_assertion_criteria_provided")}, nil},
		{"unknown review", []source.Hit{clin("Pathogenic", "")}, nil},
		{"P/LP", []source.Hit{clin("Pathogenic/Likely_pathogenic", twoStars)}, []string{"clinvar-plp"}},
		{"with another term", []source.Hit{clin("Pathogenic|drug_response", twoStars)}, []string{"clinvar-plp"}},
		{"conflicting", []source.Hit{clin("Conflicting_classifications_of_pathogenicity", "criteria_provided,_conflicting_classifications")}, nil},
		{"benign", []source.Hit{clin("Benign", twoStars)}, nil},
		{"hotspot by allele", []source.Hit{hot(source.ByAllele)}, []string{"hotspot"}},
		{"hotspot by protein", []source.Hit{hot(source.ByProtein)}, []string{"hotspot"}},
		{"all three", []source.Hit{list("include"), hot(source.ByAllele), clin("Pathogenic", twoStars)}, []string{"clinvar-plp", "hotspot", "include-list"}},
	}
	for _, tt := range tests {
		v := base()
		v.Hits = tt.hits
		if err := newFilter(t, rare).Apply(v, Facts{}); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(v.Rescue, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, v.Rescue, tt.want)
		}
	}
}

// TestNotRescued: what nothing rescues, and symbolic records before all else.
func TestNotRescued(t *testing.T) {
	everything := []source.Hit{hot(source.ByAllele), clin("Pathogenic", twoStars), list("include")}
	tests := []struct {
		name   string
		change change
		facts  Facts
		rule   string
	}{
		{"outside", func(v *variant.Variant) { v.Evaluations, v.Predictions = nil, nil }, Facts{}, "outside-transcripts"},
		{"N", func(*variant.Variant) {}, Facts{ReferenceUnknown: true}, "reference-unknown"},
		{"symbolic", func(v *variant.Variant) { v.Symbolic, v.Allele.Alt, v.Filters = true, "<DEL>", []string{"q10"} }, Facts{}, "symbolic"},
	}
	for _, tt := range tests {
		v := base()
		v.Hits = everything
		tt.change(v)
		if err := newFilter(t, solid).Apply(v, tt.facts); err != nil {
			t.Fatal(err)
		}
		if v.Exclusion == nil || v.Exclusion.Rule != tt.rule || v.Exclusion.Version == "" || v.Exclusion.Observed == "" {
			t.Errorf("%s: %+v", tt.name, v.Exclusion)
		}
	}
}

func TestMitochondrialVAF(t *testing.T) {
	for f, want := range map[float64]string{0.02: "", 0.0199: "vaf"} {
		v := base()
		v.Allele.Contig = "chrM"
		v.Evaluations[0].PanelMOI = string(panel.Mitochondrial)
		v.Reads.VAF.F = f
		if err := newFilter(t, rare).Apply(v, Facts{Locus: sex.Mitochondrial}); err != nil {
			t.Fatal(err)
		}
		got := ""
		if v.Exclusion != nil {
			got = v.Exclusion.Rule
		}
		if got != want {
			t.Errorf("VAF %v: %q, want %q", f, got, want)
		}
	}
}

// TestGenesApart: each gene is judged by its own mode and its own terms.
func TestGenesApart(t *testing.T) {
	two := func(first, second panel.MOI, a, b consequence.Term) *variant.Variant {
		v := base()
		v.Predictions = []consequence.Prediction{{Terms: []consequence.Term{a}}, {Terms: []consequence.Term{b}}}
		v.Evaluations = []variant.Evaluation{
			{HGNCID: "HGNC:1", Gene: "A", PanelMOI: string(first), Prediction: 0},
			{HGNCID: "HGNC:2", Gene: "B", PanelMOI: string(second), Prediction: 1},
		}
		return v
	}
	f := newFilter(t, rare)

	v := two(panel.MonoallelicNotImprinted, panel.Biallelic, consequence.Missense, consequence.Missense)
	v.Hits = []source.Hit{af("0.005")}
	if err := f.Apply(v, Facts{}); err != nil || v.Exclusion != nil {
		t.Fatalf("the recessive gene keeps it: %+v, %v", v.Exclusion, err)
	}
	if !Dropped(&v.Evaluations[0]) || Dropped(&v.Evaluations[1]) || v.Evaluations[0].TierRule != "frequency" {
		t.Errorf("the dominant gene alone is dropped: %+v", v.Evaluations)
	}

	v = two(panel.MonoallelicNotImprinted, panel.Biallelic, consequence.Missense, consequence.Intron)
	v.Hits = []source.Hit{af("0.005")}
	if err := f.Apply(v, Facts{}); err != nil || v.Exclusion == nil || v.Exclusion.Rule != "consequence" {
		t.Errorf("A is too common and B intronic, which is decided second: %+v, %v", v.Exclusion, err)
	}

	v = two(panel.Biallelic, panel.Biallelic, consequence.Upstream, consequence.Frameshift)
	if err := f.Apply(v, Facts{}); err != nil || v.Exclusion != nil || !Dropped(&v.Evaluations[0]) {
		t.Errorf("a frameshift in B is kept: %+v, %v", v.Exclusion, err)
	}
}

func TestPasses(t *testing.T) {
	f := newFilter(t, rare)
	v := base()
	v.Hits = []source.Hit{af("0.005")}
	for class, want := range map[profile.Class]bool{profile.Dominant: false, profile.Recessive: true} {
		if got, err := f.Passes(v, class); err != nil || got != want {
			t.Errorf("%s: %v, %v", class, got, err)
		}
	}
	v.Rescue = []string{RescueHotspot}
	if got, _ := f.Passes(v, profile.Dominant); !got {
		t.Error("a rescued allele passes every class")
	}
}

func TestMissingMeans(t *testing.T) {
	for meaning, want := range map[string]string{"fail": "frequency", "not-assessable": ""} {
		p := edited(t, rare, "missing = \"pass\"\nfields  = []", "missing = \""+meaning+"\"\nfields  = []")
		f, err := New(p, Available{Sources: []source.Description{exomes}})
		if err != nil {
			t.Fatal(err)
		}
		v := base()
		if err := f.Apply(v, Facts{}); err != nil {
			t.Fatal(err)
		}
		got := ""
		if v.Exclusion != nil {
			got = v.Exclusion.Rule
		}
		if got != want {
			t.Errorf("%s: rule %q", meaning, got)
		}
		if flagged := slices.Contains(v.Flags, "frequency-not-assessable"); flagged != (meaning == "not-assessable") {
			t.Errorf("%s: flags %v", meaning, v.Flags)
		}
	}
	for id, text := range map[string]string{
		"depth": `(min depth 10)"
missing = "`, "vaf": `as GEL recommends"
missing = "`, "alt-reads": `that supports it"
missing = "`,
	} {
		f, err := New(edited(t, rare, text+"not-assessable", text+"fail"), Available{})
		if err != nil {
			t.Fatal(err)
		}
		v := base()
		noReads(v)
		if err := f.Apply(v, Facts{}); err != nil || v.Exclusion == nil || v.Exclusion.Rule != id || v.Exclusion.Observed != "." {
			t.Errorf("%s: %+v, %v", id, v.Exclusion, err)
		}
	}
}

func TestFilterIDsThatTheProfileLists(t *testing.T) {
	f, err := New(edited(t, rare, "pass    = []", `pass = ["lowq"]`), Available{})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		filters []string
		rule    string
	}{{[]string{"lowq"}, ""}, {[]string{"lowq", "q10"}, "filter-fail"}} {
		v := base()
		v.Filters = tt.filters
		if err := f.Apply(v, Facts{}); err != nil {
			t.Fatal(err)
		}
		got := ""
		if v.Exclusion != nil {
			got = v.Exclusion.Rule
		}
		if got != tt.rule {
			t.Errorf("%v: %q", tt.filters, got)
		}
	}
}

func TestRulesAreCheckedFirst(t *testing.T) {
	noAF := source.Description{Name: "only_pops", Kind: source.Frequency, Keys: []string{"af_nfe"}, Populations: []string{"nfe"}}
	tests := []struct {
		name    string
		profile *profile.Profile
		sources []source.Description
		hint    string
	}{
		{"a source that is not there", edited(t, solid, "sources = []", `sources = ["gnomad_exome"]`),
			[]source.Description{exomes}, "gnomad_exomes"},
		{"a source of another kind", edited(t, solid, "sources = []", `sources = ["clinvar"]`),
			[]source.Description{exomes, clinvar}, "gnomad_exomes"},
		{"a field that is not there", builtIn(t, solid), []source.Description{noAF}, "af_nfe"},
		{"a source in a relaxed limit", edited(t, rare, `sources       = ["*genome*"]`, `sources = ["gnomad_genome"]`),
			[]source.Description{exomes, genomes}, "gnomad_genomes"},
		{"significance without a significance field", builtIn(t, solid),
			[]source.Description{{Name: "clinvar", Kind: source.ClinicalSignificance, Keys: []string{"review"}}}, "review"},
	}
	for _, tt := range tests {
		_, err := New(tt.profile, Available{Sources: tt.sources})
		if fault.KindOf(err) != fault.Usage || !strings.Contains(fault.HintOf(err), tt.hint) {
			t.Errorf("%s: %v, hint %q", tt.name, err, fault.HintOf(err))
		}
	}
}

func TestNothingToEvaluate(t *testing.T) {
	p := builtIn(t, rare)
	f, err := New(p, Available{})
	if err != nil {
		t.Fatalf("no source is no error: %v", err)
	}
	states := make(map[string]string)
	for _, s := range f.Statements() {
		states[s.ID] = s.State
		if s.Source == "" || s.Version == "" {
			t.Errorf("%s: source %q, version %q", s.ID, s.Source, s.Version)
		}
	}
	if s := states["frequency"]; !strings.HasPrefix(s, "not evaluated: ") {
		t.Errorf("frequency: %q", s)
	}
	if s := states["depth"]; s != "applied" {
		t.Errorf("depth: %q", s)
	}
	v := base()
	if err := f.Apply(v, Facts{}); err != nil || v.Exclusion != nil || slices.Contains(v.Flags, "frequency-not-assessable") {
		t.Errorf("%+v, flags %v, %v", v.Exclusion, v.Flags, err)
	}
	// A pattern may match no source.
	if _, err := New(p, Available{Sources: []source.Description{exomes}}); err != nil {
		t.Errorf("a pattern that matches nothing: %v", err)
	}
}

func TestMalformedFrequency(t *testing.T) {
	for _, bad := range []string{"x", "-0.1", "1.5", "NaN", "0.1&x"} {
		v := base()
		v.Hits = []source.Hit{af(bad)}
		if err := newFilter(t, rare).Apply(v, Facts{}); fault.KindOf(err) != fault.Input {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestPopulationAF(t *testing.T) {
	v := base()
	v.Hits = []source.Hit{af("0.0001", "0.0002", ".", "0.0004"), afGenomes("0.0003", "")}
	got, from, known, err := newFilter(t, rare).PopulationAF(v)
	if err != nil || !known || got != 0.0004 || from != "gnomad_exomes af_nfe" {
		t.Errorf("%v %q %v %v", got, from, known, err)
	}
	v.Hits = nil
	if _, _, known, _ = newFilter(t, rare).PopulationAF(v); known {
		t.Error("nothing is known")
	}
}
