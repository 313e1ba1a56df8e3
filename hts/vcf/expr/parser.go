package expr

import "strings"

type nodeKind uint8

const (
	numberNode nodeKind = iota
	stringNode
	fileNode
	nameNode
	callNode   // a function: text is its name
	binaryNode // text is the operator
)

// node is a piece of the expression as it was written.
type node struct {
	kind     nodeKind
	text     string
	at       int
	brackets bool // it stands in brackets
	args     []*node
}

type parser struct {
	text  string
	toks  []token
	depth int
}

// maxDepth bounds the nesting of brackets and signs.
const maxDepth = 200

func parse(text string) (*node, error) {
	toks, err := tokens(text)
	if err != nil {
		return nil, err
	}
	p := &parser{text: text, toks: toks}
	n, err := p.level(0)
	if err != nil {
		return nil, err
	}
	if t := p.toks[0]; t.kind != endToken {
		return nil, wrongAt(text, t.at, "expected an operator, got "+t.show())
	}
	return n, nil
}

func (t token) show() string {
	if t.kind == endToken {
		return "the end"
	}
	return t.text
}

// levels holds the operators from the weakest on. Operators of one level are
// grouped from the right, as the peer does it.
var levels = [][]string{
	{"|", "||"},
	{"&", "&&"},
	{"=", "==", "!=", "<", "<=", ">", ">=", "~", "!~"},
	{"+", "-"},
	{"*", "/", "%"},
}

const comparisonLevel = 2

func (p *parser) level(i int) (*node, error) {
	if i == len(levels) {
		return p.operand()
	}
	left, err := p.level(i + 1)
	if err != nil {
		return nil, err
	}
	op := p.toks[0]
	if !isOperator(op, levels[i]) {
		return left, nil
	}
	p.toks = p.toks[1:]
	if p.depth++; p.depth > maxDepth {
		return nil, wrongAt(p.text, op.at, "too deep")
	}
	defer func() { p.depth-- }()
	right, err := p.level(i)
	if err != nil {
		return nil, err
	}
	if err := p.chain(op, right, i); err != nil {
		return nil, err
	}
	text := op.text
	if text == "==" {
		text = "="
	}
	return &node{kind: binaryNode, text: text, at: op.at, args: []*node{left, right}}, nil
}

// chain refuses operators in a row whose grouping from the right means another
// thing than the one from the left.
func (p *parser) chain(op token, right *node, i int) error {
	if i < comparisonLevel || right.kind != binaryNode || right.brackets || !isOperator(token{operatorToken, right.text, 0}, levels[i]) {
		return nil
	}
	switch {
	case i == comparisonLevel:
		return wrongAt(p.text, op.at, "a comparison of a comparison")
	case op.text == "+", op.text == "*" && right.text != "%":
		return nil
	}
	return wrongAt(p.text, op.at, "a "+op.text+" before a "+right.text+
		": write brackets, bcftools would compute this chain from right to left")
}

func isOperator(t token, list []string) bool {
	if t.kind != operatorToken {
		return false
	}
	for _, op := range list {
		if t.text == op {
			return true
		}
	}
	return false
}

func (p *parser) operand() (*node, error) {
	t := p.toks[0]
	p.toks = p.toks[1:]
	switch {
	case t.kind == numberToken:
		return &node{kind: numberNode, text: t.text, at: t.at}, nil
	case t.kind == stringToken:
		return &node{kind: stringNode, text: t.text, at: t.at}, nil
	case t.kind == fileToken:
		return &node{kind: fileNode, text: t.text, at: t.at}, nil
	case t.kind == nameToken && p.is("("):
		return p.call(t)
	case t.kind == nameToken:
		return &node{kind: nameNode, text: t.text, at: t.at}, nil
	case t.kind == operatorToken && t.text == "(":
		return p.inBrackets(t)
	case t.kind == operatorToken && t.text == "-":
		if p.depth++; p.depth > maxDepth {
			return nil, wrongAt(p.text, t.at, "too deep")
		}
		defer func() { p.depth-- }()
		n, err := p.operand()
		if err != nil {
			return nil, err
		}
		minus := &node{kind: numberNode, text: "-1", at: t.at}
		return &node{kind: binaryNode, text: "*", at: t.at, brackets: true, args: []*node{minus, n}}, nil
	}
	return nil, wrongAt(p.text, t.at, "expected a field or a value, got "+t.show())
}

func (p *parser) is(op string) bool { return p.toks[0].kind == operatorToken && p.toks[0].text == op }

func (p *parser) inBrackets(t token) (*node, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, wrongAt(p.text, t.at, "too deep")
	}
	defer func() { p.depth-- }()
	n, err := p.level(0)
	if err != nil {
		return nil, err
	}
	if !p.is(")") {
		return nil, wrongAt(p.text, t.at, "a bracket that is not closed")
	}
	p.toks = p.toks[1:]
	n.brackets = true
	return n, nil
}

func (p *parser) call(name token) (*node, error) {
	n := &node{kind: callNode, text: strings.ToUpper(name.text), at: name.at}
	if p.depth++; p.depth > maxDepth {
		return nil, wrongAt(p.text, name.at, "too deep")
	}
	defer func() { p.depth-- }()
	p.toks = p.toks[1:]
	for {
		arg, err := p.level(0)
		if err != nil {
			return nil, err
		}
		n.args = append(n.args, arg)
		switch {
		case p.is(","):
			p.toks = p.toks[1:]
		case p.is(")"):
			p.toks = p.toks[1:]
			return n, nil
		default:
			return nil, wrongAt(p.text, name.at, "a bracket that is not closed")
		}
	}
}
