package caller

import (
	"errors"
	"math"
	"strings"
	"testing"

	"varpanel/hts/vcf"
	"varpanel/reference/profile"
	"varpanel/stages/sex"
	"varpanel/stages/variant"
)

const header = `##fileformat=VCFv4.2
##INFO=<ID=TVAF,Number=.,Type=Float,Description="x">
##INFO=<ID=TDP,Number=.,Type=Integer,Description="x">
##FORMAT=<ID=GT,Number=1,Type=String,Description="x">
`

const strelkaFields = `##FORMAT=<ID=AU,Number=2,Type=Integer,Description="x">
##FORMAT=<ID=CU,Number=2,Type=Integer,Description="x">
##FORMAT=<ID=GU,Number=2,Type=Integer,Description="x">
##FORMAT=<ID=TU,Number=2,Type=Integer,Description="x">
##FORMAT=<ID=TAR,Number=2,Type=Integer,Description="x">
##FORMAT=<ID=TIR,Number=2,Type=Integer,Description="x">
`

func profileOf(t *testing.T, name string) *profile.Profile {
	t.Helper()
	p, err := profile.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// record parses one line, written with spaces for tabs, and a header that fits.
func record(t *testing.T, extra, line string) (*vcf.Header, *vcf.Record) {
	t.Helper()
	fields := strings.Fields(line)
	columns := "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
	if len(fields) > 8 {
		columns += "\tFORMAT"
		for i := range len(fields) - 9 {
			columns += "\ts" + string(rune('1'+i))
		}
	}
	v, err := vcf.NewReader(strings.NewReader(header+extra+columns+"\n"+strings.Join(fields, "\t")+"\n"), "t.vcf")
	if err != nil {
		t.Fatal(err)
	}
	r := new(vcf.Record)
	if err := v.Read(r); err != nil {
		t.Fatal(err)
	}
	return v.Header(), r
}

func read(t *testing.T, profileName, extra, line string, sample, alt int, copies sex.Copies) (Call, error) {
	t.Helper()
	h, r := record(t, extra, line)
	return New(h, sample, profileOf(t, profileName)).Read(r, alt, copies)
}

func TestGermlineGenotypes(t *testing.T) {
	tests := []struct {
		name, gt string
		alt      int
		copies   sex.Copies
		carried  Carried
		state    variant.State
		zygosity string
	}{
		{"het", "0/1", 0, sex.TwoCopies, IsCarried, variant.CalledAlternate, Het},
		{"hom", "1/1", 0, sex.TwoCopies, IsCarried, variant.CalledAlternate, Hom},
		{"reference", "0/0", 0, sex.TwoCopies, NotCarried, variant.CalledReference, ""},
		{"haploid reference", "0", 0, sex.OneCopy, NotCarried, variant.CalledReference, ""},
		{"no call is not reference", "./.", 0, sex.TwoCopies, CarriedUnknown, variant.NotAssessable, ""},
		{"half call without the allele", "./0", 0, sex.TwoCopies, CarriedUnknown, variant.NotAssessable, ""},
		{"half call with the allele", "./1", 0, sex.TwoCopies, IsCarried, variant.CalledAlternate, PartMissing},
		{"half call, second", "1|.", 0, sex.TwoCopies, IsCarried, variant.CalledAlternate, PartMissing},
		{"two ALTs, first", "1/2", 0, sex.TwoCopies, IsCarried, variant.CalledAlternate, Het},
		{"two ALTs, second", "1/2", 1, sex.TwoCopies, IsCarried, variant.CalledAlternate, Het},
		{"other ALT is not this one", "0/2", 0, sex.TwoCopies, NotCarried, variant.CalledReference, ""},
		{"haploid in a male", "1", 0, sex.OneCopy, IsCarried, variant.CalledAlternate, Hemi},
		{"diploid call in a male", "1/1", 0, sex.OneCopy, IsCarried, variant.CalledAlternate, Hemi},
		{"het in a male", "0/1", 0, sex.OneCopy, IsCarried, variant.CalledAlternate, HetXMale},
		{"hom on X, sex unknown", "1/1", 0, sex.CopiesUnknown, IsCarried, variant.CalledAlternate, Hom},
		{"haploid, sex unknown", "1", 0, sex.CopiesUnknown, IsCarried, variant.CalledAlternate, Hemi},
		{"mitochondrion haploid", "1", 0, sex.ManyCopies, IsCarried, variant.CalledAlternate, Hom},
		{"mitochondrion het", "0/1", 0, sex.ManyCopies, IsCarried, variant.CalledAlternate, Het},
		{"polyploid", "0/1/2", 1, sex.ManyCopies, IsCarried, variant.CalledAlternate, Het},
	}
	for _, tt := range tests {
		c, err := read(t, "rare-disease", "", "1 100 . A C,G 50 PASS . GT "+tt.gt, 0, tt.alt, tt.copies)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if c.Carried != tt.carried || c.Genotype.State != tt.state || c.Genotype.Zygosity != tt.zygosity {
			t.Errorf("%s: carried %d state %d zygosity %q", tt.name, c.Carried, c.Genotype.State, c.Genotype.Zygosity)
		}
		if c.Genotype.State == variant.NotAssessable && c.Genotype.Reason == "" {
			t.Errorf("%s: not assessable without a reason", tt.name)
		}
	}
}

func TestPhase(t *testing.T) {
	tests := []struct {
		line            string
		phased, first   bool
		set             string
		alt             int
		zygosityOfCarry string
	}{
		{"1 100 . A C . PASS . GT:PS 0|1:7", true, false, "7", 0, Het},
		{"1 100 . A C . PASS . GT:PS 1|0:7", true, true, "7", 0, Het},
		{"1 100 . A C . PASS . GT 1|0", true, true, "", 0, Het},
		{"1 100 . A C . PASS . GT:PS 1|0:.", true, true, "", 0, Het},
		{"1 100 . A C . PASS . GT:PS 0/1:7", false, false, "", 0, Het},
		{"1 100 . A C,G . PASS . GT 2|1", true, false, "", 0, Het},
		{"1 100 . A C,G . PASS . GT 2|1", true, true, "", 1, Het},
		// GATK's physical phase, beside a genotype that is not phased.
		{"1 100 . A C . PASS . GT:PGT:PID 0/1:0|1:100_A_C", true, false, "PID:100_A_C", 0, Het},
		{"1 100 . A C . PASS . GT:PGT:PID 0/1:1|0:100_A_C", true, true, "PID:100_A_C", 0, Het},
		{"1 100 . A C . PASS . GT:PGT:PID:PS 0|1:0|1:100_A_C:100", true, false, "100", 0, Het},
		{"1 100 . A C . PASS . GT:PGT:PID 0/1:.:.", false, false, "", 0, Het},
		{"1 100 . A C . PASS . GT:PGT 0/1:0|1", false, false, "", 0, Het},
		{"1 100 . A C . PASS . GT:PGT:PID 0/1:1|1:100_A_C", false, false, "", 0, Het},
		{"1 100 . A C,G . PASS . GT:PGT:PID 1/2:0|1:100_A_C", false, false, "", 0, Het},
		{"1 100 . A C . PASS . GT:PGT:PID 1/1:1|1:100_A_C", false, false, "", 0, Hom},
	}
	for _, tt := range tests {
		c, err := read(t, "rare-disease", "", tt.line, 0, tt.alt, sex.TwoCopies)
		g := c.Genotype
		if g.Every != (tt.zygosityOfCarry == Hom) {
			t.Errorf("%s: on every haplotype: %v", tt.line, g.Every)
		}
		if err != nil || g.Phased != tt.phased || g.AltFirst != tt.first || g.PhaseSet != tt.set || g.Zygosity != tt.zygosityOfCarry {
			t.Errorf("%s alt %d: %+v, %v", tt.line, tt.alt, g, err)
		}
	}
}

func TestReads(t *testing.T) {
	none := -1
	tests := []struct {
		name, profile, extra, line string
		sample, alt                int
		depth, altDepth            int // none: not known
		vaf                        float64
		derived                    bool
	}{
		{"AD and DP", "rare-disease", "", "1 1 . A C . PASS . GT:AD:DP 0/1:10,20:31", 0, 0, 31, 20, 20.0 / 30, false},
		{"sum over every allele", "rare-disease", "", "1 1 . A C,G . PASS . GT:AD 1/2:2,10,8", 0, 1, 20, 8, 0.4, false},
		{"caller's own VAF wins", "rare-disease", "", "1 1 . A C . PASS . GT:AD:DP:AF 0/1:10,20:31:0.5", 0, 0, 31, 20, 0.5, false},
		{"VAF of the right ALT", "rare-disease", "", "1 1 . A C,G . PASS . GT:AF 1/2:0.25,0.75", 0, 1, none, none, 0.75, false},
		{"VAF 1.0", "rare-disease", "", "1 1 . A C . PASS . GT:AD:DP 1/1:0,20:20", 0, 0, 20, 20, 1, false},
		{"missing is not zero", "rare-disease", "", "1 1 . A C . PASS . GT:AD:DP 0/1:.:.", 0, 0, none, none, -1, false},
		{"dropped fields", "rare-disease", "", "1 1 . A C . PASS . GT:AD:DP 0/1", 0, 0, none, none, -1, false},
		{"one of AD missing", "rare-disease", "", "1 1 . A C . PASS . GT:AD 0/1:.,9", 0, 0, none, 9, -1, false},
		{"ALT's AD missing", "rare-disease", "", "1 1 . A C . PASS . GT:AD:DP 0/1:9,.:20", 0, 0, 20, none, -1, false},
		{"AD of one value is not by allele", "rare-disease", "", "1 1 . A C . PASS . GT:AD:DP 0/1:9:20", 0, 0, 20, none, -1, false},
		{"zero depth", "rare-disease", "", "1 1 . A C . PASS . GT:AD:DP 0/1:0,0:0", 0, 0, 0, 0, -1, false},
		{"INFO in a VCF of one sample", "rare-disease", "", "1 1 . A C . PASS DP=40 GT 0/1", 0, 0, 40, none, -1, false},
		{"INFO is not of one among several", "rare-disease", "", "1 1 . A C . PASS DP=40 GT 0/1 0/0", 0, 0, none, none, -1, false},
		{"PCGR's convention, BRAF of T001-COAD", "solid-tumour", "",
			"7 140753336 . A T . PASS TVAF=0.314815;TDP=54 GT:DPC:DPT:ADC:ADT 0/1:133:54:.,.:37,17", 0, 0, 54, 17, 0.314815, false},
		{"INFO alone, reads derived", "solid-tumour", "", "7 140753336 . A T . PASS TVAF=0.314815;TDP=54", -1, 0, 54, 17, 0.314815, true},
		{"germline reads are not derived", "rare-disease", "", "1 1 . A C . PASS . GT:DP:AF 0/1:40:0.5", 0, 0, 40, none, 0.5, false},
		{"Strelka SNV, tumour of the chr22 admixture", "solid-tumour", strelkaFields,
			"chr22 20012905 . G T . PASS . DP:FDP:SDP:SUBDP:AU:CU:GU:TU 42:0:0:0:0,0:0,0:42,42:0,0 98:1:0:0:0,0:0,0:77,78:20,20",
			1, 0, 98, 20, 20.0 / 97, false},
		{"Strelka SNV, its normal", "solid-tumour", strelkaFields,
			"chr22 20012905 . G T . PASS . DP:FDP:SDP:SUBDP:AU:CU:GU:TU 42:0:0:0:0,0:0,0:42,42:0,0 98:1:0:0:0,0:0,0:77,78:20,20",
			0, 0, 42, 0, 0, false},
		{"Strelka indel", "solid-tumour", strelkaFields,
			"chr22 20074499 . C CA . PASS . DP:DP2:TAR:TIR:TOR 26:26:19,23:0,0:7,3 62:62:30,38:11,12:20,11",
			1, 0, 62, 11, 11.0 / 41, false},
	}
	for _, tt := range tests {
		c, err := read(t, tt.profile, tt.extra, tt.line, tt.sample, tt.alt, sex.TwoCopies)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		count := func(what string, got variant.Count, want int) {
			if got.Known != (want != none) || got.Known && got.N != want {
				t.Errorf("%s: %s %+v, want %d", tt.name, what, got, want)
			}
		}
		count("depth", c.Reads.Depth, tt.depth)
		count("alt", c.Reads.AltDepth, tt.altDepth)
		if v := c.Reads.VAF; v.Known != (tt.vaf >= 0) || v.Known && math.Abs(v.F-tt.vaf) > 1e-12 {
			t.Errorf("%s: VAF %+v, want %v", tt.name, v, tt.vaf)
		}
		if derived := len(c.Flags) == 1 && c.Flags[0] == FlagAltDerived; derived != tt.derived {
			t.Errorf("%s: flags %v", tt.name, c.Flags)
		}
		if (c.Reads.Depth.Known || c.Reads.VAF.Known) && c.Reads.From == "" {
			t.Errorf("%s: does not say where the reads come from", tt.name)
		}
	}
}

func TestSomaticCarried(t *testing.T) {
	tests := []struct {
		name, line string
		sample     int
		want       Carried
	}{
		{"no GT field", "1 1 . A C . PASS . DP 30 40", 1, IsCarried},
		{"no samples", "1 1 . A C . PASS TDP=9", -1, IsCarried},
		{"GT not called", "1 1 . A C . PASS . GT ./.", 0, IsCarried},
		{"GT with the ALT", "1 1 . A C . PASS . GT 0/1", 0, IsCarried},
		{"GT without the ALT", "1 1 . A C . PASS . GT 0/0", 0, NotCarried},
	}
	for _, tt := range tests {
		c, err := read(t, "solid-tumour", "", tt.line, tt.sample, 0, sex.TwoCopies)
		if err != nil || c.Carried != tt.want {
			t.Errorf("%s: %d, %v", tt.name, c.Carried, err)
		}
		if c.Carried == IsCarried && c.Genotype.Zygosity != Somatic {
			t.Errorf("%s: zygosity %q", tt.name, c.Genotype.Zygosity)
		}
	}
}

func TestGermlineWithoutGenotype(t *testing.T) {
	c, err := read(t, "rare-disease", "", "1 1 . A C . PASS .", -1, 0, sex.TwoCopies)
	if err != nil || c.Carried != IsCarried || c.Genotype.State != variant.NotAssessable || c.Genotype.Reason == "" {
		t.Errorf("sites only: %+v, %v", c, err)
	}
	c, err = read(t, "rare-disease", "", "1 1 . A C . PASS . DP 3 4", 0, 0, sex.TwoCopies)
	if err != nil || c.Carried != CarriedUnknown {
		t.Errorf("two samples without GT: %+v, %v", c, err)
	}
}

// TestMosaic: a het call below 0.2 is mosaic, at 0.2 it is het.
func TestMosaic(t *testing.T) {
	for ad, want := range map[string]string{"81,19": Mosaic, "80,20": Het, "50,50": Het} {
		c, err := read(t, "rare-disease", "", "1 1 . A C . PASS . GT:AD 0/1:"+ad, 0, 0, sex.TwoCopies)
		if err != nil || c.Genotype.Zygosity != want {
			t.Errorf("%s: %q, %v", ad, c.Genotype.Zygosity, err)
		}
	}
	c, _ := read(t, "rare-disease", "", "MT 1 . A C . PASS . GT:AD 0/1:95,5", 0, 0, sex.ManyCopies)
	if c.Genotype.Zygosity != Het {
		t.Errorf("mitochondrion: %q", c.Genotype.Zygosity)
	}
}

func TestMalformed(t *testing.T) {
	for _, line := range []string{
		"1 1 . A C . PASS . GT:AD 0/1:x,3",
		"1 1 . A C . PASS . GT:AD 0/1:-1,3",
		"1 1 . A C . PASS . GT:DP 0/1:3.5",
		"1 1 . A C . PASS . GT:AF 0/1:1.2",
		"1 1 . A C . PASS . GT:AF 0/1:nan",
		"1 1 . A C . PASS . GT 0/7",
		"1 1 . A C . PASS . GT:AD 0/1:999999999999999999,3",
	} {
		_, err := read(t, "rare-disease", "", line, 0, 0, sex.TwoCopies)
		var c *vcf.ColumnError
		if !errors.As(err, &c) {
			t.Errorf("%s: %v", line, err)
			continue
		}
		if strings.Contains(err.Error(), "0/7") {
			t.Errorf("the message repeats a genotype: %v", err)
		}
	}
}
