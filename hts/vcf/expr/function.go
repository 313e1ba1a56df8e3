package expr

import (
	"math"
	"slices"
	"strings"
)

// statistic is a function of the values that are there; ok is false where there
// is none.
type statistic func(v []float64) float64

// statistics are by name. Each may change v.
var statistics = map[string]statistic{
	"MAX":    func(v []float64) float64 { return slices.Max(v) },
	"MIN":    func(v []float64) float64 { return slices.Min(v) },
	"AVG":    mean,
	"MEAN":   mean,
	"MEDIAN": median,
	"STDEV":  deviation,
	"SUM":    sum,
}

func sum(v []float64) float64 {
	s := 0.0
	for _, f := range v {
		s += f
	}
	return s
}

func mean(v []float64) float64 { return sum(v) / float64(len(v)) }

// median is the mean of the two middle values where their number is even.
func median(v []float64) float64 {
	slices.Sort(v)
	n := len(v)
	if n%2 == 1 {
		return v[n/2]
	}
	return (v[n/2-1] + v[n/2]) * 0.5
}

// deviation is the standard deviation of the values as a whole population.
func deviation(v []float64) float64 {
	m, s := mean(v), 0.0
	for _, f := range v {
		s += (f - m) * (f - m)
	}
	return math.Sqrt(s / float64(len(v)))
}

// aggregate is a statistic over all values of the site, samples included.
type aggregate struct {
	constant
	of   numeric
	stat statistic
	kept []float64
}

func (x *aggregate) numbers(r *record) numbers {
	n := x.of.numbers(r)
	x.kept = x.kept[:0]
	mask := x.of.mask()
	if mask == nil || len(n.v) == 0 {
		x.kept = appendPresent(x.kept, n.v)
	} else {
		for i, in := range mask {
			if in {
				x.kept = appendPresent(x.kept, n.of(true, i))
			}
		}
	}
	if len(x.kept) == 0 {
		return numbers{}
	}
	x.v[0] = x.stat(x.kept)
	return numbers{v: x.v[:]}
}

func appendPresent(dst, v []float64) []float64 {
	for _, f := range v {
		if !isGone(f) {
			dst = append(dst, f)
		}
	}
	return dst
}

// sampleAggregate is a statistic over the values of each sample.
type sampleAggregate struct {
	of   numeric
	stat statistic
	kept []float64
	v    []float64
}

func (x *sampleAggregate) mask() []bool { return x.of.mask() }

func (x *sampleAggregate) numbers(r *record) numbers {
	n := x.of.numbers(r)
	x.v = x.v[:0]
	for i := range x.of.mask() {
		x.kept = x.kept[:0]
		if len(n.v) > 0 {
			x.kept = appendPresent(x.kept, n.of(true, i))
		}
		if len(x.kept) == 0 {
			x.v = append(x.v, missing)
		} else {
			x.v = append(x.v, x.stat(x.kept))
		}
	}
	return numbers{x.v, 1}
}

// mapped is a function of each value.
type mapped struct {
	of numeric
	do func(float64) float64
	v  []float64
}

func (x *mapped) mask() []bool { return x.of.mask() }

func (x *mapped) numbers(r *record) numbers {
	n := x.of.numbers(r)
	x.v = x.v[:0]
	for _, f := range n.v {
		if !isGone(f) {
			f = x.do(f)
		}
		x.v = append(x.v, f)
	}
	return numbers{x.v, n.n1}
}

func phred(p float64) float64 { return -10 * math.Log10(p) }

// textLength is STRLEN: of each value of a list, of "." nothing where the field
// is one value.
type textLength struct {
	of   textual
	list bool
	v    []float64
}

func (x *textLength) mask() []bool { return x.of.mask() }

func (x *textLength) numbers(r *record) numbers {
	x.v = x.v[:0]
	if x.of.mask() == nil {
		x.add(r, 0)
		return numbers{v: x.v}
	}
	widest := 0
	for i := range x.of.mask() {
		start := len(x.v)
		x.add(r, i)
		widest = max(widest, len(x.v)-start)
	}
	if widest != 1 || len(x.v) != len(x.of.mask()) {
		r.fail("FORMAT", "the expression's STRLEN wants one text a sample")
		return numbers{}
	}
	return numbers{x.v, 1}
}

func (x *textLength) add(r *record, sample int) {
	b, sel, ok := x.of.text(r, sample)
	if !ok {
		return
	}
	if !x.list {
		n := len(b)
		if isMissing(b) {
			n = 0
		}
		x.v = append(x.v, float64(n))
		return
	}
	rest, more := b, true
	for i := 0; more; i++ {
		var item []byte
		item, rest, more = cutItem(rest)
		if sel.has(i) {
			x.v = append(x.v, float64(len(item)))
		}
	}
}

// valueCount is COUNT of numbers: how many there are, of samples only those
// that are not missing.
type valueCount struct {
	constant
	of numeric
}

