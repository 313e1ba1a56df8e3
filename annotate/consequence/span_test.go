package consequence

import "testing"

// The made-up transcript spans 100 to 345, its exons are 100-142, 200-230 and
// 300-345, its CDS begins at 112 and ends at 330 (0-based half-open). The terms
// are VEP's predicates, applied by hand.
func TestSpans(t *testing.T) {
	c, _ := madeUp(t, codons30, nil)
	p := New(c.model, c.seq, Options{UpDownstream: 50})
	for _, e := range []struct {
		what       string
		start, end int
		kind       SpanKind
		terms      string
	}{
		{"the whole transcript deleted", 100, 345, SpanDeletion, "transcript_ablation"},
		{"and more", 20, 400, SpanDeletion, "transcript_ablation"},
		{"the whole transcript twice", 100, 345, SpanDuplication, "transcript_amplification"},
		{"inside an intron", 160, 170, SpanDeletion, "feature_truncation&intron_variant"},
		{"inside a coding exon", 205, 215, SpanDeletion, "feature_truncation&coding_sequence_variant"},
		{"reaches in at the 5' end", 50, 120, SpanDeletion, "start_lost&feature_truncation&coding_sequence_variant&5_prime_UTR_variant"},
		{"reaches in at the 3' end", 310, 400, SpanDeletion, "stop_lost&feature_truncation&coding_sequence_variant&3_prime_UTR_variant"},
		{"the 5' UTR", 90, 105, SpanDeletion, "feature_truncation&5_prime_UTR_variant"},
		{"part of it twice, from outside", 50, 120, SpanDuplication, "coding_sequence_variant&5_prime_UTR_variant"},
		{"part of it twice", 205, 215, SpanDuplication, "feature_elongation&coding_sequence_variant"},
		{"inserted into an exon", 210, 210, SpanInsertion, "feature_elongation&coding_sequence_variant"},
		{"inserted into an intron", 170, 170, SpanInsertion, "feature_elongation&intron_variant"},
		{"inserted into a donor", 143, 143, SpanInsertion, "splice_donor_variant&feature_elongation"},
		{"turned over", 205, 215, SpanInversion, "coding_sequence_variant"},
		{"turned over whole", 90, 400, SpanInversion, "coding_sequence_variant&5_prime_UTR_variant&3_prime_UTR_variant&intron_variant"},
		{"some number of copies", 205, 215, SpanCopyNumber, "coding_sequence_variant"},
		{"a breakend", 210, 210, SpanBreakend, "coding_sequence_variant"},
		{"before it", 60, 80, SpanDeletion, "upstream_gene_variant"},
		{"behind it", 350, 360, SpanInsertion, "downstream_gene_variant"},
		{"far away", 1000, 2000, SpanDeletion, "intergenic_variant"},
	} {
		all, err := p.PredictSpan(nil, Span{"1", e.start, e.end, e.kind})
		if err != nil {
			t.Fatal(err)
		}
		if len(all) != 1 || termNames(all[0]) != e.terms {
			t.Errorf("%s: %d, %s, want %s", e.what, len(all), termNames(all[0]), e.terms)
		}
	}
}
