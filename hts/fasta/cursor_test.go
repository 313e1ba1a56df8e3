package fasta

import (
	"bytes"
	"compress/gzip"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
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
	put(t, path, append([]byte(">c\n"), append(bytes.Repeat([]byte("ACGTACGTAC"), 30_000), '\n')...))
	put(t, path+".fai", []byte("c\t300000\t3\t300000\t300001\n"))
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
	// cut after the file was opened: an error, and nothing of the old stretch
	must(t, os.Truncate(path, 1000))
	if _, err := c.Bases("c", 299_000, 299_010); err == nil {
		t.Error("bases past the end of a cut file")
	}
	if b, err := c.Bases("c", 299_000, 299_010); err == nil {
		t.Errorf("%q of a cut file", b)
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
