package bgzf

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"varpanel/hts/fault"
)

// TestLinesOfChunks holds lists of chunks, one after the other on one Lines, to the text
// that was packed.
func TestLinesOfChunks(t *testing.T) {
	var text bytes.Buffer
	var starts []int
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range 3000 {
		starts = append(starts, text.Len())
		end := "\n"
		if i%7 == 0 {
			end = "\r\n"
		}
		fmt.Fprintf(&text, "%d %s%s", i, strings.Repeat("x", rng.IntN(300)*(1+i%50/49*20)), end)
	}
	var sizes []int
	for left := text.Len(); left > 0; left -= sizes[len(sizes)-1] {
		sizes = append(sizes, min(left, 1+rng.IntN(2000)))
	}
	f := blocksOf(t, text.Bytes(), sizes...)
	l, err := NewLines(bytes.NewReader(f.file), int64(len(f.file)), Options{Name: "f"})
	if err != nil {
		t.Fatal(err)
	}
	offset := func(i int) Offset {
		if i == len(starts) {
			return f.offsets[text.Len()]
		}
		return f.offsets[starts[i]]
	}
	lines := strings.Split(strings.TrimSuffix(strings.ReplaceAll(text.String(), "\r\n", "\n"), "\n"), "\n")
	for round := range 100 {
		cuts := []int{rng.IntN(3001), rng.IntN(3001), rng.IntN(3001), rng.IntN(3001)}
		slices.Sort(cuts)
		var got, want []string
		err := l.Each([]Chunk{{offset(cuts[0]), offset(cuts[1])}, {offset(cuts[2]), offset(cuts[3])}}, 1<<20, func(line []byte) (bool, error) {
			got = append(got, string(line))
			return false, nil
		})
		want = append(append(want, lines[cuts[0]:cuts[1]]...), lines[cuts[2]:cuts[3]]...)
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("round %d, lines %v: %v: %d lines, want %d", round, cuts, err, len(got), len(want))
		}
	}
	n := 0
	err = l.Each([]Chunk{{offset(5), offset(3000)}}, 1<<20, func([]byte) (bool, error) { n++; return n == 3, nil })
	if err != nil || n != 3 {
		t.Errorf("%d lines after being done with three: %v", n, err)
	}
	if err := l.Each([]Chunk{{0, offset(3000)}}, 100, func([]byte) (bool, error) { return false, nil }); fault.KindOf(err) != fault.Input {
		t.Errorf("a line longer than 100 bytes: %v", err)
	}
}

func TestLinesThatDoNotFit(t *testing.T) {
	data := bytes.Repeat([]byte("123456789\n"), 300)
	f := blocksOf(t, data, 1000, 1000, 1000)
	second, third, size := f.offsets[1000], f.offsets[2000], int64(len(f.file))
	for _, tt := range []struct {
		name  string
		chunk Chunk
	}{
		{"past the end", Chunk{second, MakeOffset(size+5, 0)}},
		{"begins past the end", Chunk{MakeOffset(size+1, 0), MakeOffset(size+1, 9)}},
		{"begins in no block", Chunk{second + 5<<16, third}},
		{"begins past its block's data", Chunk{second + 1500, third}},
		{"ends in no block", Chunk{0, second + 5<<16}},
		{"ends past its block's data", Chunk{0, second + 2000}},
		{"ends in a line", Chunk{0, second + 15}},
		{"goes on after the end", Chunk{0, MakeOffset(size, 9)}},
	} {
		l, err := NewLines(bytes.NewReader(f.file), size, Options{Name: "f"})
		if err != nil {
			t.Fatal(err)
		}
		err = l.Each([]Chunk{tt.chunk}, 1<<20, func([]byte) (bool, error) { return false, nil })
		if fault.KindOf(err) != fault.Input {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	if _, err := NewLines(bytes.NewReader(f.file[:size-28]), size-28, Options{}); fault.KindOf(err) != fault.Input {
		t.Errorf("no end block: %v", err)
	}
}
