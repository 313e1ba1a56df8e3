package allele

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// together aligns "pos:ref:alt,alt" (1-based) and gives it in the same form.
func together(t *testing.T, seq Sequence, pos int, list string) string {
	t.Helper()
	p := Place{Contig: "c", Pos: pos - 1, Alleles: bytes.Split([]byte(list), []byte{','})}
	at, _, err := p.Align(seq)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for i := range p.Alleles {
		a, err := p.Append(nil, i, seq)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(a))
	}
	return fmt.Sprintf("%d %s", at+1, strings.Join(out, ","))
}

func TestAlignTogether(t *testing.T) {
	for _, c := range []struct {
		name, seq string
		pos       int
		in, want  string
	}{
		{"substitution", "ACGTACGT", 3, "G,T", "3 G,T"},
		{"deletion in a run", "GGCAAAAATC", 7, "AA,A", "3 CA,C"},
		{"insertion and deletion", "GGCAAAAATC", 7, "AA,A,AAA", "3 CA,C,CAA"},
		{"two that end alike move only as far as both", "GGCAAAAATC", 7, "AA,A,CA", "6 AA,A,AC"},
		{"trimmed on both sides", "GGCAAAAATC", 2, "GCAAA,GTAAA,GGAAA", "3 C,T,G"},
		{"one base is left of all", "GGCAAAAATC", 2, "GCA,GCAT,GC", "3 CA,CAT,C"},
		{"to the contig's start", "AAAAATC", 4, "AA,A", "1 AA,A"},
		{"first base deleted", "GATTC", 1, "GA,A", "1 GA,A"},
		{"lower case", "GGCAAAAATC", 7, "aa,a", "3 CA,C"},
		{"N is a letter", "GNNNNTC", 4, "NN,N", "1 GN,G"},
		{"another code is N", "GNRNNTC", 5, "NN,N", "1 GN,G"},
		{"nothing in common", "GGCAAAAATC", 3, "CAA,T,GG", "3 CAA,T,GG"},
	} {
		if got := together(t, bases(c.seq), c.pos, c.in); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// word makes bases of few kinds, so that there are repeats.
func word(rnd *rand.Rand, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = "ACA"[rnd.IntN(3)]
	}
	return string(b)
}

// Of 100,000 random alleles each keeps its haplotype, is as LeftAlign has it,
// and does not change again.
func TestAlignKeepsHaplotype(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for range 100_000 {
		seq := bases(word(rnd, 12+rnd.IntN(60)))
		pos := rnd.IntN(len(seq) - 8)
		in := Allele{"c", pos, string(seq[pos : pos+1+rnd.IntN(8)]), word(rnd, 1+rnd.IntN(8))}
		if in.Ref == in.Alt {
			continue
		}
		p := Place{Contig: "c", Pos: pos, Alleles: [][]byte{[]byte(in.Ref), []byte(in.Alt)}}
		out := alignedPair(t, &p, seq)
		if same, err := SameHaplotype(in, out, seq); err != nil || !same {
			t.Fatalf("%s in %s: %s is another haplotype (%v)", in, seq, out, err)
		}
		if want, err := LeftAlign(in, seq); err != nil || out != want {
			t.Fatalf("%s in %s: %s, LeftAlign has %s (%v)", in, seq, out, want, err)
		}
		p.Pos, p.Alleles = out.Pos, [][]byte{[]byte(out.Ref), []byte(out.Alt)}
		if agrees, err := p.Agrees(seq); err != nil || !agrees {
			t.Fatalf("%s in %s: REF of %s is not there (%v)", in, seq, out, err)
		}
		if again := alignedPair(t, &p, seq); again != out {
			t.Fatalf("%s in %s: %s, and again %s", in, seq, out, again)
		}
	}
}

func alignedPair(t *testing.T, p *Place, seq Sequence) Allele {
	t.Helper()
	pos, changed, err := p.Align(seq)
	if err != nil {
		t.Fatal(err)
	}
	ref, err1 := p.Append(nil, 0, seq)
	alt, err2 := p.Append(nil, 1, seq)
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	same := pos == p.Pos && bytes.Equal(ref, p.Alleles[0]) && bytes.Equal(alt, p.Alleles[1])
	if changed == same {
		t.Fatalf("%d %q: changed is %v, %d %s %s", p.Pos, p.Alleles, changed, pos, ref, alt)
	}
	return Allele{p.Contig, pos, string(ref), string(alt)}
}

// Every allele of several keeps its haplotype when they are aligned together,
// none can be trimmed further, and REF stays the reference.
func TestAlignSeveral(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	for range 20_000 {
		seq := bases(word(rnd, 40))
		pos := rnd.IntN(len(seq) - 6)
		list := []string{string(seq[pos : pos+1+rnd.IntN(6)])}
		for range 1 + rnd.IntN(4) {
			if a := word(rnd, 1+rnd.IntN(6)); !slices.Contains(list, a) {
				list = append(list, a)
			}
		}
		if len(list) == 1 {
			continue
		}
		out := together(t, seq, pos+1, strings.Join(list, ","))
		var at int
		var text string
		if _, err := fmt.Sscanf(out, "%d %s", &at, &text); err != nil {
			t.Fatal(err)
		}
		got := strings.Split(text, ",")
		for i := 1; i < len(list); i++ {
			same, err := SameHaplotype(Allele{"c", pos, list[0], list[i]}, Allele{"c", at - 1, got[0], got[i]}, seq)
			if err != nil || !same {
				t.Fatalf("%d %v in %s: %s (%v)", pos+1, list, seq, out, err)
			}
		}
		if again := together(t, seq, at, text); again != out {
			t.Fatalf("%d %v in %s: %s, and again %s", pos+1, list, seq, out, again)
		}
		shortest := slices.MinFunc(got, func(a, b string) int { return len(a) - len(b) })
		first, last := true, true
		for _, a := range got {
			first = first && a[0] == got[0][0]
			last = last && a[len(a)-1] == got[0][len(got[0])-1]
		}
		if last && at > 1 || first && len(shortest) > 1 {
			t.Fatalf("%d %v in %s: %s can be trimmed", pos+1, list, seq, out)
		}
	}
}

// counted counts the bases that are asked for, and the longest stretch.
type counted struct {
	bases
	asked, longest int
}

func (c *counted) Bases(contig string, start, end int) ([]byte, error) {
	c.asked += end - start
	c.longest = max(c.longest, end-start)
	return c.bases.Bases(contig, start, end)
}

// A deletion of a megabase that moves along a megabase of one repeat, beside an
// insertion, asks for short stretches, and each base about once an allele.
func TestHugeAlleles(t *testing.T) {
	const unit, n = "CAGT", 1_000_000
	seq := &counted{bases: bases("G" + strings.Repeat(unit, n/2) + "TTT")}
	pos := len(seq.bases) - 4 - n
	ref := seq.bases[pos : pos+n+1]
	p := Place{Contig: "c", Pos: pos, Alleles: [][]byte{[]byte(ref), []byte(ref[:1]), []byte(ref + ref[1:5])}}
	if agrees, err := p.Agrees(seq); err != nil || !agrees || seq.longest > checkWindow {
		t.Fatalf("%v %v, %d bases at once", agrees, err, seq.longest)
	}
	seq.asked, seq.longest = 0, 0
	at, changed, err := p.Align(seq)
	if err != nil || at != 0 || !changed {
		t.Errorf("moved to %d (%v), %v", at, changed, err)
	}
	if seq.longest > maxStretch || seq.asked > 5*n {
		t.Errorf("%d bases at once, %d in all", seq.longest, seq.asked)
	}
}

func TestAgrees(t *testing.T) {
	seq := bases("ACGTNACRT")
	for _, c := range []struct {
		pos  int
		ref  string
		want bool
	}{
		{0, "ACGT", true}, {0, "acgt", true}, {0, "ACGA", false}, {2, "GTN", true}, {2, "GTA", false},
		{5, "ACN", true}, {5, "ACR", false}, {5, "ACA", false}, {7, "NTT", false}, {-1, "NA", false}, {8, "T", true},
	} {
		p := Place{Contig: "c", Pos: c.pos, Alleles: [][]byte{[]byte(c.ref)}}
		if got, err := p.Agrees(seq); err != nil || got != c.want {
			t.Errorf("%d %s: %v %v", c.pos, c.ref, got, err)
		}
	}
}

func TestLeftAlignStop(t *testing.T) {
	for _, c := range []struct {
		seq  string
		in   Allele
		want Stop
	}{
		{"GGCAAAAATC", Allele{"c", 6, "AA", "A"}, StopDone},
		{"GGNAAAAATC", Allele{"c", 6, "AA", "A"}, StopUnknown},
		{"NNNAAAAATC", Allele{"c", 5, "A", "AAA"}, StopUnknown},
		{"AAAAATC", Allele{"c", 3, "AA", "A"}, StopDone},
		{"GGNAAAAATC", Allele{"c", 6, "A", "T"}, StopDone},
		{"GGNAAAAATC", Allele{"c", 2, "N", "<DEL>"}, StopDone},
		{"GGNCAAAATC", Allele{"c", 6, "AA", "A"}, StopDone},
	} {
		a, stop, err := LeftAlignStop(c.in, bases(c.seq))
		want, err2 := LeftAlign(c.in, bases(c.seq))
		if err != nil || err2 != nil || stop != c.want || a != want {
			t.Errorf("%s in %s: %v %v %v, want %v %v", c.in, c.seq, a, stop, err, want, c.want)
		}
	}
}

// A reference that is N but for a region and its flanks gives every allele that is
// written within the flanks the normal form that the whole one gives, or says that
// it does not know.
func TestMaskedReference(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 8))
	known, unknown := 0, 0
	for range 4000 {
		text := []byte(word(rnd, 20) + strings.Repeat(word(rnd, 1+rnd.IntN(9)), 1+rnd.IntN(12)) + word(rnd, 30))
		from := rnd.IntN(len(text) - 10)
		masked := bytes.Clone(text)
		for i := range masked[:from] {
			masked[i] = 'N'
		}
		at := from + 1 + rnd.IntN(len(text)-from-2)
		in := Allele{"c", at - 1, string(text[at-1 : at]), string(text[at-1:at]) + word(rnd, 1+rnd.IntN(6))}
		if n := 1 + rnd.IntN(20); rnd.IntN(2) == 0 && at+n <= len(text) {
			in.Ref, in.Alt = string(text[at-1:at+n]), in.Ref
		}
		want, err := LeftAlign(in, bases(text))
		if err != nil {
			t.Fatal(err)
		}
		got, stop, err := LeftAlignStop(in, bases(masked))
		if err != nil {
			t.Fatal(err)
		}
		if stop == StopUnknown {
			unknown++
		} else if known++; got != want {
			t.Fatalf("%s from %d in %s: %s, want %s", in, from, text, got, want)
		}
	}
	if known < 1000 || unknown < 100 {
		t.Errorf("%d known and %d unknown: the test says little", known, unknown)
	}
}

func BenchmarkAlignSubstitution(b *testing.B) {
	p := Place{Contig: "c", Pos: 3, Alleles: [][]byte{[]byte("T"), []byte("C")}}
	seq := bases("ACGTACGT")
	b.ReportAllocs()
	for b.Loop() {
		if _, changed, err := p.Align(seq); err != nil || changed {
			b.Fatal(changed, err)
		}
	}
}
