package cases

import (
	"context"
	"slices"
	"strconv"

	"golang.org/x/sync/errgroup"

	"varpanel/annotate/source"
	"varpanel/reference/allele"
	"varpanel/stages/annotate"
	"varpanel/stages/coverage"
	"varpanel/stages/report"
	"varpanel/stages/variant"
)

// knownAllele is a pathogenic allele of a clinical-significance source.
type knownAllele struct {
	allele allele.Allele
	hit    source.Hit
}

// knownPathogenic lists the pathogenic alleles of the panel's regions. searched
// is false where the bundle has no source that could say.
func (p *phase) knownPathogenic(ctx context.Context) (list []knownAllele, searched bool, err error) {
	size := len(p.bundle.Regions)/max(p.Threads, 1) + 1
	shards := slices.Collect(slices.Chunk(p.bundle.Regions, size))
	lists := make([][]knownAllele, len(shards))
	found := make([]bool, len(shards))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(p.Threads, 1))
	for i, regions := range shards {
		group.Go(func() error {
			view := p.know.sources.View()
			for _, r := range regions {
				if err := ctx.Err(); err != nil {
					return err
				}
				var err error
				found[i], err = view.Pathogenic(r.Contig, r.Start, r.End, func(a allele.Allele, h source.Hit) {
					lists[i] = append(lists[i], knownAllele{a, h})
				})
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, false, err
	}
	return slices.Concat(lists...), slices.Contains(found, true), nil
}

// sites are the places measured apart from the exons: the hotspots, then the
// known alleles.
func (p *phase) sites() []coverage.Site {
	var out []coverage.Site
	for _, h := range p.bundle.Hotspots {
		out = append(out, coverage.Site{Contig: h.Contig, Start: h.Pos, End: h.Pos + len(h.Ref)})
	}
	for _, k := range p.knownAlleles {
		out = append(out, coverage.Site{Contig: k.allele.Contig, Start: k.allele.Pos, End: k.allele.End()})
	}
	return out
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

// lowKnown lists the known alleles below the pass depth, with the names that a
// call of them would have.
func (p *phase) lowKnown() (*report.LowKnown, error) {
	if !p.knownSearched {
		return nil, nil
	}
	out := &report.LowKnown{Listed: len(p.knownAlleles)}
	annotator := annotate.New(p.know.genes, p.know.predictor.Fork(p.bases), p.know.sources.View(), p.know.known)
	for i, k := range p.knownAlleles {
		depth := p.coverage.Sites[len(p.bundle.Hotspots)+i].Min
		if depth >= p.profile.Coverage.PassDepth {
			continue
		}
		v := &variant.Variant{Allele: k.allele}
		if err := annotator.Annotate(v); err != nil {
			return nil, err
		}
		row := report.KnownLow{
			Source: k.hit.Source, ID: k.hit.ID, Contig: k.allele.Contig, Pos: k.allele.Pos + 1,
			Ref: k.allele.Ref, Alt: k.allele.Alt, MinDepth: depth,
		}
		if pred := p.chosen(v); pred != nil {
			row.Gene, row.Transcript, row.HGVSc, row.HGVSp = pred.Transcript.Gene, accession(pred), pred.HGVSc, pred.HGVSp
		}
		if d, ok := p.know.sources.Describe(k.hit.Source); ok {
			row.Significance = d.Value(k.hit, source.FieldSignificance)
			if n, ok := source.Stars(d.Value(k.hit, source.FieldReview)); ok {
				row.Stars = strconv.Itoa(n)
			}
		}
		out.Rows = append(out.Rows, row)
	}
	return out, nil
}
