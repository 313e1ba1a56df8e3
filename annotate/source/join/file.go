package join

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/hts/index"
	"varpanel/hts/vcf"
	"varpanel/reference/contig"
)

// maxPlain is the largest file that is read without an index, in bytes: it is
// held in memory.
const maxPlain = 64 << 20

// file is one source, opened and checked. It is shared by the workers and not
// changed after open.
type file struct {
	path    string
	layout  layout
	header  *vcf.Header // of a VCF
	names   []string    // column names of a table, where it has a header line
	contigs *contig.Set // of the index or, without one, of the lines

	data  *os.File // nil of a plain file
	size  int64
	index *index.Index
	plain map[string][]*entry // by contig, sorted; nil of an indexed file
}

// queryContigs are the contigs of the file to annotate, for telling assemblies
// apart.
type queryContigs []contig.Contig

// openFile opens a source: bgzipped with an index, or plain and small.
func openFile(path string, theirs queryContigs) (_ *file, err error) {
	f := &file{path: path}
	in, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, in.Close())
		}
	}()
	st, err := in.Stat()
	if err != nil {
		return nil, err
	}
	f.size = st.Size()
	head := make([]byte, 32)
	n, err := io.ReadFull(in, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, err
	}
	head = head[:n]
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	switch {
	case bgzf.IsBGZF(head):
		f.data = in
		return f, f.openIndexed(theirs)
	case bgzf.IsGzip(head):
		return nil, fault.Inputf(path, "", "plain gzip, not BGZF").WithHint("gunzip -c %s | bgzip > NEW, then tabix NEW", path)
	case f.size > maxPlain:
		return nil, fault.Inputf(path, "", "%d MB without an index", f.size>>20).
			WithHint("compress it with bgzip and index it with tabix")
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	return f, f.readPlain(in, theirs)
}

func (f *file) close() error {
	if f.data == nil {
		return nil
	}
	return f.data.Close()
}

// stem is the path without a compression's ending.
func (f *file) stem() string {
	return strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(f.path), ".gz"), ".bgz")
}

func (f *file) openIndexed(theirs queryContigs) (err error) {
	if f.index, err = index.Find(f.path, index.Want{Format: index.Text}); err != nil {
		return err
	}
	z, err := bgzf.NewReader(f.data, bgzf.Options{Name: f.path})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, z.Close()) }()
	if err := f.readHead(bufio.NewReaderSize(z, 1<<16)); err != nil {
		return err
	}
	if c := f.index.Columns(); c != nil && f.layout.format == formatTable {
		f.layout.seq, f.layout.begin, f.layout.end = c.Seq-1, c.Begin-1, c.End-1
		f.layout.based = 1
		if c.ZeroBased {
			f.layout.based = 0
		}
	}
	var list []contig.Contig
	for _, name := range f.index.Contigs() {
		list = append(list, contig.Contig{Name: name})
	}
	return f.setContigs(list, theirs)
}

// setContigs gives the contigs their aliases and refuses another assembly.
func (f *file) setContigs(list []contig.Contig, theirs queryContigs) error {
	if f.header != nil {
		var mine []contig.Contig
		for i := range list {
			if c, ok := f.header.Contig(list[i].Name); ok {
				list[i].Length = c.Length
			}
		}
		for _, c := range f.header.Contigs {
			mine = append(mine, contig.Contig{Name: c.Name, Length: c.Length})
		}
		a, _ := contig.AssemblyOf(mine)
		b, _ := contig.AssemblyOf(theirs)
		if a != "" && b != "" && a != b {
			return fault.Inputf(f.path, "", "assembly mismatch: this source is %s, the file to annotate %s", a, b)
		}
	}
	set, err := contig.NewSet(list)
	if err != nil {
		return fault.Inputf(f.path, "", "%v", err)
	}
	f.contigs = set
	return nil
}

// readHead reads a VCF's header, or a table's, and sets the layout.
func (f *file) readHead(r *bufio.Reader) error {
	switch stem := f.stem(); {
	case strings.HasSuffix(stem, ".vcf"):
		f.layout = layout{format: formatVCF, comment: '#'}
		h, err := vcf.ReadHeader(func() ([]byte, error) { return readLine(r) }, f.path)
		f.header = h
		return err
	case strings.HasSuffix(stem, ".bed"):
		f.layout = layout{format: formatBED, begin: 1, end: 2, ref: -1, alt: -1, comment: '#'}
		return nil
	case strings.HasSuffix(stem, ".csv"):
		f.layout = layout{format: formatTable, begin: 1, end: -1, based: 1, ref: -1, alt: -1, comma: true, comment: '#'}
	default:
		f.layout = layout{format: formatTable, begin: 1, end: -1, based: 1, ref: -1, alt: -1, comment: '#'}
	}
	return f.readTableHead(r)
}

