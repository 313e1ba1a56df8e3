package normalise

import (
	"slices"
	"strings"
	"testing"

	"varpanel/hts/vcf"
	"varpanel/reference/allele"
)

const testHead = "##fileformat=VCFv4.2\n##INFO=<ID=END,Number=1,Type=Integer,Description=\"x\">\n" +
	"##INFO=<ID=AC,Number=A,Type=Integer,Description=\"x\">\n" +
	"##FORMAT=<ID=GT,Number=1,Type=String,Description=\"x\">\n##FORMAT=<ID=AD,Number=.,Type=Integer,Description=\"x\">\n" +
	"##FORMAT=<ID=PL,Number=G,Type=Integer,Description=\"x\">\n##FORMAT=<ID=EC,Number=.,Type=Integer,Description=\"x\">\n" +
	"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ts\n"

// GGCAAAAATCN... with an N from base 11 on
var testSeq = plain{"chr1": []byte("GGCAAAAATCNNNNNNNNNNACGT")}

func one(t *testing.T, line string) []Split {
	t.Helper()
	in, err := vcf.NewReader(strings.NewReader(testHead+line+"\n"), "x")
	if err != nil {
		t.Fatal(err)
	}
	var r vcf.Record
	if err := in.Read(&r); err != nil {
		t.Fatal(err)
	}
	n := New(in.Header(), testSeq, func(c string) (string, bool) { return "chr" + c, c == "1" })
	s, err := n.Record(&r, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestRecord(t *testing.T) {
	for _, c := range []struct {
		name, line string
		want       []string // kind, REF state, allele | line
		unsplit    string
	}{
		{"untouched bytes, odd as they are", "1\t4\t.\tA\tG\t481.02\tPASS\tX=01.0;;Y\tGT:EC\t0/1",
			[]string{"sequence match chr1:4:A:G|1\t4\t.\tA\tG\t481.02\tPASS\tX=01.0;;Y\tGT:EC\t0/1"}, ""},
		{"aligned, the rest kept", "1\t8\trs1\tAT\tT\t1e2\tq10\tEND=9;AC=1\tGT:AD\t0|1:3,4",
			[]string{"sequence match chr1:3:CA:C|1\t3\trs1\tCA\tC\t1e2\tq10\tEND=4;AC=1\tGT:AD\t0|1:3,4"}, ""},
		{"an END of its own stays", "1\t8\t.\tAT\tT\t.\t.\tEND=20\tGT\t0/1",
			[]string{"sequence match chr1:3:CA:C|1\t3\t.\tCA\tC\t.\t.\tEND=20\tGT\t0/1"}, ""},
		{"lower case", "1\t4\t.\taa\ta\t.\t.\t.\tGT\t0/1",
			[]string{"sequence match chr1:3:CA:C|1\t3\t.\tCA\tC\t.\t.\t.\tGT\t0/1"}, ""},
		{"lower case that does not move stays", "1\t4\t.\ta\tg\t.\t.\t.\tGT\t0/1",
			[]string{"sequence match chr1:4:A:G|1\t4\t.\ta\tg\t.\t.\t.\tGT\t0/1"}, ""},
		{"1/2 with AD of Number=.", "1\t4\t.\tA\tC,G\t.\t.\tAC=1,2\tGT:AD:PL\t1/2:5,6,7:1,2,3,4,5,6",
			[]string{"sequence match chr1:4:A:C|1\t4\t.\tA\tC\t.\t.\tAC=1\tGT:AD:PL\t1/0:5,6:1,2,3",
				"sequence match chr1:4:A:G|1\t4\t.\tA\tG\t.\t.\tAC=2\tGT:AD:PL\t0/1:5,7:1,4,6"}, ""},
		{"numbers that do not fit", "1\t4\t.\tA\tC,G\t.\t.\tAC=1\tGT:AD:PL:EC\t0|2:5,6:1,2:8,9",
			[]string{"sequence match chr1:4:A:C|1\t4\t.\tA\tC\t.\t.\tAC=1\tGT:AD:PL:EC\t0|0:5,6:1,2:8,9",
				"sequence match chr1:4:A:G|1\t4\t.\tA\tG\t.\t.\tAC=1\tGT:AD:PL:EC\t0|1:5,6:1,2:8,9"},
			"INFO/AC FORMAT/AD FORMAT/PL"},
		{"haploid, dropped fields", "1\t4\t.\tA\tC,G\t.\t.\t.\tGT:PL:AD\t2:1,2,3",
			[]string{"sequence match chr1:4:A:C|1\t4\t.\tA\tC\t.\t.\t.\tGT:PL:AD\t0:1,2",
				"sequence match chr1:4:A:G|1\t4\t.\tA\tG\t.\t.\t.\tGT:PL:AD\t1:1,3"}, ""},
		{"star and block", "1\t8\t.\tAT\tT,*,<NON_REF>\t.\t.\t.\tGT:AD\t./1:1,2,3,4",
			[]string{"sequence match chr1:3:CA:C|1\t3\t.\tCA\tC\t.\t.\t.\tGT:AD\t./1:1,2",
				"star unknown chr1:8:AT:*|1\t8\t.\tAT\t*\t.\t.\t.\tGT:AD\t./0:1,3",
				"reference-block unknown chr1:8:AT:<NON_REF>|1\t8\t.\tAT\t<NON_REF>\t.\t.\t.\tGT:AD\t./0:1,4"}, ""},
		{"symbolic and breakend stay", "1\t4\t.\tA\t<DEL>,A[1:9[\t.\t.\tEND=9\tGT\t0/2",
			[]string{"symbolic match chr1:4:A:<DEL>|1\t4\t.\tA\t<DEL>\t.\t.\tEND=9\tGT\t0/0",
				"symbolic match chr1:4:A:A[1:9[|1\t4\t.\tA\tA[1:9[\t.\t.\tEND=9\tGT\t0/1"}, ""},
		{"no ALT, no split", "1\t4\t.\tA\t.\t.\t.\t.\tGT\t0/0", nil, ""},
		{"unknown reference: trimmed only", "1\t10\t.\tCAA\tCA\t.\t.\t.\tGT\t0/1",
			[]string{"sequence unknown chr1:10:CA:C|1\t10\t.\tCA\tC\t.\t.\t.\tGT\t0/1"}, ""},
		{"another reference: trimmed only", "1\t6\t.\tTTT\tTT\t.\t.\t.\tGT\t0/1",
			[]string{"sequence mismatch chr1:6:TT:T|1\t6\t.\tTT\tT\t.\t.\t.\tGT\t0/1"}, ""},
		{"a contig that the bundle lacks", "2\t4\t.\tAA\tA\t.\t.\t.\tGT\t0/1",
			[]string{"sequence unknown 2:4:AA:A|2\t4\t.\tAA\tA\t.\t.\t.\tGT\t0/1"}, ""},
		{"the telomere", "1\t0\t.\tN\t<DEL>\t.\t.\tEND=3\tGT\t0/1",
			[]string{"symbolic unknown chr1:0:N:<DEL>|1\t0\t.\tN\t<DEL>\t.\t.\tEND=3\tGT\t0/1"}, ""},
		{"past the contig's end", "1\t24\t.\tTA\tT\t.\t.\t.\tGT\t0/1",
			[]string{"sequence mismatch chr1:24:TA:T|1\t24\t.\tTA\tT\t.\t.\t.\tGT\t0/1"}, ""},
		{"two bases are not taken apart", "1\t3\t.\tCAA\tTAG\t.\t.\t.\tGT\t0/1",
			[]string{"sequence match chr1:3:CAA:TAG|1\t3\t.\tCAA\tTAG\t.\t.\t.\tGT\t0/1"}, ""},
	} {
		var got []string
		unsplit := ""
		for i, s := range one(t, c.line) {
			got = append(got, s.Kind.String()+" "+s.RefState.String()+" "+s.Allele.String()+"|"+string(s.Line))
			if s.AltIndex != i {
				t.Errorf("%s: split %d has ALT %d", c.name, i, s.AltIndex)
			}
			unsplit = strings.Join(s.Unsplit, " ")
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s:\ngot  %q\nwant %q", c.name, got, c.want)
		}
		if unsplit != c.unsplit {
			t.Errorf("%s: unsplit %q, want %q", c.name, unsplit, c.unsplit)
		}
	}
}

// A line is the split's own: reading the next record does not change it.
func TestLinesAreKept(t *testing.T) {
	in, err := vcf.NewReader(strings.NewReader(testHead+
		"1\t4\t.\tA\tG\t.\t.\t.\tGT\t0/1\n1\t5\t.\tA\tC,T\t.\t.\t.\tGT\t1/2\n"), "x")
	if err != nil {
		t.Fatal(err)
	}
	n := New(in.Header(), testSeq, func(c string) (string, bool) { return "chr" + c, true })
	var all []Split
	var r vcf.Record
	for range 2 {
		if err := in.Read(&r); err != nil {
			t.Fatal(err)
		}
		if all, err = n.Record(&r, all); err != nil {
			t.Fatal(err)
		}
	}
	if len(all) != 3 || string(all[0].Line) != "1\t4\t.\tA\tG\t.\t.\t.\tGT\t0/1" ||
		string(all[1].Line) != "1\t5\t.\tA\tC\t.\t.\t.\tGT\t1/0" {
		t.Errorf("%+v", all)
	}
}

// TestWanted: an allele whose line is not wanted is the same allele, without one.
func TestWanted(t *testing.T) {
	in, err := vcf.NewReader(strings.NewReader(testHead+"1\t5\t.\tA\tC,T\t.\t.\t.\tGT\t1/2\n"), "x")
	if err != nil {
		t.Fatal(err)
	}
	var r vcf.Record
	if err := in.Read(&r); err != nil {
		t.Fatal(err)
	}
	n := New(in.Header(), testSeq, func(c string) (string, bool) { return "chr" + c, true })
	all, err := n.Record(&r, nil)
	if err != nil {
		t.Fatal(err)
	}
	n.Wanted = func(s *Split) bool { return s.Allele.Alt == "T" }
	some, err := n.Record(&r, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 2 || len(some) != 2 || some[0].Line != nil || string(some[1].Line) != string(all[1].Line) ||
		some[0].Allele != all[0].Allele || some[0].RefState != all[0].RefState || some[1].Allele != all[1].Allele {
		t.Errorf("%+v, of all %+v", some, all)
	}
}

// Splitting a split changes nothing.
func TestNormalisingTwice(t *testing.T) {
	for _, line := range []string{
		"1\t8\t.\tAT\tT,*,<NON_REF>\t.\t.\tAC=1,2,3\tGT:AD\t./1:1,2,3,4",
		"1\t3\t.\tCAAAAAT\tCAAAAT,CAAAAAAT,G\t.\t.\tAC=1,2,3\tGT\t2|3",
	} {
		for _, s := range one(t, line) {
			again := one(t, string(s.Line))
			if len(again) != 1 || string(again[0].Line) != string(s.Line) || again[0].Allele != s.Allele {
				t.Errorf("%s: %q, and again %+v", line, s.Line, again)
			}
			if s.Kind == Sequence {
				same, err := allele.SameHaplotype(s.Allele, again[0].Allele, testSeq)
				if err != nil || !same {
					t.Errorf("%s: another haplotype (%v)", s.Line, err)
				}
			}
		}
	}
}

// A repeat that goes on under the mask: the allele's place is not known, and is
// not said to be the mask's edge.
func TestShiftIntoTheMask(t *testing.T) {
	seq := plain{"c": []byte("NNNNNNAAAAAAAAGT")}
	const text = "##fileformat=VCFv4.2\n##contig=<ID=c>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n" +
		"c\t12\t.\tAA\tA\t.\t.\t.\nc\t13\t.\tAAG\tAG\t.\t.\t.\nc\t15\t.\tG\tGG\t.\t.\t.\n"
	for i, want := range []struct {
		state allele.RefState
		a     allele.Allele
	}{
		{allele.RefUnknown, allele.Allele{Contig: "c", Pos: 11, Ref: "AA", Alt: "A"}},
		{allele.RefUnknown, allele.Allele{Contig: "c", Pos: 12, Ref: "AA", Alt: "A"}},
		{allele.RefMatch, allele.Allele{Contig: "c", Pos: 13, Ref: "A", Alt: "AG"}},
	} {
		if got := splits(t, []byte(text), seq)[i]; got.RefState != want.state || got.Allele != want.a {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
}
