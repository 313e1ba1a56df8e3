package join

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"varpanel/hts/fault"
)

// Operations on the values of a record's matches.
const (
	opSelf   = "self"   // the values themselves, allele by allele where there is one an allele
	opByAlt  = "by_alt" // for each ALT its values joined by "|"
	opFirst  = "first"
	opMax    = "max"
	opMin    = "min"
	opMean   = "mean"
	opSum    = "sum"
	opCount  = "count"
	opUniq   = "uniq"
	opConcat = "concat"
	opFlag   = "flag"
	opDelete = "delete" // of post-annotations: removes the fields
)

var (
	ops     = []string{opSelf, opByAlt, opFirst, opMax, opMin, opMean, opSum, opCount, opUniq, opConcat, opFlag}
	postOps = []string{opFirst, opMax, opMin, opMean, opSum, opCount, opUniq, opConcat, opFlag, opDelete}
)

func checkOp(place, op string) error {
	switch {
	case slices.Contains(ops, op):
		return nil
	case strings.HasPrefix(op, "lua:"):
		return fault.Usagef("%s: op %q: Lua is not offered", place, op)
	}
	return fault.Usagef("%s: op %q: one of %s", place, op, strings.Join(ops, ", "))
}

// numeric tells whether an operation computes with its values.
func numeric(op string) bool {
	return op == opMax || op == opMin || op == opMean || op == opSum
}

// reduce applies an operation to values, in the order of the matches; missing
// values (".") were left out before. ok is false where there is no result. A
// value that is no number under a numeric operation is an error.
func reduce(op string, values []string) (text string, ok bool, err error) {
	switch op {
	case opCount:
		return strconv.Itoa(len(values)), true, nil
	case opFlag:
		return "", len(values) > 0, nil
	}
	if len(values) == 0 {
		return "", false, nil
	}
	switch {
	case op == opFirst:
		return values[0], true, nil
	case op == opConcat || op == opSelf:
		return strings.Join(values, ","), true, nil
	case op == opUniq:
		return strings.Join(distinct(values), ","), true, nil
	}
	text, err = compute(op, values)
	return text, err == nil, err
}

// distinct keeps each value once, in the order of first appearance.
func distinct(values []string) []string {
	var out []string
	for _, v := range values {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// compute reduces numbers. Of max and min the winning value's own text is
// given, so that no digit changes; sums and means have six significant digits.
func compute(op string, values []string) (string, error) {
	best, sum := 0, 0.0
	var bestValue float64
	for i, v := range values {
		f, err := strconv.ParseFloat(v, 64)
		if err != nil || math.IsNaN(f) {
			return "", &valueError{op: op, value: v}
		}
		sum += f
		if i == 0 || op == opMax && f > bestValue || op == opMin && f < bestValue {
			best, bestValue = i, f
		}
	}
	switch op {
	case opSum:
		return number(sum), nil
	case opMean:
		return number(sum / float64(len(values))), nil
	}
	return values[best], nil
}

// number prints six significant digits without an exponent where one is not
// needed.
func number(f float64) string { return strconv.FormatFloat(f, 'g', 6, 64) }

// valueError is a value that an operation cannot compute with.
type valueError struct{ op, value string }

func (e *valueError) Error() string {
	return "op " + e.op + " needs numbers, got " + strconv.Quote(e.value)
}
