package scan

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// inWholes gives the lines of a file whose stretches are all unpacked at once, in
// goroutines that begin in some order.
func inWholes(t *testing.T, o Options) (string, error) {
	t.Helper()
	o.Stretches = true
	r, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var all []*Whole
	for {
		w := new(Whole)
		if err := r.NextWhole(w); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return "", err
		}
		all = append(all, w)
	}
	errs := make([]error, len(all))
	var wait sync.WaitGroup
	for _, i := range rand.Perm(len(all)) {
		wait.Go(func() { errs[i] = all[i].Lines() })
	}
	wait.Wait()
	var out bytes.Buffer
	for i, w := range all {
		for _, text := range [][]byte{w.Edge, w.Text} {
			if len(text) > 0 && text[len(text)-1] != '\n' && i < len(all)-1 {
				t.Fatalf("stretch %d ends in %.40q", i, text[max(0, len(text)-40):])
			}
			out.Write(text)
		}
		if errs[i] != nil {
			return out.String(), errs[i]
		}
	}
	return out.String(), nil
}

// Wholes hold every line once, in order, wherever blocks and stretches end.
func TestWholes(t *testing.T) {
	rnd := rand.New(rand.NewPCG(71, 72))
	text := made(rnd, 6000)
	lines := strings.SplitAfter(text, "\n")
	long := "1\t1\t.\tA\tC\t.\t.\tX=" + strings.Repeat("x", 1<<20) + "\n" // over some stretches
	lines = slices.Insert(lines, len(lines)/2, long, long)
	path := filepath.Join(t.TempDir(), "a.vcf.gz")
	for name, text := range map[string]string{
		"as made": text, "long lines": strings.Join(lines, ""), "no line end": strings.TrimSuffix(text, "\n"),
		"long last line": text + strings.TrimSuffix(long, "\n"), "no record": head, "one line": head + "1\t1",
		"CRLF": strings.ReplaceAll(text, "\n", "\r\n"), "line ends": text + "\n\n",
	} {
		want := text[strings.Index(text, "INFO\n")+len("INFO\n"):]
		if name == "CRLF" {
			want = text[strings.Index(text, "INFO\r\n")+len("INFO\r\n"):]
		}
		for _, size := range []int{100, 4001, 60_000} {
			if size == 100 && len(text) > 1<<20 {
				continue
			}
			compress(t, path, text, size)
			if got, err := inWholes(t, Options{Path: path}); got != want || err != nil {
				t.Errorf("%s in blocks of %d: %d bytes of %d, %v", name, size, len(got), len(want), err)
			}
		}
		if got, err := inWholes(t, Options{Path: "-", In: strings.NewReader(text)}); got != want || err != nil {
			t.Errorf("%s, plain: %d bytes of %d, %v", name, len(got), len(want), err)
		}
	}
	compress(t, path, head+"1\t1\t.\tA\tC\t.\t.\tX="+strings.Repeat("x", MaxLine)+"\n"+long, 60_000)
	if got, err := inWholes(t, Options{Path: path}); !errors.Is(err, errLong) || got != "" {
		t.Errorf("a line that is too long: %d bytes, %v", len(got), err)
	}
}
