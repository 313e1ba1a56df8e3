// Package scan gives the records of a VCF that meet a list of regions, as raw
// lines in the order of the file and in batches for the engine.
//
// With an index only the blocks that may hold such records are read; without
// one, and on standard input, the whole file is. The records are the same, at
// any number of threads. A record meets a region when a base of its REF span
// (or of the span up to INFO/END where that is longer) lies in it: this is what
// .tbi and .csi indexes are built from. Each record comes once, however many
// regions it meets. A record at position 0, before the first base, meets none,
// because indexes leave it out.
//
// What is read is checked: blocks, records, their order, and whether the index
// is this file's.
package scan
