package view

import (
	"io"

	"varpanel/hts/fault"
)

// Options says what is read, what is kept and how it is written. The zero value
// with Path and Out copies a file.
type Options struct {
	Path          string // "-" reads In
	In            io.Reader
	Threads       int
	SafeInflate   bool // see bgzf.Options
	AllowOldIndex bool

	Regions     []string // lists as bcftools' -r takes them: records that overlap one
	RegionsFile string   // BED, or CHROM POS [END] counted from 1
	Targets     []string // lists: records whose POS lies in one, or with ^ before each list in none
	TargetsFile string   // as RegionsFile; with ^ before it records whose POS lies in none

	Include, Exclude string // expression; at most one of them
	Filters          string // list of FILTER ids, of which a record has one; "." for none
	Samples          string // list of samples to keep in this order, or ^list to leave out
	NoHeader         bool

	Out      io.Writer
	Compress func(io.Writer) BlockWriter // packs what is written; nil writes text
	ReadList func(name string) ([]string, error)
	Warn     func(message string)
	Progress func(records int) // nil where nobody looks
}

// BlockWriter writes BGZF. *bgzf.Writer is one.
type BlockWriter interface {
	io.WriteCloser
	WriteRawBlock(block []byte) error
}

func (o Options) check() error {
	switch {
	case o.Include != "" && o.Exclude != "":
		return fault.Usagef("--include and --exclude: one of them")
	case len(o.Regions) > 0 && o.RegionsFile != "":
		return fault.Usagef("--regions and --regions-file: one of them")
	case len(o.Targets) > 0 && o.TargetsFile != "":
		return fault.Usagef("--targets and --targets-file: one of them")
	}
	return nil
}

// copies says whether every record is kept as it is.
func (o Options) copies() bool {
	return o.Include == "" && o.Exclude == "" && o.Filters == "" && o.Samples == "" && !o.NoHeader &&
		len(o.Regions) == 0 && o.RegionsFile == "" && len(o.Targets) == 0 && o.TargetsFile == ""
}
