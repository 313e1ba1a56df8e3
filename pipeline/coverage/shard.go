package coverage

import (
	"io"
	"math"

	"varpanel/hts/bam"
	"varpanel/hts/bam/pileup"
)

// shard is a part of one contig on its way from the plan through a worker to the
// sink. It is used again.
type shard struct {
	contig    int
	intervals []bam.Interval // sorted and disjoint
	last      bool           // of its contig

	records  int // that begin here
	runs     []pileup.Run
	ends     []int // of each interval's runs
	bases    tally // of all bases
	regional tally // of the bases of the BED file's rows, a row at a time
	rows     []measured
	counts   []int64 // at the thresholds, of each of rows
	lines    lines
}

// measured is a row that meets an interval.
type measured struct {
	row   int
	whole bool    // it lies in the interval
	value float64 // then: mean or median

	interval, run int // else: where the sink goes on with it
}

func (s *shard) reset() {
	s.records, s.runs, s.ends, s.rows, s.counts = 0, s.runs[:0], s.ends[:0], s.rows[:0], s.counts[:0]
	s.bases.reset()
	s.regional.reset()
	s.lines.reset()
}

// runsOf gives interval i's runs.
func (s *shard) runsOf(i int) []pileup.Run {
	from := 0
	if i > 0 {
		from = s.ends[i-1]
	}
	return s.runs[from:s.ends[i]]
}

// A shard ends when it has one of these: so many bases bound the memory of its
// depths, and so many intervals are read in little more than the time of one.
const (
	shardBases     = 1 << 20
	shardIntervals = 64
)

// plan gives the shards one after the other.
type plan struct {
	o      *Options
	where  *territory
	header *bam.Header
	reads  func(id int) bool // the contig has any

	contig int
	left   []bam.Interval // of the contig
}

// next fills s with the next shard's place, or gives io.EOF. Contigs without
// reads have none, nor have those of which nothing is asked.
func (p *plan) next(s *shard) error {
	for len(p.left) == 0 {
		p.contig++
		if p.contig >= len(p.header.Refs) {
			return io.EOF
		}
		if p.reads(p.contig) {
			p.left = p.territory()
		}
	}
	s.contig, s.intervals = p.contig, s.intervals[:0]
	room := shardBases
	for len(p.left) > 0 && room > 0 && len(s.intervals) < shardIntervals {
		in := p.left[0]
		in.End = min(in.End, in.Start+room)
		room -= in.End - in.Start
		s.intervals = append(s.intervals, in)
		if p.left[0].Start = in.End; in.End == p.left[0].End {
			p.left = p.left[1:]
		}
	}
	s.last = len(p.left) == 0
	return nil
}

// territory gives what is read of the contig.
func (p *plan) territory() []bam.Interval {
	switch {
	case p.o.RegionsOnly:
		return p.where.known[p.contig].union()
	case !p.o.counts(p.where, p.contig) || p.header.Refs[p.contig].Length == 0:
		return nil
	}
	return []bam.Interval{{Start: 0, End: p.header.Refs[p.contig].Length}}
}

// counts tells whether a contig is looked at base by base. As in mosdepth, one
// without rows is not where rows alone are asked for.
func (o *Options) counts(where *territory, contig int) bool {
	return !o.NoPerBase || len(o.Thresholds) > 0 || !o.regional() || where.known[contig].count() > 0
}

// hasReads asks the index for records that stand on a contig.
func hasReads(file *bam.File) func(int) bool {
	return func(id int) bool {
		if mapped, unmapped, ok := file.Index().Records(id); ok {
			return mapped+unmapped > 0
		}
		return len(file.Index().Chunks(id, 0, math.MaxInt)) > 0
	}
}
