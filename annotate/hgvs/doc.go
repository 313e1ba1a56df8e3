// Package hgvs writes and reads variant names by the recommendations of the
// HGVS nomenclature (https://hgvs-nomenclature.org, version 21): genomic,
// coding, non-coding and protein names.
//
// The callers place a change as far 3' as it goes; the functions here decide
// what kind of change it is (duplication before insertion, inversion before
// deletion-insertion) and how its place is spelled. A predicted protein change
// stands in parentheses, with three-letter amino acids and Ter.
package hgvs
