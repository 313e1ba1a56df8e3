package expr

// condition is a node that a record meets or not.
type condition interface {
	// test gives the site's answer. The samples' answers are in passed until
	// the next test.
	test(r *record) bool
	// chosenSamples says of which samples the condition speaks, and passed
	// which of them met it; both are nil where it speaks of the site alone.
	chosenSamples() []bool
	passed() []bool
}

// chosen is the part of a condition that holds its samples.
type chosen struct{ mask, pass []bool }

func (c *chosen) chosenSamples() []bool { return c.mask }
func (c *chosen) passed() []bool        { return c.pass }

// chooseBoth joins the samples of two sides.
func chooseBoth(a, b []bool) chosen {
	if a == nil && b == nil {
		return chosen{}
	}
	n := max(len(a), len(b))
	c := chosen{mask: make([]bool, n), pass: make([]bool, n)}
	both := a != nil && b != nil
	for i := range n {
		switch {
		case both:
			c.mask[i] = a[i] && b[i]
		case a != nil:
			c.mask[i] = a[i]
		default:
			c.mask[i] = b[i]
		}
	}
	return c
}

// chooseEither joins the samples of two conditions: a condition on one sample
// may stand beside one on another.
func chooseEither(a, b []bool) chosen {
	c := chooseBoth(a, b)
	if a != nil && b != nil {
		for i := range c.mask {
			c.mask[i] = a[i] || b[i]
		}
	}
	return c
}

// and is & (within a sample) and && (in any samples).
type and struct {
	chosen
	a, b   condition
	within bool
}

func newAnd(op string, a, b condition) *and {
	return &and{chosen: chooseEither(a.chosenSamples(), b.chosenSamples()), a: a, b: b, within: op == "&"}
}

func (n *and) test(r *record) bool {
	clear(n.pass)
	if !n.a.test(r) || !n.b.test(r) {
		return false
	}
	a, b := n.a.passed(), n.b.passed()
	switch {
	case n.pass == nil:
		return true
	case a == nil:
		copy(n.pass, b)
		return true
	case b == nil:
		copy(n.pass, a)
		return true
	}
	hit := !n.within
	for i, in := range n.mask {
		if !in {
			continue
		}
		if n.within {
			n.pass[i] = a[i] && b[i]
			hit = hit || n.pass[i]
		} else {
			n.pass[i] = a[i] || b[i]
		}
	}
	return hit
}

// or is | (the samples that meet one side) and || (all samples of a site that
// does).
type or struct {
	chosen
	a, b   condition
	within bool
}

func newOr(op string, a, b condition) *or {
	return &or{chosen: chooseEither(a.chosenSamples(), b.chosenSamples()), a: a, b: b, within: op == "|"}
}

func (n *or) test(r *record) bool {
	if n.pass == nil {
		return n.a.test(r) || n.b.test(r)
	}
	clear(n.pass)
	aHit, bHit := n.a.test(r), n.b.test(r)
	if !aHit && !bHit {
		return false
	}
	a, b := n.a.passed(), n.b.passed()
	for i, in := range n.mask {
		switch {
		case !in:
		case a == nil:
			n.pass[i] = b[i] || !n.within && aHit
		case b == nil:
			n.pass[i] = a[i] || !n.within && bHit
		default:
			n.pass[i] = a[i] || b[i] || !n.within
		}
	}
	return true
}
