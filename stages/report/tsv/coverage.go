package tsv

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"varpanel/stages/report"
)

// Panel writes coverage.panel.tsv, one row. The report must have coverage.
func Panel(w io.Writer, r *report.Report) error {
	if r.Coverage == nil {
		return errNoCoverage
	}
	type P = report.PanelCoverage
	return write(w, append([]column[P]{
		{"genes", integer(func(p *P) int { return p.Genes })},
		{"length", integer(func(p *P) int { return p.Length })},
		{"no_sequence", integer(func(p *P) int { return p.NoSequence })},
		{"min", func(p *P) string { return p.Min }},
		{"mean", func(p *P) string { return p.Mean }},
		{"median", func(p *P) string { return p.Median }},
		{"max", func(p *P) string { return p.Max }},
	}, depthTail(r, func(p *P) []string { return p.Pct })...), []P{r.Coverage.Panel})
}

// Genes writes coverage.genes.tsv. The report must have coverage.
func Genes(w io.Writer, r *report.Report) error {
	if r.Coverage == nil {
		return errNoCoverage
	}
	type G = report.GeneCoverage
	return write(w, append([]column[G]{
		{"gene", func(g *G) string { return g.Gene }},
		{"transcript", func(g *G) string { return g.Transcript }},
		{"state", func(g *G) string { return g.State }},
		{"length", integer(func(g *G) int { return g.Length })},
		{"min", func(g *G) string { return g.Min }},
		{"mean", func(g *G) string { return g.Mean }},
		{"median", func(g *G) string { return g.Median }},
		{"max", func(g *G) string { return g.Max }},
	}, depthTail(r, func(g *G) []string { return g.Pct })...), r.Coverage.Genes)
}

// Exons writes coverage.exons.tsv. The report must have coverage.
func Exons(w io.Writer, r *report.Report) error {
	if r.Coverage == nil {
		return errNoCoverage
	}
	type X = report.ExonCoverage
	return write(w, append([]column[X]{
		{"gene", func(x *X) string { return x.Gene }},
		{"transcript", func(x *X) string { return x.Transcript }},
		{"exon", func(x *X) string { return x.Exon }},
		{"contig", func(x *X) string { return x.Contig }},
		{"start", integer(func(x *X) int { return x.Start })},
		{"end", integer(func(x *X) int { return x.End })},
		{"length", integer(func(x *X) int { return x.Length })},
		{"min", func(x *X) string { return x.Min }},
		{"mean", func(x *X) string { return x.Mean }},
		{"median", func(x *X) string { return x.Median }},
		{"max", func(x *X) string { return x.Max }},
	}, depthTail(r, func(x *X) []string { return x.Pct })...), r.Coverage.Exons)
}

var errNoCoverage = errors.New("a report without a BAM has no coverage to write")

// percentages makes a pct_<N>x column for each threshold. A row that lacks a
// value there is missing, not zero.
func percentages[T any](thresholds []int, values func(*T) []string) []column[T] {
	var columns []column[T]
	for i, depth := range thresholds {
		columns = append(columns, column[T]{fmt.Sprintf("pct_%dx", depth), func(row *T) string {
			if pct := values(row); i < len(pct) {
				return pct[i]
			}
			return ""
		}})
	}
	return columns
}

// depthTail is the end of every table of depths: the percentages, and what
// counted as depth.
func depthTail[T any](r *report.Report, values func(*T) []string) []column[T] {
	return append(percentages(r.Coverage.Thresholds, values), definition[T](r))
}

func definition[T any](r *report.Report) column[T] {
	code := ""
	if r.Coverage != nil {
		code = r.Coverage.Code
	} else if r.Callability != nil {
		code = r.Callability.Code
	}
	return column[T]{"depth_definition", func(*T) string { return code }}
}

// Gaps writes gaps.bed: the stretches below the pass depth, 0-based half-open,
// the gene as the BED's name. The header line begins with "#", so that readers
// of BED skip it. The report must have coverage.
func Gaps(w io.Writer, r *report.Report) error {
	if r.Coverage == nil {
		return errNoCoverage
	}
	type G = report.Gap
	return write(w, []column[G]{
		{"#contig", func(g *G) string { return g.Contig }},
		{"start", integer(func(g *G) int { return g.Start })},
		{"end", integer(func(g *G) int { return g.End })},
		{"gene", func(g *G) string { return g.Gene }},
		{"transcript", func(g *G) string { return g.Transcript }},
		{"exon", func(g *G) string { return g.Exon }},
		{"min_depth", integer(func(g *G) int { return g.MinDepth })},
		{"max_depth", integer(func(g *G) int { return g.MaxDepth })},
		{"hgvs_c", func(g *G) string { return g.HGVSc }},
		definition[G](r),
	}, r.Coverage.Gaps)
}

// GapTable writes gaps.tsv: the gaps once more, for people, 1-based inclusive.
// The report must have coverage.
func GapTable(w io.Writer, r *report.Report) error {
	if r.Coverage == nil {
		return errNoCoverage
	}
	type G = report.Gap
	return write(w, []column[G]{
		{"gene", func(g *G) string { return g.Gene }},
		{"transcript", func(g *G) string { return g.Transcript }},
		{"exon", func(g *G) string { return g.Exon }},
		{"hgvs_c", func(g *G) string { return g.HGVSc }},
		{"contig", func(g *G) string { return g.Contig }},
		{"start", integer(func(g *G) int { return g.Start + 1 })},
		{"end", integer(func(g *G) int { return g.End })},
		{"length", integer(func(g *G) int { return g.End - g.Start })},
		{"min_depth", integer(func(g *G) int { return g.MinDepth })},
		{"max_depth", integer(func(g *G) int { return g.MaxDepth })},
		definition[G](r),
	}, r.Coverage.Gaps)
}

