package view

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"varpanel/internal/testkit"
)

// realFile is a shared VCF or BCF, where its records lie, and what is asked of it.
type realFile struct {
	name, contig string
	from, to     int
	samples      []string
	filters      []string
	include      string
}

var realFiles = []realFile{
	{"vcf/HG002_trio.GRCh37.chr1p.gatk.vcf.gz", "1", 0, 120_000_000, []string{"HG004,HG002", "^HG003"}, []string{"PASS", "PASS,LowQual"}, `GT[1]="het" && QUAL>100`},
	{"vcf/NA12878.BRCA1.GRCh38.bcftools.vcf.gz", "chr17", 43_000_000, 43_130_000, []string{"NA12878"}, []string{".", "PASS"}, "FMT/AD[0:1]>10"},
	{"vcf/NA12878.chr21_APP.GRCh38.platinum_pass.bcf", "chr21", 24_900_000, 43_900_000, nil, []string{"PASS"}, `TYPE="indel"`},
	{"vcf/NA12878.chr21_APP.GRCh38.platinum_truth.vcf.gz", "chr21", 24_900_000, 43_900_000, nil, []string{"PASS,."}, `GT="0|1"`},
	{"vcf/tumour.T001-COAD.GRCh38.somatic.vcf.gz", "17", 0, 83_000_000, nil, []string{"PASS"}, "INFO/TVAF>0.2"},
	{"vcf/tumour_normal.NA12877_NA12878_admix.chr22.GRCh38.strelka_indels.vcf.gz", "chr22", 20_070_000, 20_630_000, []string{"NA12878_c40"}, nil, "FMT/DP[1]>20"},
	{"vcf/tumour_normal.NA12877_NA12878_admix.chr22.GRCh38.strelka_snvs.vcf.gz", "chr22", 20_010_000, 20_650_000, []string{"NA12878_c40,NA12877_c100"}, []string{"PASS"}, "FMT/AU[1:0]>30 && INFO/QSS<100"},
	{"vcf/tumour_normal.NA12877_NA12878_admix.chr22.GRCh38.truth_snvs.vcf.gz", "chr22", 20_010_000, 20_650_000, []string{"NA12877", "^NA12877"}, []string{".", "PASS,."}, `KM>11 || GT[0]="0|1"`},
	{"vcf/trio_synthetic_genotypes.talos.GRCh38.vcf.gz", "chr6", 26_000_000, 27_000_000, nil, nil, `COUNT(GT="het")>1`},
	{"annotation/GRCh38.clinvar_20241215.plp_2star.vcf.gz", "13", 32_300_000, 32_400_000, nil, nil, `CLNSIG~"Pathogenic" && N_ALT=1`},
	{"annotation/GRCh38.common_snps.af.vcf.gz", "chr2", 0, 240_000_000, nil, nil, "AF[0]<0.1"},
}

// request is a scan in our options and in those of bcftools view.
type request struct {
	o    Options
	args []string
}

