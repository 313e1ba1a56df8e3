package pileup

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"varpanel/hts/bam"
	"varpanel/hts/bgzf"
	"varpanel/internal/testkit"
)

// tally prints how much of a peer's table was run.
type tally struct{ matched, run, other int }

func (n tally) log(t *testing.T, table string) {
	t.Helper()
	t.Logf("%s: matched %d / %d run / %d not applicable", table, n.matched, n.run, n.other)
	if n.matched != n.run {
		t.Errorf("%s: %d of %d cases differ", table, n.run-n.matched, n.run)
	}
}

// TestSamtoolsDepthTable runs the peer's cases of `samtools depth`. Which lines
// are printed belongs to a command; here every line that is expected must have
// our depths, and every base of the region that has depth must be expected.
func TestSamtoolsDepthTable(t *testing.T) {
	dir := filepath.Dir(testkit.Shared(t, "conformance", "samtools", "depth", "cases.tsv"))
	var n tally
	for _, row := range testkit.Table(t, filepath.Join(dir, "cases.tsv")) {
		q, ok := parseDepth(t, dir, strings.Fields(row["command"]))
		if !ok {
			n.other++
			continue
		}
		n.run++
		want, err := os.ReadFile(filepath.Join(dir, row["expected_stdout"]))
		if err != nil {
			t.Fatal(err)
		}
		if err := q.check(string(want)); err != nil {
			t.Logf("%s: %s: %v", row["case"], row["command"], err)
			continue
		}
		n.matched++
	}
	n.log(t, "samtools/depth")
}

// depthQuery is a `samtools depth` command in our terms.
type depthQuery struct {
	regions map[string][]bam.Interval // nil: everything
	depths  []map[string][]int32      // a file each: depth of every base
}

func parseDepth(t *testing.T, dir string, args []string) (*depthQuery, bool) {
	t.Helper()
	q := &depthQuery{}
	var files []string
	for i := 2; i < len(args); i++ {
		switch a := args[i]; {
		case a == "-a" || a == "-aa":
		case a == "-r":
			i++
			contig, span, _ := strings.Cut(args[i], ":")
			from, to, isRange := strings.Cut(span, "-")
			in := bam.Interval{Start: number(t, from) - 1, End: 1 << 20}
			if isRange {
				in.End = number(t, to)
			}
			q.regions = map[string][]bam.Interval{contig: {in}}
		case a == "-b":
			i++
			q.regions = bedRegions(t, filepath.Join(dir, args[i]))
		case strings.HasPrefix(a, "-"):
			return nil, false
		default:
			files = append(files, strings.TrimSuffix(strings.TrimSuffix(a, ".sam"), ".bam")+".sam")
		}
	}
	for _, f := range files {
		sam, err := os.ReadFile(filepath.Join(dir, f))
		if err != nil {
			return nil, false
		}
		q.depths = append(q.depths, wholeDepth(t, convert(t, string(sam)), EveryRead))
	}
	return q, true
}

func bedRegions(t *testing.T, path string) map[string][]bam.Interval {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	regions := map[string][]bam.Interval{}
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) >= 3 {
			regions[f[0]] = append(regions[f[0]], bam.Interval{Start: number(t, f[1]), End: number(t, f[2])})
		}
	}
	return regions
}

// wholeDepth gives the depth of every base of a small file.
func wholeDepth(t *testing.T, path string, mode Mode) map[string][]int32 {
	t.Helper()
	f, err := bam.Open(path, bam.Options{AllowOldIndex: true})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	depth := map[string][]int32{}
	for _, ref := range f.Header().Refs {
		depth[ref.Name] = measure(t, path, ref.Name, []bam.Interval{{Start: 0, End: ref.Length}}, mode)[0]
	}
	return depth
}

func (q *depthQuery) inside(contig string, at int) bool {
	if q.regions == nil {
		return true
	}
	return slices.ContainsFunc(q.regions[contig], func(in bam.Interval) bool { return at >= in.Start && at < in.End })
}

func (q *depthQuery) check(want string) error {
	listed := map[string]bool{}
	for line := range strings.Lines(want) {
		f := strings.Fields(line)
		at, err := strconv.Atoi(f[1])
		if err != nil || len(f) != 2+len(q.depths) {
			return fmt.Errorf("cannot read %q", line)
		}
		listed[f[0]+":"+f[1]] = true
		for i, d := range q.depths {
			if got := strconv.Itoa(int(d[f[0]][at-1])); got != f[2+i] {
				return fmt.Errorf("%s:%d: depth %s, want %s", f[0], at, got, f[2+i])
			}
		}
	}
	for _, d := range q.depths {
		for contig, bases := range d {
			for at, n := range bases {
				if n > 0 && q.inside(contig, at) && !listed[contig+":"+strconv.Itoa(at+1)] {
					return fmt.Errorf("%s:%d has depth %d and is not expected", contig, at+1, n)
				}
			}
		}
	}
	return nil
}

