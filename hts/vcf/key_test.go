package vcf

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"varpanel/hts/bgzf"
	"varpanel/internal/testkit"
)

// Keys whose first bytes and lengths are alike are told apart, and one that
// stands twice gives its first value, in any order of asking.
func TestInfoByKey(t *testing.T) {
	h, err := readHeader(t, someHeader)
	if err != nil {
		t.Fatal(err)
	}
	line := "1\t5\t.\tA\tC\t.\t.\tABCDEFGH=1;ABCDEFGX=2;A=3;AB;ABCDEFG=4;E=;M=.;A=9;L=1,.,x,-7;ABCDEFGHIJ=5;F=0.5,1e2"
	want := map[string]string{"ABCDEFGH": "1", "ABCDEFGX": "2", "A": "3", "ABCDEFG": "4", "E": "", "L": "1,.,x,-7", "ABCDEFGHIJ": "5", "F": "0.5,1e2"}
	keys := []string{"A", "AB", "ABC", "ABCDEFG", "ABCDEFGH", "ABCDEFGX", "ABCDEFGY", "ABCDEFGHI", "ABCDEFGHIJ", "E", "M", "L", "F", "", "Z"}
	var r Record
	for range 2 {
		if err := r.Parse([]byte(line)); err != nil {
			t.Fatal(err)
		}
		for _, id := range keys {
			v, p := r.InfoByKey(h.InfoKey(id))
			w, there := want[id]
			switch {
			case id == "AB":
				if p != Present || v != nil {
					t.Errorf("AB is a flag: %q %v", v, p)
				}
			case there != (p == Present) || string(v) != w || p == Present && v == nil:
				t.Errorf("%s: %q %v", id, v, p)
			}
		}
		slices.Reverse(keys)
	}
	l, f := h.InfoKey("L"), h.InfoKey("F")
	for i, w := range []struct {
		n int
		p Presence
	}{{1, Present}, {0, Missing}, {0, Bad}, {-7, Present}, {0, Bad}} {
		if n, p := r.InfoInt(l, i); n != w.n || p != w.p {
			t.Errorf("L %d: %d %v", i, n, p)
		}
	}
	if x, p := r.InfoFloat(f, 1); x != 100 || p != Present {
		t.Error(x, p)
	}
	if _, p := r.InfoInt(h.InfoKey("Z"), 0); p != Missing {
		t.Error(p)
	}
}

func TestKeyDefinition(t *testing.T) {
	h, err := readHeader(t, "##fileformat=VCFv4.3\n##INFO=<ID=X,Number=R,Type=Integer,Description=\"x\">\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n")
	if err != nil {
		t.Fatal(err)
	}
	if k := h.InfoKey("X"); !k.Defined || k.Field.Number.Kind != 'R' || k.Field.Type != "Integer" {
		t.Errorf("%+v", k)
	}
	if k := h.InfoKey("AF"); k.Defined || k.Field.Number.Kind != 'A' || k.Field.Type != "Float" {
		t.Errorf("%+v", k)
	}
	if k := h.FormatKey("NEW"); k.Defined || k.Field.ID != "NEW" || k.Field.Type != "String" || k.Field.Number.Kind != '.' {
		t.Errorf("%+v", k)
	}
}

// FORMAT changes from record to record.
func TestSampleByKey(t *testing.T) {
	h := new(Header)
	gt, ad, dp := h.FormatKey("GT"), h.FormatKey("AD"), h.FormatKey("DP")
	var r Record
	for _, c := range []struct{ text, gt, ad, dp string }{
		{"GT:AD:DP\t0/1:3,4:7", "0/1", "3,4", "7"},
		{"GT:AD:DP\t0/1:3,4", "0/1", "3,4", ""},
		{"GT:AD:DP\t.", "", "", ""},
		{"DP:GT\t9:1|1", "1|1", "", "9"},
		{"GT:AD:DP\t./.:.:8", "./.", "", "8"},
		{"GT:\t0/1:", "0/1", "", ""},
	} {
		if err := r.Parse([]byte("1\t5\t.\tA\tC\t.\t.\t.\t" + c.text + "\t" + strings.Split(c.text, "\t")[1])); err != nil {
			t.Fatal(err)
		}
		for s := range 2 {
			for k, want := range map[*Key]string{gt: c.gt, ad: c.ad, dp: c.dp} {
				v, p := r.SampleByKey(s, k)
				if string(v) != want || (p == Present) != (want != "") {
					t.Errorf("%s %s: %q %v", c.text, k.Field.ID, v, p)
				}
			}
		}
		if n, p := r.SampleInt(1, ad, 1); c.ad != "" && (n != 4 || p != Present) {
			t.Error(n, p)
		}
	}
	if err := r.Parse([]byte("1\t5")); err == nil {
		t.Fatal("a short line is taken")
	}
	if v, p := r.InfoByKey(h.InfoKey("DP")); v != nil || p != Missing {
		t.Errorf("a short line: %q %v", v, p)
	}
	if err := r.Parse([]byte("1\t5\t.\tA\tC\t.\t.\t.")); err != nil {
		t.Fatal(err)
	}
	if v, p := r.SampleByKey(0, gt); v != nil || p != Missing {
		t.Errorf("%q %v", v, p)
	}
}

