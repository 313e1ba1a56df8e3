package prioritise

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"varpanel/annotate/consequence"
	"varpanel/annotate/source"
	"varpanel/reference/panel"
	"varpanel/reference/transcript"
	"varpanel/stages/caller"
	"varpanel/stages/filter"
	"varpanel/stages/variant"
)

const notCausal = "Loss-of-function variants (as defined in pop up message) DO NOT cause this phenotype - please provide details in the comments"

// tiered gives the tier of one het call in one gene, and the allele.
func tiered(t *testing.T, profileName string, g *panel.Gene, terms []consequence.Term, hits ...source.Hit) (string, *variant.Variant) {
	t.Helper()
	c := call{line: "1 1000 . C T . PASS . GT:AD:DP 0/1:200,200:400", gene: "G", terms: terms, hits: hits}
	ranked, all := walk{profile: profileName, genes: map[string]*panel.Gene{"G": g}, calls: []call{c}}.run(t)
	if len(ranked) == 0 {
		return "excluded:" + all[0].Exclusion.Rule, all[0]
	}
	return ranked[0].Evaluations[0].Tier, ranked[0]
}

func TestRareDiseaseTiers(t *testing.T) {
	gene := func(confidence string, m panel.MOI, pathogenicity string) *panel.Gene {
		return &panel.Gene{Confidence: confidence, MOI: m, ModeOfPathogenicity: pathogenicity}
	}
	dom := panel.MonoallelicNotImprinted
	known := clinvarHit("1", "Likely_pathogenic", oneStar)
	tests := []struct {
		name  string
		gene  *panel.Gene
		term  consequence.Term
		hits  []source.Hit
		tier  string
		rule  string
		flags string
	}{
		{"high", gene("3", dom, ""), consequence.StopGained, nil, "1", RuleHigh, ""},
		{"start lost", gene("3", dom, ""), consequence.StartLost, nil, "1", RuleHigh, ""},
		{"stop lost", gene("3", dom, ""), consequence.StopLost, nil, "1", RuleHigh, ""},
		{"moderate", gene("3", dom, ""), consequence.Missense, nil, "2", RuleModerate, ""},
		{"splice region", gene("3", dom, ""), consequence.SpliceRegion, nil, "2", RuleModerate, ""},
		{"polypyrimidine tract alone", gene("3", dom, ""), consequence.SplicePolypyrimidineTract, nil, "untiered", RuleLowImpact, ""},
		{"a list without confidence", gene("", dom, ""), consequence.StopGained, nil, "1", RuleHigh, ""},
		{"amber", gene("2", dom, ""), consequence.StopGained, nil, "3", RuleNotGreen, ""},
		{"amber, known", gene("2", dom, ""), consequence.Intron, []source.Hit{known}, "3", RuleNotGreen, "overridden:consequence"},
		{"known, one star", gene("3", dom, ""), consequence.Intron, []source.Hit{known}, "1", RuleKnown, "overridden:consequence"},
		{"known, no star", gene("3", dom, ""), consequence.Missense, []source.Hit{clinvarHit("1", "Pathogenic", "no_assertion_criteria_provided")}, "2", RuleModerate, ""},
		{"known carrier in a recessive gene", gene("3", panel.Biallelic, ""), consequence.StopGained, []source.Hit{known}, "untiered", RuleModeNotMet, "lone-het"},
		{"unknown mode, high", gene("3", panel.Unknown, ""), consequence.StopGained, nil, "2", RuleHigh, "moi-unknown"},
		{"unknown mode, known", gene("3", panel.Unknown, ""), consequence.StopGained, []source.Hit{known}, "2", RuleKnown, "moi-unknown"},
		{"unknown mode, moderate", gene("3", panel.Unknown, ""), consequence.Missense, nil, "2", RuleModerate, "moi-unknown"},
		{"unknown mode, amber", gene("2", panel.Unknown, ""), consequence.StopGained, nil, "3", RuleNotGreen, "moi-unknown"},
		{"mode of X on an autosome", gene("3", panel.XLinkedMonoallelic, ""), consequence.StopGained, nil, "2", RuleHigh, "moi-contig-mismatch"},
		{"loss of function is not causal", gene("3", dom, notCausal), consequence.Frameshift, nil, "2", RuleHigh, FlagLossNotCausal},
		{"but missense is judged as ever", gene("3", dom, notCausal), consequence.Missense, nil, "2", RuleModerate, ""},
		{"and stop lost is no loss of function", gene("3", dom, notCausal), consequence.StopLost, nil, "1", RuleHigh, ""},
		{"and a known one stays", gene("3", dom, notCausal), consequence.Frameshift, []source.Hit{known}, "1", RuleKnown, FlagLossNotCausal},
		{"another mode of pathogenicity", gene("3", dom, "Other"), consequence.Frameshift, nil, "1", RuleHigh, FlagPathogenicity},
		{"a hotspot is no tier here", gene("3", dom, ""), consequence.Synonymous, []source.Hit{hotspotHit("G", "p.A1A")}, "untiered", RuleLowImpact, "overridden:consequence"},
	}
	for _, tt := range tests {
		tier, v := tiered(t, "rare-disease", tt.gene, []consequence.Term{tt.term}, tt.hits...)
		e := v.Evaluations[0]
		if tier != tt.tier || e.TierRule != tt.rule || e.TierVersion == "" {
			t.Errorf("%s: tier %s by %q, want %s by %s", tt.name, tier, e.TierRule, tt.tier, tt.rule)
		}
		if got := strings.Join(v.Flags, ";"); got != tt.flags {
			t.Errorf("%s: flags %q, want %q", tt.name, got, tt.flags)
		}
		if len(tt.hits) > 0 && len(e.Evidence) == 0 && tt.name != "known, no star" {
			t.Errorf("%s: no evidence", tt.name)
		}
	}
}