// readTableHead takes the last line that begins with '#', or a first line whose
// position is no number, as the columns' names.
func (f *file) readTableHead(r *bufio.Reader) error {
	for {
		first, err := r.Peek(1)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		ahead, err := r.Peek(min(r.Size(), 1<<15))
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		line, _, _ := bytes.Cut(ahead, []byte{'\n'})
		columns := f.layout.split(bytes.TrimRight(line, "\r"), nil)
		isHead := first[0] == '#' || len(columns) > 1 && !isDigits(columns[f.layout.begin])
		if !isHead {
			return nil
		}
		if len(columns) > 2 {
			f.nameColumns(columns)
		}
		if _, err := readLine(r); err != nil {
			return err
		}
	}
}

func isDigits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(b) > 0
}

// Names that published score files give their columns, in lower case.
var (
	contigNames   = []string{"chrom", "chr", "chromosome", "contig", "seqname"}
	positionNames = []string{"pos", "position", "pos(1-based)", "grch38_pos", "start"}
	refNames      = []string{"ref", "reference", "ref_allele"}
	altNames      = []string{"alt", "alternate", "alt_allele"}
)

// nameColumns finds contig, position and alleles by the columns' names.
func (f *file) nameColumns(columns [][]byte) {
	f.names = f.names[:0]
	for _, c := range columns {
		f.names = append(f.names, strings.TrimPrefix(string(c), "#"))
	}
	find := func(names []string) int {
		return slices.IndexFunc(f.names, func(n string) bool { return slices.Contains(names, strings.ToLower(strings.TrimSpace(n))) })
	}
	if i := find(contigNames); i >= 0 {
		f.layout.seq = i
	}
	if i := find(positionNames); i >= 0 {
		f.layout.begin = i
	}
	if ref, alt := find(refNames), find(altNames); ref >= 0 && alt >= 0 {
		f.layout.ref, f.layout.alt = ref, alt
	}
}

func readLine(r *bufio.Reader) ([]byte, error) {
	var whole []byte
	for {
		part, err := r.ReadSlice('\n')
		if len(whole)+len(part) > vcf.MaxLine {
			return nil, fmt.Errorf("a line of more than %d MB", vcf.MaxLine>>20)
		}
		whole = append(whole, part...)
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if errors.Is(err, io.EOF) && len(whole) > 0 {
			err = nil
		}
		return bytes.TrimRight(whole, "\r\n"), err
	}
}

// readPlain reads a small file whole and checks its order.
func (f *file) readPlain(in io.Reader, theirs queryContigs) error {
	r := bufio.NewReaderSize(in, 1<<16)
	if err := f.readHead(r); err != nil {
		return err
	}
	f.plain = map[string][]*entry{}
	var list []contig.Contig
	last := ""
	for n := 1; ; n++ {
		line, err := readLine(r)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fault.Inputf(f.path, "", "%v", err)
		}
		if f.skip(line) {
			continue
		}
		e := new(entry)
		contigName, err := f.parse(e, line)
		if err != nil {
			return fault.Inputf(f.path, fmt.Sprintf("record %d", n), "%v", err)
		}
		name := string(contigName)
		here := f.plain[name]
		switch {
		case len(here) == 0:
			list = append(list, contig.Contig{Name: name})
		case name != last:
			return fault.Inputf(f.path, fmt.Sprintf("record %d", n), "unsorted: contig %s comes back", name)
		case e.start < here[len(here)-1].start:
			return fault.Inputf(f.path, fmt.Sprintf("record %d", n), "unsorted: position %d comes after %d", e.start+1, here[len(here)-1].start+1)
		}
		last = name
		f.plain[name] = append(here, e)
	}
	return f.setContigs(list, theirs)
}

// skip tells whether a line is no record.
func (f *file) skip(line []byte) bool {
	return len(line) == 0 || line[0] == f.layout.comment || f.layout.format == formatBED &&
		(bytes.HasPrefix(line, []byte("track")) || bytes.HasPrefix(line, []byte("browser")))
}

// parse fills an entry from a line, which it copies, and gives its contig.
func (f *file) parse(e *entry, line []byte) (name []byte, err error) {
	e.line = append(e.line[:0], line...)
	e.alleles = e.alleles[:0]
	if f.layout.format == formatVCF {
		if err := e.record.Parse(e.line); err != nil {
			return nil, err
		}
		e.start, e.end = e.record.Pos(), max(e.record.RefEnd(), e.record.Pos()+1)
		return e.record.Chrom(), nil
	}
	e.columns = f.layout.split(e.line, e.columns)
	name, e.start, e.end, err = f.layout.place(e.columns)
	return name, err
}
