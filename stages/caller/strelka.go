package caller

import (
	"bytes"

	"varpanel/hts/vcf"
	"varpanel/stages/variant"
)

// strelka reads Strelka2's somatic fields: for an SNV the tier-1 reads of each
// base (AU, CU, GU, TU), for an indel those that support it (TIR) and those
// that support another allele (TAR). Its user guide gives the somatic allele
// fraction as alt / (alt + ref) of tier 1.
type strelka struct {
	bases, indels bool // the header declares them
}

func newStrelka(h *vcf.Header) strelka {
	has := func(keys ...string) bool {
		for _, k := range keys {
			if _, ok := h.FormatField(k); !ok {
				return false
			}
		}
		return true
	}
	return strelka{bases: has("AU", "CU", "GU", "TU"), indels: has("TAR", "TIR")}
}

type strelkaCall struct {
	alt  variant.Count
	vaf  variant.Fraction
	from string
}

func (s strelka) read(a *Adapter, r *vcf.Record, alt int) (strelkaCall, bool, error) {
	if a.sample < 0 || !s.bases && !s.indels {
		return strelkaCall{}, false, nil
	}
	ref, other := bytes.ToUpper(r.Ref()), bytes.ToUpper(r.Alt(alt))
	var refKey, altKey string
	switch {
	case s.bases && len(ref) == 1 && len(other) == 1 && isBase(ref[0]) && isBase(other[0]):
		refKey, altKey = string(ref)+"U", string(other)+"U"
	case s.indels && len(ref) != len(other) && r.NAlt() == 1:
		refKey, altKey = "TAR", "TIR"
	default:
		return strelkaCall{}, false, nil
	}
	refReads, okRef, err := tier1(a, r, refKey)
	if err != nil {
		return strelkaCall{}, false, err
	}
	altReads, okAlt, err := tier1(a, r, altKey)
	if err != nil || !okRef || !okAlt {
		return strelkaCall{}, false, err
	}
	c := strelkaCall{alt: known(altReads), from: "FORMAT/" + altKey + " tier 1"}
	if n := altReads + refReads; n > 0 {
		c.vaf = variant.Fraction{F: float64(altReads) / float64(n), Known: true}
	}
	return c, true, nil
}

func isBase(b byte) bool { return bytes.IndexByte([]byte("ACGT"), b) >= 0 }

func tier1(a *Adapter, r *vcf.Record, key string) (int, bool, error) {
	p := place{key: key}
	v, ok := a.value(r, p)
	if !ok {
		return 0, false, nil
	}
	n, state, err := a.count(v, 0, p)
	return n, state == vcf.Present, err
}
