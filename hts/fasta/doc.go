// Package fasta reads stretches of an indexed FASTA file, plain with its .fai or
// bgzipped with .fai and .gzi (the formats of `samtools faidx` and
// `bgzip --index`), and writes bgzipped ones with both indexes.
//
// Coordinates are 0-based half-open.
package fasta
