package build

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"varpanel/hts/bed"
	"varpanel/hts/bgzf"
	"varpanel/hts/fasta"
	"varpanel/internal/testkit"
	"varpanel/reference/bundle"
	"varpanel/reference/panel"
	"varpanel/reference/transcript"
)

type recordOf = bed.Record

func itoa(n int) string { return strconv.Itoa(n) }

// wholeOptions builds BRCA1, SDHD and BRAF with every source of the test data.
func wholeOptions(t testing.TB) Options {
	o := listOptions(t, "BRCA1\nSDHD\nBRAF\n")
	o.AllowMissing = []string{"BRAF"}
	o.Sources = write(t, "SOURCES.toml", `
[[source]]
name = "clinvar"
version = "2024-12-15"
kind = "clinical-significance"
file = "`+testData(t, "annotation/GRCh38.clinvar_20241215.plp_2star.test.vcf.gz")+`"
fields = { significance = "CLNSIG", review = "CLNREVSTAT", condition = "CLNDN" }
[[source]]
name = "thousand_genomes"
version = "phase 3"
kind = "frequency"
file = "`+testData(t, "annotation/GRCh38.BRCA1.1000g_phase3.af.vcf.gz")+`"
fields = { af = "AF" }
populations = { eur = "EUR_AF" }
[[source]]
name = "hotspots"
version = "2"
kind = "hotspot"
file = "`+testData(t, "annotation/GRCh38.cancer_hotspots_v2.test.vcf.gz")+`"
fields = { gene = ["HOTSPOT_GENE", "HOTSPOT3D_GENE"], protein = ["HOTSPOT_HGVSp", "HOTSPOT3D_HGVSp"] }
`)
	return o
}

