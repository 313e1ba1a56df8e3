package vcf

import (
	"strings"
	"testing"
)

const full = "chr1\t101\trs1;rs2\tAC\tA,<DEL>,*\t481.02\tq10;s50\tDP=10;DB;AF=0.5,.,1e-3;END=200;EMPTY=\tGT:DP:AD\t0/1:7:3,4\t1|2\t."

func parse(t testing.TB, line string) *Record {
	t.Helper()
	var r Record
	if err := r.Parse([]byte(line)); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	return &r
}

func TestColumns(t *testing.T) {
	r := parse(t, full)
	for _, c := range []struct {
		name, got, want string
	}{
		{"CHROM", string(r.Chrom()), "chr1"}, {"ID", string(r.ID()), "rs1;rs2"}, {"REF", string(r.Ref()), "AC"},
		{"ALT", string(r.Alts()), "A,<DEL>,*"}, {"QUAL", string(r.Qual()), "481.02"},
		{"FILTER", string(r.Filter()), "q10;s50"}, {"FORMAT", string(r.Format()), "GT:DP:AD"},
		{"alt 0", string(r.Alt(0)), "A"}, {"alt 2", string(r.Alt(2)), "*"}, {"alt 3", string(r.Alt(3)), ""},
		{"sample 0", string(r.Sample(0)), "0/1:7:3,4"}, {"sample 1", string(r.Sample(1)), "1|2"},
		{"sample 2", string(r.Sample(2)), "."}, {"sample 3", string(r.Sample(3)), ""},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.name, c.got, c.want)
		}
	}
	if r.Pos() != 100 || r.NAlt() != 3 || r.NSamples() != 3 || r.RefEnd() != 200 {
		t.Errorf("pos %d, alts %d, samples %d, end %d", r.Pos(), r.NAlt(), r.NSamples(), r.RefEnd())
	}
}

func TestValuesHaveThreeAnswers(t *testing.T) {
	r := parse(t, full)
	info := func(key string) string {
		v, p := r.InfoValue(key)
		return describe(v, p)
	}
	sample := func(i int, key string) string {
		v, p := r.SampleValue(i, key)
		return describe(v, p)
	}
	for _, c := range []struct{ name, got, want string }{
		{"DP", info("DP"), "present 10"}, {"flag", info("DB"), "present nil"}, {"absent", info("D"), "missing"},
		{"longer key", info("DPX"), "missing"}, {"empty", info("EMPTY"), "present "},
		{"AD", sample(0, "AD"), "present 3,4"}, {"dropped", sample(1, "AD"), "missing"},
		{"dot sample", sample(2, "GT"), "missing"}, {"dropped in dot", sample(2, "DP"), "missing"},
		{"no such key", sample(0, "GQ"), "missing"}, {"no such sample", sample(9, "GT"), "missing"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.name, c.got, c.want)
		}
	}
	af, _ := r.InfoValue("AF")
	for i, want := range []string{"present 0.5", "missing", "present 1e-3", "bad"} {
		if got := describe(Nth(af, i)); got != want {
			t.Errorf("AF[%d]: %q, want %q", i, got, want)
		}
	}
}

func describe(v []byte, p Presence) string {
	switch {
	case p == Missing:
		return "missing"
	case p == Bad:
		return "bad"
	case v == nil:
		return "present nil"
	}
	return "present " + string(v)
}

func TestNumbers(t *testing.T) {
	for _, c := range []struct {
		in         string
		ints, nums Presence
		n          int
		f          float64
	}{
		{"12", Present, Present, 12, 12}, {"-3", Present, Present, -3, -3}, {"+4", Present, Present, 4, 4},
		{".", Missing, Missing, 0, 0}, {"", Bad, Bad, 0, 0}, {"1.5", Bad, Present, 0, 1.5},
		{"1e-5", Bad, Present, 0, 1e-5}, {".5", Bad, Present, 0, 0.5}, {"5.", Bad, Present, 0, 5},
		{"0x10", Bad, Bad, 0, 0}, {"1_000", Bad, Bad, 0, 0}, {"1,2", Bad, Bad, 0, 0}, {"-", Bad, Bad, 0, 0},
		{"1e", Bad, Bad, 0, 0}, {" 1", Bad, Bad, 0, 0}, {"12a", Bad, Bad, 0, 0},
	} {
		if n, p := Int([]byte(c.in)); p != c.ints || n != c.n {
			t.Errorf("Int(%q) = %d %v", c.in, n, p)
		}
		if f, p := Float([]byte(c.in)); p != c.nums || f != c.f {
			t.Errorf("Float(%q) = %g %v", c.in, f, p)
		}
	}
	if _, p := Int([]byte("99999999999999999999")); p != Bad {
		t.Error("an integer past 64 bits is not bad")
	}
	if f, p := Float([]byte("inf")); p != Present || f < 1e300 {
		t.Error("inf is not read")
	}
}

