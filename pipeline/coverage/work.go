package coverage

import (
	"context"
	"errors"
	"io"

	"varpanel/hts/bam"
	"varpanel/hts/bam/pileup"
)

// worker reads and sums up shards. It is for one goroutine.
type worker struct {
	o      *Options
	file   *bam.File
	where  *territory
	depth  *pileup.Depth
	record bam.Record
	row    *gauge
}

func newWorker(o *Options, file *bam.File, where *territory) *worker {
	return &worker{o: o, file: file, where: where, depth: pileup.NewDepth(nil, o.Pileup), row: newGauge(o)}
}

// do measures one shard.
func (w *worker) do(ctx context.Context, s *shard) error {
	s.reset()
	if err := w.read(ctx, s); err != nil {
		return err
	}
	for i := range s.intervals {
		s.runs = w.depth.Runs(s.runs, i)
		s.ends = append(s.ends, len(s.runs))
		w.bases(s, i)
		if w.o.regional() {
			w.rows(s, i)
		}
	}
	return nil
}

// checkEvery is the number of records between two looks at the context.
const checkEvery = 4096

// read counts the depth of the shard's bases.
func (w *worker) read(ctx context.Context, s *shard) error {
	w.depth.Reset(s.intervals)
	records, err := w.file.Query(s.contig, w.depth.Intervals())
	if err != nil {
		return err
	}
	defer records.Close()
	start, end := s.intervals[0].Start, s.intervals[len(s.intervals)-1].End
	for n := 0; ; n++ {
		if n%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if err := records.Read(&w.record); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if pos := max(w.record.Pos(), 0); pos >= start && pos < end {
			s.records++
		}
		w.depth.Add(&w.record)
	}
}

// bases sums up an interval's bases, where the whole contig is looked at.
func (w *worker) bases(s *shard, i int) {
	if w.o.RegionsOnly {
		return
	}
	from := uint32(0)
	for _, r := range s.runsOf(i) {
		s.bases.add(r.Depth, int(r.End-from))
		from = r.End
	}
	if !w.o.NoPerBase {
		s.lines.write(w.file.Header().Refs[s.contig].Name, s.intervals[i], s.runsOf(i))
	}
}

// rows sums up the rows that meet interval i: for the distribution, and, of those
// that end in it, what is written of them.
func (w *worker) rows(s *shard, i int) {
	in, runs := s.intervals[i], s.runsOf(i)
	rows := &w.where.known[s.contig]
	at := 0
	for j := rows.from(in.Start); j < rows.count(); j++ {
		r := rows.at(j)
		if r.start >= in.End {
			break
		}
		if r.end <= in.Start || r.start == r.end {
			continue
		}
		for from := max(r.start, in.Start) - in.Start; int(runs[at].End) <= from; {
			at++
		}
		if w.o.BED != "" {
			each(runs[at:], in, r, s.regional.add)
		}
		if r.start < in.Start || r.end > in.End {
			s.rows = append(s.rows, measured{row: j, interval: i, run: at})
			s.counts = append(s.counts, make([]int64, len(w.o.Thresholds))...)
			continue
		}
		w.row.begin(r)
		each(runs[at:], in, r, w.row.add)
		s.rows = append(s.rows, measured{row: j, whole: true, value: w.row.value()})
		s.counts = append(s.counts, w.row.counts...)
	}
}

// each calls add for the runs of an interval that lie in a row; the first one
// reaches past the row's start.
func each(runs []pileup.Run, in bam.Interval, r row, add func(depth int32, n int)) {
	at, end := max(r.start-in.Start, 0), min(r.end, in.End)-in.Start
	for _, run := range runs {
		stop := min(int(run.End), end)
		add(run.Depth, stop-at)
		if at = stop; at == end {
			return
		}
	}
}

// gauge takes the measure of one row.
type gauge struct {
	o      *Options
	length float64
	n      int
	sum    float64  // of depth over length, base by base
	depths []uint32 // for the median: bases at each depth
	counts []int64  // at each threshold or deeper
}

func newGauge(o *Options) *gauge { return &gauge{o: o, counts: make([]int64, len(o.Thresholds))} }

func (g *gauge) begin(r row) {
	g.n, g.sum = r.end-r.start, 0
	g.length = float64(g.n)
	clear(g.depths)
	clear(g.counts)
}

// highest is the depth from which on a median is that, as in mosdepth.
const highest = 1<<16 - 1

func (g *gauge) add(depth int32, n int) {
	for i, t := range g.o.Thresholds {
		if int(depth) < t {
			break
		}
		g.counts[i] += int64(n)
	}
	if !g.o.UseMedian {
		if depth != 0 {
			share := float64(depth) / g.length
			for range n {
				g.sum += share
			}
		}
		return
	}
	d := min(max(int(depth), 0), highest)
	if d >= len(g.depths) {
		g.depths = append(g.depths, make([]uint32, d+1-len(g.depths))...)
	}
	g.depths[d] += uint32(n)
}

// value is the row's mean, or the lower of the two depths in the middle.
func (g *gauge) value() float64 {
	if !g.o.UseMedian {
		return g.sum
	}
	rank := uint64(max(g.n-1, 0) / 2)
	for d, n := range g.depths {
		if rank < uint64(n) {
			return float64(d)
		}
		rank -= uint64(n)
	}
	return 0
}
