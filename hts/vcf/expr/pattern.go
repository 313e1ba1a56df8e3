package expr

import (
	"regexp"
	"strings"

	"varpanel/hts/fault"
)

// pattern compiles a POSIX basic regular expression (IEEE 1003.1, 9.3) with the
// usual \| \+ \?; /i at its end means either case.
func pattern(s string) (*regexp.Regexp, error) {
	flags := "(?s)"
	if n := len(s); n > 2 && strings.HasSuffix(s, "/i") && s[n-3] != '\\' {
		s, flags = s[:n-2], "(?si)"
	}
	translated, problem := translateBasic(s)
	if problem == "" {
		re, err := regexp.Compile(flags + translated)
		if err == nil {
			return re, nil
		}
		problem = "is no basic regular expression"
	}
	return nil, fault.Usagef("expression: the pattern %q %s", short(s), problem)
}

// translateBasic writes a basic regular expression in Go's syntax.
func translateBasic(s string) (out, problem string) {
	var b strings.Builder
	start := true // where a * is a star and a ^ an anchor
	for i := 0; i < len(s); i++ {
		c := s[i]
		begins := false
		switch {
		case c == '\\' && i+1 == len(s):
			return "", "ends with a backslash"
		case c == '\\':
			i++
			switch d := s[i]; d {
			case '(':
				b.WriteString("(?:")
				begins = true
			case '|':
				b.WriteByte('|')
				begins = true
			case ')', '{', '}', '+', '?':
				b.WriteByte(d)
			case 'w', 'W', 's', 'S', 'b', 'B':
				b.WriteString(`\` + string(d))
			case '1', '2', '3', '4', '5', '6', '7', '8', '9':
				return "", "has a back reference, which is not supported"
			default:
				b.WriteString(regexp.QuoteMeta(s[i : i+1]))
			}
		case c == '[':
			end := bracketEnd(s[i:])
			if end < 0 {
				return "", "has a [ without its ]"
			}
			b.WriteString(strings.ReplaceAll(s[i:i+end], `\`, `\\`))
			i += end - 1
		case c == '*' && !start, c == '.':
			b.WriteByte(c)
		case c == '^' && start:
			b.WriteByte('^')
			begins = true
		case c == '$' && (i+1 == len(s) || strings.HasPrefix(s[i+1:], `\)`) || strings.HasPrefix(s[i+1:], `\|`)):
			b.WriteByte('$')
		default:
			b.WriteString(regexp.QuoteMeta(s[i : i+1]))
		}
		start = begins
	}
	return b.String(), ""
}

// bracketEnd is the length of the bracket expression that s begins with.
func bracketEnd(s string) int {
	i := 1
	if i < len(s) && s[i] == '^' {
		i++
	}
	if i < len(s) && s[i] == ']' {
		i++
	}
	for i < len(s) {
		switch {
		case s[i] == ']':
			return i + 1
		case s[i] == '[' && i+1 < len(s) && s[i+1] == ':':
			end := strings.Index(s[i:], ":]")
			if end < 0 {
				return -1
			}
			i += end + 1
		}
		i++
	}
	return -1
}
