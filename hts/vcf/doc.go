// Package vcf reads and writes VCF 4.1 to 4.5 text.
//
// A Record is one raw line and the ends of its columns: values are found on
// demand, nothing is allocated for a record, and bytes that nobody changed are
// written as they were read. A value has three answers: missing, bad and
// present. The header keeps its lines verbatim and in order.
//
// Positions are 0-based half-open in Go and 1-based in the text. The format is
// that of the hts-specs documents VCFv4.1 to VCFv4.5.
package vcf
