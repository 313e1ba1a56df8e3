package bgzf

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"testing"
)

// FuzzReader feeds any bytes to the reader: it must not panic, one thread and
// several must agree, and what is read without an error is what the standard
// library's gzip reads.
func FuzzReader(f *testing.F) {
	a, b := prose(300, 1), prose(100, 2)
	block := func(d []byte) []byte { return handBlock(f, d, nil, nil) }
	f.Add(theEnd)
	f.Add(joined(block(a), theEnd))
	f.Add(joined(block(a), theEnd, block(nil), block(b), theEnd))
	f.Add(joined(handBlock(f, a, []extra{{"AB", []byte{1}}}, nil), theEnd))
	f.Add(block(a)[:30])
	f.Fuzz(func(t *testing.T, file []byte) {
		got, err := readAll(file, 1)
		several, errSeveral := readAll(file, 3)
		if fmt.Sprint(err) != fmt.Sprint(errSeveral) || !bytes.Equal(got, several) {
			t.Fatalf("one thread: %d bytes, %v; three: %d bytes, %v", len(got), err, len(several), errSeveral)
		}
		if err != nil {
			return
		}
		z, err := gzip.NewReader(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		want, err := io.ReadAll(z)
		if err != nil || !bytes.Equal(got, want) {
			t.Fatalf("%d bytes; gzip has %d, %v", len(got), len(want), err)
		}
	})
}

// FuzzChunks reads any chunk of a good file and of any other bytes.
func FuzzChunks(f *testing.F) {
	file := joined(handBlock(f, prose(300, 1), nil, nil), handBlock(f, nil, nil, nil), handBlock(f, prose(100, 2), nil, nil), theEnd)
	f.Add(file, uint64(0), uint64(5), uint64(9), uint64(1)<<16)
	f.Add(file, uint64(0), uint64(300), uint64(300), uint64(len(file))<<16)
	f.Fuzz(func(t *testing.T, file []byte, b1, e1, b2, e2 uint64) {
		chunks := []Chunk{{Offset(b1), Offset(e1)}, {Offset(b2), Offset(e2)}}
		var outs [2]string
		for i, threads := range []int{1, 3} {
			r, err := NewChunkReader(bytes.NewReader(file), int64(len(file)), chunks, Options{Threads: threads})
			var got []byte
			if err == nil {
				got, err = io.ReadAll(r)
				r.Close()
			}
			outs[i] = fmt.Sprintf("%q %v", got, err)
		}
		if outs[0] != outs[1] {
			t.Fatalf("one thread: %s\nthree: %s", outs[0], outs[1])
		}
	})
}