func (x *valueCount) numbers(r *record) numbers {
	n := x.of.numbers(r)
	x.v[0] = float64(len(n.v))
	if mask := x.of.mask(); mask != nil && len(n.v) > 0 {
		x.v[0] = 0
		for i, in := range mask {
			for _, f := range n.of(true, i) {
				if in && !isGone(f) {
					x.v[0]++
				}
			}
		}
	}
	return numbers{v: x.v[:]}
}

// textCount is COUNT of a text of the site: how many values it lists.
type textCount struct {
	constant
	of textual
}

func (x *textCount) numbers(r *record) numbers {
	x.v[0] = 0
	b, sel, ok := x.of.text(r, 0)
	rest, more := b, ok
	for i := 0; more; i++ {
		_, rest, more = cutItem(rest)
		if sel.has(i) {
			x.v[0]++
		}
	}
	return numbers{v: x.v[:]}
}

// passing is COUNT, N_PASS and F_PASS of a condition: the samples that meet it.
type passing struct {
	constant
	of       condition
	fraction bool
}

func (x *passing) numbers(r *record) numbers {
	x.of.test(r)
	n, mask := 0, x.of.chosenSamples()
	for i, ok := range x.of.passed() {
		if ok && mask[i] {
			n++
		}
	}
	x.v[0] = float64(n)
	if x.fraction {
		x.v[0] /= float64(r.nSamples)
	}
	return numbers{v: x.v[:]}
}

// binomial is BINOM: the two-tailed test of two counts against one half. With
// one FORMAT operand the genotype says which two of its values.
type binomial struct {
	a, b numeric // b is nil with one operand
	gt   formatKey
	v    []float64
}

func (x *binomial) mask() []bool { return x.a.mask() }

func (x *binomial) numbers(r *record) numbers {
	a := x.a.numbers(r)
	var b numbers
	if x.b != nil {
		b = x.b.numbers(r)
	}
	x.v = x.v[:0]
	mask := x.a.mask()
	if mask == nil {
		switch {
		case x.b == nil && len(a.v) == 2:
			x.v = append(x.v, twoTailed(a.v[0], a.v[1]))
		case x.b != nil && len(a.v) == 1 && len(b.v) == 1:
			x.v = append(x.v, twoTailed(a.v[0], b.v[0]))
		default:
			x.v = append(x.v, missing)
		}
		return numbers{v: x.v}
	}
	for i := range mask {
		x.v = append(x.v, x.sample(r, i, a, b))
	}
	return numbers{x.v, 1}
}

func (x *binomial) sample(r *record, i int, a, b numbers) float64 {
	if len(a.v) == 0 {
		return missing
	}
	own := a.of(true, i)
	if x.b != nil {
		if len(b.v) == 0 {
			return missing
		}
		if len(own) != 1 || b.n1 != 1 {
			r.fail("FORMAT", "the expression's BINOM wants one value of each operand")
			return missing
		}
		return twoTailed(own[0], b.of(true, i)[0])
	}
	place := x.gt.in(r)
	if place < 0 {
		return missing
	}
	gt := allelesOf(part(r.sample(i), place))
	first, _ := gt.next()
	second, more := gt.next()
	switch {
	case gt.bad:
		r.fail("GT", "is no genotype")
		return missing
	case !more || first < 0 || second < 0 || first >= len(own) || second >= len(own):
		return missing
	}
	return twoTailed(own[first], own[second])
}

// twoTailed gives the probability of counts as uneven as these.
func twoTailed(a, b float64) float64 {
	switch {
	case isGone(a) || isGone(b) || a == 0 && b == 0:
		return missing
	case a == b:
		return 1
	}
	low, n := int(min(a, b)), int(a+b)
	if low < 0 {
		return missing
	}
	return min(1, 2*lowerTail(low, n))
}

// lowerTail is the probability of at most k heads in n throws of a fair coin,
// k < n/2. It sums from the largest term down, each from the one before:
// C(n,i-1) = C(n,i) i/(n-i+1).
func lowerTail(k, n int) float64 {
	whole, _ := math.Lgamma(float64(n + 1))
	some, _ := math.Lgamma(float64(k + 1))
	others, _ := math.Lgamma(float64(n - k + 1))
	term := math.Exp(whole - some - others - float64(n)*math.Ln2)
	total := 0.0
	for i := k; i >= 0 && term > total*1e-17; i-- {
		total += term
		term *= float64(i) / float64(n-i+1)
	}
	return total
}

// splitStatistic tells a statistic of the site from one of each sample.
func splitStatistic(name string) (stat statistic, perSample, ok bool) {
	if s, ok := statistics[name]; ok {
		return s, false, true
	}
	for _, prefix := range []string{"SMPL_", "S"} {
		if s, ok := statistics[strings.TrimPrefix(name, prefix)]; ok && strings.HasPrefix(name, prefix) {
			return s, true, true
		}
	}
	return nil, false, false
}
