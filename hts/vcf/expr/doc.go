// Package expr filters VCF records by bcftools' expression language.
//
// An expression is compiled once against a header into a tree of typed nodes;
// a field that the header lacks, a comparison that makes no sense and an index
// that cannot be are Usage faults before the first record. Matching reads only
// the columns and keys that the expression names and allocates nothing a record.
//
// # The language
//
// It is the expression language of the bcftools manual (section EXPRESSIONS),
// without perl. Operands:
//
//	1  1.5  1e-4  "text"  'text'  @file
//	CHROM POS ID REF ALT QUAL FILTER TYPE N_ALT N_SAMPLES N_MISSING F_MISSING ILEN
//	TAG  INFO/TAG  FORMAT/TAG  FMT/TAG
//	AC AN AF MAC MAF where the header has no such tag: counted
//	TAG[0]  TAG[*]  TAG[0,2-4]  TAG[1-]          values of an INFO tag
//	TAG[0]  TAG[*]  TAG[@samples.txt]            samples of a FORMAT tag
//	TAG[sample:value]  TAG[:1]  TAG[0:GT]        samples and values of a FORMAT tag
//
// Operators, from the weakest: | || then & && then = == != < <= > >= ~ !~ then
// + - then * / %. Functions: MAX MIN AVG MEAN MEDIAN STDEV SUM, each with s or
// SMPL_ before it for a value a sample; ABS COUNT STRLEN PHRED BINOM N_PASS
// F_PASS. Names of columns and functions may be written in either case.
//
// # Its rules
//
// A list is compared element by element, and one pair that holds is enough.
// Text is cut at commas on both sides. Numbers are compared as 32-bit floats up
// to 16,777,216 and as 64-bit floats above, the precision in which bcftools
// holds them. A missing value equals only "."; != holds for it, no other
// comparison does. A value that is absent is missing. Where samples of a
// FORMAT tag have different numbers of values, the shorter lists are filled up
// with missing values.
//
// FORMAT operands give an answer for each sample; a record matches when one
// sample does. A & B wants both in one sample, A && B lets them be in two.
//
// FILTER = and != compare the whole set, ~ and !~ ask for a subset. ID is
// compared whole. TYPE = wants every ALT of that type, ~ one (ref, snp, mnp,
// indel, bnd, overlap, other). GT is compared as text ("0/1") or by class: hom
// het hap, ref alt mis, RR RA AA Aa R A. A pattern after ~ is a POSIX basic
// regular expression, with /i at its end in either case.
//
// # Where it is stricter
//
// Chains that bcftools computes from right to left, and readers from left to
// right, are refused: a-b-c, a-b+c, a/b*c. So are a condition that is only a
// number, a FILTER that the header lacks, and a value that is not of its
// field's type. An index past the end of a list is missing, also where the list
// has one value.
package expr
