// Command make writes the made-up reads and calls of the rare-disease demo
// case: a person who does not exist, with a known pathogenic deletion in STK11.
// It draws from a fixed seed, so the same reference gives the same bytes.
//
//	go run ./pipeline/demo/make -fasta GRCh38.fa.gz -targets stk11.bed -o DIR
//
// It writes stk11.made_up.sam (paired reads, not sorted) and
// stk11.made_up.vcf; the script make.sh beside it turns both into indexed
// files. The VCF's read counts are those of the reads: the fragments that span
// the place, each counted once.
package main
