package scan

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"varpanel/hts/fault"
	"varpanel/hts/vcf"
	"varpanel/internal/testkit"
)

// Stretches hold every line once, in order, however the data come.
func TestStretches(t *testing.T) {
	rnd := rand.New(rand.NewPCG(21, 22))
	text := made(rnd, 700)
	path := filepath.Join(t.TempDir(), "a.vcf.gz")
	compress(t, path, text, 3000)
	want := strings.TrimPrefix(text, head)
	for name, o := range map[string]Options{
		"plain":          {Path: "-", In: strings.NewReader(text)},
		"by bytes":       {Path: "-", In: iotest.OneByteReader(strings.NewReader(text))},
		"by halves":      {Path: "-", In: iotest.HalfReader(strings.NewReader(text))},
		"data with EOF":  {Path: "-", In: iotest.DataErrReader(strings.NewReader(text))},
		"BGZF":           {Path: path},
		"BGZF, threads":  {Path: path, Threads: 3},
		"BGZF, packed":   {Path: path, Stretches: true},
		"no line end":    {Path: "-", In: strings.NewReader(strings.TrimSuffix(text, "\n"))},
		"header by line": {Path: "-", In: io.MultiReader(strings.NewReader(head), strings.NewReader(want))},
	} {
		r, err := Open(o)
		if err != nil {
			t.Fatal(name, err)
		}
		var s Stretch
		var got bytes.Buffer
		var joiner Joiner
		for err = r.NextStretch(&s); err == nil; err = r.NextStretch(&s) {
			if err := s.Unpack(); err != nil {
				t.Fatal(name, err)
			}
			edge, err := joiner.Begin(&s)
			if err != nil {
				t.Fatal(name, err)
			}
			got.Write(edge)
			got.Write(s.Text)
			joiner.End(&s)
		}
		last, bad := joiner.Last()
		if bad != nil {
			t.Fatal(name, bad)
		}
		got.Write(last)
		if !errors.Is(err, io.EOF) || strings.TrimSuffix(got.String(), "\n") != strings.TrimSuffix(want, "\n") {
			t.Errorf("%s: %d bytes of %d, %v", name, got.Len(), len(want), err)
		}
		if err := r.Close(); err != nil {
			t.Error(name, err)
		}
	}
	broken := errors.New("the disk is gone")
	r, err := Open(Options{Path: "-", In: io.MultiReader(strings.NewReader(text), iotest.ErrReader(broken))})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var s Stretch
	for err == nil {
		err = r.NextStretch(&s)
	}
	if !errors.Is(err, broken) || !strings.Contains(r.Place(err, 2).Error(), "line 9") {
		t.Errorf("%v", r.Place(err, 2))
	}
}

// A Matcher tells members as comparing each with each does, sorted or not.
func TestMatcher(t *testing.T) {
	rnd := rand.New(rand.NewPCG(31, 32))
	for round := range 6 {
		text := made(rnd, 500)
		regions := someRegions(rnd, 1+rnd.IntN(40))
		lines := strings.Split(strings.TrimSuffix(strings.TrimPrefix(text, head), "\n"), "\n")
		want := byHand(text, regions)
		if round%2 == 1 {
			rnd.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
			slices.Sort(want)
		}
		overlapping, starting := NewMatcher(regions, Overlapping), NewMatcher(regions, Starting)
		var got []string
		var record vcf.Record
		for _, l := range lines {
			in, err := overlapping.Meets([]byte(l))
			begins, err2 := starting.Meets([]byte(l))
			if err != nil || err2 != nil {
				t.Fatal(l, err, err2)
			}
			if in {
				got = append(got, l)
			}
			if err := record.Parse([]byte(l)); err != nil {
				t.Fatal(err)
			}
			pos := record.Pos()
			inside := slices.ContainsFunc(regions[string(record.Chrom())], func(v Interval) bool { return v.Start <= pos && pos < v.End })
			if begins != inside || begins && !in {
				t.Errorf("%.60s: begins in a region %v, want %v", l, begins, inside)
			}
		}
		if round%2 == 1 {
			slices.Sort(got)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d records, want %d", len(got), len(want))
		}
	}
	m := NewMatcher(map[string][]Interval{"1": {{5, 10}}}, Overlapping)
	for _, line := range []string{"1", "1\t3", "1\tx\t.\tA", "1\t3\t.\tA", "1\t-3\t.\tA\tC\t.\t.\t.", ""} {
		if _, err := m.Meets([]byte(line)); err == nil {
			t.Errorf("%q is no record, and no error", line)
		}
	}
}

