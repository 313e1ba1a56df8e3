package coverage

import (
	"iter"
	"slices"
)

// summarise fills the result from the depths.
func (r *Result) summarise(exons []Exon, all []*territory) {
	r.ground, r.rows, r.groups = map[string]*territory{}, exons, byGene(exons)
	for _, t := range all {
		r.ground[t.contig] = t
	}
	m := meter{Result: r, counter: counter{thresholds: r.Options.Thresholds}}
	r.Panel, r.NoSequence = m.measure(every(exons))
	r.Exons = make([]ExonStat, 0, len(exons))
	for e := range sequenced(every(exons)) {
		if e.Start >= e.End {
			continue
		}
		m.depth = r.ground[e.Contig].of(m.depth, e.Start, e.End)
		m.add(m.depth)
		r.Exons = append(r.Exons, ExonStat{Exon: e, Stat: m.take(), Gaps: gaps(m.depth, e.Start, r.Options.PassDepth)})
	}
	m.genes()
	r.Sites = make([]SiteStat, len(r.Options.Sites))
	for i, s := range r.Options.Sites {
		if s.Start < s.End {
			m.depth = r.ground[s.Contig].of(m.depth, s.Start, s.End)
			r.Sites[i] = SiteStat{Min: int(slices.Min(m.depth)), Max: int(slices.Max(m.depth))}
		}
	}
}

// meter measures rows of a result, and keeps its room for the next.
type meter struct {
	*Result
	counter
	placed []placed
	depth  []int32
}

// measure gives the depth of the union of rows that have sequence, and the number
// of bases of the others.
func (m *meter) measure(rows iter.Seq[*Exon]) (s Stat, noSequence int) {
	m.placed, noSequence = unions(m.placed, rows)
	for _, p := range m.placed {
		m.depth = m.ground[p.contig].of(m.depth, p.start, p.end)
		m.add(m.depth)
	}
	return m.take(), noSequence
}

// genes measures each gene's union.
func (m *meter) genes() {
	m.Genes = make([]GeneStat, 0, len(m.groups))
	for _, rows := range m.groups {
		g := m.named(rows)
		g.Stat, g.NoSequence = m.measure(some(m.rows, rows))
		m.Genes = append(m.Genes, g)
	}
}

// named gives a gene without its numbers.
func (r *Result) named(rows group) GeneStat {
	first := &r.rows[rows[0]]
	g := GeneStat{Gene: first.Gene, HGNCID: first.HGNCID, State: stateOf(some(r.rows, rows))}
	for e := range some(r.rows, rows) {
		if e.Transcript != "" && !slices.Contains(g.Transcripts, e.Transcript) {
			g.Transcripts = append(g.Transcripts, e.Transcript)
		}
	}
	return g
}

// stateOf joins the states of a gene's rows: what all of them say, or that a
// part is assessed where they differ.
func stateOf(rows iter.Seq[*Exon]) string {
	var first *Exon
	for e := range rows {
		if first == nil {
			first = e
		} else if e.State != first.State {
			return PartAssessed
		}
	}
	return first.State
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
