package fasta

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/internal/testkit"
)

func put(t testing.TB, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

const (
	twoContigs = ">a first\nACGTN\nacgtr\nGG\n>b\nTTTTTTT\nCC\n"
	twoFai     = "a\t12\t9\t5\t6\nb\t9\t27\t7\t8\n"
)

func openAt(t testing.TB, fasta, fai string) *File {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.fa")
	put(t, path, []byte(fasta))
	put(t, path+".fai", []byte(fai))
	f, err := Open(path, bgzf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func TestPlain(t *testing.T) {
	crlf := strings.ReplaceAll(twoContigs, "\n", "\r\n")
	for _, tt := range []struct{ fasta, fai string }{
		{twoContigs, twoFai},
		{twoContigs[:len(twoContigs)-1], twoFai},
		{crlf, "a\t12\t10\t5\t7\nb\t9\t32\t7\t9\n"},
		{crlf[:len(crlf)-2], "a\t12\t10\t5\t7\nb\t9\t32\t7\t9\n"},
	} {
		f := openAt(t, tt.fasta, tt.fai)
		if !slices.Equal(f.Contigs(), []Contig{{"a", 12}, {"b", 9}}) {
			t.Fatal(f.Contigs())
		}
		for contig, want := range map[string]string{"a": "ACGTNACGTRGG", "b": "TTTTTTTCC"} {
			if n, ok := f.Length(contig); n != len(want) || !ok {
				t.Errorf("length of %s: %d, %v", contig, n, ok)
			}
			for start := range len(want) + 1 {
				for end := start; end <= len(want); end++ {
					got, err := f.Bases(contig, start, end)
					if err != nil || string(got) != want[start:end] {
						t.Fatalf("%s:%d-%d: %q, %v", contig, start, end, got, err)
					}
				}
			}
		}
		for _, bad := range []struct {
			contig     string
			start, end int
		}{{"c", 0, 1}, {"a", -1, 1}, {"a", 0, 13}, {"a", 5, 4}, {"b", 1 << 50, 1<<50 + 1}} {
			if _, err := f.Bases(bad.contig, bad.start, bad.end); err == nil || fault.KindOf(err) != 0 {
				t.Errorf("%+v: %v", bad, err)
			}
		}
	}
}

func TestIndexesThatDoNotFit(t *testing.T) {
	for _, tt := range []struct{ name, fai, message string }{
		{"past the end", "a\t12\t9\t5\t6\nb\t90\t27\t7\t8\n", "ends past"},
		{"other line length", "a\t12\t9\t6\t7\n", ""},
		{"other offset", "a\t12\t8\t5\t6\n", "does not begin"},
		{"other name", "z\t12\t9\t5\t6\n", "does not begin"},
		{"shorter", "a\t8\t9\t5\t6\n", "goes on after"},
		{"no line break", "a\t12\t9\t5\t5\n", ""},
		{"spans two contigs", "a\t16\t9\t5\t6\n", ""},
	} {
		path := filepath.Join(t.TempDir(), "x.fa")
		put(t, path, []byte(twoContigs))
		put(t, path+".fai", []byte(tt.fai))
		f, err := Open(path, bgzf.Options{})
		if err == nil {
			_, err = f.Bases(f.Contigs()[0].Name, 0, f.Contigs()[0].Length)
			f.Close()
		}
		if fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "index does not fit") || !strings.Contains(err.Error(), tt.message) {
			t.Errorf("%s: %v", tt.name, err)
		}
		if !strings.Contains(fault.HintOf(err), "samtools faidx") {
			t.Errorf("%s: hint %q", tt.name, fault.HintOf(err))
		}
	}
}

func TestUnevenLines(t *testing.T) {
	f := openAt(t, ">a\nACGT\nAC\nACGT\n", "a\t10\t3\t4\t5\n")
	if got, err := f.Bases("a", 0, 4); err != nil || string(got) != "ACGT" {
		t.Error(string(got), err)
	}
	if _, err := f.Bases("a", 2, 9); fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "lines are not where") {
		t.Error(err)
	}
}

func TestBadFai(t *testing.T) {
	for _, fai := range []string{
		"a\t12\t9\t5\n", "a\tx\t9\t5\t6\n", "a\t12\t-9\t5\t6\n", "a\t12\t9\t0\t1\n", "a\t12\t9\t5\t4\n", "a\t12\t9\t5\t9\n", "\t12\t9\t5\t6\n",
		twoFai + "a\t12\t9\t5\t6\n", "a\t99999999999999999999\t9\t5\t6\n", "a\t281474976710657\t9\t5\t6\n", strings.Repeat("a", maxIndexLine+10),
	} {
		if _, err := readFai(strings.NewReader(fai), "x.fai"); fault.KindOf(err) != fault.Input {
			t.Errorf("%.40q: %v", fai, err)
		}
	}
	if got, err := readFai(strings.NewReader("empty\t0\t7\t0\t0\nq\t4\t20\t4\t5\t27\n"), "x.fai"); err != nil || len(got) != 2 {
		t.Error(got, err)
	}
}

func TestBadGzi(t *testing.T) {
	u := func(v ...byte) []byte { return append(v, make([]byte, 8-len(v))...) }
	for name, b := range map[string][]byte{
		"empty": nil, "short": {1, 2, 3}, "count overflows": bytes.Repeat([]byte{255}, 24), "count of 2^60": append(u(0, 0, 0, 0, 0, 0, 0, 16), u()...),
		"one too many": append(u(2), bytes.Join([][]byte{u(9), u(9)}, nil)...), "one too few": append(u(0), bytes.Join([][]byte{u(9), u(9)}, nil)...),
		"packed goes back": bytes.Join([][]byte{u(2), u(9), u(9), u(8), u(20)}, nil), "plain goes back": bytes.Join([][]byte{u(2), u(9), u(9), u(10), u(8)}, nil),
		"a block of more than 64 KiB": bytes.Join([][]byte{u(1), u(9), u(1, 0, 1)}, nil),
	} {
		if _, err := readGzi(bytes.NewReader(b), int64(len(b)), "x.gzi"); fault.KindOf(err) != fault.Input {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMissingIndex(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.fa")
	put(t, path, []byte(twoContigs))
	_, err := Open(path, bgzf.Options{})
	if fault.KindOf(err) != fault.Input || fault.HintOf(err) != "samtools faidx "+path {
		t.Errorf("%v, %q", err, fault.HintOf(err))
	}
	made(t, path, 1)
	if err := os.Remove(path + ".gzi"); err != nil {
		t.Fatal(err)
	}
	if _, err = Open(path, bgzf.Options{}); fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), ".gzi is not there") {
		t.Error(err)
	}
}

// made writes a bgzipped FASTA with our writer: two contigs with runs of N, one
// without bases, and one of N alone. It gives each contig's sequence.
func made(t testing.TB, path string, seed uint64) map[string][]byte {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 3))
	var z, fai, gzi bytes.Buffer
	w := NewWriter(&z, &fai, &gzi)
	out := map[string][]byte{}
	for _, contig := range []string{"chr1", "HLA-A*01:01", "none", "gap"} {
		var seq []byte
		var pieces []int // N runs below zero
		switch contig {
		case "none":
		case "gap":
			pieces = []int{-300_000}
		default:
			pieces = []int{-130_007, 1, 59, 60, 61, -200_000, 70_000, -1, 3, -60_000, -60_000, 17}
		}
		total := 0
		for _, p := range pieces {
			total += max(p, -p)
		}
		must(t, w.Begin(contig, total))
		for _, p := range pieces {
			if p < 0 {
				must(t, w.N(-p))
				seq = append(seq, bytes.Repeat([]byte{'N'}, -p)...)
				continue
			}
			b := make([]byte, p)
			for i := range b {
				b[i] = "ACGT"[rng.IntN(4)]
			}
			must(t, w.Bases(b))
			seq = append(seq, b...)
		}
		out[contig] = seq
	}
	must(t, w.Close())
	put(t, path, z.Bytes())
	put(t, path+".fai", fai.Bytes())
	put(t, path+".gzi", gzi.Bytes())
	return out
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestWrittenIsRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.fa.gz")
	want := made(t, path, 2)
	f, err := Open(path, bgzf.Options{})
	must(t, err)
	defer f.Close()
	var wait sync.WaitGroup
	for worker := range 4 {
		wait.Go(func() {
			rng := rand.New(rand.NewPCG(uint64(worker), 1))
			for range 150 {
				contig := []string{"chr1", "HLA-A*01:01", "gap"}[rng.IntN(3)]
				seq := want[contig]
				start := rng.IntN(len(seq))
				end := min(len(seq), start+rng.IntN(1<<rng.IntN(18)))
				got, err := f.Bases(contig, start, end)
				if err != nil || !bytes.Equal(got, seq[start:end]) {
					t.Errorf("%s:%d-%d: %d bases, %v", contig, start, end, len(got), err)
				}
			}
		})
	}
	wait.Wait()
	if n := len(f.blocks.kept); n > cacheBlocks {
		t.Errorf("%d blocks are kept", n)
	}
	if got, err := f.Bases("none", 0, 0); err != nil || len(got) != 0 {
		t.Error(got, err)
	}
}

