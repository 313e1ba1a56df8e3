package reindex

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"varpanel/hts/bgzf"
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

// pack compresses text as BGZF in blocks of some bytes each.
func pack(t testing.TB, text string, block int) []byte {
	t.Helper()
	var out bytes.Buffer
	w := bgzf.NewWriter(&out, bgzf.WriterOptions{Level: 1})
	for part := range slices.Chunk([]byte(text), block) {
		if _, err := w.Write(part); err != nil {
			t.Fatal(err)
		}
		must(t, w.Flush())
	}
	must(t, w.Close())
	return out.Bytes()
}

// plain gives an index's bytes without their packing.
func plain(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	must(t, err)
	if !bgzf.IsBGZF(b) {
		return b
	}
	r, err := bgzf.NewReader(bytes.NewReader(b), bgzf.Options{})
	must(t, err)
	defer r.Close()
	b, err = io.ReadAll(r)
	must(t, err)
	return b
}

// inOrder gives an index with each contig's bins in the order of their numbers.
// htslib writes them in the order of its hash table.
func inOrder(t testing.TB, b []byte) []byte {
	t.Helper()
	at := 0
	number := func() int {
		at += 4
		return int(int32(binary.LittleEndian.Uint32(b[at-4:])))
	}
	kind := string(b[:3])
	at = 4
	refs, first := 0, 8
	switch kind {
	case "CSI":
		first = 16
		at += 8
		n := number()
		at += n
		refs = number()
	case "TBI":
		refs = number()
		at += 24
		n := number()
		at += n
	case "BAI":
		refs = number()
	}
	out := bytes.Clone(b[:at])
	for range refs {
		out = binary.LittleEndian.AppendUint32(out, uint32(number()))
		var bins [][]byte
		for range binary.LittleEndian.Uint32(out[len(out)-4:]) {
			from := at
			at += first - 4
			n := number()
			at += 16 * n
			bins = append(bins, b[from:at])
		}
		slices.SortFunc(bins, func(a, b []byte) int {
			return int(binary.LittleEndian.Uint32(a)) - int(binary.LittleEndian.Uint32(b))
		})
		out = append(out, bytes.Join(bins, nil)...)
		if kind != "CSI" {
			from := at
			n := number()
			at += 8 * n
			out = append(out, b[from:at]...)
		}
	}
	return append(out, b[at:]...)
}

// equal indexes a file by ours and by a peer's command and compares them byte
// for byte, but for the order of bins.
func equal(t *testing.T, path, ending string, o Options, name string, args ...string) {
	t.Helper()
	o.Force, o.Threads = true, 2
	got, err := File(context.Background(), path, o)
	must(t, err)
	if got != path+ending {
		t.Fatalf("%s, want the ending %s", got, ending)
	}
	ours := plain(t, got)
	if !bytes.Equal(ours, inOrder(t, ours)) {
		t.Errorf("%s: our bins are not in order", got)
	}
	testkit.Run(t, name, args...)
	theirs := inOrder(t, plain(t, got))
	if bytes.Equal(ours, theirs) {
		return
	}
	n := 0
	for n < min(len(ours), len(theirs)) && ours[n] == theirs[n] {
		n++
	}
	t.Errorf("%s by %s %s: %d bytes, theirs %d; byte %d differs", filepath.Base(path), name, args[:len(args)-1], len(ours), len(theirs), n)
}

// local links a shared file into a folder of the test's own.
func local(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(testkit.Shared(t, name))
	must(t, err)
	path := filepath.Join(t.TempDir(), filepath.Base(name))
	put(t, path, b)
	return path
}

func equalText(t *testing.T, path, preset string) {
	t.Helper()
	equal(t, path, ".tbi", Options{}, "tabix", "-f", "-p", preset, path)
	for _, shift := range []int{9, 14, 18} {
		equal(t, path, ".csi", Options{CSI: true, MinShift: shift}, "tabix", "-f", "-C", "-m", fmt.Sprint(shift), "-p", preset, path)
	}
}

func equalBAM(t *testing.T, path string) {
	t.Helper()
	equal(t, path, ".bai", Options{}, "samtools", "index", path)
	for _, shift := range []int{9, 14, 18} {
		equal(t, path, ".csi", Options{CSI: true, MinShift: shift}, "samtools", "index", "-c", "-m", fmt.Sprint(shift), path)
	}
}

