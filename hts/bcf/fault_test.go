package bcf

import (
	"bytes"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/hts/index"
	"varpanel/internal/testkit"
)

// drain reads everything and gives the number of records and the first error.
func drain(b []byte) (int, error) {
	v, err := OpenStream(bytes.NewReader(b), bgzf.Options{Threads: 1, Name: "x.bcf"})
	if err != nil {
		return 0, err
	}
	defer v.Close()
	for n := 0; ; n++ {
		if _, err := v.ReadLine(); errors.Is(err, io.EOF) {
			return n, nil
		} else if err != nil {
			return n, err
		}
	}
}

// What a record may not be is an Input error that names the record, where it
// begins, and the column.
func TestRefusesRecords(t *testing.T) {
	for msg, change := range map[string]func(*made){
		"CHROM: contig number 2":                 func(m *made) { m.contig = 2 },
		"CHROM: contig number -1":                func(m *made) { m.contig = -1 },
		"POS: position -2":                       func(m *made) { m.pos = -2 },
		"ID: is no string":                       func(m *made) { m.id = i8(1, 2) },
		"ID: type 4 of a value":                  func(m *made) { m.id = []byte{1<<4 | 4} },
		"ID: the record ends inside":             func(m *made) { m.id = desc(chars, math.MaxInt32) },
		"ID: a vector of -1 values":              func(m *made) { m.id = join([]byte{15<<4 | chars}, i8(-1)) },
		"ID: a value that must be one":           func(m *made) { m.id = join([]byte{15<<4 | chars}, i8(1, 2)) },
		"REF: a string has a tab":                func(m *made) { m.alleles[0] = str("A\tC") },
		"ALT: a string has a tab":                func(m *made) { m.alleles[1] = str("A\n1") },
		"FILTER: filter number 6":                func(m *made) { m.filter = i8(0, 6) },
		"FILTER: filter number -128":             func(m *made) { m.filter = i8(miss8) },
		"FILTER: is no list":                     func(m *made) { m.filter = f32(1) },
		"INFO: key number 77":                    func(m *made) { m.info = [][]byte{i8(77), i8(1)} },
		"INFO: a value that must be one integer": func(m *made) { m.info = [][]byte{f32(1), i8(1)} },
		"INFO: I: the record ends":               func(m *made) { m.info = [][]byte{key(i), desc(int32s, 3)} },
		"INFO: S: a string has a tab":            func(m *made) { m.info = [][]byte{key(s), str("a\tb")} },
		"INFO: 3 bytes stand after":              func(m *made) { m.filter = join(m.filter, []byte{1, 2, 3}) },
		"3 samples, the header names 2":          func(m *made) { m.samples = 3 },
		"FORMAT: key number 10":                  func(m *made) { m.format = [][]byte{i8(10), i8(1)} },
		"FORMAT: GT is not of integers":          func(m *made) { m.format = [][]byte{key(gt), desc(chars, 3), []byte("0/10/1")} },
		"FORMAT: I: the record ends":             func(m *made) { m.format = [][]byte{key(i), desc(int32s, math.MaxInt32), {1, 2}} },
		"FORMAT: 1 bytes stand after":            func(m *made) { m.format = [][]byte{key(i), {0}, {1}} },
		"FORMAT: a string has a tab":             func(m *made) { m.format = [][]byte{join(key(s), []byte{1<<4 | chars, '\t', 'a'})} },
	} {
		m := snv()
		m.samples = 2
		change(&m)
		if len(m.info) > 0 { // one key, in parts
			m.info = [][]byte{join(m.info...)}
		}
		if len(m.format) > 0 {
			m.format = [][]byte{join(m.format...)}
		}
		before := snv()
		before.samples = 2
		head := file(madeHeader, before.bytes())
		n, err := drain(join(head, m.bytes()))
		place := "x.bcf: record 2, offset " + strconv.Itoa(len(head)) + ": " + msg
		if n != 1 || fault.KindOf(err) != fault.Input || !strings.HasPrefix(err.Error(), place) {
			t.Errorf("%d records, %v; want %s", n, err, place)
		}
	}
}

func TestRefusesFiles(t *testing.T) {
	good := file(madeHeader)
	for msg, b := range map[string][]byte{
		"version 2.3 is not read":       join([]byte("BCF\x02\x03"), good[5:]),
		"version 4.0":                   []byte("BCF\x04\x00\x00\x00\x00\x00\x00"),
		"says that it has 4294967295":   join(good[:5], u32(nil, math.MaxUint32)),
		"data end in":                   join(good[:5], u32(nil, 200<<20), good[9:]),
		"has no #CHROM line":            file("##fileformat=VCFv4.2\n"),
		"header line 1: no VCF":         file("#CHROM\n"),
		"header line 3: a and b have":   file("##fileformat=VCFv4.2\n##contig=<ID=a,IDX=3>\n##contig=<ID=b,IDX=3>\n"),
		"IDX 2000000000, which is past": file("##fileformat=VCFv4.2\n##INFO=<ID=a,Number=1,Type=String,Description=\"x\",IDX=2000000000>\n"),
		"IDX \"99999999999\" is no":     file("##fileformat=VCFv4.2\n##INFO=<ID=a,IDX=99999999999>\n"),
		"a has IDX 5 here and 4 before": file("##fileformat=VCFv4.2\n##INFO=<ID=a,Number=1,Type=String,Description=\"x\",IDX=4>\n##FORMAT=<ID=a,IDX=5>\n"),
		"goes on after its end":         file(madeHeader + "\x00x\n"),
		"a record of 23 and 0 bytes":    join(good, u32(nil, 23), u32(nil, 0)),
		"a record of 4294967295":        join(good, u32(nil, math.MaxUint32), u32(nil, math.MaxUint32)),
		"the data end in the middle":    join(good, u32(nil, 6<<20), u32(nil, 6<<20), make([]byte, 100)),
	} {
		for _, b := range [][]byte{b, packed(t, b, 100)} {
			n, err := drain(b)
			if n != 0 || fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), msg) {
				t.Errorf("%s: %d records, %v", msg, n, err)
			}
		}
	}
}

