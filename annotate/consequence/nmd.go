package consequence

import (
	"bytes"

	"varpanel/reference/transcript"
)

// escapeReach is how many last bases of the last exon but one do not trigger
// nonsense-mediated decay.
const escapeReach = 50

// lastJunction gives the transcript position at which the last coding exon
// begins, or -1 where the CDS has no junction.
func lastJunction(m *transcript.Map) int {
	if m.CDSStart < 0 || m.CDSEnd <= m.CDSStart {
		return -1
	}
	if at := m.ExonStart(m.ExonOf(m.CDSEnd - 1)); at > m.CDSStart {
		return at
	}
	return -1
}

// decay judges a premature stop codon, by the place of its first base among the
// reference's bases of the coding sequence.
func (v *view) decay(c *codingSequence, at int) NMD {
	switch {
	case at >= c.end-3:
		return NMDNone // the stop codon's own place, or behind it
	case v.junction < 0 || at >= c.frame(v.junction-v.CDSStart+v.Pad)-escapeReach:
		return NMDEscapes
	}
	return NMDDecay
}

// decayOf judges a changed protein that may end early.
func (x *codonChange) decayOf(changed []byte) NMD {
	stop := bytes.IndexByte(changed, transcript.Stop)
	if stop < 0 || stop < x.first {
		return NMDNone
	}
	at := 3 * stop
	switch {
	case at >= x.from+len(x.alt):
		at -= x.grown
	case at > x.to:
		at = x.to
	}
	return x.v.decay(x.c, at)
}
