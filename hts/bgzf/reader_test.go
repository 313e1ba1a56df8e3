package bgzf

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"varpanel/hts/fault"
	"varpanel/internal/testkit"
)

// layout is a file with what is known of its blocks.
type layout struct {
	file, data []byte
	offsets    []Offset // of each byte of data, and of the end
}

// blocksOf makes a file whose blocks have the sizes given.
func blocksOf(t *testing.T, data []byte, sizes ...int) layout {
	t.Helper()
	l := layout{data: data}
	for _, n := range sizes {
		for i := range n {
			l.offsets = append(l.offsets, MakeOffset(int64(len(l.file)), i))
		}
		l.file = append(l.file, handBlock(t, data[:n], nil, nil)...)
		data = data[n:]
	}
	if len(data) > 0 {
		t.Fatalf("%d bytes of data are left", len(data))
	}
	l.offsets = append(l.offsets, MakeOffset(int64(len(l.file)), 0))
	l.file = append(l.file, theEnd...)
	return l
}

func TestLines(t *testing.T) {
	data := []byte("one\r\n\ntwo two\nthree\r\nfour")
	want := []string{"one", "", "two two", "three", "four"}
	starts := []int{0, 5, 6, 14, 21}
	for cut := range len(data) {
		for _, threads := range threadCounts[:2] {
			l := blocksOf(t, data, cut, 0, len(data)-cut)
			r, err := NewReader(bytes.NewReader(l.file), Options{Threads: threads})
			if err != nil {
				t.Fatal(err)
			}
			buf := []byte("old")
			for i := range want {
				line, off, err := r.Line(buf, 8)
				if err != nil || string(line) != want[i] || off != l.offsets[starts[i]] {
					t.Fatalf("cut %d: line %d is %q at %x: %v", cut, i, line, off, err)
				}
				buf = line
			}
			if _, _, err := r.Line(buf, 8); err != io.EOF {
				t.Fatalf("at the end: %v", err)
			}
			r.Close()
		}
	}
}

func TestLineTooLong(t *testing.T) {
	l := blocksOf(t, []byte("short\n0123456789\n"), 8, 9)
	r, err := NewReader(bytes.NewReader(l.file), Options{Name: "long.gz"})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err = r.Line(nil, 9); err != nil {
		t.Fatal(err)
	}
	_, _, err = r.Line(nil, 9)
	if fault.KindOf(err) != fault.Input || err.Error() != "long.gz: offset 0:6: a line is longer than 9 bytes" {
		t.Fatal(err)
	}
}

