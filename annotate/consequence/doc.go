// Package consequence predicts what an allele does to a transcript, in the
// Sequence Ontology's terms and with VEP's meaning of them
// (https://www.ensembl.org/info/genome/variation/prediction/predicted_data.html,
// release 110).
//
// # Placement
//
// An insertion or a deletion in repeated sequence has many spellings that are
// one and the same haplotype. The caller's spelling must not decide, so each
// allele is trimmed and then shifted as far 3' as it goes on the transcript's
// strand, over exon edges too, as HGVS names it; terms, positions and names
// are all of that one place. To these are added splice_donor_variant and
// splice_acceptor_variant where any other spelling of the allele touches the two
// essential bases, so that no spelling hides them: ClinVar counts such alleles
// at the splice site, and so do tools that look at the leftmost spelling.
//
// # Files
//
// term.go holds the vocabulary, predictor.go the walk over transcripts,
// placement.go the trimming and shifting, view.go a transcript in its own
// direction with its cached sequence, splice.go what lies at introns, coding.go
// what happens to codons.
package consequence
