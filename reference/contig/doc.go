// Package contig is what contigs are called and how long they are: the aliases
// that files of the field use for one sequence (chr17, 17, NC_000017.11; M, MT,
// chrM, NC_012920.1), and the assembly that a list of lengths belongs to.
package contig
