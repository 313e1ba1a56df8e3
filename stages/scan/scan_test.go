package scan

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/internal/testkit"
)

// records scans and gives the lines.
func records(t testing.TB, o Options) ([]string, error) {
	t.Helper()
	r, err := Open(o)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var out []string
	var b Batch
	for {
		err := r.Next(&b)
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		if len(b.Lines) != len(b.Places) {
			t.Fatalf("%d lines, %d places", len(b.Lines), len(b.Places))
		}
		for _, l := range b.Lines {
			out = append(out, string(l))
		}
	}
}

// compress writes text as BGZF in blocks of about size bytes, cut anywhere.
func compress(t testing.TB, path, text string, size int) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := bgzf.NewWriter(f, bgzf.WriterOptions{Level: 1})
	testkit.WriteBlocks(t, w, text, size)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

const head = "##fileformat=VCFv4.2\n##contig=<ID=1>\n##contig=<ID=HLA-A*01:01:01>\n##contig=<ID=X>\n" +
	"##INFO=<ID=END,Number=1,Type=Integer,Description=\"End\">\n" +
	"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"

// made is a VCF with deletions, gVCF blocks and records on one position, on
// contigs of which one has colons in its name.
func made(rnd *rand.Rand, n int) string {
	var b strings.Builder
	b.WriteString(head)
	for _, contig := range []string{"1", "HLA-A*01:01:01", "X"} {
		pos := 1
		for i := range n {
			pos += rnd.IntN(400)
			switch rnd.IntN(6) {
			case 0:
				fmt.Fprintf(&b, "%s\t%d\tr%d\tA%s\tA\t.\t.\t.\n", contig, pos, i, strings.Repeat("C", rnd.IntN(2000)))
			case 1:
				fmt.Fprintf(&b, "%s\t%d\tr%d\tA\t<*>\t.\t.\tEND=%d\n", contig, pos, i, pos+rnd.IntN(60000))
			default:
				fmt.Fprintf(&b, "%s\t%d\tr%d\tA\tC,G\t.\t.\tDP=3\n", contig, pos, i)
			}
		}
	}
	return b.String()
}

func someRegions(rnd *rand.Rand, n int) map[string][]Interval {
	out := map[string][]Interval{"absent": {{5, 10}}}
	for _, contig := range []string{"1", "HLA-A*01:01:01", "X"} {
		for range n {
			start := rnd.IntN(300_000)
			out[contig] = append(out[contig], Interval{start, start + rnd.IntN(3000)})
		}
	}
	return out
}

// byHand gives the records that meet the regions by comparing each with each.
func byHand(text string, regions map[string][]Interval) []string {
	var out []string
	for line := range strings.Lines(text) {
		if line[0] == '#' {
			continue
		}
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		var pos, end int
		fmt.Sscan(f[1], &pos)
		pos--
		if _, err := fmt.Sscanf(f[7], "END=%d", &end); err != nil {
			end = pos + len(f[3])
		}
		if slices.ContainsFunc(regions[f[0]], func(v Interval) bool {
			return v.Start < v.End && pos < v.End && end > v.Start
		}) {
			out = append(out, strings.TrimSuffix(line, "\n"))
		}
	}
	return out
}

