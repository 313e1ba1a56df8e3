// Package csq writes predictions as VEP's CSQ INFO field
// (https://www.ensembl.org/info/docs/tools/vep/vep_formats.html#vcfout): one
// entry a transcript, fields joined by '|', entries by ',', lists inside a
// field by '&'.
package csq
