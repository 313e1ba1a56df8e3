// Package source joins alleles with annotation sources: the slices of a bundle,
// the panel's own hotspots, and a laboratory's list of known alleles.
//
// An allele is looked up in its normal form, and sources hold theirs in the
// same form, so that a join is equality. What a source does not hold is "not in
// the source"; a source that cannot be read is an error and never reads as
// that.
package source
