package bcf

import (
	"bytes"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"varpanel/hts/bgzf"
	"varpanel/hts/vcf"
)

const (
	miss8, end8   = math.MinInt8, math.MinInt8 + 1
	miss16, end16 = math.MinInt16, math.MinInt16 + 1
	miss32, end32 = math.MinInt32, math.MinInt32 + 1
)

// withGT gives a record of two samples with a GT of these bytes.
func withGT(data []byte) made {
	m := snv()
	m.samples = 2
	m.format = [][]byte{join(key(gt), data)}
	return m
}

// kinds has every type of value, and what the text of it is by the
// specification.
func kinds() map[string]made {
	out := map[string]made{}
	info := func(want string, parts ...[]byte) {
		m := withGT([]byte{2<<4 | int8s, 2, 4, 2, 4})
		for n := 0; n < len(parts); n += 2 {
			m.info = append(m.info, join(parts[n], parts[n+1]))
		}
		out["chr1\t1\t.\tA\tC\t30\tPASS\t"+want+"\tGT\t0/1\t0/1"] = m
	}
	info(".")
	info("X", key(x), []byte{0})
	info("X;I=5", key(x), []byte{0}, key(i), i8(5))
	info("I=-120", key(i), i8(-120))
	info("I=.", key(i), i8(miss8))
	info("I=1,.,-3", key(i), i8(1, miss8, -3))
	info("I=1,2", key(i), i8(1, 2, end8, end8))
	info("I=300,.", key(i), i16(300, miss16, end16))
	info("I=70000,.,-70000", key(i), i32(70000, miss32, -70000, end32))
	info("I=2147483647", key(i), i32(math.MaxInt32))
	info("F=0.25", key(f), f32(0.25))
	info("F=.", key(f), bits(floatMissing))
	info("F=1e-05,.,-0,inf,nan", key(f), bits(math.Float32bits(1e-5), floatMissing, 0x80000000, 0x7f800000, 0x7fc00000, floatEnd))
	info("S=abc", key(s), str("abc"))
	info("S=a", key(s), str("a"))
	info("S=a,b", key(s), str("a,b\x00\x00\x00"))
	info("S="+strings.Repeat("long ", 5000), key(s), str(strings.Repeat("long ", 5000)))
	info("I=1", i16(i), i8(1))
	info("I=2", i32(i), i8(2))

	samples := func(want string, parts ...[]byte) {
		m := snv()
		m.samples, m.format = 2, parts
		out["chr1\t1\t.\tA\tC\t30\tPASS\t.\t"+want] = m
	}
	samples("GT\t0/1\t1|0", join(key(gt), []byte{2<<4 | int8s, 2, 4, 4, 3}))
	samples("GT\t1\t0/1", join(key(gt), []byte{2<<4 | int8s, 4, 0x81, 2, 4}))
	samples("GT\t./.\t.|1", join(key(gt), []byte{2<<4 | int8s, 0, 0, 0, 5}))
	samples("GT\t0/1/2\t.", join(key(gt), []byte{3<<4 | int8s, 2, 4, 6, 0x81, 0x81, 0x81}))
	samples("GT\t199/200\t0/0", join(key(gt), []byte{2<<4 | int16s, 0x90, 1, 0x92, 1, 2, 0, 2, 0}))
	samples("I:S\t1,2:xy\t.:z", join(key(i), []byte{2<<4 | int8s, 1, 2, 0x80, 0x81}), join(key(s), []byte{2<<4 | chars, 'x', 'y', 'z', 0}))
	samples("F\t0.5\t.", join(key(f), desc(floats, 1), u32(u32(nil, math.Float32bits(0.5)), floatMissing)))
	samples("I\t.\t.", join(key(i), []byte{0}))
	samples(".\t.\t.")
	return out
}

func lines(t testing.TB, b []byte) []string {
	t.Helper()
	v, err := OpenStream(bytes.NewReader(b), bgzf.Options{Threads: 1, Name: "x.bcf"})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	var out []string
	for {
		l, err := v.ReadLine()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(l))
	}
}

