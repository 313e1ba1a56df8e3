package expr

import (
	"varpanel/hts/vcf"
)

// Options says what an expression may use beside the record.
type Options struct {
	// ReadList gives the lines of a file, for @file; nil refuses it.
	ReadList func(name string) ([]string, error)
}

// Filter is a compiled expression. It holds scratch space and is not safe for
// concurrent use: each worker compiles its own.
type Filter struct {
	root   condition
	record record
}

// Compile compiles an expression against a header, which must not change while
// the Filter is in use. What is wrong with the expression is a Usage fault.
func Compile(expression string, h *vcf.Header, o Options) (*Filter, error) {
	n, err := parse(expression)
	if err != nil {
		return nil, err
	}
	c := &compiler{text: expression, header: h, options: o}
	root, err := c.condition(n)
	if err != nil {
		return nil, err
	}
	return &Filter{root: root, record: record{nSamples: len(h.Samples)}}, nil
}

// Match says whether a record meets the expression. The line is without its
// end, and only the columns that the expression names are looked at. The error
// is a *vcf.ColumnError, for a value that is not of its field's form.
func (f *Filter) Match(line []byte) (bool, error) {
	f.record.reset(line)
	ok := f.root.test(&f.record)
	return ok, f.record.err
}

// SpeaksOfSamples says whether the expression has an answer for each sample.
func (f *Filter) SpeaksOfSamples() bool { return f.root.chosenSamples() != nil }