// A line of 100 MB of one letter is 100 KB packed: it must not be gathered.
func TestLineBombIsBounded(t *testing.T) {
	block := handBlock(t, bytes.Repeat([]byte{'A'}, maxBlock), nil, nil)
	r, err := NewReader(io.MultiReader(bytes.NewReader(bytes.Repeat(block, 1600)), bytes.NewReader(theEnd)), Options{Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	line, _, err := r.Line(nil, 1<<20)
	if fault.KindOf(err) != fault.Input || cap(line) > 4<<20 {
		t.Fatalf("%v, %d bytes of room", err, cap(line))
	}
}

func TestReadFullAndByte(t *testing.T) {
	data := prose(1000, 4)
	l := blocksOf(t, data, 100, 0, 1, 399, 500)
	r, err := NewReader(bytes.NewReader(l.file), Options{Name: "f"})
	if err != nil {
		t.Fatal(err)
	}
	c, err := r.ReadByte()
	if err != nil || c != data[0] || r.Offset() != l.offsets[1] {
		t.Fatal(c, err)
	}
	p := make([]byte, 600)
	if err := r.ReadFull(p); err != nil || !bytes.Equal(p, data[1:601]) || r.Offset() != l.offsets[601] {
		t.Fatal(err)
	}
	if err := r.ReadFull(p); fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "middle of a record") {
		t.Fatal(err)
	}
	if err := r.ReadFull(p); err != io.EOF {
		t.Fatal(err)
	}
	if _, err := r.ReadByte(); err != io.EOF {
		t.Fatal(err)
	}
}

// Many chunks of a file, some in one block, some adjacent, some empty, give the
// data between their offsets, and no block is read twice.
func TestChunks(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	data := prose(400_000, 11)
	sizes := []int{65536, 0, 10, 60000, 65536, 0, 0, 50000, 1}
	left := len(data)
	for _, n := range sizes {
		left -= n
	}
	for left > 0 {
		n := min(left, 30000)
		sizes = append(sizes, n)
		left -= n
	}
	l := blocksOf(t, data, sizes...)
	for round := range 30 {
		var cuts []int
		for range 2 * (1 + rng.IntN(12)) {
			cuts = append(cuts, rng.IntN(len(data)+1))
		}
		slices.Sort(cuts)
		var chunks []Chunk
		var want []byte
		for i := 0; i < len(cuts); i += 2 {
			chunks = append(chunks, Chunk{l.offsets[cuts[i]], l.offsets[cuts[i+1]]})
			want = append(want, data[cuts[i]:cuts[i+1]]...)
		}
		for _, threads := range threadCounts {
			r, err := NewChunkReader(bytes.NewReader(l.file), int64(len(l.file)), chunks, Options{Threads: threads})
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(r)
			if err != nil || !bytes.Equal(got, want) {
				t.Fatalf("round %d: %d bytes, %v; want %d", round, len(got), err, len(want))
			}
			r.Close()
		}
	}
}

// The offset before each byte of a chunk is that byte's.
func TestChunkOffsets(t *testing.T) {
	data := prose(300, 11)
	l := blocksOf(t, data, 100, 0, 100, 100)
	places := []int{10, 20, 20, 100, 150, 160, 170, 260}
	var chunks []Chunk
	var want []Offset
	for i := 0; i < len(places); i += 2 {
		chunks = append(chunks, Chunk{l.offsets[places[i]], l.offsets[places[i+1]]})
		want = append(want, l.offsets[places[i]:places[i+1]]...)
	}
	r, err := NewChunkReader(bytes.NewReader(l.file), int64(len(l.file)), chunks, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Offset() != want[0] {
		t.Errorf("before the first byte: %x", r.Offset())
	}
	for i, w := range want {
		if _, err := r.ReadByte(); err != nil {
			t.Fatal(err)
		}
		// The empty block may stand for the one after it.
		if i+1 < len(want) && r.Offset() != want[i+1] && w.Block() == want[i+1].Block() {
			t.Fatalf("after byte %d: %x, want %x", i, r.Offset(), want[i+1])
		}
	}
}

// countingReader counts how often each byte is read.
type countingReader struct {
	b     []byte
	bytes int
}

func (c *countingReader) ReadAt(p []byte, off int64) (int, error) {
	n, err := bytes.NewReader(c.b).ReadAt(p, off)
	c.bytes += n
	return n, err
}

func TestChunksReadLittle(t *testing.T) {
	data := noise(1_500_000, 1)
	var sizes []int
	for range len(data) / 30000 {
		sizes = append(sizes, 30000)
	}
	l := blocksOf(t, data, sizes...)
	c := &countingReader{b: l.file}
	var chunks []Chunk
	for at := 1_000_000; at < 1_100_000; at += 1000 { // dense chunks over four blocks
		chunks = append(chunks, Chunk{l.offsets[at], l.offsets[at+10]})
	}
	r, err := NewChunkReader(c, int64(len(l.file)), chunks, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r); err != nil || len(got) != 1000 {
		t.Fatal(len(got), err)
	}
	if c.bytes > 600_000 {
		t.Errorf("%d bytes were read of chunks that lie in 130,000", c.bytes)
	}
}

// TestSkip: a skip goes to the place that it names where that is in a later
// block, inside a chunk, between two or after all, and spares the blocks between.
func TestSkip(t *testing.T) {
	data := noise(3_000_000, 2)
	sizes := make([]int, 100)
	for i := range sizes {
		sizes[i] = 30000
	}
	l := blocksOf(t, data, sizes...)
	for _, tt := range []struct{ to, next int }{ // in the data; next is where reading goes on
		{100, 10}, {29_999, 10}, {600_007, 600_007}, {1_000_000, 2_000_005}, {2_000_005, 2_000_005}, {2_100_000, 2_100_000}, {2_900_000, -1},
	} {
		c := &countingReader{b: l.file}
		chunks := []Chunk{{l.offsets[0], l.offsets[900_000]}, {l.offsets[2_000_005], l.offsets[2_200_000]}}
		r, err := NewChunkReader(c, int64(len(l.file)), chunks, Options{})
		if err != nil {
			t.Fatal(err)
		}
		p := make([]byte, 10)
		if err := r.ReadFull(p); err != nil {
			t.Fatal(err)
		}
		r.Skip(l.offsets[tt.to])
		err = r.ReadFull(p)
		switch {
		case tt.next < 0 && err != io.EOF:
			t.Errorf("to %d: %v, want the end", tt.to, err)
		case tt.next >= 0 && (err != nil || !bytes.Equal(p, data[tt.next:tt.next+10]) || r.Offset() != l.offsets[tt.next+10]):
			t.Errorf("to %d: %v: not what stands at %d", tt.to, err, tt.next)
		}
		if c.bytes > 1_300_000 {
			t.Errorf("to %d: %d bytes were read", tt.to, c.bytes)
		}
		r.Close()
	}
}

func TestChunksThatDoNotFit(t *testing.T) {
	data := prose(3000, 2)
	l := blocksOf(t, data, 1000, 1000, 1000)
	second, third, size := l.offsets[1000], l.offsets[2000], int64(len(l.file))
	tests := []struct {
		name    string
		chunks  []Chunk
		message string
	}{
		{"past the end", []Chunk{{second, MakeOffset(size+5, 0)}}, "past the end of the file"},
		{"begins past the end", []Chunk{{MakeOffset(size+1, 0), MakeOffset(size+1, 9)}}, "past the end of the file"},
		{"begins in no block", []Chunk{{second + 5<<16, third}}, "no block"},
		{"begins past its block's data", []Chunk{{second + 1500, third}}, "past this block's 1000 bytes"},
		{"ends in no block", []Chunk{{0, second + 5<<16}}, "no block begins here"},
		{"ends past its block's data", []Chunk{{0, second + 2000}}, "past this block's 1000 bytes"},
		{"goes on after the end", []Chunk{{0, MakeOffset(size, 9)}}, "past the end of the file"},
	}
	for _, tt := range tests {
		for _, threads := range threadCounts {
			r, err := NewChunkReader(bytes.NewReader(l.file), size, tt.chunks, Options{Threads: threads, Name: "f"})
			if err == nil {
				_, err = io.ReadAll(r)
				r.Close()
			}
			if fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "index does not fit") || !strings.Contains(err.Error(), tt.message) {
				t.Errorf("%s: %v", tt.name, err)
			}
		}
	}
	for _, chunks := range [][]Chunk{{{third, third + 1}, {second, second + 1}}, {{third, second}}, {{0, third}, {second, third + 5}}} {
		if _, err := NewChunkReader(bytes.NewReader(l.file), size, chunks, Options{}); err == nil {
			t.Errorf("unsorted chunks %v were taken", chunks)
		}
	}
	if _, err := NewChunkReader(bytes.NewReader(l.file[:size-28]), size-28, nil, Options{}); fault.KindOf(err) != fault.Input {
		t.Errorf("no end block: %v", err)
	}
	if _, err := NewChunkReader(bytes.NewReader(nil), 0, nil, Options{}); fault.KindOf(err) != fault.Input {
		t.Errorf("an empty file: %v", err)
	}
}

// A chunk that ends inside a line or a record is no chunk of this file; only the
// file's last line may lack its end.
func TestNothingIsJoinedOverAChunksEnd(t *testing.T) {
	data := []byte("aaaa\nbbbb\ncccc\ndddd")
	l := blocksOf(t, data, 12, 7)
	size := int64(len(l.file))
	read := func(chunks ...Chunk) (lines []string, err error) {
		r, err := NewChunkReader(bytes.NewReader(l.file), size, chunks, Options{})
		for err == nil {
			var line []byte
			if line, _, err = r.Line(nil, 100); err == nil {
				lines = append(lines, string(line))
			}
		}
		return lines, err
	}
	got, err := read(Chunk{0, l.offsets[5]}, Chunk{l.offsets[10], l.offsets[19]})
	if err != io.EOF || !slices.Equal(got, []string{"aaaa", "cccc", "dddd"}) {
		t.Errorf("%q, %v", got, err)
	}
	for _, end := range []int{7, 11, 12, 17} {
		got, err = read(Chunk{0, l.offsets[end]}, Chunk{l.offsets[18], l.offsets[19]})
		if fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "middle of a line") {
			t.Errorf("end %d: %q, %v", end, got, err)
		}
	}
	r, err := NewChunkReader(bytes.NewReader(l.file), size, []Chunk{{0, l.offsets[7]}, {l.offsets[10], l.offsets[15]}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.ReadFull(make([]byte, 9)); fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "middle of a record") {
		t.Error(err)
	}
}

var errBroken = errors.New("the disk is broken")

// A reader that gives few bytes, or fails, at any offset.
func TestAwkwardReaders(t *testing.T) {
	data := prose(5000, 6)
	l := blocksOf(t, data, 2000, 2000, 1000)
	for _, threads := range threadCounts {
		for _, src := range []io.Reader{
			iotest.OneByteReader(bytes.NewReader(l.file)), iotest.HalfReader(bytes.NewReader(l.file)), iotest.DataErrReader(bytes.NewReader(l.file)),
		} {
			r, err := NewReader(src, Options{Threads: threads})
			if err != nil {
				t.Fatal(err)
			}
			if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, data) {
				t.Fatalf("%d bytes, %v", len(got), err)
			}
			r.Close()
		}
		for n := 0; n < len(l.file); n += 13 {
			src := io.MultiReader(bytes.NewReader(l.file[:n]), iotest.ErrReader(errBroken))
			r, err := NewReader(src, Options{Threads: threads, Name: "f"})
			var got []byte
			if err == nil {
				got, err = io.ReadAll(r)
				r.Close()
			}
			if !errors.Is(err, errBroken) || fault.KindOf(err) != 0 || !bytes.HasPrefix(data, got) {
				t.Fatalf("failing at %d: %v", n, err)
			}
		}
	}
}