// TestSamtoolsQuickcheckTable: files that quickcheck passes are read to the
// end, files that it fails are errors.
func TestSamtoolsQuickcheckTable(t *testing.T) {
	dir := filepath.Dir(testkit.Shared(t, "conformance", "samtools", "quickcheck", "cases.tsv"))
	var n tally
	for _, row := range testkit.Table(t, filepath.Join(dir, "cases.tsv")) {
		n.run++
		f, err := os.Open(filepath.Join(dir, row["file"]))
		if err != nil {
			t.Fatal(err)
		}
		err = readToEnd(f, row["file"])
		f.Close()
		if (err == nil) == (row["verdict"] == "ok") {
			n.matched++
		} else {
			t.Logf("%s is %s: %v", row["file"], row["verdict"], err)
		}
	}
	n.log(t, "samtools/quickcheck")
}

// TestSamtoolsStatTable: of the peer's `samtools stats` cases those that state how
// often each depth comes in target regions. The other sections are no output of
// ours, and the other files are SAM text.
func TestSamtoolsStatTable(t *testing.T) {
	dir := filepath.Dir(testkit.Shared(t, "conformance", "samtools", "stat", "cases.tsv"))
	var n tally
	for _, row := range testkit.Table(t, filepath.Join(dir, "cases.tsv")) {
		words := strings.Fields(row["command"])
		targets, mode, file := "", EveryRead, ""
		for i, w := range words[:slices.Index(words, "|")] {
			switch {
			case w == "-p":
				mode = MatesOnce
			case strings.HasSuffix(w, ".bam"):
				file = w
			case i > 0 && words[i-1] == "-t":
				targets = w
			}
		}
		want, err := os.ReadFile(filepath.Join(dir, row["expected_stdout"]))
		if err != nil {
			t.Fatal(err)
		}
		if file == "" || targets == "" || !strings.Contains(string(want), "\nCOV\t") {
			n.other++
			continue
		}
		n.run++
		var listed strings.Builder
		for line := range strings.Lines(string(want)) {
			if f := strings.Fields(line); f[0] == "COV" {
				fmt.Fprintf(&listed, "%s:%s ", f[2], f[3])
			}
		}
		if got := depthCounts(t, filepath.Join(dir, file), filepath.Join(dir, targets), mode); got == listed.String() {
			n.matched++
		} else {
			t.Logf("%s: %s: %q, want %q", row["case"], row["command"], got, listed.String())
		}
	}
	n.log(t, "samtools/stat")
}

// depthCounts gives "DEPTH:BASES " for each depth above 0 of the targets, which
// samtools stats counts from 1 and closed.
func depthCounts(t *testing.T, source, targets string, mode Mode) string {
	t.Helper()
	data, err := os.ReadFile(source)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "a.bam")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(testkit.Oracle(t, "samtools"), "index", path).CombinedOutput(); err != nil {
		t.Fatalf("samtools index: %v: %s", err, out)
	}
	bases := map[int32]int{}
	for contig, intervals := range bedRegions(t, targets) {
		for i := range intervals {
			intervals[i].Start--
		}
		for _, depths := range measure(t, path, contig, intervals, mode) {
			for _, d := range depths {
				bases[d]++
			}
		}
	}
	delete(bases, 0)
	var out strings.Builder
	for _, d := range slices.Sorted(maps.Keys(bases)) {
		fmt.Fprintf(&out, "%d:%d ", d, bases[d])
	}
	return out.String()
}