// Every type of value, by the specification and by bcftools.
func TestValues(t *testing.T) {
	for want, m := range kinds() {
		b := file(madeHeader, m.bytes())
		got := lines(t, b)
		if len(got) != 1 || got[0] != want {
			t.Errorf("%.300q, want %.300q", got, want)
		}
		compare(t, want, got, viewed(t, store(t, "a.bcf", packed(t, b, 60000)))[strings.Count(madeHeader, "\n"):])
	}
}

// The fixed columns.
func TestColumns(t *testing.T) {
	for want, change := range map[string]func(*made){
		"chr2\t1\t.\tA\tC\t30\tPASS\t.":            func(m *made) { m.contig = 1 },
		"chr1\t0\t.\tA\tC\t30\tPASS\t.":            func(m *made) { m.pos = -1 },
		"chr1\t2147483648\t.\tA\tC\t30\tPASS\t.":   func(m *made) { m.pos = math.MaxInt32 },
		"chr1\t1\trs1;rs2\tA\tC\t30\tPASS\t.":      func(m *made) { m.id = str("rs1;rs2") },
		"chr1\t1\t.\tA\t.\t30\tPASS\t.":            func(m *made) { m.alleles = m.alleles[:1] },
		"chr1\t1\t.\tA\tC,<DEL>,*\t30\tPASS\t.":    func(m *made) { m.alleles = append(m.alleles, str("<DEL>"), str("*")) },
		"chr1\t1\t.\tA\tC\t.\tPASS\t.":             func(m *made) { m.qual = floatMissing },
		"chr1\t1\t.\tA\tC\t481.02\tPASS\t.":        func(m *made) { m.qual = math.Float32bits(481.02) },
		"chr1\t1\t.\tA\tC\t30\t.\t.":               func(m *made) { m.filter = []byte{0} },
		"chr1\t1\t.\tA\tC\t30\tq10;PASS\t.":        func(m *made) { m.filter = i8(q10, 0) },
		"chr1\t1\t.\tA\tC\t1.23457e+06\tq10\t.":    func(m *made) { m.qual, m.filter = math.Float32bits(1234567), i16(q10) },
		"chr1\t1\t.\tA\t" + long + "\t30\tPASS\t.": func(m *made) { m.alleles[1] = str(long) },
	} {
		m := snv()
		change(&m)
		b := file(strings.Replace(madeHeader, "\tFORMAT\ta\tb", "", 1), m.bytes())
		if got := lines(t, b); len(got) != 1 || got[0] != want {
			t.Errorf("%.200q, want %.200q", got, want)
		}
	}
}

var long = strings.Repeat("ACGT", 30000)

// Without IDX the numbers are those of first appearance, PASS first; BCF 2.1
// files are like that.
func TestImplicitDictionary(t *testing.T) {
	header := "##fileformat=VCFv4.1\n" +
		"##contig=<ID=a>\n##FILTER=<ID=q>\n##INFO=<ID=DP,Number=1,Type=Integer,Description=\"x, y\">\n" +
		"##contig=<ID=b>\n##FORMAT=<ID=DP,Number=1,Type=Integer,Description=\"x\">\n##FORMAT=<ID=GQ,Number=1,Type=Integer,Description=\"x\">\n" +
		"##FILTER=<ID=PASS,Description=\"x\">\n##FILTER=<ID=r,Description=\"x\">\n" +
		"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ts\n"
	m := snv()
	m.contig, m.filter, m.info = 1, i8(1, 4), [][]byte{join(key(2), i8(7))}
	m.samples, m.format = 1, [][]byte{join(key(3), i8(99)), join(key(2), i8(8))}
	b := file(header, m.bytes())
	b[4] = 1 // version 2.1
	if got := lines(t, b); len(got) != 1 || got[0] != "b\t1\t.\tA\tC\t30\tq;r\tDP=7\tGQ:DP\t99:8" {
		t.Errorf("%q", got)
	}
}

