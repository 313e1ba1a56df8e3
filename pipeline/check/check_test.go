package check

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"varpanel/hts/bgzf"
	"varpanel/hts/fasta"
	"varpanel/hts/fault"
	"varpanel/hts/index"
	"varpanel/internal/testkit"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func put(t testing.TB, path string, b []byte) {
	t.Helper()
	must(t, os.WriteFile(path, b, 0o600))
}

const head = "##fileformat=VCFv4.2\n##contig=<ID=chr1,length=248956422>\n##contig=<ID=chr2,length=242193529>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"

// record is a VCF line.
func record(contig string, pos int, info string) string {
	return fmt.Sprintf("%s\t%d\t.\tA\tC\t.\t.\t%s\n", contig, pos, info)
}

// packed bgzips a VCF's header and records, a block for every ten, and makes its
// index.
func packed(t testing.TB, lines ...string) (file, tbi []byte) {
	t.Helper()
	var out, idx bytes.Buffer
	w, x := bgzf.NewWriter(&out, bgzf.WriterOptions{}), index.NewTabixWriter(index.VCF)
	for i, l := range append([]string{head}, lines...) {
		if i%10 == 1 {
			must(t, w.Flush())
		}
		begin := w.Offset()
		if _, err := w.Write([]byte(l)); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			continue
		}
		var contig string
		var pos int
		if _, err := fmt.Sscanf(l, "%s\t%d", &contig, &pos); err != nil {
			t.Fatal(err)
		}
		// Faulty files have no index that could be made.
		_ = x.Add(contig, pos-1, pos, begin, w.Offset())
	}
	must(t, w.Close())
	if _, err := x.WriteTo(&idx); err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), idx.Bytes()
}

func file(path string) (string, error) {
	r, err := File(context.Background(), path, Options{Threads: 2})
	if err != nil {
		return "", err
	}
	return r.String(), nil
}

func many(contig string, n, step int) (out []string) {
	for i := range n {
		out = append(out, record(contig, 1+i*step, "."))
	}
	return out
}

func TestVCF(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.vcf.gz")
	vcf, tbi := packed(t, append(many("chr1", 40, 7000), many("chr2", 20, 900)...)...)
	put(t, path, vcf)
	put(t, path+".tbi", tbi)
	got, err := file(path)
	if want := "VCF 4.2, bgzipped, 60 records, sorted, GRCh38, a.vcf.gz.tbi fits"; err != nil || got != want {
		t.Errorf("%q, %v; want %q", got, err, want)
	}
	r, err := Stream(context.Background(), bytes.NewReader(vcf), "-", Options{})
	if want := "VCF 4.2, bgzipped, 60 records, sorted, GRCh38"; err != nil || r.String() != want {
		t.Errorf("%v, %v; want %q", r, err, want)
	}
	plain := filepath.Join(t.TempDir(), "a.vcf")
	put(t, plain, []byte(strings.ReplaceAll(head, "\n", "\r\n")+"chr1\t0\t.\tN\t<DEL>\t.\t.\tEND=7\r\nchr1\t248956423\t.\tN\tA\t.\t.\t."))
	if got, err := file(plain); err != nil || got != "VCF 4.2, 2 records, sorted, GRCh38" {
		t.Errorf("%q, %v", got, err)
	}
	var open bytes.Buffer
	w := bgzf.NewWriter(&open, bgzf.WriterOptions{})
	_, err = w.Write([]byte(head + "chr1\t5\t.\tN\tA\t.\t.\t."))
	must(t, err)
	must(t, w.Close())
	for threads := range 3 {
		r, err := Stream(context.Background(), bytes.NewReader(open.Bytes()), "-", Options{Threads: threads})
		if err != nil || !slices.Equal(r.Breaches.Lines(), []string{"line 5: the last line has no line end"}) {
			t.Errorf("no end of the last line: %v, %v", r, err)
		}
	}
	put(t, plain, []byte(head))
	if got, err := file(plain); err != nil || got != "VCF 4.2, 0 records, sorted, GRCh38" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestBadVCF(t *testing.T) {
	ordinary := many("chr1", 3, 10)
	with := func(lines ...string) string {
		return head + strings.Join(append(append([]string{}, ordinary...), lines...), "")
	}
	for _, tt := range []struct{ name, text, message string }{
		{"goes back", with(record("chr1", 20, ".")), "line 8: records are not sorted: chr1:20 comes after chr1:21"},
		{"comes back", with(record("chr2", 5, "."), record("chr1", 50, ".")), "line 9: records are not sorted: contig chr1 comes back after chr2"},
		{"past the contig", with(record("chr1", 248956424, ".")), "line 8: POS: 248956424 is past the end of contig chr1"},
		{"no position", with("chr1\tx\t.\tA\tC\t.\t.\t.\n"), "line 8: POS"},
		{"few columns", with("chr1\t50\t.\tA\n"), "line 8: 4 tab-separated columns"},
		{"an empty line", with("\n", record("chr1", 50, ".")), "line 8: an empty line"},
		{"no header", "chr1\t5\t.\tA\tC\t.\t.\t.\n", "not a file that can be checked"},
		{"half a header", head[:60], "header"},
		{"empty", "", "the file is empty"},
		{"two assemblies", "##fileformat=VCFv4.2\n##contig=<ID=chr1,length=248956422>\n##contig=<ID=chr2,length=243199373>\n" + head[strings.Index(head, "#CHROM"):], ""},
	} {
		path := filepath.Join(t.TempDir(), "x.txt")
		put(t, path, []byte(tt.text))
		got, err := file(path)
		if tt.message == "" {
			if err == nil && !strings.Contains(got, "assembly unknown") {
				t.Errorf("%s: %q", tt.name, got)
			}
			continue
		}
		if fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), tt.message) {
			t.Errorf("%s: %q, %v", tt.name, got, err)
		}
	}
}

