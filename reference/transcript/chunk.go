package transcript

import (
	"bytes"
	"slices"
	"strings"
)

// chunk is a run of whole lines and what they say. It goes from the goroutine that
// reads to one that parses, and then, in the order of the file, to the builder.
type chunk struct {
	text   []byte
	events []event
	said   []attributes // of GTF's genes and transcripts
	parts  []segment    // of its runs; the builder keeps them
	count  int          // lines in text, comments among them
	bad    error        // what was wrong with line number count
	last   bool         // a FASTA section or the end of the file follows
	err    error        // of the reader, after text
	done   chan struct{}

	// dialect is that of the first line that shows one, whose number is first
	// (0 without such a line) and whose attributes are shown.
	dialect dialect
	first   int
	shown   []byte
}

// event is what a line, or a run of lines, tells the builder. Its bytes are the
// chunk's.
type event struct {
	kind   eventKind
	line   line // the first one
	number int  // of that line, 1-based, in the chunk

	// Of a gene or a transcript: what could be made of it without the others.
	id, parent      []byte
	gene            *Gene
	transcript      *Transcript
	said            int32 // GTF: the place in the chunk's attributes
	lowCut, highCut bool

	// Of a run: its parts, and the first coding one.
	from, to      int32
	exons, coding bool
	coded         []byte // attributes
	codedNumber   int
}

type eventKind uint8

const (
	// eventLine is a line that the builder has to look at itself.
	eventLine eventKind = iota
	eventGene
	eventTranscript
	// eventRun is exons and coding parts, one after the other, of one Parent.
	eventRun
)

// segment is an exon or a coding part.
type segment struct {
	start, end int32
	phase      int8
	coding     bool
}

// parse reads a chunk's lines.
func (c *chunk) parse(d *describer) {
	c.events, c.said, c.count, c.bad, c.last = c.events[:0], c.said[:0], 0, nil, false
	c.dialect, c.first, c.shown = unknownDialect, 0, nil
	d.parts = d.parts[:0]
	c.bad = c.lines(d)
	c.parts = slices.Clone(d.parts)
}

// lines gives what is wrong with the line that it read last.
func (c *chunk) lines(d *describer) error {
	var l line
	for text := c.text; len(text) > 0; {
		var one []byte
		if n := bytes.IndexByte(text, '\n'); n >= 0 {
			one, text = text[:n], text[n+1:]
		} else {
			one, text = text, nil
		}
		c.count++
		if n := len(one); n > 0 && one[n-1] == '\r' {
			one = one[:n-1]
		}
		switch {
		case len(one) == 0:
			continue
		case one[0] == '>' || bytes.HasPrefix(one, []byte("##FASTA")):
			c.last = true
			return nil
		case one[0] == '#':
			if err := checkVersion(one); err != nil {
				return err
			}
			continue
		}
		if err := l.parse(one); err != nil {
			return err
		}
		if l.kind == kindSkipped {
			continue
		}
		if err := c.add(d, &l); err != nil {
			return err
		}
	}
	return nil
}

// checkVersion refuses a GFF whose directive names a version that is neither 3
// nor GTF's 2.
func checkVersion(text []byte) error {
	version, ok := bytes.CutPrefix(text, []byte("##gff-version"))
	if !ok {
		return nil
	}
	switch v := string(bytes.TrimSpace(version)); {
	case v == "3", v == "2", v == "2.5", strings.HasPrefix(v, "3."):
		return nil
	default:
		return wrong("", "GFF version %q is not read, only 3 and GTF", shorten([]byte(v)))
	}
}

// add takes a feature.
func (c *chunk) add(d *describer, l *line) error {
	switch {
	case l.dialect == unknownDialect:
		c.events = append(c.events, event{kind: eventLine, line: *l, number: c.count})
		return nil
	case c.dialect == unknownDialect:
		c.dialect, c.first, c.shown = l.dialect, c.count, l.attributes
	case l.dialect != c.dialect:
		return c.dialect.refuse(l.attributes)
	}
	switch l.kind {
	case kindExon, kindCDS:
		c.addPart(d, l)
		return nil
	case kindStop:
		if l.dialect == gtf { // which keeps it out of the CDS
			c.addPart(d, l)
		}
		return nil
	case kindSelenocysteine, kindMatch:
		c.events = append(c.events, event{kind: eventLine, line: *l, number: c.count})
		return nil
	}
	return c.describe(d, l)
}

// refuse is the error of a line that is not of the dialect.
func (d dialect) refuse(attributes []byte) error {
	if d == gff3 {
		return wrong("attributes", "%q is no key=value (this may be a GTF; GFF3 is needed)", shorten(attributes))
	}
	return wrong("attributes", "%q is no key \"value\", as the lines before have", shorten(attributes))
}

// addPart puts a part to the run of its parent. Parts of several transcripts
// are runs of their own.
func (c *chunk) addPart(d *describer, l *line) {
	n := len(c.events)
	if n == 0 || !c.events[n-1].goesOn(l) {
		c.events = append(c.events, event{kind: eventRun, line: *l, number: c.count, from: int32(len(d.parts))})
		n++
	}
	e := &c.events[n-1]
	s := l.segment()
	if !s.coding {
		e.exons = true
	} else if !e.coding {
		e.coding, e.coded, e.codedNumber = true, l.attributes, c.count
	}
	d.parts = append(d.parts, s)
	e.to = int32(len(d.parts))
}

func (e *event) goesOn(l *line) bool {
	return e.kind == eventRun && bytes.Equal(e.line.parent, l.parent) && bytes.IndexByte(l.parent, ',') < 0
}

func (l *line) segment() segment {
	return segment{start: int32(l.start), end: int32(l.end), phase: l.phase, coding: l.kind != kindExon}
}

// describe makes what can be made of a gene or a transcript without the others.
func (c *chunk) describe(d *describer, l *line) error {
	e := event{line: *l, number: c.count}
	var a attributes
	known, err := d.describe(l, &e, &a)
	if err != nil || !known {
		return err
	}
	if l.dialect == gtf {
		e.said = int32(len(c.said))
		c.said = append(c.said, a)
	}
	c.events = append(c.events, e)
	return nil
}
