// Package bcf reads BCF 2.1 and 2.2, the binary form of VCF (VCFv4.3 section
// 6), compressed with BGZF or not.
//
// A record comes as the line of VCF text that htslib writes for it, numbers
// included, so that whoever reads vcf.Record need not know what the file was:
// Open and OpenStream take VCF and BCF alike and give a *vcf.Reader. A Reader
// below them gives what an index needs as well: the site of each record and its
// virtual offsets.
//
// Positions are 0-based half-open. Every length in a file is hostile: it is
// compared with what is there before it is used.
package bcf
