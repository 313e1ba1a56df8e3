package view

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"varpanel/hts/bgzf"
	"varpanel/internal/testkit"
)

func packer(threads int) func(io.Writer) BlockWriter {
	return func(w io.Writer) BlockWriter {
		return bgzf.NewWriter(w, bgzf.WriterOptions{Threads: threads, Level: 1})
	}
}

// scanned runs a scan and gives what it writes.
func scanned(t testing.TB, o Options) (string, error) {
	t.Helper()
	var out bytes.Buffer
	o.Out = &out
	err := Run(context.Background(), o)
	return out.String(), err
}

func mustScan(t testing.TB, o Options) string {
	t.Helper()
	out, err := scanned(t, o)
	if err != nil {
		t.Fatalf("%+v: %v", o, err)
	}
	return out
}

func bodyOf(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		if line[0] != '#' {
			out = append(out, strings.TrimSuffix(line, "\n"))
		}
	}
	return out
}

// sameRecords compares records field by field. Numbers are compared by value:
// the peer writes floats with six digits, we leave them as they were read.
func sameRecords(a, b []string) (difference string) {
	if len(a) != len(b) {
		return strconv.Itoa(len(a)) + " records, " + strconv.Itoa(len(b)) + " in the peer's"
	}
	for i := range a {
		x, y := strings.Split(a[i], "\t"), strings.Split(b[i], "\t")
		if len(x) != len(y) {
			return a[i] + "\n" + b[i]
		}
		for c := range x {
			if !sameValue(x[c], y[c], ";:,=") {
				return a[i] + "\n" + b[i]
			}
		}
	}
	return ""
}

func sameValue(a, b, separators string) bool {
	if a == b {
		return true
	}
	if separators == "" {
		f, err1 := strconv.ParseFloat(a, 64)
		g, err2 := strconv.ParseFloat(b, 64)
		if err1 != nil || err2 != nil {
			return false
		}
		d := f - g
		return d == 0 || max(d, -d) <= 1e-5*max(f, -f, g, -g)
	}
	x, y := strings.Split(a, separators[:1]), strings.Split(b, separators[:1])
	if len(x) != len(y) {
		return dropped(x, y, separators)
	}
	for i := range x {
		if !sameValue(x[i], y[i], separators[1:]) {
			return false
		}
	}
	return true
}

// dropped allows trailing missing fields of a sample to be written or not.
func dropped(x, y []string, separators string) bool {
	if separators[0] != ':' {
		return false
	}
	for len(x) > len(y) && x[len(x)-1] == "." {
		x = x[:len(x)-1]
	}
	for len(y) > len(x) && y[len(y)-1] == "." {
		y = y[:len(y)-1]
	}
	return len(x) == len(y) && sameValue(strings.Join(x, ":"), strings.Join(y, ":"), separators)
}

func write(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// pack writes text as BGZF in blocks of about size bytes.
func pack(t testing.TB, text string, size int) string {
	t.Helper()
	var b bytes.Buffer
	w := bgzf.NewWriter(&b, bgzf.WriterOptions{Level: 1})
	testkit.WriteBlocks(t, w, text, size)
	return write(t, "packed.vcf.gz", b.String())
}

func unpack(t testing.TB, packed string) string {
	t.Helper()
	z, err := bgzf.NewReader(strings.NewReader(packed), bgzf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
