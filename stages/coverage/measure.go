package coverage

import (
	"context"
	"errors"
	"fmt"
	"io"

	"golang.org/x/sync/errgroup"

	"varpanel/hts/bam"
	"varpanel/hts/bam/pileup"
	"varpanel/hts/fault"
)

// Options say what is measured. Flags and MAPQ have no default here: they are
// the profile's.
type Options struct {
	Path          string
	Threads       int  // below 2 there is no goroutine; the result does not depend on it
	FastMode      bool // every read from its start to its end: mosdepth --fast-mode
	MAPQ          int  // reads below it are not counted
	Flags         int  // nor those with any of these bits
	Thresholds    []int
	PassDepth     int // a gap is a stretch below it
	AllowOldIndex bool
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
	State      string // assessed, part assessed, not assessed
}

// Result is what Measure found. Exons are in the order in which they came,
// genes in that of their first exon.
type Result struct {
	Options  Options
	Exons    []ExonStat
	Genes    []GeneStat
	Panel    Stat
	Warnings []string
}

// ExonStat is one exon's depth.
type ExonStat struct {
	Exon
	Stat
	Gaps []Gap
}

// GeneStat is the depth of the union of a gene's exons.
type GeneStat struct {
	Gene        string
	HGNCID      string
	Transcripts []string // in the order of the exons
	State       string
	Stat
}

// Gap is a stretch of an exon below PassDepth, 0-based half-open.
type Gap struct {
	Start, End int
	Min, Max   int
}

// Measure reads the depth of the exons' bases from an indexed BAM file. contig
// translates the bundle's contig names to the file's. A contig that the file
// lacks is depth 0 and a warning; one that is shorter in the file than an exon
// on it is an Input error. It holds one number a base of the union of exons.
func Measure(ctx context.Context, o Options, exons []Exon, contig func(string) (string, bool)) (*Result, error) {
	file, err := bam.Open(o.Path, bam.Options{AllowOldIndex: o.AllowOldIndex})
	if err != nil {
		return nil, err
	}
	defer file.Close()

	all := unite(exons)
	result := &Result{Options: o}
	for _, t := range all {
		name, known := contig(t.contig)
		id, here := file.Header().ID(name)
		if !known || !here {
			t.id = -1
			t.zero()
			result.Warnings = append(result.Warnings,
				fmt.Sprintf("the BAM file has no contig %s: its bases count as depth 0", t.contig))
			continue
		}
		t.id = id
		if n := file.Header().Refs[id].Length; t.end() > n {
			return nil, fault.Inputf(o.Path, name, "the contig has %d bases, and an exon of the panel ends at %d: another assembly", n, t.end())
		}
	}
	if err := measure(ctx, file, o, all); err != nil {
		return nil, err
	}
	result.summarise(exons, all)
	return result, nil
}

// shard is a run of one contig's stretches that one worker reads.
type shard struct {
	of         *territory
	start, end int
}

// shardsPerWorker keeps workers busy to the end; minShard keeps shards from
// reading the same blocks twice too often.
const (
	shardsPerWorker = 4
	minShard        = 32
)

func shards(all []*territory, threads int) []shard {
	total := 0
	for _, t := range all {
		total += len(t.stretches)
	}
	size := total
	if threads > 1 {
		size = max(minShard, total/(threads*shardsPerWorker))
	}
	var out []shard
	for _, t := range all {
		for i := 0; t.id >= 0 && i < len(t.stretches); i += size {
			out = append(out, shard{t, i, min(i+size, len(t.stretches))})
		}
	}
	return out
}

func measure(ctx context.Context, file *bam.File, o Options, all []*territory) error {
	if o.Threads < 2 {
		for _, s := range shards(all, 1) {
			if err := s.measure(ctx, file, o); err != nil {
				return err
			}
		}
		return nil
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(o.Threads)
	for _, s := range shards(all, o.Threads) {
		group.Go(func() error { return s.measure(ctx, file, o) })
	}
	return group.Wait()
}

// checkEvery is the number of records between two looks at the context.
const checkEvery = 4096

func (s shard) measure(ctx context.Context, file *bam.File, o Options) error {
	intervals := s.of.stretches[s.start:s.end]
	depth := pileup.NewDepth(intervals, o.pileup())
	records, err := file.Query(s.of.id, depth.Intervals())
	if err != nil {
		return err
	}
	defer records.Close()
	var rec bam.Record
	for n := 0; ; n++ {
		if n%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if err := records.Read(&rec); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return err
		}
		depth.Add(&rec)
	}
	copy(s.of.depth[s.start:s.end], depth.Finish())
	return nil
}

func (o Options) pileup() pileup.Options {
	p := pileup.Options{Exclude: o.Flags, MinMapQ: o.MAPQ}
	if o.FastMode {
		p.Mode = pileup.Span
	}
	return p
}
