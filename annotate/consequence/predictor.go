package consequence

import (
	"varpanel/annotate/hgvs"
	"varpanel/reference/allele"
	"varpanel/reference/genome"
	"varpanel/reference/transcript"
)

// Options of a Predictor.
type Options struct {
	// UpDownstream is how many bases before and after a transcript still give
	// upstream_gene_variant and downstream_gene_variant; 0 for none.
	UpDownstream int
}

// DefaultUpDownstream is VEP's distance.
const DefaultUpDownstream = 5000

// Predictor predicts consequences. It is for one goroutine; Fork makes others,
// which share the sequences of the transcripts that any of them met last.
type Predictor struct {
	model *transcript.Model
	seq   genome.Sequence
	o     Options

	shared  *views
	recent  map[*transcript.Transcript]*view // some of shared's
	overlap []*transcript.Transcript
	lists   map[termSet][]Term
	change  codonChange // scratch
	joined  []byte      // scratch
	room    transcript.Room
	order   []int     // scratch
	placed  placement // of the allele that Predict saw last
}

// New makes a predictor on a gene model whose contigs are called as the
// sequence calls them. A sequence that is not safe for concurrent use is enough
// where there is no Fork.
func New(model *transcript.Model, seq genome.Sequence, o Options) *Predictor {
	p := &Predictor{model: model, o: o, shared: &views{seq: seq, of: map[*transcript.Transcript]*view{}}}
	return p.Fork(seq)
}

// Fork makes a predictor for another goroutine. It reads the bases around alleles
// through seq, which may be for that goroutine alone and must hold the bases of
// New's sequence, and whole transcripts through New's.
func (p *Predictor) Fork(seq genome.Sequence) *Predictor {
	return &Predictor{
		model: p.model, seq: seq, o: p.o, shared: p.shared,
		recent: make(map[*transcript.Transcript]*view, recentViews), lists: map[termSet][]Term{},
	}
}

// Predict appends to dst what the allele does to each transcript that it
// overlaps or lies near, in the model's order; where there is none, one
// intergenic prediction without a transcript. An allele whose REF and ALT are
// equal changes nothing and gets no prediction. The result does not depend on
// how the allele is padded or aligned. Errors are those of reading sequence.
func (p *Predictor) Predict(dst []Prediction, a allele.Allele) ([]Prediction, error) {
	p.placed = placement{}
	if a.Ref == a.Alt {
		return dst, nil
	}
	pl, err := place(p.seq, a)
	if err != nil {
		return dst, err
	}
	p.placed = pl
	from := pl.start - pl.left - p.o.UpDownstream
	to := pl.end + pl.right + p.o.UpDownstream
	p.overlap = p.model.Overlapping(p.overlap[:0], a.Contig, from-1, to+1)
	before := len(dst)
	for _, t := range p.overlap {
		n := len(dst)
		dst = append(dst, Prediction{})
		ok, err := p.onTranscript(t, &pl, &dst[n])
		if err != nil || !ok {
			dst = dst[:n]
		}
		if err != nil {
			return dst, err
		}
	}
	if len(dst) == before {
		var set termSet
		set.add(Intergenic)
		dst = append(dst, Prediction{Terms: p.list(set), Impact: Modifier})
	}
	return dst, nil
}

// list gives a set's terms; equal sets share one slice.
func (p *Predictor) list(s termSet) []Term {
	l, ok := p.lists[s]
	if !ok {
		l = s.list()
		p.lists[s] = l
	}
	return l
}

// viewOf gives a transcript's view.
func (p *Predictor) viewOf(t *transcript.Transcript) *view {
	if v := p.recent[t]; v != nil {
		return v
	}
	if len(p.recent) >= recentViews {
		clear(p.recent)
	}
	v := p.shared.get(t)
	p.recent[t] = v
	return v
}

