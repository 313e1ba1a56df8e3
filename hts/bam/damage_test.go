package bam

import (
	"bytes"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
)

const small = "testdata/small.bam"

// stream reads a whole file as a stream and gives its records' bytes.
func stream(data []byte, threads int) ([]byte, error) {
	r, err := NewReader(bytes.NewReader(data), bgzf.Options{Threads: threads, Name: "x.bam"}, true)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var all []byte
	for rec := new(Record); ; {
		if err := r.Read(rec); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all = append(all, rec.buf...)
	}
}

// indexed reads a file's only contig by its index.
func indexed(path string) ([]byte, error) {
	f, err := Open(path, Options{AllowOldIndex: true})
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, err := f.Query(0, []Interval{{0, math.MaxInt32}})
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var all []byte
	for rec := new(Record); ; {
		if err := r.Read(rec); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all = append(all, rec.buf...)
	}
}

func TestSmallFile(t *testing.T) {
	data := slurp(t, small)
	whole, err := stream(data, 1)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := stream(data, 4); err != nil || !bytes.Equal(got, whole) {
		t.Errorf("four threads: %v, %d bytes of records, one gives %d", err, len(got), len(whole))
	}
	if got, err := indexed(small); err != nil || !bytes.Equal(got, whole) {
		t.Errorf("by the index: %v, %d bytes of records, the stream gives %d", err, len(got), len(whole))
	}
}

