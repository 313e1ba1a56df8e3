package consequence

import "math/bits"

// Term is a Sequence Ontology consequence term. Terms are in the order of
// severity, the most severe first, as VEP ranks them.
type Term uint8

const (
	TranscriptAblation Term = iota
	SpliceAcceptor
	SpliceDonor
	StopGained
	Frameshift
	StopLost
	StartLost
	TranscriptAmplification
	FeatureElongation
	FeatureTruncation
	InframeInsertion
	InframeDeletion
	Missense
	ProteinAltering
	SpliceDonor5thBase
	SpliceRegion
	SpliceDonorRegion
	SplicePolypyrimidineTract
	IncompleteTerminalCodon
	StartRetained
	StopRetained
	Synonymous
	CodingSequence
	MatureMiRNA
	FivePrimeUTR
	ThreePrimeUTR
	NonCodingTranscriptExon
	Intron
	NMDTranscript
	NonCodingTranscript
	Upstream
	Downstream
	Intergenic
	terms // how many there are
)

// vocabulary holds each term's name and impact by VEP's table.
var vocabulary = [terms]struct {
	name   string
	impact Impact
}{
	TranscriptAblation:        {"transcript_ablation", High},
	SpliceAcceptor:            {"splice_acceptor_variant", High},
	SpliceDonor:               {"splice_donor_variant", High},
	StopGained:                {"stop_gained", High},
	Frameshift:                {"frameshift_variant", High},
	StopLost:                  {"stop_lost", High},
	StartLost:                 {"start_lost", High},
	TranscriptAmplification:   {"transcript_amplification", High},
	FeatureElongation:         {"feature_elongation", High},
	FeatureTruncation:         {"feature_truncation", High},
	InframeInsertion:          {"inframe_insertion", Moderate},
	InframeDeletion:           {"inframe_deletion", Moderate},
	Missense:                  {"missense_variant", Moderate},
	ProteinAltering:           {"protein_altering_variant", Moderate},
	SpliceDonor5thBase:        {"splice_donor_5th_base_variant", Low},
	SpliceRegion:              {"splice_region_variant", Low},
	SpliceDonorRegion:         {"splice_donor_region_variant", Low},
	SplicePolypyrimidineTract: {"splice_polypyrimidine_tract_variant", Low},
	IncompleteTerminalCodon:   {"incomplete_terminal_codon_variant", Low},
	StartRetained:             {"start_retained_variant", Low},
	StopRetained:              {"stop_retained_variant", Low},
	Synonymous:                {"synonymous_variant", Low},
	CodingSequence:            {"coding_sequence_variant", Modifier},
	MatureMiRNA:               {"mature_miRNA_variant", Modifier},
	FivePrimeUTR:              {"5_prime_UTR_variant", Modifier},
	ThreePrimeUTR:             {"3_prime_UTR_variant", Modifier},
	NonCodingTranscriptExon:   {"non_coding_transcript_exon_variant", Modifier},
	Intron:                    {"intron_variant", Modifier},
	NMDTranscript:             {"NMD_transcript_variant", Modifier},
	NonCodingTranscript:       {"non_coding_transcript_variant", Modifier},
	Upstream:                  {"upstream_gene_variant", Modifier},
	Downstream:                {"downstream_gene_variant", Modifier},
	Intergenic:                {"intergenic_variant", Modifier},
}

// String gives the Sequence Ontology's name.
func (t Term) String() string { return vocabulary[t].name }

// Impact gives VEP's impact of the term.
func (t Term) Impact() Impact { return vocabulary[t].impact }

// ParseTerm gives the term of a Sequence Ontology name that this package emits.
func ParseTerm(name string) (Term, bool) {
	for t := range terms {
		if vocabulary[t].name == name {
			return t, true
		}
	}
	return 0, false
}

// termSet is a set of terms.
type termSet uint64

func (s *termSet) add(t Term)     { *s |= 1 << t }
func (s *termSet) drop(t Term)    { *s &^= 1 << t }
func (s termSet) has(t Term) bool { return s&(1<<t) != 0 }

// list gives the terms, the most severe first.
func (s termSet) list() []Term {
	out := make([]Term, 0, bits.OnesCount64(uint64(s)))
	for ; s != 0; s &= s - 1 {
		out = append(out, Term(bits.TrailingZeros64(uint64(s))))
	}
	return out
}
