package pileup

import (
	"slices"

	"varpanel/hts/bam"
)

// mates holds, by name, the reads whose mate is still to come and overlaps
// them. The zero value is ready.
type mates struct {
	seen  map[string]mate
	limit int // sweep when this many are held
}

// mate is what is kept of a read.
type mate struct {
	spans []bam.Interval
	ops   int // CIGAR operations
}

func (m mate) end() int {
	if len(m.spans) == 0 {
		return -1
	}
	return m.spans[len(m.spans)-1].End
}

// take gives r's mate when the mate was kept, and keeps r when its mate is still
// to come. A mate is given once.
func (m *mates) take(r *bam.Record, spans []bam.Interval) (mate, bool) {
	if r.Flag()&(bam.ProperPair|bam.Supplementary) != bam.ProperPair {
		return mate{}, false
	}
	first, kept := m.seen[string(r.Name())]
	if r.RefID() == r.MateRefID() && r.End() > r.MatePos() &&
		(r.Pos() < r.MatePos() || r.Pos() == r.MatePos() && !kept) {
		m.keep(r, spans)
		return mate{}, false
	}
	if kept {
		delete(m.seen, string(r.Name()))
	}
	return first, kept
}

func (m *mates) keep(r *bam.Record, spans []bam.Interval) {
	if m.seen == nil {
		m.seen, m.limit = map[string]mate{}, 1024
	}
	if len(m.seen) >= m.limit {
		m.sweep(r.Pos())
	}
	m.seen[string(r.Name())] = mate{spans: slices.Clone(spans), ops: r.NOps()}
}

// sweep forgets the reads that end at or before pos: their mates were left out
// by flag, quality or region, or never overlap them.
func (m *mates) sweep(pos int) {
	for name, read := range m.seen {
		if read.end() <= pos {
			delete(m.seen, name)
		}
	}
	m.limit = max(1024, 2*len(m.seen))
}
