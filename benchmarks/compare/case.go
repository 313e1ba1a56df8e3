package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"varpanel/hts/bgzf"
	"varpanel/reference/bundle"
)

// sourcesTOML are the sources of both panels' bundles.
const sourcesTOML = `[[source]]
name = "gnomad"
version = "made-up"
kind = "frequency"
file = "gnomad.vcf.gz"
fields = { af = "AF", ac = "AC", an = "AN", homozygotes = "nhomalt" }
populations = { nfe = "AF_nfe", afr = "AF_afr" }

[[source]]
name = "clinvar"
version = "made-up"
kind = "clinical-significance"
file = "clinvar.vcf.gz"
fields = { significance = "CLNSIG", review = "CLNREVSTAT", condition = "CLNDN" }
`

// build compiles a panel's bundle once, outside the measured time.
func (e *env) build(panel string) error {
	dir := filepath.Join(e.dir, panel+".bundle")
	if _, err := os.Stat(dir); err == nil && !e.rebuild {
		return nil
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := e.write("sources.toml", sourcesTOML); err != nil {
		return err
	}
	data := filepath.Dir(e.genes)
	_, err := e.measure(fmt.Sprintf("%s panel build --quiet --gene-list %s.genes.tsv --genes %s --fasta genome.fa"+
		" --hgnc %s/hgnc_20230613.tsv.gz --mane %s/mane_select_plus_clinical.csv.gz --sources sources.toml -o %s",
		e.varpanel, panel, e.genes, data, data, dir))
	return err
}

// caseRow is the whole job: a case's VCF and BAM to its reports, against the
// programs that a laboratory strings together for it, on the bundle's own
// regions, transcripts, sequence and sources.
func caseRow(e *env, name, panel, work, goal string) row {
	return row{
		name: name, work: work, command: "run",
		prepare: func(e *env) error { return e.build(panel) },
		ours: func(t int) string {
			return fmt.Sprintf("%s run -t %d --quiet --bundle %s.bundle --vcf wgs.vcf.gz --bam exome.bam --force -o $OUT/case", e.varpanel, t, panel)
		},
		peers: []peer{{"shell chain", "bcftools mosdepth", goal, func(t int) string { return e.chain(panel+".bundle", t) }, sameCase}},
		note: "ours also checks identity and assembly, names alleles (HGVS), applies the profile's rules and inheritance, and writes tables, JSON, HTML and an indexed VCF; " +
			"the memory is that of the largest process, not of a pipe together",
	}
}

// chain is the shell's side. bcftools annotate joins a file with an index only,
// so each of its steps writes one.
func (e *env) chain(dir string, threads int) string {
	b, err := bundle.Open(filepath.Join(e.dir, dir), bgzf.Options{})
	if err != nil {
		return "false # " + err.Error()
	}
	t := more("--threads", threads)
	chain := fmt.Sprintf("bcftools view%[1]s -Ou -R %[2]s/regions.bed wgs.vcf.gz | bcftools norm -Ou -m -any -f %[2]s/reference.fa.gz"+
		" | bcftools csq --local-csq -p a -g %[2]s/transcripts.gff3.gz -f %[2]s/reference.fa.gz -Ob1 -o $OUT/step0.bcf", t, dir)
	for i, s := range b.Manifest.Sources {
		chain += fmt.Sprintf(" && bcftools index -f%[1]s $OUT/step%[2]d.bcf && bcftools annotate%[1]s -a %[3]s -c %[4]s -Ob1 -o $OUT/step%[5]d.bcf $OUT/step%[2]d.bcf",
			t, i, filepath.Join(dir, filepath.Base(filepath.Dir(b.SourcePath(s))), filepath.Base(b.SourcePath(s))), columns(s), i+1)
	}
	return chain + fmt.Sprintf(` && bcftools filter%s -i 'FILTER="PASS" && (INFO/gnomad_af<0.01 || INFO/gnomad_af="." || INFO/clinvar_significance~"athogenic")' -Oz -o $OUT/chain.vcf.gz $OUT/step%d.bcf`,
		t, len(b.Manifest.Sources)) +
		fmt.Sprintf(" && %s -n --by %s/exons.bed --thresholds %s $OUT/chain exome.bam", e.mosdepth(threads), dir, thresholds)
}

// columns gives a source's INFO keys names of their own, for gnomAD's AF is not
// the case's.
func columns(s bundle.Source) string {
	var list []string
	for name, keys := range s.Fields {
		list = append(list, fmt.Sprintf("INFO/%s_%s:=INFO/%s", s.Name, name, keys[0]))
	}
	for name, key := range s.Populations {
		list = append(list, fmt.Sprintf("INFO/%s_%s:=INFO/%s", s.Name, name, key))
	}
	slices.Sort(list)
	return strings.Join(list, ",")
}

// sameCase compares what can be: the alleles that both looked at, and the mean
// depth of every exon.
func sameCase(e *env, ours, theirs string) (string, error) {
	alleles := "tail -q -n +2 $OUT/case/*.variants.tsv | cut -f 10-13; tail -q -n +2 $OUT/case/*.excluded.tsv | cut -f 1-4"
	a, err := e.bag(ours+" || [ $? = 4 ]; "+alleles, true, canonical)
	if err != nil {
		return "", err
	}
	b, err := e.bag(theirs+` && bcftools query -f '%CHROM\t%POS\t%REF\t%ALT\n' $OUT/step2.bcf`, true, canonical)
	if err != nil {
		return "", err
	}
	depth, err := e.alike(`tail -q -n +2 $OUT/case/*.coverage.exons.tsv | awk -F'\t' -v OFS='\t' '{print $4, $5-1, $6, $9}'`,
		"bgzip -dc $OUT/chain.regions.bed.gz", lastMean)
	return fmt.Sprintf("%d alleles ours, %d the chain's, %d in both; mean depth of exons %s", a.lines, b.lines, inBoth(a, b), depth), err
}

// lastMean is a region and the mean depth in its last column.
func lastMean(dst, line []byte) []byte {
	return canonicalMean(strings.Count(string(line), "\t"))(dst, line)
}
