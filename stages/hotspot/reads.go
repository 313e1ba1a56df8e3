package hotspot

import (
	"context"
	"errors"
	"io"

	"golang.org/x/sync/errgroup"

	"varpanel/hts/bam"
	"varpanel/hts/bam/pileup"
	"varpanel/reference/allele"
	"varpanel/reference/genome"
	"varpanel/reference/hotspot"
)

// ReadOptions say how reads are counted. The depth's definition has no default
// here: it is the profile's. A span of reads (pileup.Span) shows no allele and
// counts as every read by itself.
type ReadOptions struct {
	Path          string
	Threads       int // below 2 there is no goroutine; the counts do not depend on it
	Depth         pileup.Options
	AllowOldIndex bool
	SafeInflate   bool // see bgzf.Options
}

// Reads is what a BAM file shows at one hotspot.
type Reads struct {
	pileup.Counts
	Why string // why the hotspot cannot be read off any alignment; or empty
}

// Measure counts each hotspot's allele in an indexed BAM file, one Reads a row.
// seq is the bundle's reference; contig translates the bundle's contig names to
// the file's.
func Measure(ctx context.Context, o ReadOptions, rows []hotspot.Row, seq genome.Sequence, contig func(string) (string, bool)) ([]Reads, error) {
	file, err := bam.Open(o.Path, bam.Options{AllowOldIndex: o.AllowOldIndex, SafeInflate: o.SafeInflate})
	if err != nil {
		return nil, err
	}
	defer file.Close()
	reads := make([]Reads, len(rows))
	var tasks []*task
	byID := map[int]*task{}
	for i, row := range rows {
		name, known := contig(row.Contig)
		id, here := file.Header().ID(name)
		if !known || !here {
			reads[i].Why = "the BAM file has no contig " + row.Contig
			continue
		}
		s, err := site(alleleOf(row), seq)
		if err != nil {
			reads[i].Why = err.Error()
			continue
		}
		t := byID[id]
		if t == nil {
			t = &task{id: id}
			byID[id], tasks = t, append(tasks, t)
		}
		t.rows, t.sites = append(t.rows, i), append(t.sites, s)
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(o.Threads, 1))
	for _, t := range tasks {
		work := func() error { return t.measure(ctx, file, o, reads) }
		if o.Threads >= 2 {
			group.Go(work)
		} else if err := work(); err != nil {
			return nil, err
		}
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return reads, nil
}

func alleleOf(row hotspot.Row) allele.Allele {
	return allele.Allele{Contig: row.Contig, Pos: row.Pos, Ref: row.Ref, Alt: row.Alt}
}

// task is the hotspots of one contig.
type task struct {
	id    int
	rows  []int
	sites []pileup.Site
}

// checkEvery is the number of records between two looks at the context.
const checkEvery = 4096

func (t *task) measure(ctx context.Context, file *bam.File, o ReadOptions, reads []Reads) error {
	options := o.Depth
	if options.Mode == pileup.Span {
		options.Mode = pileup.EveryRead
	}
	sites := pileup.NewSites(t.sites, options)
	records, err := file.Query(t.id, sites.Intervals())
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
		sites.Add(&rec)
	}
	for i, c := range sites.Counts() {
		reads[t.rows[i]].Counts = c
	}
	return nil
}