func TestEnd(t *testing.T) {
	for _, c := range []struct {
		line             string
		pos, refEnd, end int
	}{
		{"1\t10\t.\tACG\tA\t.\t.\t.", 9, 12, 12},
		{"1\t10\t.\tN\t<*>\t.\t.\tEND=20", 9, 20, 20},
		{"1\t10\t.\tN\t<DEL>\t.\t.\tSVLEN=-30", 9, 10, 40},
		{"1\t10\t.\tN\t<DEL:ME>\t.\t.\tSVLEN=30", 9, 10, 40},
		{"1\t10\t.\tN\t<DUP>,<DEL>\t.\t.\tSVLEN=90,30", 9, 10, 40},
		{"1\t10\t.\tN\t<DUP>\t.\t.\tSVLEN=30", 9, 10, 10},
		{"1\t10\t.\tACG\tA\t.\t.\tEND=5", 9, 12, 12},    // END before POS
		{"1\t10\t.\tACG\tA\t.\t.\tEND=x", 9, 12, 12},    // bad END
		{"1\t10\t.\tACG\tA\t.\t.\tCIEND=99", 9, 12, 12}, // another key
		{"1\t0\t.\tN\t<DEL>\t.\t.\tEND=7", -1, 7, 7},    // telomere
		{"1\t0\t.\tNA\tN\t.\t.\t.", -1, 1, 1},
	} {
		r := parse(t, c.line)
		if r.Pos() != c.pos || r.RefEnd() != c.refEnd || r.End() != c.end {
			t.Errorf("%s: %d %d %d, want %d %d %d", c.line, r.Pos(), r.RefEnd(), r.End(), c.pos, c.refEnd, c.end)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ line, column string }{
		{"", ""}, {"1\t10", ""}, {"1\t10\t.\tA\tC\t.\t.", ""}, {"no tabs at all", ""},
		{"\t10\t.\tA\tC\t.\t.\t.", "CHROM"}, {"chr 1\t10\t.\tA\tC\t.\t.\t.", "CHROM"},
		{"1\tx\t.\tA\tC\t.\t.\t.", "POS"}, {"1\t-1\t.\tA\tC\t.\t.\t.", "POS"}, {"1\t\t.\tA\tC\t.\t.\t.", "POS"},
		{"1\t1.5\t.\tA\tC\t.\t.\t.", "POS"}, {"1\t99999999999999999999\t.\tA\tC\t.\t.\t.", "POS"},
		{"1\t10\t.\t\tC\t.\t.\t.", "REF"}, {"1\t10\t.\t.\tC\t.\t.\t.", "REF"}, {"1\t10\t.\tA,C\tC\t.\t.\t.", "REF"},
		{"1\t10\t.\tA\t\t.\t.\t.", "ALT"}, {"1\t10\t.\tA\tC,\t.\t.\t.", "ALT"}, {"1\t10\t.\tA\tC,.\t.\t.\t.", "ALT"},
		{"1\t10\t.\tA\t<DEL\t.\t.\t.", "ALT"}, {"1\t10\t.\tA\tA[3:4]\t.\t.\t.", "ALT"}, {"1\t10\t.\tA\tQ\t.\t.\t.", "ALT"},
		{"1\t10\t.\tA\tC\tx\t.\t.", "QUAL"}, {"1\t10\t.\tA\tC\t\t.\t.", "QUAL"},
		{"1\t10\t.\tA\tC\t.\t\t.", "FILTER"}, {"1\t10\t.\tA\tC\t.\t.\t", "INFO"},
	} {
		var r Record
		err := r.Parse([]byte(c.line))
		if err == nil {
			t.Errorf("%q was taken", c.line)
			continue
		}
		if e := err.(*ColumnError); e.Column != c.column {
			t.Errorf("%q: column %q, want %q", c.line, e.Column, c.column)
		}
	}
}

func TestKindOfAlt(t *testing.T) {
	for in, want := range map[string]AltKind{
		"A": SequenceAlt, "acgtN": SequenceAlt, "*": StarAlt, "<*>": ReferenceBlock, "<NON_REF>": ReferenceBlock,
		"<DEL>": SymbolicAlt, "<DUP:TANDEM>": SymbolicAlt, "<CN0>": SymbolicAlt, "C<ctg1>": SymbolicAlt,
		"G]17:198982]": BreakendAlt, "]13:123456]T": BreakendAlt, "[17:198983[A": BreakendAlt, ".[13:123457[": BreakendAlt,
		"C[<ctg1>:1[": BreakendAlt, "G]HLA-A*01:01:198982]": BreakendAlt, ".A": BreakendAlt, "G.": BreakendAlt,
		"": BadAlt, ".": BadAlt, "<>": BadAlt, "<DEL>A": BadAlt, "<<DEL>>": BadAlt, "[1:2[": BadAlt, "A[1:2[C": BadAlt,
		"A]1:2[": BadAlt, "A[1:x[": BadAlt, "A[:2[": BadAlt, "A*": BadAlt, "**": BadAlt, "..": BadAlt, "A[": BadAlt,
	} {
		if got := KindOfAlt([]byte(in)); got != want {
			t.Errorf("%q: kind %d, want %d", in, got, want)
		}
	}
}

func TestGenotype(t *testing.T) {
	for _, c := range []struct {
		gt   string
		want string // index and the separator before it, "!" refused
	}{
		{"0/1", "/0/1"}, {"0|1", "|0|1"}, {"1", "|1"}, {".", "|."}, {"./.", "/./."}, {"./1", "/./1"}, {".|1", "|.|1"},
		{"0/1/2", "/0/1/2"}, {"0|1/2", "/0|1/2"}, {"|0/1", "|0/1"}, {"/1", "/1"}, {"2|2", "|2|2"},
		{"3/0", "!"}, {"a/b", "!"}, {"0/", "!"}, {"", "!"}, {"-1/0", "!"}, {"+1/0", "!"}, {"0//1", "!"}, {"1.0", "!"},
	} {
		r := parse(t, "1\t10\t.\tA\tC,G\t.\t.\t.\tDP:GT\t3:"+c.gt)
		as, err := r.Genotype(0, nil)
		if (err != nil) != (c.want == "!") {
			t.Errorf("%q: error %v", c.gt, err)
		}
		if err != nil {
			if strings.Contains(err.Error(), c.gt) && c.gt != "" {
				t.Errorf("%q: the message repeats the genotype", c.gt)
			}
			continue
		}
		var b strings.Builder
		for _, a := range as {
			b.WriteByte("/|"[map[bool]int{true: 1}[a.Phased]])
			if a.Index < 0 {
				b.WriteByte('.')
			} else {
				b.WriteByte(byte('0' + a.Index))
			}
		}
		if b.String() != c.want {
			t.Errorf("%q: %q, want %q", c.gt, b.String(), c.want)
		}
	}
	r := parse(t, "1\t10\t.\tA\tC\t.\t.\t.\tDP:GT\t3")
	if as, err := r.Genotype(0, nil); err != nil || len(as) != 0 {
		t.Errorf("a dropped GT: %v %v", as, err)
	}
}

func TestNoAllocationPerRecord(t *testing.T) {
	line := []byte(full)
	var r Record
	var gt []GTAllele
	work := func() {
		if err := r.Parse(line); err != nil {
			t.Fatal(err)
		}
		r.InfoValue("AF")
		r.End()
		r.SampleValue(0, "AD")
		for i := range r.NSamples() {
			var err error
			if gt, err = r.Genotype(i, gt); err != nil {
				t.Fatal(err)
			}
		}
		q, _ := Float(r.Qual())
		_ = q
	}
	if n := testing.AllocsPerRun(100, work); n != 0 {
		t.Errorf("%g allocations per record, want 0", n)
	}
}
