// Package coverage measures the depth of an indexed BAM file over a BED file's
// rows, over windows and base by base, and writes what mosdepth 0.3.3 writes:
// the same files, columns, numbers and text.
//
//	PREFIX.mosdepth.summary.txt      length, bases, mean, min and max of each contig
//	PREFIX.mosdepth.global.dist.txt  share of bases at each depth or deeper
//	PREFIX.mosdepth.region.dist.txt  the same of the rows' bases; of windows, the share
//	                                 of windows with a rounded mean of that or more
//	PREFIX.regions.bed.gz            mean or median depth of each row
//	PREFIX.thresholds.bed.gz         bases of each row at each threshold or deeper
//	PREFIX.per-base.bed.gz           stretches of equal depth
//
// Files with positions come with a .csi index. A genome is cut into shards that
// do not depend on the number of threads; each is read, counted and summed up by
// itself, and a sink writes them in their order. Memory is that of a few shards
// of a million bases, and of the BED file.
//
// Of mosdepth's manners these are kept, because laboratories compare numbers: a
// mean is the sum, base by base, of depth divided by length, which decides how a
// tie is rounded; a depth over 400,000 counts as 399,990 in a distribution; a
// contig without any read is in no summary and no distribution, though its rows
// are written, with 0 everywhere; and the least depth is given as 0, whatever it
// is, for the totals and for the rows of the first contig in the summary.
package coverage
