package scan

import (
	"errors"
	"io"
	"os"

	"varpanel/hts/bgzf"
	"varpanel/hts/index"
	"varpanel/hts/vcf"
)

// Options says what is scanned.
type Options struct {
	Path          string // "-" reads In
	Threads       int    // that inflate blocks
	SafeInflate   bool   // see bgzf.Options
	AllowOldIndex bool
	// Regions are by the file's own contig names, widened as the caller
	// wishes. nil gives every record; a contig that is not there, none.
	Regions map[string][]Interval
	// RegionsOf gives the regions where they are only known with the header and
	// the contigs that an index names (nil without one); it stands for Regions.
	RegionsOf func(h *vcf.Header, indexed []string) (map[string][]Interval, error)
	In        io.Reader // for Path "-"
	// Stretches says that NextStretch is called and never Next. Blocks are then
	// unpacked where the stretch is worked on, and not by Threads of the Reader.
	Stretches bool
	// Long makes packed stretches four times as long, for who pays at each border
	// between two; the short ones stay in a core's cache while they are worked on.
	Long bool
}

// Shares of a MiB that a packed stretch holds.
const (
	longShare  = 1
	shortShare = 4
)

// source gives the record lines of a file.
type source interface {
	// next gives the next line, good until the following call, and what to
	// call its place; io.EOF at the end.
	next() ([]byte, error)
	// line is the line's number, or 0 where it is not known.
	line() int
	// marked says whether an index promised something of the last line.
	marked() bool
	// check compares the record with what the index promised of it. A line
	// that does not parse has no position.
	check(contig []byte, pos int, parsed bool) error
	// place names the last line before its position is known.
	place() string
	close() error
}

// Reader gives the records. It is for one goroutine.
type Reader struct {
	path    string
	blocks  bgzf.Options // with one thread
	header  *vcf.Header
	lines   *lineReader  // where stretches of text may be read; else nil
	packed  *bgzf.Reader // where stretches are packed; else nil
	share   int          // of packed
	begun   bool         // of packed: its first stretch was given
	seam    *seam        // of packed: that of the last Whole
	regions map[string][]Interval
	in      source
	index   *index.Index // nil: the file is read from its start
	isBCF   bool         // of an indexed file
	file    io.Closer    // nil for standard input

	order   Order
	cursor  cursor
	record  vcf.Record
	stopped error
}

// Open opens a VCF, reads its header and looks for an index. Without one the
// file is read from its start; one that is broken, old or another file's is an
// error. The caller closes the Reader.
func Open(o Options) (*Reader, error) {
	r := &Reader{path: o.Path, regions: clean(o.Regions), share: shortShare}
	if o.Long {
		r.share = longShare
	}
	if o.Path == "-" {
		r.path = "standard input"
	}
	r.blocks = bgzf.Options{Name: r.path, SafeInflate: o.SafeInflate}
	if o.Path == "-" {
		if err := r.linear(o.In, o); err != nil {
			return nil, err
		}
		return r, r.ask(o)
	}
	f, err := os.Open(o.Path)
	if err != nil {
		return nil, err
	}
	r.file = f
	if err := r.open(f, o); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return r, nil
}

func (r *Reader) open(f *os.File, o Options) error {
	indexed := false
	if r.regions != nil || o.RegionsOf != nil {
		var err error
		if indexed, err = r.findIndex(f, o); err != nil {
			return err
		}
	}
	if indexed {
		return r.indexed(f, o)
	}
	if err := r.linear(f, o); err != nil {
		return err
	}
	return r.ask(o)
}

// ask gets the regions that are known only now.
func (r *Reader) ask(o Options) error {
	if o.RegionsOf == nil {
		return nil
	}
	var names []string
	if r.index != nil {
		names = r.index.Contigs()
	}
	regions, err := o.RegionsOf(r.header, names)
	r.regions = clean(regions)
	return err
}

// findIndex opens the index of a file, if it is one that can have an index and
// has one.
func (r *Reader) findIndex(f *os.File, o Options) (bool, error) {
	var head [18]byte
	if n, err := f.ReadAt(head[:], 0); n < len(head) {
		if err != nil && !errors.Is(err, io.EOF) {
			return false, err
		}
		return false, nil // the linear reader says what is wrong
	}
	if !bgzf.IsBGZF(head[:]) {
		return false, nil
	}
	want := index.Want{Format: index.Text, AllowOld: o.AllowOldIndex, Threads: o.Threads, SafeInflate: o.SafeInflate}
	data, _, err := bgzf.ReadBlockAt(f, 0, nil, r.blocks)
	if err != nil {
		return false, nil // the linear reader says what is wrong
	}
	if r.isBCF = isBCF(data); r.isBCF {
		want.Format = index.BCF
	}
	x, err := index.Find(o.Path, want)
	if errors.Is(err, index.ErrNone) {
		return false, nil
	}
	r.index = x
	return err == nil, err
}

// Header is the file's header; it must not be changed while records are read.
func (r *Reader) Header() *vcf.Header { return r.header }

// Indexed says whether an index is used.
func (r *Reader) Indexed() bool { return r.index != nil }

// IndexOld says whether the index is older than the file (and was allowed).
func (r *Reader) IndexOld() bool { return r.index != nil && r.index.Old }

// Index is the index in use, or nil.
func (r *Reader) Index() *index.Index { return r.index }

// Next fills b with the next records. At the end it gives io.EOF; an error comes
// after every record before it was given.
func (r *Reader) Next(b *Batch) error {
	b.reset()
	for r.stopped == nil && !b.full() {
		line, err := r.in.next()
		if err != nil {
			r.stopped = err
			break
		}
		keep, err := r.look(line)
		if err != nil {
			r.stopped = err
			break
		}
		if keep {
			b.add(line, Place{Line: r.in.line(), Contig: r.order.contig, Pos: r.order.pos})
		}
	}
	b.cut()
	if len(b.Lines) > 0 {
		return nil
	}
	return r.stopped
}

// look checks a record and says whether it meets a region.
func (r *Reader) look(line []byte) (bool, error) {
	rec := &r.record
	err := rec.Parse(line)
	if bad := r.in.check(contigOf(line), rec.Pos(), err == nil); bad != nil {
		return false, bad
	}
	if err == nil {
		err = r.header.Fits(rec)
	}
	if err != nil {
		return false, vcf.FaultAt(r.path, r.in.place(), err)
	}
	chrom := rec.Chrom()
	begins := string(chrom) != r.order.contig
	if err := r.order.Take(chrom, rec.Pos()); err != nil {
		return false, vcf.FaultAt(r.path, r.in.place(), err)
	}
	if begins {
		r.cursor = cursor{left: r.regions[r.order.contig], all: r.regions == nil}
	}
	// The end of a record is a search through INFO.
	return r.cursor.all || r.cursor.meets(rec.Pos(), rec.RefEnd()), nil
}

// Close ends the reading and closes the file.
func (r *Reader) Close() error {
	var err error
	if r.in != nil {
		err = r.in.close()
	}
	if r.file != nil {
		err = errors.Join(err, r.file.Close())
	}
	return err
}
