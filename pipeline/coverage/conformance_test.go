package coverage

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"varpanel/hts/bam/pileup"
	"varpanel/hts/fault"
	"varpanel/internal/testkit"
)

// TestMosdepthCases runs the peer's own functional tests by the files that they
// look into. Options that this command does not have are not applicable:
// quantized output, and one contig alone.
func TestMosdepthCases(t *testing.T) {
	dir := testkit.Shared(t, "conformance/mosdepth")
	matched, run, other := 0, 0, 0
	done := map[string]map[string]string{} // by command
	for _, row := range testkit.Table(t, filepath.Join(dir, "cases.tsv")) {
		name, command, file, selector, want := row["case"], row["command"], row["output_file"], row["selector"], row["expected"]
		o, ok := mosdepthCommand(t, filepath.Join(dir, "data"), command)
		if !ok {
			other++
			continue
		}
		if done[command] == nil {
			done[command] = measure(t, o)
		}
		run++
		// The prefix is t there and x here.
		if got := selected(t, done[command]["x"+strings.TrimPrefix(file, "t")], selector); got == want {
			matched++
		} else {
			t.Errorf("%s: %s: %s: %q, want %q", name, file, selector, got, want)
		}
	}
	t.Logf("mosdepth cases, as files: matched %d / %d run / %d not applicable", matched, run, other)
	if run < 9 {
		t.Errorf("%d cases were run", run)
	}
}

func mosdepthCommand(t *testing.T, dir, command string) (Options, bool) {
	t.Helper()
	var flags []string
	for _, word := range strings.Fields(command)[1:] {
		switch {
		case word == "-c", word == "-q":
			return Options{}, false
		case word == "--fast-mode":
			word = "-x"
		case word == "--by":
			word = "-b"
		case word == "t", strings.HasSuffix(word, ".bam"):
			continue
		case strings.HasSuffix(word, ".bed"):
			word = filepath.Join(dir, word)
		}
		flags = append(flags, word)
	}
	return asked(t, filepath.Join(dir, "ovl.bam"), flags), true
}

// selected gives what a case looks at of a file.
func selected(t *testing.T, text, selector string) string {
	t.Helper()
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	keep := func(ok func(string) bool) string {
		return strings.Join(slices.DeleteFunc(slices.Clone(lines), func(l string) bool { return !ok(l) }), "\n")
	}
	word := selector[strings.LastIndexByte(selector, ' ')+1:]
	switch {
	case strings.HasPrefix(selector, "lines starting "):
		return keep(func(l string) bool { return strings.HasPrefix(l, word) })
	case strings.HasPrefix(selector, "lines containing "):
		return keep(func(l string) bool { return strings.Contains(l, word) })
	case strings.HasPrefix(selector, "lines whose first word is "):
		return keep(func(l string) bool { return strings.HasPrefix(l, word+"\t") })
	case strings.HasPrefix(selector, "count of lines with "):
		return strconv.Itoa(strings.Count(keep(func(l string) bool { return strings.Contains(l, word) }), "\n") + 1)
	case selector == "line count":
		return strconv.Itoa(len(lines))
	case selector == "all":
		return strings.Join(lines, "\n")
	}
	t.Fatalf("selector %q", selector)
	return ""
}

