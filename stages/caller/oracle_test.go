package caller

import (
	"errors"
	"io"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"varpanel/hts/bgzf"
	"varpanel/hts/vcf"
	"varpanel/internal/testkit"
	"varpanel/stages/sex"
	"varpanel/stages/variant"
)

// TestTrioAgainstBcftools reads each member of the HG002 trio out of GATK's
// joint calls and compares genotype, reads and depth with what `bcftools query`
// prints of that sample.
func TestTrioAgainstBcftools(t *testing.T) {
	bcftools := testkit.Oracle(t, "bcftools")
	path := testkit.Shared(t, "data/vcf/HG002_trio.GRCh37.chr1p.gatk.vcf.gz")
	p := profileOf(t, "rare-disease")
	for column := range 3 {
		in, err := vcf.Open(path, bgzf.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		out, err := exec.Command(bcftools, "query", "-s", in.Header().Samples[column], "-f", "[%GT\t%AD\t%DP]\n", path).Output()
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
		adapter := New(in.Header(), column, p)
		var r vcf.Record
		n := 0
		for ; ; n++ {
			if err := in.Read(&r); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			fields := strings.Split(lines[n], "\t")
			for alt := range r.NAlt() {
				c, err := adapter.Read(&r, alt, sex.TwoCopies)
				if err != nil {
					t.Fatalf("record %d: %v", n+1, err)
				}
				compareCall(t, n+1, alt, c, fields[0], strings.Split(fields[1], ","), fields[2])
			}
		}
		if n != len(lines) || n != 4979 {
			t.Errorf("column %d: %d records, bcftools prints %d, the README says 4,979", column, n, len(lines))
		}
	}
}

func compareCall(t *testing.T, record, alt int, c Call, gt string, ad []string, dp string) {
	t.Helper()
	alleles := strings.FieldsFunc(gt, func(r rune) bool { return r == '/' || r == '|' })
	want := NotCarried
	switch {
	case slices.Contains(alleles, strconv.Itoa(alt+1)):
		want = IsCarried
	case slices.Contains(alleles, "."):
		want = CarriedUnknown
	}
	if c.Carried != want {
		t.Errorf("record %d ALT %d: carried %d, want %d", record, alt+1, c.Carried, want)
	}
	if want == IsCarried {
		hom := alleles[0] == alleles[len(alleles)-1]
		if z := c.Genotype.Zygosity; hom != (z == Hom) && z != PartMissing {
			t.Errorf("record %d ALT %d: zygosity %s", record, alt+1, z)
		}
	}
	reads := "."
	if alt+1 < len(ad) {
		reads = ad[alt+1]
	}
	if got := text(c.Reads.AltDepth); got != reads {
		t.Errorf("record %d ALT %d: %s reads, bcftools %s", record, alt+1, got, reads)
	}
	if got := text(c.Reads.Depth); got != dp && dp != "." {
		t.Errorf("record %d ALT %d: depth %s, bcftools %s", record, alt+1, got, dp)
	}
}

func text(n variant.Count) string {
	if !n.Known {
		return "."
	}
	return strconv.Itoa(n.N)
}

// TestRealSomaticFiles: every record of the shared somatic calls has a depth, a
// VAF and reads.
func TestRealSomaticFiles(t *testing.T) {
	p := profileOf(t, "solid-tumour")
	for _, tt := range []struct {
		file   string
		sample int
	}{
		{"tumour.T001-COAD.GRCh38.somatic.vcf.gz", 0},
		{"tumour_normal.NA12877_NA12878_admix.chr22.GRCh38.strelka_snvs.vcf.gz", 1},
		{"tumour_normal.NA12877_NA12878_admix.chr22.GRCh38.strelka_indels.vcf.gz", 1},
	} {
		in, err := vcf.Open(testkit.Shared(t, "data/vcf/"+tt.file), bgzf.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		adapter := New(in.Header(), tt.sample, p)
		var r vcf.Record
		n := 0
		for ; ; n++ {
			if err := in.Read(&r); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			c, err := adapter.Read(&r, 0, sex.TwoCopies)
			if err != nil {
				t.Fatalf("%s: record %d: %v", tt.file, n+1, err)
			}
			e := c.Reads
			if c.Carried != IsCarried || !e.Depth.Known || !e.AltDepth.Known || !e.VAF.Known || len(c.Flags) > 0 {
				t.Fatalf("%s: record %d: %+v", tt.file, n+1, c)
			}
			if e.AltDepth.N > e.Depth.N {
				t.Errorf("%s: record %d: %d of %d reads", tt.file, n+1, e.AltDepth.N, e.Depth.N)
			}
		}
		if n == 0 {
			t.Errorf("%s: no record", tt.file)
		}
	}
}
