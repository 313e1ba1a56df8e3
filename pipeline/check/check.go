// Package check tells whether a file is whole: every block is read, every record
// is parsed, records stand in order, and an index, where there is one, leads to
// every record and to nothing else.
package check

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"varpanel/hts/bam"
	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/reference/contig"
)

// Options says how files are checked.
type Options struct {
	Threads       int
	SafeInflate   bool // see bgzf.Options
	AllowOldIndex bool // an index older than its file is used, and noted
}

// Result is what a file that is whole was found to be.
type Result struct {
	Kind     string // "VCF 4.2, bgzipped"
	Records  int
	Of       string // what is counted: "record", "contig"; empty where nothing is
	Order    string // "sorted", "not sorted"; empty where there is no order
	Assembly string // "GRCh38"; says so where the contigs do not tell
	Index    string // "x.vcf.gz.tbi fits", "no index"; empty where none belongs
	// Breaches are what the file's specification forbids and no reader stumbles
	// over.
	Breaches Breaches
}

// String is the result in one line.
func (r *Result) String() string {
	parts := []string{r.Kind}
	if r.Of != "" {
		counted := fmt.Sprintf("%d %s", r.Records, r.Of)
		if r.Records != 1 {
			counted += "s"
		}
		parts = append(parts, counted)
	}
	for _, s := range []string{r.Order, r.Assembly, r.Index} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, ", ")
}

// target is a file that is being checked.
type target struct {
	path    string
	options Options
	in      *bufio.Reader // from the first byte on
	file    *os.File      // nil where the bytes come from a stream
	packed  bool          // BGZF
	head    []byte        // the first plain bytes
	result  Result
}

func (t *target) blocks() bgzf.Options {
	return bgzf.Options{Threads: t.options.Threads, Name: t.path, SafeInflate: t.options.SafeInflate}
}

// headSize holds any first block.
const headSize = 1 << 16

// File checks the file at path. What is wrong with it is an Input error; one
// that is not there is, too.
func File(ctx context.Context, path string, o Options) (*Result, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fault.Missing(err)
	}
	defer f.Close()
	if st, err := f.Stat(); err == nil && st.IsDir() {
		return nil, fault.Inputf(path, "", "is a folder")
	}
	return run(ctx, &target{path: path, options: o, file: f}, f)
}

// Stream checks bytes that come from a pipe; no index belongs to them.
func Stream(ctx context.Context, r io.Reader, name string, o Options) (*Result, error) {
	return run(ctx, &target{path: name, options: o}, r)
}

func run(ctx context.Context, t *target, r io.Reader) (*Result, error) {
	t.in = bufio.NewReaderSize(stoppable{ctx, r}, 2*headSize)
	if err := t.look(); err != nil {
		return nil, err
	}
	if err := t.kind()(t); err != nil {
		return nil, err
	}
	return &t.result, nil
}

// look reads the first bytes, and the first blocks of a BGZF file.
func (t *target) look() error {
	head, err := t.in.Peek(headSize)
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: %w", t.path, err)
	}
	switch {
	case len(head) == 0:
		return fault.Inputf(t.path, "", "the file is empty")
	case strings.HasPrefix(string(head[:min(4, len(head))]), "CRAM"):
		return fault.Inputf(t.path, "", "CRAM is not read").WithHint("samtools view -b -o NEW.bam FILE")
	case bgzf.IsBGZF(head):
		t.packed = true
		t.head = firstPlain(head, t.blocks())
	case bgzf.IsGzip(head):
		return fault.Inputf(t.path, "", "plain gzip, not BGZF").WithHint("gunzip -c %s | bgzip > NEW", t.path)
	default:
		t.head = head
	}
	return nil
}

// firstPlain gives the data of the first block that has any. Faults are left to
// the reader that comes after.
func firstPlain(head []byte, o bgzf.Options) []byte {
	for off := int64(0); ; {
		data, size, err := bgzf.ReadBlockAt(strings.NewReader(string(head)), off, nil, o)
		if err != nil || len(data) > 0 {
			return data
		}
		off += int64(size)
	}
}

// kind tells what a file is by its first bytes, and only where they say nothing
// by its name.
func (t *target) kind() func(*target) error {
	begins := func(s string) bool { return strings.HasPrefix(string(t.head[:min(len(s), len(t.head))]), s) }
	name := strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(filepath.Base(t.path)), ".bgz"), ".gz")
	switch {
	case begins("BAM\x01") && t.packed:
		return checkBAM
	case begins("##fileformat=VCF"):
		return checkVCF
	case begins("BCF\x02"):
		return checkBCF
	case begins("TBI\x01"), begins("CSI\x01"), begins("BAI\x01"):
		return checkIndex
	case begins(">"):
		return checkFASTA
	case strings.HasSuffix(name, ".bam"):
		return func(t *target) error {
			if err := bam.Kind(t.path, t.head); !t.packed && err != nil {
				return err
			}
			return fault.Inputf(t.path, "", "not a BAM file: its first bytes are not BAM's")
		}
	case strings.HasSuffix(name, ".vcf"):
		return checkVCF
	case strings.HasSuffix(name, ".bed"):
		return checkBED
	case t.packed:
		return checkOther
	}
	return func(t *target) error {
		return fault.Inputf(t.path, "", "not a file that can be checked: VCF, BCF, BAM, BED, FASTA, an index, or any BGZF")
	}
}

// describe gives "VCF 4.2" or "VCF 4.2, bgzipped".
func (t *target) describe(what string) string {
	if t.packed {
		return what + ", bgzipped"
	}
	return what
}

// stoppable ends reading with the context's error when that is done.
type stoppable struct {
	ctx context.Context
	r   io.Reader
}

func (s stoppable) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.r.Read(p)
}

// assembly names the assembly that contigs belong to. Contigs that speak against
// each other are an Input error.
func (t *target) assembly(contigs []contig.Contig) error {
	a, conflict := contig.AssemblyOf(contigs)
	switch {
	case conflict != "" && a == "":
		t.result.Assembly = "assembly unknown: " + conflict
	case conflict != "":
		return fault.Inputf(t.path, "", "contigs of two assemblies: %s", conflict)
	case a == "":
		t.result.Assembly = "assembly not told by its contigs"
	default:
		t.result.Assembly = string(a)
	}
	return nil
}
