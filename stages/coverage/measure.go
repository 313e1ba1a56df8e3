package coverage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"varpanel/hts/bam"
	"varpanel/hts/bam/pileup"
	"varpanel/hts/fault"
)

// Options say what is measured. The depth's definition has no default here: it
// is the profile's.
type Options struct {
	Path          string
	Threads       int // below 2 there is no goroutine; the result does not depend on it
	Depth         pileup.Options
	Thresholds    []int
	PassDepth     int    // a gap is a stretch below it
	Sites         []Site // measured too, and no part of any exon's, gene's or the panel's numbers
	AllowOldIndex bool
	SafeInflate   bool // see bgzf.Options
}

// Exon is one row of exons.bed, 0-based half-open. A gene that has no exon in
// the gene model is given as one row with Start = End: it keeps its row in the
// gene table, of length 0.
type Exon struct {
	Gene       string
	HGNCID     string
	Transcript string
	Number     int
	Contig     string // the bundle's name
	Start      int
	End        int
	State      string // of the gene: assessed, part assessed, not assessed
	// NoSequence says that the test has no sequence for the row. It is not
	// measured; its bases stay in the panel's denominator, as not read.
	NoSequence bool
}

// Site is a place that is measured apart from the exons, 0-based half-open.
type Site struct {
	Contig     string // the bundle's name
	Start, End int
}

// Result is what Measure found. Exons are in the order in which they came,
// genes in that of their first exon, sites parallel to Options.Sites.
type Result struct {
	Options Options
	Exons   []ExonStat
	Genes   []GeneStat
	Panel   Stat
	// NoSequence is the number of the panel's bases that the test has no
	// sequence for. They are in none of the Stats.
	NoSequence int
	Sites      []SiteStat
	Reads      ReadStat
	Warnings   []string

	ground map[string]*territory // by the bundle's contig names
	rows   []Exon
	groups []group // of rows, parallel to Genes
	unread bool    // there are no reads
}

// ExonStat is one exon's depth.
type ExonStat struct {
	*Exon
	Stat
	Gaps []Gap
}

// GeneStat is the depth of the union of a gene's exons that have sequence.
type GeneStat struct {
	Gene        string
	HGNCID      string
	Transcripts []string // in the order of the exons
	State       string
	NoSequence  int // bases without sequence, in none of the numbers
	Stat
}

// SiteStat is the lowest and highest depth of a site's bases.
type SiteStat struct{ Min, Max int }

// Gap is a stretch of an exon below PassDepth, 0-based half-open.
type Gap struct {
	Start, End int
	Min, Max   int
}

// Measure reads the depth of the exons' bases from an indexed BAM file. contig
// translates the bundle's contig names to the file's. A contig that the file
// lacks is depth 0 and a warning; one that is shorter in the file than an exon
// on it is an Input error. It holds one number a base of the union of exons and
// sites, and one more where reads of low mapping quality lie.
func Measure(ctx context.Context, o Options, exons []Exon, contig func(string) (string, bool)) (*Result, error) {
	file, err := bam.Open(o.Path, bam.Options{AllowOldIndex: o.AllowOldIndex, SafeInflate: o.SafeInflate})
	if err != nil {
		return nil, err
	}
	defer file.Close()

	all := unite(exons, o.Sites)
	result := &Result{Options: o}
	for _, t := range all {
		t.zero()
		name, known := contig(t.contig)
		id, here := file.Header().ID(name)
		if !known || !here {
			t.id = -1
			result.Warnings = append(result.Warnings,
				fmt.Sprintf("the BAM file has no contig %s: its bases count as depth 0", t.contig))
			continue
		}
		t.id = id
		if n := file.Header().Refs[id].Length; t.end() > n {
			return nil, fault.Inputf(o.Path, name, "the contig has %d bases, and an exon of the panel ends at %d: another assembly", n, t.end())
		}
	}
	m := measurement{file: file, options: o}
	if err := m.run(ctx, all); err != nil {
		return nil, err
	}
	result.Reads = m.reads
	result.Reads.count(file)
	result.summarise(exons, all)
	return result, nil
}

// measurement reads the shards of one BAM file.
type measurement struct {
	file    *bam.File
	options Options
	mu      sync.Mutex
	reads   ReadStat // guarded by mu until run returns
	free    []*counters
}

// shard is a run of one contig's stretches that one worker reads.
type shard struct {
	of         *territory
	start, end int
}

