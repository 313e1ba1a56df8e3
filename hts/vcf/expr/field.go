package expr

import (
	"bytes"

	"varpanel/hts/vcf"
)

type qual struct {
	constant
}

func (q *qual) numbers(r *record) numbers {
	f, ok := toNumber(r.column(vcf.Qual), false)
	if !ok {
		r.fail("QUAL", "is no number")
	}
	q.v[0] = f
	return numbers{v: q.v[:]}
}

type pos struct {
	constant
}

func (p *pos) numbers(r *record) numbers {
	n, got := vcf.Int(r.column(vcf.Pos))
	if got != vcf.Present {
		r.fail("POS", "is no position")
	}
	p.v[0] = float64(n)
	return numbers{v: p.v[:]}
}

type altCount struct {
	constant
}

func (a *altCount) numbers(r *record) numbers {
	a.v[0] = float64(r.nAlt())
	return numbers{v: a.v[:]}
}

// infoFlag is 1 where the key is there.
type infoFlag struct {
	constant
	key []byte
}

func (f *infoFlag) numbers(r *record) numbers {
	f.v[0] = 0
	if _, has := r.info(f.key); has {
		f.v[0] = 1
	}
	return numbers{v: f.v[:]}
}

// infoNumber is an INFO key of type Integer or Float.
type infoNumber struct {
	site
	key     []byte
	integer bool
	single  bool // Number=1: "." is absent, as it is for one value of a list
	sel     selector
	v       []float64
}

func (x *infoNumber) numbers(r *record) numbers {
	list, _ := r.info(x.key)
	if len(list) == 0 {
		return numbers{}
	}
	x.v = x.v[:0]
	rest, more := list, true
	for i := 0; more; i++ {
		var item []byte
		item, rest, more = cutItem(rest)
		if !x.sel.has(i) {
			continue
		}
		f, ok := toNumber(item, x.integer)
		if !ok {
			r.fail("INFO", "%s: %s is not of the type that the header gives it", x.key, quote(item))
		}
		x.v = append(x.v, f)
		if x.sel.one >= 0 {
			break
		}
	}
	if len(x.v) == 1 && (x.single || x.sel.one >= 0) && isGone(x.v[0]) {
		return numbers{}
	}
	return numbers{v: x.v}
}

func quote(b []byte) string {
	if len(b) > 40 {
		return string(b[:40]) + "..."
	}
	return string(b)
}

// formatNumber is a FORMAT key of type Integer or Float.
type formatNumber struct {
	key     formatKey
	gt      formatKey
	integer bool
	sel     selector
	in      []bool
	v       []float64
	ends    []int // of each sample's values in v
	full    []float64
}

func (x *formatNumber) mask() []bool { return x.in }

func (x *formatNumber) numbers(r *record) numbers {
	place := x.key.in(r)
	if place < 0 || x.sel.byGT && x.gt.in(r) < 0 {
		return numbers{}
	}
	x.v, x.ends = x.v[:0], x.ends[:0]
	widest := 0
	for i := range x.in {
		list := part(r.sample(i), place)
		n := x.read(r, list)
		if x.sel.byGT {
			x.keepCalled(part(r.sample(i), x.gt.in(r)), len(x.v)-n)
		}
		x.ends = append(x.ends, len(x.v))
		widest = max(widest, n)
	}
	switch n := x.sel.count(); {
	case x.sel.one >= 0:
		widest = 1
	case n > 0:
		widest = n
	}
	return x.fill(widest)
}

// read appends the chosen values of a list and gives the number of all.
func (x *formatNumber) read(r *record, list []byte) int {
	n, rest, more := 0, list, true
	for ; more; n++ {
		var item []byte
		item, rest, more = cutItem(rest)
		if !x.sel.has(n) {
			continue
		}
		f, ok := toNumber(item, x.integer)
		if !ok {
			r.fail("FORMAT", "a value of %s is not of the type that the header gives it", x.key.key)
		}
		x.v = append(x.v, f)
		if x.sel.one >= 0 {
			break
		}
	}
	return n
}

// keepCalled leaves, of the values from start on, those of the alleles that the
// genotype names.
func (x *formatNumber) keepCalled(gt []byte, start int) {
	kept := x.v[:start]
	for i, f := range x.v[start:] {
		if callsAllele(gt, i) {
			kept = append(kept, f)
		}
	}
	x.v = kept
}

// fill brings every sample to n values.
func (x *formatNumber) fill(n int) numbers {
	if len(x.v) == n*len(x.ends) && x.even(n) {
		return numbers{x.v, n}
	}
	x.full = x.full[:0]
	start := 0
	for _, end := range x.ends {
		own := x.v[start:min(end, start+n)]
		x.full = append(x.full, own...)
		for range n - len(own) {
			x.full = append(x.full, missing)
		}
		start = end
	}
	return numbers{x.full, n}
}

func (x *formatNumber) even(n int) bool {
	for i, end := range x.ends {
		if end != (i+1)*n {
			return false
		}
	}
	return true
}

// indelLength is ILEN: the length of each ALT less that of REF, missing where
// they are equal.
type indelLength struct {
	site
	v []float64
}

func (x *indelLength) numbers(r *record) numbers {
	x.v = x.v[:0]
	ref := len(r.column(vcf.Ref))
	rest, more := r.column(vcf.Alt), r.nAlt() > 0
	for more {
		var a []byte
		a, rest, more = cutItem(rest)
		if len(a) == ref {
			x.v = append(x.v, missing)
		} else {
			x.v = append(x.v, float64(len(a)-ref))
		}
	}
	return numbers{v: x.v}
}

// filterComparison compares the FILTER column with a set of filters.
type filterComparison struct {
	chosen
	op  string
	ids [][]byte // none: the expression's text is "."
}

func (c *filterComparison) test(r *record) bool {
	column := r.column(vcf.Filter)
	have := 0
	if !isMissing(column) {
		have = bytes.Count(column, semicolon) + 1
	}
	if len(c.ids) == 1 && have == 1 { // by far the most frequent case
		return bytes.Equal(c.ids[0], column) == (c.op == "=" || c.op == "~")
	}
	switch c.op {
	case "=":
		return have == len(c.ids) && c.within(column)
	case "!=":
		return have != len(c.ids) || !c.within(column)
	case "~":
		return c.subset(column, have)
	}
	return !c.subset(column, have)
}

var semicolon = []byte{';'}

// subset says whether the record has all the filters; "." is for a record
// without any.
func (c *filterComparison) subset(column []byte, have int) bool {
	if len(c.ids) == 0 || have == 0 {
		return len(c.ids) == have
	}
	return c.within(column)
}

func (c *filterComparison) within(column []byte) bool {
	for _, id := range c.ids {
		found := false
		for rest, more := column, true; more && !found; {
			var f []byte
			f, rest, more = bytes.Cut(rest, semicolon)
			found = bytes.Equal(f, id)
		}
		if !found {
			return false
		}
	}
	return true
}