// A BCF is scanned by its .csi, and told from its index's promises as text is.
func TestBinary(t *testing.T) {
	rnd := rand.New(rand.NewPCG(41, 42))
	dir := t.TempDir()
	texts := []string{made(rnd, 800), made(rnd, 800)}
	var paths []string
	for i, text := range texts {
		plain, path := filepath.Join(dir, "p.vcf"), filepath.Join(dir, string(rune('a'+i))+".bcf")
		text = strings.Replace(text, "##INFO", "##INFO=<ID=DP,Number=1,Type=Integer,Description=\"x\">\n##INFO", 1)
		if err := os.WriteFile(plain, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		testkit.Run(t, "bcftools", "view", "--no-version", "-O", "b", "-o", path, plain)
		testkit.Run(t, "bcftools", "index", path)
		paths = append(paths, path)
	}
	for range 4 {
		regions := someRegions(rnd, 1+rnd.IntN(30))
		want := keys(strings.Join(byHand(texts[0], regions), "\n"))
		for _, threads := range []int{1, 3} {
			got, err := records(t, Options{Path: paths[0], Threads: threads, Regions: regions})
			if err != nil || !slices.Equal(keys(strings.Join(got, "\n")), want) {
				t.Fatalf("%d records, want %d (%v)", len(got), len(want), err)
			}
		}
	}
	index, err := os.ReadFile(paths[1] + ".csi")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(paths[0]+".csi", index, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := records(t, Options{Path: paths[0], Regions: all}); err == nil {
		t.Error("the index of another file is not told")
	}
}

// inStretches gives the records that Next gives, by way of stretches.
func inStretches(t *testing.T, o Options) ([]string, error) {
	t.Helper()
	o.Stretches = true
	r, err := Open(o)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	m := NewMatcher(o.Regions, Overlapping)
	var out []string
	look := func(text []byte) {
		for line := range bytes.Lines(text) {
			line = bytes.TrimSuffix(line, []byte{'\n'})
			if in, err := m.Meets(line); err != nil {
				t.Fatalf("%.80q: %v", line, err)
			} else if in {
				out = append(out, string(line))
			}
		}
	}
	var joiner Joiner
	for s := new(Stretch); ; s = new(Stretch) {
		err := r.NextStretch(s)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return out, err
		}
		bad := s.Unpack()
		edge, err := joiner.Begin(s)
		look(edge)
		if err != nil {
			return out, err
		}
		look(s.Text)
		if bad != nil {
			return out, bad
		}
		joiner.End(s)
	}
	last, err := joiner.Last()
	look(last)
	return out, err
}

// Stretches that an index leads to hold the records that Next gives, wherever
// blocks and batches end; an index of another file is told, or changes nothing.
func TestIndexedStretches(t *testing.T) {
	rnd := rand.New(rand.NewPCG(61, 62))
	dir := t.TempDir()
	told, same := 0, 0
	for _, size := range []int{40, 700, 5000, 60_000} {
		text := made(rnd, 2500)
		path, other := filepath.Join(dir, "a.vcf.gz"), filepath.Join(dir, "b.vcf.gz")
		compress(t, path, text, size)
		compress(t, other, made(rnd, 2500), size)
		testkit.Run(t, "tabix", "-f", "-p", "vcf", path)
		testkit.Run(t, "tabix", "-f", "-C", "-p", "vcf", other)
		for range 6 {
			regions := someRegions(rnd, 1+rnd.IntN(100))
			want := byHand(text, regions)
			got, err := inStretches(t, Options{Path: path, Regions: regions})
			if err != nil || !slices.Equal(got, want) {
				t.Fatalf("blocks of %d: %d records, want %d, %v", size, len(got), len(want), err)
			}
			foreign, err := os.ReadFile(other + ".csi")
			if err != nil {
				t.Fatal(err)
			}
			odd := filepath.Join(dir, "odd.vcf.gz")
			compress(t, odd, text, size)
			if err := os.WriteFile(odd+".csi", foreign, 0o600); err != nil {
				t.Fatal(err)
			}
			got, err = inStretches(t, Options{Path: odd, Regions: regions})
			switch {
			case fault.KindOf(err) == fault.Input:
				told++
			case err == nil && slices.Equal(got, want):
				same++
			default:
				t.Errorf("blocks of %d: the index of another file gives %d records, want %d, %v", size, len(got), len(want), err)
			}
		}
	}
	if told < 20 {
		t.Errorf("the index of another file was told %d times, and changed nothing %d times", told, same)
	}
}
