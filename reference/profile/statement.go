package profile

import (
	"fmt"
	"strconv"
	"strings"
)

// Fields of a frequency source that the frequency rule may read.
const (
	FieldAF          = "af"
	FieldPopmax      = "popmax"
	FieldPopulations = "populations"
)

// What happens to a frequency that equals its limit.
const (
	Kept     = "kept"
	Excluded = "excluded"
)

// Statement is one rule in words, for reports.
type Statement struct {
	ID, Version, Text, Threshold, Missing, Source string
}

// Statements gives every rule in force: the rescue, the excluding rules in the
// order of evaluation, the tiers, and the gate.
func (p *Profile) Statements() []Statement {
	list := []Statement{p.rescueStatement()}
	for _, n := range p.Rules.named() {
		text, threshold := p.Rules.words(n.id, p.Type.Somatic())
		list = append(list, Statement{n.id, n.head.Version, text, threshold, string(n.head.Missing), n.head.Source})
	}
	return append(list, p.tierStatement(), p.coverageStatement(), p.hotspotStatement())
}

func (p *Profile) rescueStatement() Statement {
	what := []string{fmt.Sprintf("ClinVar P/LP of %d star(s) or more", p.Rescue.ClinVarStars)}
	if p.Rescue.Hotspot {
		what = append(what, "a hotspot entry")
	}
	if p.Rescue.IncludeList {
		what = append(what, "the local include list")
	}
	text := "before the rules: " + strings.Join(what, ", ") +
		" is not excluded by frequency, consequence, depth, vaf or alt-reads; an allele without a supporting read is"
	if p.Rescue.HotspotFilters {
		text += "; a hotspot entry and the include list override filter-fail"
	} else {
		text += "; the include list alone overrides filter-fail"
	}
	return Statement{"rescue", p.Rescue.Version, text, what[0], string(Pass), p.Rescue.Source}
}

func (r *Rules) words(id string, somatic bool) (text, threshold string) {
	switch id {
	case IDArtefactList:
		return "excludes alleles that the local list marks as artefacts", ""
	case IDFilterFail:
		pass := append([]string{"PASS"}, r.FilterFail.Pass...)
		return "excludes records whose FILTER has another entry; an unfiltered record (.) is flagged",
			strings.Join(pass, ", ")
	case IDFrequency:
		return "excludes alleles that are common in a source of kind frequency (" +
				strings.Join(r.Frequency.Fields, ", ") + "); a frequency equal to the limit is " + r.Frequency.AtLimit,
			r.Frequency.threshold(somatic)
	case IDConsequence:
		return "excludes alleles whose terms are exactly one of the sets, on every panel gene's chosen transcript",
			r.Consequence.threshold()
	case IDDepth:
		return "excludes below a read depth", "< " + strconv.Itoa(r.Depth.Min)
	case IDVAF:
		return "excludes below a variant allele fraction; there is no upper limit",
			fmt.Sprintf("< %s (mitochondrion %s)", Number(r.VAF.Min), Number(r.VAF.Mitochondrial))
	case IDAltReads:
		return "excludes below a number of reads with the ALT", "< " + strconv.Itoa(r.AltReads.Min)
	case IDOutsideTranscripts:
		return "excludes alleles that touch no chosen transcript of a panel gene", ""
	case IDReferenceUnknown:
		return "excludes alleles where the bundle has no reference bases", ""
	default:
		return "symbolic, copy-number and repeat records are not assessed by this test", ""
	}
}

func (f *FrequencyRule) threshold(somatic bool) string {
	sign := ">"
	if f.AtLimit == Excluded {
		sign = ">="
	}
	if somatic {
		return sign + " " + Number(f.Somatic)
	}
	text := fmt.Sprintf("dominant %s %s; recessive, both and unknown %s %s; mitochondrial %s %s", sign,
		Number(f.Dominant), sign, Number(f.Recessive), sign, Number(f.Mitochondrial))
	for _, r := range f.Relaxed {
		text += fmt.Sprintf("; %s: dominant %s %s, recessive %s %s", strings.Join(r.Populations, ", "),
			sign, Number(r.Dominant), sign, Number(r.Recessive))
	}
	return text
}

func (c *ConsequenceRule) threshold() string {
	text := strings.Join(c.Exactly, ", ")
	for _, k := range c.Keep {
		text += fmt.Sprintf("; kept in %s: %s", k.Gene, strings.Join(k.Consequence, ", "))
	}
	return text
}

func (p *Profile) tierStatement() Statement {
	t := &p.Tiers
	s := Statement{ID: "tiers", Version: t.Version, Missing: string(NotAssessable), Source: t.Source}
	if p.Type.Somatic() {
		s.Text = "tier II: ClinVar P/LP of enough stars"
		if t.TierIIHotspot {
			s.Text += ", or a hotspot entry,"
		}
		s.Text += " in a gene of the panel, " + t.Confirm + "; tier IV: common in a population and without such evidence;" +
			" tier III: every other; tier I is never given without a tumour type"
		s.Threshold = fmt.Sprintf("II: %d star(s); IV: population AF >= %s", t.TierIIStars, Number(t.TierIVAF))
		return s
	}
	s.Text = "tier 1: a green gene, its mode of inheritance met, and high impact or ClinVar P/LP; tier 2: moderate" +
		" impact; tier 3: not a green gene; a gene without a known mode is capped; everything else untiered"
	s.Threshold = fmt.Sprintf("known P/LP: %d star(s); unknown mode: at best tier %s", t.KnownStars, t.UnknownInheritance)
	return s
}

func (p *Profile) coverageStatement() Statement {
	c := p.Coverage
	return Statement{"coverage-gate", c.Version, "each gene's coding bases must be read deep enough; bases without reads count",
		fmt.Sprintf(">= %d %% at %dx", c.PassPercent, c.PassDepth), string(Fail), c.Source}
}

func (p *Profile) hotspotStatement() Statement {
	h := p.Hotspots
	text, threshold := "a hotspot below this depth is not assessable", fmt.Sprintf("< %d", h.MinDepth)
	if h.MinAltReads > 0 {
		text += "; reads show an allele that no caller called when enough of them carry it"
		threshold += fmt.Sprintf("; %d reads at VAF %s", h.MinAltReads, Number(h.MinVAF))
	}
	return Statement{"hotspot-depth", h.Version, text, threshold, string(NotAssessable), h.Source}
}

// Number prints a fraction in its shortest form: 0.01, 1.
func Number(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }
