package consequence

import (
	"bytes"
	"slices"

	"varpanel/annotate/hgvs"
	"varpanel/reference/transcript"
)

const biotypeNMD = "nonsense_mediated_decay"

// inside predicts for an edit that overlaps the transcript.
func (p *Predictor) inside(v *view, e edit, pr *Prediction) (termSet, error) {
	at := v.locate(e)
	set := at.terms
	pr.Exon, pr.ExonLast, pr.Intron, pr.IntronLast = at.exon, at.exonLast, at.intron, at.intronLast
	v.cdnaPositions(e, at, pr)
	coding := v.CDSStart >= 0
	if v.Transcript.Biotype == biotypeNMD {
		set.add(NMDTranscript)
	}
	switch {
	case !coding && at.exon > 0:
		set.add(NonCodingTranscriptExon)
		return set, nil
	case !coding:
		set.add(NonCodingTranscript)
		return set, nil
	}
	if at.essential {
		pr.HGVSp = hgvs.UnknownProtein
	}
	if at.shortIntron >= 0 && v.codingJunction(at.shortIntron) {
		set.add(CodingSequence)
		pr.HGVSp = hgvs.UnknownProtein
	}
	if at.exon == 0 {
		return set, nil
	}
	if at.within < 0 || at.outside {
		v.overExonEdge(at, &set, pr)
		return set, nil
	}
	return set, p.inExon(v, e, at, &set, pr)
}

// cdnaPositions fills the positions on transcript and CDS: of the bases touched,
// or of the two around an insertion. An end that lies in an intron or outside
// stays 0.
func (v *view) cdnaPositions(e edit, at places, pr *Prediction) {
	if at.exon == 0 {
		return
	}
	from, to := at.splicedFrom+1, at.splicedTo
	if e.insertion() {
		from, to = at.splicedFrom, at.splicedFrom+1
	}
	if e.start >= v.start[at.exon-1] {
		pr.CDNAStart = from
	}
	if e.end <= v.end[at.exonLast-1] {
		pr.CDNAEnd = to
	}
	cds := func(n int) int {
		if n-1 < v.CDSStart || n > v.CDSEnd {
			return 0
		}
		return n - v.CDSStart + v.Pad
	}
	if v.CDSStart >= 0 {
		pr.CDSStart, pr.CDSEnd = cds(pr.CDNAStart), cds(pr.CDNAEnd)
	}
}

// overExonEdge is an edit that removes exon bases together with intron bases or
// with bases outside the transcript: what the protein becomes is not predicted.
func (v *view) overExonEdge(at places, set *termSet, pr *Prediction) {
	from, to := at.splicedFrom, at.splicedTo
	if from < v.CDSStart {
		set.add(FivePrimeUTR)
	}
	if to > v.CDSEnd {
		set.add(ThreePrimeUTR)
	}
	if from >= v.CDSEnd || to <= v.CDSStart {
		return
	}
	set.add(CodingSequence)
	pr.HGVSp = hgvs.UnknownProtein
	t := v.Transcript
	if !t.Incomplete5 && from < v.CDSStart+3 {
		set.add(StartLost)
	}
	if !t.Incomplete3 && t.CodonTable != 2 && to > v.CDSEnd-3 {
		set.add(StopLost)
	}
}

// inExon is an edit whose bases all lie in one exon.
func (p *Predictor) inExon(v *view, e edit, at places, set *termSet, pr *Prediction) error {
	from, to := at.splicedFrom, at.splicedTo
	if to <= v.CDSStart {
		set.add(FivePrimeUTR)
		return nil
	}
	if from >= v.CDSEnd {
		set.add(ThreePrimeUTR)
		return nil
	}
	c, err := p.codingOf(v)
	if err != nil {
		return err
	}
	pr.Flags = append(pr.Flags, c.flags...)
	if to > v.CDSEnd {
		set.add(ThreePrimeUTR)
	}
	if from < v.CDSStart {
		set.add(FivePrimeUTR)
		return p.intoStart(v, e, at, set, pr)
	}
	x := newCodonChange(v, c, from, to, e.alt)
	x.predict(set, pr)
	return nil
}