// Blocks that are all N are the same bytes in the file: a long gap costs little.
func TestUnknownBasesAreSmall(t *testing.T) {
	var z, fai, gzi bytes.Buffer
	w := NewWriter(&z, &fai, &gzi)
	must(t, w.Begin("chr1", 248_956_422))
	must(t, w.N(248_956_422))
	must(t, w.Close())
	if perBlock := z.Len() / (248_956_422 / lineBases); perBlock > 110 {
		t.Errorf("%d bytes a block of N", perBlock)
	}
	if fai.String() != "chr1\t248956422\t6\t65279\t65280\n" {
		t.Error(fai.String())
	}
}

func TestWriterRefuses(t *testing.T) {
	begin := func() *Writer {
		w := NewWriter(&bytes.Buffer{}, &bytes.Buffer{}, &bytes.Buffer{})
		must(t, w.Begin("a", 10))
		return w
	}
	for name, do := range map[string]func(*Writer) error{
		"too many bases": func(w *Writer) error { return w.Bases([]byte("ACGTACGTACG")) },
		"too many N":     func(w *Writer) error { return w.N(11) },
		"negative N":     func(w *Writer) error { return w.N(-1) },
		"next too early": func(w *Writer) error { return w.Begin("b", 1) },
		"end too early":  func(w *Writer) error { return w.Close() },
		"twice":          func(w *Writer) error { must(t, w.N(10)); return w.Begin("a", 1) },
		"no name":        func(w *Writer) error { must(t, w.N(10)); return w.Begin("", 1) },
		"a space":        func(w *Writer) error { must(t, w.N(10)); return w.Begin("a b", 1) },
	} {
		w := begin()
		if do(w) == nil || w.Close() == nil {
			t.Error(name)
		}
	}
}