// requests asks a file for random regions and targets, as lists and as files, for
// what an expression says, and for samples and filters.
func (f realFile) requests(t *testing.T, rnd *rand.Rand) []request {
	t.Helper()
	var bed, table strings.Builder
	var list []string
	for range 25 {
		start := f.from + rnd.IntN(f.to-f.from)
		end := start + 1 + rnd.IntN((f.to-f.from)/40)
		fmt.Fprintf(&bed, "%s\t%d\t%d\n", f.contig, start, end)
		fmt.Fprintf(&table, "%s\t%d\t%d\n", f.contig, start+1, end)
		list = append(list, fmt.Sprintf("%s:%d-%d", f.contig, start+1, end))
	}
	regions := strings.Join(list, ",")
	bedFile, tableFile := write(t, "r.bed", bed.String()), write(t, "r.tsv", table.String())
	out := []request{
		{Options{}, nil},
		{Options{Regions: []string{regions}}, []string{"-r", regions}},
		{Options{RegionsFile: bedFile}, []string{"-R", bedFile}},
		{Options{RegionsFile: tableFile, Include: f.include}, []string{"-R", tableFile, "-i", f.include}},
		{Options{Targets: list}, []string{"-t", regions}},
		{Options{TargetsFile: bedFile}, []string{"-T", bedFile}},
		{Options{TargetsFile: "^" + tableFile}, []string{"-T", "^" + tableFile}},
		{Options{RegionsFile: bedFile, Targets: []string{"^" + list[0]}}, []string{"-R", bedFile, "-t", "^" + list[0]}},
		{Options{TargetsFile: tableFile, Exclude: f.include}, []string{"-T", tableFile, "-e", f.include}},
		{Options{Regions: []string{f.contig}, TargetsFile: bedFile}, []string{"-r", f.contig, "-T", bedFile}},
		{Options{Include: f.include}, []string{"-i", f.include}},
	}
	for _, s := range f.samples {
		out = append(out, request{Options{Samples: s, Include: f.include}, []string{"-s", s, "-i", f.include}})
	}
	for _, s := range f.filters {
		out = append(out, request{Options{Filters: s}, []string{"-f", s}})
	}
	return out
}

// On real files every request gives the records of bcftools view, compared field
// by field, and the same bytes at one thread and at several, from standard input,
// and packed.
func TestAgainstBcftools(t *testing.T) {
	testkit.Oracle(t, "bcftools")
	rnd := rand.New(rand.NewPCG(11, 12))
	compared := 0
	for _, f := range realFiles {
		path := testkit.Shared(t, "data", f.name)
		for _, r := range f.requests(t, rnd) {
			want := bodyOf(testkit.Pipe(t, nil, "bcftools", append(append([]string{"view", "-H"}, r.args...), path)...))
			compared += len(want)
			if d := sameRecords(bodyOf(everyWay(t, path, r.o)), want); d != "" {
				t.Errorf("%s %v: %s", f.name, r.args, d)
			}
		}
	}
	t.Logf("%d records of bcftools view compared", compared)
	if compared < 200_000 {
		t.Error("too few records compared")
	}
}

// everyWay gives what a scan writes, which is the same by every way.
func everyWay(t *testing.T, path string, o Options) (first string) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	o.Path, o.AllowOldIndex = path, true
	for way := range 4 {
		one := o
		one.Threads = 1 + way
		switch way {
		case 2:
			one.Path, one.In = "-", bytes.NewReader(raw)
		case 3:
			one.Compress = packer(2)
		}
		got := mustScan(t, one)
		if way == 3 {
			got = unpack(t, got)
		}
		if way == 0 {
			first = got
		} else if got != first {
			t.Errorf("%s %+v, way %d: other bytes than at one thread", path, o, way)
		}
	}
	return first
}

// bcftools reads what scan writes, and scan reads what bcftools writes, as VCF,
// BGZF and BCF.
func TestPipes(t *testing.T) {
	path := testkit.Shared(t, "data/vcf/HG002_trio.GRCh37.chr1p.gatk.vcf.gz")
	const include = `QUAL>500 && GT[0]="alt"`
	want := bodyOf(testkit.Pipe(t, nil, "bcftools", "view", "-H", "-i", include, path))
	for _, format := range []string{"v", "z", "u", "b"} {
		in := testkit.Pipe(t, nil, "bcftools", "view", "-O", format, path)
		got := mustScan(t, Options{Path: "-", In: strings.NewReader(in), Include: include, Threads: 2})
		if d := sameRecords(bodyOf(got), want); d != "" {
			t.Errorf("from bcftools -O %s: %s", format, d)
		}
	}
	for _, compress := range []bool{false, true} {
		o := Options{Path: path, Include: include, Threads: 2}
		if compress {
			o.Compress = packer(2)
		}
		back := testkit.Pipe(t, strings.NewReader(mustScan(t, o)), "bcftools", "view", "-H", "-")
		if d := sameRecords(bodyOf(back), want); d != "" {
			t.Errorf("into bcftools, packed %v: %s", compress, d)
		}
	}
}
