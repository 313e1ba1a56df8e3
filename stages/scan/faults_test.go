package scan

import (
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"varpanel/hts/fault"
	"varpanel/hts/vcf"
	"varpanel/internal/testkit"
)

var all = map[string][]Interval{"1": {{0, 1 << 28}}, "X": {{0, 1 << 28}}, "HLA-A*01:01:01": {{0, 1 << 28}}}

func stdin(text string) Options { return Options{Path: "-", In: strings.NewReader(text), Regions: all} }

func TestLinearRefuses(t *testing.T) {
	const a, b, x = "1\t50\t.\tA\tC\t.\t.\t.\n", "1\t60\t.\tA\tC\t.\t.\t.\n", "X\t5\t.\tA\tC\t.\t.\t.\n"
	for _, c := range []struct{ name, text, place string }{
		{"position goes back", head + a + b + a, "line 9"},
		{"contig comes back", head + a + x + b, "line 9"},
		{"too few columns, outside the regions", head + "Y\t1\t.\tA\n", "line 7"},
		{"bad position", head + a + "1\tx\t.\tA\tC\t.\t.\t.\n", "line 8: POS"},
		{"too many columns", head + "1\t50\t.\tA\tC\t.\t.\t.\tGT\t0/1\n", "line 7"},
		{"no header", a, "line 1"},
		{"nothing", "", ""},
	} {
		got, err := records(t, stdin(c.text))
		var e *fault.Error
		if !errors.As(err, &e) || e.Kind != fault.Input || e.Place != c.place || e.File != "standard input" {
			t.Errorf("%s: %d records, %v", c.name, len(got), err)
		}
	}
	gzip := string([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3}) + strings.Repeat("\x00", 20)
	if _, err := records(t, stdin(gzip)); fault.KindOf(err) != fault.Input || !strings.Contains(fault.HintOf(err), "bgzip") {
		t.Errorf("plain gzip: %v", err)
	}
}

// What is before an error is given first, and the error stays.
func TestErrorComesAfterRecords(t *testing.T) {
	r, err := Open(stdin(head + "1\t50\t.\tA\tC\t.\t.\t.\n1\t40\t.\tA\tC\t.\t.\t.\n"))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var b Batch
	if err := r.Next(&b); err != nil || len(b.Lines) != 1 || b.Places[0].String() != "line 7" {
		t.Fatalf("%v %v", b.Places, err)
	}
	for range 2 {
		if err := r.Next(&b); fault.KindOf(err) != fault.Input || len(b.Lines) != 0 {
			t.Errorf("%v", err)
		}
	}
}

// Odd but legal text gives the same records by every way.
func TestOddText(t *testing.T) {
	text := head +
		"1\t0\t.\tN\t<DEL>\t.\t.\tEND=700\n" + // before the first base
		"1\t0\t.\tNA\tN\t.\t.\t.\n" +
		"1\t1\t.\tA\tC,*,<NON_REF>\t.\t.\t.\n" +
		"1\t500\t.\tA\t<*>\t.\t.\tEND=9000\n" +
		"1\t700\t.\t" + strings.Repeat("A", 300) + "\tA\t.\t.\t.\n" + // reaches in
		"1\t990\t.\tA\tC\t.\t.\tEND=5\n" + // END before POS
		"1\t1000\t.\tA\tC\t.\t.\t.\n1\t1000\t.\tA\tC\t.\t.\t.\n" + // one twice
		"HLA-A*01:01:01\t7\t.\tA\tC\t.\t.\t.\n" +
		"X\t7\t.\tA\tC\t.\t.\t."
	regions := map[string][]Interval{
		"1":              {{0, 1}, {998, 1010}, {999, 1000}, {999, 1005}, {40, 40}}, // overlapping, empty
		"HLA-A*01:01:01": {{6, 7}}, "X": {{7, 9}},
	}
	want := []string{"1\t1\t", "1\t500\t", "1\t700\t", "1\t1000\t", "1\t1000\t", "HLA-A*01:01:01\t7\t"}
	dir := t.TempDir()
	path := filepath.Join(dir, "odd.vcf.gz")
	compress(t, path, text, 333)
	check := func(name string, o Options) {
		t.Helper()
		o.Regions = regions
		got, err := records(t, o)
		ok := err == nil && len(got) == len(want)
		for i := range got {
			ok = ok && strings.HasPrefix(got[i], want[i])
		}
		if !ok {
			t.Errorf("%s: %.300q %v", name, got, err)
		}
	}
	check("no index", Options{Path: path})
	check("standard input", Options{Path: "-", In: strings.NewReader(text)})
	check("CRLF", Options{Path: "-", In: strings.NewReader(strings.ReplaceAll(text, "\n", "\r\n"))})
	testkit.Run(t, "tabix", "-p", "vcf", path)
	check(".tbi", Options{Path: path})
	if err := os.Remove(path + ".tbi"); err != nil {
		t.Fatal(err)
	}
	testkit.Run(t, "tabix", "-C", "-p", "vcf", path)
	check(".csi", Options{Path: path})
	if got, err := records(t, Options{Path: path}); err != nil || len(got) != 10 {
		t.Errorf("all regions: %d records, %v", len(got), err)
	}
}

