package vcf

import (
	"bytes"
	"math"
)

// structural checks what VCF 4.4 asks of symbolic structural alleles (VCFv4.4
// sections 3 and 5.7).
func (c *Checker) structural(r *Record) {
	if c.header.Version < "4.4" {
		return
	}
	repeats := false
	for i := range r.NAlt() {
		alt := r.Alt(i)
		if KindOfAlt(alt) != SymbolicAlt || alt[0] != '<' {
			continue
		}
		id := alt[1 : len(alt)-1]
		first, _, _ := bytes.Cut(id, colon)
		length := c.perAllele(r, "SVLEN", i)
		switch string(first) {
		case "DEL", "DUP":
			if c.perAllele(r, "SVCLAIM", i) == nil {
				c.sayf(Info, "no SVCLAIM for %s: whether its depth or its junction was seen", quote(alt))
			}
			fallthrough
		case "INS", "INV", "CNV":
			if length == nil {
				c.sayf(Info, "no SVLEN for %s", quote(alt))
			}
		default:
			if length != nil {
				c.sayf(Info, "an SVLEN for %s, which is no structural type that has one", quote(alt))
			}
		}
		repeats = repeats || string(id) == "CNV:TR"
	}
	if repeats {
		c.tandemRepeats(r)
	}
}

// perAllele gives an INFO key's value for ALT i, nil where there is none.
func (c *Checker) perAllele(r *Record, key string, i int) []byte {
	v, p := r.InfoValue(key)
	if p == Present {
		v, p = Nth(v, i)
	}
	if p != Present {
		return nil
	}
	return v
}

// infoList gives the values of an INFO key, nil for one that is missing; ok is false
// where the key is absent or missing as a whole.
func infoList(r *Record, key string) (list [][]byte, ok bool) {
	v, p := r.InfoValue(key)
	if p != Present {
		return nil, false
	}
	for one := range bytes.SplitSeq(v, comma) {
		if isMissing(one) {
			one = nil
		}
		list = append(list, one)
	}
	return list, true
}

// tandemRepeats checks the lists that describe <CNV:TR> alleles: RN repeat
// sequences an allele, each with the values of RUS or RUL, RUC, RB and their
// intervals, and of RUB one value a repeat unit (VCFv4.4 section 3, CNV:TR).
func (c *Checker) tandemRepeats(r *Record) {
	sequences := 0
	for i := range r.NAlt() {
		if string(r.Alt(i)) != "<CNV:TR>" {
			continue
		}
		n, p := Int(c.perAllele(r, "RN", i))
		if p != Present || n < 0 || n > 1<<20 {
			n = 1
		}
		sequences += n
	}
	units, hasUnits := infoList(r, "RUS")
	lengths, hasLengths := infoList(r, "RUL")
	counts, hasCounts := infoList(r, "RUC")
	bases, hasBases := infoList(r, "RB")
	if !hasUnits && !hasLengths {
		c.sayf(Info, "neither RUS nor RUL for <CNV:TR>")
	}
	for _, l := range []struct {
		key  string
		list [][]byte
		ok   bool
	}{{"RUS", units, hasUnits}, {"RUL", lengths, hasLengths}, {"RUC", counts, hasCounts}, {"RB", bases, hasBases}} {
		if l.ok && len(l.list) != sequences {
			c.sayf(Info, "%s has %d values for the %d repeat sequences of RN", l.key, len(l.list), sequences)
			return
		}
	}
	c.interval(r, "CIRUC", "RUC", counts)
	c.interval(r, "CIRB", "RB", bases)
	for i := range sequences {
		c.repeat(at(units, i), at(lengths, i), at(counts, i), at(bases, i))
	}
	c.unitBases(r, counts)
}

func at(list [][]byte, i int) []byte {
	if i >= len(list) {
		return nil
	}
	return list[i]
}