// TestNonCodingGene: an exon variant counts in a gene that is not coding.
func TestNonCodingGene(t *testing.T) {
	for cds, want := range map[int]string{-1: "2", 100: "untiered"} {
		w := walk{profile: "rare-disease", genes: map[string]*panel.Gene{"G": {Confidence: "3", MOI: panel.MonoallelicNotImprinted}}}
		o := w.options(t)
		v := &variant.Variant{
			Filters: []string{"PASS"}, Genotype: variant.Genotype{State: variant.CalledAlternate, Zygosity: caller.Het},
			Predictions: []consequence.Prediction{{Transcript: &transcript.Transcript{CDSStart: cds},
				Terms: []consequence.Term{consequence.NonCodingTranscriptExon}}},
			Evaluations: []variant.Evaluation{{HGNCID: "HGNC:G", Gene: "G", PanelMOI: string(panel.MonoallelicNotImprinted),
				Inheritance: []string{"InheritedAutosomalDominant"}}},
		}
		if _, err := Apply([]*variant.Variant{v}, o); err != nil || v.Evaluations[0].Tier != want {
			t.Errorf("CDS start %d: tier %s, %v", cds, v.Evaluations[0].Tier, err)
		}
	}
}

func TestSomaticTiers(t *testing.T) {
	tests := []struct {
		name string
		hits []source.Hit
		tier string
		rule string
	}{
		{"two stars", []source.Hit{clinvarHit("1", plp, twoStars)}, "II", RuleWithoutTherapy},
		{"three stars", []source.Hit{clinvarHit("1", "Pathogenic", "reviewed_by_expert_panel")}, "II", RuleWithoutTherapy},
		{"one star", []source.Hit{clinvarHit("1", plp, oneStar)}, "III", RuleNoEvidence},
		{"hotspot", []source.Hit{hotspotHit("G", "p.V1E")}, "II", RuleWithoutTherapy},
		{"nothing", nil, "III", RuleNoEvidence},
		{"AF 0.01", []source.Hit{frequencyHit("0.01", "")}, "IV", RuleCommon},
		{"AF below 0.01", []source.Hit{frequencyHit("0.0099", "")}, "III", RuleNoEvidence},
		{"a common hotspot", []source.Hit{frequencyHit("0.3", ""), hotspotHit("G", "p.V1E")}, "II", RuleWithoutTherapy},
		{"common, P/LP of one star", []source.Hit{frequencyHit("0.3", ""), clinvarHit("1", plp, oneStar)}, "III", RuleNoEvidence},
		{"conflicting", []source.Hit{clinvarHit("1", "Conflicting_classifications_of_pathogenicity", "criteria_provided,_conflicting_classifications")}, "III", RuleNoEvidence},
	}
	for _, tt := range tests {
		tier, v := tiered(t, "solid-tumour", nil, []consequence.Term{consequence.Missense}, tt.hits...)
		if tier != tt.tier || v.Evaluations[0].TierRule != tt.rule {
			t.Errorf("%s: %s by %s", tt.name, tier, v.Evaluations[0].TierRule)
		}
		if text := strings.Join(v.Evaluations[0].Evidence, ";"); !strings.Contains(text, tt.rule) {
			t.Errorf("%s: evidence %q does not name the rule", tt.name, text)
		}
	}
	if tier, _ := tiered(t, "haem-myeloid", nil, []consequence.Term{consequence.Missense}, frequencyHit("0.01", "")); tier != "excluded:frequency" {
		t.Errorf("myeloid: %s", tier)
	}
}

