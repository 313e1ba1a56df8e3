// Package gff writes GFF3 feature lines as Ensembl writes them (Sequence Ontology,
// "Generic Feature Format Version 3", 1.26). reference/transcript reads them.
//
// Positions are 0-based half-open in Go and 1-based closed in the text.
package gff
