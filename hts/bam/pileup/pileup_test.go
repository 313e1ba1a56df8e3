package pileup

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"varpanel/hts/bam"
)

// aligned describes a record of reference 0 for the tests that need no oracle.
type aligned struct {
	name      string
	flag      int
	pos, mate int
	cigar     string // "3M1D2M"
	bases     string // "" for As
	quality   byte
	mapq      int
}

const pair = bam.Paired | bam.ProperPair

// record builds the BAM record (SAMv1 section 4.2) and parses it.
func record(t testing.TB, a aligned) *bam.Record {
	t.Helper()
	var ops []bam.Op
	n, query := 0, 0
	for _, c := range a.cigar {
		if c >= '0' && c <= '9' {
			n = 10*n + int(c-'0')
			continue
		}
		o := bam.Op(n<<4 | strings.IndexRune("MIDNSHP=X", c))
		if o.Query() {
			query += n
		}
		ops, n = append(ops, o), 0
	}
	if a.bases == "" {
		a.bases = strings.Repeat("A", query)
	}
	var b []byte
	u32 := func(v int) { b = binary.LittleEndian.AppendUint32(b, uint32(int32(v))) }
	u32(0)
	u32(a.pos)
	b = append(b, byte(len(a.name)+1), byte(a.mapq), 0, 0)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(ops)))
	b = binary.LittleEndian.AppendUint16(b, uint16(a.flag))
	u32(len(a.bases))
	u32(0)
	u32(a.mate)
	u32(0)
	b = append(append(b, a.name...), 0)
	for _, o := range ops {
		u32(int(o))
	}
	packed := make([]byte, (len(a.bases)+1)/2)
	for i := range a.bases {
		packed[i/2] |= byte(strings.IndexByte("=ACMGRSVTWYHKDBN", a.bases[i])) << (4 * (1 - i%2))
	}
	b = append(b, packed...)
	b = append(b, bytes.Repeat([]byte{a.quality}, len(a.bases))...)
	rec := new(bam.Record)
	if err := rec.Parse(b, 1); err != nil {
		t.Fatalf("%+v: %v", a, err)
	}
	return rec
}

// text writes depths as digits.
func text(depth []int32) string {
	var b strings.Builder
	for _, d := range depth {
		b.WriteString(strconv.Itoa(int(d)))
	}
	return b.String()
}

