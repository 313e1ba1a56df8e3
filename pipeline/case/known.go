package cases

import (
	"context"
	"slices"
	"strconv"

	"golang.org/x/sync/errgroup"

	"varpanel/annotate/consequence"
	"varpanel/annotate/source"
	"varpanel/hts/bed"
	"varpanel/stages/annotate"
	"varpanel/stages/coverage"
	"varpanel/stages/report"
	"varpanel/stages/variant"
)

// knownPathogenic lists the pathogenic alleles of the panel's regions, contig by
// contig. searched is false where the bundle has no source that could say.
func (p *phase) knownPathogenic(ctx context.Context) (list []source.Listed, searched bool, err error) {
	var contigs [][]bed.Record
	for rest := p.bundle.Regions; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].Contig == rest[0].Contig {
			n++
		}
		contigs, rest = append(contigs, rest[:n]), rest[n:]
	}
	lists, found := make([][]source.Listed, len(contigs)), make([]bool, len(contigs))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(p.Threads, 1))
	for i, regions := range contigs {
		group.Go(func() (err error) {
			if err := ctx.Err(); err != nil {
				return err
			}
			lists[i], found[i], err = p.know.sources.Pathogenic(regions)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, false, err
	}
	return slices.Concat(lists...), slices.Contains(found, true), nil
}

// sites are the places measured apart from the exons: the hotspots, then the
// known alleles.
func (p *phase) sites(known []source.Listed) []coverage.Site {
	out := make([]coverage.Site, 0, len(p.bundle.Hotspots)+len(known))
	for _, h := range p.bundle.Hotspots {
		out = append(out, coverage.Site{Contig: h.Contig, Start: h.Pos, End: h.Pos + len(h.Ref)})
	}
	for _, k := range known {
		out = append(out, coverage.Site{Contig: k.Contig, Start: k.Pos, End: k.End()})
	}
	return out
}

// lowKnown is a known allele below the pass depth.
type lowKnown struct {
	source.Listed
	depth int
}

// keepLow keeps what the report says of the known alleles, which were measured behind
// the hotspots: most of them were read deep enough.
func (p *phase) keepLow(known []source.Listed) {
	hotspots := len(p.bundle.Hotspots)
	p.knownListed = len(known)
	for i, k := range known {
		if depth := p.coverage.Sites[hotspots+i].Min; depth < p.profile.Coverage.PassDepth {
			p.knownLow = append(p.knownLow, lowKnown{k, depth})
		}
	}
	p.coverage.Sites = slices.Clone(p.coverage.Sites[:hotspots])
	p.coverage.Options.Sites = nil
}

// hotspotCoverage is the depth at the hotspots' own bases.
func (p *phase) hotspotCoverage() []report.HotspotCoverage {
	var out []report.HotspotCoverage
	for i, h := range p.bundle.Hotspots {
		at := p.coverage.Sites[i]
		row := report.HotspotCoverage{
			Name: h.Name, Gene: h.Gene, Contig: h.Contig, Start: h.Pos + 1, End: h.Pos + len(h.Ref),
			Min: at.Min, Max: at.Max, AskedFor: p.profile.Hotspots.MinDepth, Pass: coverage.Fail,
		}
		if at.Min >= row.AskedFor {
			row.Pass = coverage.Pass
		}
		out = append(out, row)
	}
	return out
}

// lowRows lists the known alleles below the pass depth, with the names that a
// call of them would have.
func (p *phase) lowRows() (*report.LowKnown, error) {
	if !p.knownSearched {
		return nil, nil
	}
	out := &report.LowKnown{Listed: p.knownListed}
	predictor := consequence.New(p.know.model, p.know.sequence.Cursor(), consequence.Options{UpDownstream: upDownstream})
	annotator := annotate.New(p.know.genes, predictor, p.know.sources.View(), p.know.known)
	for _, k := range p.knownLow {
		v := &variant.Variant{Allele: k.Allele}
		if err := annotator.Annotate(v); err != nil {
			return nil, err
		}
		row := report.KnownLow{
			Source: k.Source, ID: k.ID, Contig: k.Contig, Pos: k.Pos + 1,
			Ref: k.Ref, Alt: k.Alt, MinDepth: k.depth, Significance: k.Significance,
		}
		if pred := p.chosen(v); pred != nil {
			row.Gene, row.Transcript, row.HGVSc, row.HGVSp = pred.Transcript.Gene, accession(pred), pred.HGVSc, pred.HGVSp
		}
		if n, ok := source.Stars(k.Review); ok {
			row.Stars = strconv.Itoa(n)
		}
		out.Rows = append(out.Rows, row)
	}
	return out, nil
}
