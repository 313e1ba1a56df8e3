package expr

import (
	"bytes"
	"regexp"

	"varpanel/hts/vcf"
)

// textual is an operand that gives text, a list where it has commas.
type textual interface {
	// text gives the site's text, or a sample's, and which elements of it
	// count. ok is false where the field is absent from the record.
	text(r *record, sample int) (list []byte, sel *selector, ok bool)
	mask() []bool
}

// literal is text of the expression.
type literal struct {
	site
	b []byte
}

func (l *literal) text(*record, int) ([]byte, *selector, bool) { return l.b, &everything, len(l.b) > 0 }

// columnText is a column: CHROM, REF or ALT.
type columnText struct {
	site
	column vcf.Column
	sel    selector
}

func (c *columnText) text(r *record, _ int) ([]byte, *selector, bool) {
	b := r.column(c.column)
	if c.sel.one >= 0 && (isMissing(b) || bytes.Count(b, comma) < c.sel.one) {
		return dot, &everything, true
	}
	return b, &c.sel, true
}

// infoText is an INFO key of type String or Character.
type infoText struct {
	site
	key []byte
	sel selector
}

func (t *infoText) text(r *record, _ int) ([]byte, *selector, bool) {
	v, _ := r.info(t.key)
	if len(v) == 0 || t.sel.one > 0 && bytes.Count(v, comma) < t.sel.one {
		return nil, nil, false
	}
	return v, &t.sel, true
}

// formatText is a FORMAT key of type String or Character, GT as it is written
// among them.
type formatText struct {
	key formatKey
	sel selector
	in  []bool
}

func (t *formatText) text(r *record, sample int) ([]byte, *selector, bool) {
	i := t.key.in(r)
	if i < 0 {
		return nil, nil, false
	}
	v := part(r.sample(sample), i)
	if !t.sel.any(v) {
		return dot, &everything, true
	}
	return v, &t.sel, true
}

func (t *formatText) mask() []bool { return t.in }

// textComparison is = or != of two texts, each of which may be a list.
type textComparison struct {
	chosen
	a, b  textual
	equal bool
	rules rules
}

func newTextComparison(op string, a, b textual) *textComparison {
	return &textComparison{chosen: chooseBoth(a.mask(), b.mask()), a: a, b: b, equal: op == "=", rules: missingRules(op)}
}

func (c *textComparison) test(r *record) bool {
	if c.pass == nil {
		return c.holds(r, 0)
	}
	clear(c.pass)
	hit := false
	for i, in := range c.chosen.mask {
		if in && c.holds(r, i) {
			c.pass[i], hit = true, true
		}
	}
	return hit
}

func (c *textComparison) holds(r *record, sample int) bool {
	a, aSel, aOK := c.a.text(r, sample)
	b, bSel, bOK := c.b.text(r, sample)
	switch {
	case !aOK && !bOK:
		return c.rules.both
	case !aOK:
		return c.rules.absent(b, bSel)
	case !bOK:
		return c.rules.absent(a, aSel)
	}
	n, rest, more := 0, a, true
	for ; more; n++ {
		var item []byte
		item, rest, more = cutItem(rest)
		if aSel.has(n) && c.anyOf(item, b, bSel) {
			return true
		}
	}
	return false
}

func (c *textComparison) anyOf(a, list []byte, sel *selector) bool {
	rest, more := list, true
	for n := 0; more; n++ {
		var b []byte
		b, rest, more = cutItem(rest)
		if !sel.has(n) {
			continue
		}
		gone := 0
		if isMissing(a) {
			gone++
		}
		if isMissing(b) {
			gone++
		}
		if gone > 0 && c.rules.of(gone) || gone == 0 && bytes.Equal(a, b) == c.equal {
			return true
		}
	}
	return false
}

// absent compares a list with an absent field.
func (m rules) absent(list []byte, sel *selector) bool {
	rest, more := list, true
	for n := 0; more; n++ {
		var item []byte
		item, rest, more = cutItem(rest)
		if sel.has(n) && isMissing(item) {
			return m.both
		}
	}
	return m.one
}

// patternComparison is ~ or !~ of a text with a regular expression.
type patternComparison struct {
	chosen
	a       textual
	pattern *regexp.Regexp
	dot     bool // the pattern is the text "."
	negated bool
	rules   rules
}

func (c *patternComparison) test(r *record) bool {
	if c.pass == nil {
		return c.holds(r, 0)
	}
	clear(c.pass)
	hit := false
	for i, in := range c.chosen.mask {
		if in && c.holds(r, i) {
			c.pass[i], hit = true, true
		}
	}
	return hit
}

func (c *patternComparison) holds(r *record, sample int) bool {
	a, sel, ok := c.a.text(r, sample)
	if !ok {
		if c.dot {
			return c.rules.both
		}
		return c.rules.one
	}
	rest, more := a, true
	for n := 0; more; n++ {
		var item []byte
		item, rest, more = cutItem(rest)
		if !sel.has(n) {
			continue
		}
		if c.pattern.Match(item) != c.negated {
			return true
		}
	}
	return false
}

// listComparison asks whether a text is one of those of a file.
type listComparison struct {
	chosen
	a     textual
	list  map[string]bool
	equal bool
}

func (c *listComparison) test(r *record) bool {
	if c.pass == nil {
		return c.holds(r, 0)
	}
	clear(c.pass)
	hit := false
	for i, in := range c.chosen.mask {
		if in && c.holds(r, i) {
			c.pass[i], hit = true, true
		}
	}
	return hit
}

func (c *listComparison) holds(r *record, sample int) bool {
	a, sel, ok := c.a.text(r, sample)
	if !ok {
		return !c.equal
	}
	rest, more := a, true
	for n := 0; more; n++ {
		var item []byte
		item, rest, more = cutItem(rest)
		if sel.has(n) && c.list[string(item)] == c.equal {
			return true
		}
	}
	return false
}

// idComparison compares the ID column whole.
type idComparison struct {
	chosen
	equal   bool
	id      []byte
	list    map[string]bool
	pattern *regexp.Regexp
}

func (c *idComparison) test(r *record) bool {
	id := r.column(vcf.ID)
	switch {
	case c.list != nil:
		return c.list[string(id)] == c.equal
	case c.pattern != nil:
		return c.pattern.Match(id) == c.equal
	}
	return bytes.Equal(id, c.id) == c.equal
}