// The keys of every record of the shared data give what a search by name gives.
func TestKeysOfRealFiles(t *testing.T) {
	records := 0
	for _, file := range []string{
		"data/vcf/HG002_trio.GRCh37.chr1p.gatk.vcf.gz", "data/vcf/tumour.T001-COAD.GRCh38.somatic.vcf.gz",
		"data/vcf/tumour_normal.NA12877_NA12878_admix.chr22.GRCh38.strelka_indels.vcf.gz",
		"data/annotation/GRCh38.chr21_25-26M.popfreq_1kg_gnomad.vcf.gz",
	} {
		v, err := Open(testkit.Shared(t, file), bgzf.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer v.Close()
		var infos, formats []*Key
		for _, f := range v.Header().Infos {
			infos = append(infos, v.Header().InfoKey(f.ID))
		}
		for _, f := range v.Header().Formats {
			formats = append(formats, v.Header().FormatKey(f.ID))
		}
		var r Record
		for n := 0; n < 3000; n++ {
			err := v.Read(&r)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			records++
			for _, k := range infos {
				sameValue(t, &r, k, -1)
			}
			for s := range r.NSamples() {
				for _, k := range formats {
					sameValue(t, &r, k, s)
				}
			}
		}
	}
	t.Logf("%d records", records)
}

func sameValue(t *testing.T, r *Record, k *Key, sample int) {
	t.Helper()
	got, p := r.InfoByKey(k)
	want, q := r.InfoValue(k.Field.ID)
	if sample >= 0 {
		got, p = r.SampleByKey(sample, k)
		want, q = r.SampleValue(sample, k.Field.ID)
	}
	if p != q || !bytes.Equal(got, want) || (got == nil) != (want == nil) {
		t.Fatalf("%s of %.300q: %q %v, by name %q %v", k.Field.ID, r.Line(), got, p, want, q)
	}
}

// benchmarkLines are real records and the keys that the benchmarks ask.
func benchmarkLines(t testing.TB) (lines [][]byte, h *Header) {
	v, err := Open(testkit.Shared(t, "data/vcf/HG002_trio.GRCh37.chr1p.gatk.vcf.gz"), bgzf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	for len(lines) < 2000 {
		line, err := v.ReadLine()
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, bytes.Clone(line))
	}
	return lines, v.Header()
}

// ask parses a record and reads five values by key.
func ask(t testing.TB, r *Record, line []byte, keys [5]*Key) {
	if err := r.Parse(line); err != nil {
		t.Fatal(err)
	}
	r.InfoInt(keys[0], 0)
	r.InfoFloat(keys[1], 0)
	r.InfoFloat(keys[2], 0)
	for s := range r.NSamples() {
		r.SampleInt(s, keys[3], 0)
		r.SampleInt(s, keys[4], 1)
	}
}

func askedKeys(h *Header) [5]*Key {
	return [5]*Key{h.InfoKey("DP"), h.InfoKey("MQ"), h.InfoKey("AF"), h.FormatKey("DP"), h.FormatKey("AD")}
}

func TestKeysWithoutAllocation(t *testing.T) {
	lines, h := benchmarkLines(t)
	keys := askedKeys(h)
	var r Record
	i := 0
	next := func() {
		ask(t, &r, lines[i%len(lines)], keys)
		i++
	}
	for range lines {
		next() // lets the record grow to the longest line
	}
	if n := testing.AllocsPerRun(len(lines), next); n > 0 {
		t.Errorf("%g allocations a record", n)
	}
}

func BenchmarkParse(b *testing.B) {
	lines, _ := benchmarkLines(b)
	b.ReportAllocs()
	var r Record
	for i := 0; b.Loop(); i++ {
		if err := r.Parse(lines[i%len(lines)]); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseAndKeys(b *testing.B) {
	lines, h := benchmarkLines(b)
	keys := askedKeys(h)
	b.ReportAllocs()
	var r Record
	for i := 0; b.Loop(); i++ {
		ask(b, &r, lines[i%len(lines)], keys)
	}
}

// BenchmarkParseAndNames is BenchmarkParseAndKeys by name, to compare.
func BenchmarkParseAndNames(b *testing.B) {
	lines, _ := benchmarkLines(b)
	b.ReportAllocs()
	var r Record
	for i := 0; b.Loop(); i++ {
		if err := r.Parse(lines[i%len(lines)]); err != nil {
			b.Fatal(err)
		}
		for _, id := range []string{"DP", "MQ", "AF"} {
			v, p := r.InfoValue(id)
			floatAt(v, p, 0)
		}
		for s := range r.NSamples() {
			v, p := r.SampleValue(s, "DP")
			intAt(v, p, 0)
			v, p = r.SampleValue(s, "AD")
			intAt(v, p, 1)
		}
	}
}