// intoStart is a deletion or deletion-insertion that reaches from the 5' UTR
// into the coding sequence. The start is retained where the bases before the
// remaining coding sequence make up the same start codon.
func (p *Predictor) intoStart(v *view, e edit, at places, set *termSet, pr *Prediction) error {
	switch {
	case v.Transcript.Incomplete5:
		set.add(CodingSequence)
		pr.HGVSp = hgvs.UnknownProtein
		return nil
	case at.splicedTo >= v.CDSEnd:
		set.add(StartLost)
		set.add(StopLost)
		pr.HGVSp = hgvs.NoProtein
		return nil
	}
	lost := at.splicedTo - v.CDSStart // bases of the CDS that the edit replaces
	if lost < 3 {
		spliced, err := v.splicedOrUnknown(p.seq)
		if err != nil {
			return err
		}
		start := slices.Concat(spliced[:at.splicedFrom], e.alt)
		if len(start) >= lost && bytes.Equal(start[len(start)-lost:], v.coding.bases[:lost]) {
			set.add(StartRetained)
			return nil
		}
	}
	set.add(StartLost)
	pr.HGVSp = hgvs.StartLost
	return nil
}

// codonChange is an edit of a reading frame. Offsets count bases of
// codingSequence.bases.
type codonChange struct {
	v        *view
	c        *codingSequence
	from, to int // replaced bases
	alt      []byte

	first, last          int // codons touched, 0-based half-open; equal for an insertion between codons
	refBases, altBases   []byte
	refAmino, altAmino   []byte
	grown                int // bases gained
	startTouched, toStop bool
}

func newCodonChange(v *view, c *codingSequence, from, to int, alt []byte) *codonChange {
	shift := v.Pad - v.CDSStart
	x := &codonChange{v: v, c: c, from: from + shift, to: to + shift, alt: alt}
	x.first = x.from / 3
	x.last = (x.to + 2) / 3
	if x.from == x.to && x.from%3 == 0 {
		x.last = x.first
	}
	x.grown = len(alt) - (x.to - x.from)
	x.refBases = c.bases[3*x.first : min(3*x.last, len(c.bases))]
	x.altBases = slices.Concat(c.bases[3*x.first:x.from], alt, c.bases[x.to:max(x.to, min(3*x.last, len(c.bases)))])
	table := v.Transcript.CodonTable
	x.refAmino = c.protein[min(x.first, len(c.protein)):min(x.last, len(c.protein))]
	x.altAmino = transcript.Translate(nil, x.altBases, table)
	x.startTouched = c.starts && x.from < 3 && x.last > x.first
	if x.first == 0 && len(x.altAmino) > 0 && x.startKept() {
		x.altAmino[0] = 'M'
	}
	stop := c.stopAt()
	x.toStop = stop >= 0 && x.last > stop
	return x
}

func (x *codonChange) shifts() bool { return x.grown%3 != 0 }

// startKept tells whether the first codon still starts the protein.
func (x *codonChange) startKept() bool {
	if !x.c.starts || len(x.altBases) < 3 {
		return false
	}
	codon := x.altBases[:3]
	return bytes.Equal(codon, x.c.bases[:3]) || transcript.IsStart(codon, x.v.Transcript.CodonTable)
}

// known tells whether every base that the prediction rests on is known.
func (x *codonChange) known() bool {
	return isKnown(x.refBases) && isKnown(x.altBases)
}

func isKnown(bases []byte) bool {
	for _, b := range bases {
		switch b {
		case 'A', 'C', 'G', 'T':
		default:
			return false
		}
	}
	return true
}

// predict adds the terms and writes codons, amino acids and the protein name.
func (x *codonChange) predict(set *termSet, pr *Prediction) {
	partial := x.v.Transcript.Incomplete5 && x.v.Pad > 0 && x.first == 0
	switch {
	case x.first >= len(x.c.protein):
		set.add(IncompleteTerminalCodon)
		set.add(CodingSequence)
		pr.HGVSp = hgvs.UnknownProtein
		return
	case partial || !x.known():
		if !partial {
			pr.Flags = append(pr.Flags, FlagSequenceUnknown)
		}
		pr.HGVSp = hgvs.UnknownProtein
		if x.shifts() && !x.toStop && !x.startTouched {
			set.add(Frameshift)
		} else {
			set.add(CodingSequence)
		}
		return
	}
	x.describe(pr)
	if x.startTouched && !x.startKept() {
		set.add(StartLost)
		if x.shifts() {
			set.add(Frameshift)
		}
		pr.HGVSp = hgvs.StartLost
		return
	}
	if x.startTouched && x.from < 3 && x.grown == 0 && x.last == 1 {
		set.add(StartRetained)
		pr.HGVSp = hgvs.Protein(x.c.protein, x.c.protein, 0, 1, false)
		return
	}
	changed := x.protein()
	x.classify(set, changed)
	pr.HGVSp = hgvs.Protein(x.c.protein, changed, x.first, x.last, x.shifts())
}

