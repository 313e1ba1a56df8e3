package consequence

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"varpanel/annotate/hgvs"
	"varpanel/reference/allele"
	"varpanel/reference/transcript"
)

// gapped is a made-up transcript whose own sequence has gaps against the genome,
// on the plus strand of both: what the transcript has in the pieces, one by one.
type gapped struct {
	own, genome []string // pieces; they differ in the gaps
	exonEnd     int      // genomic place, within the exons, of the intron
}

const (
	gappedFlank  = 200
	gappedIntron = 60
)

// newGapped makes two exons of few kinds of bases, so that indels move, with two
// gaps: bases that one of the two lacks, often a copy of those before them.
func newGapped(r *rand.Rand) gapped {
	piece := func() string {
		n := 20 + r.IntN(30)
		unit := randomBases(r, 1+r.IntN(4))
		at := r.IntN(n)
		return randomBases(r, at) + strings.Repeat(unit, 2+r.IntN(4)) + randomBases(r, n-at)
	}
	var g gapped
	for i := range 3 {
		p := piece()
		g.own, g.genome = append(g.own, p), append(g.genome, p)
		if i == 2 {
			break
		}
		extra := p[len(p)-1-r.IntN(6):]
		if r.IntN(3) == 0 {
			extra = randomBases(r, 1+r.IntN(5))
		}
		if r.IntN(2) == 0 {
			g.own, g.genome = append(g.own, extra), append(g.genome, "")
		} else {
			g.own, g.genome = append(g.own, ""), append(g.genome, extra)
		}
	}
	g.exonEnd = len(g.genome[0]) / 2
	return g
}

// build lays the transcript on a contig.
func (g gapped) build(strand transcript.Strand, intron string) (*transcript.Transcript, *pieces) {
	exons := strings.Join(g.genome, "")
	flank := strings.Repeat("ACGTTGCA", gappedFlank/8)
	contig := flank + exons[:g.exonEnd] + intron + exons[g.exonEnd:] + flank
	cigar := func(from int) string {
		var b strings.Builder
		for i := range g.genome {
			switch n := len(g.genome[i]); {
			case i == 0:
				fmt.Fprintf(&b, "%d=", n-from)
			case g.own[i] == g.genome[i]:
				fmt.Fprintf(&b, "%d=", n)
			case n == 0:
				fmt.Fprintf(&b, "%dD", len(g.own[i]))
			default:
				fmt.Fprintf(&b, "%dI", n)
			}
		}
		return b.String()
	}
	own := strings.Join(g.own, "")
	start, end := gappedFlank+g.exonEnd+len(intron), gappedFlank+len(exons)+len(intron)
	first := laidOutExon{start: gappedFlank, end: gappedFlank + g.exonEnd, from: 0, to: g.exonEnd, cigar: fmt.Sprintf("%d=", g.exonEnd)}
	second := laidOutExon{start: start, end: end, from: g.exonEnd, to: len(own), cigar: cigar(g.exonEnd)}
	if strand == transcript.Minus {
		contig = string(transcript.AppendReverseComplement(nil, []byte(contig)))
		own = strings.Join(g.own, "")
		first.start, first.end = len(contig)-first.end, len(contig)-first.start
		second.start, second.end = len(contig)-second.end, len(contig)-second.start
	}
	l := laidOut{accession: "NM_1.1", contig: "c", strand: strand, cdsStart: 3, cdsEnd: len(own) - 6, exons: []laidOutExon{first, second}}
	seq := newPieces()
	seq.whole("c", contig)
	seq.whole("NM_1.1", own)
	return l.transcript(), seq
}

// changed gives what the transcript may be once an edit of the genome, in the
// exons' coordinates on the transcript's strand, is made: of each gap that the
// edit does not touch, the genome's side or the transcript's own.
func (g gapped) changed(from, to int, alt string) []string {
	out := []string{""}
	at, done := 0, false
	for i, piece := range g.genome {
		var options []string
		begin, end := at, at+len(piece)
		at = end
		if g.own[i] != piece && (to < begin || from > end) {
			options = []string{piece, g.own[i]}
		} else {
			var b strings.Builder
			for j := begin; j < end; j++ {
				if j == from && !done {
					b.WriteString(alt)
					done = true
				}
				if j < from || j >= to {
					b.WriteByte(piece[j-begin])
				}
			}
			if i == len(g.genome)-1 && from == end && !done {
				b.WriteString(alt)
			}
			options = []string{b.String()}
		}
		var next []string
		for _, head := range out {
			for _, o := range options {
				next = append(next, head+o)
			}
		}
		out = next
	}
	return out
}

