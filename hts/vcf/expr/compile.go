package expr

import (
	"maps"
	"slices"
	"strings"

	"varpanel/hts/fault"
	"varpanel/hts/vcf"
)

// compiler turns nodes into conditions and operands.
type compiler struct {
	text    string
	header  *vcf.Header
	options Options
}

// operand is what stands on one side of an operator. One of its parts is set.
type operand struct {
	node   *node
	number numeric
	text   textual
	list   bool // text: each value counts for itself in STRLEN
	column string
	gt     *formatText // GT, which is text as well
}

// Columns that are compared in their own ways.
const (
	filterColumn = "FILTER"
	idColumn     = "ID"
	typeColumn   = "TYPE"
)

func (c *compiler) wrong(n *node, what string) error { return wrongAt(c.text, n.at, what) }

// condition compiles what must be a condition.
func (c *compiler) condition(n *node) (condition, error) {
	if n.kind != binaryNode || !isOperator(token{operatorToken, n.text, 0}, slices.Concat(levels[0], levels[1], levels[comparisonLevel])) {
		return nil, c.wrong(n, "expected a condition (as in DP>10), got a value alone")
	}
	if isOperator(token{operatorToken, n.text, 0}, levels[comparisonLevel]) {
		return c.comparison(n)
	}
	a, err := c.condition(n.args[0])
	if err != nil {
		return nil, err
	}
	b, err := c.condition(n.args[1])
	if err != nil {
		return nil, err
	}
	if n.text[0] == '&' {
		return newAnd(n.text, a, b), nil
	}
	return newOr(n.text, a, b), nil
}

func (c *compiler) comparison(n *node) (condition, error) {
	left, right := n.args[0], n.args[1]
	if left.kind == fileNode || right.kind == fileNode {
		return c.fileComparison(n)
	}
	if n.text == "~" || n.text == "!~" {
		return c.pattern(n)
	}
	a, err := c.operand(left)
	if err != nil {
		return nil, err
	}
	b, err := c.operand(right)
	if err != nil {
		return nil, err
	}
	switch {
	case a.column != "":
		return c.columnComparison(n, a, right)
	case b.column != "":
		return c.columnComparison(n, b, left)
	case a.gt != nil && right.kind == stringNode:
		return c.genotype(n, a.gt, right.text)
	case b.gt != nil && left.kind == stringNode:
		return c.genotype(n, b.gt, left.text)
	case a.number != nil && b.number != nil:
		return newComparison(n.text, a.number, b.number), nil
	case a.number != nil && right.kind == stringNode && right.text == ".":
		return newComparison(n.text, a.number, &constant{v: [1]float64{missing}}), nil
	case b.number != nil && left.kind == stringNode && left.text == ".":
		return newComparison(n.text, &constant{v: [1]float64{missing}}, b.number), nil
	case a.text != nil && b.text != nil:
		return c.texts(n, a, b)
	}
	return nil, c.wrong(n, "a number is compared with text (text stands in quotes, numbers do not)")
}

func (c *compiler) texts(n *node, a, b operand) (condition, error) {
	if n.text != "=" && n.text != "!=" {
		return nil, c.wrong(n, "text is compared with =, !=, ~ and !~")
	}
	if a.text.mask() != nil && b.text.mask() != nil {
		return nil, c.wrong(n, "texts of samples are not compared with each other")
	}
	return newTextComparison(n.text, a.text, b.text), nil
}

// columnComparison compares FILTER, ID or TYPE with text.
func (c *compiler) columnComparison(n *node, a operand, value *node) (condition, error) {
	if value.kind != stringNode {
		return nil, c.wrong(value, a.column+" is compared with text in quotes")
	}
	switch {
	case a.column == filterColumn:
		return c.filter(n, value)
	case a.column == idColumn && (n.text == "=" || n.text == "!="):
		return &idComparison{equal: n.text == "=", id: []byte(value.text)}, nil
	case a.column == idColumn && (n.text == "~" || n.text == "!~"):
		re, err := pattern(value.text)
		return &idComparison{equal: n.text == "~", pattern: re}, err
	case a.column == typeColumn:
		want, ok := typeNames[strings.ToLower(value.text)]
		if !ok {
			return nil, c.wrong(value, "TYPE is one of "+strings.Join(slices.Sorted(maps.Keys(typeNames)), ", "))
		}
		if slices.Contains([]string{"=", "!=", "~", "!~"}, n.text) {
			return &typeComparison{op: n.text, want: want}, nil
		}
	}
	return nil, c.wrong(n, a.column+" is compared with =, !=, ~ and !~")
}

func (c *compiler) filter(n, value *node) (condition, error) {
	f := &filterComparison{op: n.text}
	if !slices.Contains([]string{"=", "!=", "~", "!~"}, n.text) {
		return nil, c.wrong(n, "FILTER is compared with =, !=, ~ and !~")
	}
	if value.text == "." {
		return f, nil
	}
	for id := range strings.SplitSeq(value.text, ";") {
		if _, ok := c.header.Filter(id); !ok && id != "PASS" {
			return nil, unknown("FILTER", id, filterNames(c.header))
		}
		f.ids = append(f.ids, []byte(id))
	}
	return f, nil
}

