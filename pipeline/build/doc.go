// Package build compiles a panel bundle: from what was asked for (a test code,
// a PanelApp panel, a gene list or target regions) and the references (gene
// model, FASTA, HGNC, MANE, annotation sources) to a folder that a case runs
// from.
//
// The order is that of the questions: which genes (ask.go), which gene of the
// model each one is (join.go), which transcripts (choose.go), how much of them
// has sequence (assess.go), which positions are scanned (regions.go), and what
// of sequence, model and sources that needs (write.go, slice.go). Nothing is
// guessed on the way: what does not fit is gathered and fails the build, each
// gene named, before a file is written.
package build
