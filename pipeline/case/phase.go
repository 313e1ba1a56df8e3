package cases

import (
	"fmt"
	"slices"

	"varpanel/annotate/source"
	"varpanel/hts/fasta"
	"varpanel/reference/allele"
	"varpanel/reference/panel"
	"varpanel/stages/annotate"
	"varpanel/stages/coverage"
	"varpanel/stages/filter"
	"varpanel/stages/hotspot"
	"varpanel/stages/inherit"
	"varpanel/stages/prioritise"
	"varpanel/stages/report"
	"varpanel/stages/variant"
)

// Words of Conclusion.Gate.
const (
	gatePass         = "pass"
	gateFail         = "fail"
	gateNotEvaluated = "not evaluated"
)

// phase is the case phase: what is decided once all alleles are there. It is
// sequential, and its result does not depend on the number of threads.
type phase struct {
	*plan
	know    *knowledge
	bases   *fasta.Cursor // the phase's own
	filter  *filter.Filter
	sources map[string]*source.Description

	counts   report.Counts
	reported []*variant.Variant // in rank order
	excluded []*variant.Variant // in genome order
	caller   coverage.Caller
	noCall   []allele.Allele
	hotspots []report.Hotspot
	coverage *coverage.Result // nil without a BAM

	hotspotReads []hotspot.Reads // nil without a BAM

	joint map[*variant.Variant][]*variant.Variant // what a part is a part of
	apart []annotate.Apart                        // pairs whose joint effect is not known

	knownSearched bool       // there are reads, and a source that knows pathogenic alleles
	knownListed   int        // such alleles that were looked at
	knownLow      []lowKnown // those below the pass depth
	unseen        []string   // what the conclusion says of contigs without calls
	copiesOfX     string     // what the reads say, or ""
}

// newPhase checks the profile's rules against what is there, before the first
// record is read.
func newPhase(p *plan, k *knowledge) (*phase, error) {
	have := filter.Available{Sources: k.sources.Descriptions(), Header: p.calls.header}
	if k.known != nil {
		have.Sources = append(have.Sources[:len(have.Sources):len(have.Sources)], source.KnownDescription())
	}
	f, err := filter.New(p.profile, have)
	if err != nil {
		return nil, err
	}
	return &phase{plan: p, know: k, bases: k.sequence.Cursor(), filter: f, sources: f.Sources(),
		joint: map[*variant.Variant][]*variant.Variant{}, unseen: p.unseenContigs()}, nil
}

// decide merges, filters, joins, finds inheritance, gives tiers and ranks.
func (p *phase) decide(all *batch) error {
	distinct, merged := merge(all.found)
	p.inOrder(distinct)
	p.counts, p.noCall = all.counts, all.noCall
	p.caller = coverage.Caller{Seen: all.seen, Blocks: all.gvcf}
	p.counts.Merged, p.counts.Alleles = merged, len(distinct)
	for _, v := range distinct {
		if err := p.applyRules(v); err != nil {
			return err
		}
	}
	derived, err := p.join(distinct)
	if err != nil {
		return err
	}
	p.counts.Derived = len(derived)
	everything := slices.Concat(distinct, derived)
	p.inOrder(everything)
	if err := inherit.Apply(everything, inherit.Options{
		Profile: p.profile, Filter: p.filter, Sex: p.know.sex, Loci: p.know.loci,
	}); err != nil {
		return err
	}
	genes := map[string]*panel.Gene{}
	for i := range p.bundle.Panel.Genes {
		g := &p.bundle.Panel.Genes[i]
		genes[g.HGNCID] = g
	}
	p.reported, err = prioritise.Apply(everything, prioritise.Options{
		Profile: p.profile, Filter: p.filter, Loci: p.know.loci, Genes: genes,
		Rank: func(contig string) int { rank, _ := p.contigs.Rank(contig); return rank },
	})
	if err != nil {
		return err
	}
	for _, v := range everything {
		if v.Exclusion != nil {
			p.excluded = append(p.excluded, v)
		}
	}
	// Derived alleles have rows and are not counted.
	p.counts.Reported, p.counts.Excluded = countOwn(p.reported), countOwn(p.excluded)
	if p.counts.Alleles != p.counts.Reported+p.counts.Excluded {
		return fmt.Errorf("internal: %d alleles went in, %d are reported and %d excluded", p.counts.Alleles, p.counts.Reported, p.counts.Excluded)
	}
	return nil
}

func (p *phase) applyRules(v *variant.Variant) error {
	return p.filter.Apply(v, filter.Facts{
		ReferenceUnknown: v.ReferenceUnknown,
		Locus:            p.know.loci.Of(v.Allele.Contig, v.Allele.Pos, v.Allele.End()),
	})
}

// countOwn counts the alleles of the VCF.
func countOwn(list []*variant.Variant) int {
	n := 0
	for _, v := range list {
		if !v.Derived() {
			n++
		}
	}
	return n
}
