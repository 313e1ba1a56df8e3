package annotate

import (
	"bytes"

	"varpanel/annotate/consequence"
	"varpanel/annotate/csq"
	"varpanel/hts/vcf"
)

// symbolic appends the entries of a symbolic ALT or a breakend, by its span.
func (w *annotator) symbolic(contig string, i int) (err error) {
	span, name, ok := spanOf(w.record, i)
	if !ok {
		return nil
	}
	span.Contig = contig
	if span.End < 0 {
		w.unknownSpans.Add(1)
		return nil
	}
	if w.predictions, err = w.predictor.PredictSpan(w.predictions[:0], span); err != nil {
		return err
	}
	entry := csq.Entry{Allele: name}
	if w.sources != nil {
		entry.Existing, entry.More = w.sources.Allele(i)
	}
	w.entries(entry)
	return nil
}

// symbols are the first levels of symbolic alleles (VCFv4.3 section 1.4.5), and
// the words that VEP has for them.
var symbols = []struct {
	id   string
	kind consequence.SpanKind
	name string
}{
	{"DEL", consequence.SpanDeletion, "deletion"},
	{"CN0", consequence.SpanDeletion, "deletion"},
	{"DUP:TANDEM", consequence.SpanDuplication, "tandem_duplication"},
	{"DUP", consequence.SpanDuplication, "duplication"},
	{"INS", consequence.SpanInsertion, "insertion"},
	{"INV", consequence.SpanInversion, "inversion"},
	{"CNV", consequence.SpanCopyNumber, "copy_number_variation"},
}

// spanOf gives what ALT i concerns, without its contig, and its name in CSQ.
// False: it is no allele of a known kind. An End of -1: the record says neither
// END nor SVLEN, or one that lies before POS, and nothing stands for it.
func spanOf(r *vcf.Record, i int) (consequence.Span, string, bool) {
	alt := r.Alt(i)
	s := consequence.Span{Start: r.Pos() + 1}
	switch vcf.KindOfAlt(alt) {
	case vcf.BreakendAlt:
		if b := alt[0]; b == '[' || b == ']' || b == '.' {
			s.Start-- // joined in front of POS
		}
		s.End, s.Kind = s.Start, consequence.SpanBreakend
		return s, string(alt), true
	case vcf.SymbolicAlt:
	default:
		return s, "", false
	}
	id := bytes.Trim(alt, "<>")
	for _, known := range symbols {
		if rest, is := bytes.CutPrefix(id, []byte(known.id)); !is || len(rest) > 0 && rest[0] != ':' {
			continue
		}
		s.Kind = known.kind
		if s.End = s.Start; s.Kind != consequence.SpanInsertion {
			s.End = endOf(r, i)
		}
		return s, known.name, true
	}
	return s, "", false
}

// endOf gives the 0-based exclusive end of a symbolic ALT, or -1.
func endOf(r *vcf.Record, i int) int {
	if v, p := r.InfoValue("END"); p == vcf.Present {
		if n, p := vcf.Int(v); p == vcf.Present && n > r.Pos()+1 && n <= vcf.MaxPos {
			return n
		}
		return -1
	}
	v, p := r.InfoValue("SVLEN")
	if p != vcf.Present {
		return -1
	}
	one, p := vcf.Nth(v, i)
	if p == vcf.Bad { // one value for all, as 4.3 and earlier write it
		one, p = vcf.Nth(v, 0)
	}
	if p != vcf.Present {
		return -1
	}
	n, p := vcf.Int(one)
	if n = max(n, -n); p != vcf.Present || n == 0 || n > vcf.MaxPos {
		return -1
	}
	return r.Pos() + 1 + n
}