// Indexes that are not this file's, however like it they are.
func TestIndexesThatDoNotFit(t *testing.T) {
	lines := append(many("chr1", 40, 7000), many("chr2", 20, 900)...)
	vcf, tbi := packed(t, lines...)
	change := func(at int, l string) []byte {
		other := append([]string{}, lines...)
		other[at] = l
		_, x := packed(t, other...)
		return x
	}
	_, fewer := packed(t, lines[:len(lines)-1]...)
	_, contigs := packed(t, append(many("chr1", 40, 7000), many("chr3", 20, 900)...)...)
	_, moved := packed(t, append(many("chr1", 40, 90000), many("chr2", 20, 900)...)...)
	for name, x := range map[string][]byte{
		"one record fewer": fewer, "another contig": contigs, "other positions": moved, "one record elsewhere": change(5, record("chr1", 100_000_000, ".")),
	} {
		path := filepath.Join(t.TempDir(), "a.vcf.gz")
		put(t, path, vcf)
		put(t, path+".tbi", x)
		got, err := file(path)
		if fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "index does not fit") || fault.HintOf(err) == "" {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	path := filepath.Join(t.TempDir(), "a.vcf.gz")
	put(t, path, vcf)
	put(t, path+".tbi", tbi)
	past := time.Now().Add(-time.Minute)
	must(t, os.Chtimes(path+".tbi", past, past))
	if got, err := file(path); fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "older than") {
		t.Errorf("old: %q, %v", got, err)
	}
	r, err := File(context.Background(), path, Options{AllowOldIndex: true})
	if err != nil || !strings.HasSuffix(r.String(), "fits (older than the file)") {
		t.Errorf("old and allowed: %v, %v", r, err)
	}
}

// Files put one after the other have end-of-file blocks inside; tabix says that a
// record begins at such a block.
func TestInnerEndBlocks(t *testing.T) {
	tabix := testkit.Oracle(t, "tabix")
	end := []byte("\x1f\x8b\x08\x04\x00\x00\x00\x00\x00\xff\x06\x00\x42\x43\x02\x00\x1b\x00\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00")
	var whole []byte
	for i, contig := range []string{"chr1", "chr2"} {
		part, _ := packed(t, many(contig, 25, 40_000)...)
		if i > 0 {
			// The header is the first block.
			_, n, err := bgzf.ReadBlockAt(bytes.NewReader(part), 0, nil, bgzf.Options{})
			must(t, err)
			part = part[n:]
		}
		whole = append(append(whole, part...), end...)
	}
	path := filepath.Join(t.TempDir(), "x.vcf.gz")
	put(t, path, whole)
	if out, err := exec.Command(tabix, "-p", "vcf", path).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if got, err := file(path); err != nil || got != "VCF 4.2, bgzipped, 50 records, sorted, GRCh38, x.vcf.gz.tbi fits" {
		t.Errorf("%q, %v", got, err)
	}
}

// Cut anywhere, or with any byte changed, a bgzipped VCF is found out, or says
// the same.
func TestCutAndFlipped(t *testing.T) {
	vcf, _ := packed(t, many("chr1", 25, 10)...)
	good, err := Stream(context.Background(), bytes.NewReader(vcf), "x.vcf.gz", Options{})
	must(t, err)
	for n := range vcf {
		if r, err := Stream(context.Background(), bytes.NewReader(vcf[:n]), "x.vcf.gz", Options{}); fault.KindOf(err) != fault.Input {
			t.Fatalf("cut at %d: %v, %v", n, r, err)
		}
		bad := bytes.Clone(vcf)
		bad[n] ^= 0x41
		r, err := Stream(context.Background(), bytes.NewReader(bad), "x.vcf.gz", Options{})
		if err == nil && r.String() != good.String() || err != nil && fault.KindOf(err) != fault.Input {
			t.Fatalf("byte %d changed: %v, %v", n, r, err)
		}
	}
}

