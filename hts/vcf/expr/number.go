package expr

import "math"

// missing marks a value that is not there. It is a NaN of its own, apart from
// those that files and arithmetic have.
var missing = math.Float64frombits(missingBits)

const missingBits = 0x7ff8_0000_0000_0bad

func isGone(f float64) bool { return math.Float64bits(f) == missingBits }

// numbers are the values of a numeric operand for one record: the site's, or n1
// for each sample. None at all means that the field is absent.
type numbers struct {
	v  []float64
	n1 int
}

// numeric is an operand that gives numbers.
type numeric interface {
	numbers(r *record) numbers
	// mask says which samples are chosen; nil for an operand of the site.
	mask() []bool
}

// site is the part of an operand that speaks of the site.
type site struct{}

func (site) mask() []bool { return nil }

type constant struct {
	site
	v [1]float64
}

func (c *constant) numbers(*record) numbers { return numbers{v: c.v[:]} }

// rules says what a comparison gives where values are missing on one side or on
// both.
type rules struct{ one, both bool }

func missingRules(op string) rules {
	switch op {
	case "=", "~":
		return rules{both: true}
	case "!=", "!~":
		return rules{one: true}
	}
	return rules{}
}

// of gives the answer where n of two sides are missing; n is 1 or 2.
func (m rules) of(n int) bool {
	if n == 2 {
		return m.both
	}
	return m.one
}

// exact32 is the largest integer up to which every integer is a 32-bit float.
const exact32 = 1 << 24

// compare holds for a pair of values that may be missing.
func (c *comparison) compare(a, b float64) bool {
	gone := 0
	if isGone(a) {
		gone++
	}
	if isGone(b) {
		gone++
	}
	if gone > 0 {
		return c.rules.of(gone)
	}
	if !(a > exact32 || b > exact32) {
		a, b = float64(float32(a)), float64(float32(b))
	}
	switch c.op {
	case opEqual:
		return a == b
	case opUnequal:
		return a != b
	case opLess:
		return a < b
	case opLessEqual:
		return a <= b
	case opMore:
		return a > b
	}
	return a >= b
}

type comparisonOp uint8

const (
	opEqual comparisonOp = iota
	opUnequal
	opLess
	opLessEqual
	opMore
	opMoreEqual
)

var comparisonOps = map[string]comparisonOp{
	"=": opEqual, "!=": opUnequal, "<": opLess, "<=": opLessEqual, ">": opMore, ">=": opMoreEqual,
}

// comparison compares numbers.
type comparison struct {
	chosen
	op    comparisonOp
	rules rules
	a, b  numeric
	fail  func(r *record, a, b int)
}

func newComparison(op string, a, b numeric) *comparison {
	return &comparison{
		chosen: chooseBoth(a.mask(), b.mask()), op: comparisonOps[op], rules: missingRules(op), a: a, b: b,
	}
}

func (c *comparison) test(r *record) bool {
	a, b := c.a.numbers(r), c.b.numbers(r)
	if c.pass == nil {
		return c.any(a.v, b.v)
	}
	clear(c.pass)
	am, bm := c.a.mask() != nil, c.b.mask() != nil
	if am && bm && len(a.v) > 0 && len(b.v) > 0 && a.n1 != b.n1 && a.n1 != 1 && b.n1 != 1 {
		r.fail("FORMAT", "the expression compares %d values a sample with %d", a.n1, b.n1)
		return false
	}
	hit := false
	for i, chosen := range c.chosen.mask {
		if !chosen {
			continue
		}
		av, bv := a.of(am, i), b.of(bm, i)
		var ok bool
		if am && bm && len(av) > 0 && len(bv) > 0 {
			ok = c.pairs(av, bv)
		} else {
			ok = c.any(av, bv)
		}
		if ok {
			c.pass[i], hit = true, true
		}
	}
	return hit
}

// of gives a sample's values, or the site's.
func (n numbers) of(samples bool, i int) []float64 {
	if !samples || len(n.v) == 0 {
		return n.v
	}
	return n.v[i*n.n1 : (i+1)*n.n1]
}

// any says whether some pair of values holds.
func (c *comparison) any(a, b []float64) bool {
	switch {
	case len(a) == 0 && len(b) == 0:
		return c.rules.both
	case len(a) == 0:
		return c.anyMissing(b)
	case len(b) == 0:
		return c.anyMissing(a)
	}
	for _, x := range a {
		for _, y := range b {
			if c.compare(x, y) {
				return true
			}
		}
	}
	return false
}

// anyMissing compares with an absent field.
func (c *comparison) anyMissing(v []float64) bool {
	for _, x := range v {
		if isGone(x) && c.rules.both || !isGone(x) && c.rules.one {
			return true
		}
	}
	return false
}

// pairs compares the values of one sample one by one; a single value stands for
// as many as the other side has.
func (c *comparison) pairs(a, b []float64) bool {
	for i := range max(len(a), len(b)) {
		if c.compare(a[min(i, len(a)-1)], b[min(i, len(b)-1)]) {
			return true
		}
	}
	return false
}

// arithmetic combines numbers value by value.
type arithmetic struct {
	op   byte
	a, b numeric
	in   []bool
	v    []float64
}

func newArithmetic(op string, a, b numeric) *arithmetic {
	return &arithmetic{op: op[0], a: a, b: b, in: chooseBoth(a.mask(), b.mask()).mask}
}

func (x *arithmetic) mask() []bool { return x.in }

func (x *arithmetic) numbers(r *record) numbers {
	a, b := x.a.numbers(r), x.b.numbers(r)
	if len(a.v) == 0 || len(b.v) == 0 {
		return numbers{}
	}
	x.v = x.v[:0]
	if x.in == nil {
		if !x.fits(r, len(a.v), len(b.v)) {
			return numbers{}
		}
		return x.some(x.combine(a.v, b.v), 0)
	}
	am, bm := x.a.mask() != nil, x.b.mask() != nil
	n := 0
	for i := range x.in {
		av, bv := a.of(am, i), b.of(bm, i)
		if !x.fits(r, len(av), len(bv)) {
			return numbers{}
		}
		n = max(len(av), len(bv))
		x.combine(av, bv)
	}
	return x.some(x.v, n)
}

func (x *arithmetic) fits(r *record, a, b int) bool {
	if a == b || a == 1 || b == 1 {
		return true
	}
	r.fail("", "the expression's %c joins %d values with %d", x.op, a, b)
	return false
}

// some gives the values, or none where every one is missing.
func (x *arithmetic) some(v []float64, n1 int) numbers {
	for _, f := range v {
		if !isGone(f) {
			return numbers{v, n1}
		}
	}
	return numbers{}
}

func (x *arithmetic) combine(a, b []float64) []float64 {
	for i := range max(len(a), len(b)) {
		x.v = append(x.v, x.one(a[min(i, len(a)-1)], b[min(i, len(b)-1)]))
	}
	return x.v
}

func (x *arithmetic) one(a, b float64) float64 {
	if isGone(a) || isGone(b) {
		return missing
	}
	switch x.op {
	case '+':
		return a + b
	case '-':
		return a - b
	case '*':
		return a * b
	case '/':
		return a / b
	}
	// The remainder is of whole numbers.
	if m := math.Trunc(b); m != 0 {
		return math.Mod(math.Trunc(a), m)
	}
	return missing
}
