package expr

import (
	"math"
	"slices"
	"strings"

	"varpanel/hts/vcf"
)

// operand compiles one side of an operator.
func (c *compiler) operand(n *node) (operand, error) {
	switch n.kind {
	case numberNode:
		f, ok := parseFloat(n.text)
		if !ok {
			return operand{}, c.wrong(n, n.text+" is no number")
		}
		return operand{node: n, number: &constant{v: [1]float64{f}}}, nil
	case stringNode:
		return operand{node: n, text: &literal{b: []byte(n.text)}}, nil
	case callNode:
		return c.call(n)
	case nameNode:
		return c.name(n)
	case fileNode:
		return operand{}, c.wrong(n, "a file's list stands on one side of = or != alone")
	}
	if !isOperator(token{operatorToken, n.text, 0}, slices.Concat(levels[comparisonLevel+1], levels[comparisonLevel+2])) {
		return operand{}, c.wrong(n, "a condition stands where a value should")
	}
	a, err := c.numericOperand(n.args[0])
	if err != nil {
		return operand{}, err
	}
	b, err := c.numericOperand(n.args[1])
	if err != nil {
		return operand{}, err
	}
	return operand{node: n, number: newArithmetic(n.text, a, b)}, nil
}

func (c *compiler) numericOperand(n *node) (numeric, error) {
	a, err := c.operand(n)
	if err == nil && a.number == nil {
		err = c.wrong(n, "is no number")
	}
	return a.number, err
}

// name compiles a column or a tag.
func (c *compiler) name(n *node) (operand, error) {
	tag, index, indexed := strings.Cut(strings.TrimSuffix(n.text, "]"), "[")
	upper := strings.ToUpper(tag)
	if path, rest, ok := strings.Cut(tag, "/"); ok {
		switch strings.ToUpper(path) {
		case "INFO":
			return c.info(n, rest, index, indexed)
		case "FORMAT", "FMT":
			return c.format(n, rest, index, indexed)
		}
	}
	if o, ok, err := c.column(n, upper, index, indexed); ok || err != nil {
		return o, err
	}
	_, isInfo := c.header.Info(tag)
	_, isFormat := c.header.FormatField(tag)
	switch {
	case isInfo && isFormat:
		return operand{}, c.wrong(n, "both INFO/"+tag+" and FORMAT/"+tag+" are in the header: write which")
	case isFormat:
		return c.format(n, tag, index, indexed)
	}
	return c.info(n, tag, index, indexed)
}

// column compiles a name that is no tag.
func (c *compiler) column(n *node, name, index string, indexed bool) (o operand, ok bool, err error) {
	o = operand{node: n}
	switch name {
	case filterColumn, idColumn, typeColumn:
		o.column = name
	case "CHROM":
		o.text = &columnText{column: vcf.Chrom, sel: everything}
	case "REF":
		o.text = &columnText{column: vcf.Ref, sel: everything}
	case "ALT":
		sel := everything
		if indexed {
			if sel, ok = parseSelector(index); !ok || sel.byGT {
				return o, false, c.wrong(n, index+" is no list of values")
			}
		}
		o.text, o.list = &columnText{column: vcf.Alt, sel: sel}, sel.one < 0
		return o, true, nil
	case "QUAL":
		o.number = &qual{}
	case "POS":
		o.number = &pos{}
	case "N_ALT":
		o.number = &altCount{}
	case "N_SAMPLES":
		o.number = &constant{v: [1]float64{float64(len(c.header.Samples))}}
	case "N_MISSING", "F_MISSING":
		o.number = &missingCalls{key: formatKey{key: "GT"}, fraction: name[0] == 'F'}
	default:
		return o, false, nil
	}
	if indexed {
		return o, false, c.wrong(n, name+" has no list of values")
	}
	return o, true, nil
}

// info compiles an INFO tag, or what is counted where the header lacks it.
func (c *compiler) info(n *node, tag, index string, indexed bool) (operand, error) {
	sel := everything
	if indexed {
		var ok bool
		if sel, ok = parseSelector(index); !ok || sel.byGT {
			return operand{}, c.wrong(n, "INFO/"+tag+": "+index+" is no list of values")
		}
	}
	f, ok := c.header.Info(tag)
	if !ok {
		return c.counted(n, tag, sel)
	}
	single := f.Number == vcf.Count{Kind: 'N', N: 1}
	if single && !indexed {
		sel = selector{one: 0, open: -1}
	}
	o := operand{node: n}
	switch f.Type {
	case "Flag":
		o.number = &infoFlag{key: []byte(tag)}
	case "Integer", "Float":
		o.number = &infoNumber{key: []byte(tag), integer: f.Type == "Integer", single: single, sel: sel}
	default:
		if single && !indexed { // text of one value may have commas
			sel = everything
		}
		o.text, o.list = &infoText{key: []byte(tag), sel: sel}, !single && sel.one < 0
	}
	return o, nil
}

// counted compiles a value that is counted where the header has no such tag.
func (c *compiler) counted(n *node, tag string, sel selector) (operand, error) {
	upper := strings.ToUpper(tag)
	switch upper {
	case "AC", "AN", "AF", "MAC", "MAF":
		_, ac := c.header.Info("AC")
		_, an := c.header.Info("AN")
		return operand{node: n, number: &alleleCounter{
			what: upper, sel: sel, gt: formatKey{key: "GT"}, fromInfo: ac && an,
		}}, nil
	case "ILEN":
		if sel.one >= 0 || sel.open != 0 {
			return operand{}, c.wrong(n, "ILEN has no index")
		}
		return operand{node: n, number: &indelLength{}}, nil
	}
	return operand{}, unknown("field", tag, c.known(), columnNames...)
}

