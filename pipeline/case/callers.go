package cases

import (
	"slices"
	"strings"

	"varpanel/hts/vcf"
	"varpanel/stages/coverage"
	"varpanel/stages/hotspot"
	"varpanel/stages/variant"
)

// observe keeps what a record says of the sample at its bases, whatever its
// alleles: whether it was called, and the caller's own depth. Symbolic records
// span bases that they say nothing of, and are left out; a block is not one.
func (w *worker) observe(b *batch, contigName string) error {
	r := &w.record
	block, symbolic := blockOf(r)
	if symbolic {
		return nil
	}
	var err error
	if w.gt, err = r.Genotype(w.p.sample, w.gt); err != nil {
		return err
	}
	called := len(w.gt) > 0
	for _, g := range w.gt {
		called = called && g.Index >= 0
	}
	// A reference block of genotype quality 0 is a stretch that the caller
	// could not judge.
	if q, state := r.SampleValue(w.p.sample, "GQ"); state == vcf.Present && string(q) == "0" {
		called = false
	}
	b.seen = append(b.seen, coverage.Seen{
		Contig: contigName, Start: r.Pos(), End: r.End(),
		Depth: w.callerDepth(), Called: called, Filtered: w.filtered(),
	})
	b.gvcf = b.gvcf || block
	return nil
}

// blockOf tells whether a record is a gVCF's reference block, and whether it is
// a symbolic allele that is none.
func blockOf(r *vcf.Record) (block, symbolic bool) {
	block = r.NAlt() == 0 && r.End() > r.Pos()+len(r.Ref())
	for i := range r.NAlt() {
		alt := string(r.Alt(i))
		switch {
		case alt == "<NON_REF>" || alt == "<*>":
			block = block || r.NAlt() == 1
		case strings.HasPrefix(alt, "<") || strings.ContainsAny(alt, "[]"):
			symbolic = true
		}
	}
	return block, symbolic
}

// callerDepth is the sample's depth as the caller counted it: the lowest of a
// block's bases where the record gives that. INFO speaks of a sample only where
// it is the only one, and only by a key that the profile names.
func (w *worker) callerDepth() variant.Count {
	r := &w.record
	for _, key := range []string{"MIN_DP", "DP"} {
		if text, state := r.SampleValue(w.p.sample, key); state == vcf.Present {
			if n, is := vcf.Int(text); is == vcf.Present && n >= 0 {
				return variant.Count{N: int(n), Known: true}
			}
		}
	}
	if len(w.p.calls.header.Samples) > 1 {
		return variant.Count{}
	}
	for _, place := range append([]string{"INFO/MIN_DP"}, w.p.profile.Caller.Depth...) {
		key, info := strings.CutPrefix(place, "INFO/")
		if !info {
			continue
		}
		if text, state := r.InfoValue(key); state == vcf.Present {
			if n, is := vcf.Int(text); is == vcf.Present && n >= 0 {
				return variant.Count{N: int(n), Known: true}
			}
		}
	}
	return variant.Count{}
}

// filtered tells whether the record failed a filter that the profile does not
// let pass.
func (w *worker) filtered() bool {
	for id := range strings.SplitSeq(string(w.record.Filter()), ";") {
		if id != "PASS" && id != "." && id != "" && !slices.Contains(w.p.profile.Rules.FilterFail.Pass, id) {
			return true
		}
	}
	return false
}

// blocks are the stretches that were called and passed their filters, for the
// hotspots of a case without reads.
func (p *phase) blocks() []hotspot.Block {
	var out []hotspot.Block
	for _, s := range p.caller.Seen {
		if s.Called && !s.Filtered {
			out = append(out, hotspot.Block{Contig: s.Contig, Start: s.Start, End: s.End, Depth: s.Depth})
		}
	}
	return out
}