// shardsPerWorker keeps workers busy to the end, and what they count in small;
// minShard keeps shards from reading the same blocks twice too often.
const (
	shardsPerWorker = 16
	minShard        = 32
)

func shards(all []*territory, threads int) []shard {
	total := 0
	for _, t := range all {
		total += len(t.stretches)
	}
	size := max(minShard, total/(threads*shardsPerWorker))
	var out []shard
	for _, t := range all {
		for i := 0; t.id >= 0 && i < len(t.stretches); i += size {
			out = append(out, shard{t, i, min(i+size, len(t.stretches))})
		}
	}
	return out
}

func (m *measurement) run(ctx context.Context, all []*territory) error {
	if m.options.Threads < 2 {
		for _, s := range shards(all, 1) {
			if err := m.measure(ctx, s); err != nil {
				return err
			}
		}
		return nil
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(m.options.Threads)
	for _, s := range shards(all, m.options.Threads) {
		group.Go(func() error { return m.measure(ctx, s) })
	}
	return group.Wait()
}

// checkEvery is the number of records between two looks at the context.
const checkEvery = 4096

// measure counts the records of one shard by each of the definitions that the
// result needs.
func (m *measurement) measure(ctx context.Context, s shard) error {
	c := m.counters()
	defer m.release(c)
	c.begin(s.of.stretches[s.start:s.end])
	tally := newReadTally(s)
	records, err := m.file.Query(s.of.id, c.depth.Intervals())
	if err != nil {
		return err
	}
	defer records.Close()
	for n := 0; ; n++ {
		if n%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if err := records.Read(&c.record); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return err
		}
		c.add(&c.record)
		tally.add(&c.record)
	}
	c.finish(s)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.reads.merge(&tally.ReadStat)
	return nil
}

// counters gives the counters of a shard that was measured, or new ones.
func (m *measurement) counters() *counters {
	m.mu.Lock()
	defer m.mu.Unlock()
	if n := len(m.free); n > 0 {
		c := m.free[n-1]
		m.free = m.free[:n-1]
		return c
	}
	return newCounters(m.options.Depth)
}

func (m *measurement) release(c *counters) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.free = append(m.free, c)
}

// counters count depth and, beside it, the reads of low mapping quality.
type counters struct {
	record    bam.Record
	intervals []bam.Interval
	depth     *pileup.Depth
	mapq0     further
	anyMapQ   further
	bases     []int32
	least     int // mapping quality; 0 where none is asked for
}

// further is a depth that most shards have no use for.
type further struct {
	depth *pileup.Depth
	used  bool // since the shard was begun
	runs  []pileup.Run
}

func newCounters(o pileup.Options) *counters {
	c := &counters{depth: pileup.NewDepth(nil, o), least: o.MinMapQ}
	o.MapQ0 = true
	c.mapq0.depth = pileup.NewDepth(nil, o)
	o.MapQ0, o.MinMapQ = false, 0
	c.anyMapQ.depth = pileup.NewDepth(nil, o)
	return c
}

func (c *counters) begin(intervals []bam.Interval) {
	c.intervals = intervals
	c.depth.Reset(intervals)
	c.mapq0.used, c.anyMapQ.used = false, false
}

// add counts a record. Where mapping qualities are asked for, every record goes
// into anyMapQ too, for mates to be found.
func (c *counters) add(r *bam.Record) {
	c.depth.Add(r)
	if c.least > 0 {
		c.anyMapQ.add(r, c.intervals)
	}
	if r.MapQ() == 0 {
		c.mapq0.add(r, c.intervals)
	}
}

func (f *further) add(r *bam.Record, intervals []bam.Interval) {
	if !f.used {
		f.used = true
		f.depth.Reset(intervals)
	}
	f.depth.Add(r)
}

func (c *counters) finish(s shard) {
	for i := range c.intervals {
		if !c.depth.Empty(i) {
			c.bases = c.depth.Append(c.bases[:0], i)
			s.of.store(s.start+i, c.bases)
		}
	}
	c.mapq0.finish(s.of.mapq0[s.start:s.end])
	c.anyMapQ.finish(s.of.anyMapQ[s.start:s.end])
}

// finish keeps what is not 0 all over.
func (f *further) finish(of [][]pileup.Run) {
	if !f.used {
		return
	}
	for i := range of {
		if !f.depth.Empty(i) {
			f.runs = f.depth.Runs(f.runs[:0], i)
			of[i] = slices.Clone(f.runs)
		}
	}
}
