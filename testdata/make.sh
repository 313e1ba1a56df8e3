#!/usr/bin/env bash
# How the files of this folder were cut from the public data that README.md
# names: with samtools, bcftools, bgzip and tabix 1.16 alone, never with
# varpanel. DATA is a folder that holds the originals under their own names.
set -euo pipefail
DATA=$1
cd "$(dirname "$0")"

# Reference: the contigs of the test panels, lines of 65,279 bases so that
# runs of N compress well; the bases are unchanged.
contigs="chr2 chr5 chr7 chr9 chr11 chr12 chr13 chr16 chr17 chr18 chr19 chr22 chrX"
for c in $contigs; do
	echo ">$c"
	if [ "$c" = chr22 ]; then # no test reads its bases: N, at its length
		samtools faidx "$DATA/reference/GRCh38.regions.fa.gz" "$c" | tail -n +2 | tr 'ACGT' 'NNNN' | tr -d '\n' | fold -w 65279
	else
		samtools faidx "$DATA/reference/GRCh38.regions.fa.gz" "$c" | tail -n +2 | tr -d '\n' | fold -w 65279
	fi
	echo
done | grep -v '^$' | bgzip -l 9 >reference/GRCh38.test.fa.gz
samtools faidx reference/GRCh38.test.fa.gz

# Gene model: every gene that overlaps 2 Mb around the test genes.
genes="ATM BRAF BRCA1 BRCA2 CDKN2A CHEK2 DMD DNMT3A FLT3 IDH1 JAK2 KRAS NAGLU NPM1 PALB2 RAD51C RAD51D SDHD SMAD4 STK11 TP53"
model=$DATA/genes/GRCh38.ensembl110.canonical.gff3.gz
for g in $genes; do
	zcat "$model" | awk -F'\t' -v g="$g" '$3=="gene" && index($9, ";Name=" g ";") {s=$4-200000; print $1":"(s<1?1:s)"-"$5+200000}'
done >regions.txt
{
	zcat "$model" | grep '^#'
	xargs -a regions.txt tabix "$model" | sort -u | sort -t "$(printf '\t')" -k1,1 -k4,4n -k5,5nr
} | bgzip >genes/GRCh38.test.gff3.gz
tabix -p gff genes/GRCh38.test.gff3.gz
cp "$DATA/genes/hgnc_20230613.tsv.gz" "$DATA/genes/mane_select_plus_clinical.csv.gz" genes/

# Panels.
cp "$DATA/panels/nhs_rare_disease_test_directory_v6.json" "$DATA/panels/nhs_genepanels.tsv.gz" panels/

# Annotation.
clinvar=GRCh38.clinvar_20241215.plp_2star
sed 's/^chr//' regions.txt | xargs bcftools view --no-version -Oz -o "annotation/$clinvar.test.vcf.gz" "$DATA/annotation/$clinvar.vcf.gz"
tabix -f -p vcf "annotation/$clinvar.test.vcf.gz"
xargs -a regions.txt bcftools view --no-version -Oz -o annotation/GRCh38.cancer_hotspots_v2.test.vcf.gz "$DATA/annotation/GRCh38.cancer_hotspots_v2.vcf.gz"
tabix -f -p vcf annotation/GRCh38.cancer_hotspots_v2.test.vcf.gz
cp "$DATA"/annotation/GRCh38.BRCA1.1000g_phase3.af.vcf.gz* annotation/

# Cases.
cp "$DATA"/vcf/NA12878.BRCA1.GRCh38.bcftools.vcf.gz* vcf/
cp "$DATA"/vcf/tumour.T001-COAD.GRCh38.somatic.vcf.gz* vcf/
bcftools view --no-version -Oz -o vcf/HG002_trio.GRCh37.1_to_12Mb.vcf.gz "$DATA/vcf/HG002_trio.GRCh37.chr1p.gatk.vcf.gz" 1:1-12000000
tabix -f -p vcf vcf/HG002_trio.GRCh37.1_to_12Mb.vcf.gz
rm regions.txt