func TestDepthByHand(t *testing.T) {
	for _, c := range []struct {
		what              string
		reads             []aligned
		once, every, span string // over [0, 12)
	}{
		{"a read", []aligned{{cigar: "4M", pos: 2}}, "001111000000", "001111000000", "001111000000"},
		{"deletion", []aligned{{cigar: "2M3D2M", pos: 1}}, "011000110000", "011000110000", "011111110000"},
		{"skip", []aligned{{cigar: "2M3N2M", pos: 1}}, "011000110000", "011000110000", "011111110000"},
		{"insertion and clips", []aligned{{cigar: "3S2M2I2M1H", pos: 1}}, "011110000000", "011110000000", "011110000000"},
		{"= and X", []aligned{{cigar: "2=1X2=", pos: 1}}, "011111000000", "011111000000", "011111000000"},
		{"mates overlap", []aligned{{name: "a", flag: pair, cigar: "5M", pos: 1, mate: 4}, {name: "a", flag: pair, cigar: "5M", pos: 4, mate: 1}},
			"011111111000", "011122111000", "011122111000"},
		{"mates start together", []aligned{{name: "a", flag: pair, cigar: "5M", pos: 1, mate: 1}, {name: "a", flag: pair, cigar: "5M", pos: 1, mate: 1}},
			"011111000000", "022222000000", "022222000000"},
		{"mates apart", []aligned{{name: "a", flag: pair, cigar: "3M", pos: 1, mate: 6}, {name: "a", flag: pair, cigar: "3M", pos: 6, mate: 1}},
			"011100111000", "011100111000", "011100111000"},
		{"the second fills the first's deletion", []aligned{{name: "a", flag: pair, cigar: "3M2D3M", pos: 1, mate: 3}, {name: "a", flag: pair, cigar: "6M", pos: 3, mate: 1}},
			"011111111000", "011211222000", "011222222000"},
		{"both have the deletion", []aligned{{name: "a", flag: pair, cigar: "3M2D3M", pos: 1, mate: 2}, {name: "a", flag: pair, cigar: "2M2D3M", pos: 2, mate: 1}},
			"011100111000", "012200222000", "012222222000"},
		{"not a proper pair", []aligned{{name: "a", flag: bam.Paired, cigar: "5M", pos: 1, mate: 4}, {name: "a", flag: bam.Paired, cigar: "5M", pos: 4, mate: 1}},
			"011122111000", "011122111000", "011122111000"},
		{"supplementary", []aligned{{name: "a", flag: pair, cigar: "5M", pos: 1, mate: 8}, {name: "a", flag: pair | bam.Supplementary, cigar: "2H3M", pos: 3, mate: 8}},
			"011222000000", "011222000000", "011222000000"},
		{"the mate is a duplicate", []aligned{{name: "a", flag: pair, cigar: "5M", pos: 1, mate: 4}, {name: "a", flag: pair | bam.Duplicate, cigar: "5M", pos: 4, mate: 1}},
			"011111000000", "011111000000", "011111000000"},
		{"filtered", []aligned{{flag: bam.QCFail, cigar: "5M"}, {flag: bam.Secondary, cigar: "5M"}, {flag: bam.Unmapped, cigar: "5M"}, {cigar: "5M", mapq: -1}},
			"000000000000", "000000000000", "000000000000"},
		{"mosdepth's surplus beyond a shorter second mate", []aligned{{name: "a", flag: pair, cigar: "8M", pos: 1, mate: 3}, {name: "a", flag: pair, cigar: "3M", pos: 3, mate: 1}},
			"011111000000", "011222111000", "011222111000"},
		{"no surplus with a clip", []aligned{{name: "a", flag: pair, cigar: "8M", pos: 1, mate: 3}, {name: "a", flag: pair, cigar: "2S3M", pos: 3, mate: 1}},
			"011111111000", "011222111000", "011222111000"},
	} {
		for mode, want := range map[Mode]string{MatesOnce: c.once, EveryRead: c.every, Span: c.span} {
			d := NewDepth([]bam.Interval{{Start: 0, End: 12}}, Options{Mode: mode, Exclude: DefaultFlags, MinMapQ: 10})
			for _, a := range c.reads {
				a.mapq += 10
				d.Add(record(t, a))
			}
			if got := text(finish(d)[0]); got != want {
				t.Errorf("%s, mode %d: %s, want %s", c.what, mode, got, want)
			}
		}
	}
}

// TestDepthOfPieces: what is found for an interval does not depend on which
// others are asked for with it, so shards cannot change a number.
func TestDepthOfPieces(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 30 {
		reads := randomReads(r)
		var records []*bam.Record
		for _, a := range reads {
			records = append(records, record(t, a))
		}
		for _, mode := range []Mode{MatesOnce, EveryRead, Span} {
			o := Options{Mode: mode, Exclude: DefaultFlags}
			whole := feed(NewDepth([]bam.Interval{{Start: 0, End: 3000}}, o), records)[0]
			for at := 0; at < 3000; {
				in := bam.Interval{Start: at, End: min(3000, at+1+r.IntN(200))}
				other := bam.Interval{Start: in.End + r.IntN(50), End: in.End + 60}
				got := feed(NewDepth([]bam.Interval{in, other}, o), records)
				if !slices.Equal(got[0], whole[in.Start:in.End]) {
					t.Fatalf("mode %d: %v: %v, as part of the whole %v", mode, in, got[0], whole[in.Start:in.End])
				}
				at = in.End + r.IntN(100)
			}
		}
	}
}

// feed adds the records that the counter asks for.
func feed(d *Depth, records []*bam.Record) [][]int32 {
	for _, rec := range records {
		for _, in := range d.Intervals() {
			if rec.Pos() < in.End && rec.End() > in.Start {
				d.Add(rec)
				break
			}
		}
	}
	return finish(d)
}

// finish gives the depth of each interval's bases.
func finish(d *Depth) [][]int32 {
	var out [][]int32
	for i := range d.intervals {
		out = append(out, d.Append(nil, i))
	}
	return out
}

func randomReads(r *rand.Rand) []aligned {
	var reads []aligned
	for i := range 150 {
		a := aligned{name: "f" + strconv.Itoa(i), flag: pair, pos: r.IntN(2500)}
		b := a
		b.pos = a.pos + r.IntN(150)
		a.mate, b.mate = b.pos, a.pos
		for _, x := range []*aligned{&a, &b} {
			x.cigar = strconv.Itoa(1+r.IntN(250)) + "M"
			if r.IntN(3) == 0 {
				x.cigar += strconv.Itoa(1+r.IntN(30)) + "D" + strconv.Itoa(1+r.IntN(90)) + "M"
			}
			if r.IntN(20) > 0 {
				reads = append(reads, *x)
			}
		}
	}
	slices.SortStableFunc(reads, func(a, b aligned) int { return cmp.Compare(a.pos, b.pos) })
	return reads
}