// A reader that is closed early leaves no goroutine, and says that it is closed.
func TestCloseEarly(t *testing.T) {
	data := prose(1_000_000, 6)
	file := write(t, data, WriterOptions{Level: 1})
	before := runtime.NumGoroutine()
	for range 20 {
		r, err := NewReader(bytes.NewReader(file), Options{Threads: 4})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Read(make([]byte, 10)); err != nil {
			t.Fatal(err)
		}
		r.Close()
		r.Close()
		if _, err := r.Read(make([]byte, 10)); err == nil || err == io.EOF {
			t.Fatalf("after Close: %v", err)
		}
	}
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
}

func TestReadBlockAt(t *testing.T) {
	data := prose(5000, 6)
	l := blocksOf(t, data, 2000, 2000, 1000)
	var off int64
	var got []byte
	for {
		b, n, err := ReadBlockAt(bytes.NewReader(l.file), off, nil, Options{})
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, b...)
		off += int64(n)
	}
	if !bytes.Equal(got, data) || off != int64(len(l.file)) {
		t.Errorf("%d bytes up to %d", len(got), off)
	}
	if _, _, err := ReadBlockAt(bytes.NewReader(l.file), 3, nil, Options{}); fault.KindOf(err) != fault.Input {
		t.Error(err)
	}
	if _, _, err := ReadBlockAt(bytes.NewReader(l.file[:len(l.file)-30]), l.offsets[4000].Block(), nil, Options{}); fault.KindOf(err) != fault.Input {
		t.Error(err)
	}
}