func TestInterrupted(t *testing.T) {
	vcf, _ := packed(t, many("chr1", 25, 10)...)
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if _, err := Stream(ctx, bytes.NewReader(vcf), "x", Options{Threads: 2}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestFASTA(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.fa.gz")
	var z, fai, gzi bytes.Buffer
	w := fasta.NewWriter(&z, &fai, &gzi)
	must(t, w.Begin("chr1", 200_000))
	must(t, w.N(150_000))
	must(t, w.Bases(bytes.Repeat([]byte("ACGTA"), 10_000)))
	must(t, w.Begin("chrM", 9))
	must(t, w.Bases([]byte("ACGTACGTA")))
	must(t, w.Close())
	put(t, path, z.Bytes())
	check := func(want, message string) {
		t.Helper()
		got, err := file(path)
		if message == "" && (err != nil || got != want) || message != "" && (fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), message)) {
			t.Errorf("%q, %v", got, err)
		}
	}
	const what = "FASTA, bgzipped, 2 contigs, assembly unknown: contig chr1 of 200000 bases is of neither GRCh37 (249250621) nor GRCh38 (248956422), "
	check(what+"no index", "")
	put(t, path+".fai", fai.Bytes())
	check("", ".gzi is not there")
	put(t, path+".gzi", gzi.Bytes())
	check(what+"its indexes fit", "")
	for _, bad := range []string{
		strings.Replace(fai.String(), "200000\t6", "200000\t7", 1), strings.Replace(fai.String(), "200000", "199999", 1),
		strings.Replace(fai.String(), "chrM", "chrN", 1), fai.String()[:strings.Index(fai.String(), "chrM")],
	} {
		put(t, path+".fai", []byte(bad))
		check("", "index does not fit")
	}
	put(t, path+".fai", fai.Bytes())
	moved := bytes.Clone(gzi.Bytes())
	moved[8]++
	put(t, path+".gzi", moved)
	check("", "index does not fit")

	path = filepath.Join(dir, "y.fa")
	for text, want := range map[string]string{
		">a x\nAC\nGT\nA\n>b\nA":      "FASTA, 2 contigs, assembly not told by its contigs, no index",
		">a\r\nAC\r\nG\r\n\r\n>b\n":   "FASTA, 2 contigs, assembly not told by its contigs, no index",
		">a\nAC\nG\nAC\n":             "FASTA, 1 contig, assembly not told by its contigs, no index (none can be made: the lines of contig a differ in length)",
		">a\nAC\n\nAC\n":              "FASTA, 1 contig, assembly not told by its contigs, no index (none can be made: the lines of contig a differ in length)",
		">a\nAC\nACG\n":               "FASTA, 1 contig, assembly not told by its contigs, no index (none can be made: the lines of contig a differ in length)",
		">a\nAC>G\n":                  "",
		">\nACG\n":                    "",
		">a\nAC 1\n":                  "",
		">a\nA\rC\n":                  "",
		">a\nACG\n\x00\x00\x00\x00\n": "",
	} {
		put(t, path, []byte(text))
		message := ""
		if want == "" {
			message = "line "
		}
		check(want, message)
	}
}

