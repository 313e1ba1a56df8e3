package normalise

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"varpanel/hts/fault"
)

const windowHead = "##fileformat=VCFv4.2\n##contig=<ID=1>\n##contig=<ID=2>\n##INFO=<ID=N,Number=1,Type=Integer,Description=\"x\">\n" +
	"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"

// Records that go back by less than the window come out in the order of a stable
// sort by position, whatever the order in which they came.
func TestWindowSorts(t *testing.T) {
	for name, place := range map[string]func(i int, rnd *rand.Rand) int{
		"sorted":       func(i int, _ *rand.Rand) int { return 1 + i/3 },
		"one position": func(int, *rand.Rand) int { return 7 },
		"saw":          func(i int, _ *rand.Rand) int { return 1 + i/900*900 + 900 - i%900 },
		"random":       func(i int, rnd *rand.Rand) int { return 1 + i/10 + rnd.IntN(siteWindow) },
	} {
		rnd := rand.New(rand.NewPCG(3, 4))
		var text strings.Builder
		text.WriteString(windowHead)
		type line struct {
			pos  int
			text string
		}
		var want []line
		for i := range 60_000 {
			l := line{pos: place(i, rnd)}
			l.text = fmt.Sprintf("1\t%d\t.\tA\tC\t.\t.\tN=%d", l.pos, i)
			want = append(want, l)
			text.WriteString(l.text + "\n")
		}
		slices.SortStableFunc(want, func(a, b line) int { return a.pos - b.pos })
		got, warned, err := normed([]byte(text.String()), Options{})
		if err != nil || len(warned) > 0 || len(got) != len(want) {
			t.Fatalf("%s: %v %v, %d lines of %d", name, err, warned, len(got), len(want))
		}
		for i := range got {
			if got[i] != want[i].text {
				t.Fatalf("%s: line %d is %s, want %s", name, i, got[i], want[i].text)
			}
		}
	}
}

// What is not sorted is refused with its place, however small the file is.
func TestWindowRefusesUnsortedFiles(t *testing.T) {
	for name, c := range map[string]struct{ records, message string }{
		"a position":    {"1\t5000\n1\t3999\n", "test: line 7: POS: 3999 comes after 5000"},
		"a contig":      {"1\t5000\n2\t1\n1\t6000\n", "test: line 8: CHROM: 1 comes again, after 2"},
		"in the window": {"1\t5000\n1\t4000\n2\t1\n", ""},
	} {
		text := windowHead + strings.ReplaceAll(c.records, "\n", "\t.\tA\tC\t.\t.\t.\n")
		_, _, err := normed([]byte(text), Options{})
		if c.message == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if fault.KindOf(err) != fault.Input || !strings.HasPrefix(err.Error(), c.message) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// One line of each batch waits for long while the others leave: what waits must
// not keep the memory of those that left.
func TestWindowKeepsLittle(t *testing.T) {
	var out discard
	w := NewWindow(&out, Options{Split: true}, t.Logf)
	const lineBytes, batches = 64 << 10, 6_000
	text := bytes.Repeat([]byte("x"), lineBytes)
	line := append([]byte("1\t2\t"), text...)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	b := &Batch{}
	for i := range batches {
		b.first = 1 + 2*i
		b.text = append(b.text[:0], "1\t1\t1\t1\t"...)
		b.ends = append(b.ends[:0], 4, 8)
		if b.page == nil {
			b.page = new(page)
		}
		b.records = append(b.records[:0], rewritten{contig: 1, pos: 900}, rewritten{contig: 1, pos: i / 20, lines: 1})
		b.page.text = append(b.page.text, "1\t901"...)
		b.page.end(900)
		b.page.text = append(b.page.text, line...)
		b.page.end(i / 20)
		if err := w.Take(b); err != nil {
			t.Fatal(err)
		}
		if w.pinned > maxPinned+lineBytes {
			t.Fatalf("%d bytes of pages", w.pinned)
		}
	}
	runtime.ReadMemStats(&after)
	if kept := int64(after.HeapAlloc) - int64(before.HeapAlloc); kept > 2*maxPinned {
		t.Errorf("%d bytes are kept", kept)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if w.pinned != 0 || out == 0 {
		t.Errorf("%d bytes of pages are kept, %d were written", w.pinned, out)
	}
}

type discard int

func (d *discard) Write(p []byte) (int, error) { *d += discard(len(p)); return len(p), nil }