// The same records come with .tbi, with .csi, without an index, as plain text
// and from standard input, at any number of threads.
func TestWaysAgree(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	dir := t.TempDir()
	for round := range 3 {
		text := made(rnd, 900)
		plain := filepath.Join(dir, fmt.Sprintf("%d.vcf", round))
		if err := os.WriteFile(plain, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		paths := []string{plain}
		for _, kind := range []string{"none", "tbi", "csi"} {
			path := filepath.Join(dir, fmt.Sprintf("%d.%s.vcf.gz", round, kind))
			compress(t, path, text, 500+rnd.IntN(20_000))
			switch kind {
			case "tbi":
				testkit.Run(t, "tabix", "-p", "vcf", path)
			case "csi":
				testkit.Run(t, "bcftools", "index", "-c", "-m", fmt.Sprint(12+rnd.IntN(5)), path)
			}
			paths = append(paths, path)
		}
		for range 3 {
			regions := someRegions(rnd, 1+rnd.IntN(30))
			want := byHand(text, regions)
			for _, path := range paths {
				for _, threads := range []int{1, 4} {
					got, err := records(t, Options{Path: path, Threads: threads, Regions: regions})
					if err != nil || !slices.Equal(got, want) {
						t.Fatalf("%s -t %d: %d records, want %d (%v)", path, threads, len(got), len(want), err)
					}
				}
				f, err := os.Open(path)
				if err != nil {
					t.Fatal(err)
				}
				got, err := records(t, Options{Path: "-", In: f, Regions: regions})
				f.Close()
				if err != nil || !slices.Equal(got, want) {
					t.Fatalf("%s from standard input: %d records, want %d (%v)", path, len(got), len(want), err)
				}
			}
		}
	}
}

// On real files the records are those of bcftools view -R.
func TestAgainstBcftools(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	for _, c := range []struct {
		file, contig string
		from, to     int
	}{
		{"data/vcf/NA12878.BRCA1.GRCh38.bcftools.vcf.gz", "chr17", 43_000_000, 43_130_000},
		{"data/vcf/NA12878.chr21_APP.GRCh38.platinum_truth.vcf.gz", "chr21", 24_900_000, 43_900_000},
		{"data/vcf/HG002_trio.GRCh37.chr1p.gatk.vcf.gz", "1", 0, 120_000_000},
		{"data/vcf/tumour.T001-COAD.GRCh38.somatic.vcf.gz", "17", 0, 83_000_000},
		{"data/vcf/tumour_normal.NA12877_NA12878_admix.chr22.GRCh38.strelka_indels.vcf.gz", "chr22", 20_070_000, 20_630_000},
		{"data/vcf/trio_synthetic_genotypes.talos.GRCh38.vcf.gz", "chr6", 26_090_900, 26_091_000},
		{"data/annotation/GRCh38.clinvar_20241215.plp_2star.vcf.gz", "13", 32_300_000, 32_400_000},
		{"data/annotation/GRCh38.common_snps.af.vcf.gz", "chr2", 0, 240_000_000},
	} {
		path := testkit.Shared(t, c.file)
		var list []Interval
		var b strings.Builder
		for range 40 {
			start := c.from + rnd.IntN(c.to-c.from)
			end := start + 1 + rnd.IntN((c.to-c.from)/50)
			list = append(list, Interval{start, end})
			fmt.Fprintf(&b, "%s\t%d\t%d\n", c.contig, start, end)
		}
		bed := filepath.Join(t.TempDir(), "r.bed")
		if err := os.WriteFile(bed, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		// tabix prints the lines as they are, bcftools its own writing of
		// them: columns 1 to 5 tell the records apart in both.
		want := keys(testkit.Run(t, "bcftools", "view", "-H", "-R", bed, path))
		for _, o := range []Options{
			{Path: path, Threads: 1, AllowOldIndex: true, Regions: map[string][]Interval{c.contig: list}},
			{Path: path, Threads: 3, AllowOldIndex: true, Regions: map[string][]Interval{c.contig: list}},
			{Path: "-", Threads: 2, Regions: map[string][]Interval{c.contig: list}},
		} {
			if o.Path == "-" {
				f, err := os.Open(path)
				if err != nil {
					t.Fatal(err)
				}
				defer f.Close()
				o.In = f
			}
			got, err := records(t, o)
			if err != nil {
				t.Fatalf("%s: %v", c.file, err)
			}
			if g := keys(strings.Join(got, "\n")); !slices.Equal(g, want) {
				t.Errorf("%s %s: %d records, bcftools has %d", c.file, o.Path, len(g), len(want))
			}
		}
		if len(want) == 0 {
			t.Errorf("%s: no record in any region, the test says nothing", c.file)
		}
	}
}

func keys(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		f := strings.SplitN(strings.TrimSuffix(line, "\n"), "\t", 6)
		if len(f) == 6 {
			out = append(out, strings.Join(f[:5], " "))
		}
	}
	return out
}

// An index of another file is told by what it promises.
func TestForeignIndex(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 8))
	dir := t.TempDir()
	texts := []string{
		made(rnd, 900), made(rnd, 900), made(rnd, 30), head,
		head + "X\t5000\t.\tA\tC\t.\t.\t.\n", head + "1\t5000\t.\tA\tC\t.\t.\t.\n", head + "1\t900000\t.\tA\tC\t.\t.\t.\n",
		// the same but for the last record, in the same number of bytes
		head + "1\t50\t.\tA\tC\t.\t.\t.\n1\t60000\t.\tA\tC\t.\t.\t.\n",
		head + "1\t50\t.\tA\tC\t.\t.\t.\n1\t70000\t.\tA\tC\t.\t.\t.\n",
	}
	path := func(i int) string { return filepath.Join(dir, fmt.Sprintf("%d.vcf.gz", i)) }
	for i, text := range texts {
		compress(t, path(i), text, 10_000)
		testkit.Run(t, "tabix", "-p", "vcf", path(i))
	}
	everywhere := map[string][]Interval{"1": {{0, 1 << 28}}, "X": {{0, 1 << 28}}}
	for i := range texts {
		for j := range texts {
			b, err := os.ReadFile(path(j) + ".tbi")
			if err != nil {
				t.Fatal(err)
			}
			mixed := filepath.Join(dir, "mixed.vcf.gz")
			data, err := os.ReadFile(path(i))
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(os.WriteFile(mixed, data, 0o600), os.WriteFile(mixed+".tbi", b, 0o600)); err != nil {
				t.Fatal(err)
			}
			_, err = records(t, Options{Path: mixed, Regions: everywhere})
			if fits := err == nil; fits != (i == j) {
				t.Errorf("file %d with the index of file %d: %v", i, j, err)
			}
			if err != nil && (fault.KindOf(err) != fault.Input || fault.HintOf(err) == "") {
				t.Errorf("file %d with the index of file %d: %v has no hint", i, j, err)
			}
		}
	}
}
