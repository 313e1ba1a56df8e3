// Package prioritise gives each reported allele its tier, by the rules of the
// profile, and puts the alleles in order. It proposes what to look at first; it
// classifies nothing.
package prioritise