// TestForgetting: reads whose mates never come are forgotten, and the numbers
// stay.
func TestForgetting(t *testing.T) {
	d := NewDepth([]bam.Interval{{Start: 0, End: 200000}}, Options{Exclude: DefaultFlags})
	most := 0
	for i := range 20000 {
		d.Add(record(t, aligned{name: strconv.Itoa(i), flag: pair, cigar: "10M", pos: i * 10, mate: i*10 + 5}))
		most = max(most, d.mates.held)
	}
	if most > 1024 {
		t.Errorf("%d lone mates are held", most)
	}
	if depth := finish(d)[0]; slices.Min(depth) != 1 || slices.Max(depth) != 1 {
		t.Error("depth is not 1 everywhere")
	}
}

func TestSites(t *testing.T) {
	snv := Site{Start: 5, End: 6, Ref: "A", Alt: "C"}
	ins := Site{Start: 3, End: 7, Ref: "TCCG", Alt: "TCCCG"} // a C more in a run of two
	del := Site{Start: 3, End: 7, Ref: "TCCG", Alt: "TCG"}
	proper := func(pos, mate int, cigar, bases string, quality byte) aligned {
		return aligned{name: "p", flag: pair, pos: pos, mate: mate, cigar: cigar, bases: bases, quality: quality}
	}
	for _, c := range []struct {
		what  string
		site  Site
		reads []aligned
		want  Counts
	}{
		{"reference, alternate, another", snv, []aligned{{cigar: "3M", pos: 4, bases: "GAG"}, {cigar: "3M", pos: 4, bases: "GCG"}, {cigar: "3M", pos: 4, bases: "GTG"}}, Counts{3, 1, 1}},
		{"deleted, clipped, skipped, beside", snv, []aligned{{cigar: "2M2D2M", pos: 3}, {cigar: "3M2S", pos: 2, bases: "GGGCC"}, {cigar: "2M5N2M", pos: 2}, {cigar: "2M", pos: 6}}, Counts{}},
		{"insertion, placed left, right and in the middle", ins, []aligned{
			{cigar: "1M1I3M", pos: 3, bases: "TCCCG"}, {cigar: "3M1I1M", pos: 3, bases: "TCCCG"}, {cigar: "2M1I2M", pos: 3, bases: "TCCCG"}, {cigar: "4M", pos: 3, bases: "TCCG"}}, Counts{4, 1, 3}},
		{"deletion, placed left and right", del, []aligned{{cigar: "1M1D2M", pos: 3, bases: "TCG"}, {cigar: "2M1D1M", pos: 3, bases: "TCG"}, {cigar: "4M", pos: 3, bases: "TCCG"}}, Counts{3, 1, 2}},
		{"the window is not spanned", ins, []aligned{{cigar: "3M", pos: 3, bases: "TCC"}, {cigar: "3M", pos: 4, bases: "CCG"}, {cigar: "3M2S", pos: 3, bases: "TCCCG"}}, Counts{}},
		{"mates agree", snv, []aligned{proper(4, 5, "3M", "GCG", 30), proper(5, 4, "3M", "CGG", 20)}, Counts{1, 0, 1}},
		{"mates differ: the better base", snv, []aligned{proper(4, 5, "3M", "GAG", 30), proper(5, 4, "3M", "CGG", 20)}, Counts{1, 1, 0}},
		{"mates differ, equal bases", snv, []aligned{proper(4, 5, "3M", "GAG", 30), proper(5, 4, "3M", "CGG", 30)}, Counts{1, 0, 0}},
		{"duplicate", snv, []aligned{{cigar: "3M", pos: 4, bases: "GCG", flag: bam.Duplicate}}, Counts{}},
	} {
		s := NewSites([]Site{{Start: 100, End: 101, Ref: "A", Alt: "G"}, c.site}, Options{Exclude: DefaultFlags})
		if in := s.Intervals(); len(in) != 2 || in[0].Start != c.site.Start {
			t.Errorf("%s: intervals %v", c.what, in)
		}
		for _, a := range c.reads {
			s.Add(record(t, a))
		}
		if got := s.Counts(); got[1] != c.want || got[0] != (Counts{}) {
			t.Errorf("%s: %+v, want %+v", c.what, got[1], c.want)
		}
	}
}