// samtools indexes our file with the same .fai and bgzip with the same .gzi, and
// reads the same bases.
func TestWriterAgainstSamtools(t *testing.T) {
	samtools := testkit.Oracle(t, "samtools")
	bgzip := testkit.Oracle(t, "bgzip")
	path := filepath.Join(t.TempDir(), "x.fa.gz")
	want := made(t, path, 3)
	for contig, seq := range want {
		if len(seq) == 0 {
			continue
		}
		out, err := exec.Command(samtools, "faidx", path, contig).Output()
		must(t, err)
		_, got, _ := bytes.Cut(out, []byte("\n"))
		if got = bytes.ReplaceAll(got, []byte("\n"), nil); !bytes.Equal(got, seq) {
			t.Errorf("%s: samtools reads %d bases, want %d", contig, len(got), len(seq))
		}
	}
	fai, err := os.ReadFile(path + ".fai")
	must(t, err)
	gzi, err := os.ReadFile(path + ".gzi")
	must(t, err)
	must(t, os.Remove(path+".fai"))
	must(t, os.Remove(path+".gzi"))
	if out, err := exec.Command(samtools, "faidx", path).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	theirs, err := os.ReadFile(path + ".fai")
	must(t, err)
	if line := "none\t0\t"; string(theirs) != string(fai) && !strings.Contains(string(fai), line) {
		t.Errorf("samtools' .fai:\n%s\nours:\n%s", theirs, fai)
	}
	must(t, os.Remove(path+".gzi"))
	if out, err := exec.Command(bgzip, "-r", path).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	theirs, err = os.ReadFile(path + ".gzi")
	must(t, err)
	// bgzip also has the end-of-file block; it holds no base.
	if !bytes.Equal(theirs[8:], gzi[8:]) && !bytes.HasPrefix(theirs[8:], gzi[8:]) {
		t.Errorf("bgzip's .gzi has %d bytes, ours %d", len(theirs), len(gzi))
	}
}

