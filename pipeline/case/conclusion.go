package cases

import (
	"fmt"
	"slices"
	"strings"

	"varpanel/reference/panel"
	"varpanel/stages/coverage"
	"varpanel/stages/report"
)

// maxNamed bounds how many variants, genes or places one sentence spells out;
// the tables below it hold all of them.
const maxNamed = 6

// conclude writes the top of the report: what was found, and what a reader must
// not miss.
func (p *phase) conclude(r *report.Report) {
	c := &r.Conclusion
	top := p.topTiers()
	var named []string
	joint := 0
	for i := range r.Variants {
		v := &r.Variants[i]
		switch {
		case !slices.Contains(top, v.Tier):
		case len(v.DerivedFrom) > 0:
			joint++
			named = append(named, nameOf(v)+" (tier "+v.Tier+", joint)")
		default:
			named = append(named, nameOf(v)+" (tier "+v.Tier+")")
		}
	}
	tiers := strings.Join(top, " or ")
	where := report.Plural(len(r.Test.Genes), "gene", "genes")
	if n := countGenes(r, panel.NotAssessed); n > 0 {
		where += fmt.Sprintf(", of which %d not assessed", n)
	}
	switch {
	case len(named) > 0:
		c.Headline = fmt.Sprintf("%s reached tier %s in %s: %s.", countVariants(len(named)-joint, joint), tiers, where, someOf(named))
	case r.Counts.Records == 0:
		c.Headline = fmt.Sprintf("No record of the VCF lies in the panel: no variant reached tier %s in %s.", tiers, where)
	default:
		c.Headline = fmt.Sprintf("No variant reached tier %s in %s.", tiers, where)
	}
	p.gate(r)
	if c.Gate == gateFail {
		c.Headline += " The QC gate failed: what was not read deep enough is not negative."
	}
	c.Points = append(c.Points, p.unseen...)
	c.Points = append(c.Points, p.symbolicPoints(r)...)
	c.Points = append(c.Points, p.derivedPoints()...)
	c.Points = append(c.Points, p.callPoints()...)
	c.Points = append(c.Points, coveragePoints(r.Coverage)...)
	if s := coverage.CallerSentence(r.Callability, p.profile.Coverage.PassDepth); s != "" {
		c.Points = append(c.Points, s)
	}
	c.Points = append(c.Points, p.identityPoints()...)
	c.Points = append(c.Points, p.caseFlagPoints()...)
}

// countVariants counts alleles of the VCF, and apart what some of them do together.
func countVariants(own, joint int) string {
	switch {
	case joint == 0:
		return report.Plural(own, "variant", "variants")
	case own == 0:
		return report.Plural(joint, "joint change of several variants", "joint changes of several variants")
	}
	return report.Plural(own, "variant", "variants") + " and " + report.Plural(joint, "joint change of several", "joint changes of several")
}

func countGenes(r *report.Report, state panel.State) int {
	n := 0
	for _, g := range r.Test.Genes {
		if g.State == string(state) {
			n++
		}
	}
	return n
}

// topTiers are the tiers that the headline counts.
func (p *phase) topTiers() []string {
	if p.profile.Type.Somatic() {
		return []string{"I", "II"}
	}
	return []string{"1", "2"}
}

func nameOf(v *report.Variant) string {
	parts := []string{v.Gene}
	if v.HGVSc != "" {
		parts = append(parts, v.HGVSc)
	} else {
		parts = append(parts, fmt.Sprintf("%s:%d", v.Contig, v.Pos))
	}
	if v.HGVSp != "" {
		parts = append(parts, v.HGVSp)
	}
	return strings.Join(parts, " ")
}

func someOf(names []string) string {
	if len(names) <= maxNamed {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:maxNamed], ", "), len(names)-maxNamed)
}

// unseenContigs says where the VCF cannot hold a call.
func (p *plan) unseenContigs() []string {
	lacking := p.contigsWithoutCalls()
	if len(lacking) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("The VCF's header has no contig %s: nothing can have been called in %s.",
		strings.Join(lacking, ", "), strings.Join(p.genesOn(lacking), ", "))}
}

// symbolicPoints names symbolic, copy-number and repeat records in the panel.
func (p *phase) symbolicPoints(r *report.Report) []string {
	var places []string
	for _, v := range p.excluded {
		if v.Symbolic {
			places = append(places, fmt.Sprintf("%s:%d %s", v.Allele.Contig, v.Allele.Pos+1, v.Allele.Alt))
		}
	}
	if len(places) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("Not assessed by this test: %s in the panel (%s).",
		report.Plural(len(places), "symbolic record", "symbolic records"), someOf(places))}
}

// callPoints says where the sample was not called.
func (p *phase) callPoints() []string {
	if len(p.noCall) == 0 {
		return nil
	}
	var places []string
	for _, a := range p.noCall {
		places = append(places, fmt.Sprintf("%s:%d", a.Contig, a.Pos+1))
	}
	return []string{fmt.Sprintf("Not assessable: %s in the panel without a genotype of the sample (%s). This is not a reference call.",
		report.Plural(len(places), "listed allele", "listed alleles"), someOf(places))}
}

// coveragePoints flags where the reads and the caller disagree, and known
// alleles that were not read deep enough.
func coveragePoints(c *report.Coverage) []string {
	if c == nil {
		return nil
	}
	var out []string
	for _, s := range []string{coverage.LowMapQSentence(c), coverage.DisagreementSentence(c), coverage.KnownSentence(c)} {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

func (p *phase) caseFlagPoints() []string {
	if slices.Contains(p.plan.caseFlags, flagBAMWithoutSample) {
		return []string{"The BAM names no sample: that its reads are this sample's was not checked."}
	}
	return nil
}

// gate compares coverage with the profile's pass line.
func (p *phase) gate(r *report.Report) {
	c := &r.Conclusion
	if p.coverage == nil {
		c.Gate = gateNotEvaluated
		c.GateWhy = []string{"no BAM was given: coverage was not assessed"}
		return
	}
	c.Gate = gatePass
	rule := p.profile.Coverage
	at := slices.Index(r.Coverage.Thresholds, rule.PassDepth)
	for _, g := range r.Coverage.Genes {
		if g.Pass != coverage.Fail {
			continue
		}
		c.Gate = gateFail
		c.GateWhy = append(c.GateWhy, fmt.Sprintf("%s: %s %% of its coding bases at %dx or more, the pass line is %d %%",
			g.Gene, g.Pct[at], rule.PassDepth, rule.PassPercent))
	}
}