func TestHeader(t *testing.T) {
	in := Plain(bytes.NewReader(file(madeHeader)))
	h, err := ReadHeader(in, "x")
	if err != nil {
		t.Fatal(err)
	}
	text := h.VCF.Text()
	if strings.Contains(text, ",IDX=") || !strings.Contains(text, `Description="a, \"b\" IDX=7">`) {
		t.Errorf("%s", text)
	}
	if c := h.Contigs(); len(c) != 2 || c[0] != "chr1" || c[1] != "chr2" {
		t.Errorf("%q", c)
	}
	if n, ok := h.Contig("chr2"); !ok || n != 1 {
		t.Error(n, ok)
	}
	if _, ok := h.Contig("chr3"); ok {
		t.Error("chr3")
	}
	for line, want := range map[string]string{
		`##INFO=<IDX=4,ID=A,Number=1>`:                  `##INFO=<ID=A,Number=1>`,
		`##INFO=<ID=A,IDX=4,Number=1>`:                  `##INFO=<ID=A,Number=1>`,
		`##INFO=<ID=A,Description="b "c, IDX=3",IDX=4>`: `##INFO=<ID=A,Description="b "c, IDX=3">`,
		`##INFO=<ID=A,Description="b,IDX=4">`:           `##INFO=<ID=A,Description="b,IDX=4">`,
		`##ALT=<ID=A,IDX=4>`:                            `##ALT=<ID=A,IDX=4>`,
	} {
		var h Header
		if got, err := h.define(line); err != nil || got != want {
			t.Errorf("%s: %s %v", line, got, err)
		}
	}
}

// VCF 4.4 gives the first allele a phase; it is written where the others do not
// imply it.
func TestLeadingPhase(t *testing.T) {
	for _, c := range []struct {
		a, b         byte
		before, from string
	}{
		{3, 5, "0|1", "0|1"}, {3, 4, "0/1", "|0/1"}, {2, 4, "0/1", "0/1"}, {2, 5, "0|1", "0|1"},
		{3, 0x81, "0", "0"}, {2, 0x81, "0", "0"}, {1, 0x81, ".", "|."}, {0, 0x81, ".", "."},
	} {
		m := withGT([]byte{2<<4 | int8s, c.a, c.b, c.a, c.b})
		for version, want := range map[string]string{"4.2": c.before, "4.3": c.before, "4.4": c.from, "4.5": c.from} {
			got := lines(t, file(strings.Replace(madeHeader, "4.2", version, 1), m.bytes()))
			if len(got) != 1 || !strings.HasSuffix(got[0], "\t"+want+"\t"+want) {
				t.Errorf("%s %d %d: %q, want %q", version, c.a, c.b, got, want)
			}
		}
	}
}

// Each sample and value leaves nothing behind for the next record.
func TestReadWithoutAllocation(t *testing.T) {
	m := kinds()["chr1\t1\t.\tA\tC\t30\tPASS\t.\tGT\t0/1\t1|0"]
	m.info = [][]byte{join(key(f), f32(0.123, 4e-9)), join(key(i), i16(1, 2, 3)), join(key(s), str("abcdefghijkl"))}
	one := m.bytes()
	b := file(madeHeader, bytes.Repeat(one, 3000))
	in := Plain(bytes.NewReader(b))
	h, err := ReadHeader(in, "x")
	if err != nil {
		t.Fatal(err)
	}
	r := NewReader(in, h, "x")
	var rec vcf.Record
	n := testing.AllocsPerRun(2000, func() {
		line, err := r.ReadLine()
		if err != nil {
			t.Fatal(err)
		}
		if err := rec.Parse(line); err != nil {
			t.Fatal(err)
		}
	})
	if n > 0 {
		t.Errorf("%g allocations a record", n)
	}
}
