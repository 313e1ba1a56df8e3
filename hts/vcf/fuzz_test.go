package vcf

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"varpanel/hts/fault"
)

// A header that is taken is written back as it was, and again.
func FuzzHeader(f *testing.F) {
	f.Add(someHeader)
	f.Add("##fileformat=VCFv4.3\n##INFO=<ID=A,Number=R,Type=Float,Description=\"a \"b\" \\\\\">\n##META=<ID=a,Values=[b, c]>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n")
	f.Fuzz(func(t *testing.T, text string) {
		h, err := readHeader(t, text)
		if err != nil {
			if fault.KindOf(err) != fault.Input {
				t.Fatalf("%v is no input fault", err)
			}
			return
		}
		plain := strings.ReplaceAll(text, "\r\n", "\n")
		if !strings.HasPrefix(plain+"\n", h.Text()) {
			t.Fatalf("%q is written as %q", text, h.Text())
		}
		again, err := readHeader(t, h.Text())
		if err != nil || again.Text() != h.Text() {
			t.Fatalf("%q does not read back: %v", h.Text(), err)
		}
		if err := h.AddLine("##INFO=<ID=CSQ,Number=.,Type=String,Description=\"x\">"); err != nil {
			t.Fatal(err)
		}
	})
}

// Whatever is taken is written back byte for byte, and no accessor panics.
func FuzzRecord(f *testing.F) {
	f.Add([]byte(full))
	f.Add([]byte("1\t0\t.\tN\t<DEL>,A[1:9[\t1e3\t.\tSVLEN=-9,.;END=3;X\tGT:PL\t.|1:.,1\t"))
	h, err := readHeader(f, someHeader)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		var r Record
		if err := r.Parse(line); err != nil {
			var c *ColumnError
			if !errors.As(err, &c) {
				t.Fatalf("%v is no ColumnError", err)
			}
			return
		}
		var e Edit
		if got := e.Append(nil, &r); !bytes.Equal(got, line) {
			t.Fatalf("%q is written as %q", line, got)
		}
		e.SetSample(-1, nil)
		if got := e.Append(nil, &r); !bytes.Equal(got, line) {
			t.Fatalf("%q is written as %q, sample by sample", line, got)
		}
		if r.End() < r.Pos()+len(r.Ref()) || r.RefEnd() > r.End() {
			t.Fatalf("%q ends at %d, %d", line, r.RefEnd(), r.End())
		}
		for i := range r.NAlt() + 1 {
			r.Alt(i)
		}
		NewChecker(h, func(string, string) {}).Check(&r)
	})
}

func FuzzReader(f *testing.F) {
	f.Add([]byte(small + full + "\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		v, err := NewReader(bytes.NewReader(text), "x")
		for r := new(Record); err == nil; {
			err = v.Read(r)
		}
		if !errors.Is(err, io.EOF) && fault.KindOf(err) != fault.Input {
			t.Fatalf("%v is no input fault", err)
		}
	})
}
