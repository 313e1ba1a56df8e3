package view

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"varpanel/hts/fault"
	"varpanel/stages/scan"
)

const head = "##fileformat=VCFv4.2\n##FILTER=<ID=low,Description=\"x\">\n##FILTER=<ID=odd,Description=\"x\">\n" +
	"##contig=<ID=1>\n##contig=<ID=1:1-9>\n##contig=<ID=HLA-A*01:01>\n##contig=<ID=X>\n" +
	"##INFO=<ID=END,Number=1,Type=Integer,Description=\"x\">\n##INFO=<ID=DP,Number=1,Type=Integer,Description=\"x\">\n"

const sites = head + "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"

// A file by hand, and what each request must keep of it, told by ID.
func TestByHand(t *testing.T) {
	const text = head + "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"x\">\n" +
		"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tA\tB\tC\n" +
		"1\t1\ta\tA\tC\t481.0\tPASS\tDP=3\tGT\t0/1\t0/0\t./.\n" +
		"1\t5\tb\tACGT\tA\t7e2\tlow\tDP=4\tGT:DP\t0/1\t1/1:3\t0|1\n" + // spans 5 to 8
		"1\t20\tc\tA\t<DEL>\t.\tlow;odd\tEND=40;DP=5\tGT\t1\t0\t.\n" +
		"1:1-9\t3\td\tA\tC,G\t30\t.\tDP=6\tGT\t1/2\t0/2\t0/0\n" +
		"HLA-A*01:01\t7\te\tA\tC\t30\tPASS\t.\tGT\t./.\t./.\t./.\n" +
		"X\t9\tf\tA\t.\t5\tPASS\tDP=.\tDP\t3\t4\t5\n"
	bed := write(t, "r.bed", "track name=x\n1\t7\t8\n1\t0\t1\tfirst\nX\t0\t9\n")
	tsv := write(t, "r.tsv", "# from one\n1\t8\n1\t39\t50\nX\t1\t9\n")
	for _, c := range []struct {
		want string
		o    Options
	}{
		{"a b c d e f", Options{}},
		{"a b", Options{Regions: []string{"1:1-8"}}},
		{"b", Options{Regions: []string{"1:8", "1:8-8,1:7"}}},
		{"c", Options{Regions: []string{"1:40"}}},
		{"a b c", Options{Regions: []string{"1"}}},
		{"d", Options{Regions: []string{"{1:1-9}"}}},
		{"d e", Options{Regions: []string{"{1:1-9}:2-4", "HLA-A*01:01"}}},
		{"a b", Options{Regions: []string{"{1}:1-9"}}},
		{"a b f", Options{RegionsFile: bed}},
		{"b c f", Options{RegionsFile: tsv}},
		{"a", Options{Targets: []string{"1:1-4"}}},
		{"a f", Options{TargetsFile: bed}},
		{"f", Options{TargetsFile: tsv}},
		{"b c d e f", Options{Targets: []string{"^1:1-4"}}},
		{"b c d e", Options{Targets: []string{"^1:1-4", "^X"}}},
		{"b c d e", Options{TargetsFile: "^" + bed}},
		{"b", Options{Regions: []string{"1:1-8"}, Targets: []string{"^1:1"}}},
		{"a e f", Options{Filters: "PASS"}},
		{"c", Options{Filters: "odd"}},
		{"a d e f", Options{Filters: "PASS,."}},
		{"b d", Options{Include: "QUAL>=30 && N_ALT>=1", Filters: "low,."}},
		{"e f", Options{Exclude: `INFO/DP!="."`}},
		{"b c", Options{Include: `GT[0]="alt"`, Filters: "low"}},
	} {
		for _, threads := range []int{1, 3} {
			o := c.o
			o.Path, o.In, o.Threads = "-", strings.NewReader(text), threads
			got := mustScan(t, o)
			var ids []string
			for _, line := range bodyOf(got) {
				if !strings.Contains(text, line+"\n") {
					t.Errorf("changed: %s", line)
				}
				ids = append(ids, strings.Split(line, "\t")[2])
			}
			if s := strings.Join(ids, " "); s != c.want {
				t.Errorf("%+v: %s, want %s", c.o, s, c.want)
			}
			if !strings.HasPrefix(got, head) {
				t.Error("the header was changed")
			}
		}
	}
	got := mustScan(t, Options{Path: "-", In: strings.NewReader(text), Samples: "C,A", NoHeader: true})
	want := "1\t1\ta\tA\tC\t481.0\tPASS\tDP=3;AC=1;AN=2\tGT\t./.\t0/1\n" +
		"1\t5\tb\tACGT\tA\t7e2\tlow\tDP=4;AC=2;AN=4\tGT:DP\t0|1\t0/1\n" +
		"1\t20\tc\tA\t<DEL>\t.\tlow;odd\tEND=40;DP=5;AC=1;AN=1\tGT\t.\t1\n" +
		"1:1-9\t3\td\tA\tC,G\t30\t.\tDP=6;AC=1,1;AN=4\tGT\t0/0\t1/2\n" +
		"HLA-A*01:01\t7\te\tA\tC\t30\tPASS\tAC=0;AN=0\tGT\t./.\t./.\n" +
		"X\t9\tf\tA\t.\t5\tPASS\tDP=.\tDP\t5\t3\n"
	if got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

func TestRefused(t *testing.T) {
	const text = sites + "1\t1\t.\tA\tC\t.\t.\t.\n"
	for name, o := range map[string]Options{
		"unknown field":     {Include: "DPX>3"},
		"unknown filter":    {Filters: "PASS,none"},
		"unknown sample":    {Samples: "A"},
		"two expressions":   {Include: "QUAL>1", Exclude: "QUAL>2"},
		"region and file":   {Regions: []string{"1"}, RegionsFile: "x"},
		"targets and file":  {Targets: []string{"1"}, TargetsFile: "x"},
		"half a ^":          {Targets: []string{"^1", "1:3"}},
		"^ of no file":      {TargetsFile: "^"},
		"no region":         {Regions: []string{"1:x"}},
		"region from above": {Regions: []string{"1:9-3"}},
		"two meanings":      {Regions: []string{"1:1-9"}}, // a contig of the header, and a stretch of contig 1
	} {
		o.Path, o.In = "-", strings.NewReader(text)
		got, err := scanned(t, o)
		if fault.KindOf(err) != fault.Usage || got != "" {
			t.Errorf("%s: %v, after %q", name, err, got)
		}
	}
	for name, o := range map[string]Options{
		"BED":   {RegionsFile: write(t, "x.bed", "1\t5\t3\n")},
		"table": {TargetsFile: write(t, "x.tsv", "1\t0\n")},
		"words": {RegionsFile: write(t, "x.tsv", "1\n")},
	} {
		o.Path, o.In = "-", strings.NewReader(text)
		if _, err := scanned(t, o); fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "line 1") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWarnsOfAbsentContig(t *testing.T) {
	var warned []string
	o := Options{
		Path: "-", In: strings.NewReader(sites + "1\t1\t.\tA\tC\t.\t.\t.\n"), Regions: []string{"1,chr1:5-9,chr2"},
		Warn: func(m string) { warned = append(warned, m) },
	}
	if got := bodyOf(mustScan(t, o)); len(got) != 1 || len(warned) != 1 || !strings.Contains(warned[0], "chr1, chr2") {
		t.Errorf("%q, warnings %q", got, warned)
	}
}

// many is a VCF of n records; those whose number is in odd have another line.
func many(n int, odd map[int]string) string {
	var b strings.Builder
	b.WriteString(sites)
	for i := range n {
		if line, ok := odd[i]; ok {
			b.WriteString(line)
			continue
		}
		fmt.Fprintf(&b, "1\t%d\trs%d\tA\tC\t%d.50\t%s\tDP=%d\n", 10*i+1, i, i%1000, []string{"PASS", "low", "."}[i%3], i%77)
	}
	return b.String()
}

// The bytes do not depend on the threads, and a bad line is told with its
// number after every record before it was written.
func TestFirstErrorHasItsPlace(t *testing.T) {
	const bad, worse = 30_011, 30_012
	text := many(60_000, map[int]string{
		bad: "1\t300111\t.\tA\tC\tx\tPASS\tDP=3\n", worse: "1\t300121\t.\tA\tC\n", 45_000: "broken\n",
	})
	headerLines := strings.Count(sites, "\n")
	var first string
	for _, threads := range []int{1, 2, 5} {
		for _, c := range []struct {
			include string
			place   string
			records int
		}{
			{"QUAL>=0", fmt.Sprintf("line %d: QUAL", headerLines+bad+1), bad},
			{"", fmt.Sprintf("line %d", headerLines+worse+1), worse},
		} {
			got, err := scanned(t, Options{Path: "-", In: strings.NewReader(text), Threads: threads, Include: c.include})
			var e *fault.Error
			if !errors.As(err, &e) || e.Kind != fault.Input || e.Place != c.place || e.File != "standard input" {
				t.Errorf("-t %d -i %q: %v", threads, c.include, err)
			}
			if threads == 1 { // with a buffer in between, what was written may lack the end
				continue
			}
			if n := len(bodyOf(got)); n > c.records {
				t.Errorf("%d records came before the error, there are %d", n, c.records)
			}
		}
		got := mustScan(t, Options{
			Path: "-", In: strings.NewReader(many(60_000, nil)), Threads: threads, Include: "QUAL>500 || DP<5", Filters: "PASS,low",
		})
		if first == "" {
			first = got
		}
		if got != first || len(bodyOf(got)) < 1000 {
			t.Errorf("-t %d: other bytes than -t 1", threads)
		}
	}
}

func TestOddText(t *testing.T) {
	const record = "1\t5\t.\tA\tC\t.\t.\t."
	for name, c := range map[string]struct{ text, want string }{
		"no final newline": {sites + record, record + "\n"},
		"CRLF":             {strings.ReplaceAll(sites+record+"\n"+record+"\n", "\n", "\r\n"), record + "\n" + record + "\n"},
		"empty lines":      {sites + record + "\n\n\r\n\n", record + "\n"},
		"no record":        {sites, ""},
		"mixed ends":       {sites + record + "\n" + record + "\r\n" + record, record + "\n" + record + "\n" + record + "\n"},
	} {
		for _, threads := range []int{1, 2} {
			got := mustScan(t, Options{Path: "-", In: strings.NewReader(c.text), Threads: threads, NoHeader: true})
			if got != c.want {
				t.Errorf("%s: %q, want %q", name, got, c.want)
			}
		}
	}
	for _, text := range []string{
		sites + record + "\n\n" + record + "\n",
		sites + record + "\n\n" + strings.Repeat("\n", 600_000) + record + "\n",
	} {
		_, err := scanned(t, Options{Path: "-", In: strings.NewReader(text)})
		var e *fault.Error
		if !errors.As(err, &e) || e.Place != fmt.Sprintf("line %d", strings.Count(sites, "\n")+2) {
			t.Errorf("an empty line inside: %v", err)
		}
	}
}

// endless gives a line that does not end.
type endless struct{ left int }

func (e *endless) Read(p []byte) (int, error) {
	n := min(len(p), e.left)
	if n == 0 {
		return 0, io.EOF
	}
	for i := range p[:n] {
		p[i] = 'A'
	}
	e.left -= n
	return n, nil
}

// A line of 100 MB is refused with its place, in little memory.
func TestLongLine(t *testing.T) {
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, threads := range []int{1, 2} {
		in := io.MultiReader(strings.NewReader(many(5000, nil)+"1\t99999\t.\tA\tC\t.\t.\tDP="), &endless{100 << 20})
		_, err := scanned(t, Options{Path: "-", In: in, Threads: threads})
		var e *fault.Error
		if !errors.As(err, &e) || e.Kind != fault.Input || e.Place != fmt.Sprintf("line %d", strings.Count(sites, "\n")+5001) {
			t.Errorf("%v", err)
		}
	}
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapSys) - int64(before.HeapSys); grown > 64<<20 {
		t.Errorf("the heap grew by %d MB", grown>>20)
	}
	line := "1\t99999\t.\tA\tC\t.\t.\tDP=" + strings.Repeat("1", scan.MaxLine-100)
	if got := bodyOf(mustScan(t, Options{Path: "-", In: strings.NewReader(sites + line), Threads: 2})); len(got) != 1 || got[0] != line {
		t.Error("a line of almost the most bytes is not kept as it is")
	}
}

// pipe is an output whose reader goes away.
type pipe struct{ left int }

func (p *pipe) Write(b []byte) (int, error) {
	if p.left -= len(b); p.left < 0 {
		return 0, &os.PathError{Op: "write", Path: "|1", Err: syscall.EPIPE}
	}
	return len(b), nil
}

// noneLeft checks that no goroutine outlives do.
func noneLeft(t *testing.T, do func()) {
	t.Helper()
	before := runtime.NumGoroutine()
	do()
	for range 200 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Errorf("%d goroutines were left", runtime.NumGoroutine()-before)
}

func TestEndsEarly(t *testing.T) {
	path := pack(t, many(100_000, nil), 20_000)
	for _, threads := range []int{1, 4} {
		for _, compress := range []func(io.Writer) BlockWriter{nil, packer(threads)} {
			for _, include := range []string{"", "QUAL>=0"} {
				noneLeft(t, func() {
					o := Options{Path: path, Threads: threads, Compress: compress, Include: include, Out: &pipe{50_000}}
					if err := Run(context.Background(), o); !errors.Is(err, syscall.EPIPE) {
						t.Errorf("a closed pipe: %v", err)
					}
				})
				noneLeft(t, func() {
					ctx, stop := context.WithCancel(context.Background())
					o := Options{Path: path, Threads: threads, Compress: compress, Include: include, Out: &stopper{stop: stop, after: 10_000}}
					if err := Run(ctx, o); !errors.Is(err, context.Canceled) {
						t.Errorf("-t %d: interrupted: %v", threads, err)
					}
				})
			}
		}
	}
}

// stopper interrupts the scan once some bytes are written.
type stopper struct {
	stop  func()
	after int
}

func (s *stopper) Write(b []byte) (int, error) {
	if s.after -= len(b); s.after < 0 {
		s.stop()
	}
	return len(b), nil
}

// Without a filter the packed blocks are copied; the text is the same, and a
// block that is damaged is told.
func TestBlocksAreCopied(t *testing.T) {
	text := many(30_000, nil)
	path := pack(t, text, 31_000)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var first string
	for _, threads := range []int{1, 3} {
		got := mustScan(t, Options{Path: path, Threads: threads, Compress: packer(threads)})
		if unpack(t, got) != text {
			t.Fatal("other text")
		}
		if !strings.HasSuffix(got, string(raw[len(raw)/2:])) {
			t.Error("the blocks were packed again")
		}
		if first == "" {
			first = got
		}
		if got != first {
			t.Error("other bytes at another number of threads")
		}
		same := mustScan(t, Options{Path: "-", In: bytes.NewReader(raw), Threads: threads, Compress: packer(threads)})
		if unpack(t, same) != text {
			t.Error("other text from standard input")
		}
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		b := slices.Clone(raw)
		if rnd.IntN(2) == 0 {
			b = b[:rnd.IntN(len(b))]
		} else {
			b[18+rnd.IntN(len(b)-60)] ^= 1 << rnd.IntN(8)
		}
		got, err := scanned(t, Options{Path: write(t, "x.vcf.gz", string(b)), Compress: packer(1)})
		if err == nil {
			if unpack(t, got) != text {
				t.Error("a damaged file gave other text and no error")
			}
			continue
		}
		if fault.KindOf(err) != fault.Input {
			t.Errorf("%v", err)
		}
		if strings.HasSuffix(got, string(raw[len(raw)-28:])) {
			t.Error("an output that was given up has an end-of-file block")
		}
	}
	bad := many(30_000, map[int]string{20_000: "1\t5\t.\tA\n"})
	_, err = scanned(t, Options{Path: pack(t, bad, 31_000), Compress: packer(1)})
	if fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), fmt.Sprintf("line %d", strings.Count(sites, "\n")+20_001)) {
		t.Errorf("a bad record in a block that is copied: %v", err)
	}
}

