package consequence

import (
	"bytes"
	"slices"
	"strconv"

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
	case !coding && v.inMature(e):
		set.add(MatureMiRNA)
		return set, nil
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

// inMature tells whether the edit touches a mature product of a miRNA.
func (v *view) inMature(e edit) bool {
	return slices.ContainsFunc(v.Transcript.Mature, func(m transcript.Interval) bool {
		return e.touches(v.unspliced(m.Start, m.End))
	})
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
	c, err := p.shared.coding(v, &p.room)
	if err != nil {
		return err
	}
	if len(c.flags) > 0 {
		pr.Flags = append(pr.Flags[:len(pr.Flags):len(pr.Flags)], c.flags...)
	}
	if to > v.CDSEnd {
		set.add(ThreePrimeUTR)
	}
	if from < v.CDSStart {
		set.add(FivePrimeUTR)
		return p.intoStart(v, c, e, at, set, pr)
	}
	if to-from != e.end-e.start {
		// Genomic bases that the transcript lacks, or lacks on the genome: what it
		// reads there is on its own sequence alone.
		set.add(CodingSequence)
		pr.HGVSp = hgvs.UnknownProtein
		return nil
	}
	x := &p.change
	x.set(v, c, from, to, e.alt)
	if c.slipsNear(from-v.CDSStart+v.Pad, to-v.CDSStart+v.Pad) {
		x.unpredicted(set, pr)
		return nil
	}
	x.predict(set, pr)
	return nil
}

// intoStart is a deletion or deletion-insertion that reaches from the 5' UTR
// into the coding sequence. The start is retained where the bases before the
// remaining coding sequence make up the same start codon.
func (p *Predictor) intoStart(v *view, c *codingSequence, e edit, at places, set *termSet, pr *Prediction) error {
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
		spliced, err := v.splicedOrUnknown(p.shared.seq, &p.room)
		if err != nil {
			return err
		}
		start := slices.Concat(spliced[:at.splicedFrom], e.alt)
		if len(start) >= lost && bytes.Equal(start[len(start)-lost:], c.bases[:lost]) {
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
	changed              []byte // scratch: the changed protein
	grown                int    // bases gained
	startTouched, toStop bool
	brief                bool // codons and amino acids are not written
}

// set makes the change of replacing the transcript's bases [from:to]; what x held
// before is overwritten, its space is used again.
func (x *codonChange) set(v *view, c *codingSequence, from, to int, alt []byte) {
	altBases, altAmino, changed := x.altBases[:0], x.altAmino[:0], x.changed[:0]
	start := c.frame(from - v.CDSStart + v.Pad)
	*x = codonChange{v: v, c: c, from: start, to: start + to - from, alt: alt, changed: changed}
	x.first = x.from / 3
	x.last = (x.to + 2) / 3
	if x.from == x.to && x.from%3 == 0 {
		x.last = x.first
	}
	x.grown = len(alt) - (x.to - x.from)
	x.refBases = c.bases[3*x.first : min(3*x.last, len(c.bases))]
	altBases = append(altBases, c.bases[3*x.first:x.from]...)
	altBases = append(altBases, alt...)
	x.altBases = append(altBases, c.bases[x.to:max(x.to, min(3*x.last, len(c.bases)))]...)
	x.refAmino = c.protein[min(x.first, len(c.protein)):min(x.last, len(c.protein))]
	x.altAmino = transcript.Translate(altAmino, x.altBases, v.Transcript.CodonTable)
	if x.grown == 0 {
		x.keepExceptions()
	}
	x.startTouched = c.starts && x.from < 3 && x.last > x.first
	if x.first == 0 && len(x.altAmino) > 0 && x.startKept() {
		x.altAmino[0] = 'M'
	}
	stop := c.stopAt()
	x.toStop = stop >= 0 && x.last > stop
}

// keepExceptions gives a codon that stays as it is the amino acid that it has
// against its genetic code.
func (x *codonChange) keepExceptions() {
	for i := range min(len(x.altAmino), len(x.refAmino)) {
		if bytes.Equal(x.altBases[3*i:3*i+3], x.refBases[3*i:3*i+3]) {
			x.altAmino[i] = x.refAmino[i]
		}
	}
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

// startRemade tells whether the bases before the start codon make up for what an
// insertion or deletion took from it, so that the same codon stands in front of
// the same frame.
func (x *codonChange) startRemade() bool {
	if x.grown == 0 || x.to > 3 {
		return false
	}
	front := slices.Concat(x.c.before, x.c.bases[:x.from], x.alt, x.c.bases[x.to:3])
	return bytes.HasSuffix(front, x.c.bases[:3])
}

// isKnown has no branch on a base: alleles of one haplotype are read together over
// thousands of them, and no processor foresees what comes next.
func isKnown(bases []byte) bool {
	var other byte
	for _, b := range bases {
		other |= unknown[b]
	}
	return other == 0
}

// unknown is 0 for the four bases.
var unknown = func() (t [256]byte) {
	for i := range t {
		t[i] = 1
	}
	t['A'], t['C'], t['G'], t['T'] = 0, 0, 0, 0
	return t
}()

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
			pr.Flags = append(pr.Flags[:len(pr.Flags):len(pr.Flags)], FlagSequenceUnknown)
		}
		x.unpredicted(set, pr)
		return
	}
	x.describe(pr)
	if x.startTouched && !x.startKept() {
		if x.startRemade() {
			set.add(StartRetained)
			pr.HGVSp = hgvs.Protein(x.c.protein, x.c.protein, 0, 1, false)
			return
		}
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
	if x.single(set, pr) {
		return
	}
	changed := x.protein()
	x.classify(set, changed)
	pr.HGVSp = hgvs.Protein(x.c.protein, changed, x.first, x.last, x.shifts())
	if n := len(changed); set.has(Frameshift) && n > 0 && changed[n-1] == transcript.Stop {
		pr.StopAt = n
	}
	if set.has(StopGained) || set.has(Frameshift) {
		pr.NMD = x.decayOf(changed)
	}
}

// unpredicted is a change whose amino acids are not known.
func (x *codonChange) unpredicted(set *termSet, pr *Prediction) {
	pr.HGVSp = hgvs.UnknownProtein
	if x.shifts() && !x.toStop && !x.startTouched {
		set.add(Frameshift)
	} else {
		set.add(CodingSequence)
	}
}

// single predicts the replacement of bases within one codon that is neither the
// start nor the stop: the short way for most variants.
func (x *codonChange) single(set *termSet, pr *Prediction) bool {
	if x.grown != 0 || x.last != x.first+1 || x.startTouched || x.toStop || len(x.altAmino) != 1 || len(x.refAmino) != 1 {
		return false
	}
	ref, alt := x.refAmino[0], x.altAmino[0]
	var name [24]byte
	out := append(name[:0], "p.("...)
	out = append(out, hgvs.AminoAcid(ref)...)
	out = strconv.AppendInt(out, int64(x.first+1), 10)
	switch {
	case alt == ref:
		set.add(Synonymous)
		out = append(out, '=')
	case ref == transcript.Stop:
		return false
	case alt == transcript.Stop:
		set.add(StopGained)
		pr.NMD = x.v.decay(x.c, 3*x.first)
		out = append(out, "Ter"...)
	default:
		set.add(Missense)
		out = append(out, hgvs.AminoAcid(alt)...)
	}
	pr.HGVSp = string(append(out, ')'))
	return true
}

// protein gives the changed protein, up to and with its first stop codon after
// the change.
func (x *codonChange) protein() []byte {
	out := append(x.changed[:0], x.c.protein[:x.first]...)
	defer func() { x.changed = out }()
	if !x.shifts() && !x.toStop {
		if i := bytes.IndexByte(x.altAmino, transcript.Stop); i >= 0 {
			out = append(out, x.altAmino[:i+1]...)
			return out
		}
		out = append(out, x.altAmino...)
		out = append(out, x.c.protein[min(x.last, len(x.c.protein)):]...)
		return out
	}
	table := x.v.Transcript.CodonTable
	// The changed codons, then the rest of the transcript in the new frame.
	rest := x.c.bases[max(x.to, min(3*x.last, len(x.c.bases))):]
	at := func(i int) byte {
		if i < len(x.altBases) {
			return x.altBases[i]
		}
		return rest[i-len(x.altBases)]
	}
	for i := 0; i+3 <= len(x.altBases)+len(rest); i += 3 {
		aa := transcript.TranslateCodon(at(i), at(i+1), at(i+2), table)
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
	if x.brief {
		return
	}
	ref, alt := x.refAmino, x.altAmino
	if x.shifts() && len(x.altBases)%3 != 0 {
		alt = append(slices.Clone(alt), transcript.Unknown)
	}
	pr.AminoAcids = aminoAcids(ref, alt)
	pr.Codons = x.codons()
}

// exchanges holds the texts of one amino acid for another.
var exchanges = func() (t [32][32]string) {
	text := make([]byte, 0, 3*len(t)*len(t[0]))
	for i := range t {
		for j := range t[i] {
			text = append(text, '@'+byte(i), '/', '@'+byte(j))
		}
	}
	whole := string(text)
	for i := range t {
		for j := range t[i] {
			t[i][j], whole = whole[:3], whole[3:]
		}
	}
	return t
}()

func aminoAcids(ref, alt []byte) string {
	switch {
	case bytes.Equal(ref, alt):
		return orDash(ref)
	case len(ref) == 1 && len(alt) == 1 && ref[0] >= '@' && ref[0] < '@'+32 && alt[0] >= '@' && alt[0] < '@'+32:
		return exchanges[ref[0]-'@'][alt[0]-'@']
	}
	return orDash(ref) + "/" + orDash(alt)
}

// codons writes the codons of both sides, the bases that do not change in lower
// case.
func (x *codonChange) codons() string {
	var space [64]byte
	out := space[:0]
	side := func(middle []byte) {
		from := len(out)
		for _, b := range x.c.bases[3*x.first : x.from] {
			out = append(out, b|0x20)
		}
		out = append(out, middle...)
		for _, b := range x.c.bases[x.to:max(x.to, min(3*x.last, len(x.c.bases)))] {
			out = append(out, b|0x20)
		}
		if len(out) == from {
			out = append(out, '-')
		}
	}
	side(x.c.bases[x.from:x.to])
	out = append(out, '/')
	side(x.alt)
	return string(out)
}

func orDash(b []byte) string {
	if len(b) == 0 {
		return "-"
	}
	return string(b) // of one byte without an allocation
}
