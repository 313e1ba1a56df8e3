package normalise

import (
	"strings"
	"testing"

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
