package bam

import (
	"bytes"
	"fmt"
	"os"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/hts/index"
)

// Interval is a stretch of a reference, 0-based half-open.
type Interval struct{ Start, End int }

// Options say how a file is opened.
type Options struct {
	AllowOldIndex bool // an index older than its BAM is taken, and IndexOld says so
	SafeInflate   bool // see bgzf.Options
}

// File is an indexed BAM file. It is safe for concurrent use; each Reader of it
// is for one goroutine.
type File struct {
	path   string
	file   *os.File
	blocks bgzf.Options
	size   int64
	header *Header
	first  bgzf.Offset // of the first record
	index  *index.Index
}

// Open opens a BAM file with its .bai or .csi index and reads the header. It is
// an Input error when the file is no BAM (CRAM, SAM and plain gzip are named),
// when its end-of-file block is missing, when there is no index, and when the
// index is older than the file or does not fit it.
func Open(path string, o Options) (*File, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	f := &File{path: path, file: file, blocks: bgzf.Options{Name: path, SafeInflate: o.SafeInflate}}
	if err := f.open(o); err != nil {
		file.Close()
		return nil, err
	}
	return f, nil
}

func (f *File) open(o Options) error {
	stat, err := f.file.Stat()
	if err != nil {
		return err
	}
	f.size = stat.Size()
	if err := f.checkKind(); err != nil {
		return err
	}
	if err := f.readHeader(); err != nil {
		return err
	}
	if f.index, err = f.findIndex(o); err != nil {
		return err
	}
	return f.checkIndex()
}

// checkKind names the formats that are often given for BAM.
func (f *File) checkKind() error {
	head := make([]byte, 18)
	n, err := f.file.ReadAt(head, 0)
	if err != nil && n == 0 && f.size > 0 {
		return err
	}
	return Kind(f.path, head[:n])
}

// Kind looks at a file's first bytes (18 are enough) and gives an Input error,
// with what to do, when they cannot be those of a BAM file.
func Kind(name string, head []byte) error {
	switch {
	case len(head) == 0:
		return fault.Inputf(name, "", "the file is empty")
	case bytes.HasPrefix(head, []byte("CRAM")):
		return fault.Inputf(name, "", "CRAM is not read").
			WithHint("samtools view -b -o NEW.bam --reference FASTA FILE && samtools index NEW.bam")
	case bytes.HasPrefix(head, []byte("@HD\t")), bytes.HasPrefix(head, []byte("@SQ\t")):
		return fault.Inputf(name, "", "SAM text, not BAM").
			WithHint("samtools sort -o NEW.bam FILE && samtools index NEW.bam")
	case bytes.HasPrefix(head, magic):
		return fault.Inputf(name, "", "an uncompressed BAM file cannot be indexed").
			WithHint("samtools sort -o NEW.bam FILE && samtools index NEW.bam")
	case !bgzf.IsGzip(head):
		return fault.Inputf(name, "", "not a BAM file")
	case !bgzf.IsBGZF(head):
		return fault.Inputf(name, "", "plain gzip, not BGZF, and so no BAM file")
	}
	return nil
}

// readHeader reads from the file's start, and checks its end-of-file block
// first: a file that was cut has lost it.
func (f *File) readHeader() error {
	whole := []bgzf.Chunk{{End: bgzf.MakeOffset(f.size, 0)}}
	src, err := bgzf.NewChunkReader(f.file, f.size, whole, f.blocks)
	if err != nil {
		return err
	}
	defer src.Close()
	if f.header, err = ReadHeader(src); err != nil {
		return headerFault(f.path, err)
	}
	f.first = src.Offset()
	return nil
}

// Header is the file's header.
func (f *File) Header() *Header { return f.header }

// Index is the file's index.
func (f *File) Index() *index.Index { return f.index }

// Close closes the file. No Reader of it may be used after that.
func (f *File) Close() error { return f.file.Close() }

// Query gives the records of one reference that meet any of the intervals, each
// once, in file order. The intervals are sorted and do not overlap. Each block
// is read and inflated once.
func (f *File) Query(refID int, intervals []Interval) (*Reader, error) {
	if refID < 0 || refID >= len(f.header.Refs) {
		return nil, fmt.Errorf("%s: reference %d of %d", f.path, refID, len(f.header.Refs))
	}
	chunks, q := f.plan(refID, intervals)
	src, err := bgzf.NewChunkReader(f.file, f.size, chunks, f.blocks)
	if err != nil {
		return nil, err
	}
	return &Reader{name: f.path, header: f.header, src: src, sorted: true, last: firstPlace, query: q}, nil
}
