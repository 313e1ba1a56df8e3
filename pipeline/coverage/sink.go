package coverage

import (
	"bytes"
	"fmt"
	"math"
	"strconv"

	"varpanel/hts/bam"
	"varpanel/hts/fault"
)

// sink joins the shards, which come in their order, and writes.
type sink struct {
	o      *Options
	file   *bam.File
	where  *territory
	reads  func(id int) bool
	contig int // the one at hand; -1 before the first

	bases, regional       tally // of the contig at hand
	allBases, allRegional tally
	records               int  // of the contig, that were read
	counted               bool // a contig is in the summary

	perBase, regions, thresholds      *table // nil where not asked for
	summary, globalDist, regionalDist bytes.Buffer
	run                               run
	open                              waiting
	line                              []byte
	total                             int // shards
}

// run is the stretch of equal depth that may go on in the next shard.
type run struct {
	start, end int
	depth      int32
}

func newSink(o *Options, file *bam.File, where *territory) *sink {
	return &sink{o: o, file: file, where: where, reads: hasReads(file), contig: -1, open: waiting{gauges: map[int]*gauge{}}}
}

// tables opens the files that are written as the shards come.
func (k *sink) tables(out *outputs) error {
	longest := 0
	for _, r := range k.file.Header().Refs {
		longest = max(longest, r.Length)
	}
	for i := range k.where.missing {
		if reach := k.where.missing[i].rows.reach; len(reach) > 0 {
			longest = max(longest, reach[len(reach)-1])
		}
	}
	var err error
	if !k.o.NoPerBase {
		if k.perBase, err = out.table(".per-base.bed.gz", longest, k.o.Threads); err != nil {
			return err
		}
	}
	if k.o.regional() {
		if k.regions, err = out.table(".regions.bed.gz", longest, k.o.Threads); err != nil {
			return err
		}
	}
	if len(k.o.Thresholds) == 0 {
		return nil
	}
	if k.thresholds, err = out.table(".thresholds.bed.gz", longest, k.o.Threads); err != nil {
		return err
	}
	head := "#chrom\tstart\tend\tregion"
	for _, t := range k.o.Thresholds {
		head += "\t" + strconv.Itoa(t) + "X"
	}
	return k.thresholds.head(head + "\n")
}

// take joins one shard.
func (k *sink) take(s *shard) error {
	for k.contig < s.contig {
		if err := k.nextContig(); err != nil {
			return err
		}
	}
	k.records += s.records
	k.bases.join(&s.bases)
	k.regional.join(&s.regional)
	if k.perBase != nil {
		if err := k.lines(s); err != nil {
			return err
		}
	}
	if !k.o.regional() {
		return nil
	}
	rows := &k.where.known[s.contig]
	k.open.take(k.o, rows, s)
	return k.flush(rows, s.intervals[len(s.intervals)-1].End)
}

// finish ends the contigs that are left, and writes the totals.
func (k *sink) finish(out *outputs) error {
	for k.contig < len(k.file.Header().Refs) {
		if err := k.nextContig(); err != nil {
			return err
		}
	}
	for i := range k.where.missing {
		m := &k.where.missing[i]
		if err := k.zeros(m.name, &m.rows); err != nil {
			return err
		}
	}
	if err := out.finish(); err != nil {
		return err
	}
	k.allBases.min, k.allRegional.min = 0, 0
	if !k.o.RegionsOnly {
		k.allBases.distribution(&k.globalDist, "total")
		k.allBases.summary(&k.summary, "total")
		if err := out.text(".mosdepth.global.dist.txt", &k.globalDist); err != nil {
			return err
		}
	}
	if k.o.regional() {
		k.allRegional.distribution(&k.regionalDist, "total")
		k.allRegional.summary(&k.summary, "total_region")
		if err := out.text(".mosdepth.region.dist.txt", &k.regionalDist); err != nil {
			return err
		}
	}
	return out.text(".mosdepth.summary.txt", &k.summary)
}

// nextContig ends the contig at hand and begins the next.
func (k *sink) nextContig() error {
	if k.contig >= 0 {
		if err := k.endContig(); err != nil {
			return err
		}
	} else {
		k.summary.WriteString("chrom\tlength\tbases\tmean\tmin\tmax\n")
	}
	k.contig++
	k.bases.reset()
	k.regional.reset()
	k.records, k.run = 0, run{}
	k.open.reset()
	return nil
}

// endContig writes what is left of a contig.
func (k *sink) endContig() error {
	ref := k.file.Header().Refs[k.contig]
	rows := &k.where.known[k.contig]
	switch {
	case !k.o.counts(k.where, k.contig):
		return nil
	case !k.reads(k.contig):
		return k.unread(ref, rows)
	}
	if err := k.checkRecords(ref.Name); err != nil {
		return err
	}
	if k.perBase != nil {
		if err := k.flushRun(ref.Name); err != nil {
			return err
		}
	}
	if err := k.flush(rows, math.MaxInt); err != nil {
		return err
	}
	if k.o.Window > 0 {
		k.regional.joinStat(&k.bases)
	}
	if !k.o.RegionsOnly {
		k.bases.distribution(&k.globalDist, ref.Name)
		k.bases.summary(&k.summary, ref.Name)
		k.allBases.join(&k.bases)
	}
	if k.o.regional() {
		if !k.counted {
			k.regional.min = 0
		}
		k.regional.distribution(&k.regionalDist, ref.Name)
		k.regional.summary(&k.summary, ref.Name+"_region")
		k.allRegional.join(&k.regional)
	}
	k.counted = true
	return nil
}