// Runs writes callability.bed: every stretch of one class, exon by exon, 0-based
// half-open. The report must have
// coverage or the callability of a gVCF.
func Runs(w io.Writer, r *report.Report) error {
	if r.Called() == nil {
		return errNoCoverage
	}
	return write(w, append([]column[report.Run]{
		{"#contig", func(x *report.Run) string { return x.Contig }},
		{"start", integer(func(x *report.Run) int { return x.Start })},
		{"end", integer(func(x *report.Run) int { return x.End })},
		{"class", func(x *report.Run) string { return x.Class }},
	}, runColumns(r)...), r.Called().Runs)
}

// Disagreements writes disagreement.tsv: where the reads reach the pass depth and
// the caller saw less or made no call, 1-based inclusive. The report must have
// coverage.
func Disagreements(w io.Writer, r *report.Report) error {
	if r.Coverage == nil {
		return errNoCoverage
	}
	return write(w, append([]column[report.Run]{
		{"contig", func(x *report.Run) string { return x.Contig }},
		{"start", integer(func(x *report.Run) int { return x.Start + 1 })},
		{"end", integer(func(x *report.Run) int { return x.End })},
		{"class", func(x *report.Run) string { return x.Class }},
	}, runColumns(r)...), r.Coverage.Callability.Disagreements)
}

func runColumns(r *report.Report) []column[report.Run] {
	type X = report.Run
	return []column[X]{
		{"gene", func(x *X) string { return x.Gene }},
		{"transcript", func(x *X) string { return x.Transcript }},
		{"exon", func(x *X) string { return x.Exon }},
		{"hgvs_c", func(x *X) string { return x.HGVSc }},
		{"min_depth", func(x *X) string { return x.MinDepth }},
		{"max_depth", func(x *X) string { return x.MaxDepth }},
		{"min_mapq0_depth", func(x *X) string { return x.MinMapQ0 }},
		{"max_mapq0_depth", func(x *X) string { return x.MaxMapQ0 }},
		{"min_caller_depth", func(x *X) string { return x.MinCaller }},
		{"max_caller_depth", func(x *X) string { return x.MaxCaller }},
		definition[X](r),
	}
}

// Callability writes callability.tsv: bases of each class in the panel, in each
// gene and in each exon. The report must have coverage or the callability of a gVCF.
func Callability(w io.Writer, r *report.Report) error {
	if r.Called() == nil {
		return errNoCoverage
	}
	type C = report.CallableRow
	place := func(get func(*C) int) func(*C) string {
		return func(c *C) string {
			if c.Contig == "" {
				return ""
			}
			return integer(get)(c)
		}
	}
	columns := []column[C]{
		{"level", func(c *C) string { return c.Level }},
		{"gene", func(c *C) string { return c.Gene }},
		{"transcript", func(c *C) string { return c.Transcript }},
		{"exon", func(c *C) string { return c.Exon }},
		{"contig", func(c *C) string { return c.Contig }},
		{"start", place(func(c *C) int { return c.Start })},
		{"end", place(func(c *C) int { return c.End })},
		{"length", integer(func(c *C) int { return c.Length })},
	}
	for i, class := range r.Called().Classes {
		columns = append(columns, column[C]{strings.ReplaceAll(class, "-", "_"), integer(func(c *C) int { return c.Counts[i] })})
	}
	return write(w, append(columns, definition[C](r)), r.Called().Rows)
}

// HotspotCoverage writes coverage.hotspots.tsv: the depth at the hotspots' own
// bases, apart from the exons'. The report must have coverage.
func HotspotCoverage(w io.Writer, r *report.Report) error {
	if r.Coverage == nil {
		return errNoCoverage
	}
	type H = report.HotspotCoverage
	return write(w, []column[H]{
		{"name", func(h *H) string { return h.Name }},
		{"gene", func(h *H) string { return h.Gene }},
		{"contig", func(h *H) string { return h.Contig }},
		{"start", integer(func(h *H) int { return h.Start })},
		{"end", integer(func(h *H) int { return h.End })},
		{"min_depth", integer(func(h *H) int { return h.Min })},
		{"max_depth", integer(func(h *H) int { return h.Max })},
		{"asked_for", integer(func(h *H) int { return h.AskedFor })},
		{"pass", func(h *H) string { return h.Pass }},
		definition[H](r),
	}, r.Coverage.Hotspots)
}

// KnownLow writes known_low.tsv: known pathogenic alleles of the bundle's sources
// below the pass depth. The report must have coverage.
func KnownLow(w io.Writer, r *report.Report) error {
	if r.Coverage == nil {
		return errNoCoverage
	}
	type K = report.KnownLow
	var rows []K
	if r.Coverage.LowKnown != nil {
		rows = r.Coverage.LowKnown.Rows
	}
	return write(w, []column[K]{
		{"source", func(k *K) string { return k.Source }},
		{"id", func(k *K) string { return k.ID }},
		{"gene", func(k *K) string { return k.Gene }},
		{"transcript", func(k *K) string { return k.Transcript }},
		{"hgvs_c", func(k *K) string { return k.HGVSc }},
		{"hgvs_p", func(k *K) string { return k.HGVSp }},
		{"contig", func(k *K) string { return k.Contig }},
		{"pos", integer(func(k *K) int { return k.Pos })},
		{"ref", func(k *K) string { return k.Ref }},
		{"alt", func(k *K) string { return k.Alt }},
		{"significance", func(k *K) string { return k.Significance }},
		{"stars", func(k *K) string { return k.Stars }},
		{"min_depth", integer(func(k *K) int { return k.MinDepth })},
		definition[K](r),
	}, rows)
}
