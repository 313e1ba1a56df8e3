package coverage

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"varpanel/hts/bam/pileup"
	"varpanel/internal/testkit"
)

// The outputs are compared with mosdepth's, whole files as text, over sets of
// flags.

// mosdepth runs the oracle.
func mosdepth(t *testing.T, args ...string) {
	t.Helper()
	program, env := testkit.Mosdepth(t)
	cmd := exec.Command(program, args...)
	cmd.Env = env
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("mosdepth %v: %v: %s", args, err, out)
	}
}

// files reads a run's outputs, bgzipped ones as text, indexes by name alone.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		switch filepath.Ext(e.Name()) {
		case ".csi":
			text = nil
		case ".gz":
			z, err := gzip.NewReader(bytes.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			if text, err = io.ReadAll(z); err != nil {
				t.Fatal(err)
			}
		}
		out[e.Name()] = string(text)
	}
	return out
}

// same holds one run's files against another's.
func same(t *testing.T, what string, got, want map[string]string) {
	t.Helper()
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("%s: %s is not expected", what, name)
		}
	}
	for name, text := range want {
		mine, ok := got[name]
		if !ok {
			t.Errorf("%s: no %s", what, name)
			continue
		}
		if mine != text {
			a, b := firstDifference(mine, text)
			t.Errorf("%s: %s: %q, want %q", what, name, a, b)
		}
	}
}

func firstDifference(a, b string) (string, string) {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return x[i], y[i]
		}
	}
	return fmt.Sprintf("%d lines", len(x)), fmt.Sprintf("%d lines", len(y))
}

// measure runs with the options and gives the files.
func measure(t *testing.T, o Options) map[string]string {
	t.Helper()
	dir := t.TempDir()
	o.Prefix = filepath.Join(dir, "x")
	if o.Warn == nil {
		o.Warn = func(string, ...any) {}
	}
	if _, err := Run(context.Background(), o); err != nil {
		t.Fatalf("%+v: %v", o, err)
	}
	return files(t, dir)
}