// Every real VCF, GFF, BED, BAM and BCF: our index has htslib's bytes.
func TestRealFilesEqualHtslib(t *testing.T) {
	for _, name := range []string{
		"vcf/HG002_trio.GRCh37.chr1p.gatk.vcf.gz", "vcf/tumour.T001-COAD.GRCh38.somatic.vcf.gz",
		"vcf/NA12878.BRCA1.GRCh38.bcftools.vcf.gz", "vcf/NA12878.chr21_APP.GRCh38.platinum_truth.vcf.gz",
		"vcf/trio_synthetic_genotypes.talos.GRCh38.vcf.gz", "annotation/GRCh38.clinvar_20241215.plp_2star.vcf.gz",
		"annotation/GRCh38.cancer_hotspots_v2.vcf.gz",
		"vcf/tumour_normal.NA12877_NA12878_admix.chr22.GRCh38.strelka_indels.vcf.gz",
	} {
		t.Run(filepath.Base(name), func(t *testing.T) { equalText(t, local(t, "data/"+name), "vcf") })
	}
	for _, name := range []string{"GRCh38.ensembl.chr21.full.gff3.gz", "GRCh38.ensembl110.canonical.gff3.gz"} {
		t.Run(name, func(t *testing.T) { equalText(t, local(t, "data/genes/"+name), "gff") })
	}
	t.Run("bed", func(t *testing.T) {
		text, err := os.ReadFile(testkit.Shared(t, "data/panels/GRCh38.myeloid_panel.coding_5bp.bed"))
		must(t, err)
		path := filepath.Join(t.TempDir(), "x.bed.gz")
		put(t, path, pack(t, string(text), 4000))
		equalText(t, path, "bed")
	})
	for _, name := range []string{"NA12878.BRCA1.GRCh38.bam", "NA24385.chr20_36018823.GRCh37.wgs.bam"} {
		t.Run(name, func(t *testing.T) { equalBAM(t, local(t, "data/bam/"+name)) })
	}
	t.Run("bcf", func(t *testing.T) {
		path := local(t, "data/vcf/NA12878.chr21_APP.GRCh38.platinum_pass.bcf")
		for _, shift := range []int{9, 14, 18} {
			equal(t, path, ".csi", Options{MinShift: shift}, "bcftools", "index", "-f", "-m", fmt.Sprint(shift), path)
		}
	})
}

// madeVCF has records that cross bins of every level, with END and at position
// 0, so that small bins are joined into the ones above.
func madeVCF() string {
	var b strings.Builder
	b.WriteString("##fileformat=VCFv4.2\n##INFO=<ID=DP,Number=1,Type=Integer,Description=\"x\">\n" +
		"##INFO=<ID=END,Number=1,Type=Integer,Description=\"x\">\n##contig=<ID=1,length=536870912>\n##contig=<ID=2>\n" +
		"##contig=<ID=HLA:1>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n")
	seed := uint32(7)
	random := func(n int) int {
		seed = seed*1664525 + 1013904223
		return int(seed>>8) % n
	}
	for _, contig := range []string{"2", "1", "HLA:1"} {
		pos := 0
		for range 4000 {
			ref, info := "A"+strings.Repeat("C", random(3)*random(400)), "."
			switch random(40) {
			case 0:
				info = fmt.Sprintf("DP=3;END=%d", pos+len(ref)+random(1<<(4+random(20))))
			case 1:
				info = fmt.Sprintf("END=%d", max(pos+len(ref)-1, 1))
			}
			fmt.Fprintf(&b, "%s\t%d\t.\t%s\tC\t.\t.\t%s\n", contig, pos, ref, info)
			switch random(12) {
			case 0:
				pos += random(1 << (5 + random(17)))
			case 1, 2, 3:
			default:
				pos += random(90)
			}
		}
	}
	return b.String()
}

func TestMadeFilesEqualHtslib(t *testing.T) {
	dir := t.TempDir()
	text := madeVCF()
	for _, block := range []int{200, 5000, 65280} {
		path := filepath.Join(dir, fmt.Sprintf("%d.vcf.gz", block))
		put(t, path, pack(t, text, block))
		equalText(t, path, "vcf")
		bcf := path + ".bcf"
		testkit.Run(t, "bcftools", "view", "--no-version", "-O", "b", "-o", bcf, path)
		equal(t, bcf, ".csi", Options{MinShift: 14}, "bcftools", "index", "-f", bcf)
	}
	header := text[:strings.Index(text, "2\t")]
	for name, text := range map[string]string{"header": header, "one": header + "1\t5\t.\tA\tC\t.\t.\t.\n", "zero": header + "1\t0\t.\tN\t<DUP>\t.\t.\t.\n1\t0\t.\tNA\tN\t.\t.\t.\n"} {
		path := filepath.Join(dir, name+".vcf.gz")
		put(t, path, pack(t, text, 65280))
		equalText(t, path, "vcf")
	}
}