// A batch that is filled again allocates nothing for its records.
func TestNoAllocationPerRecord(t *testing.T) {
	r, err := scan.Open(scan.Options{Path: "-", In: strings.NewReader(many(3000, nil))})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	p := &plan{Options: Options{Include: `QUAL>500 && FILTER="PASS" && DP>3`}, in: r, targets: regions{"1": {{Start: 0, End: 1 << 20}}}}
	if err := p.prepareAgain(r); err != nil {
		t.Fatal(err)
	}
	w, err := p.newWorker()
	if err != nil {
		t.Fatal(err)
	}
	var b batch
	if err := r.NextStretch(&b.Stretch); err != nil {
		t.Fatal(err)
	}
	whole := bytes.Clone(b.Text)
	n := testing.AllocsPerRun(20, func() {
		b.reset()
		copy(b.Text, whole)
		if w.batch(&b); b.err != nil {
			t.Fatal(b.err)
		}
	})
	if n != 0 || b.lines < 1000 || b.kept == 0 || b.kept == len(whole) {
		t.Errorf("%g allocations for %d records, %d bytes of %d kept", n, b.lines, b.kept, len(whole))
	}
}

func (p *plan) prepareAgain(r *scan.Reader) error {
	targets := p.targets
	err := p.prepare(r.Header())
	p.targets = targets
	return err
}
