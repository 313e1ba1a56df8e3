package normalise

import (
	"slices"
	"strings"
	"testing"

	"varpanel/hts/fault"
	"varpanel/hts/vcf"
)

// Whatever record is taken is split without a panic; each line is a record of
// one ALT, and splitting that changes nothing.
func FuzzRecord(f *testing.F) {
	f.Add("1\t8\t.\tAT\tT,*,<NON_REF>\t.\t.\tAC=1,2,3;END=9\tGT:AD:PL\t./1:1,2,3,4:1,2,3,4,5,6,7,8,9,10")
	f.Add("1\t0\t.\tNg\tg,<DEL>\t1e3\t.\tEND=x\tGT:PL\t1|2:.")
	in, err := vcf.NewReader(strings.NewReader(testHead), "x")
	if err != nil {
		f.Fatal(err)
	}
	n := New(in.Header(), testSeq, func(c string) (string, bool) { return "chr" + c, c == "1" })
	f.Fuzz(func(t *testing.T, line string) {
		var r vcf.Record
		if r.Parse([]byte(line)) != nil {
			return
		}
		all, err := n.Record(&r, nil)
		if err != nil || len(all) != r.NAlt() {
			t.Fatalf("%q: %d splits of %d (%v)", line, len(all), r.NAlt(), err)
		}
		for _, s := range all {
			var one vcf.Record
			if err := one.Parse(s.Line); err != nil || one.NAlt() != 1 || one.NSamples() != r.NSamples() {
				t.Fatalf("%q: %q is no record of one ALT (%v)", line, s.Line, err)
			}
			again, err := n.Record(&one, nil)
			if err != nil || string(again[0].Line) != string(s.Line) || again[0].Allele != s.Allele {
				t.Fatalf("%q: %q, and again %+v (%v)", line, s.Line, again, err)
			}
		}
	})
}

// Whatever records norm takes, with whichever options, it gives as many lines as
// there are, in order, each a record that spells what it spelled before; norming
// them again changes nothing.
func FuzzNorm(f *testing.F) {
	f.Add("1\t6\ta\tAA\tA,AAA,<DEL>\t1e2\t.\tAC=1,2,3;END=7\tGT:AD:PL\t1/2:1,2,3,4:1,2,3,4,5,6,7,8,9,10\n1\t4\tb\ta\tAa\t.\t.\t.\tGT\t.", true)
	f.Add("1\t22\t.\tACGT\t*,A,ACG,TCGT\t.\t.\tEND=x\tGT\t4|3\n1\t20\t.\tNN\tN\t.\t.\t.\tGT\t1", false)
	f.Add("1\t1\t.\tGG\tG\t.\tq\t.\tGT\t1\n1\t1\t.\tGGC\tC,GC\t.\t.\t.\tGT\t2", true)
	seq := plain{"1": testSeq["chr1"]}
	f.Fuzz(func(t *testing.T, records string, split bool) {
		o := Options{Sequence: seq, Split: split}
		text := testHead + strings.TrimSuffix(records, "\n") + "\n"
		lines, _, err := normed([]byte(text), o)
		if err != nil {
			if fault.KindOf(err) != fault.Input {
				t.Fatalf("%q: %v", records, err)
			}
			return
		}
		var spelled, want []string
		last := -2
		for _, line := range lines {
			r := parsed(t, line)
			if r.Pos() < last {
				t.Fatalf("%q: %q are out of order", records, lines)
			}
			last = r.Pos()
			spelled = append(spelled, haplotypes(r, string(seq["1"]), split)...)
		}
		for line := range strings.Lines(text[len(testHead):]) {
			if line = strings.TrimRight(line, "\r\n"); line != "" {
				want = append(want, haplotypes(parsed(t, line), string(seq["1"]), split)...)
			}
		}
		slices.Sort(spelled)
		slices.Sort(want)
		if !slices.Equal(spelled, want) {
			t.Fatalf("%q: %q spell\n%q, not\n%q", records, lines, spelled, want)
		}
		again, _, err := normed([]byte(testHead+strings.Join(lines, "\n")+"\n"), o)
		if err != nil || !slices.Equal(again, lines) {
			t.Fatalf("%q: %q, and again %q (%v)", records, lines, again, err)
		}
	})
}

func parsed(t *testing.T, line string) *vcf.Record {
	t.Helper()
	r := new(vcf.Record)
	if err := r.Parse([]byte(line)); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	return r
}

// haplotypes gives what each allele of a record puts into the sequence, of a
// record that is not split joined into one text. Alleles without bases count as
// they are written, and so do records before the first base.
func haplotypes(r *vcf.Record, seq string, split bool) []string {
	var out []string
	for i := range r.NAlt() {
		alt := string(r.Alt(i))
		if vcf.KindOfAlt(r.Alt(i)) == vcf.SequenceAlt && r.Pos() >= 0 {
			alt = strings.ToUpper(seq[:r.Pos()] + alt + seq[r.Pos()+len(r.Ref()):])
		}
		out = append(out, alt)
	}
	if !split {
		return []string{strings.Join(out, " ")}
	}
	return out
}