// columnNames are the names that are no tag.
var columnNames = []string{
	"CHROM", "POS", idColumn, "REF", "ALT", "QUAL", filterColumn, typeColumn, "N_ALT", "N_SAMPLES", "N_MISSING", "F_MISSING",
}

// known lists the tags of the header.
func (c *compiler) known() []string {
	var names []string
	for _, f := range c.header.Infos {
		names = append(names, "INFO/"+f.ID)
	}
	for _, f := range c.header.Formats {
		names = append(names, "FORMAT/"+f.ID)
	}
	return names
}

// format compiles a FORMAT tag.
func (c *compiler) format(n *node, tag, index string, indexed bool) (operand, error) {
	f, ok := c.header.FormatField(tag)
	if !ok {
		return operand{}, unknown("field", "FORMAT/"+tag, c.known())
	}
	single := f.Number == vcf.Count{Kind: 'N', N: 1}
	sub := subscript{values: everything, samples: make([]bool, len(c.header.Samples))}
	for i := range sub.samples {
		sub.samples[i] = true
	}
	if indexed {
		var err error
		if sub, err = c.formatSubscript(tag, index); err != nil {
			return operand{}, err
		}
	}
	o := operand{node: n}
	if tag == "GT" {
		o.gt = &formatText{key: formatKey{key: tag}, sel: everything, in: sub.samples}
		o.text = o.gt
		return o, nil
	}
	switch f.Type {
	case "Integer", "Float":
		if single && !indexed {
			sub.values = selector{one: 0, open: -1}
		}
		if sub.values.byGT && f.Number.Kind != 'R' {
			return o, c.wrong(n, "only a tag with a value for each allele (Number=R) is chosen by GT")
		}
		o.number = &formatNumber{
			key: formatKey{key: tag}, gt: formatKey{key: "GT"}, integer: f.Type == "Integer",
			sel: sub.values, in: sub.samples,
		}
	default:
		if sub.values.byGT {
			return o, c.wrong(n, "text is not chosen by GT")
		}
		o.text = &formatText{key: formatKey{key: tag}, sel: sub.values, in: sub.samples}
	}
	return o, nil
}

// call compiles a function.
func (c *compiler) call(n *node) (operand, error) {
	o := operand{node: n}
	if n.text != "BINOM" && len(n.args) != 1 {
		return o, c.wrong(n, n.text+" takes one operand")
	}
	if stat, perSample, ok := splitStatistic(n.text); ok {
		of, err := c.numericOperand(n.args[0])
		if err != nil {
			return o, err
		}
		if perSample && of.mask() != nil {
			o.number = &sampleAggregate{of: of, stat: stat}
		} else {
			o.number = &aggregate{of: of, stat: stat}
		}
		return o, nil
	}
	var err error
	switch n.text {
	case "ABS", "PHRED":
		do := math.Abs
		if n.text == "PHRED" {
			do = phred
		}
		var of numeric
		of, err = c.numericOperand(n.args[0])
		o.number = &mapped{of: of, do: do}
	case "COUNT":
		o.number, err = c.count(n)
	case "STRLEN":
		var of operand
		if of, err = c.operand(n.args[0]); err == nil && of.text == nil {
			err = c.wrong(n, "STRLEN takes text")
		}
		o.number = &textLength{of: of.text, list: of.list}
	case "N_PASS", "F_PASS":
		o.number, err = c.passing(n, n.args[0])
	case "BINOM":
		o.number, err = c.binomial(n)
	default:
		err = c.wrong(n, "there is no function "+n.text)
	}
	return o, err
}

func (c *compiler) passing(n, of *node) (numeric, error) {
	cond, err := c.condition(of)
	if err == nil && cond.chosenSamples() == nil {
		err = c.wrong(n, n.text+" counts samples: its condition has no FORMAT field")
	}
	return &passing{of: cond, fraction: n.text == "F_PASS"}, err
}

func (c *compiler) count(n *node) (numeric, error) {
	arg := n.args[0]
	if arg.kind == binaryNode && isOperator(token{operatorToken, arg.text, 0}, slices.Concat(levels[0], levels[1], levels[comparisonLevel])) {
		return c.passing(n, arg)
	}
	of, err := c.operand(arg)
	switch {
	case err != nil:
		return nil, err
	case of.number != nil:
		return &valueCount{of: of.number}, nil
	case of.text != nil && of.text.mask() == nil:
		return &textCount{of: of.text}, nil
	}
	return nil, c.wrong(n, "COUNT takes numbers, a text of INFO or a condition on samples")
}

func (c *compiler) binomial(n *node) (numeric, error) {
	if len(n.args) > 2 {
		return nil, c.wrong(n, "BINOM takes one or two operands")
	}
	x := &binomial{gt: formatKey{key: "GT"}}
	var err error
	if x.a, err = c.numericOperand(n.args[0]); err != nil || len(n.args) == 1 {
		return x, err
	}
	if x.b, err = c.numericOperand(n.args[1]); err != nil {
		return nil, err
	}
	if (x.a.mask() == nil) != (x.b.mask() == nil) {
		err = c.wrong(n, "BINOM takes two operands of INFO or two of FORMAT")
	}
	return x, err
}
