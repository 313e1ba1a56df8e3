package vcf

import (
	"slices"
	"strings"
	"testing"
)

// reports gives what a Checker says of records under a header of a version.
func reports(t *testing.T, version, meta string, records ...string) []string {
	t.Helper()
	samples := ""
	if strings.Count(records[0], "\t") > 7 {
		samples = "\tFORMAT\ta"
	}
	h, err := readHeader(t, "##fileformat=VCFv"+version+"\n"+meta+"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"+samples+"\n")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	c := NewChecker(h, func(column, msg string) { out = append(out, column+": "+msg) })
	for _, line := range records {
		var r Record
		if err := r.Parse([]byte(line)); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		c.Check(&r)
	}
	return out
}

// Each rule of VCF 4.4 and 4.5 by a record that breaks it, and one that does not.
func TestCheckerStructural(t *testing.T) {
	for _, c := range []struct{ alt, info, want string }{
		{"<DEL>", "SVLEN=5;SVCLAIM=D", ""},
		{"<DEL>", "SVCLAIM=D", "no SVLEN"},
		{"<DUP:TANDEM>", "SVLEN=5", "no SVCLAIM"},
		{"<INV>", "SVLEN=5", ""},
		{"<CNV>", "SVLEN=.", "no SVLEN"},
		{"<OTHER>", "SVLEN=5", "no structural type"},
		{"<OTHER>", ".", ""},
		{"<NON_REF>", ".", ""},
		{"<DEL>,T", "SVLEN=5,.;SVCLAIM=DJ,.", ""},
		{"T,<DEL>", "SVLEN=5,.;SVCLAIM=.,J", "no SVLEN"},
		{"<DEL>", "SVLEN=5;SVCLAIM=D;CIPOS=-1,2", ""},
		{"<DEL>", "SVLEN=5;SVCLAIM=D;CIPOS=-1", "no groups of 2"},
		{"T", "MEINFO=a,1,2", "no groups of 4"},
		{"<CNV:TR>", "SVLEN=9;RUS=CAG;RUC=3;RB=9", ""},
		{"<CNV:TR>", "SVLEN=9", "neither RUS nor RUL"},
		{"<CNV:TR>", "SVLEN=9;RN=2;RUL=3", "RUL has 1 values for the 2"},
		{"<CNV:TR>", "SVLEN=9;RUS=CAG;RUC=2,2", "RUC has 2 values for the 1"},
		{"<CNV:TR>", "SVLEN=9;RUS=CAG;RUL=2", "RUL is 2, the unit of RUS has 3"},
		{"<CNV:TR>", "SVLEN=9;RUS=CAG;RUC=3;RB=20", "RB is 20 bases"},
		{"<CNV:TR>", "SVLEN=9;RUS=CAG;RB=9;CIRB=-1,2", ""},
		{"<CNV:TR>", "SVLEN=9;RUS=CAG;RB=9;CIRB=1,2", "CIRB is no interval"},
		{"<CNV:TR>", "SVLEN=9;RUS=CAG;RB=9;CIRB=-1,.", "CIRB is no interval"},
		{"<CNV:TR>", "SVLEN=9;RUS=CAG;CIRB=-1,2", "CIRB has 2 values for 0"},
		{"<CNV:TR>", "SVLEN=9;RN=2;RUS=CAG,A;RUC=2,.;CIRUC=-1,1,.,.", ""},
		{"<CNV:TR>", "SVLEN=9;RUS=CAG;RUC=2.5;RUB=3,3,2", ""},
		{"<CNV:TR>", "SVLEN=9;RUS=CAG;RUC=2;RUB=3", "RUB has 1 values, RUC counts 2"},
		{"<CNV:TR>", "SVLEN=9;RUS=CAG;RUB=3", "RUB without the RUC"},
	} {
		got := reports(t, "4.4", "", "1\t9\t.\tC\t"+c.alt+"\t.\t.\t"+c.info)
		if c.want == "" && len(got) > 0 || c.want != "" && !slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, c.want) }) {
			t.Errorf("%s %s: %q, want %q", c.alt, c.info, got, c.want)
		}
		if strings.HasPrefix(c.alt, "<") && c.want != "no groups of 2" {
			if got := reports(t, "4.3", "", "1\t9\t.\tC\t"+c.alt+"\t.\t.\t"+c.info); len(got) > 0 {
				t.Errorf("4.3: %s %s: %q", c.alt, c.info, got)
			}
		}
	}
}

// Integers that VCF does not have are reported, to the last one.
func TestCheckerIntegers(t *testing.T) {
	const meta = "##INFO=<ID=N,Number=.,Type=Integer,Description=\"x\">\n##INFO=<ID=F,Number=1,Type=Float,Description=\"x\">\n" +
		"##FORMAT=<ID=N,Number=.,Type=Integer,Description=\"x\">\n"
	for _, c := range []struct{ info, sample, want string }{
		{"N=2147483647,-2147483640,.", "0", ""},
		{"N=1,2147483648", "0", "INFO: N is no integer of 32 bits"},
		{"N=-2147483641", "0", "INFO: N is no integer of 32 bits"},
		{"F=42949672950", "0", ""},
		{"N=1", "42949672950", "FORMAT: N is no integer of 32 bits"},
	} {
		got := strings.Join(reports(t, "4.3", meta, "1\t9\t.\tC\tA\t.\t.\t"+c.info+"\tN\t"+c.sample), "; ")
		if got != c.want {
			t.Errorf("%s, %s: %q, want %q", c.info, c.sample, got, c.want)
		}
	}
}

