// Package caller reads a sample's genotype, depth and allele fraction from an
// unsplit VCF record, as the callers in use write them.
//
// Missing is never zero: what a record does not say stays unknown, and an
// allele is called, called reference, or not assessable with the reason.
package caller
