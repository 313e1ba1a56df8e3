package expr

import (
	"strconv"
	"strings"

	"varpanel/hts/fault"
)

// selector says which values of a list are chosen.
type selector struct {
	one  int    // this one alone; -1: a list
	set  []bool // these
	open int    // and from here on; -1: no more
	byGT bool   // those that the genotype names
}

var everything = selector{one: -1, open: 0}

func (s *selector) has(i int) bool {
	switch {
	case s.one >= 0:
		return i == s.one
	case s.open >= 0 && i >= s.open:
		return true
	}
	return i < len(s.set) && s.set[i]
}

// count is how many values a closed list chooses; 0 for an open one.
func (s *selector) count() int {
	if s.open >= 0 {
		return 0
	}
	n := 0
	for _, in := range s.set {
		if in {
			n++
		}
	}
	return n
}

// any says whether the selector chooses something of the list.
func (s *selector) any(list []byte) bool {
	if s.one < 0 && s.open == 0 || s.one == 0 {
		return true
	}
	rest, more := list, true
	for n := 0; more; n++ {
		_, rest, more = cutItem(rest)
		if s.has(n) {
			return true
		}
	}
	return false
}

// maxIndex bounds a subscript.
const maxIndex = 1 << 16

// parseSelector reads "", "*", "GT", "2", "0,2-4" and "1-".
func parseSelector(s string) (selector, bool) {
	switch s {
	case "", "*":
		return everything, true
	case "GT":
		return selector{one: -1, open: 0, byGT: true}, true
	}
	if n, ok := parseIndex(s); ok {
		return selector{one: n, open: -1}, true
	}
	out := selector{one: -1, open: -1}
	for part := range strings.SplitSeq(s, ",") {
		from, to, span := strings.Cut(part, "-")
		a, ok := parseIndex(from)
		if !ok {
			return out, false
		}
		b := a
		if span && to == "" {
			if out.open < 0 || a < out.open {
				out.open = a
			}
			continue
		}
		if span {
			if b, ok = parseIndex(to); !ok || b < a {
				return out, false
			}
		}
		for len(out.set) <= b {
			out.set = append(out.set, false)
		}
		for i := a; i <= b; i++ {
			out.set[i] = true
		}
	}
	return out, true
}

func parseIndex(s string) (int, bool) {
	n, err := strconv.ParseUint(s, 10, 32)
	return int(n), err == nil && n < maxIndex
}

// subscript is what stands in the brackets of a FORMAT tag.
type subscript struct {
	samples []bool
	values  selector
}

// formatSubscript reads TAG[samples:values] and TAG[samples].
func (c *compiler) formatSubscript(tag, s string) (subscript, error) {
	out := subscript{values: everything}
	samples, values, both := s, "", false
	if i := strings.LastIndexByte(s, ':'); i >= 0 && (s[0] != '@' || isSelector(s[i+1:])) {
		samples, values, both = s[:i], s[i+1:], true
	}
	if both {
		var ok bool
		if out.values, ok = parseSelector(values); !ok {
			return out, fault.Usagef("expression: %s[%s]: %q is no list of values", tag, s, values)
		}
	}
	if samples == "GT" && !both { // TAG[GT]: the values that each genotype names
		out.values.byGT = true
		samples = "*"
	}
	if name, file := strings.CutPrefix(samples, "@"); file {
		return out, c.samplesOfFile(&out, name)
	}
	sel, ok := parseSelector(samples)
	if !ok || sel.byGT {
		return out, fault.Usagef("expression: %s[%s]: %q is no list of samples", tag, s, samples)
	}
	n := len(c.header.Samples)
	if sel.one >= n || len(sel.set) > n || sel.open > n {
		return out, fault.Usagef("expression: %s[%s]: the file has %d samples, counted from 0", tag, s, n)
	}
	out.samples = make([]bool, n)
	for i := range out.samples {
		out.samples[i] = sel.has(i)
	}
	return out, nil
}

func isSelector(s string) bool {
	_, ok := parseSelector(s)
	return ok
}

func (c *compiler) samplesOfFile(out *subscript, name string) error {
	names, err := c.readList(name)
	if err != nil {
		return err
	}
	out.samples = make([]bool, len(c.header.Samples))
	for _, s := range names {
		i := c.header.SampleIndex(s)
		if i < 0 {
			return fault.Usagef("expression: @%s names a sample that the file lacks", name)
		}
		out.samples[i] = true
	}
	return nil
}
