package coverage

import (
	"slices"

	"varpanel/hts/bam"
)

// summarise fills the result from the depths.
func (r *Result) summarise(exons []Exon, all []*territory) {
	r.ground, r.rows = map[string]*territory{}, exons
	for _, t := range all {
		r.ground[t.contig] = t
	}
	c := counter{thresholds: r.Options.Thresholds}
	var sequenced []Exon
	for _, e := range exons {
		if !e.NoSequence {
			sequenced = append(sequenced, e)
		}
	}
	r.Panel = c.stat(r.depths(sequenced)...)
	r.NoSequence = bases(exons) - r.Panel.Length
	for _, e := range sequenced {
		if e.Start >= e.End {
			continue
		}
		depth := r.ground[e.Contig].of(e.Start, e.End)
		r.Exons = append(r.Exons, ExonStat{Exon: e, Stat: c.stat(depth), Gaps: gaps(depth, e.Start, r.Options.PassDepth)})
	}
	r.genes(&c)
	for _, s := range r.Options.Sites {
		var stat Stat
		if s.Start < s.End {
			stat = c.stat(r.ground[s.Contig].of(s.Start, s.End))
		}
		r.Sites = append(r.Sites, SiteStat{Min: stat.Min, Max: stat.Max})
	}
}

// union gives the union of rows by contig, contigs in the order of the rows.
func union(rows []Exon) (contigs []string, byContig map[string][]bam.Interval) {
	byContig = map[string][]bam.Interval{}
	for _, e := range rows {
		if e.Start >= e.End {
			continue
		}
		if byContig[e.Contig] == nil {
			contigs = append(contigs, e.Contig)
		}
		byContig[e.Contig] = append(byContig[e.Contig], bam.Interval{Start: e.Start, End: e.End})
	}
	for _, contig := range contigs {
		byContig[contig] = merge(byContig[contig])
	}
	return contigs, byContig
}

// bases is the number of bases of the union of rows.
func bases(rows []Exon) int {
	contigs, byContig := union(rows)
	n := 0
	for _, contig := range contigs {
		for _, in := range byContig[contig] {
			n += in.End - in.Start
		}
	}
	return n
}

// depths gives the depth of the union of measured rows.
func (r *Result) depths(rows []Exon) [][]int32 {
	contigs, byContig := union(rows)
	var out [][]int32
	for _, contig := range contigs {
		for _, in := range byContig[contig] {
			out = append(out, r.ground[contig].of(in.Start, in.End))
		}
	}
	return out
}

// geneKey knows a gene by its HGNC id, or by its symbol where it has none.
func geneKey(e Exon) string { return e.HGNCID + "\t" + e.Gene }

// genes measures each gene's union.
func (r *Result) genes(c *counter) {
	keys, rows := r.byGene()
	for _, key := range keys {
		first := rows[key][0]
		g := GeneStat{Gene: first.Gene, HGNCID: first.HGNCID, State: stateOf(rows[key])}
		var sequenced []Exon
		for _, e := range rows[key] {
			if e.Transcript != "" && !slices.Contains(g.Transcripts, e.Transcript) {
				g.Transcripts = append(g.Transcripts, e.Transcript)
			}
			if !e.NoSequence {
				sequenced = append(sequenced, e)
			}
		}
		g.Stat = c.stat(r.depths(sequenced)...)
		g.NoSequence = bases(rows[key]) - g.Length
		r.Genes = append(r.Genes, g)
	}
}

// byGene groups the rows; the keys are in the order of each gene's first row.
func (r *Result) byGene() (keys []string, rows map[string][]Exon) {
	rows = map[string][]Exon{}
	for _, e := range r.rows {
		key := geneKey(e)
		if rows[key] == nil {
			keys = append(keys, key)
		}
		rows[key] = append(rows[key], e)
	}
	return keys, rows
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