// protein gives the changed protein, up to and with its first stop codon after
// the change.
func (x *codonChange) protein() []byte {
	out := make([]byte, 0, len(x.c.protein)+len(x.altAmino))
	out = append(out, x.c.protein[:x.first]...)
	if !x.shifts() && !x.toStop {
		if i := bytes.IndexByte(x.altAmino, transcript.Stop); i >= 0 {
			return append(out, x.altAmino[:i+1]...)
		}
		out = append(out, x.altAmino...)
		return append(out, x.c.protein[min(x.last, len(x.c.protein)):]...)
	}
	table := x.v.Transcript.CodonTable
	// The changed codons, then the rest of the transcript in the new frame.
	rest := slices.Concat(x.altBases, x.c.bases[max(x.to, min(3*x.last, len(x.c.bases))):])
	for i := 0; i+3 <= len(rest); i += 3 {
		aa := transcript.TranslateCodon(rest[i], rest[i+1], rest[i+2], table)
		if aa == transcript.Unknown {
			// Past an unknown base neither amino acids nor the stop are known.
			break
		}
		if x.first == 0 && i == 0 && x.startKept() {
			aa = 'M'
		}
		out = append(out, aa)
		if aa == transcript.Stop {
			break
		}
	}
	return out
}

// classify adds the terms of a change whose start codon is in order.
func (x *codonChange) classify(set *termSet, changed []byte) {
	same := bytes.Equal(changed, x.c.protein)
	switch {
	case same && (x.toStop || x.shifts()):
		set.add(StopRetained)
	case x.toStop && set.has(ThreePrimeUTR):
		set.add(StopLost)
	case x.shifts():
		set.add(Frameshift)
		if x.toStop && bytes.IndexByte(x.altAmino, transcript.Stop) < 0 {
			set.add(StopLost)
		} else if x.stopsAtOnce(changed) {
			set.add(StopGained)
		}
	default:
		x.classifyInFrame(set)
	}
}

// stopsAtOnce tells whether the first amino acid that differs is a stop.
func (x *codonChange) stopsAtOnce(changed []byte) bool {
	for i := x.first; i < len(changed) && i < len(x.c.protein); i++ {
		if changed[i] != x.c.protein[i] {
			return changed[i] == transcript.Stop
		}
	}
	return false
}

func (x *codonChange) classifyInFrame(set *termSet) {
	refStop := bytes.IndexByte(x.refAmino, transcript.Stop)
	altStop := bytes.IndexByte(x.altAmino, transcript.Stop)
	if altStop >= 0 && (refStop < 0 || altStop < refStop && x.grown >= 0 && !bytes.HasSuffix(x.altAmino, x.refAmino[refStop:])) {
		set.add(StopGained)
	}
	if x.toStop && altStop < 0 {
		set.add(StopLost)
	}
	decided := set.has(StopGained) || set.has(StopLost)
	alt := x.altAmino
	if altStop >= 0 {
		alt = alt[:altStop+1]
	}
	switch {
	case x.grown == 0 && bytes.Equal(x.refAmino, x.altAmino):
		set.add(Synonymous)
	case x.grown == 0 && decided:
	case x.grown == 0:
		set.add(Missense)
	case x.grown > 0 && (bytes.HasPrefix(alt, x.refAmino) || bytes.HasSuffix(alt, x.refAmino)):
		set.add(InframeInsertion)
	case x.grown < 0 && isDeletionOf(x.refBases, x.altBases):
		set.add(InframeDeletion)
	case !decided:
		set.add(ProteinAltering)
	}
}

// isDeletionOf tells whether alt is ref with one run of bases taken out.
func isDeletionOf(ref, alt []byte) bool {
	n := 0
	for n < len(alt) && ref[n] == alt[n] {
		n++
	}
	return bytes.HasSuffix(ref[n:], alt[n:])
}

// describe fills the codons and amino acids, in VEP's form.
func (x *codonChange) describe(pr *Prediction) {
	pr.ProteinStart, pr.ProteinEnd = x.first+1, x.last
	if x.first == x.last {
		pr.ProteinStart, pr.ProteinEnd = x.first, x.first+1
	}
	ref, alt := x.refAmino, x.altAmino
	if x.shifts() && len(x.altBases)%3 != 0 {
		alt = append(slices.Clone(alt), transcript.Unknown)
	}
	pr.AminoAcids = orDash(ref)
	if !bytes.Equal(ref, alt) {
		pr.AminoAcids += "/" + orDash(alt)
	}
	head := bytes.ToLower(x.c.bases[3*x.first : x.from])
	tail := bytes.ToLower(x.c.bases[x.to:max(x.to, min(3*x.last, len(x.c.bases)))])
	pr.Codons = orDash(slices.Concat(head, x.c.bases[x.from:x.to], tail)) + "/" + orDash(slices.Concat(head, x.alt, tail))
}

func orDash(b []byte) string {
	if len(b) == 0 {
		return "-"
	}
	return string(b)
}