func filterNames(h *vcf.Header) []string {
	names := []string{"PASS"}
	for _, f := range h.Filters {
		if f.ID != "PASS" {
			names = append(names, f.ID)
		}
	}
	return names
}

// genotype compares GT with a class or with text.
func (c *compiler) genotype(n *node, gt *formatText, value string) (condition, error) {
	class, ok := genotypeClasses[strings.ToLower(value)]
	if value == "aA" || value == "Aa" {
		class = classAltOther
	}
	if n.text != "=" && n.text != "!=" {
		return nil, c.wrong(n, "GT is compared with =, !=, ~ and !~")
	}
	if ok {
		g := &genotypeComparison{class: class, equal: n.text == "=", key: formatKey{key: "GT"}}
		g.chosen = chooseBoth(gt.in, nil)
		return g, nil
	}
	return newTextComparison(n.text, gt, &literal{b: []byte(value)}), nil
}

// pattern compiles ~ and !~, whose right side is a pattern, but for FILTER and
// TYPE.
func (c *compiler) pattern(n *node) (condition, error) {
	left, right := n.args[0], n.args[1]
	if right.kind != stringNode {
		return nil, c.wrong(n, n.text+" wants a pattern in quotes on its right")
	}
	a, err := c.operand(left)
	switch {
	case err != nil:
		return nil, err
	case a.column != "":
		return c.columnComparison(n, a, right)
	case a.text == nil:
		return nil, c.wrong(n, n.text+" wants text on its left")
	}
	if a.gt != nil {
		if _, class := genotypeClasses[strings.ToLower(right.text)]; class {
			return nil, c.wrong(n, "a class of GT is asked for with = and !=")
		}
	}
	re, err := pattern(right.text)
	if err != nil {
		return nil, err
	}
	return &patternComparison{
		chosen: chooseBoth(a.text.mask(), nil), a: a.text, pattern: re, dot: right.text == ".",
		negated: n.text == "!~", rules: missingRules(n.text),
	}, nil
}

// fileComparison asks whether a text is in a file's list.
func (c *compiler) fileComparison(n *node) (condition, error) {
	field, file := n.args[0], n.args[1]
	if field.kind == fileNode {
		field, file = file, field
	}
	if n.text != "=" && n.text != "!=" || file.kind != fileNode {
		return nil, c.wrong(n, "a file's list is compared with = and !=")
	}
	a, err := c.operand(field)
	if err != nil {
		return nil, err
	}
	lines, err := c.readList(file.text)
	if err != nil {
		return nil, err
	}
	list := make(map[string]bool, len(lines))
	for _, l := range lines {
		list[l] = true
	}
	switch {
	case a.column == idColumn:
		return &idComparison{equal: n.text == "=", list: list}, nil
	case a.text == nil:
		return nil, c.wrong(n, "a file's list is compared with text")
	}
	return &listComparison{chosen: chooseBoth(a.text.mask(), nil), a: a.text, list: list, equal: n.text == "="}, nil
}

// readList gives the first word of each line of a file.
func (c *compiler) readList(name string) ([]string, error) {
	if c.options.ReadList == nil {
		return nil, fault.Usagef("expression: @%s: a file cannot be read here", name)
	}
	lines, err := c.options.ReadList(name)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, l := range lines {
		if f := strings.Fields(l); len(f) > 0 {
			out = append(out, f[0])
		}
	}
	return out, nil
}

// unknown is the fault of a name that the header lacks. What may have been meant
// is sought among the others too.
func unknown(what, name string, known []string, others ...string) error {
	const most = 60
	list := slices.Clone(known)
	slices.Sort(list)
	more := ""
	if len(list) > most {
		list, more = list[:most], ", ..."
	}
	if len(list) == 0 {
		list = []string{"none"}
	}
	e := fault.Usagef("expression: %s %q is not in the header, which has: %s%s", what, short(name), strings.Join(list, ", "), more)
	if near := nearest(name, slices.Concat(known, others)); near != "" {
		return e.WithHint("did you mean %s?", near)
	}
	return e
}

// nearest gives the name that differs least, if it is near at all.
func nearest(name string, known []string) string {
	best, at := "", 3
	own := name[strings.LastIndexByte(name, '/')+1:]
	for _, k := range known {
		tag := k[strings.LastIndexByte(k, '/')+1:]
		if d := distance(strings.ToLower(own), strings.ToLower(tag), at); d < at {
			best, at = k, d
		}
	}
	return best
}

// distance counts the letters to change, add or drop, up to most.
func distance(a, b string, most int) int {
	if len(a) > 64 || len(b) > 64 || len(a)-len(b) >= most || len(b)-len(a) >= most {
		return most
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
