package pileup

import (
	"slices"

	"varpanel/hts/bam"
)

// mates holds, by name, the reads whose mate is still to come and overlaps
// them. The zero value is ready.
type mates struct {
	seen  map[string][]bam.Interval
	limit int // sweep when this many are held
}

// take gives the stretches of r's mate when the mate was kept, and keeps r when
// its mate is still to come. A mate is given once.
func (m *mates) take(r *bam.Record, spans []bam.Interval) ([]bam.Interval, bool) {
	if r.Flag()&(bam.ProperPair|bam.Supplementary) != bam.ProperPair {
		return nil, false
	}
	mate, kept := m.seen[string(r.Name())]
	if r.RefID() == r.MateRefID() && r.End() > r.MatePos() &&
		(r.Pos() < r.MatePos() || r.Pos() == r.MatePos() && !kept) {
		m.keep(r, spans)
		return nil, false
	}
	if kept {
		delete(m.seen, string(r.Name()))
	}
	return mate, kept
}

func (m *mates) keep(r *bam.Record, spans []bam.Interval) {
	if m.seen == nil {
		m.seen, m.limit = map[string][]bam.Interval{}, 1024
	}
	if len(m.seen) >= m.limit {
		m.sweep(r.Pos())
	}
	m.seen[string(r.Name())] = slices.Clone(spans)
}

// sweep forgets the reads that end at or before pos: their mates were left out
// by flag, quality or region, or never overlap them.
func (m *mates) sweep(pos int) {
	for name, spans := range m.seen {
		if len(spans) == 0 || spans[len(spans)-1].End <= pos {
			delete(m.seen, name)
		}
	}
	m.limit = max(1024, 2*len(m.seen))
}
