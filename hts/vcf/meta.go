package vcf

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"unicode"
)

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

// parseOther looks at a line that nothing here is read from.
func (h *Header) parseOther(key, value string) {
	if value == "" {
		h.problemf("##%s has no value", key)
	}
	if key == "assembly" && !isURL(value) {
		h.problemf("##assembly: %q is no URL", value)
	}
	if !strings.HasPrefix(value, "<") {
		return
	}
	m, problem := parseStructured(value)
	if problem != "" {
		h.problemf("##%s: %s", key, problem)
		return
	}
	if (key == "META" || key == "SAMPLE" || key == "PEDIGREE" && h.Version >= "4.3") && !inOrder(m, "ID") {
		h.problemf("##%s does not begin with its ID", key)
	}
	switch key {
	case "META":
		if t := m.get("Type"); t != "" && !slices.Contains([]string{"String", "Integer", "Float", "Character"}, t) {
			h.problemf("##META %s: Type %q is none", m.get("ID"), t)
		}
	case "SAMPLE":
		h.checkSample(m)
	case "PEDIGREE":
		for _, p := range m {
			if !p.quoted && !isPlainID(p.value) {
				h.problemf("##PEDIGREE: %s=%s has a character that no sample's name has", p.key, p.value)
			}
		}
	}
}

// checkSample looks at a SAMPLE line. Before VCF 4.3 it says which genomes a
// sample is a mixture of, as two lists of one length (VCFv4.2 section 1.2.8).
func (h *Header) checkSample(m meta) {
	if id := m.get("ID"); !isPlainID(id) {
		h.problemf("##SAMPLE: ID %q has a character that no ID has", id)
	}
	if h.Version >= "4.3" {
		return
	}
	genomes, mixture := m.get("Genomes"), m.get("Mixture")
	if mixture != "" && strings.Count(genomes, ";") != strings.Count(mixture, ";") {
		h.problemf("##SAMPLE %s: Genomes and Mixture are lists of different lengths", m.get("ID"))
	}
}

// isPlainID says whether a name has only letters, digits and '_', '-', '.'.
func isPlainID(s string) bool {
	for _, c := range s {
		if c >= 0x80 || c != '_' && c != '-' && c != '.' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') {
			return false
		}
	}
	return true
}

// isURL says whether an assembly line's value can be one: with a scheme, and a
// host that is an address or has a letter in it.
func isURL(s string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Scheme == "" {
		return false
	}
	if u.Scheme == "file" {
		return true
	}
	_, err = netip.ParseAddr(u.Hostname())
	return err == nil || strings.ContainsFunc(u.Hostname(), unicode.IsLetter)
}

// isStructuralType says whether an ALT line's ID, or the id of a symbolic
// allele, begins with a type that the specification has (VCFv4.3 section 1.4.5),
// or is one of the names for any other allele.
func isStructuralType(id string) bool {
	first, _, _ := strings.Cut(id, ":")
	switch first {
	case "DEL", "INS", "DUP", "INV", "CNV", "BND", "*", "NON_REF":
		return true
	}
	return false
}