// repeat compares what is said of one repeat sequence: the length of its unit
// twice, and the bases of all its units.
func (c *Checker) repeat(unit, length, count, bases []byte) {
	n := len(unit)
	if m, p := Int(length); length != nil && p == Present {
		if unit != nil && m != n {
			c.sayf(Info, "RUL is %d, the unit of RUS has %d bases", m, n)
		}
		n = m
	}
	if n == 0 || count == nil || bases == nil {
		return
	}
	times, p := Float(count)
	all, q := Float(bases)
	if p == Present && q == Present && math.Abs(times*float64(n)-all) >= 1 {
		c.sayf(Info, "RB is %s bases, RUC times the unit's length is %g", bases, times*float64(n))
	}
}

// interval checks an interval around each value of a list: two numbers, the
// first not above and the second not below zero.
func (c *Checker) interval(r *Record, key, of string, list [][]byte) {
	bounds, ok := infoList(r, key)
	if !ok {
		return
	}
	if len(bounds) != 2*len(list) {
		c.sayf(Info, "%s has %d values for %d of %s", key, len(bounds), len(list), of)
		return
	}
	for i, v := range list {
		low, p := Float(bounds[2*i])
		high, q := Float(bounds[2*i+1])
		none := bounds[2*i] == nil && bounds[2*i+1] == nil
		if !none && (v == nil || p != Present || q != Present || low > 0 || high < 0) {
			c.sayf(Info, "%s is no interval around %s", key, of)
			return
		}
	}
}

// unitBases checks that RUB has a value for each repeat unit that RUC counts.
func (c *Checker) unitBases(r *Record, counts [][]byte) {
	list, ok := infoList(r, "RUB")
	if !ok {
		return
	}
	want := 0
	for _, v := range counts {
		n, p := Float(v)
		if v == nil || p != Present || n < 0 || n > 1<<20 {
			want = -1
			break
		}
		want += int(math.Ceil(n))
	}
	if want < 1 {
		c.sayf(Info, "RUB without the RUC of each repeat sequence")
	} else if want != len(list) {
		c.sayf(Info, "RUB has %d values, RUC counts %d units", len(list), want)
	}
}

// localAlleles reads a sample's LAA, the ALT alleles that its local values are
// of (VCFv4.5 section 1.6.2). It gives their number, or -1 where LAA is missing.
func (c *Checker) localAlleles(r *Record, i int) int {
	place := r.FormatIndex("LAA")
	if place < 0 {
		return -1
	}
	v, ok := nth(r.Sample(i), ':', place)
	n := 0
	switch {
	case !ok || isMissing(v):
		return -1
	case len(v) > 0:
		last := 0
		for one := range bytes.SplitSeq(v, comma) {
			allele, p := Int(one)
			if p != Present || allele <= last || allele > r.NAlt() {
				c.sayf(Format, "LAA is no ascending list of the record's ALT alleles")
				return -1
			}
			last = allele
			n++
		}
	}
	if gt, p := r.SampleValue(i, "LGT"); p == Present {
		var err error
		if c.gt, err = ParseGenotype(gt, n, c.gt); err != nil {
			c.sayf(Format, "LGT does not fit LAA: %s", err)
		}
	}
	return n
}

// phaseSets checks that an allele without a phase set in PSL has no order and no
// quality in it (PSO and PSQ, VCFv4.4 section 1.6.2).
func (c *Checker) phaseSets(r *Record, i int) {
	if r.FormatIndex("PSL") < 0 {
		return
	}
	sets, _ := r.SampleValue(i, "PSL")
	for _, key := range []string{"PSO", "PSQ"} {
		values, p := r.SampleValue(i, key)
		if p != Present {
			continue
		}
		for k := range ListLen(values) {
			_, has := Nth(values, k)
			_, in := Nth(sets, k)
			if has == Present && (len(sets) == 0 || in != Present) {
				c.sayf(Format, "%s for an allele that PSL gives no phase set", key)
				return
			}
		}
	}
}
