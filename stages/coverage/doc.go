// Package coverage measures how deep the bases of a test were read: by exon, by
// gene and over the panel, with exact integers, and the gaps below the depth
// that the profile asks for.
//
// A gene's bases are the union of its exons' rows, the panel's the union of all
// rows. Every gene stays in the denominators: a base without reads, and a base
// on a contig that the BAM file lacks, counts as depth 0.
//
// Percentages are floored to two decimals, so 94.999 % is never printed as
// 95 %, and what passes is decided on the integers, not on the printed text.
// The median of an even number of bases is the lower of the middle two. Means
// are rounded to two decimals, half up.
package coverage
