package contig

import (
	"bufio"
	"compress/gzip"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"varpanel/internal/testkit"
)

// headerContigs reads the ##contig lines of a shared VCF.
func headerContigs(t *testing.T, name string) []Contig {
	t.Helper()
	f, err := os.Open(testkit.Shared(t, "data/vcf", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var out []Contig
	line := regexp.MustCompile(`^##contig=<ID=([^,>]+),length=(\d+)`)
	for s := bufio.NewScanner(z); s.Scan() && strings.HasPrefix(s.Text(), "##"); {
		if m := line.FindStringSubmatch(s.Text()); m != nil {
			n, err := strconv.Atoi(m[2])
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, Contig{Name: m[1], Length: n})
		}
	}
	return out
}

// Real headers of both assemblies hold the tables of lengths.
func TestAssemblyOfRealHeaders(t *testing.T) {
	for name, want := range map[string]Assembly{
		"HG002_trio.GRCh37.chr1p.gatk.vcf.gz": GRCh37, "NA12878.BRCA1.GRCh38.bcftools.vcf.gz": GRCh38,
		"tumour.T001-COAD.GRCh38.somatic.vcf.gz": GRCh38,
	} {
		contigs := headerContigs(t, name)
		got, conflict := AssemblyOf(contigs)
		if want == GRCh38 && len(contigs) == 0 {
			continue
		}
		if got != want || conflict != "" {
			t.Errorf("%s: %q %q, want %s", name, got, conflict, want)
		}
	}
	if n := len(headerContigs(t, "HG002_trio.GRCh37.chr1p.gatk.vcf.gz")); n < 25 {
		t.Errorf("the GRCh37 header has %d contigs", n)
	}
}

func TestAssemblyOf(t *testing.T) {
	for _, c := range []struct {
		contigs  []Contig
		want     Assembly
		conflict bool
	}{
		{nil, "", false},
		{[]Contig{{Name: "chr17", Length: 83257441}}, GRCh38, false},
		{[]Contig{{Name: "NC_000017.10", Length: 81195210}, {Name: "MT", Length: 16569}}, GRCh37, false},
		{[]Contig{{Name: "chr17"}, {Name: "GL000207.1", Length: 4262}, {Name: "chrM", Length: 16571}}, "", false},
		{[]Contig{{Name: "chr17", Length: 83257441}, {Name: "chr1", Length: 249250621}}, "", true},
		{[]Contig{{Name: "17", Length: 1000}}, "", true},
	} {
		got, conflict := AssemblyOf(c.contigs)
		if got != c.want || (conflict != "") != c.conflict {
			t.Errorf("%v: %q %q", c.contigs, got, conflict)
		}
	}
}

func TestResolve(t *testing.T) {
	s, err := NewSet([]Contig{{Name: "chr17", Length: 83257441}, {Name: "chrX", Length: 156040895}, {Name: "chrM", Length: 16569}, {Name: "chr17_alt:1", Length: 5}})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"chr17": "chr17", "17": "chr17", "NC_000017.11": "chr17", "NC_000017.10": "", "NC_000023.11": "chrX", "X": "chrX",
		"MT": "chrM", "M": "chrM", "chrMT": "chrM", "NC_012920.1": "chrM", "NC_001807.4": "", "chr17_alt:1": "chr17_alt:1",
		"18": "", "": "", "chrchr17": "", "NC_000017": "",
	} {
		if got, ok := s.Resolve(name); got != want || ok != (want != "") {
			t.Errorf("%q resolves to %q, want %q", name, got, want)
		}
	}
	if s.Assembly() != GRCh38 {
		t.Errorf("assembly %q", s.Assembly())
	}
	if _, ok := s.ResolveContig(Contig{Name: "chrM", Length: 16571}); ok {
		t.Error("hg19's chrM is taken for rCRS")
	}
	if _, ok := s.ResolveContig(Contig{Name: "17", Length: 81195210}); ok {
		t.Error("GRCh37's 17 is taken for GRCh38's")
	}
	if got, ok := s.ResolveContig(Contig{Name: "17"}); got != "chr17" || !ok {
		t.Error("a contig without a length does not resolve")
	}
}

func TestNewSetRefusesTwoOfOneName(t *testing.T) {
	for _, list := range [][]Contig{{{Name: "chr1"}, {Name: "1"}}, {{Name: "x"}, {Name: "x"}}, {{Name: "MT"}, {Name: "chrM"}}} {
		if _, err := NewSet(list); err == nil {
			t.Errorf("%v is accepted", list)
		}
	}
}

func TestAccession(t *testing.T) {
	for _, c := range []struct {
		a          Assembly
		name, want string
	}{
		{GRCh38, "chr1", "NC_000001.11"}, {GRCh37, "1", "NC_000001.10"}, {GRCh38, "X", "NC_000023.11"}, {GRCh37, "Y", "NC_000024.9"},
		{GRCh38, "chrM", "NC_012920.1"}, {"", "1", ""}, {GRCh38, "GL1", ""},
	} {
		if got := Accession(c.a, c.name); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.a, c.name, got, c.want)
		}
	}
}
