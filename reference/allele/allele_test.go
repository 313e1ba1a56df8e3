package allele

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// bases is a reference of one contig, "c".
type bases string

func (b bases) Bases(contig string, start, end int) ([]byte, error) {
	if contig != "c" || start < 0 || end > len(b) || start > end {
		return nil, fmt.Errorf("no bases %s:%d-%d", contig, start, end)
	}
	return []byte(b[start:end]), nil
}

func (b bases) Length(contig string) (int, bool) { return len(b), contig == "c" }

func TestTrim(t *testing.T) {
	for _, c := range []struct{ in, want Allele }{
		{Allele{"c", 5, "A", "C"}, Allele{"c", 5, "A", "C"}},
		{Allele{"c", 5, "GAT", "GCT"}, Allele{"c", 6, "A", "C"}},
		{Allele{"c", 5, "GATT", "GAT"}, Allele{"c", 6, "AT", "A"}}, // suffix, then prefix
		{Allele{"c", 5, "CAA", "CA"}, Allele{"c", 5, "CA", "C"}},
		{Allele{"c", 5, "ACGT", "AGGA"}, Allele{"c", 6, "CGT", "GGA"}},
		{Allele{"c", 5, "A", "A"}, Allele{"c", 5, "A", "A"}},
		{Allele{"c", 5, "TTT", "T"}, Allele{"c", 5, "TTT", "T"}},
	} {
		if got := Trim(c.in); got != c.want {
			t.Errorf("%v: %v, want %v", c.in, got, c.want)
		}
	}
}

func TestLeftAlign(t *testing.T) {
	long := "G" + strings.Repeat("CA", 3000) + "TTT"
	for _, c := range []struct {
		name      string
		seq, want string
		in        Allele
	}{
		{"substitution", "ACGTACGT", "c:3:G:T", Allele{"c", 2, "G", "T"}},
		{"deletion in a run", "GGCAAAAATC", "c:3:CA:C", Allele{"c", 6, "AA", "A"}},
		{"insertion in a run", "GGCAAAAATC", "c:3:C:CA", Allele{"c", 7, "A", "AA"}},
		{"padded on both sides", "GGCAAAAATC", "c:3:CA:C", Allele{"c", 2, "CAAAAAT", "CAAAAT"}},
		{"to the contig's start", "AAAAATC", "c:1:AA:A", Allele{"c", 3, "AA", "A"}},
		{"insertion at the start", "AAAAATC", "c:1:A:AA", Allele{"c", 3, "A", "AA"}},
		{"first base deleted", "GATTC", "c:1:GA:A", Allele{"c", 0, "GA", "A"}},
		{"lower case", "GGCAAAAATC", "c:3:CA:C", Allele{"c", 6, "aa", "a"}},
		{"N stops", "GNAAAATC", "c:2:NA:N", Allele{"c", 4, "AA", "A"}},
		{"past any window", long, "c:1:GCA:G", Allele{"c", len(long) - 6, "ACA", "A"}},
		{"insertion past any window", long, "c:1:G:GCA", Allele{"c", len(long) - 4, "A", "ACA"}},
		{"complex, only trimmed", "GGCAAAAATC", "c:3:CA:T", Allele{"c", 2, "CAA", "TA"}},
		{"symbolic", "GGCA", "c:2:G:<DEL>", Allele{"c", 1, "G", "<DEL>"}},
		{"no change", "GGCA", "c:2:G:G", Allele{"c", 1, "G", "G"}},
	} {
		got, err := LeftAlign(c.in, bases(c.seq))
		if err != nil || got.String() != c.want {
			t.Errorf("%s: %v %v, want %s", c.name, got, err, c.want)
		}
	}
}

// A normal form is a fixed point, keeps the haplotype, and is the same for
// every way to write one haplotype.
func TestLeftAlignProperties(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	word := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = "ACA"[rnd.IntN(3)]
		}
		return string(b)
	}
	for range 20000 {
		seq := bases(word(30))
		pos := rnd.IntN(len(seq) - 4)
		a := Allele{"c", pos, string(seq[pos : pos+1+rnd.IntN(4)]), word(1 + rnd.IntN(4))}
		if a.Ref == a.Alt {
			continue
		}
		n, err := LeftAlign(a, seq)
		if err != nil {
			t.Fatal(a, err)
		}
		if again, err := LeftAlign(n, seq); err != nil || again != n {
			t.Fatalf("%s in %s: %v, and again %v %v", a, seq, n, again, err)
		}
		if same, err := SameHaplotype(a, n, seq); err != nil || !same {
			t.Fatalf("%s in %s: %v is another haplotype (%v)", a, seq, n, err)
		}
		if s, err := Check(n, seq); err != nil || s != RefMatch {
			t.Fatalf("%s in %s: REF of %v is %v %v", a, seq, n, s, err)
		}
		if len(a.Ref) == len(a.Alt) {
			continue
		}
		// the same haplotype written over the whole contig
		wide := Allele{"c", 0, string(seq), string(put([]byte(seq), 0, a))}
		if w, err := LeftAlign(wide, seq); err != nil || w != n && isIndel(n) {
			t.Fatalf("%s in %s: %v, written whole %v %v", a, seq, n, w, err)
		}
	}
}

func isIndel(a Allele) bool { return min(len(a.Ref), len(a.Alt)) == 1 && a.Ref[0] == a.Alt[0] }

func TestCheck(t *testing.T) {
	seq := bases("ACGTNACRT")
	for _, c := range []struct {
		pos  int
		ref  string
		want RefState
	}{
		{0, "ACGT", RefMatch}, {0, "acgt", RefMatch}, {0, "ACGA", RefMismatch}, {2, "GTA", RefUnknown},
		{2, "GTN", RefUnknown}, {2, "GAN", RefMismatch}, {2, "GTAC", RefMismatch}, {0, "NRGT", RefMismatch},
		{0, "RYSW", RefMatch}, {5, "ACA", RefMatch}, {5, "ACC", RefMismatch}, {7, "ATT", RefMismatch},
		{-1, "NA", RefUnknown}, {3, "TNA", RefUnknown},
	} {
		if got, err := Check(Allele{"c", c.pos, c.ref, "A"}, seq); err != nil || got != c.want {
			t.Errorf("%d %s: %v %v, want %v", c.pos, c.ref, got, err, c.want)
		}
	}
	if got, err := Check(Allele{"other", 1, "A", "C"}, seq); err != nil || got != RefUnknown {
		t.Errorf("a contig that is not there: %v %v", got, err)
	}
	huge := bases(bytes.Repeat([]byte("ACGT"), 100_000))
	if got, err := Check(Allele{"c", 1, string(huge[1:]), "C"}, huge); err != nil || got != RefMatch {
		t.Errorf("a deletion of 400 kb: %v %v", got, err)
	}
}

func TestIsSymbolic(t *testing.T) {
	for alt, want := range map[string]bool{"A": false, "ACGTN": false, "<DEL>": true, "*": true, "<*>": true,
		".": true, "G]17:198982]": true, ".A": true, "": true} {
		if IsSymbolic(alt) != want {
			t.Errorf("%q", alt)
		}
	}
}
