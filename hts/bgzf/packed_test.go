package bgzf

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"testing"

	"varpanel/hts/fault"
)

// allPacked gives what the rest of a reader's data is when it comes packed, and
// the places of some offsets in it.
func allPacked(r *Reader, offsets []Offset) (data []byte, places []int, err error) {
	data = slices.Clone(r.Unread())
	for {
		var p Packed
		if err = r.NextPacked(&p, 4); err != nil {
			return data, places, err
		}
		part, err := p.Unpack()
		for len(offsets) > 0 && offsets[0] < p.Next() {
			at, ok := p.Find(offsets[0])
			if !ok {
				at = -len(data) - 1
			}
			places, offsets = append(places, len(data)+at), offsets[1:]
		}
		data = append(data, part...)
		if err != nil && !errors.Is(err, io.EOF) {
			return data, places, err
		}
	}
}

// Packed blocks give what Read gives: of a whole file from any byte on, and of
// chunks, whose begins are found where they are.
func TestPacked(t *testing.T) {
	rnd := rand.New(rand.NewPCG(51, 52))
	data := noise(700_000, 3)
	var sizes []int
	for left := len(data); left > 0; left -= sizes[len(sizes)-1] {
		sizes = append(sizes, min(left, rnd.IntN(4)*rnd.IntN(20_000)))
	}
	l := blocksOf(t, data, sizes...)
	for _, from := range []int{0, 1, 5000, 300_000, len(data)} {
		r, err := NewReader(bytes.NewReader(l.file), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := r.ReadFull(make([]byte, from)); err != nil {
			t.Fatal(err)
		}
		got, _, err := allPacked(r, nil)
		if !errors.Is(err, io.EOF) || !bytes.Equal(got, data[from:]) {
			t.Errorf("from %d: %d bytes of %d, %v", from, len(got), len(data)-from, err)
		}
		r.Close()
	}
	for range 50 {
		var chunks []Chunk
		var want []byte
		var begins []Offset
		var at []int
		for from := rnd.IntN(60_000); from < len(data); {
			to := min(from+rnd.IntN(3)*rnd.IntN(50_000), len(data))
			chunks = append(chunks, Chunk{l.offsets[from], l.offsets[to]})
			if from < to {
				begins, at = append(begins, l.offsets[from]), append(at, len(want))
			}
			want = append(want, data[from:to]...)
			from = to + 1 + rnd.IntN(90_000)
		}
		r, err := NewChunkReader(bytes.NewReader(l.file), int64(len(l.file)), chunks, Options{})
		if err != nil {
			t.Fatal(err)
		}
		got, places, err := allPacked(r, begins)
		if !errors.Is(err, io.EOF) || !bytes.Equal(got, want) || !slices.Equal(places, at) {
			t.Fatalf("%v: %d bytes of %d, places %v, want %v, %v", chunks, len(got), len(want), places, at, err)
		}
		r.Close()
	}
}

// What is before a bad block is given, and then its error.
func TestPackedError(t *testing.T) {
	data := prose(3000, 2)
	l := blocksOf(t, data, 1000, 1000, 1000)
	l.file[l.offsets[2000].Block()+25] ^= 4
	r, err := NewReader(bytes.NewReader(l.file), Options{Name: "bad.gz"})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var p Packed
	if err := r.NextPacked(&p, 4); err != nil {
		t.Fatal(err)
	}
	got, err := p.Unpack()
	if fault.KindOf(err) != fault.Input || !bytes.Equal(got, data[:2000]) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	for _, cut := range []int{len(l.file) - 30, len(l.file) - 28} {
		r, err := NewReader(bytes.NewReader(l.file[:cut]), Options{Name: "cut.gz"})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := allPacked(r, nil); fault.KindOf(err) != fault.Input {
			t.Errorf("cut at %d: %v", cut, err)
		}
		r.Close()
	}
}

// Take gives the bytes that ReadFull gives, from one block or from several.
func TestTake(t *testing.T) {
	rnd := rand.New(rand.NewPCG(53, 54))
	data := prose(20_000, 5)
	l := blocksOf(t, data, 100, 0, 1, 5000, 399, 9500, 5000)
	for _, threads := range threadCounts {
		r, err := NewReader(bytes.NewReader(l.file), Options{Threads: threads})
		if err != nil {
			t.Fatal(err)
		}
		at := 0
		for n := rnd.IntN(900); at+n <= len(data); n = rnd.IntN(900) {
			b, err := r.Take(n)
			if err != nil && n > 0 || !bytes.Equal(b, data[at:at+n]) {
				t.Fatalf("%d bytes at %d: %v", n, at, err)
			}
			if at += n; r.Offset() != l.offsets[at] {
				t.Fatalf("at %d: offset %x, want %x", at, r.Offset(), l.offsets[at])
			}
		}
		if _, err := r.Take(len(data)); err != io.ErrUnexpectedEOF {
			t.Error(err)
		}
		if _, err := r.Take(1); err != io.EOF {
			t.Error(err)
		}
		r.Close()
	}
	chunks := []Chunk{{0, l.offsets[7]}, {l.offsets[10], l.offsets[15]}}
	r, err := NewChunkReader(bytes.NewReader(l.file), int64(len(l.file)), chunks, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := r.Take(9); fault.KindOf(err) != fault.Input {
		t.Error(err)
	}
}

// WriteTo gives what is left of a file or of its chunks.
func TestWriteTo(t *testing.T) {
	data := prose(200_000, 6)
	l := blocksOf(t, data, 100, 0, 1, 60_000, 39_899, 0, 60_000, 40_000)
	for _, threads := range threadCounts {
		r, err := NewReader(bytes.NewReader(l.file), Options{Threads: threads})
		if err != nil {
			t.Fatal(err)
		}
		if err := r.ReadFull(make([]byte, 70)); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if n, err := io.Copy(&out, r); err != nil || int(n) != out.Len() || !bytes.Equal(out.Bytes(), data[70:]) {
			t.Errorf("%d bytes, %v", n, err)
		}
		r.Close()
		chunks := []Chunk{{l.offsets[50], l.offsets[60_200]}, {l.offsets[60_300], l.offsets[60_400]}, {l.offsets[150_000], l.offsets[200_000]}}
		if r, err = NewChunkReader(bytes.NewReader(l.file), int64(len(l.file)), chunks, Options{Threads: threads}); err != nil {
			t.Fatal(err)
		}
		out.Reset()
		want := slices.Concat(data[50:60_200], data[60_300:60_400], data[150_000:])
		if _, err := io.Copy(&out, r); err != nil || !bytes.Equal(out.Bytes(), want) {
			t.Errorf("chunks: %d bytes of %d, %v", out.Len(), len(want), err)
		}
		r.Close()
	}
	l.file[l.offsets[100_000].Block()+25] ^= 4
	r, err := NewReader(bytes.NewReader(l.file), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var out bytes.Buffer
	if _, err := io.Copy(&out, r); fault.KindOf(err) != fault.Input || !bytes.Equal(out.Bytes(), data[:100_000]) {
		t.Errorf("%d bytes, %v", out.Len(), err)
	}
}