// A BCF that is cut anywhere, compressed or not, is an error, but for one that
// is not compressed and is cut between two records: nothing shows that.
func TestCut(t *testing.T) {
	var records [][]byte
	ends := map[int]bool{len(file(madeHeader)): true}
	at := len(file(madeHeader))
	for n := range 20 {
		m := withGT([]byte{2<<4 | int8s, 2, 4, 4, byte(n)})
		m.pos = int32(n)
		m.info = [][]byte{join(key(s), str(strings.Repeat("v", n)))}
		records = append(records, m.bytes())
		at += len(m.bytes())
		ends[at] = true
	}
	b := file(madeHeader, records...)
	for n := range b {
		if _, err := drain(b[:n]); (fault.KindOf(err) == fault.Input) == ends[n] {
			t.Errorf("cut at %d of %d: %v", n, len(b), err)
		}
	}
	z := packed(t, b, 300)
	for n := range z {
		if _, err := drain(z[:n]); fault.KindOf(err) != fault.Input {
			t.Errorf("packed, cut at %d of %d: %v", n, len(z), err)
		}
	}
	want, _ := drain(z)
	for n := range z {
		bad := slices.Clone(z)
		bad[n] ^= 0x10
		if got, err := drain(bad); err == nil && got != want {
			t.Errorf("byte %d changed: %d records of %d", n, got, want)
		}
	}
}

// With a .csi and the index's chunks the records of any region are bcftools'.
func TestRegionsByCSI(t *testing.T) {
	path := testkit.Shared(t, "data/vcf/NA12878.chr21_APP.GRCh38.platinum_pass.bcf")
	x, err := index.Open(path+".csi", bgzf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	z, err := bgzf.NewReader(f, bgzf.Options{Name: path})
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	h, err := ReadHeader(z, path)
	if err != nil {
		t.Fatal(err)
	}
	id, ok := h.Contig("chr21")
	if !ok {
		t.Fatal("no chr21")
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 40 {
		start := 25_880_000 - rnd.IntN(800_000)
		end := start + 1 + rnd.IntN(30_000)
		c, err := bgzf.NewChunkReader(f, st.Size(), x.Chunks(id, start, end), bgzf.Options{Name: path})
		if err != nil {
			t.Fatal(err)
		}
		r := NewReader(c, h, path)
		var got []string
		for {
			err := r.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if s := r.Site(); s.Contig != id || s.End <= start || s.Start >= end {
				continue
			}
			if begin, after := r.Offsets(); begin >= after {
				t.Errorf("%s: %d to %d", r.Place(), begin, after)
			}
			line, err := r.AppendLine(nil)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, string(line))
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		region := "chr21:" + strconv.Itoa(start+1) + "-" + strconv.Itoa(end)
		out, err := oracle(t, nil, "view", "-H", path, region)
		if err != nil {
			t.Fatal(err)
		}
		compare(t, region, append(got, ""), strings.Split(string(out), "\n"))
	}
}

// Numbers of any size give htslib's text.
func TestFloatText(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	var all []uint32
	for _, v := range []float32{0, 1, 0.1, 0.0001, 0.00009999999, 0.001, 0.00099999999, 9.999995, 99.99995, 999999, 999999.5, 1e6,
		123456.5, 12345.25, 1234.125, 0.5, 1e10, 1.5e-7, 100, 1.2e6, 3.4e38, 1e-45} {
		all = append(all, math.Float32bits(v), math.Float32bits(-v))
	}
	for range 20000 {
		all = append(all, rnd.Uint32())
		all = append(all, math.Float32bits(float32(math.Pow(10, rnd.Float64()*14-6)))) // where most numbers are
		all = append(all, math.Float32bits(float32(rnd.IntN(1<<22))/float32(int(1)<<rnd.IntN(12))))
	}
	all = slices.DeleteFunc(all, func(v uint32) bool { return v == floatEnd })
	var records [][]byte
	for part := range slices.Chunk(all, 1000) {
		m := snv()
		m.samples = 2
		m.info = [][]byte{join(key(f), bits(part...))}
		records = append(records, m.bytes())
	}
	b := file(madeHeader, records...)
	got := lines(t, b)
	want := viewed(t, store(t, "a.bcf", packed(t, b, 60000)))[strings.Count(madeHeader, "\n"):]
	for n := range got {
		g, w := strings.Split(got[n], ","), strings.Split(want[n], ",")
		for k := range g {
			if k < len(w) && g[k] != w[k] {
				t.Errorf("%s, htslib has %s", g[k], w[k])
			}
		}
	}
	compare(t, "all", got, want)
}
