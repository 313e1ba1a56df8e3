package coverage

import (
	"slices"

	"varpanel/hts/bam"
)

// summarise fills the result from the depths.
func (r *Result) summarise(exons []Exon, all []*territory) {
	byName := map[string]*territory{}
	var everything [][]int32
	for _, t := range all {
		byName[t.contig] = t
		everything = append(everything, t.depth...)
	}
	c := counter{thresholds: r.Options.Thresholds}
	r.Panel = c.stat(everything...)
	for _, e := range exons {
		if e.Start >= e.End {
			continue
		}
		depth := byName[e.Contig].of(e.Start, e.End)
		r.Exons = append(r.Exons, ExonStat{Exon: e, Stat: c.stat(depth), Gaps: gaps(depth, e.Start, r.Options.PassDepth)})
	}
	r.genes(exons, byName, &c)
}

// genes measures each gene's union. A gene is known by its HGNC id, or by its
// symbol where it has none.
func (r *Result) genes(exons []Exon, byName map[string]*territory, c *counter) {
	rows := map[string][]Exon{}
	var order []string
	for _, e := range exons {
		key := e.HGNCID + "\t" + e.Gene
		if rows[key] == nil {
			order = append(order, key)
		}
		rows[key] = append(rows[key], e)
	}
	for _, key := range order {
		first := rows[key][0]
		g := GeneStat{Gene: first.Gene, HGNCID: first.HGNCID, State: stateOf(rows[key])}
		byContig := map[string][]bam.Interval{}
		var contigs []string
		for _, e := range rows[key] {
			if e.Transcript != "" && !slices.Contains(g.Transcripts, e.Transcript) {
				g.Transcripts = append(g.Transcripts, e.Transcript)
			}
			if e.Start >= e.End {
				continue
			}
			if byContig[e.Contig] == nil {
				contigs = append(contigs, e.Contig)
			}
			byContig[e.Contig] = append(byContig[e.Contig], bam.Interval{Start: e.Start, End: e.End})
		}
		var stretches [][]int32
		for _, contig := range contigs {
			for _, in := range merge(byContig[contig]) {
				stretches = append(stretches, byName[contig].of(in.Start, in.End))
			}
		}
		g.Stat = c.stat(stretches...)
		r.Genes = append(r.Genes, g)
	}
}

// stateOf joins the states of a gene's rows: what all of them say, or that a
// part is assessed where they differ.
func stateOf(rows []Exon) string {
	for _, e := range rows {
		if e.State != rows[0].State {
			return PartAssessed
		}
	}
	return rows[0].State
}

// gaps gives the runs of depth below pass; at is the position of the first base.
func gaps(depth []int32, at, pass int) []Gap {
	var out []Gap
	open := false
	for i, d := range depth {
		switch {
		case int(d) >= pass:
			open = false
		case open:
			g := &out[len(out)-1]
			g.End, g.Min, g.Max = at+i+1, min(g.Min, int(d)), max(g.Max, int(d))
		default:
			out = append(out, Gap{Start: at + i, End: at + i + 1, Min: int(d), Max: int(d)})
			open = true
		}
	}
	return out
}
