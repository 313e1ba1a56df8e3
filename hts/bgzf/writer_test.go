package bgzf

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os/exec"
	"testing"

	"varpanel/internal/testkit"
)

// write writes data in uneven pieces.
func write(t *testing.T, data []byte, o WriterOptions) []byte {
	t.Helper()
	var out bytes.Buffer
	w := NewWriter(&out, o)
	rng := rand.New(rand.NewPCG(1, 1))
	for rest := data; len(rest) > 0; {
		n := min(rng.IntN(100_000), len(rest))
		if k, err := w.Write(rest[:n]); err != nil || k != n {
			t.Fatal(k, err)
		}
		rest = rest[n:]
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// The standard library's gzip is the oracle: a BGZF file is a multi-member gzip
// file.
func TestWriterAgainstGzip(t *testing.T) {
	for _, data := range [][]byte{nil, []byte("a"), prose(250_000, 5), noise(150_000, 5), make([]byte, 1<<18), joined(noise(payload, 1), prose(payload, 1))} {
		var first []byte
		for _, o := range []WriterOptions{{}, {Level: 6}, {Threads: 7}} {
			file := write(t, data, o)
			if first == nil {
				first = file
			}
			if !bytes.Equal(file, first) {
				t.Fatalf("%+v: other bytes than one thread", o)
			}
		}
		for level := 1; level <= 9; level++ {
			file := write(t, data, WriterOptions{Level: level, Threads: level % 3})
			z, err := gzip.NewReader(bytes.NewReader(file))
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(z)
			if err != nil || !bytes.Equal(got, data) {
				t.Fatalf("level %d: gzip reads %d bytes, %v; want %d", level, len(got), err, len(data))
			}
			if got, err = readAll(file, 2); err != nil || !bytes.Equal(got, data) {
				t.Fatalf("level %d: %d bytes, %v", level, len(got), err)
			}
		}
	}
}

func TestWriterAgainstBgzip(t *testing.T) {
	bgzip := testkit.Oracle(t, "bgzip")
	data := prose(400_000, 8)
	cmd := exec.Command(bgzip, "-dc")
	cmd.Stdin = bytes.NewReader(write(t, data, WriterOptions{Threads: 3}))
	if got, err := cmd.Output(); err != nil || !bytes.Equal(got, data) {
		t.Fatalf("bgzip reads %d bytes, %v", len(got), err)
	}
	cmd = exec.Command(bgzip, "-c")
	cmd.Stdin = bytes.NewReader(data)
	file, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := readAll(file, 1); err != nil || !bytes.Equal(got, data) {
		t.Fatalf("of bgzip's file: %d bytes, %v", len(got), err)
	}
}

// The writer's offsets are those that a reader has at the same bytes.
func TestWriterOffsets(t *testing.T) {
	for _, threads := range []int{1, 4} {
		var out bytes.Buffer
		w := NewWriter(&out, WriterOptions{Threads: threads})
		raw, err := PackBlock([]byte("raw one\nraw two\n"), 9)
		if err != nil {
			t.Fatal(err)
		}
		lines := bytes.SplitAfter(prose(300_000, 3), []byte("\n"))
		var want []Offset
		var text [][]byte
		for i, l := range lines[:len(lines)-1] {
			want = append(want, w.Offset())
			text = append(text, l)
			w.Write(l)
			if i%500 == 0 {
				w.Flush()
			}
			if i == 700 {
				if err := w.WriteRawBlock(raw); err != nil {
					t.Fatal(err)
				}
				at := MakeOffset(w.Offset().Block()-int64(len(raw)), 0)
				want = append(want, at, at+Offset(len("raw one\n")))
				text = append(text, []byte("raw one\n"), []byte("raw two\n"))
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		r, err := NewReader(&out, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for i := range want {
			line, off, err := r.Line(nil, 1<<20)
			if err != nil || off != want[i] || string(line)+"\n" != string(text[i]) {
				t.Fatalf("line %d: at %x, written at %x: %v", i, off, want[i], err)
			}
		}
		if _, _, err := r.Line(nil, 1<<20); err != io.EOF {
			t.Fatal(err)
		}
	}
}

func TestWriterRefuses(t *testing.T) {
	if w := NewWriter(io.Discard, WriterOptions{Level: 12}); w.Close() == nil {
		t.Error("level 12 was taken")
	}
	w := NewWriter(io.Discard, WriterOptions{})
	if w.WriteRawBlock([]byte("this is no block at all")) == nil {
		t.Error("a raw block that is none was taken")
	}
	if _, err := PackBlock(make([]byte, payload+1), 6); err == nil {
		t.Error("too much data was taken for one block")
	}
	w = NewWriter(io.Discard, WriterOptions{})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte("x")); err == nil {
		t.Error("a closed writer takes data")
	}
	if err := w.Close(); err == nil {
		t.Error("a writer closes twice")
	}
}

// fullDisk fails after some bytes.
type fullDisk struct{ left int }

var errFull = errors.New("no space left")

func (d *fullDisk) Write(p []byte) (int, error) {
	n := min(d.left, len(p))
	d.left -= n
	if n < len(p) {
		return n, errFull
	}
	return n, nil
}

func TestFullDisk(t *testing.T) {
	data := noise(300_000, 4)
	size := len(write(t, data, WriterOptions{}))
	for _, threads := range threadCounts {
		for left := 0; left < size; left += size / 17 {
			w := NewWriter(&fullDisk{left: left}, WriterOptions{Threads: threads})
			w.Write(data)
			if err := w.Close(); !errors.Is(err, errFull) {
				t.Fatal(fmt.Sprintf("%d threads, room for %d of %d bytes:", threads, left, size), err)
			}
		}
	}
}

// Marks resolve to the offsets that one thread gives, at any number of threads,
// and to none that is wrong before they are known.
func TestMarks(t *testing.T) {
	data := joined(prose(1_500_000, 7), noise(1_200_000, 8))
	raw, err := PackBlock([]byte("a block of another file"), 6)
	if err != nil {
		t.Fatal(err)
	}
	var wantFile []byte
	var want []Offset
	for _, threads := range []int{1, 2, 3, 8} {
		var out bytes.Buffer
		var marks []Mark
		var offsets []Offset
		w := NewWriter(&out, WriterOptions{Level: 1, Threads: threads})
		early := map[int]Offset{}
		for i, rest := 0, data; len(rest) > 0; i++ {
			n := min(1+i*37%4000, len(rest))
			marks = append(marks, w.Mark())
			if threads == 1 {
				offsets = append(offsets, w.Offset())
			}
			if o, ok := w.Resolve(marks[i/2]); ok {
				early[i/2] = o
			}
			w.Write(rest[:n])
			rest = rest[n:]
			switch {
			case i%301 == 300:
				w.WriteRawBlock(raw)
			case i%97 == 96:
				w.Flush()
			}
		}
		marks = append(marks, w.Mark())
		if threads == 1 {
			offsets = append(offsets, w.Offset())
			wantFile, want = nil, offsets
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if wantFile == nil {
			wantFile = bytes.Clone(out.Bytes())
		}
		if !bytes.Equal(out.Bytes(), wantFile) {
			t.Fatalf("%d threads: other bytes than one", threads)
		}
		for i, m := range marks {
			if o, ok := w.Resolve(m); !ok || o != want[i] {
				t.Fatalf("%d threads: mark %d is %x, %v; want %x", threads, i, o, ok, want[i])
			}
		}
		if len(early) < 20 {
			t.Errorf("%d threads: only %d marks were known before the end", threads, len(early))
		}
		for i, o := range early {
			if o != want[i] {
				t.Fatalf("%d threads: mark %d was %x too early, want %x", threads, i, o, want[i])
			}
		}
	}
}
