package panel

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"varpanel/hts/fault"
)

// Decode reads panel.json. name is the file's, for errors.
//
// A panel of thousands of genes is opened for each case, so the genes' lines are
// read as Encode writes them; a line that is written otherwise, and a text that is
// not laid out so, are left to encoding/json.
func Decode(text []byte, name string) (*Panel, error) {
	if p, ok := decodeLines(string(text)); ok {
		return p, nil
	}
	var p Panel
	if err := json.Unmarshal(text, &p); err != nil {
		return nil, fault.Inputf(name, jsonPlace(err), "no panel: %v", err).WithCause(err)
	}
	return &p, nil
}

// decodeLines reads a text of one gene a line; false where it is something else.
func decodeLines(text string) (*Panel, bool) {
	const start = `{"genes":[` + "\n"
	rest, ok := strings.CutPrefix(text, start)
	if !ok {
		return nil, false
	}
	genes := make([]Gene, 0, strings.Count(rest, "\n"))
	for rest != "" && rest[0] != ']' {
		line, after, found := strings.Cut(rest, "\n")
		if !found {
			return nil, false
		}
		one, more := strings.CutSuffix(line, ",")
		if more != (after != "" && after[0] != ']') {
			return nil, false
		}
		genes = append(genes, Gene{})
		g := &genes[len(genes)-1]
		l := lineReader{rest: one}
		if l.gene(g); l.failed || l.rest != "" {
			*g = Gene{}
			if json.Unmarshal([]byte(one), g) != nil {
				return nil, false
			}
		}
		rest = after
	}
	var p Panel
	if json.Unmarshal([]byte(start+rest), &p) != nil || len(p.Genes) > 0 {
		return nil, false
	}
	p.Genes = genes
	return &p, true
}

// lineReader reads a gene's line as Encode writes it. Anything else makes it fail,
// and what it gave then has no meaning.
type lineReader struct {
	rest   string
	failed bool
}

// key takes the text, which has to come next.
func (l *lineReader) key(text string) {
	if !l.has(text) {
		l.failed = true
	}
}

// has takes the text where it comes next.
func (l *lineReader) has(text string) bool {
	after, ok := strings.CutPrefix(l.rest, text)
	if ok {
		l.rest = after
	}
	return ok
}

// text takes a key and a string without escapes.
func (l *lineReader) text(key string) string {
	l.key(key)
	if !l.has(`"`) {
		l.failed = true
		return ""
	}
	n := strings.IndexByte(l.rest, '"')
	if n < 0 {
		l.failed = true
		return ""
	}
	s := l.rest[:n]
	l.rest = l.rest[n+1:]
	if !utf8.ValidString(s) {
		l.failed = true
	}
	for i := range len(s) {
		if s[i] == '\\' || s[i] < ' ' {
			l.failed = true
		}
	}
	return s
}

// list takes a key and a list of objects, each of which read takes.
func (l *lineReader) list(key string, read func()) {
	l.key(key)
	l.key("[")
	if l.has("]") {
		return
	}
	for !l.failed {
		read()
		if !l.has(",") {
			l.key("]")
			return
		}
	}
}

func (l *lineReader) gene(g *Gene) {
	g.HGNCID = l.text(`{"hgnc_id":`)
	g.Symbol = l.text(`,"symbol":`)
	g.Asked = l.text(`,"asked":`)
	if strings.HasPrefix(l.rest, `,"previous":`) {
		g.Previous = l.text(`,"previous":`)
	}
	g.JoinedBy = l.text(`,"joined_by":`)
	g.ModelID = l.text(`,"model_id":`)
	g.State = State(l.text(`,"state":`))
	g.Confidence = l.text(`,"confidence":`)
	g.MOIVerbatim = l.text(`,"mode_of_inheritance":`)
	g.MOI = MOI(l.text(`,"moi":`))
	g.ModeOfPathogenicity = l.text(`,"mode_of_pathogenicity":`)
	g.Penetrance = l.text(`,"penetrance":`)
	g.Panels = []Membership{}
	l.list(`,"panels":`, func() { g.Panels = append(g.Panels, l.membership()) })
	g.Transcripts = []Transcript{}
	l.list(`,"transcripts":`, func() { g.Transcripts = append(g.Transcripts, l.transcript()) })
	l.key("}")
}

func (l *lineReader) membership() (m Membership) {
	m.Panel = l.text(`{"panel":`)
	m.Version = l.text(`,"version":`)
	m.MOIVerbatim = l.text(`,"mode_of_inheritance":`)
	m.MOI = MOI(l.text(`,"moi":`))
	m.Confidence = l.text(`,"confidence":`)
	l.key("}")
	return m
}

func (l *lineReader) transcript() (t Transcript) {
	t.ID = l.text(`{"id":`)
	t.Accession = l.text(`,"accession":`)
	t.NamedBy = l.text(`,"named_by":`)
	t.Why = l.text(`,"why":`)
	t.Present = l.has(`,"present":true}`)
	if !t.Present {
		l.key(`,"present":false}`)
	}
	return t
}
