package index

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
)

// maxPlain bounds an index in memory. The .bai of a whole genome has 9 MB.
const maxPlain = 1 << 27

// maxContigs bounds the contigs of an index.
const maxContigs = 1 << 20

// ErrNone is the cause of Find's error where a file has no index.
var ErrNone = errors.New("no index")

// Format is what is indexed.
type Format int

const (
	Text Format = iota // VCF, BED, GFF: .csi or .tbi
	BAM                // .bai or .csi
	BCF                // .csi
)

// Remake is the command that makes a file's index again, for hints.
func (f Format) Remake(path string) string {
	switch f {
	case BAM:
		return "samtools index " + path
	case BCF:
		return "bcftools index -f " + path
	}
	return "tabix -f -p vcf " + path
}

// Want says which index is looked for and whether it may be old.
type Want struct {
	Format   Format
	AllowOld bool
	Threads  int // that inflate it; below 2 there is no goroutine
	// SafeInflate is that of bgzf.Options, for the index itself.
	SafeInflate bool
}

// tolerance is how much older than its data an index may be: copying a folder
// sets times in any order.
const tolerance = 2 * time.Second

// Find opens the index that stands beside a file. None there is an Input error
// with the cause ErrNone. One more than two seconds older than its data is an
// Input error unless Want allows it; then Old is set. So is one whose chunks do
// not lie inside the file.
func Find(dataPath string, want Want) (*Index, error) {
	data, err := os.Stat(dataPath)
	if err != nil {
		return nil, err
	}
	for _, path := range candidates(dataPath, want.Format) {
		st, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		old := data.ModTime().Sub(st.ModTime()) > tolerance
		if old && !want.AllowOld {
			return nil, fault.Inputf(path, "", "the index is older than %s", dataPath).
				WithHint("%s, or --allow-old-index if the data have not changed", want.Format.Remake(dataPath))
		}
		x, err := Open(path, bgzf.Options{Threads: want.Threads, SafeInflate: want.SafeInflate})
		if err != nil {
			return nil, err
		}
		if (want.Format == Text) != (x.columns != nil) {
			return nil, fault.Inputf(path, "", "this is the index of another kind of file").WithHint("%s", want.Format.Remake(dataPath))
		}
		x.Old, x.remake = old, want.Format.Remake(dataPath)
		return x, x.Check(data.Size())
	}
	return nil, fault.Inputf(dataPath, "", "there is no index").WithHint("%s", want.Format.Remake(dataPath)).WithCause(ErrNone)
}

func candidates(path string, f Format) []string {
	switch f {
	case Text:
		return []string{path + ".csi", path + ".tbi"}
	case BCF:
		return []string{path + ".csi"}
	}
	bare := strings.TrimSuffix(path, filepath.Ext(path))
	return []string{path + ".bai", path + ".csi", bare + ".bai", bare + ".csi"}
}

// Open reads an index file of any of the three kinds. One that is cut, corrupt
// or not an index is an Input error. The name in o is not used.
func Open(path string, o bgzf.Options) (*Index, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	size := 0
	if st, err := f.Stat(); err == nil && st.Size() < maxPlain {
		size = int(st.Size())
	}
	o.Name = path
	return readFrom(f, size, o)
}

// Read reads an index; the name in o is for errors and for the Index's own Path.
func Read(r io.Reader, o bgzf.Options) (*Index, error) { return readFrom(r, 0, o) }

// spare is the room behind the file with which bgzf.UnpackAll need not copy it.
const spare = 1<<17 + bytes.MinRead

// readFrom has room for size bytes of the file before it must look for more.
func readFrom(r io.Reader, size int, o bgzf.Options) (*Index, error) {
	path := o.Name
	in := bytes.NewBuffer(make([]byte, 0, size+spare))
	_, err := in.ReadFrom(io.LimitReader(r, maxPlain+1))
	file := in.Bytes()
	if err == nil && len(file) > maxPlain {
		err = fault.Inputf(path, "", "the index is larger than %d bytes", maxPlain)
	}
	if err != nil {
		return nil, err
	}
	raw := file
	if bgzf.IsGzip(file) { // .bai is not packed, and .csi need not be
		if raw, err = bgzf.UnpackAll(file, maxPlain, o); err != nil {
			return nil, err
		}
	}
	return parse(raw, file, path)
}

func parse(raw, file []byte, path string) (*Index, error) {
	x := &Index{Path: path, raw: raw, sha256: digester(file), noCoor: -1}
	c := &cursor{b: raw}
	switch magic := c.take(4); string(magic) {
	case "TBI\x01":
		x.kind, x.scheme = tbi, fixed
		n := c.count(8)
		x.readColumns(c)
		x.readReferences(c, n)
	case "CSI\x01":
		x.kind = csi
		x.readCSI(c)
	case "BAI\x01":
		x.kind, x.scheme = bai, fixed
		x.readReferences(c, c.count(8))
	default:
		return nil, fault.Inputf(path, "", "this is no .tbi, .csi or .bai index")
	}
	if c.bad == "" && x.columns != nil && len(x.contigs) != len(x.refs) {
		c.fail("it has %d names for %d contigs", len(x.contigs), len(x.refs))
	}
	if c.bad != "" {
		return nil, fault.Inputf(path, "", "the index is corrupt: %s", c.bad)
	}
	return x, nil
}

