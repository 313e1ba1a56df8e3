package coverage

// waiting holds the rows of a contig that cannot be written yet: those behind a
// row that goes on in the next shard, and that one.
type waiting struct {
	next   int // row to be written next
	values []float64
	counts []int64        // at the thresholds, of each of values
	gone   int            // of values, that were written
	gauges map[int]*gauge // of the rows that meet several shards or intervals
}

func (w *waiting) reset() {
	*w = waiting{values: w.values[:0], counts: w.counts[:0], gauges: w.gauges}
	clear(w.gauges)
}

// take puts a shard's rows in their places.
func (w *waiting) take(o *Options, rows *rows, s *shard) {
	n := len(o.Thresholds)
	for i, m := range s.rows {
		if m.whole {
			w.put(m.row, m.value, s.counts[i*n:(i+1)*n])
			continue
		}
		r := rows.at(m.row)
		g := w.gauges[m.row]
		if g == nil {
			g = newGauge(o)
			g.begin(r)
			w.gauges[m.row] = g
		}
		in := s.intervals[m.interval]
		each(s.runsOf(m.interval)[m.run:], in, r, g.add)
		if r.end <= in.End {
			w.put(m.row, g.value(), g.counts)
			delete(w.gauges, m.row)
		}
	}
}

func (w *waiting) put(row int, value float64, counts []int64) {
	at := row - w.next + w.gone
	n := len(counts)
	for len(w.values) <= at {
		w.values = append(w.values, 0)
		w.counts = append(w.counts, make([]int64, n)...)
	}
	w.values[at] = value
	copy(w.counts[at*n:], counts)
}

// pop gives the next row's value and its counts at n thresholds, which are valid
// until the next put. A row that no shard had has no bases.
func (w *waiting) pop(n int) (value float64, counts []int64) {
	if w.gone == len(w.values) {
		w.values, w.counts, w.gone = append(w.values[:0], 0), append(w.counts[:0], make([]int64, n)...), 0
	}
	at := w.gone
	w.gone++
	w.next++
	return w.values[at], w.counts[at*n : (at+1)*n]
}