func TestCheckerSamples(t *testing.T) {
	for _, c := range []struct{ version, format, sample, want string }{
		{"4.4", "GT:PSL:PSO", "0|1:a,b:1,2", ""},
		{"4.4", "GT:PSL:PSO", "0|1:a,.:1,2", "PSO for an allele"},
		{"4.4", "GT:PSL:PSQ", "0/1:.:1,.", "PSQ for an allele"},
		{"4.4", "GT:PSL", "0|1:a", "PSL has 1 values, not 2"},
		{"4.5", "GT:LAA:LAD:LEC:LPL", "0/2:2:5,6:1:0,1,2", ""},
		{"4.5", "GT:LAA:LAD", "0/2:2:5,6,7", "LAD has 3 values, not 2"},
		{"4.5", "GT:LAA:LEC", "0/0::", ""},
		{"4.5", "GT:LAA:LEC", "0/0::1", "LEC has 1 values, not 0"},
		{"4.5", "GT:LAA:LAD", "0/2:.:5,6,7,8", ""},
		{"4.5", "GT:LAA", "0/2:2,1", "no ascending list"},
		{"4.5", "GT:LAA", "0/2:4", "no ascending list"},
		{"4.5", "GT:LAA:LGT:LPL", "0/2:2:0/1:0,1,2", ""},
		{"4.5", "GT:LAA:LGT", "0/2:2:0/2", "LGT does not fit"},
		{"4.3", "GT:AD", "0/1:1,2,3,4", ""},
		{"4.3", "GT:AD", "0/1:1,2", "AD has 2 values, not 4"},
		{"4.3", "GT:PL", "0:1,2", "PL has 2 values, not 4"},
	} {
		got := reports(t, c.version, "", "1\t9\t.\tC\tT,G,A\t.\t.\t.\t"+c.format+"\t"+c.sample)
		if c.want == "" && len(got) > 0 || c.want != "" && (len(got) == 0 || !strings.Contains(got[0], c.want)) {
			t.Errorf("%s %s: %q, want %q", c.format, c.sample, got, c.want)
		}
		for _, s := range got {
			if strings.Contains(s, c.sample) {
				t.Errorf("%q holds the sample's values", s)
			}
		}
	}
}

// One allele in two contexts, and two alleles that only look alike.
func TestCheckerTwice(t *testing.T) {
	for want, records := range map[string][]string{
		"twice": {"1\t9\t.\tTAT\tTGT\t.\t.\t.", "1\t10\t.\tA\tG\t.\t.\t."},
		"multi": {"1\t9\t.\tTTAT\tTTGT,T\t.\t.\t.", "1\t11\t.\tA\tC,G\t.\t.\t."},
		"":      {"1\t9\t.\tTA\tT\t.\t.\t.", "1\t10\t.\tA\tG\t.\t.\t.", "1\t11\t.\tA\tG\t.\t.\t.", "2\t11\t.\tA\tG\t.\t.\t."},
	} {
		if got := reports(t, "4.2", "", records...); (len(got) > 0) != (want != "") {
			t.Errorf("%q: %q", records, got)
		}
	}
}

// What a header line may not be, and what it may.
func TestHeaderProblems(t *testing.T) {
	for line, want := range map[string]string{
		`##ALT=<ID=DEL:ME:ALU,Description="x">`:                            "",
		`##ALT=<ID=R,Description="x">`:                                     "",
		`##ALT=<ID=THING,Description="x">`:                                 "begins with no type",
		`##META=<ID=a,Number=.,Type=String,Values=[b, c]>`:                 "",
		`##META=<ID=a,Number=.,Type=Int,Values=[b, c]>`:                    "Type",
		`##SAMPLE=<ID=a*,Assay=b>`:                                         "has a character",
		`##PEDIGREE=<ID=a,Mother=b:c>`:                                     "has a character",
		`##assembly=ftp://host.org/a.fa`:                                   "",
		`##assembly=http://[::1]:80/a.fa`:                                  "",
		`##assembly=file:///a.fa`:                                          "",
		`##assembly=ftp://8080:8080/a.fa`:                                  "is no URL",
		`##contig=<ID=a,length=5>`:                                         "",
		`##contig=<ID=b,length=6>`:                                         "two lengths",
		`##FORMAT=<ID=X,Number=LR,Type=Integer,Description="x">`:           "",
		`##INFO=<ID=X,Number=LR,Type=Integer,Description="x">`:             "Number",
		`##INFO=<ID=SVLEN,Number=.,Type=Integer,Description="x">`:          "specification's",
		`##FORMAT=<ID=PSL,Number=P,Type=String,Description="x">`:           "",
		`##FORMAT=<ID=PSL,Number=.,Type=String,Description="x">`:           "specification's",
		`##INFO=<ID=Y,Number=1,Type=Integer,Description="a \"b\"",IDX=77>`: "",
	} {
		h, err := readHeader(t, "##fileformat=VCFv4.5\n##contig=<ID=b,length=5>\n"+line+"\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n")
		if err != nil {
			t.Fatal(err)
		}
		if p := h.Problems; want == "" && len(p) > 0 || want != "" && (len(p) != 1 || !strings.Contains(p[0].Msg, want)) {
			t.Errorf("%s: %+v, want %q", line, p, want)
		}
	}
	h, err := readHeader(t, "##fileformat=VCFv4.5\n##FORMAT=<ID=X,Number=LR,Type=Integer,Description=\"x\">\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n")
	if err != nil {
		t.Fatal(err)
	}
	if f, _ := h.FormatField("X"); f.Per != "LR" || f.Number.Kind != '.' {
		t.Errorf("%+v", f)
	}
}
