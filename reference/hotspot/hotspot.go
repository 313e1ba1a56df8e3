// Package hotspot reads and writes hotspots.tsv: the positions of a test that
// get a statement in every report, also when nothing was found there.
package hotspot

// Row is one hotspot: one ALT allele at one place. Pos is 0-based, the first
// base of Ref; Ref and Alt are upper-case bases in VCF's manner (an indel keeps
// its anchor base). In a bundle the allele is trimmed and left-aligned, and
// Contig is the bundle's name.
type Row struct {
	Name   string // unique in a bundle, e.g. "JAK2 V617F"
	Gene   string // as the file has it; "" where it has none
	Contig string
	Pos    int
	Ref    string
	Alt    string
	HGVSp  string // as the file has it; "" where it has none
	Source string // where the row comes from; "" where the file does not say
}