// Reading allocates nothing for a line once its buffers have grown.
func TestLineAllocations(t *testing.T) {
	l := blocksOf(t, bytes.Repeat([]byte("a line of a file\n"), 3000), 17*1000, 17*1000, 17*1000)
	r, err := NewReader(bytes.NewReader(l.file), Options{})
	if err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 0, 100)
	r.Line(buf, 100)
	if n := testing.AllocsPerRun(500, func() {
		if _, _, err := r.Line(buf, 100); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations a line", n)
	}
}

// Every bgzipped file of the shared data, against bgzip.
func TestAgainstBgzip(t *testing.T) {
	dir := testkit.Shared(t, "data")
	bgzip := testkit.Oracle(t, "bgzip")
	var files []string
	for _, pattern := range []string{"vcf/*.vcf.gz", "bam/*.bam", "annotation/*BRCA1*.vcf.gz"} {
		some, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, some...)
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			want, err := exec.Command(bgzip, "-dc", path).Output()
			if err != nil {
				t.Fatal(err)
			}
			for _, threads := range []int{1, 3} {
				f, err := os.Open(path)
				if err != nil {
					t.Fatal(err)
				}
				r, err := NewReader(f, Options{Threads: threads, Name: path})
				if err != nil {
					t.Fatal(err)
				}
				got, err := io.ReadAll(r)
				if err != nil || !bytes.Equal(got, want) {
					t.Errorf("%d threads: %d bytes, %v; bgzip has %d", threads, len(got), err, len(want))
				}
				r.Close()
				f.Close()
			}
		})
	}
	if len(files) < 8 {
		t.Error(fmt.Sprint(len(files), " files only"))
	}
}

// What is allocated does not grow with the number of blocks.
func TestBlockAllocations(t *testing.T) {
	small, large := write(t, prose(3_000_000, 5), WriterOptions{Level: 1}), write(t, prose(24_000_000, 5), WriterOptions{Level: 1})
	buf := make([]byte, 1<<16)
	for _, threads := range []int{1, 2} {
		count := func(file []byte) float64 {
			return testing.AllocsPerRun(3, func() {
				r, err := NewReader(bytes.NewReader(file), Options{Threads: threads})
				if err != nil {
					t.Fatal(err)
				}
				for err == nil {
					_, err = r.Read(buf)
				}
				if err != io.EOF {
					t.Fatal(err)
				}
				r.Close()
			})
		}
		few, many := count(small), count(large)
		if blocks := 21_000_000 / payload; many-few > float64(blocks)/20 {
			t.Errorf("%d threads: %v allocations for a file, %v for one with %d blocks more", threads, few, many, blocks)
		}
	}
}
