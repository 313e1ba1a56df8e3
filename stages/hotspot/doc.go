// Package hotspot makes the statement that a report gives for each hotspot of
// the test: detected, not detected, or not assessable and why. None is left
// out, so that a negative report says what it looked at.
//
// A hotspot is detected when the case reports its allele, or another one with
// the same protein change in the same gene; or, with a BAM, when enough reads
// carry the allele although no caller called it. It is not detected only where
// enough reads, or a reference block of a gVCF that is deep enough, say so. An
// allele that was called and excluded by a rule is neither.
//
// Reads are compared with the allele over a window that holds every placement
// of an insertion or deletion, so an aligner's choice of place does not matter.
// What a read cannot span (a long internal tandem duplication) is not seen.
package hotspot
