// Package pileup turns alignments into depth per base and into counts of bases
// and haplotypes at single sites.
//
// Depth has three definitions, named by Mode. The default counts a fragment
// once where its two mates overlap, as mosdepth does unless told otherwise;
// its rules are written down at Depth.Add. No base quality is looked at.
//
// Only what was asked for is held: one number a base of the intervals, and the
// mates whose partners are still to come.
package pileup