// TestBedcov compares sums of depths with the peer's bedcov, which counts every
// read from start to end, deleted and skipped bases too.
func TestBedcov(t *testing.T) {
	dir := filepath.Dir(testkit.Shared(t, "conformance", "samtools", "bedcov", "cases.tsv"))
	want, err := os.ReadFile(filepath.Join(dir, "bedcov.expected"))
	if err != nil {
		t.Fatal(err)
	}
	got := measure(t, Options{
		Path: filepath.Join(dir, "bedcov.bam"), BED: filepath.Join(dir, "bedcov.bed"), Threads: 1, RegionsOnly: true, AllowOldIndex: true,
		Pileup: pileup.Options{Mode: pileup.Span, Exclude: pileup.DefaultFlags},
	})["x.regions.bed.gz"]
	rows := strings.Split(strings.TrimSpace(got), "\n")
	matched, run := 0, 0
	for line := range strings.Lines(string(want)) {
		f := strings.Fields(line)
		run++
		start, end := atoi(t, f[1]), atoi(t, f[2])
		mean := fmt.Sprintf("%s\t%s\t%s\t%.2f", f[0], f[1], f[2], float64(atoi(t, f[len(f)-1]))/float64(end-start))
		if slices.Contains(rows, mean) {
			matched++
		} else {
			t.Errorf("%q is not in %q", mean, rows)
		}
	}
	t.Logf("samtools bedcov rows: matched %d / %d run / 0 not applicable (case bedcov04 counts reads: not applicable)", matched, run)
}

func atoi(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestForeignIndex: the index of another file is refused, also one that leads to
// whole blocks and records, but not to all of them.
func TestForeignIndex(t *testing.T) {
	head := "@SQ\tSN:a\tLN:90000\n@SQ\tSN:b\tLN:90000\n"
	read := func(contig string, pos int) string {
		return fmt.Sprintf("r\t0\t%s\t%d\t60\t50M\t*\t0\t0\t*\t*\n", contig, pos)
	}
	many, few := head, head
	for i := range 2000 {
		many += read("a", 1+i) + read("b", 80000)
		few += read("a", 1+2*i)
	}
	path, other := convert(t, many), convert(t, few)
	index, err := os.ReadFile(other + ".bai")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path+".bai", index, 0o600); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	_, err = Run(t.Context(), Options{Path: path, Prefix: filepath.Join(dir, "x"), Threads: 2, Warn: t.Logf})
	if fault.KindOf(err) != fault.Input {
		t.Errorf("error %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%v is left, %v", left, err)
	}
}

// TestSamtoolsCoverage compares covered bases and mean depth with the peer's
// table; the other columns are of reads, which this command does not count.
func TestSamtoolsCoverage(t *testing.T) {
	dir := filepath.Dir(testkit.Shared(t, "conformance", "samtools", "coverage", "cases.tsv"))
	sam, err := os.ReadFile(filepath.Join(dir, "sample.sam"))
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(filepath.Join(dir, "1.expected"))
	if err != nil {
		t.Fatal(err)
	}
	got := measure(t, Options{
		Path: convert(t, string(sam)), Window: 40, Thresholds: []int{1}, Threads: 2, NoPerBase: true,
		Pileup: pileup.Options{Mode: pileup.EveryRead, Exclude: pileup.DefaultFlags},
	})
	matched, run := 0, 0
	for line := range strings.Lines(string(want)) {
		f := strings.Fields(line)
		if f[0] == "#rname" {
			continue
		}
		run++
		mean, err := strconv.ParseFloat(f[6], 64)
		if err != nil {
			t.Fatal(err)
		}
		// The sum of depths, since means of two and of three digits do not compare.
		covered := fmt.Sprintf("%s\t0\t40\tunknown\t%s\n", f[0], f[4])
		depth := fmt.Sprintf("%s\t40\t%.0f\t", f[0], mean*40)
		if strings.Contains(got["x.thresholds.bed.gz"], covered) && strings.Contains(got["x.mosdepth.summary.txt"], depth) {
			matched++
		} else {
			t.Errorf("%q and %q are not in %q and %q", covered, depth, got["x.thresholds.bed.gz"], got["x.mosdepth.summary.txt"])
		}
	}
	t.Logf("samtools coverage rows, depth columns: matched %d / %d run / 0 not applicable", matched, run)
}

// TestOverlappingMates: the peers' file of mates that overlap, against mosdepth.
func TestOverlappingMates(t *testing.T) {
	sam, err := os.ReadFile(testkit.Shared(t, "conformance", "samtools", "overlap", "overlap50.sam"))
	if err != nil {
		t.Fatal(err)
	}
	path := convert(t, string(sam))
	asMosdepth(t, path)
}