// onTranscript predicts for one transcript; false where the allele lies beyond
// the up- and downstream distance.
func (p *Predictor) onTranscript(t *transcript.Transcript, pl *placement, pr *Prediction) (bool, error) {
	start, end, ref, alt := pl.on(t.Strand)
	v := p.viewOf(t)
	pr.Transcript, pr.Exons, pr.Introns, pr.Flags = t, v.Exons(), v.Exons()-1, v.flags
	e := edit{ref: ref, alt: alt}
	e.start, e.end = v.unspliced(start, end)
	most3 := e
	shift := pl.left + pl.right
	if back := v.beyond(e); back > 0 && back <= shift {
		// A transcript's end stops the shift.
		shift -= back
		e = edit{start: e.start - back, end: e.end - back, ref: rotate(ref, -back), alt: rotate(alt, -back)}
	}
	var set termSet
	switch {
	case e.end <= 0:
		pr.Distance = max(1, 1-e.end)
		set.add(Upstream)
	case e.start >= v.span:
		pr.Distance = max(1, e.start-v.span+1)
		set.add(Downstream)
	case e.start <= 0 && e.end >= v.span && !e.insertion():
		set.add(TranscriptAblation)
	default:
		own, err := false, error(nil)
		if t.Differs {
			if set, own, err = p.insideOwn(v, e, pl, pr); err != nil {
				return false, err
			}
			if !own {
				pr.Flags = append(pr.Flags[:len(pr.Flags):len(pr.Flags)], FlagDiffers)
			}
		}
		if !own {
			if set, err = p.inside(v, e, pr); err != nil {
				return false, err
			}
		}
		set |= v.essentialOnTheWay(e, shift)
		set = spliceTerms(set)
		if !own {
			if pr.HGVSc, err = p.nameInside(v, start, most3, e); err != nil {
				return false, err
			}
		}
	}
	if pr.Distance > p.o.UpDownstream {
		return false, nil
	}
	pr.Terms = p.list(set)
	pr.Impact = pr.Terms[0].Impact()
	return true, nil
}

// staticFlags gives the flags that a transcript has whatever the allele.
func staticFlags(t *transcript.Transcript) []string {
	var flags []string
	if t.CDSStart >= 0 && t.Incomplete5 {
		flags = append(flags, FlagCDSStartNF)
	}
	if t.CDSStart >= 0 && t.Incomplete3 {
		flags = append(flags, FlagCDSEndNF)
	}
	if t.NamedBy == transcript.NamedByRefSeqSpan {
		flags = append(flags, FlagRefSeqBySpan)
	}
	return flags
}

// nameInside names an edit where it stands; a copy of the transcript's last bases,
// which is inserted behind them, is their duplication. most3 is the edit at its
// most 3' place, at the genomic base start.
func (p *Predictor) nameInside(v *view, start int, most3, e edit) (string, error) {
	if e.insertion() && most3.start == v.span {
		if name, err := p.nameOn(v, start, start, most3.ref, most3.alt); name != "" || err != nil {
			return name, err
		}
	}
	start -= (most3.start - e.start) * int(v.Transcript.Strand)
	return p.nameOn(v, start, start+e.end-e.start, e.ref, e.alt)
}

// nameOn writes the c. or n. name of a change at its most 3' place.
func (p *Predictor) nameOn(v *view, start, end int, ref, alt []byte) (string, error) {
	t := v.Transcript
	c := hgvs.Change{Ref: ref, Alt: alt}
	first := start
	if t.Strand == transcript.Minus {
		first = end - 1
	}
	if len(ref) == 0 {
		before, err := basesBefore(p.seq, t.Contig, t.Strand, start, len(alt))
		if err != nil {
			return "", err
		}
		c.Before = before
	}
	return hgvs.OnTranscript(v.Map, c, first), nil
}

// basesBefore gives n bases in front of a boundary between two bases (fewer at
// a contig's end), in the direction of a strand.
func basesBefore(seq genome.Sequence, contig string, s transcript.Strand, at, n int) ([]byte, error) {
	length, ok := seq.Length(contig)
	if !ok {
		return nil, nil
	}
	if s == transcript.Plus {
		return seq.Bases(contig, max(0, at-n), min(at, length))
	}
	bases, err := seq.Bases(contig, min(at, length), min(at+n, length))
	return transcript.AppendReverseComplement(nil, bases), err
}

// AppendGenomicName appends the g. name (m. on the mitochondrion) of the allele
// that Predict saw last, as GenomicName writes it.
func (p *Predictor) AppendGenomicName(dst []byte, mitochondrial bool) ([]byte, error) {
	return appendGenomicName(dst, p.seq, p.placed, mitochondrial)
}

// GenomicName writes the g. name (m. on the mitochondrion) of an allele at its
// most 3' place on the plus strand, without accession; "" for REF equal to ALT.
func GenomicName(seq genome.Sequence, a allele.Allele, mitochondrial bool) (string, error) {
	if a.Ref == a.Alt {
		return "", nil
	}
	pl, err := place(seq, a)
	if err != nil {
		return "", err
	}
	name, err := appendGenomicName(nil, seq, pl, mitochondrial)
	return string(name), err
}

func appendGenomicName(dst []byte, seq genome.Sequence, pl placement, mitochondrial bool) ([]byte, error) {
	if len(pl.ref) == 0 && len(pl.alt) == 0 {
		return dst, nil
	}
	start, _, ref, alt := pl.on(transcript.Plus)
	c := hgvs.Change{Ref: ref, Alt: alt}
	if len(ref) == 0 {
		var err error
		if c.Before, err = basesBefore(seq, pl.contig, transcript.Plus, start, len(alt)); err != nil {
			return dst, err
		}
	}
	return hgvs.AppendGenomic(dst, c, start, mitochondrial), nil
}
