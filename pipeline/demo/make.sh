#!/usr/bin/env bash
# Makes the demo's data:
#
#     pipeline/demo/make.sh DATA [VARPANEL]
#
# DATA is a folder with the public data that data/README.md names, under their
# own names; VARPANEL is the binary that builds the bundles (bin/varpanel).
# It needs Go, samtools, bcftools, bgzip and tabix (1.16). The same inputs and
# the same build give the same bytes.
set -euo pipefail
data=$(realpath "$1")
varpanel=$(realpath "${2:-bin/varpanel}")
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT

reference=$data/reference/GRCh38.regions.fa.gz
model=$data/genes/GRCh38.ensembl110.canonical.gff3.gz
ln -s "$data/annotation" "$work/annotation"
cp make/sources.toml "$work/"

# sequence CASE CONTIG...: the contigs at full length, their bases unchanged, in
# lines that let runs of N compress.
sequence() {
	local name=$1
	shift
	for contig in "$@"; do
		echo ">$contig"
		samtools faidx "$reference" "$contig" | tail -n +2 | tr -d '\n' | fold -w 65279
		echo
	done | bgzip >"$work/GRCh38.$name.fa.gz"
	samtools faidx "$work/GRCh38.$name.fa.gz"
}

# bundle CASE GENELIST OPTION...
bundle() {
	local name=$1 genes=$2
	shift 2
	rm -rf "data/$name/bundle"
	mkdir -p "data/$name/inputs"
	"$varpanel" panel build --gene-list "make/$name/$genes.tsv" --profile "$name" --name "demo-$name" \
		--genes "$model" --fasta "$work/GRCh38.$name.fa.gz" --sources "$work/sources.toml" \
		--hgnc "$data/genes/hgnc_20230613.tsv.gz" --mane "$data/genes/mane_select_plus_clinical.csv.gz" \
		"$@" -o "data/$name/bundle"
}

# Rare disease: one gene; made-up reads and calls.
sequence rare-disease chr19
bundle rare-disease peutz-jeghers
zcat "$model" | awk -F'\t' -v OFS='\t' '$3=="CDS" && /transcript:ENST00000326873$/ {print $1, $4-1, $5}' >"$work/stk11.bed"
(cd make && go run . -fasta "$reference" -targets "$work/stk11.bed" -o "$work")
inputs=data/rare-disease/inputs
samtools sort --no-PG -o "$inputs/stk11.made_up.bam" "$work/stk11.made_up.sam"
samtools index "$inputs/stk11.made_up.bam"
bgzip -c "$work/stk11.made_up.vcf" >"$inputs/stk11.made_up.vcf.gz"
tabix -f -p vcf "$inputs/stk11.made_up.vcf.gz"

# Solid tumour: real calls, as they are.
sequence solid-tumour chr7 chr9 chr11 chr12 chr17 chr18 chr19
bundle solid-tumour colorectal --hotspots make/solid-tumour/hotspots.tsv --allow-missing BRAF
inputs=data/solid-tumour/inputs
cp "$data/vcf/tumour.T001-COAD.GRCh38.somatic.vcf.gz" "$inputs/T001-COAD.somatic.vcf.gz"
tabix -f -p vcf "$inputs/T001-COAD.somatic.vcf.gz"

# Myeloid malignancy: calls written by hand.
sequence haem-myeloid chr2 chr5 chr9 chr13
bundle haem-myeloid myeloid --hotspots make/haem-myeloid/hotspots.tsv \
	--allow-missing JAK2 --allow-missing IDH1 --allow-missing DNMT3A --allow-missing FLT3 --allow-missing NPM1
inputs=data/haem-myeloid/inputs
bgzip -c make/haem-myeloid/calls.vcf >"$inputs/myeloid.made_up.vcf.gz"
tabix -f -p vcf "$inputs/myeloid.made_up.vcf.gz"

# The long runs of N are thousands of equal blocks: packed once more they take
# almost no room. demo.Unpack undoes it.
for file in data/*/bundle/reference.fa.gz data/*/bundle/reference.fa.gz.gzi; do
	gzip -9nc "$file" >"$file.packed"
	rm "$file"
done
find data -type f -exec chmod 644 {} +
find data -type f -exec cat {} + | wc -c
