package vcf

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/internal/testkit"
)

const small = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ts\n"

// lines reads all records and gives their lines.
func lines(v *Reader) ([]string, error) {
	var out []string
	var r Record
	for {
		err := v.Read(&r)
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		out = append(out, string(r.Line()))
	}
}

func TestLineEnds(t *testing.T) {
	const a, b = "1\t1\t.\tA\tC\t.\t.\t.\tGT\t0/1", "1\t2\t.\tA\tC\t.\t.\t.\tGT\t."
	for name, text := range map[string]string{
		"unix":          small + a + "\n" + b + "\n",
		"no last end":   small + a + "\n" + b,
		"CRLF":          strings.ReplaceAll(small+a+"\n"+b+"\n", "\n", "\r\n"),
		"CRLF, no last": strings.ReplaceAll(small+a+"\n"+b, "\n", "\r\n"),
		"empty lines":   small + a + "\n" + b + "\n\n\r\n\n",
	} {
		for way, in := range map[string]io.Reader{"whole": strings.NewReader(text), "byte by byte": iotest.OneByteReader(strings.NewReader(text))} {
			v, err := NewReader(in, "x.vcf")
			if err != nil {
				t.Fatalf("%s %s: %v", name, way, err)
			}
			if got, err := lines(v); err != nil || len(got) != 2 || got[0] != a || got[1] != b {
				t.Errorf("%s %s: %q %v", name, way, got, err)
			}
			if v.Header().Text() != small {
				t.Errorf("%s %s: header %q", name, way, v.Header().Text())
			}
		}
	}
}

