package coverage

import (
	"slices"

	"varpanel/hts/bam/pileup"
	"varpanel/hts/fault"
)

// Options say what is measured and written. The zero value of what is not named
// is mosdepth's default, Pileup apart.
type Options struct {
	Path   string // the BAM file; its index stands beside it
	Prefix string // of the outputs' names

	BED        string // rows to measure; "" for none
	Window     int    // or windows of so many bases; 0 for none
	Thresholds []int  // for each row, count the bases at each of these or deeper

	Pileup        pileup.Options
	UseMedian     bool // of a row, where the mean stands else
	NoPerBase     bool
	RegionsOnly   bool // read the blocks of the rows alone, and write what they give
	AllowOldIndex bool

	Threads     int                              // the outputs do not depend on it
	SafeInflate bool                             // see bgzf.Options
	Warn        func(format string, args ...any) // never nil
}

// regional tells whether there are rows.
func (o *Options) regional() bool { return o.BED != "" || o.Window > 0 }

// check refuses what cannot be asked for, and sorts the thresholds.
func (o *Options) check() error {
	switch {
	case o.BED != "" && o.Window > 0:
		return fault.Usagef("a BED file and windows cannot be asked for together")
	case o.RegionsOnly && o.BED == "":
		return fault.Usagef("--regions-only needs the regions of a BED file (--by)")
	case len(o.Thresholds) > 0 && !o.regional():
		return fault.Usagef("--thresholds are counted in the rows of --by, which is missing")
	case o.UseMedian && !o.regional():
		return fault.Usagef("--use-median is of the rows of --by, which is missing")
	}
	o.Thresholds = slices.Clone(o.Thresholds)
	slices.Sort(o.Thresholds)
	if len(o.Thresholds) > 0 && o.Thresholds[0] < 0 {
		return fault.Usagef("--thresholds: %d is below 0", o.Thresholds[0])
	}
	o.NoPerBase = o.NoPerBase || o.RegionsOnly
	return nil
}
