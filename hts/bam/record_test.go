package bam

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"varpanel/hts/bgzf"

	biogo "github.com/biogo/hts/bam"
)

func parse(t *testing.T, r read) (*Record, error) {
	t.Helper()
	rec := new(Record)
	return rec, rec.Parse(r.encode()[4:], 3)
}

func TestRecordFields(t *testing.T) {
	rec, err := parse(t, read{name: "q1", flag: Paired | ProperPair | Reverse, ref: 2, pos: 99, mapq: 60,
		cigar: []Op{op(2, SoftClip), op(3, Match), op(2, Del), op(1, Ins), op(2, Equal), op(1, Diff), op(4, HardClip)},
		mref:  2, mpos: 80, bases: "ACGTNACGT", quality: []byte{1, 2, 3, 4, 5, 6, 7, 8, 9}, tags: []byte("NMC\x01")})
	if err != nil {
		t.Fatal(err)
	}
	if string(rec.Name()) != "q1" || rec.Flag() != 0x13 || rec.RefID() != 2 || rec.Pos() != 99 || rec.MapQ() != 60 ||
		rec.MateRefID() != 2 || rec.MatePos() != 80 || rec.Len() != 9 || rec.NOps() != 7 {
		t.Errorf("fields: %q %x %d %d %d %d %d %d %d", rec.Name(), rec.Flag(), rec.RefID(), rec.Pos(), rec.MapQ(),
			rec.MateRefID(), rec.MatePos(), rec.Len(), rec.NOps())
	}
	if rec.End() != 99+3+2+2+1 {
		t.Errorf("end %d", rec.End())
	}
	var bases []byte
	for i := range rec.Len() {
		bases = append(bases, rec.Base(i))
		if rec.Qual(i) != i+1 {
			t.Errorf("quality %d: %d", i, rec.Qual(i))
		}
	}
	if string(bases) != "ACGTNACGT" {
		t.Errorf("bases %s", bases)
	}
}

// TestOps: what each operation consumes, by the table of SAMv1 section 1.4.6.
func TestOps(t *testing.T) {
	const query, reference = "MIS=X", "MDN=X"
	for kind, letter := range "MIDNSHP=X" {
		o := op(5, kind)
		if o.Query() != strings.ContainsRune(query, letter) || o.Reference() != strings.ContainsRune(reference, letter) ||
			o.Aligned() != strings.ContainsRune("M=X", letter) || o.Len() != 5 {
			t.Errorf("%c: query %v, reference %v, aligned %v", letter, o.Query(), o.Reference(), o.Aligned())
		}
	}
}

func TestLongCigar(t *testing.T) {
	long := read{name: "q", ref: 0, pos: 10, bases: strings.Repeat("A", 12), mref: -1, mpos: -1, placeholder: true,
		cigar: []Op{op(5, Match), op(3, Del), op(7, Match)}, tags: []byte("XZZab\x00XBBs\x02\x00\x00\x00\x01\x00\x02\x00XIi\x00\x00\x00\x00")}
	rec, err := parse(t, long)
	if err != nil {
		t.Fatal(err)
	}
	if rec.NOps() != 3 || rec.Op(1) != op(3, Del) || rec.End() != 25 {
		t.Errorf("%d operations, end %d", rec.NOps(), rec.End())
	}
	long.placeholder, long.cigar = false, []Op{op(12, SoftClip), op(15, Skip)}
	if rec, err = parse(t, long); err != nil || rec.NOps() != 2 {
		t.Errorf("without CG the placeholder is the CIGAR: %v, %d operations", err, rec.NOps())
	}
	long.tags = []byte("XZZab")
	if _, err = parse(t, long); err == nil {
		t.Error("a tag without its end was taken")
	}
}

func TestMalformedRecords(t *testing.T) {
	good := read{name: "q", ref: 0, pos: 10, bases: "ACGT", cigar: []Op{op(4, Match)}, mref: -1, mpos: -1}
	if _, err := parse(t, good); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what string
		edit func(*read)
		want string
	}{
		{"refID past the list", func(r *read) { r.ref = 3 }, "reference 3 of 3"},
		{"refID below -1", func(r *read) { r.ref = -2 }, "reference -2"},
		{"mate's refID", func(r *read) { r.mref = 7 }, "reference 7"},
		{"position", func(r *read) { r.pos = -2 }, "POS"},
		{"CIGAR too long", func(r *read) { r.cigar = []Op{op(5, Match)} }, "consumes 5 bases, SEQ has 4"},
		{"CIGAR too short", func(r *read) { r.cigar = []Op{op(3, Match)} }, "consumes 3 bases"},
		{"CIGAR kind", func(r *read) { r.cigar = []Op{op(4, Match), op(1, 9)} }, "kind 9"},
		{"end past 2^31", func(r *read) { r.pos, r.cigar = 1<<31-20, []Op{op(4, Match), op(100, Skip)} }, "ends at"},
		{"name with a NUL inside", func(r *read) { r.name = "a\x00b" }, "QNAME"},
	} {
		r := good
		c.edit(&r)
		if _, err := parse(t, r); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.what, err)
		}
	}
	whole := good.encode()[4:]
	for n := range len(whole) {
		if err := new(Record).Parse(whole[:n], 3); err == nil {
			t.Errorf("%d of %d bytes were taken for a record", n, len(whole))
		}
	}
}

// TestAgainstBiogo compares every field of every record of the real file.
func TestAgainstBiogo(t *testing.T) {
	data, err := os.ReadFile(brca1)
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := biogo.NewReader(bytes.NewReader(data), 1)
	if err != nil {
		t.Fatal(err)
	}
	ours, err := NewReader(bytes.NewReader(data), bgzf.Options{Threads: 1, Name: brca1}, true)
	if err != nil {
		t.Fatal(err)
	}
	defer ours.Close()
	n := 0
	for rec := new(Record); ; n++ {
		want, err := theirs.Read()
		if errors.Is(err, io.EOF) {
			if err := ours.Read(rec); !errors.Is(err, io.EOF) {
				t.Errorf("after the end: %v", err)
			}
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := ours.Read(rec); err != nil {
			t.Fatal(err)
		}
		end := want.End()
		if want.Len() == 0 {
			end = want.Pos + 1
		}
		if string(rec.Name()) != want.Name || rec.Flag() != int(want.Flags) || rec.RefID() != want.Ref.ID() || rec.Pos() != want.Pos ||
			rec.End() != end || rec.MapQ() != int(want.MapQ) || rec.MateRefID() != want.MateRef.ID() || rec.MatePos() != want.MatePos ||
			rec.NOps() != len(want.Cigar) || rec.Len() != want.Seq.Length {
			t.Fatalf("record %d differs from biogo's: %q end %d, want %v end %d", n, rec.Name(), rec.End(), want, end)
		}
		for i, o := range want.Cigar {
			if rec.Op(i) != op(o.Len(), int(o.Type())) {
				t.Fatalf("record %d: CIGAR operation %d: %v, want %v", n, i, rec.Op(i), o)
			}
		}
		for i, base := range want.Seq.Expand() {
			if rec.Base(i) != base || rec.Qual(i) != int(want.Qual[i]) {
				t.Fatalf("record %d: base %d", n, i)
			}
		}
	}
	if n != 19836 {
		t.Errorf("%d records, want 19836", n)
	}
}
