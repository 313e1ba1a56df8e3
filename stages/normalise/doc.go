// Package normalise takes a record apart into its ALT alleles, each trimmed and
// left-aligned, compared with the reference, and written as a VCF line of its
// own.
//
// The lines are those of `bcftools norm -m -any`: values of Number=A, R and G go
// with their allele, and in GT every other ALT becomes 0. The true genotype is
// therefore read from the record that was not split. Alleles of several bases
// are trimmed and never taken apart; symbolic alleles stay where they are.
package normalise
