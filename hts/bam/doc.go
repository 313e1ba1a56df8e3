// Package bam reads BAM files: header, records in file order, and the records
// of regions by way of a .bai or .csi index.
//
// The format is that of the SAM/BAM specification (SAMv1, section 4). A Record
// is one reusable buffer that the caller owns; its fields are decoded when they
// are asked for. Every length in a file is hostile: a record is checked as a
// whole before any accessor can see it, so an accessor never leaves its buffer.
// Positions are 0-based, ends exclusive.
//
// Writing, CRAM and SAM text are not here.
package bam
