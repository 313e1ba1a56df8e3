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
	f.Add("##fileformat=VCFv4.5\n##FORMAT=<ID=LAD,Number=LR,Type=Integer,Description=\"x\",IDX=3>\n##SAMPLE=<ID=a>\n##PEDIGREE=<ID=a,Mother=b>\n" +
		"##assembly=ftp://a.b/c\n##ALT=<ID=DEL:ME,Description=\"x\">\n##contig=<ID=1,length=5>\n##contig=<ID=1,length=6>\n" +
		"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ts\n")
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
		for _, i := range h.Infos {
			if k := h.InfoKey(i.ID); !k.Defined || k.Field != i {
				t.Fatalf("%+v is not %+v", k.Field, i)
			}
		}
		if err := h.AddLine("##INFO=<ID=CSQ,Number=.,Type=String,Description=\"x\">"); err != nil {
			t.Fatal(err)
		}
	})
}

// Whatever is taken is written back byte for byte, keys give what names give, and
// no accessor and no Checker panics.
func FuzzRecord(f *testing.F) {
	f.Add([]byte(full))
	f.Add([]byte("1\t0\t.\tN\t<DEL>,A[1:9[\t1e3\t.\tSVLEN=-9,.;END=3;X\tGT:PL\t.|1:.,1\t"))
	f.Add([]byte("1\t9\t.\tC\t<CNV:TR>,<DEL>\t.\tq\tSVLEN=9,1;RN=2,.;RUS=CAG,A;RUL=3,1;RUC=2,.;RB=6,.;CIRB=-1,1,.,.;RUB=3,3\tGT:LAA:LGT:LAD:PSL:PSO\t0|1:1:0/1:1,2:a,.:1,2\t."))
	var headers []*Header
	for _, version := range []string{"4.1", "4.3", "4.5"} {
		h, err := readHeader(f, strings.Replace(someHeader, "4.2", version, 1))
		if err != nil {
			f.Fatal(err)
		}
		headers = append(headers, h)
	}
	var before Record // was used for another line: nothing of it may show
	if err := before.Parse([]byte(full)); err != nil {
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
		for _, h := range headers {
			NewChecker(h, func(string, string) {}).Check(&r)
		}
		if err := before.Parse(line); err != nil {
			t.Fatal(err)
		}
		sameByKey(t, headers[0], &r)
		sameByKey(t, headers[0], &before)
	})
}

// sameByKey compares every value of a record by key and by name.
func sameByKey(t *testing.T, h *Header, r *Record) {
	for field := range bytes.SplitSeq(r.Info(), semicolon) {
		id, _, _ := bytes.Cut(field, []byte{'='})
		sameValue(t, r, h.InfoKey(string(id)), -1)
	}
	for id := range bytes.SplitSeq(r.Format(), colon) {
		for s := range r.NSamples() {
			sameValue(t, r, h.FormatKey(string(id)), s)
		}
	}
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