// Every file of the shared data that can be checked is whole, its index fits,
// and its README's number of records is there.
func TestSharedData(t *testing.T) {
	dir := testkit.Shared(t, "data")
	for name, want := range map[string]string{
		"vcf/NA12878.BRCA1.GRCh38.bcftools.vcf.gz":                         "VCF 4.2, bgzipped, 179 records, sorted, GRCh38, NA12878.BRCA1.GRCh38.bcftools.vcf.gz.tbi fits",
		"vcf/NA12878.chr21_APP.GRCh38.platinum_truth.vcf.gz":               "VCF 4.1, bgzipped, 2060 records, sorted, GRCh38, NA12878.chr21_APP.GRCh38.platinum_truth.vcf.gz.tbi fits",
		"vcf/HG002_trio.GRCh37.chr1p.gatk.vcf.gz":                          "VCF 4.1, bgzipped, 4979 records, sorted, GRCh37, HG002_trio.GRCh37.chr1p.gatk.vcf.gz.tbi fits",
		"vcf/tumour.T001-COAD.GRCh38.somatic.vcf.gz":                       "VCF 4.2, bgzipped, 3313 records, sorted, assembly not told by its contigs, tumour.T001-COAD.GRCh38.somatic.vcf.gz.tbi fits",
		"vcf/trio_synthetic_genotypes.talos.GRCh38.vcf.gz":                 "VCF 4.2, bgzipped, 13 records, sorted, GRCh38, trio_synthetic_genotypes.talos.GRCh38.vcf.gz.tbi fits",
		"vcf/NA12878.chr21_APP.GRCh38.platinum_pass.bcf":                   "BCF, VCF 4.1, 1917 records, sorted, GRCh38, NA12878.chr21_APP.GRCh38.platinum_pass.bcf.csi fits",
		"vcf/NA12878.chr21_APP.GRCh38.platinum_confident.bed":              "BED, 1465 intervals, sorted",
		"bam/NA12878.BRCA1.GRCh38.bam":                                     "BAM, 19836 records, sorted, GRCh38, NA12878.BRCA1.GRCh38.bam.bai fits",
		"bam/NA24385.chr20_36018823.GRCh37.wgs.bam":                        "BAM, 10146 records, sorted, GRCh37, NA24385.chr20_36018823.GRCh37.wgs.bam.bai fits",
		"bam/NA12878.BRCA1.GRCh38.bam.csi":                                 "index, 14 contigs, can be that of NA12878.BRCA1.GRCh38.bam",
		"genes/GRCh38.ensembl.chr21.full.gff3.gz":                          "text, bgzipped, 30773 lines, sorted, GRCh38.ensembl.chr21.full.gff3.gz.tbi fits",
		"annotation/GRCh38.cadd_v1.3.BRCA2.tsv.gz":                         "text, bgzipped, 50490 lines, sorted, GRCh38.cadd_v1.3.BRCA2.tsv.gz.tbi fits",
		"reference/GRCh37.small.fa.gz":                                     "FASTA, bgzipped, 1 contig, GRCh37, its indexes fit",
		"panels/all_wales_tso500_b37/hotspot_coverage.Glioma_combined.bed": "BED, 69 intervals, not sorted",
	} {
		if got, err := file(filepath.Join(dir, name)); err != nil || got != want {
			t.Errorf("%s:\n got %q, %v\nwant %q", name, got, err, want)
		}
	}
	_, err := file(filepath.Join(dir, "genes/hgnc_20230613.tsv.gz"))
	if fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "plain gzip, not BGZF") || !strings.Contains(fault.HintOf(err), "bgzip") {
		t.Errorf("plain gzip: %v", err)
	}
	if _, err := file(dir); fault.KindOf(err) != fault.Input {
		t.Errorf("a folder: %v", err)
	}
	if _, err := file(filepath.Join(dir, "none")); fault.KindOf(err) != fault.Input {
		t.Errorf("nothing: %v", err)
	}
}

// The BAM of one sample with the index of the other, and each cut.
func TestWrongBAMIndex(t *testing.T) {
	dir := testkit.Shared(t, "data/bam")
	bam, err := os.ReadFile(filepath.Join(dir, "NA24385.chr20_36018823.GRCh37.wgs.bam"))
	must(t, err)
	path := filepath.Join(t.TempDir(), "x.bam")
	put(t, path, bam)
	bai, err := os.ReadFile(filepath.Join(dir, "NA12878.BRCA1.GRCh38.bam.bai"))
	must(t, err)
	put(t, path+".bai", bai)
	if got, err := file(path); fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "index does not fit") {
		t.Errorf("%q, %v", got, err)
	}
	for _, n := range []int{len(bam) - 1, len(bam) - 28, len(bam) / 2, 30, 3} {
		put(t, path, bam[:n])
		if got, err := file(path); fault.KindOf(err) != fault.Input {
			t.Errorf("cut at %d: %q, %v", n, got, err)
		}
	}
}

// What the specification forbids and a reader takes is told with its first
// place, a kind once, and no more kinds than a screen has room for.
func TestBreaches(t *testing.T) {
	text := strings.Replace(head, "#CHROM", "##INFO=<ID=DP,Number=1,Type=Integer,Description=\"x\">\n#CHROM", 1)
	for i := range 3 {
		text += record("chr1", 10+i, "DP=many")
	}
	for i := range 2 * mostBreaches {
		text += record("chr2", 10+i, fmt.Sprintf("DP=7;K%d=1;K%[1]d=2", i))
	}
	path := filepath.Join(t.TempDir(), "x.vcf")
	put(t, path, []byte(text))
	r, err := File(context.Background(), path, Options{})
	must(t, err)
	lines := r.Breaches.Lines()
	if len(lines) != mostBreaches+1 || !strings.HasPrefix(lines[0], "line 6: INFO: ") || !strings.Contains(lines[0], "DP") ||
		!strings.HasSuffix(lines[0], "(and 2 times more)") || !strings.HasPrefix(lines[len(lines)-1], "and ") {
		t.Errorf("%q", lines)
	}
}
