package expr

import (
	"strings"

	"varpanel/hts/fault"
)

type tokenKind uint8

const (
	endToken tokenKind = iota
	nameToken
	numberToken
	stringToken
	fileToken
	operatorToken // also brackets and the comma
)

type token struct {
	kind tokenKind
	text string // without quotes and without @
	at   int    // byte offset in the expression
}

// maxText bounds an expression, and with it the depth of its brackets.
const maxText = 1 << 16

// operators, longer ones first.
var operators = []string{
	"&&", "||", "==", "!=", "<=", ">=", "!~", "&", "|", "=", "<", ">", "~", "+", "-", "*", "/", "%", "(", ")", ",",
}

// tokens cuts an expression.
func tokens(text string) ([]token, error) {
	if len(text) > maxText {
		return nil, fault.Usagef("expression: longer than %d bytes", maxText)
	}
	var out []token
	operand := true // where an operand may stand, a % begins a name
	for at := 0; ; {
		for at < len(text) && strings.IndexByte(" \t\r\n", text[at]) >= 0 {
			at++
		}
		if at == len(text) {
			return append(out, token{endToken, "", at}), nil
		}
		t, n, err := nextToken(text, at, operand)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
		at += n
		operand = t.kind == operatorToken && t.text != ")"
	}
}

func nextToken(text string, at int, operand bool) (token, int, error) {
	rest := text[at:]
	switch c := rest[0]; {
	case c == '"' || c == '\'':
		end := strings.IndexByte(rest[1:], c)
		if end < 0 {
			return token{}, 0, wrongAt(text, at, "a quote that is not closed")
		}
		return token{stringToken, rest[1 : 1+end], at}, end + 2, nil
	case c == '@':
		n := strings.IndexAny(rest, " \t\r\n=!)")
		if n < 0 {
			n = len(rest)
		}
		return token{fileToken, rest[1:n], at}, n, nil
	case c >= '0' && c <= '9' || c == '.':
		if n := numberLength(rest); n > 0 && (n == len(rest) || !isNameByte(rest[n])) {
			return token{numberToken, rest[:n], at}, n, nil
		}
	}
	if operand && rest[0] == '%' {
		n := nameLength(rest[1:])
		return token{nameToken, rest[1 : 1+n], at}, n + 1, nil
	}
	n := nameLength(rest)
	if n > 0 {
		return token{nameToken, rest[:n], at}, n, nil
	}
	for _, op := range operators {
		if strings.HasPrefix(rest, op) {
			return token{operatorToken, op, at}, len(op), nil
		}
	}
	return token{}, 0, wrongAt(text, at, "no operator begins with "+rest[:1])
}

// numberLength is the length of the decimal number that s begins with.
func numberLength(s string) int {
	digits := func(at int) int {
		n := at
		for n < len(s) && s[n] >= '0' && s[n] <= '9' {
			n++
		}
		return n
	}
	n := digits(0)
	count := n
	if n < len(s) && s[n] == '.' {
		end := digits(n + 1)
		count += end - n - 1
		n = end
	}
	if count == 0 {
		return 0
	}
	if n < len(s) && s[n]|0x20 == 'e' {
		sign := n + 1
		if sign < len(s) && (s[sign] == '+' || s[sign] == '-') {
			sign++
		}
		if end := digits(sign); end > sign {
			n = end
		}
	}
	return n
}

func isNameByte(c byte) bool {
	return c == '_' || c == '[' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9'
}

// nameLength is the length of a tag with its path (INFO/) and its subscript.
func nameLength(s string) int {
	n := 0
	for _, path := range []string{"INFO/", "FORMAT/", "FMT/"} {
		if len(s) >= len(path) && strings.EqualFold(s[:len(path)], path) {
			n = len(path)
			break
		}
	}
	for n < len(s) {
		switch c := s[n]; {
		case c == '[':
			end := strings.IndexByte(s[n:], ']')
			if end < 0 {
				return len(s)
			}
			return n + end + 1
		case strings.IndexByte("\"' \t\r\n<>=!&|()+*-/~%,", c) >= 0:
			return n
		}
		n++
	}
	return n
}

func wrongAt(text string, at int, what string) error {
	return fault.Usagef("expression %q: at character %d: %s", short(text), at+1, what)
}

func short(s string) string {
	if len(s) > 200 {
		return s[:200] + "..."
	}
	return s
}
