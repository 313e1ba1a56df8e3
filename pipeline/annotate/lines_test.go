package annotate

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/internal/testkit"
)

const (
	linesHead = "##fileformat=VCFv4.2\n##contig=<ID=1>\n##contig=<ID=X>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
	columns   = "\t.\tA\tC\t.\t.\t."
)

// sourced writes a source of every tenth position of contig 1, and the TOML that
// asks for it.
func sourced(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	b.WriteString(strings.Replace(linesHead, "##contig", "##INFO=<ID=N,Number=1,Type=Integer,Description=\"n\">\n##contig", 1))
	for i := 10; i <= 40_000; i += 10 {
		fmt.Fprintf(&b, "1\t%d\t.\tA\tC\t.\t.\tN=%d\n", i, i)
	}
	path := filepath.Join(dir, "source.vcf")
	config := fmt.Sprintf("[[annotation]]\nfile = %q\nfields = [\"N\"]\nops = [\"self\"]\nnames = [\"n\"]\n", path)
	for name, text := range map[string]string{path: b.String(), filepath.Join(dir, "s.toml"): config} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "s.toml")
}

// packed gives text as BGZF in blocks of some size.
func packed(t *testing.T, text string, size int) []byte {
	t.Helper()
	var b bytes.Buffer
	w := bgzf.NewWriter(&b, bgzf.WriterOptions{Level: 1})
	testkit.WriteBlocks(t, w, text, size)
	return b.Bytes()
}

// numbered are n records on contig 1, one a base from a position on.
func numbered(from, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "1\t%d%s\n", from+i, columns)
	}
	return b.String()
}

// However the file is packed, cut into blocks and shared out, each record leaves once,
// in order, with what the source has of it.
func TestEveryLine(t *testing.T) {
	dir := t.TempDir()
	config := sourced(t, dir)
	text := linesHead + numbered(1, 40_000) + "X\t5" + columns + "\n"
	path := filepath.Join(dir, "a.vcf.gz")
	check := func(name, got string, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(name, err)
		}
		n := 0
		for line := range strings.Lines(got) {
			if line[0] == '#' {
				continue
			}
			n++
			want := fmt.Sprintf("1\t%d%s\n", n, columns)
			switch {
			case n == 40_001:
				want = "X\t5" + columns + "\n"
			case n%10 == 0:
				want = strings.TrimSuffix(want, ".\n") + fmt.Sprintf("n=%d\n", n)
			}
			if line != want {
				t.Fatalf("%s: record %d is %q, want %q", name, n, line, want)
			}
		}
		if n != 40_001 {
			t.Errorf("%s: %d records", name, n)
		}
	}
	for name, text := range map[string]string{
		"as it is": text, "CRLF": strings.ReplaceAll(text, "\n", "\r\n"), "no line end": strings.TrimSuffix(text, "\n"),
		"line ends": text + "\n\r\n\n",
	} {
		for _, threads := range []int{1, 3} {
			got, err := annotated(t, Options{Path: "-", In: strings.NewReader(text), Sources: config, Threads: threads})
			check(name, got, err)
			for _, size := range []int{2000, 65_000} {
				if err := os.WriteFile(path, packed(t, text, size), 0o600); err != nil {
					t.Fatal(err)
				}
				got, err := annotated(t, Options{Path: path, Sources: config, Threads: threads})
				check(fmt.Sprintf("%s in blocks of %d", name, size), got, err)
			}
		}
	}
}

// What is wrong with the file has its line, in the first stretch and in later ones.
func TestPlaces(t *testing.T) {
	dir := t.TempDir()
	config := sourced(t, dir)
	const many = 30_000 // some stretches
	for _, c := range []struct {
		name, more string
		at         int // of the lines of more, from 1
		message    string
	}{
		{"no position", "1\tx" + columns + "\n", 1, "POS"},
		{"too few columns", "1\t50000\t.\tA\n", 1, "columns"},
		{"samples that the header lacks", "1\t50000" + columns + "\tGT\t0/1\n", 1, "sample"},
		{"position goes back", "1\t50000" + columns + "\n1\t49999" + columns + "\n", 2, "unsorted: position 49999 of 1 stands after 50000"},
		{"contig comes back", "1\t50000" + columns + "\nX\t5" + columns + "\n1\t50000" + columns + "\n", 3, "unsorted: contig 1 comes back after X"},
		{"contig comes back in another stretch", "1\t50000" + columns + "\nX\t5" + columns + "\n" + numbered(5, many), 3, "unsorted: contig 1 comes back after X"},
		{"empty line", "\n1\t50000" + columns + "\n", 1, "an empty line"},
		{"empty lines before another stretch", strings.Repeat("\n", 300_000) + "1\t50000" + columns + "\n", 1, "an empty line"},
	} {
		for _, before := range []int{0, 3, many} {
			text := linesHead + numbered(10, before) + c.more
			want := fmt.Sprintf("line %d", strings.Count(linesHead, "\n")+before+c.at)
			for _, threads := range []int{1, 3} {
				for _, o := range []Options{
					{Path: "-", In: strings.NewReader(text)}, {Path: "-", In: bytes.NewReader(packed(t, text, 9_000))},
				} {
					o.Sources, o.Threads = config, threads
					_, err := annotated(t, o)
					if fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "standard input: "+want+": ") ||
						!strings.Contains(err.Error(), c.message) {
						t.Errorf("%s after %d records, %d threads: %v, want %s", c.name, before, threads, err, want)
					}
				}
			}
		}
	}
}

// A file that is cut, wherever, is an error at every number of threads, and its text
// the begin of the whole one's.
func TestCutFile(t *testing.T) {
	dir := t.TempDir()
	config := sourced(t, dir)
	text := linesHead + numbered(1, 400)
	whole, err := annotated(t, Options{Path: "-", In: strings.NewReader(text), Sources: config})
	if err != nil {
		t.Fatal(err)
	}
	file := packed(t, text, 700)
	for n := 0; n < len(file); n += 7 {
		for _, threads := range []int{1, 3} {
			got, err := annotated(t, Options{Path: "-", In: bytes.NewReader(file[:n]), Sources: config, Threads: threads})
			if fault.KindOf(err) != fault.Input || !strings.HasPrefix(whole, got) {
				t.Fatalf("cut at %d of %d, %d threads: %d bytes, %v", n, len(file), threads, len(got), err)
			}
		}
	}
}
