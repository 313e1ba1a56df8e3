package join

import (
	"bufio"
	"bytes"
	"cmp"
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
	blocks  bgzf.Options
	layout  layout
	header  *vcf.Header // of a VCF
	names   []string    // column names of a table, where it has a header line
	contigs *contig.Set // of the index or, without one, of the lines

	assembly contig.Assembly // of the file to annotate or else of the source, "" where neither tells

	data  *os.File // nil of a plain file
	size  int64
	index *index.Index
	plain map[string]*stretch // by contig; nil of an indexed file
}

// queryContigs are the contigs of the file to annotate, for telling assemblies
// apart.
type queryContigs []contig.Contig

// openFile opens a source: bgzipped with an index, or plain and small.
func openFile(path string, o bgzf.Options, theirs queryContigs) (_ *file, err error) {
	o.Name = path
	// A worker inflates what it asks for itself: its batches are short, and the
	// others have theirs.
	o.Threads = 1
	f := &file{path: path, blocks: o}
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
	case strings.HasSuffix(f.stem(), ".bcf"):
		return nil, fault.Usagef("%s: a source is a VCF, a BED file or a table", path).WithHint("bcftools view -O z, then tabix -p vcf")
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
	if f.index, err = index.Find(f.path, index.Want{Format: index.Text, SafeInflate: f.blocks.SafeInflate}); err != nil {
		return err
	}
	z, err := bgzf.NewReader(f.data, f.blocks)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, z.Close()) }()
	head := bufio.NewReaderSize(z, 1<<16)
	if err := f.readHead(head, theirs); err != nil {
		return err
	}
	if c := f.index.Columns(); c != nil && f.layout.format == formatTable {
		if own := positionsOf[f.assembly]; own != "" && slices.Contains(f.names, own) && c.Begin <= len(f.names) && f.names[c.Begin-1] != own {
			return fault.Inputf(f.path, "", "assembly mismatch: the index was made of column %s, the file to annotate is %s", f.names[c.Begin-1], f.assembly).
				WithHint("sort the table by %s and index it with tabix -s 1 -b N -e N", own)
		}
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
		if err := f.checkAssembly(a, theirs); err != nil {
			return err
		}
	}
	set, err := contig.NewSet(list)
	if err != nil {
		return fault.Inputf(f.path, "", "%v", err)
	}
	f.contigs = set
	return nil
}

// readPlain reads a small file whole and checks its order.
func (f *file) readPlain(in io.Reader, theirs queryContigs) error {
	r := bufio.NewReaderSize(in, 1<<16)
	if err := f.readHead(r, theirs); err != nil {
		return err
	}
	f.plain = map[string]*stretch{}
	var list []contig.Contig
	var h hit
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
		place := fmt.Sprintf("record %d", n)
		contigName, start, end, err := f.layout.place(line)
		if err != nil {
			return fault.Inputf(f.path, place, "%v", err)
		}
		if end == nowhere {
			continue
		}
		e := entry{start: start, end: end, line: line}
		if err := f.parse(&h, &e); err != nil {
			return err
		}
		name := string(contigName)
		here := f.plain[name]
		switch {
		case here == nil:
			list = append(list, contig.Contig{Name: name})
			here = new(stretch)
			f.plain[name] = here
		case name != last:
			return fault.Inputf(f.path, place, "unsorted: contig %s comes back", name)
		case start < here.entries[len(here.entries)-1].start:
			return fault.Inputf(f.path, place, "unsorted: position %d comes after %d", start+1, here.entries[len(here.entries)-1].start+1)
		}
		last = name
		here.add(e)
	}
	return f.setContigs(list, theirs)
}

// checkAssembly refuses a source of another assembly than the file to annotate;
// "" is unknown.
func (f *file) checkAssembly(mine contig.Assembly, theirs queryContigs) error {
	other, _ := contig.AssemblyOf(theirs)
	if mine != "" && other != "" && mine != other {
		return fault.Inputf(f.path, "", "assembly mismatch: this source is %s, the file to annotate %s", mine, other)
	}
	f.assembly = cmp.Or(other, mine)
	return nil
}

// skip tells whether a line is no record.
func (f *file) skip(line []byte) bool {
	return len(line) == 0 || line[0] == f.layout.comment || f.layout.format == formatBED &&
		(bytes.HasPrefix(line, []byte("track")) || bytes.HasPrefix(line, []byte("browser")))
}

// parse cuts an entry's line into its columns.
func (f *file) parse(h *hit, e *entry) error {
	h.start, h.alts = e.start, h.alts[:0]
	if f.layout.format == formatVCF {
		if err := h.record.Parse(e.line); err != nil {
			contig, _, _ := bytes.Cut(e.line, []byte{'\t'})
			return vcf.FaultAt(f.path, position(contig, e.start), err)
		}
		return nil
	}
	h.columns = f.layout.split(e.line, h.columns)
	if need := max(f.layout.ref, f.layout.alt, f.layout.genome); len(h.columns) <= need {
		return fault.Inputf(f.path, position(h.columns[f.layout.seq], e.start), "%d columns, at least %d are needed", len(h.columns), need+1)
	}
	return f.checkGenome(h.columns)
}
