package fasta

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"varpanel/hts/bgzf"
)

// A cursor gives what the file gives, on plain and bgzipped files, in any order,
// its slice overwritten or not, and errors where the file has them.
func TestCursor(t *testing.T) {
	dir := t.TempDir()
	packed := filepath.Join(dir, "a.fa.gz")
	all := made(t, packed, 5)
	plain := filepath.Join(dir, "a.fa")
	z, err := os.Open(packed)
	must(t, err)
	defer z.Close()
	unpacked, err := gzip.NewReader(z)
	must(t, err)
	text, err := io.ReadAll(unpacked)
	must(t, err)
	put(t, plain, text)
	fai, err := os.ReadFile(packed + ".fai")
	must(t, err)
	put(t, plain+".fai", fai)
	for _, path := range []string{packed, plain} {
		f, err := Open(path, bgzf.Options{})
		must(t, err)
		defer f.Close()
		c := f.Cursor()
		rnd := rand.New(rand.NewPCG(8, 9))
		at := map[string]int{}
		for range 20_000 {
			name := sorted(all)[rnd.IntN(len(all))]
			length := len(all[name])
			start := min(at[name]+rnd.IntN(400), length)
			if rnd.IntN(20) == 0 {
				start = rnd.IntN(length + 1)
			}
			at[name] = start
			end := min(length, start+rnd.IntN(90))
			if rnd.IntN(50) == 0 {
				end = min(length, start+rnd.IntN(60_000))
			}
			if rnd.IntN(100) == 0 {
				start, end = start-rnd.IntN(3)*length, end+rnd.IntN(3)*length
			}
			want, wantErr := f.Bases(name, start, end)
			got, err := c.Bases(name, start, end)
			if !bytes.Equal(got, want) || (err == nil) != (wantErr == nil) {
				t.Fatalf("%s: %s:%d-%d: %d bases (%v), the file %d (%v)", path, name, start, end, len(got), err, len(want), wantErr)
			}
			clear(got)
		}
		if _, err := c.Bases("absent", 0, 1); err == nil {
			t.Error("a contig that is not there")
		}
	}
}

// A cursor that reads in order allocates nothing, and little of its time goes to
// the file.
func TestCursorAllocations(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.fa")
	put(t, path, append([]byte(">c\n"), append(bytes.Repeat([]byte("ACGTACGTAC"), 100_000), '\n')...))
	put(t, path+".fai", []byte("c\t1000000\t3\t1000000\t1000001\n"))
	f, err := Open(path, bgzf.Options{})
	must(t, err)
	defer f.Close()
	c := f.Cursor()
	at := 0
	got := testing.AllocsPerRun(2000, func() {
		_, err := c.Bases("c", at, at+20)
		must(t, err)
		at += 100
	})
	if got != 0 {
		t.Errorf("%v allocations a call", got)
	}
	// cut after the file was opened: an error, and nothing of another stretch
	must(t, os.Truncate(path, 1000))
	if _, err := c.Bases("c", 599_000, 599_010); err == nil {
		t.Error("bases past the end of a cut file")
	}
	if b, err := c.Bases("c", 599_000, 599_010); err == nil {
		t.Errorf("%q of a cut file", b)
	}
	if b, err := f.Bases("c", 599_000, 599_010); err == nil {
		t.Errorf("%q of a cut file", b)
	}
}

// Readers side by side, of more than is kept, get the bases that are there.
func TestPages(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.fa")
	const length = 3 * keptPages * pageSize / 2
	bases := make([]byte, length)
	rnd := rand.New(rand.NewPCG(1, 2))
	for i := range bases {
		bases[i] = "ACGT"[rnd.IntN(4)]
	}
	put(t, path, append(append([]byte(">c\n"), bases...), '\n'))
	put(t, path+".fai", fmt.Appendf(nil, "c\t%d\t3\t%d\t%d\n", length, length, length+1))
	f, err := Open(path, bgzf.Options{})
	must(t, err)
	defer f.Close()
	var running sync.WaitGroup
	for seed := range uint64(6) {
		running.Go(func() {
			rnd, c := rand.New(rand.NewPCG(3, seed)), f.Cursor()
			at := rnd.IntN(length)
			for i := range 2000 {
				if at += rnd.IntN(pageSize); i%100 == 0 || at >= length {
					at = rnd.IntN(length)
				}
				end := min(length, at+rnd.IntN(100))
				if i%60 == 0 {
					end = min(length, at+rnd.IntN(2*mostPaged))
				}
				got, err := c.Bases("c", at, end)
				if err == nil && seed%2 == 0 {
					got, err = f.AppendBases(got[:0:0], "c", at, end)
				}
				if err != nil || !bytes.Equal(got, bases[at:end]) {
					t.Errorf("c:%d-%d: other bases than written, %v", at, end, err)
					return
				}
			}
		})
	}
	running.Wait()
	if n := len(f.pages.kept); n > keptPages {
		t.Errorf("%d pages are kept, more than %d", n, keptPages)
	}
	if n := len(f.pages.free); n > 6 {
		t.Errorf("the room of %d pages is not used again", n)
	}
}

func sorted(all map[string][]byte) []string {
	var names []string
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