// TestTwoGenes: the row is the gene with the highest tier, then the more severe
// one, then the lower HGNC id; the others are flags.
func TestTwoGenes(t *testing.T) {
	two := func(a, b consequence.Term, ids ...string) *variant.Variant {
		v := &variant.Variant{Filters: []string{"PASS"},
			Predictions: []consequence.Prediction{{Terms: []consequence.Term{a}}, {Terms: []consequence.Term{b}}}}
		for i, id := range ids {
			v.Evaluations = append(v.Evaluations, variant.Evaluation{HGNCID: id, Gene: "G" + id[len("HGNC:"):], Prediction: i,
				PanelMOI: string(panel.MonoallelicNotImprinted), Inheritance: []string{"InheritedAutosomalDominant"}})
		}
		return v
	}
	tests := []struct {
		name string
		v    *variant.Variant
		want string // row's gene
		flag string
	}{
		{"tier", two(consequence.Missense, consequence.StopGained, "HGNC:10", "HGNC:20"), "G20", "also:G10:2"},
		{"severity", two(consequence.SpliceRegion, consequence.Missense, "HGNC:10", "HGNC:20"), "G20", "also:G10:2"},
		{"HGNC id as a number", two(consequence.Missense, consequence.Missense, "HGNC:1000", "HGNC:200"), "G200", "also:G1000:2"},
	}
	for _, tt := range tests {
		w := walk{profile: "rare-disease"}
		if _, err := Apply([]*variant.Variant{tt.v}, w.options(t)); err != nil {
			t.Fatal(err)
		}
		if got := tt.v.Evaluations[0].Gene; got != tt.want || !slices.Contains(tt.v.Flags, tt.flag) {
			t.Errorf("%s: row %s, flags %v", tt.name, got, tt.v.Flags)
		}
	}
	v := two(consequence.StopGained, consequence.Missense, "HGNC:10", "HGNC:20")
	v.Evaluations[0].Tier, v.Evaluations[0].TierRule = filter.Untiered, "frequency"
	if _, err := Apply([]*variant.Variant{v}, walk{profile: "rare-disease"}.options(t)); err != nil {
		t.Fatal(err)
	}
	if v.Evaluations[0].Gene != "G20" || !slices.Contains(v.Flags, "also:G10:untiered") {
		t.Errorf("a gene that a rule dropped is not tiered: %+v, flags %v", v.Evaluations, v.Flags)
	}
}

// TestTotalOrder: the order does not depend on that of the input.
func TestTotalOrder(t *testing.T) {
	w := walk{profile: "haem-myeloid", calls: haem()}
	first, all := w.run(t)
	random := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		shuffled := slices.Clone(all)
		random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		for _, v := range shuffled {
			v.Flags = nil
		}
		again, err := Apply(shuffled, w.options(t))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(names(first), names(again)) {
			t.Fatalf("%v and %v", names(first), names(again))
		}
	}
}