// files reads a whole folder.
func files(t testing.TB, dir string) map[string]string {
	t.Helper()
	out := make(map[string]string)
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(name)
		rel, _ := filepath.Rel(dir, name)
		out[rel] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSameInputsSameBytes(t *testing.T) {
	t.Parallel()
	o := wholeOptions(t)
	o.Threads = 1
	mustBuild(t, o)
	first := files(t, o.Out)
	o.Threads, o.Out = 4, filepath.Join(t.TempDir(), "elsewhere", "another-name")
	mustBuild(t, o)
	second := files(t, o.Out)
	if len(first) != len(second) {
		t.Errorf("%d files, then %d", len(first), len(second))
	}
	for name, text := range first {
		if second[name] != text {
			t.Errorf("%s differs", name)
		}
		for _, path := range []string{o.Out, testkit.Root(t), os.TempDir()} {
			if strings.HasSuffix(name, ".json") && strings.Contains(text, path) {
				t.Errorf("%s holds the path %s", name, path)
			}
		}
	}
}

// TestSequence compares the bundle's sequence with the FASTA's: equal inside
// every scan region and 1,000 bases around it and in the exons of every
// transcript, N outside, and every contig at its full length.
func TestSequence(t *testing.T) {
	t.Parallel()
	o := wholeOptions(t)
	b, _ := mustBuild(t, o)
	have, err := b.Reference()
	if err != nil {
		t.Fatal(err)
	}
	defer have.Close()
	want, err := fasta.Open(o.FASTA, bgzf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer want.Close()
	if len(have.Contigs()) != len(want.Contigs()) {
		t.Errorf("%d contigs, want %d", len(have.Contigs()), len(want.Contigs()))
	}
	for i, c := range want.Contigs() {
		if have.Contigs()[i] != c {
			t.Errorf("contig %d is %v, want %v", i, have.Contigs()[i], c)
		}
	}
	same := func(contig string, start, end int) {
		t.Helper()
		x, err := have.Bases(contig, start, end)
		if err != nil {
			t.Fatal(err)
		}
		y, err := want.Bases(contig, start, end)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(x, y) {
			t.Errorf("%s:%d-%d differs", contig, start+1, end)
		}
	}
	for _, r := range b.Regions {
		same(r.Contig, r.Start-1000, r.End+1000)
	}
	model, err := b.Transcripts()
	if err != nil {
		t.Fatal(err)
	}
	for _, tr := range model.Transcripts() {
		for _, e := range tr.Exons {
			same(tr.Contig, e.Start, e.End)
		}
	}
	last := b.Regions[len(b.Regions)-1]
	beyond, err := have.Bases(last.Contig, last.End+1000, last.End+1100)
	if err != nil || strings.Trim(string(beyond), "N") != "" {
		t.Errorf("behind the last region: %s %v", beyond, err)
	}
	// samtools reads it at public coordinates: BRAF V600 is CAC at
	// chr7:140753335-140753337.
	if got := testkit.Run(t, "samtools", "faidx", filepath.Join(o.Out, bundle.ReferenceFile), "chr7:140753335-140753337"); got != ">chr7:140753335-140753337\nCAC\n" {
		t.Errorf("samtools faidx gives %q", got)
	}
}

// TestTranscripts reads the bundle's model: the panel's genes with their HGNC
// ids and names, and the genes that meet a region (the transcript of TIMM8B ends 116 bases before
// that of SDHD begins, so only wider padding reaches it).
func TestTranscripts(t *testing.T) {
	t.Parallel()
	o := wholeOptions(t)
	o.Padding = 120
	b, _ := mustBuild(t, o)
	model, err := b.Transcripts()
	if err != nil {
		t.Fatal(err)
	}
	for symbol, want := range map[string]struct{ id, accession string }{
		"BRCA1": {"HGNC:1100", "NM_007294.4"}, "SDHD": {"HGNC:10683", "NM_003002.4"}, "BRAF": {"HGNC:1097", "NM_004333.6"},
		"TIMM8B": {"HGNC:11818", "NM_012459.4"},
	} {
		genes := model.GenesBySymbol(symbol)
		if len(genes) != 1 {
			t.Errorf("%d genes %s", len(genes), symbol)
			continue
		}
		tr := genes[0].Transcripts[0]
		if genes[0].HGNCID != want.id || tr.HGNCID != want.id || tr.Accession != want.accession {
			t.Errorf("%s: %s, %s, %s", symbol, genes[0].HGNCID, tr.HGNCID, tr.Accession)
		}
	}
	if genes := model.GenesBySymbol("TP53"); len(genes) != 0 {
		t.Error("TP53 is in the model")
	}
	if n := len(model.Genes()); n > 8 {
		t.Errorf("%d genes in the model", n)
	}
}

// TestRegions holds the scan regions against what they are made of.
func TestRegions(t *testing.T) {
	t.Parallel()
	o := wholeOptions(t)
	b, _ := mustBuild(t, o)
	covered := func(contig string, start, end int) bool {
		for _, r := range b.Regions {
			if r.Contig == contig && r.Start <= start && end <= r.End {
				return true
			}
		}
		return false
	}
	model, err := readWith(o.Genes, o.blocks(), transcript.ReadGFF3)
	if err != nil {
		t.Fatal(err)
	}
	exons := 0
	for _, symbol := range []string{"BRCA1", "SDHD", "BRAF"} {
		for _, e := range model.GenesBySymbol(symbol)[0].Transcripts[0].Exons {
			exons++
			if !covered("chr"+map[string]string{"BRCA1": "17", "SDHD": "11", "BRAF": "7"}[symbol], e.Start-20, e.End+20) {
				t.Errorf("%s: exon %d-%d with 20 bases is in no region", symbol, e.Start+1, e.End)
			}
		}
	}
	// BRCA1 has 23 exons, SDHD 4, BRAF-220 18.
	if exons != 45 {
		t.Errorf("%d exons", exons)
	}
	for i, r := range b.Regions[1:] {
		if before := b.Regions[i]; before.Contig == r.Contig && before.End >= r.Start {
			t.Errorf("regions %v and %v are not apart", before, r)
		}
	}
	// Every P/LP record inside the span of BRCA1 is in a region.
	out := testkit.Run(t, "bcftools", "query", "-r", "17:43044295-43125364", "-f", "%POS\n", testData(t, "annotation/GRCh38.clinvar_20241215.plp_2star.test.vcf.gz"))
	lines := strings.Fields(out)
	if len(lines) < 2000 {
		t.Fatalf("bcftools gives %d records", len(lines))
	}
	for _, line := range lines {
		pos, err := strconv.Atoi(line)
		if err != nil {
			t.Fatal(err)
		}
		if !covered("chr17", pos-1, pos) {
			t.Errorf("P/LP at 17:%d is in no region", pos)
		}
	}
}

// TestSlices compares a slice with what bcftools norm makes of the source.
func TestSlices(t *testing.T) {
	t.Parallel()
	o := wholeOptions(t)
	b, _ := mustBuild(t, o)
	sourceOf := map[string]string{
		"clinvar": "annotation/GRCh38.clinvar_20241215.plp_2star.test.vcf.gz", "thousand_genomes": "annotation/GRCh38.BRCA1.1000g_phase3.af.vcf.gz",
		"hotspots": "annotation/GRCh38.cancer_hotspots_v2.test.vcf.gz",
	}
	formats := map[string]string{
		"clinvar":          "%POS\t%ID\t%REF\t%ALT\t%FILTER\t%CLNSIG\t%CLNREVSTAT\t%CLNDN\n",
		"thousand_genomes": "%POS\t%ID\t%REF\t%ALT\t%FILTER\t%AF\t%EUR_AF\n",
		"hotspots":         "%POS\t%ID\t%REF\t%ALT\t%FILTER\t%HOTSPOT_GENE\t%HOTSPOT_HGVSp\t%HOTSPOT3D_HGVSp\n",
	}
	testkit.Oracle(t, "bcftools")
	dir := t.TempDir()
	for _, s := range b.Manifest.Sources {
		name := s.Name
		slice := b.SourcePath(s)
		got := testkit.Run(t, "bcftools", "query", "-f", "%CHROM\t"+formats[name], slice)
		if n := strings.Count(got, "\n"); n != s.Records || n == 0 {
			t.Errorf("%s: %d records, the manifest says %d", name, n, s.Records)
		}
		// The source's own contig names and regions with their flanks.
		chr := "chr"
		if name == "clinvar" {
			chr = ""
		}
		var bedText strings.Builder
		for _, r := range b.Regions {
			bedText.WriteString(chr + strings.TrimPrefix(r.Contig, "chr") + "\t" + itoa(max(0, r.Start-1000)) + "\t" + itoa(r.End+1000) + "\n")
		}
		regions := filepath.Join(dir, name+".bed")
		if err := os.WriteFile(regions, []byte(bedText.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		cut := filepath.Join(dir, name+".vcf.gz")
		testkit.Run(t, "bcftools", "view", "--targets-overlap", "record", "-T", regions, "-O", "z", "-o", cut, testData(t, sourceOf[name]))
		if chr == "" {
			names := filepath.Join(dir, "names")
			text := ""
			for _, c := range b.Manifest.Contigs {
				text += strings.TrimPrefix(c.Name, "chr") + "\t" + c.Name + "\n"
			}
			if err := os.WriteFile(names, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			renamed := filepath.Join(dir, name+".renamed.vcf.gz")
			testkit.Run(t, "bcftools", "annotate", "--rename-chrs", names, "-O", "z", "-o", renamed, cut)
			cut = renamed
		}
		normal := filepath.Join(dir, name+".norm.vcf.gz")
		testkit.Run(t, "bcftools", "norm", "-m", "-any", "-f", o.FASTA, "-c", "w", "-O", "z", "-o", normal, cut)
		want := testkit.Run(t, "bcftools", "query", "-f", "%CHROM\t"+formats[name], normal)
		compareLines(t, name, got, want)
	}
}

// compareLines compares two lists of records whatever the order of records at
// one position.
func compareLines(t *testing.T, name, got, want string) {
	t.Helper()
	count := make(map[string]int)
	for line := range strings.Lines(want) {
		if !strings.Contains(line, "<") { // a slice has alleles of bases only
			count[line]++
		}
	}
	for line := range strings.Lines(got) {
		count[line]--
	}
	shown := 0
	for line, n := range count {
		if n != 0 && shown < 5 {
			t.Errorf("%s: %+d of %q", name, -n, line)
			shown++
		}
	}
}

// TestSliceIndex asks tabix for the slice by region.
func TestSliceIndex(t *testing.T) {
	t.Parallel()
	b, _ := mustBuild(t, wholeOptions(t))
	slice := b.SourcePath(b.Manifest.Sources[0])
	// ClinVar 13961 is BRAF V600E (annotation/README: 7:140753336 A>T).
	got := testkit.Run(t, "tabix", slice, "chr7:140753336-140753336")
	if !strings.Contains(got, "chr7\t140753336\t13961\tA\tT\t") {
		t.Errorf("tabix gives %q", got)
	}
}

func TestExonsOfBRCA1(t *testing.T) {
	t.Parallel()
	b, _ := mustBuild(t, listOptions(t, "BRCA1\n"))
	bases, numbers := 0, make(map[int]bool)
	for _, e := range b.Exons {
		bases += e.End - e.Start
		numbers[e.Number] = true
		if e.State != panel.Assessed || e.Transcript != "NM_007294.4" || e.HGNCID != "HGNC:1100" || e.Gene != "BRCA1" {
			t.Errorf("row %+v", e)
		}
	}
	// The issue: 5,592 coding bases; exon 1 of 23 is all UTR.
	if bases != 5592 || len(b.Exons) != 22 || numbers[1] || !numbers[2] || !numbers[23] {
		t.Errorf("%d bases in %d rows", bases, len(b.Exons))
	}
}