// Empty blocks between records, and files put one after the other, keep htslib's
// offsets: a chunk begins where the record before ends.
func TestEmptyBlocksEqualHtslib(t *testing.T) {
	end := pack(t, "", 1)
	text := madeVCF()
	cut := strings.Index(text, "HLA:1\t")
	var file []byte
	first := pack(t, text[:cut], 3000)
	file = append(file, first...) // with its end-of-file block
	file = append(append(file, end...), pack(t, text[cut:], 3000)...)
	file = append(file, end...)
	path := filepath.Join(t.TempDir(), "x.vcf.gz")
	put(t, path, file)
	equalText(t, path, "vcf")
}

// Reads of a SAM text that stand nowhere, at their mates' places, before and
// across bins, and on a contig longer than .bai has room for.
func TestMadeBAMEqualsHtslib(t *testing.T) {
	dir := t.TempDir()
	sam := func(name, text string) string {
		put(t, filepath.Join(dir, name+".sam"), []byte(text))
		testkit.Run(t, "samtools", "view", "--no-PG", "-b", "-o", filepath.Join(dir, name+".bam"), filepath.Join(dir, name+".sam"))
		return filepath.Join(dir, name+".bam")
	}
	head := "@HD\tVN:1.6\tSO:coordinate\n@SQ\tSN:a\tLN:536870912\n@SQ\tSN:empty\tLN:5000\n@SQ\tSN:b\tLN:20000\n@SQ\tSN:c\tLN:70000\n"
	rows := ""
	for i := range 3000 {
		rows += fmt.Sprintf("r%d\t0\ta\t%d\t9\t50M%dN50M\t*\t0\t0\t*\t*\n", i, 1+i*97, 1+i%40*i)
		if i%50 == 0 {
			rows += fmt.Sprintf("u%d\t4\ta\t%d\t0\t*\t*\t0\t0\t*\t*\n", i, 1+i*97)
		}
	}
	rows += "q\t0\tb\t16384\t9\t2M\t*\t0\t0\t*\t*\ns\t0\tb\t16385\t9\t*\t*\t0\t0\t*\t*\n"
	for range 5 {
		rows += "n\t4\t*\t0\t0\t*\t*\t0\t0\t*\t*\n"
	}
	equalBAM(t, sam("reads", head+rows))
	equalBAM(t, sam("none", head))
	equalBAM(t, sam("unplaced", head+"n\t4\t*\t0\t0\t*\t*\t0\t0\t*\t*\n"))
	long := sam("long", "@HD\tVN:1.6\tSO:coordinate\n@SQ\tSN:a\tLN:1000000000\nr\t0\ta\t999999000\t9\t50M\t*\t0\t0\t*\t*\n")
	equal(t, long, ".csi", Options{CSI: true, MinShift: 14}, "samtools", "index", "-c", long)
}

// The peers' own files with the indexes that the peers give for them.
func TestConformance(t *testing.T) {
	dir := t.TempDir()
	copied := func(name string) string {
		b, err := os.ReadFile(testkit.Shared(t, "conformance/"+name))
		must(t, err)
		path := filepath.Join(dir, filepath.Base(name))
		put(t, path, b)
		return path
	}
	matched, run := 0, 0
	compare := func(file, ending, expected string) {
		run++
		path, err := File(context.Background(), file, Options{Threads: 1})
		if err != nil {
			t.Errorf("%s: %v", file, err)
			return
		}
		if path != file+ending || !bytes.Equal(plain(t, path), inOrder(t, plain(t, testkit.Shared(t, "conformance/"+expected)))) {
			t.Errorf("%s: not %s", path, expected)
			return
		}
		matched++
	}
	compare(copied("samtools/index/test_input_1_a.bam"), ".bai", "samtools/index/test_input_1_a.bam.bai.expected")
	compare(copied("htslib/index/range.bam"), ".bai", "htslib/index/range.bam.bai")
	compare(copied("htslib/regions/colons.bam"), ".bai", "htslib/regions/colons.bam.bai")
	t.Logf("index bytes (samtools index, htslib index, htslib regions): matched %d / %d run / 0 not applicable", matched, run)
}