// A change of the genome inside an exon is named on the transcript's own sequence
// so that the name, read on that sequence, gives what the changed genome has,
// whatever side of an untouched gap is taken; on both strands, and the same for
// every spelling of the allele. Without the own sequence the prediction says so.
func TestNamesOnOwnSequence(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 15))
	named := 0
	for range 150 {
		g := newGapped(r)
		intron := "GT" + randomBases(r, gappedIntron-4) + "AG"
		strand := transcript.Plus
		if r.IntN(2) == 0 {
			strand = transcript.Minus
		}
		tr, seq := g.build(strand, intron)
		p := New(oneTranscript(t, tr), seq, Options{})
		bare := newPieces()
		contig, err := seq.Bases("c", 0, seq.lengths["c"])
		if err != nil {
			t.Fatal(err)
		}
		bare.whole("c", string(contig))
		without := New(oneTranscript(t, tr), bare, Options{})
		for range 60 {
			named += g.tryOne(t, r, tr, seq, p, without, len(intron))
		}
	}
	t.Logf("%d alleles were named on a transcript's own sequence", named)
	if named < 5000 {
		t.Errorf("only %d alleles were named on a transcript's own sequence", named)
	}
}

func (g gapped) tryOne(t *testing.T, r *rand.Rand, tr *transcript.Transcript, seq *pieces, p, without *Predictor, intron int) int {
	t.Helper()
	exons := strings.Join(g.genome, "")
	from := g.exonEnd + 1 + r.IntN(len(exons)-g.exonEnd-10)
	to := from + r.IntN(7)
	alt := randomBases(r, r.IntN(4))
	if from == to && alt == "" || exons[from:to] == alt {
		return 0
	}
	for to > from && alt != "" && exons[to-1] == alt[len(alt)-1] {
		to, alt = to-1, alt[:len(alt)-1]
	}
	for to > from && alt != "" && exons[from] == alt[0] {
		from, alt = from+1, alt[1:]
	}
	// On the contig, in VCF's manner.
	start, end, bases := gappedFlank+intron+from, gappedFlank+intron+to, alt
	if tr.Strand == transcript.Minus {
		n := seq.lengths["c"]
		start, end = n-end, n-start
		bases = string(transcript.AppendReverseComplement(nil, []byte(alt)))
	}
	ref, err := seq.Bases("c", start-1, end)
	if err != nil {
		t.Fatal(err)
	}
	a := allele.Allele{Contig: "c", Pos: start - 1, Ref: string(ref), Alt: string(ref[:1]) + bases}
	all, err := p.Predict(nil, a)
	if err != nil || len(all) != 1 {
		t.Fatalf("%v: %v %v", a, all, err)
	}
	got := all[0]
	left, err := allele.LeftAlign(a, seq)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := p.Predict(nil, left); err != nil || again[0].HGVSc != got.HGVSc || again[0].HGVSp != got.HGVSp {
		t.Fatalf("%v is %s %s, as %v it is %s %s (%v)", a, got.HGVSc, got.HGVSp, left, again[0].HGVSc, again[0].HGVSp, err)
	}
	if bare, err := without.Predict(nil, a); err != nil || !slices.Contains(bare[0].Flags, FlagDiffers) {
		t.Fatalf("%v without the own sequence: %v (%v)", a, bare, err)
	}
	if !slices.Contains(got.Flags, FlagOwnSequence) {
		return 0
	}
	own := strings.Join(g.own, "")
	v, err := hgvs.ParseVariant(got.HGVSc)
	if err != nil {
		t.Fatal(err)
	}
	result := own
	if v.Edit != hgvs.Identity {
		back, err := v.OnTranscript(transcript.NewMap(ownTranscript("NM_1.1", own, 3, len(own)-6)), seq)
		if err != nil {
			t.Fatalf("%v %s: %v", a, got.HGVSc, err)
		}
		result = own[:back.Pos] + back.Alt + own[back.End():]
	}
	if want := g.changed(from, to, alt); !slices.Contains(want, result) {
		t.Fatalf("%v is named %s, which makes\n%s, want one of\n%s\n(own %q, genome %q, strand %d)",
			a, got.HGVSc, result, strings.Join(want, "\n"), g.own, g.genome, tr.Strand)
	}
	return 1
}
