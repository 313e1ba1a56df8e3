package index

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
)

// The specification's reg2bin for the fixed scheme, in its own words of C.
func reg2bin(beg, end int) int {
	end--
	switch {
	case beg>>14 == end>>14:
		return ((1<<15)-1)/7 + (beg >> 14)
	case beg>>17 == end>>17:
		return ((1<<12)-1)/7 + (beg >> 17)
	case beg>>20 == end>>20:
		return ((1<<9)-1)/7 + (beg >> 20)
	case beg>>23 == end>>23:
		return ((1<<6)-1)/7 + (beg >> 23)
	case beg>>26 == end>>26:
		return ((1<<3)-1)/7 + (beg >> 26)
	}
	return 0
}

func TestBinning(t *testing.T) {
	if fixed.bins() != 37449 || fixed.pseudo() != 37450 || fixed.span() != 1<<29 {
		t.Errorf("%d bins, pseudo-bin %d, span %d", fixed.bins(), fixed.pseudo(), fixed.span())
	}
	rng := rand.New(rand.NewPCG(1, 1))
	for range 20000 {
		start := rng.IntN(1<<29 - 1)
		end := min(start+1+rng.IntN(1<<rng.IntN(29)), 1<<29)
		bin := fixed.of(start, end)
		if want := reg2bin(start, end); bin != want {
			t.Fatalf("%d-%d: bin %d, want %d", start, end, bin, want)
		}
		if from, to := fixed.interval(bin); start < from || end > to {
			t.Fatalf("%d-%d: not inside its bin's %d-%d", start, end, from, to)
		}
	}
	if from, to := (binning{12, 3}).interval(9 + 5); from != 5<<15 || to != 6<<15 {
		t.Errorf("%d-%d", from, to)
	}
}

// A .tbi, and .csi of several schemes, give what a look at every record gives.
func TestQueriesAgainstAllRecords(t *testing.T) {
	file, tbi, lines := madeVCF(t, 3, 1500, bgzf.WriterOptions{Level: 1})
	records := map[string][]placed{}
	for _, r := range places(t, file) {
		records[r.contig] = append(records[r.contig], r.placed)
	}
	contigs := []string{"chr2", "1", "HLA-A*01:01:01:01"}
	indexes := map[string][]byte{"tbi": tbi}
	for _, s := range []binning{{14, 5}, {10, 6}, {4, 9}, {20, 3}, {30, 0}} {
		indexes[fmt.Sprintf("csi %d %d", s.minShift, s.depth)] = appendCSI(contigs, records, s.minShift, s.depth)
	}
	for name, b := range indexes {
		t.Run(name, func(t *testing.T) {
			x, err := Read(bytes.NewReader(b), bgzf.Options{Name: name})
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(x.Contigs(), contigs) {
				t.Fatalf("%q", x.Contigs())
			}
			if err := x.Check(int64(len(file))); err != nil {
				t.Fatal(err)
			}
			rng := rand.New(rand.NewPCG(9, 9))
			for range 150 {
				contig := contigs[rng.IntN(3)]
				rs := records[contig]
				start := max(0, rs[rng.IntN(len(rs))].start-rng.IntN(3000))
				end := start + 1 + rng.IntN(1<<rng.IntN(24))
				var want strings.Builder
				for _, l := range lines {
					c, s, e := span(t, strings.TrimSuffix(l, "\n"))
					if c == contig && s < end && e > start {
						want.WriteString(l)
					}
				}
				if got := query(t, file, x, contig, start, end); got != want.String() {
					t.Fatalf("%s:%d-%d: %d lines, want %d", contig, start, end, strings.Count(got, "\n"), strings.Count(want.String(), "\n"))
				}
			}
			for _, bad := range [][3]int{{-1, 0, 5}, {3, 0, 5}, {0, 5, 5}, {0, 9, 5}, {0, -9, 0}} {
				if got := x.Chunks(bad[0], bad[1], bad[2]); len(got) != 0 {
					t.Errorf("%v: %v", bad, got)
				}
			}
		})
	}
}

type named struct {
	contig string
	placed
}