// asked gives the options that mosdepth's flags mean.
func asked(t *testing.T, path string, flags []string) Options {
	t.Helper()
	o := Options{Path: path, Threads: 2, AllowOldIndex: true, Pileup: pileup.Options{Exclude: pileup.DefaultFlags}}
	number := func(s string) int {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for i := 0; i < len(flags); i++ {
		value := func() string { i++; return flags[i] }
		switch flags[i] {
		case "-x":
			o.Pileup.Mode = pileup.Span
		case "-n":
			o.NoPerBase = true
		case "-m":
			o.UseMedian = true
		case "-Q":
			o.Pileup.MinMapQ = number(value())
		case "-F":
			o.Pileup.Exclude = number(value())
		case "-i":
			o.Pileup.Include = number(value())
		case "-T":
			for s := range strings.SplitSeq(value(), ",") {
				o.Thresholds = append(o.Thresholds, number(s))
			}
		case "-b":
			if n, err := strconv.Atoi(value()); err == nil {
				o.Window = n
			} else {
				o.BED = flags[i]
			}
		default:
			t.Fatalf("flag %s", flags[i])
		}
	}
	return o
}

// asMosdepth runs both with the same flags. Where a BED file is given
// --regions-only, in one thread, is held to the same files.
func asMosdepth(t *testing.T, path string, flags ...string) {
	t.Helper()
	what := filepath.Base(path) + " " + strings.Join(flags, " ")
	dir := t.TempDir()
	mosdepth(t, append(flags, filepath.Join(dir, "x"), path)...)
	want := files(t, dir)
	if len(want) < 2 {
		t.Fatalf("%s: mosdepth wrote %d files", what, len(want))
	}
	o := asked(t, path, flags)
	same(t, what, measure(t, o), want)
	if o.BED == "" {
		return
	}
	o.RegionsOnly, o.Threads = true, 1
	for name, text := range want {
		switch {
		case strings.Contains(name, "per-base"), strings.Contains(name, "global"):
			delete(want, name)
		case strings.HasSuffix(name, "summary.txt"):
			want[name] = regionalLines(text)
		}
	}
	same(t, what+", regions only", measure(t, o), want)
}

// regionalLines keeps the head and the _region rows that have bases: a contig
// without rows has none with --regions-only.
func regionalLines(summary string) string {
	var b strings.Builder
	for line := range strings.Lines(summary) {
		name, rest, _ := strings.Cut(line, "\t")
		if name == "chrom" || name == "total_region" || strings.HasSuffix(name, "_region") && !strings.HasPrefix(rest, "0\t") {
			b.WriteString(line)
		}
	}
	return b.String()
}

var flagSets = [][]string{
	{"-T", "0,1,10,20,30"}, {"-x", "-m", "-T", "30,20", "-n"}, {"-F", "3844", "-Q", "20", "-m"}, {"-F", "0", "-i", "16", "-n"},
}

const brca1 = "../../testdata/bam/NA12878.BRCA1.GRCh38.bam"

func TestBRCA1AsMosdepth(t *testing.T) {
	for _, flags := range flagSets[:2] {
		asMosdepth(t, brca1, append([]string{"-b", "../../stages/coverage/testdata/BRCA1.coding.bed"}, flags...)...)
	}
	asMosdepth(t, brca1, "-b", "100000")
}

func TestNA24385AsMosdepth(t *testing.T) {
	path := testkit.Shared(t, "data", "bam", "NA24385.chr20_36018823.GRCh37.wgs.bam")
	r := rand.New(rand.NewPCG(8, 9))
	var text strings.Builder
	for i := range 400 {
		start := 36017000 + r.IntN(24000)
		fmt.Fprintf(&text, "20\t%d\t%d\t%s\n", start, start+r.IntN(1000), []string{"", ".", "r" + strconv.Itoa(i)}[r.IntN(3)])
	}
	bed := written(t, "random.bed", text.String())
	for _, flags := range flagSets[:2] {
		asMosdepth(t, path, append([]string{"-b", bed}, flags...)...)
	}
}

func written(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// convert makes an indexed BAM file of SAM text.
func convert(t *testing.T, sam string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "made-up.bam")
	sort := exec.Command(testkit.Oracle(t, "samtools"), "sort", "-o", path, "-")
	sort.Stdin = strings.NewReader(sam)
	if out, err := sort.CombinedOutput(); err != nil {
		t.Fatalf("samtools sort: %v: %s", err, out)
	}
	if out, err := exec.Command("samtools", "index", path).CombinedOutput(); err != nil {
		t.Fatalf("samtools index: %v: %s", err, out)
	}
	return path
}

// TestMadeUpAsMosdepth: contigs with and without reads, rows and both; rows that
// are empty, twice there, without a name, out of order, and longer than a shard;
// windows of all sizes; ties in the last decimal.
func TestMadeUpAsMosdepth(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 3))
	var sam, rows strings.Builder
	sam.WriteString("@SQ\tSN:none\tLN:4000\n@SQ\tSN:a\tLN:2500000\n@SQ\tSN:b\tLN:3001\n@SQ\tSN:filtered\tLN:500\n@SQ\tSN:last\tLN:700\n")
	read := func(contig string, flag, pos, n int) {
		fmt.Fprintf(&sam, "r\t%d\t%s\t%d\t60\t%dM\t*\t0\t0\t*\t*\n", flag, contig, pos+1, n)
	}
	for range 3000 {
		read("a", 0, 1_040_000+r.IntN(20_000), 1+r.IntN(150))
		read("a", 0, r.IntN(2_400_000), 1+r.IntN(90_000))
	}
	for range 1500 {
		read("b", 0, 10+r.IntN(3), 5)
	}
	read("last", 0, 0, 700)
	read("filtered", 1024, 10, 50)
	for i := range 500 {
		start := 1_040_000 + 100*r.IntN(200)
		fmt.Fprintf(&rows, "a\t%d\t%d\tx%d\n", start, start+100*r.IntN(9), i)
	}
	rows.WriteString("b\t0\t3001\nb\t10\t12\t\nb\t12\t12\tempty\na\t5\t2499999\tlong\na\t100\t2100000\tlong too\n" +
		"filtered\t0\t100\t.\nnone\t1\t9\tn\nlast\t699\t700\textra\t5\t+\n")
	bed := written(t, "rows.bed", rows.String())
	path := convert(t, sam.String())
	for _, flags := range flagSets {
		asMosdepth(t, path, append([]string{"-b", bed}, flags...)...)
	}
	for _, window := range []string{"20", "1500000", "100000000"} {
		asMosdepth(t, path, "-b", window, "-T", "0,1,100", "-n")
	}
	asMosdepth(t, path, "-b", "1048576", "-m", "-n")
	asMosdepth(t, path, "-x")
	asMosdepth(t, path, "-b", written(t, "b.bed", "b\t1\t9\n"), "-n")
}
