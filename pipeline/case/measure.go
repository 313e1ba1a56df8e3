package cases

import (
	"context"
	"slices"
	"strings"

	"varpanel/annotate/source"
	"varpanel/hts/bam/pileup"
	"varpanel/hts/fault"
	"varpanel/reference/panel"
	"varpanel/stages/coverage"
	"varpanel/stages/hotspot"
)

// depth is the profile's definition of depth; --fast-mode replaces how a read
// counts.
func (p *plan) depth() (pileup.Options, error) {
	rule := p.profile.Coverage
	o := pileup.Options{
		Exclude: rule.ExcludeFlags, Include: rule.IncludeFlags, MinMapQ: rule.MinMappingQuality,
		MinBaseQ: rule.MinBaseQuality, Deletions: rule.CountDeletions,
	}
	switch {
	case p.FastMode && (o.MinBaseQ > 0 || o.Deletions):
		return o, fault.Usagef("--fast-mode counts reads from start to end, and the profile %s asks for base qualities or deletions", p.profile.Name).
			WithHint("leave --fast-mode out, or use a profile without min_base_quality and count_deletions")
	case p.FastMode:
		o.Mode = pileup.Span
	case !rule.MatesOnce:
		o.Mode = pileup.EveryRead
	}
	return o, nil
}

// measure reads coverage and the hotspots' depths. It looks at nothing that the
// variants' way changes.
func (p *phase) measure(ctx context.Context) error {
	if p.reads == nil {
		return nil
	}
	p.progress("reading coverage", 0)
	depth, err := p.depth()
	if err != nil {
		return err
	}
	known, searched, err := p.knownPathogenic(ctx)
	if err != nil {
		return err
	}
	if err := p.measureExons(ctx, depth, known); err != nil {
		return err
	}
	p.knownSearched = searched
	p.keepLow(known)
	if len(p.bundle.Hotspots) == 0 {
		return nil
	}
	p.hotspotReads, err = hotspot.Measure(ctx, hotspot.ReadOptions{
		Path: p.reads.path, Threads: p.Threads, Depth: depth, AllowOldIndex: p.AllowOldIndex, SafeInflate: p.SafeInflate,
	}, p.bundle.Hotspots, p.know.sequence, p.reads.contig)
	return err
}

// assess states each hotspot, and takes over the warnings of measure.
func (p *phase) assess() {
	if p.coverage != nil {
		p.warnings = append(p.warnings, p.coverage.Warnings...)
	}
	limits := p.profile.Hotspots
	p.hotspots = hotspot.Assess(p.bundle.Hotspots, append(p.reported[:len(p.reported):len(p.reported)], p.excluded...),
		hotspot.Evidence{Blocks: p.blocks(), Reads: p.hotspotReads},
		hotspot.Options{MinDepth: limits.MinDepth, MinAltDepth: limits.MinAltReads, MinVAF: limits.MinVAF})
}

// measureExons reads the depth of the exons' bases, and apart of the hotspots and the
// known alleles.
func (p *phase) measureExons(ctx context.Context, depth pileup.Options, known []source.Listed) (err error) {
	rule, exons := p.profile.Coverage, p.exons()
	p.bundle.Exons, p.bundle.Regions = nil, nil // looked at, and half the size of what is measured now
	p.coverage, err = coverage.Measure(ctx, coverage.Options{
		Path: p.reads.path, Threads: p.Threads, Depth: depth,
		Thresholds: rule.Thresholds, PassDepth: rule.PassDepth, Sites: p.sites(known), AllowOldIndex: p.AllowOldIndex, SafeInflate: p.SafeInflate,
	}, exons, p.reads.contig)
	return err
}

// exons are the rows of the coverage report: the bundle's, and a row without
// bases for each gene that has none.
func (p *phase) exons() []coverage.Exon {
	states := map[string]panel.State{}
	for _, g := range p.bundle.Panel.Genes {
		states[g.HGNCID] = g.State
	}
	out := make([]coverage.Exon, 0, len(p.bundle.Exons)+len(p.bundle.Panel.Genes))
	have := map[string]bool{}
	once := names{}
	for _, e := range p.bundle.Exons {
		state, ok := states[e.HGNCID]
		if !ok { // a target region
			state = e.State
		}
		have[e.HGNCID] = true
		out = append(out, coverage.Exon{
			Gene: once.of(e.Gene), HGNCID: once.of(e.HGNCID), Transcript: once.of(e.Transcript), Number: e.Number,
			Contig: once.of(e.Contig), Start: e.Start, End: e.End, State: string(state), NoSequence: e.State == panel.NotAssessed,
		})
	}
	for _, g := range p.bundle.Panel.Genes {
		if !have[g.HGNCID] {
			out = append(out, coverage.Exon{Gene: g.Symbol, HGNCID: g.HGNCID, State: string(panel.NotAssessed)})
		}
	}
	return slices.Clip(out)
}

// names keeps one copy of each name, which does not hold the text that it was read from.
type names map[string]string

func (n names) of(name string) string {
	own, known := n[name]
	if !known {
		own = strings.Clone(name)
		n[own] = own
	}
	return own
}
