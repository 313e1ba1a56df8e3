package vcf

import "strings"

// meta is the body of a structured header line, <key=value,...>, in order.
type meta []pair

type pair struct {
	key, value string
	quoted     bool
}

func (m meta) get(key string) string {
	for _, p := range m {
		if p.key == key {
			return p.value
		}
	}
	return ""
}

// bare says whether the line has the key with a value that is not quoted.
func (m meta) bare(key string) bool {
	for _, p := range m {
		if p.key == key {
			return !p.quoted
		}
	}
	return false
}

func (m meta) has(key string) bool {
	for _, p := range m {
		if p.key == key {
			return true
		}
	}
	return false
}

// parseStructured reads <key=value,key="quoted",...>. It reads as much as it
// can of a broken line and says what is broken. Quoted values may hold \" and
// \\; a quote that is not escaped ends its value only before ',' or the end,
// because many files in use have such quotes.
func parseStructured(s string) (m meta, problem string) {
	body, ok := strings.CutPrefix(s, "<")
	if !ok {
		return nil, "is not written <key=value,...>"
	}
	body, ok = strings.CutSuffix(strings.TrimRight(body, " \t"), ">")
	if !ok {
		problem = "does not end with '>'"
	}
	for body != "" {
		eq := strings.IndexByte(body, '=')
		if eq < 1 {
			return m, "has a part that is no key=value"
		}
		p := pair{key: strings.TrimLeft(body[:eq], " ")}
		if p.key != body[:eq] || strings.ContainsAny(p.key, ",<>\"") {
			problem = "has a key with a character that no key has"
		}
		if m.has(p.key) {
			problem = "has a key twice"
		}
		body = body[eq+1:]
		if rest, quoted := strings.CutPrefix(body, `"`); quoted {
			var bad string
			p.value, body, bad = cutQuoted(rest)
			p.quoted = true
			if bad != "" {
				problem = bad
			}
		} else {
			p.value, body = cutPlain(body)
		}
		m = append(m, p)
	}
	return m, problem
}

// inOrder says whether the line begins with these keys.
func inOrder(m meta, keys ...string) bool {
	for i, k := range keys {
		if i >= len(m) || m[i].key != k {
			return false
		}
	}
	return true
}

// cutPlain ends at a comma, but for a list in brackets ([a, b], as META has).
func cutPlain(s string) (value, rest string) {
	if i := strings.Index(s, "],"); i >= 0 && s[0] == '[' {
		return s[:i+1], s[i+2:]
	}
	if strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") {
		return s, ""
	}
	value, rest, _ = strings.Cut(s, ",")
	return value, rest
}

func cutQuoted(s string) (value, rest, problem string) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
			b.WriteByte(s[i])
		case s[i] == '"' && i+1 == len(s):
			return b.String(), "", problem
		case s[i] == '"' && s[i+1] == ',':
			return b.String(), s[i+2:], problem
		case s[i] == '"':
			problem = "has a quote that is not escaped inside a value"
			b.WriteByte(s[i])
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String(), "", "has a value without its closing quote"
}