// readColumns reads the part that .tbi and a text file's .csi share.
func (x *Index) readColumns(c *cursor) {
	format := c.int32()
	x.columns = &Columns{Seq: c.int32(), Begin: c.int32(), End: c.int32()}
	x.columns.ZeroBased = format&0x10000 != 0
	x.columns.VCF = format&0xffff == 2
	x.columns.Meta = byte(c.int32())
	x.columns.Skip = c.int32()
	names := c.take(c.count(1))
	x.ids = map[string]int{}
	for len(names) > 0 {
		name, rest, ok := bytes.Cut(names, []byte{0})
		if !ok {
			c.fail("a contig's name has no end")
			return
		}
		if _, twice := x.ids[string(name)]; twice {
			c.fail("contig %q is there twice", name)
			return
		}
		x.ids[string(name)] = len(x.contigs)
		x.contigs = append(x.contigs, string(name))
		names = rest
	}
}

func (x *Index) readCSI(c *cursor) {
	x.scheme = binning{minShift: c.int32(), depth: c.int32()}
	if s := x.scheme; s.minShift < 1 || s.depth < 0 || s.depth > maxDepth || s.minShift+3*s.depth > 62 {
		c.fail("min_shift %d with depth %d", s.minShift, s.depth)
		return
	}
	if aux := c.take(c.count(1)); len(aux) >= 28 {
		sub := &cursor{b: aux}
		x.readColumns(sub)
		if sub.bad != "" {
			c.fail("%s", sub.bad)
			return
		}
	}
	x.readReferences(c, c.count(4))
}

// readReferences finds where each contig's bins are and whether all of them lie
// in the file; they are decoded when they are asked for.
func (x *Index) readReferences(c *cursor, n int) {
	least := 8 // a bin's smallest size
	if x.kind == csi {
		least = 16
	}
	if n > maxContigs {
		c.fail("it has %d contigs, more than %d", n, maxContigs)
		return
	}
	x.refs = make([]*reference, 0, n)
	for id := range n {
		r := &reference{bins: c.count(least)}
		if r.bins > x.scheme.bins()+1 {
			c.fail("contig %d has %d bins, the index's scheme has %d", id, r.bins, x.scheme.bins())
		}
		r.at = c.at
		if x.readBins(c, id, r.bins, least); c.bad != "" {
			return
		}
		if x.kind != csi {
			r.linears = c.count(8)
			r.linear = c.at
			c.take(8 * r.linears)
		}
		x.refs = append(x.refs, r)
	}
	if c.bad == "" && len(c.b)-c.at >= 8 {
		x.noCoor = int(binary.LittleEndian.Uint64(c.take(8)))
	}
	if c.bad == "" && c.at != len(c.b) {
		c.fail("%d bytes follow its end", len(c.b)-c.at)
	}
}

// readBins passes over a contig's bins, whose heads have size bytes, and notes how
// far their chunks go. It is most of the work of opening an index.
func (x *Index) readBins(c *cursor, id, bins, size int) {
	pseudo, limit := x.scheme.pseudo(), uint32(x.scheme.bins())
	for range bins {
		b := c.take(size)
		if b == nil {
			return
		}
		number, chunks := binary.LittleEndian.Uint32(b), int(int32(binary.LittleEndian.Uint32(b[size-4:])))
		if chunks < 0 || chunks > (len(c.b)-c.at)/16 {
			c.fail("it claims %d things where %d bytes are left", chunks, len(c.b)-c.at)
			return
		}
		rest := c.take(16 * chunks)
		switch {
		case number == pseudo:
			continue
		case number >= limit:
			c.fail("bin %d: the index's scheme has %d", number, limit)
			return
		}
		for ; len(rest) >= 16; rest = rest[16:] {
			begin, end := bgzf.Offset(binary.LittleEndian.Uint64(rest)), bgzf.Offset(binary.LittleEndian.Uint64(rest[8:]))
			x.last = max(x.last, end)
			if end < begin && x.backward == "" {
				x.backward = fmt.Sprintf("chunk %d of bin %d of contig %d", chunks-len(rest)/16, number, id)
			}
		}
	}
}

// cursor reads an index's numbers; each of them is hostile. After the first
// fault it gives zeros.
type cursor struct {
	b   []byte
	at  int
	bad string
}

func (c *cursor) fail(format string, args ...any) {
	if c.bad == "" {
		c.bad = fmt.Sprintf(format, args...)
	}
}

func (c *cursor) take(n int) []byte {
	if c.bad == "" && n > len(c.b)-c.at {
		c.fail("it ends too early: it was cut")
	}
	if c.bad != "" {
		return nil
	}
	c.at += n
	return c.b[c.at-n : c.at]
}

func (c *cursor) int32() int {
	if b := c.take(4); b != nil {
		return int(int32(binary.LittleEndian.Uint32(b)))
	}
	return 0
}

// count reads how many things of at least size bytes follow.
func (c *cursor) count(size int) int {
	n := c.int32()
	if n < 0 || n > (len(c.b)-c.at)/size {
		c.fail("it claims %d things where %d bytes are left", n, len(c.b)-c.at)
		return 0
	}
	return n
}
