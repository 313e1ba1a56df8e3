package bam

import (
	"bytes"
	"os"
	"testing"
)

// FuzzRecord: no bytes make Parse or an accessor panic, and what Parse takes is
// consistent.
func FuzzRecord(f *testing.F) {
	f.Add(read{name: "q1", flag: 99, pos: 99, cigar: []Op{op(2, SoftClip), op(3, Match), op(2, Del), op(4, Match)}, bases: "ACGTNACGT"}.encode()[4:])
	f.Add(read{name: "q", bases: "ACGTAC", placeholder: true, cigar: []Op{op(3, Match), op(1, Ins), op(2, Match)}, tags: []byte("NMC\x01MDZ12\x00")}.encode()[4:])
	f.Add(read{name: "q", ref: -1, pos: -1, mref: -1, mpos: -1}.encode()[4:])
	f.Fuzz(func(t *testing.T, b []byte) {
		rec := new(Record)
		if rec.Parse(b, 2) != nil {
			return
		}
		if rec.RefID() < -1 || rec.RefID() >= 2 || rec.Pos() < -1 || rec.End() <= rec.Pos() || rec.MapQ() < 0 || rec.Flag() < 0 ||
			bytes.IndexByte(rec.Name(), 0) >= 0 || rec.MateRefID() >= 2 || rec.MatePos() < -1 {
			t.Fatal("inconsistent fields")
		}
		query := 0
		for i := range rec.NOps() {
			if o := rec.Op(i); o.Query() {
				query += o.Len()
			}
		}
		if rec.NOps() > 0 && rec.Len() > 0 && query != rec.Len() {
			t.Fatalf("CIGAR consumes %d of %d bases", query, rec.Len())
		}
		for i := range rec.Len() {
			_, _ = rec.Base(i), rec.Qual(i)
		}
		NewChecker(func(string, string) {}).Check(rec)
	})
}

// FuzzHeader: no bytes make ReadHeader panic or claim much memory, and the
// header it gives can be asked.
func FuzzHeader(f *testing.F) {
	f.Add(encodeHeader("@HD\tVN:1.6\tSO:coordinate\n@SQ\tSN:a\tLN:10\n@RG\tID:1\tSM:x\n", Ref{"a", 10}))
	f.Add(encodeHeader("", Ref{"a", 10}, Ref{"b", 20}))
	f.Add([]byte("BAM\x01\xff\xff\xff\x7f"))
	f.Fuzz(func(t *testing.T, b []byte) {
		h, err := ReadHeader(bytes.NewReader(b))
		if err != nil {
			return
		}
		for i, r := range h.Refs {
			if id, ok := h.ID(r.Name); !ok || id != i || r.Length < 0 || r.Name == "" {
				t.Fatalf("reference %d: %v, id %d", i, r, id)
			}
		}
	})
}

// FuzzFile: no file makes the reader panic.
func FuzzFile(f *testing.F) {
	data, err := os.ReadFile(small)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add(pack(f, encodeHeader("", Ref{"a", 10}), read{name: "q", pos: 1, bases: "A", cigar: []Op{op(1, Match)}}.encode()))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := stream(b, 1); err == nil {
			if _, err := stream(b, 2); err != nil {
				t.Fatalf("one thread takes it, two do not: %v", err)
			}
		}
	})
}