// TestCutAnywhere: a file cut at any byte is an Input error, as a stream and by
// its index.
func TestCutAnywhere(t *testing.T) {
	data, index := slurp(t, small), slurp(t, small+".bai")
	dir := t.TempDir()
	path := filepath.Join(dir, "x.bam")
	if err := os.WriteFile(path+".bai", index, 0o600); err != nil {
		t.Fatal(err)
	}
	for n := range len(data) {
		if _, err := stream(data[:n], 1); fault.KindOf(err) != fault.Input {
			t.Fatalf("stream cut at %d of %d: %v", n, len(data), err)
		}
		if err := os.WriteFile(path, data[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := indexed(path); fault.KindOf(err) != fault.Input {
			t.Fatalf("file cut at %d of %d: %v", n, len(data), err)
		}
	}
}

// TestFlippedByte: a file with any byte changed is an Input error, or reads as
// before: of a gzip header MTIME, XFL and OS mean nothing for the data.
func TestFlippedByte(t *testing.T) {
	data, index := slurp(t, small), slurp(t, small+".bai")
	whole, err := stream(data, 1)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "x.bam")
	if err := os.WriteFile(path+".bai", index, 0o600); err != nil {
		t.Fatal(err)
	}
	harmless := 0
	for n := range len(data) {
		for _, mask := range []byte{1, 0x80, 0xff} {
			bad := bytes.Clone(data)
			bad[n] ^= mask
			got, err := stream(bad, 1)
			if err == nil && bytes.Equal(got, whole) {
				harmless++
			} else if fault.KindOf(err) != fault.Input {
				t.Fatalf("byte %d changed by %#x: %v", n, mask, err)
			}
			if mask != 0xff {
				continue
			}
			if err := os.WriteFile(path, bad, 0o600); err != nil {
				t.Fatal(err)
			}
			if got, err := indexed(path); (err != nil || !bytes.Equal(got, whole)) && fault.KindOf(err) != fault.Input {
				t.Fatalf("by the index, byte %d changed: %v", n, err)
			}
		}
	}
	blocks := bytes.Count(data, []byte("\x1f\x8b\x08\x04"))
	if most := 3 * 6 * blocks; harmless > most {
		t.Errorf("%d changes went by; MTIME, XFL and OS of %d blocks allow %d", harmless, blocks, most)
	}
}

// TestFlippedIndex: an index with any byte changed is an Input error or gives
// the same records. The bytes in its middle are left out: a linear index, of which
// a .bai has no checksum either.
func TestFlippedIndex(t *testing.T) {
	data, index := slurp(t, small), slurp(t, small+".bai")
	whole, err := stream(data, 1)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "x.bam")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	for n := 0; n < len(index); n++ {
		if n > 200 && n < len(index)-200 {
			continue
		}
		bad := bytes.Clone(index)
		bad[n] ^= 0xff
		if err := os.WriteFile(path+".bai", bad, 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := indexed(path)
		if err == nil && bytes.Equal(got, whole) {
			continue
		}
		if fault.KindOf(err) != fault.Input {
			t.Errorf("byte %d of the index changed: %v, %d bytes of records instead of %d", n, err, len(got), len(whole))
		}
	}
}

func TestMalformedFiles(t *testing.T) {
	refs := []Ref{{"a", 1000}, {"b", 500}}
	header := encodeHeader("@HD\tVN:1.6\n@SQ\tSN:a\tLN:1000\n@SQ\tSN:b\tLN:500\n", refs...)
	at := func(ref, pos int) []byte {
		return read{name: "q", ref: ref, pos: pos, bases: "ACGT", cigar: []Op{op(4, Match)}, mref: -1, mpos: -1}.encode()
	}
	lying := read{name: "q", ref: 0, pos: 5, bases: "ACGT", cigar: []Op{op(4, Match)}, lieAboutSize: 1 << 27}
	short := read{name: "q", ref: 0, pos: 5, bases: "ACGT", cigar: []Op{op(4, Match)}, lieAboutSize: -1}
	for _, c := range []struct {
		what  string
		parts [][]byte
		want  string
	}{
		{"good", [][]byte{header, at(0, 5), at(0, 5), at(1, 0), at(-1, -1)}, ""},
		{"no records", [][]byte{header}, ""},
		{"a record over two blocks", [][]byte{append(bytes.Clone(header), at(0, 5)[:20]...), at(0, 5)[20:]}, ""},
		{"position goes back", [][]byte{header, at(0, 5), at(0, 4)}, "not sorted: a:5 comes after a:6"},
		{"contig comes back", [][]byte{header, at(1, 5), at(0, 7)}, "not sorted"},
		{"placed after unplaced", [][]byte{header, at(-1, -1), at(0, 7)}, "not sorted"},
		{"past the contig's end", [][]byte{header, at(1, 500)}, "past the end of b"},
		{"block_size too large", [][]byte{header, lying.encode()}, ""},
		{"block_size too small", [][]byte{header, short.encode()}, "longer than the record"},
		{"block_size negative", [][]byte{header, {0xff, 0xff, 0xff, 0xff}}, "block_size"},
		{"ends in block_size", [][]byte{header, {40, 0}}, ""},
		{"ends in a record", [][]byte{header, at(0, 5)[:30]}, ""},
		{"header: magic", [][]byte{[]byte("BAM\x02....")}, "not a BAM"},
		{"header: negative text", [][]byte{[]byte("BAM\x01\xff\xff\xff\xff")}, "text"},
		{"header: text claims a lot", [][]byte{[]byte("BAM\x01\x00\x00\x00\x0f@HD")}, "ends inside"},
		{"header: many references", [][]byte{append([]byte("BAM\x01\x00\x00\x00\x00"), 0xff, 0xff, 0xff, 0x7f)}, "ends inside"},
		{"header: name twice", [][]byte{encodeHeader("", Ref{"a", 1}, Ref{"a", 2})}, "twice"},
		{"header: empty name", [][]byte{encodeHeader("", Ref{"", 1})}, "NUL-terminated"},
		{"header: text and list differ", [][]byte{encodeHeader("@SQ\tSN:a\tLN:999\n", refs...)}, "binary list"},
		{"header: too few @SQ", [][]byte{encodeHeader("@SQ\tSN:a\tLN:1000\n", refs...)}, "1 @SQ lines"},
		{"header: too many @SQ", [][]byte{encodeHeader("@SQ\tSN:a\tLN:1000\n@SQ\tSN:b\tLN:500\n@SQ\tSN:c\tLN:1\n", refs...)}, "binary list"},
		{"header: @RG without ID", [][]byte{encodeHeader("@RG\tSM:x\n", refs...)}, "@RG"},
	} {
		_, err := stream(pack(t, c.parts...), 1)
		good := c.want == "" && (c.what == "good" || c.what == "no records" || strings.HasPrefix(c.what, "a record"))
		if good {
			if err != nil {
				t.Errorf("%s: %v", c.what, err)
			}
			continue
		}
		if fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "x.bam") {
			t.Errorf("%s: %v", c.what, err)
		}
	}
}

// TestClaimedSizes: what a file claims costs no memory before its bytes come.
func TestClaimedSizes(t *testing.T) {
	header := encodeHeader("", Ref{"a", 1000})
	lie := read{name: "q", ref: 0, pos: 5, bases: "ACGT", cigar: []Op{op(4, Match)}, lieAboutSize: 250 << 20}
	data := pack(t, header, lie.encode())
	n := testing.Benchmark(func(b *testing.B) {
		for range b.N {
			if _, err := stream(data, 1); err == nil {
				b.Fatal("taken")
			}
		}
	}).AllocedBytesPerOp()
	if n > 8<<20 {
		t.Errorf("%d bytes are allocated for a record of 50", n)
	}
}

// TestNoAllocations: reading records costs no allocation each.
func TestNoAllocations(t *testing.T) {
	data := slurp(t, brca1)
	r, err := NewReader(bytes.NewReader(data), bgzf.Options{Threads: 1, Name: brca1}, true)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	rec := new(Record)
	for range 100 {
		if err := r.Read(rec); err != nil {
			t.Fatal(err)
		}
	}
	if n := testing.AllocsPerRun(10000, func() {
		if err := r.Read(rec); err != nil {
			t.Fatal(err)
		}
	}); n > 0 {
		t.Errorf("%v allocations a record", n)
	}
}