// What is not kept of line ends is told.
func TestLineEndsAreTold(t *testing.T) {
	const a = "1\t1\t.\tA\tC\t.\t.\t.\tGT\t0/1"
	for _, c := range []struct {
		text        string
		crlf, ended bool
	}{
		{small + a + "\n", false, true}, {small + a, false, false}, {small + a + "\r\n", true, true},
		{strings.ReplaceAll(small+a, "\n", "\r\n"), true, false},
	} {
		v, err := NewReader(strings.NewReader(c.text), "x.vcf")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := lines(v); err != nil || v.CRLF() != c.crlf || v.LastLineEnded() != c.ended {
			t.Errorf("%q: CRLF %v, ended %v, %v", c.text, v.CRLF(), v.LastLineEnded(), err)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for _, c := range []struct{ body, place string }{
		{"1\t1\t.\tA\tC\t.\t.\t.\tGT\t0/1\n1\tx\t.\tA\tC\t.\t.\t.\tGT\t0/1\n", "line 4: POS"},
		{"1\t1\t.\tA\tC\t.\t.\t.\tGT\t0/1\t0/1\n", "line 3"},
		{"1\t1\t.\tA\tC\t.\t.\t.\n", "line 3"},
		{"1\t1\t.\tA\tC\t.\t.\t.\tGT\n", "line 3"},
		{"1\t1\t.\tA\tC\n", "line 3"},
		{"1\t1\t.\tA\tC\t.\t.\t.\tGT\t0/1\n\n1\t2\t.\tA\tC\t.\t.\t.\tGT\t0/1\n", "line 4"},
	} {
		v, err := NewReader(strings.NewReader(small+c.body), "x.vcf")
		if err != nil {
			t.Fatal(err)
		}
		_, err = lines(v)
		var e *fault.Error
		if !errors.As(err, &e) || e.Kind != fault.Input || e.File != "x.vcf" || e.Place != c.place {
			t.Errorf("%q: %v", c.body, err)
		}
	}
}

// A line of 100 MB is refused with its place and without keeping it.
func TestHugeLine(t *testing.T) {
	body := io.MultiReader(strings.NewReader(small+"1\t1\t.\tA\tC\t.\t.\tX="), io.LimitReader(endless(bytes.Repeat([]byte{'x'}, 1<<20)), 100<<20), strings.NewReader("\tGT\t0/1\n"))
	v, err := NewReader(body, "x.vcf")
	if err != nil {
		t.Fatal(err)
	}
	_, err = lines(v)
	var e *fault.Error
	if !errors.As(err, &e) || e.Kind != fault.Input || e.Place != "line 3" {
		t.Errorf("%v", err)
	}
	if cap(v.long) > 2*MaxLine {
		t.Errorf("%d bytes are kept", cap(v.long))
	}
}

// A line of a few megabytes is read.
func TestLongLine(t *testing.T) {
	line := "1\t1\t.\tA\tC\t.\t.\tX=" + strings.Repeat("y", 3<<20) + "\tGT\t0/1"
	v, err := NewReader(strings.NewReader(small+line+"\n"+line), "x.vcf")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := lines(v); err != nil || len(got) != 2 || got[0] != line || got[1] != line {
		t.Errorf("%d lines, %v", len(got), err)
	}
}

// endless gives its bytes again and again.
type endless []byte

func (e endless) Read(p []byte) (int, error) { return copy(p, e), nil }

// A source that fails never gives the broken part of a line as a record.
func TestFailingSource(t *testing.T) {
	text := small + "1\t1\t.\tA\tC\t.\t.\t.\tGT\t0/1\n"
	broken := errors.New("disk on fire")
	for n := range len(text) {
		v, err := NewReader(io.MultiReader(strings.NewReader(text[:n]), iotest.ErrReader(broken)), "x.vcf")
		if err == nil {
			_, err = lines(v)
		}
		if !errors.Is(err, broken) {
			t.Fatalf("cut at %d: %v", n, err)
		}
	}
}

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, b []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	text := []byte(small + "1\t1\t.\tA\tC\t.\t.\t.\tGT\t0/1\n")
	var z bytes.Buffer
	w := bgzf.NewWriter(&z, bgzf.WriterOptions{})
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{write("a.vcf", text), write("a.vcf.gz", z.Bytes())} {
		v, err := Open(path, bgzf.Options{Threads: 2})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := lines(v); err != nil || len(got) != 1 {
			t.Errorf("%s: %q %v", path, got, err)
		}
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	}
	gzip := append([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3}, make([]byte, 20)...)
	for _, c := range []struct{ name, hint string }{
		{write("plain.gz", gzip), "bgzip"}, {write("a.bcf", []byte("BCF\x02\x02more")), "bcftools view"},
	} {
		_, err := Open(c.name, bgzf.Options{})
		if fault.KindOf(err) != fault.Input || !strings.Contains(fault.HintOf(err), c.hint) {
			t.Errorf("%s: %v, hint %q", c.name, err, fault.HintOf(err))
		}
	}
	if _, err := Open(write("empty.vcf", nil), bgzf.Options{}); fault.KindOf(err) != fault.Input {
		t.Errorf("an empty file: %v", err)
	}
	if _, err := Open(filepath.Join(dir, "none"), bgzf.Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	// the shared BCF is compressed
	if _, err := Open(testkit.Shared(t, "data/vcf/NA12878.chr21_APP.GRCh38.platinum_pass.bcf"), bgzf.Options{}); fault.KindOf(err) != fault.Input ||
		!strings.Contains(err.Error(), "BCF, where VCF text is read") {
		t.Errorf("BCF: %v", err)
	}
}

func TestReadWithoutAllocation(t *testing.T) {
	text := small + strings.Repeat("1\t1\t.\tA\tC\t481.02\tPASS\tDP=3;AF=0.5\tGT:DP\t0/1:3\n", 2000)
	v, err := NewReader(strings.NewReader(text), "x.vcf")
	if err != nil {
		t.Fatal(err)
	}
	var r Record
	if err := v.Read(&r); err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(1500, func() {
		if err := v.Read(&r); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%g allocations per record read, want 0", n)
	}
}