// A file that is cut, wherever, is an error with an index and without; it never
// gives fewer records in silence.
func TestCut(t *testing.T) {
	rnd := rand.New(rand.NewPCG(9, 10))
	dir := t.TempDir()
	path := filepath.Join(dir, "a.vcf.gz")
	text := made(rnd, 40)
	compress(t, path, text, 700)
	testkit.Run(t, "tabix", "-p", "vcf", path)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	idx, err := os.ReadFile(path + ".tbi")
	if err != nil {
		t.Fatal(err)
	}
	cut := filepath.Join(dir, "cut.vcf.gz")
	for n := 0; n < len(whole); n += 1 + rnd.IntN(40) {
		for _, indexed := range []bool{false, true} {
			if err := os.WriteFile(cut, whole[:n], 0o600); err != nil {
				t.Fatal(err)
			}
			os.Remove(cut + ".tbi")
			if indexed {
				if err := os.WriteFile(cut+".tbi", idx, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			_, err := records(t, Options{Path: cut, Regions: all, Threads: 1 + n%2})
			if fault.KindOf(err) != fault.Input {
				t.Fatalf("cut at %d of %d, index %v: %v", n, len(whole), indexed, err)
			}
		}
	}
}

// A flipped byte in a block that is read is an error; the others are not read
// with an index.
func TestFlippedByte(t *testing.T) {
	rnd := rand.New(rand.NewPCG(13, 14))
	dir := t.TempDir()
	path := filepath.Join(dir, "a.vcf.gz")
	var b strings.Builder
	b.WriteString(head)
	for i := range 4000 {
		b.WriteString("1\t" + itoa(100*i+1) + "\t.\tA\tC\t.\t.\tDP=" + itoa(rnd.IntN(1e6)) + "\n")
	}
	text := b.String()
	compress(t, path, text, 4000)
	testkit.Run(t, "tabix", "-p", "vcf", path)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	late := map[string][]Interval{"1": {{390_000, 391_000}}}
	want := byHand(text, late)
	bad, good := 0, 0
	for range 60 {
		n := rnd.IntN(len(whole) - 28)
		b := slices.Clone(whole)
		b[n] ^= 1 << rnd.IntN(8)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := records(t, Options{Path: path, Regions: late, AllowOldIndex: true})
		switch {
		case err == nil && slices.Equal(got, want):
			good++
		case fault.KindOf(err) == fault.Input:
			bad++
		default:
			t.Fatalf("byte %d: %d records, %v", n, len(got), err)
		}
		if _, err := records(t, Options{Path: path}); fault.KindOf(err) != fault.Input {
			t.Errorf("byte %d, read whole: %v", n, err)
		}
	}
	if bad == 0 || good == 0 {
		t.Errorf("%d told, %d not read", bad, good)
	}
}

func itoa(n int) string { return strconv.Itoa(n) }

func TestOldIndex(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.vcf.gz")
	compress(t, path, head+"1\t50\t.\tA\tC\t.\t.\t.\n", 1000)
	testkit.Run(t, "tabix", "-p", "vcf", path)
	past := time.Now().Add(-time.Hour)
	if err := os.Chtimes(path+".tbi", past, past); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(Options{Path: path, Regions: all}); fault.KindOf(err) != fault.Input {
		t.Errorf("an old index: %v", err)
	}
	r, err := Open(Options{Path: path, Regions: all, AllowOldIndex: true})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if !r.Indexed() || !r.IndexOld() {
		t.Error("the old index is not used, or not said to be old")
	}
	// all of the file needs no index
	if _, err := records(t, Options{Path: path}); err != nil {
		t.Errorf("without regions: %v", err)
	}
}

func TestPlace(t *testing.T) {
	for want, p := range map[string]Place{
		"line 12": {Line: 12, Contig: "chr1", Pos: 5}, "chr17:43044391": {Contig: "chr17", Pos: 43044390},
	} {
		if p.String() != want {
			t.Errorf("%q, want %q", p.String(), want)
		}
	}
}

// A batch that is filled again allocates nothing for its records.
func TestNoAllocationPerRecord(t *testing.T) {
	text := head + strings.Repeat("1\t50\t.\tA\tC\t481.02\tPASS\tDP=3;AF=0.5\n", 300_000)
	r, err := Open(Options{Path: "-", In: strings.NewReader(text), Regions: map[string][]Interval{"1": {{0, 100}}}})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var b Batch
	n := testing.AllocsPerRun(100, func() {
		if err := r.Next(&b); err != nil {
			t.Fatal(err)
		}
	})
	if n > 0.5 {
		t.Errorf("%g allocations a batch of %d records, want 0", n, len(b.Lines))
	}
	var rec vcf.Record
	if err := rec.Parse(b.Lines[len(b.Lines)-1]); err != nil {
		t.Error(err)
	}
}

// A source that ends early inside a batch is io.EOF only after the last record.
func TestBatches(t *testing.T) {
	text := head
	const n = 2500
	for i := range n {
		text += "1\t" + itoa(i+1) + "\t.\tA\tC\t.\t.\t.\n"
	}
	r, err := Open(Options{Path: "-", In: strings.NewReader(text), Regions: map[string][]Interval{"1": {{0, n}}}})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var sizes []int
	var b Batch
	for {
		err := r.Next(&b)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, len(b.Lines))
	}
	if !slices.Equal(sizes, []int{1024, 1024, 452}) {
		t.Errorf("%v", sizes)
	}
}
