package bcf

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/hts/vcf"
)

// Whatever the bytes, the answer is a line of at least eight columns or an Input
// error; no line has a line end in it.
func FuzzReader(fz *testing.F) {
	for _, m := range kinds() {
		fz.Add(file(madeHeader, m.bytes(), m.bytes()))
	}
	fz.Add(packed(fz, file(madeHeader, snv().bytes()), 50))
	fz.Fuzz(func(t *testing.T, b []byte) {
		v, err := OpenStream(bytes.NewReader(b), bgzf.Options{Threads: 1, Name: "x"})
		if err != nil {
			if fault.KindOf(err) != fault.Input {
				t.Fatalf("%v is no input fault", err)
			}
			return
		}
		defer v.Close()
		for {
			line, err := v.ReadLine()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				if fault.KindOf(err) != fault.Input {
					t.Fatalf("%v is no input fault", err)
				}
				return
			}
			if bytes.IndexByte(line, '\n') >= 0 {
				t.Fatalf("%q", line)
			}
		}
	})
}

// A record's bytes behind a good header: what gives a line gives the same line
// again, with the columns that the header names.
func FuzzRecord(fz *testing.F) {
	for _, m := range kinds() {
		b := m.bytes()
		fz.Add(b[8:8+int(b[0])], b[8+int(b[0]):])
	}
	h, err := ReadHeader(Plain(strings.NewReader(string(file(madeHeader)))), "x")
	if err != nil {
		fz.Fatal(err)
	}
	fz.Fuzz(func(t *testing.T, shared, samples []byte) {
		in := Plain(bytes.NewReader(join(u32(nil, uint32(len(shared))), u32(nil, uint32(len(samples))), shared, samples)))
		r := NewReader(in, h, "x")
		if err := r.Next(); err != nil {
			return
		}
		line, err := r.AppendLine(nil)
		if err != nil {
			if fault.KindOf(err) != fault.Input {
				t.Fatalf("%v is no input fault", err)
			}
			return
		}
		if again, err := r.AppendLine([]byte("x")); err != nil || string(again[1:]) != string(line) {
			t.Fatalf("%q, then %q", line, again)
		}
		if n := bytes.Count(line, []byte("\t")); n != 10 {
			t.Fatalf("%q has %d columns", line, n+1)
		}
		var rec vcf.Record
		if rec.Parse(line) == nil && rec.NSamples() != 2 {
			t.Fatalf("%q", line)
		}
	})
}