// checkRecords holds the records that were read against the index's own count,
// so that an index of another file cannot make reads vanish.
func (k *sink) checkRecords(name string) error {
	mapped, unmapped, ok := k.file.Index().Records(k.contig)
	if k.o.RegionsOnly || !ok || mapped+unmapped == k.records {
		return nil
	}
	return fault.Inputf(k.file.Index().Path, "", "index does not fit: it counts %d records on %s, and leads to %d",
		mapped+unmapped, name, k.records).WithHint("make the index again: samtools index FILE")
}

// unread writes what is written of a contig without reads.
func (k *sink) unread(ref bam.Ref, rows *rows) error {
	if k.o.BED != "" && rows.count() > 0 {
		k.o.Warn("no read is on %s: its rows (%d) have depth 0 and are in no summary", ref.Name, rows.count())
	}
	if k.perBase != nil {
		k.run = run{0, ref.Length, 0}
		if err := k.flushRun(ref.Name); err != nil {
			return err
		}
	}
	return k.zeros(ref.Name, rows)
}

// zeros writes rows without any depth.
func (k *sink) zeros(contig string, rows *rows) error {
	counts := make([]int64, len(k.o.Thresholds))
	for i := range rows.count() {
		if err := k.writeRow(contig, rows.at(i), 0, counts); err != nil {
			return err
		}
	}
	return nil
}

// lines writes a shard's stretches of equal depth, and joins those of two
// shards that meet.
func (k *sink) lines(s *shard) error {
	l := &s.lines
	if !l.any {
		return nil
	}
	name := k.file.Header().Refs[k.contig].Name
	first := run{s.intervals[0].Start, l.firstEnd, l.firstDepth}
	if k.run.end > k.run.start && k.run.depth == first.depth {
		k.run.end = first.end
	} else {
		if err := k.flushRun(name); err != nil {
			return err
		}
		k.run = first
	}
	if l.single {
		return nil
	}
	if err := k.flushRun(name); err != nil {
		return err
	}
	from := 0
	for _, p := range l.pieces {
		if err := k.perBase.write(name, p.start, p.end, p.lines, l.text[from:p.text]); err != nil {
			return err
		}
		from = p.text
	}
	k.run = run{l.lastStart, s.intervals[0].End, l.lastDepth}
	return nil
}

func (k *sink) flushRun(contig string) error {
	r := k.run
	k.run = run{}
	if r.start == r.end {
		return nil
	}
	k.line = appendLine(k.line[:0], contig, r.start, r.end, r.depth)
	return k.perBase.write(contig, r.start, r.end, 1, k.line)
}

// deepestWindow is what a deeper window counts as in the distribution, as in
// mosdepth.
const deepestWindow = 999

// flush writes the rows that end at or before end; a later one waits behind an
// earlier one that does not.
func (k *sink) flush(rows *rows, end int) error {
	name := k.file.Header().Refs[k.contig].Name
	for k.open.next < rows.count() {
		r := rows.at(k.open.next)
		if r.end > end {
			return nil
		}
		value, counts := k.open.pop(len(k.o.Thresholds))
		if k.o.Window > 0 {
			k.regional.at(int32(min(math.Round(value), deepestWindow)), 1)
		}
		if err := k.writeRow(name, r, value, counts); err != nil {
			return err
		}
	}
	return nil
}

func (k *sink) writeRow(contig string, r row, value float64, counts []int64) error {
	b := append(append(k.line[:0], contig...), '\t')
	b = append(strconv.AppendInt(b, int64(r.start), 10), '\t')
	b = append(strconv.AppendInt(b, int64(r.end), 10), '\t')
	place := len(b)
	if r.name != "" {
		b = append(append(b, r.name...), '\t')
	}
	b = append(strconv.AppendFloat(b, value, 'f', 2, 64), '\n')
	k.line = b
	if err := k.regions.write(contig, r.start, r.end, 1, b); err != nil || k.thresholds == nil {
		return err
	}
	name := r.name
	if name == "" {
		name = "unknown"
	}
	b = append(b[:place], name...)
	for _, n := range counts {
		b = strconv.AppendInt(append(b, '\t'), n, 10)
	}
	k.line = append(b, '\n')
	return k.thresholds.write(contig, r.start, r.end, 1, k.line)
}

// String says in a sentence what was done.
func (k *sink) String() string {
	t := &k.allBases
	what := "bases"
	if k.o.RegionsOnly {
		t, what = &k.allRegional, "bases of rows"
	}
	if t.length == 0 {
		return "no read on any contig that was asked for"
	}
	return fmt.Sprintf("%d %s at a mean depth of %.2f", t.length, what, float64(t.sum)/float64(t.length))
}
