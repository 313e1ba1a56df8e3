package consequence

import (
	"varpanel/reference/transcript"
)

// SpanKind is what a symbolic allele does to its span.
type SpanKind uint8

const (
	SpanDeletion SpanKind = iota
	SpanDuplication
	SpanInsertion  // between two bases
	SpanInversion  //
	SpanCopyNumber // more or fewer copies, it is not known which
	SpanBreakend   // the end of an adjacency, between two bases
)

// Span is a symbolic allele by its place: the bases that it concerns, 0-based
// half-open, and for an insertion or a breakend the place between two bases, with
// End equal to Start.
type Span struct {
	Contig     string
	Start, End int
	Kind       SpanKind
}

// PredictSpan appends to dst what a symbolic allele does to each transcript that
// it overlaps or lies near, by overlap alone, in VEP's terms: a deletion or a
// duplication of the whole transcript is transcript_ablation or
// transcript_amplification, a deletion that reaches in or lies inside is
// feature_truncation, a duplication or an insertion that lies inside is
// feature_elongation; beside these stand the parts of the transcript that are
// met. Splice terms are an insertion's only (VEP has none for structural variants;
// an element that lands in a splice site breaks it). There are no names, and no
// codons.
func (p *Predictor) PredictSpan(dst []Prediction, s Span) ([]Prediction, error) {
	p.overlap = p.model.Overlapping(p.overlap[:0], s.Contig, s.Start-p.o.UpDownstream-1, s.End+p.o.UpDownstream+1)
	before := len(dst)
	for _, t := range p.overlap {
		if pr := p.spanOn(t, s); pr.Distance <= p.o.UpDownstream {
			dst = append(dst, pr)
		}
	}
	if len(dst) == before {
		var set termSet
		set.add(Intergenic)
		dst = append(dst, Prediction{Terms: p.list(set), Impact: Modifier})
	}
	return dst, nil
}

func (p *Predictor) spanOn(t *transcript.Transcript, s Span) Prediction {
	v := p.viewOf(t)
	pr := Prediction{Transcript: t, Exons: v.Exons(), Introns: v.Exons() - 1, Flags: v.flags}
	var e edit
	e.start, e.end = v.unspliced(s.Start, s.End)
	var set termSet
	switch whole := !e.insertion() && e.start <= 0 && e.end >= v.span; {
	case e.end <= 0:
		pr.Distance = max(1, 1-e.end)
		set.add(Upstream)
	case e.start >= v.span:
		pr.Distance = max(1, e.start-v.span+1)
		set.add(Downstream)
	case whole && s.Kind == SpanDeletion:
		set.add(TranscriptAblation)
	case whole && s.Kind == SpanDuplication:
		set.add(TranscriptAmplification)
	default:
		set = v.partsOf(e, s.Kind, &pr)
		within := e.start >= 0 && e.end <= v.span
		switch {
		case s.Kind == SpanDeletion:
			set.add(FeatureTruncation)
		case within && (s.Kind == SpanDuplication || s.Kind == SpanInsertion):
			set.add(FeatureElongation)
		}
	}
	pr.Terms = p.list(set)
	pr.Impact = pr.Terms[0].Impact()
	return pr
}

// partsOf gives the parts of the transcript that an edit meets.
func (v *view) partsOf(e edit, kind SpanKind, pr *Prediction) termSet {
	at := v.locate(e)
	set := at.terms
	if kind != SpanInsertion {
		set &= 1 << Intron
	}
	pr.Exon, pr.ExonLast, pr.Intron, pr.IntronLast = at.exon, at.exonLast, at.intron, at.intronLast
	v.cdnaPositions(e, at, pr)
	t := v.Transcript
	if t.Biotype == biotypeNMD {
		set.add(NMDTranscript)
	}
	switch {
	case v.CDSStart < 0 && v.inMature(e):
		set.add(MatureMiRNA)
	case v.CDSStart < 0 && at.exon > 0:
		set.add(NonCodingTranscriptExon)
	case v.CDSStart < 0:
		set.add(NonCodingTranscript)
	case at.exon == 0 && at.shortIntron >= 0 && set == 0:
		set.add(CodingSequence)
	case at.exon > 0:
		v.codingParts(at, kind, &set)
	}
	return set
}

// codingParts adds the parts of a coding transcript's exons. A deletion of a
// whole codon that starts or stops the protein loses it.
func (v *view) codingParts(at places, kind SpanKind, set *termSet) {
	from, to := at.splicedFrom, at.splicedTo
	if from < v.CDSStart || from == to && from == v.CDSStart {
		set.add(FivePrimeUTR)
	}
	if to > v.CDSEnd || from == to && to == v.CDSEnd {
		set.add(ThreePrimeUTR)
	}
	if from >= v.CDSEnd || to <= v.CDSStart {
		return
	}
	set.add(CodingSequence)
	if kind != SpanDeletion {
		return
	}
	t := v.Transcript
	if !t.Incomplete5 && from <= v.CDSStart && to >= v.CDSStart+3 {
		set.add(StartLost)
	}
	if !t.Incomplete3 && from <= v.CDSEnd-3 && to >= v.CDSEnd {
		set.add(StopLost)
	}
}
