package consequence

import (
	"testing"

	"varpanel/reference/transcript"
)

// The made-up CDS has junctions before its bases 30 and 60. A stop codon escapes
// from 50 bases before the last one on, by its first base: base 10 (0-based), so
// that the codon at 9 does not and the one at 12 does.
func TestNMD(t *testing.T) {
	c, _ := madeUp(t, codons30, nil)
	single, _ := madeUp(t, codons30, func(tr *transcript.Transcript) {
		tr.Exons = []transcript.Exon{{Start: 100, End: 217, Phase: 0}}
		tr.End, tr.CDSEnd = 217, 202
	})
	for _, e := range []struct {
		what       string
		on         coreReference
		start, end int
		alt        string
		want       NMD
	}{
		{"a stop 51 bases before the last junction", c, 121, 124, "TAA", NMDDecay},
		{"a stop 48 bases before it", c, 124, 127, "TAA", NMDEscapes},
		{"a stop in the last exon", c, 303, 306, "TAA", NMDEscapes},
		{"a shift whose stop lies behind the border", c, 118, 119, "", NMDEscapes},
		{"the stop codon kept", c, 328, 329, "G", NMDNone},
		{"missense", c, 117, 118, "A", NMDNone},
		{"a single exon", single, 115, 118, "TAA", NMDEscapes},
	} {
		if p := e.on.edit(t, e.start, e.end, e.alt); p.NMD != e.want {
			t.Errorf("%s: %q (%s %s), want %q", e.what, p.NMD, termNames(p), p.HGVSp, e.want)
		}
	}
}