// places gives where every record of a VCF is, by reading it once.
func places(t testing.TB, file []byte) (out []named) {
	t.Helper()
	r, err := bgzf.NewReader(bytes.NewReader(file), bgzf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for {
		line, off, err := r.Line(nil, 1<<20)
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		if line[0] == '#' {
			continue
		}
		var n named
		n.contig, n.start, n.end = span(t, string(line))
		n.at, n.after = off, r.Offset()
		out = append(out, n)
	}
}

func TestWriterIsDeterministic(t *testing.T) {
	file, tbi, _ := madeVCF(t, 4, 3000, bgzf.WriterOptions{})
	for _, threads := range []int{2, 5} {
		f, x, _ := madeVCF(t, 4, 3000, bgzf.WriterOptions{Threads: threads})
		if !bytes.Equal(f, file) || !bytes.Equal(x, tbi) {
			t.Errorf("%d threads write other bytes", threads)
		}
	}
}

func TestWriterRefuses(t *testing.T) {
	add := func(x *TabixWriter, c string, s, e int) error { return x.Add(c, s, e, 1, 2) }
	x := NewTabixWriter(VCF)
	for i, ok := range []bool{
		add(x, "1", 5, 6) == nil, add(x, "1", 5, 6) == nil, add(x, "1", 4, 6) != nil, add(x, "2", 0, 1) == nil,
		add(x, "1", 9, 10) != nil, add(x, "2", 1<<29-1, 1<<29) == nil, add(x, "2", 1<<29-1, 1<<29+1) != nil,
	} {
		if !ok {
			t.Errorf("record %d", i)
		}
	}
}

func TestEmptyIndex(t *testing.T) {
	var b bytes.Buffer
	if _, err := NewTabixWriter(GFF).WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	x, err := Read(&b, bgzf.Options{Name: "empty.tbi"})
	if err != nil {
		t.Fatal(err)
	}
	if len(x.Contigs()) != 0 || x.Check(28) != nil || x.Columns().Begin != 4 || x.Columns().ZeroBased {
		t.Errorf("%q %+v %v", x.Contigs(), x.Columns(), x.Check(28))
	}
	if n, ok := x.Unplaced(); n != 0 || !ok {
		t.Error(n, ok)
	}
}

func TestMerge(t *testing.T) {
	at := func(block int64, within int) bgzf.Offset { return bgzf.MakeOffset(block, within) }
	got := Merge([]bgzf.Chunk{
		{Begin: at(500, 3), End: at(600, 0)}, {Begin: at(0, 5), End: at(100, 9)}, {Begin: at(100, 20), End: at(200, 0)},
		{Begin: at(300, 0), End: at(300, 0)}, {Begin: at(550, 1), End: at(560, 1)},
	})
	want := []bgzf.Chunk{{Begin: at(0, 5), End: at(200, 0)}, {Begin: at(500, 3), End: at(600, 0)}}
	if !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}

// An index that is cut anywhere is refused, and one with a changed byte never
// panics.
func TestBrokenIndexes(t *testing.T) {
	file, tbi, _ := madeVCF(t, 5, 20, bgzf.WriterOptions{})
	z, err := bgzf.NewReader(bytes.NewReader(tbi), bgzf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	records := map[string][]placed{}
	for _, r := range places(t, file) {
		records[r.contig] = append(records[r.contig], r.placed)
	}
	csi := appendCSI([]string{"chr2", "1"}, records, 12, 6)
	bai := append([]byte("BAI\x01\x03\x00\x00\x00"), references(raw)...)
	for name, b := range map[string][]byte{"tbi": raw, "csi": csi, "bai": bai} {
		if _, err := Read(bytes.NewReader(b), bgzf.Options{Name: name}); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for n := range b {
			// The last eight bytes, the unplaced records, may be absent.
			if _, err := Read(bytes.NewReader(b[:n]), bgzf.Options{Name: name}); n != len(b)-8 && fault.KindOf(err) != fault.Input {
				t.Fatalf("%s cut at %d: %v", name, n, err)
			}
		}
		for i := range b {
			for _, v := range []byte{0, 1, 0x7f, 0x80, 0xff} {
				bad := bytes.Clone(b)
				bad[i] = v
				exercise(bad)
			}
		}
	}
	for n := range tbi {
		if _, err := Read(bytes.NewReader(tbi[:n]), bgzf.Options{Name: "tbi"}); fault.KindOf(err) != fault.Input {
			t.Fatalf("packed .tbi cut at %d: %v", n, err)
		}
	}
}

// references gives what follows the names in a plain .tbi, which a .bai has too.
func references(tbi []byte) []byte {
	return tbi[36+int(binary.LittleEndian.Uint32(tbi[32:])):]
}

// exercise uses whatever an index's bytes give.
func exercise(b []byte) {
	x, err := Read(bytes.NewReader(b), bgzf.Options{Name: "x"})
	if err != nil {
		return
	}
	x.Check(1000)
	for id := range min(3, x.References()) {
		x.Records(id)
		x.Chunks(id, 0, 1<<29)
		x.Chunks(id, 1<<20, 1<<20+5)
		x.Marks(id, 5, 1<<60)
	}
}

func TestFind(t *testing.T) {
	dir := t.TempDir()
	file, tbi, _ := madeVCF(t, 6, 5000, bgzf.WriterOptions{})
	path := filepath.Join(dir, "a.vcf.gz")
	put := func(path string, b []byte) {
		t.Helper()
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put(path, file)
	_, err := Find(path, Want{})
	if !errors.Is(err, ErrNone) || fault.KindOf(err) != fault.Input || !strings.Contains(fault.HintOf(err), "tabix -f -p vcf ") {
		t.Errorf("without an index: %v", err)
	}
	put(path+".tbi", tbi)
	x, err := Find(path, Want{})
	if err != nil || x.Old || x.Path != path+".tbi" || len(x.SHA256()) != 64 {
		t.Fatal(err)
	}
	past := time.Now().Add(-3 * time.Second)
	if err := os.Chtimes(path+".tbi", past, past); err != nil {
		t.Fatal(err)
	}
	if _, err = Find(path, Want{}); fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "older than") {
		t.Errorf("old: %v", err)
	}
	if x, err = Find(path, Want{AllowOld: true}); err != nil || !x.Old {
		t.Errorf("old and allowed: %v", err)
	}
	short := filepath.Join(dir, "short.vcf.gz")
	put(short, file[:len(file)/2])
	put(short+".tbi", tbi)
	if _, err = Find(short, Want{}); fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "index does not fit") {
		t.Errorf("a longer file's index: %v", err)
	}
	long := filepath.Join(dir, "long.vcf.gz")
	_, other, _ := madeVCF(t, 6, 50, bgzf.WriterOptions{})
	put(long, append(file, make([]byte, 1<<17)...))
	put(long+".tbi", other)
	if _, err = Find(long, Want{}); fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "shorter file") {
		t.Errorf("a shorter file's index: %v", err)
	}
	bam := filepath.Join(dir, "a.bam")
	put(bam, file)
	put(bam+".bai", tbi)
	if _, err = Find(bam, Want{Format: BAM}); fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "another kind") {
		t.Errorf("a .tbi by the name of a .bai: %v", err)
	}
	put(path+".csi", []byte("something else"))
	if _, err = Find(path, Want{}); fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "no .tbi, .csi or .bai") {
		t.Errorf("no index: %v", err)
	}
}
