package bam

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// Each rule by a record that breaks it, and records that break none.
func TestCheckerRecords(t *testing.T) {
	cut := func(ops ...Op) read { return read{name: "q", bases: "ACG", cigar: ops} }
	for _, c := range []struct {
		r    read
		want string
	}{
		{read{name: "a:b", flag: 0xfff, bases: "A", tags: []byte("NMC\x01MDZ1 2\x00XAAcXHH0A\x00XBBc\x01\x00\x00\x00\x05")}, ""},
		{cut(op(5, HardClip), op(1, SoftClip), op(1, Match), op(1, SoftClip), op(2, HardClip)), ""},
		{cut(op(3, SoftClip)), ""},
		{cut(op(3, Match), op(2, HardClip)), ""},
		{read{name: "@q"}, "QNAME"},
		{read{name: ""}, "QNAME"},
		{read{name: "a b"}, "QNAME"},
		{read{name: "q", flag: 0x1001}, "FLAG: 4097"},
		{cut(op(1, Match), op(1, SoftClip), op(1, Match)), "CIGAR"},
		{cut(op(1, Match), op(1, HardClip), op(2, Match)), "CIGAR"},
		{cut(op(1, SoftClip), op(1, HardClip), op(2, Match)), "CIGAR"},
		{read{name: "q", tags: []byte("NMC\x01NMC\x02")}, "NM stands twice"},
		{read{name: "q", tags: []byte("XAA ")}, "XA is no value of type A"},
		{read{name: "q", tags: []byte("XZZa\tb\x00")}, "XZ is no value of type Z"},
		{read{name: "q", tags: []byte("XHH0a1\x00")}, "XH is no value of type H"},
		{read{name: "q", tags: []byte("XXi\x00")}, "tags: are not whole"},
	} {
		var rec Record
		if err := rec.Parse(c.r.encode()[4:], 1); err != nil {
			t.Fatalf("%+v: %v", c.r, err)
		}
		var got []string
		NewChecker(func(field, msg string) { got = append(got, field+": "+msg) }).Check(&rec)
		if said := strings.Join(got, "; "); (said == "") != (c.want == "") || !strings.Contains(said, c.want) || len(got) > 1 {
			t.Errorf("%+v: %q, want %q", c.r, said, c.want)
		}
	}
}

// The same for the lines of a header.
func TestCheckerHeader(t *testing.T) {
	const good = "@HD\tVN:1.6\tSO:coordinate\n@SQ\tSN:a\tLN:10\tAN:a.1\tM5:7fc56270e7a70fa81a5935b72eacbe29\n" +
		"@RG\tID:1\tSM:x y\tPL:illumina\tDT:2026-11-24T09:00:00Z\n@PG\tID:p\n@PG\tID:q\tPP:p\tCL:x -y\n@CO\tany thing\n"
	for _, c := range []struct{ from, to, want string }{
		{"", "", ""},
		{"VN:1.6", "VN:1", "line 1: @HD: VN"},
		{"SO:coordinate", "SO:position", "line 1: @HD: SO"},
		{"@CO", "@HD", "line 6: @HD: is not the first line"},
		{"AN:a.1", "AN:a", `line 2: @SQ: AN has "a"`},
		{"M5:7f", "M5:7F", "line 2: @SQ: M5"},
		{"PL:illumina", "PL:solexa", "line 3: @RG: PL"},
		{"DT:2026-11-24T09", "DT:today", "line 3: @RG: DT"},
		{"ID:q", "ID:p", `line 5: @PG: two lines have the ID "p"`},
		{"PP:p", "PP:r", `line 5: @PG: PP names "r"`},
		{"\tSM:x y", "\tSM:x\tSM:y", "line 3: @RG: SM stands twice"},
		{"\tSM:x y", "\tSM", "line 3: @RG: \"SM\" is no tag"},
	} {
		h, err := ReadHeader(bytes.NewReader(encodeHeader(strings.Replace(good, c.from, c.to, 1), Ref{"a", 10})))
		if err != nil {
			t.Fatalf("%s: %v", c.to, err)
		}
		var got []string
		h.CheckText(func(line int, msg string) { got = append(got, fmt.Sprintf("line %d: %s", line, msg)) })
		if said := strings.Join(got, "; "); (said == "") != (c.want == "") || !strings.HasPrefix(said, c.want) {
			t.Errorf("%s: %q, want %q", c.to, said, c.want)
		}
	}
}
