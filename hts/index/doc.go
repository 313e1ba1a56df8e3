// Package index reads the indexes that say where in a BGZF file the records of
// a region are: .tbi, .csi and .bai, as the SAM specification (section 5) and
// its CSIv1 and Tabix companions describe them, and writes .tbi.
//
// All coordinates are 0-based half-open. An index knows which chunks of a file
// may hold records of a region, not which records do: the caller still compares
// each record with the region.
package index
