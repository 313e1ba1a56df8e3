package bgzf

import (
	"bytes"
	"fmt"
	"testing"
)

// A file in memory gives what the reader gives, at any number of threads, with
// blocks of every size; and the same errors where it is cut or a bit flipped.
func TestUnpackAll(t *testing.T) {
	files := map[string][]byte{"end": theEnd, "large": write(t, prose(3_000_000, 4), WriterOptions{})}
	var small, mixed []byte
	for i := range 300 {
		small = append(small, handBlock(t, prose(i%7*i, uint64(i)), nil, nil)...)
		mixed = append(mixed, handBlock(t, prose(i%3*20_000+i%5, uint64(i)), nil, nil)...)
	}
	files["small"], files["mixed"] = joined(small, theEnd), joined(mixed, theEnd, mixed, theEnd)
	for name, file := range files {
		want, err := readAll(file, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, threads := range []int{0, 1, 2, 3, 8} {
			for _, safe := range []bool{false, true} {
				got, err := UnpackAll(file, len(want), Options{Threads: threads, SafeInflate: safe})
				if err != nil || !bytes.Equal(got, want) {
					t.Errorf("%s, %d threads: %d bytes, %v; want %d", name, threads, len(got), err, len(want))
				}
			}
		}
		if _, err := UnpackAll(file, len(want)-1, Options{}); err == nil {
			t.Errorf("%s: the limit is not kept", name)
		}
	}
	file := joined(small[:700], theEnd)
	for at := 0; at < len(file); at += 3 {
		damaged := bytes.Clone(file)
		damaged[at] ^= 4
		for _, b := range [][]byte{file[:at], damaged} {
			one, errOne := UnpackAll(b, 1<<20, Options{})
			several, errSeveral := UnpackAll(b, 1<<20, Options{Threads: 4})
			if fmt.Sprint(errOne) != fmt.Sprint(errSeveral) || !bytes.Equal(one, several) {
				t.Fatalf("byte %d: %v with one thread, %v with four", at, errOne, errSeveral)
			}
			want, err := readAll(b, 1)
			if len(b) > 0 && (err == nil) != (errOne == nil) || errOne == nil && !bytes.Equal(one, want) {
				t.Fatalf("byte %d: %v, the reader says %v", at, errOne, err)
			}
		}
	}
}
