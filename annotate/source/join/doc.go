// Package join annotates VCF records from sorted VCF, BED and tab-separated
// files, as a sources file says: [[annotation]] tables as vcfanno's users know
// them, and [[source]] tables as panels are built from.
//
// Each worker sweeps each file once, with the index's help: it reads on from
// where it stands, and seeks only when the next record's chunk begins in a
// later block. Of a source's line only the wanted keys are parsed.
//
// VCF entries, and rows of tables with REF and ALT columns, match by allele
// after trimming (and, for indels, after left-alignment where there is a
// reference). BED entries and other tables match where they share a base with
// the record's span. "Absent", "no value" and "not covered" are three answers:
// see State.
package join