func readToEnd(f io.Reader, name string) error {
	r, err := bam.NewReader(f, bgzf.Options{Name: name}, false)
	if err != nil {
		return err
	}
	defer r.Close()
	for rec := new(bam.Record); ; {
		if err := r.Read(rec); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// TestMosdepthTable runs those of the peer's cases that state a depth: per-base
// lines, summaries, regions and thresholds. How files are named and written
// belongs to the command that writes them.
func TestMosdepthTable(t *testing.T) {
	dir := filepath.Dir(testkit.Shared(t, "conformance", "mosdepth", "cases.tsv"))
	path := filepath.Join(dir, "data", "ovl.bam")
	depth := map[Mode][]int32{}
	for _, mode := range []Mode{MatesOnce, Span} {
		depth[mode] = measure(t, path, "MT", []bam.Interval{{Start: 0, End: 16569}}, mode)[0]
	}
	var n tally
	for _, row := range testkit.Table(t, filepath.Join(dir, "cases.tsv")) {
		got, ok := mosdepthAnswer(t, path, row, depth)
		switch {
		case !ok:
			n.other++
			continue
		case got == row["expected"]:
			n.matched++
		default:
			t.Logf("%s (%s): %q, want %q", row["case"], row["output_file"], got, row["expected"])
		}
		n.run++
	}
	n.log(t, "mosdepth")
}

// mosdepthAnswer gives our answer to a row of the table, as mosdepth writes it.
func mosdepthAnswer(t *testing.T, path string, row map[string]string, depth map[Mode][]int32) (string, bool) {
	t.Helper()
	d := depth[MatesOnce]
	if strings.Contains(row["command"], "--fast-mode") {
		d = depth[Span]
	}
	switch file, selector := row["output_file"], row["selector"]; {
	case file == "t.per-base.bed.gz" && strings.HasPrefix(selector, "lines starting MT"):
		return runs("MT", d), true
	case file == "t.per-base.bed.gz" && strings.HasSuffix(selector, "word is 1"):
		for _, in := range measure(t, path, "1", []bam.Interval{{Start: 0, End: 1 << 20}}, MatesOnce) {
			if slices.Max(in) > 0 {
				return "depth", true
			}
		}
		return "1\t0\t249250621\t0", true
	case file == "t.mosdepth.summary.txt":
		name := "MT"
		if strings.Contains(selector, "total") {
			name = "total"
		}
		return fmt.Sprintf("%s\t%d\t%d\t%.2f\t%d\t%d", name, len(d), sum(d), mean(d), slices.Min(d), slices.Max(d)), true
	case row["case"] == "big_window" && file == "t.regions.bed.gz":
		return fmt.Sprintf("MT\t0\t%d\t%.2f", len(d), mean(d)), true
	case row["case"] == "track_header":
		return fmt.Sprintf("MT\t2\t80\taregion\t%.2f", mean(d[2:80])), true
	case row["case"] == "thresholds_windows" && selector == "first data line":
		answer := "MT\t0\t100\tunknown"
		for threshold := range 6 {
			answer += "\t" + strconv.Itoa(atLeast(d[:100], threshold))
		}
		return answer, true
	}
	return "", false
}

// runs writes stretches of equal depth as BED lines.
func runs(contig string, d []int32) string {
	var lines []string
	for start := 0; start < len(d); {
		end := start
		for end < len(d) && d[end] == d[start] {
			end++
		}
		lines = append(lines, fmt.Sprintf("%s\t%d\t%d\t%d", contig, start, end, d[start]))
		start = end
	}
	return strings.Join(lines, "\n")
}

func sum(d []int32) (n int) {
	for _, v := range d {
		n += int(v)
	}
	return n
}

func mean(d []int32) float64 { return float64(sum(d)) / float64(len(d)) }

func atLeast(d []int32, threshold int) (n int) {
	for _, v := range d {
		if int(v) >= threshold {
			n++
		}
	}
	return n
}

// TestSamtoolsIndexTable: a query by the peer's own index gives its records.
func TestSamtoolsIndexTable(t *testing.T) {
	dir := filepath.Dir(testkit.Shared(t, "conformance", "samtools", "index", "cases.tsv"))
	path := filepath.Join(t.TempDir(), "b.bam")
	data, err := os.ReadFile(filepath.Join(dir, "test_input_1_b.bam"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(testkit.Oracle(t, "samtools"), "index", path).CombinedOutput(); err != nil {
		t.Fatalf("samtools index: %v: %s", err, out)
	}
	f, err := bam.Open(path, bam.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	id, ok := f.Header().ID("ref2")
	if !ok {
		t.Fatal("no ref2")
	}
	r, err := f.Query(id, []bam.Interval{{Start: 0, End: f.Header().Refs[id].Length}})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var got []string
	for rec := new(bam.Record); ; {
		if err := r.Read(rec); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprintf("%s %d %d", rec.Name(), rec.Flag(), rec.Pos()+1))
	}
	text, err := os.ReadFile(filepath.Join(dir, "test_input_1_b.X.expected"))
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for line := range strings.Lines(string(text)) {
		if f := strings.Split(line, "\t"); !strings.HasPrefix(line, "@") {
			want = append(want, f[0]+" "+f[1]+" "+f[3])
		}
	}
	n := tally{run: 1, other: 1} // writing an index is another package's
	if slices.Equal(got, want) {
		n.matched = 1
	} else {
		t.Logf("%q, want %q", got, want)
	}
	n.log(t, "samtools/index")
}