// A changed byte anywhere in a block that is read is an error or changes
// nothing.
func TestFlippedBytes(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.fa.gz")
	var z, fai, gzi bytes.Buffer
	w := NewWriter(&z, &fai, &gzi)
	must(t, w.Begin("a", 200))
	must(t, w.Bases(bytes.Repeat([]byte("ACGTTGCA"), 25)))
	must(t, w.Close())
	put(t, path+".fai", fai.Bytes())
	put(t, path+".gzi", gzi.Bytes())
	for i := range z.Len() {
		bad := bytes.Clone(z.Bytes())
		bad[i] ^= 0x11
		put(t, path, bad)
		f, err := Open(path, bgzf.Options{})
		var got []byte
		if err == nil {
			got, err = f.Bases("a", 0, 200)
			f.Close()
		}
		if err == nil && !bytes.Equal(got, bytes.Repeat([]byte("ACGTTGCA"), 25)) {
			t.Fatalf("byte %d: other bases", i)
		}
		if err != nil && fault.KindOf(err) != fault.Input {
			t.Fatalf("byte %d: %v", i, err)
		}
	}
	var plain bytes.Buffer
	plain.WriteString("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03rest")
	put(t, path, plain.Bytes())
	if _, err := Open(path, bgzf.Options{}); fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "plain gzip") {
		t.Error(err)
	}
}

// The facts of the shared references' README.
func TestSharedFacts(t *testing.T) {
	f, err := Open(testkit.Shared(t, "data/reference/GRCh38.regions.fa.gz"), bgzf.Options{})
	must(t, err)
	defer f.Close()
	for _, tt := range []struct {
		contig     string
		start, end int
		want       string
	}{
		{"chr9", 5073764, 5073772, "TATGTGTC"}, {"chr7", 140753334, 140753337, "CAC"}, {"chr12", 25245348, 25245351, "ACC"},
		{"chrM", 0, 10, "GATCACAGGT"}, {"chr1", 0, 3, "NNN"}, {"chr1", 215675298, 215675299, "T"}, {"chr13", 32355249, 32355250, "T"},
	} {
		if got, err := f.Bases(tt.contig, tt.start, tt.end); err != nil || string(got) != tt.want {
			t.Errorf("%s:%d: %q, %v", tt.contig, tt.start, got, err)
		}
	}
	if n, ok := f.Length("chr17"); n != 83257441 || !ok {
		t.Error(n, ok)
	}
}

func TestAgainstSamtools(t *testing.T) {
	path := testkit.Shared(t, "data/reference/GRCh38.regions.fa.gz")
	samtools := testkit.Oracle(t, "samtools")
	f, err := Open(path, bgzf.Options{})
	must(t, err)
	defer f.Close()
	rng := rand.New(rand.NewPCG(1, 9))
	for range 30 {
		start := 42_400_000 + rng.IntN(1_250_000)
		end := start + 1 + rng.IntN(1<<rng.IntN(18))
		out, err := exec.Command(samtools, "faidx", path, fmt.Sprintf("chr17:%d-%d", start+1, end)).Output()
		must(t, err)
		_, want, _ := bytes.Cut(out, []byte("\n"))
		want = bytes.ToUpper(bytes.ReplaceAll(want, []byte("\n"), nil))
		if got, err := f.Bases("chr17", start, end); err != nil || !bytes.Equal(got, want) {
			t.Fatalf("chr17:%d-%d: %d bases, %v; samtools has %d", start+1, end, len(got), err, len(want))
		}
	}
}

// FuzzIndexes opens a good bgzipped file with any .fai and .gzi.
func FuzzIndexes(f *testing.F) {
	dir := f.TempDir()
	path := filepath.Join(dir, "x.fa.gz")
	var z, fai, gzi bytes.Buffer
	w := NewWriter(&z, &fai, &gzi)
	must(f, w.Begin("a", 100))
	must(f, w.N(100))
	must(f, w.Close())
	put(f, path, z.Bytes())
	f.Add(fai.Bytes(), gzi.Bytes())
	f.Add([]byte("a\t100\t3\t65279\t65280\nb\t1\t2\t3\t4\n"), append(gzi.Bytes(), gzi.Bytes()...))
	f.Fuzz(func(t *testing.T, fai, gzi []byte) {
		lines, err := readFai(bytes.NewReader(fai), "x.fai")
		if err != nil {
			return
		}
		entries, err := readGzi(bytes.NewReader(gzi), int64(len(gzi)), "x.gzi")
		if err != nil {
			return
		}
		b := newBlocks(bytes.NewReader(z.Bytes()), "x", bgzf.Options{}, entries)
		for _, l := range lines {
			file := &File{path: "x", lines: map[string]*line{l.name: l}, blocks: b}
			if got, err := file.Bases(l.name, 0, min(l.length, 1000)); err == nil && len(got) != min(l.length, 1000) {
				t.Fatalf("%d bases", len(got))
			}
		}
	})
}
