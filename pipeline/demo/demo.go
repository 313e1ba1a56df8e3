// Package demo holds the demo cases: for each test type a compiled panel and
// the inputs of one case, small enough to live in the binary. data/README.md
// names origin and licence of every piece.
package demo

import "embed"

// data holds <case>/bundle and <case>/inputs for each case.
//
//go:embed data/*/bundle data/*/inputs
var data embed.FS

// Case is one demo case. Paths are slash-separated and relative to the folder
// that was given to Unpack.
type Case struct {
	Name   string // the case's folder, and its name in file names
	Type   string // the test type: rare-disease, solid-tumour, haem-myeloid
	Title  string // what the case shows, in a line
	Origin string // which parts are real and which made up
	Bundle string // the bundle's folder
	VCF    string
	BAM    string // "" where the case has no reads
	Sex    string // male, female, or "" for not given
}

// Cases gives the demo cases in their order.
func Cases() []Case {
	return []Case{
		{
			Name:   "rare-disease",
			Type:   "rare-disease",
			Title:  "STK11 (Peutz-Jeghers syndrome): reads and calls of one person",
			Origin: "real: GRCh38 sequence, gene model, ClinVar records and allele frequencies; made up: the person, all reads and all calls, drawn from the reference with a known pathogenic STK11 deletion put in",
			Bundle: "rare-disease/bundle",
			VCF:    "rare-disease/inputs/stk11.made_up.vcf.gz",
			BAM:    "rare-disease/inputs/stk11.made_up.bam",
			Sex:    "female",
		},
		{
			Name:   "solid-tumour",
			Type:   "solid-tumour",
			Title:  "Seven genes of a colorectal tumour: somatic calls, no reads",
			Origin: "nothing made up: somatic calls of the open-access colorectal tumour T001-COAD, whole exome, as PCGR publishes them",
			Bundle: "solid-tumour/bundle",
			VCF:    "solid-tumour/inputs/T001-COAD.somatic.vcf.gz",
		},
		{
			Name:   "haem-myeloid",
			Type:   "haem-myeloid",
			Title:  "Five genes of a myeloid malignancy: calls only, no reads",
			Origin: "real: GRCh38 sequence, gene model, ClinVar records and allele frequencies; made up: all calls, written by hand at the places of well-known variants",
			Bundle: "haem-myeloid/bundle",
			VCF:    "haem-myeloid/inputs/myeloid.made_up.vcf.gz",
		},
	}
}
