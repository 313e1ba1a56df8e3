package transcript

import (
	"bytes"
	"fmt"
	"hash/maphash"
	"strings"

	"varpanel/hts/fault"
)

// builder gathers features until all are read, because a child may come before
// its parent.
type builder struct {
	name    string
	dialect dialect
	number  int // of the line

	nodes   pages[node] // in the order in which their ids first appear
	ids     pages[string]
	table   *idTable // of ids
	last    int32    // the node that was asked for last
	runs    pages[run]
	parts   [][]segment // of chunks
	details map[int32]*detail
	matches []targeted
	own     *describer // for lines that need the others
	key     []byte
}

// pages is a list that grows without moving what it holds.
type pages[T any] struct {
	pages [][]T
	n     int32
}

const pageBits = 12

func (p *pages[T]) at(i int32) *T { return &p.pages[i>>pageBits][i&(1<<pageBits-1)] }

// add appends a value and gives its index.
func (p *pages[T]) add(v T) int32 {
	i := p.n
	if int(i>>pageBits) == len(p.pages) {
		p.pages = append(p.pages, make([]T, 1<<pageBits))
	}
	p.n++
	*p.at(i) = v
	return i
}

// node is a gene, a transcript, or an id that so far only parts have named.
type node struct {
	gene          *Gene
	t             *Transcript
	line          int   // where it was first named
	parent        int32 // -1 without
	run           int32 // the last one, -1 without
	exons, coding bool  // it has such parts
	protein       string
}

// run is parts of a transcript that stand one after the other in a chunk.
type run struct {
	chunk    int32 // in the builder's parts
	from, to int32
	before   int32 // the run before it of the same node, -1 without
}

// detail is what few transcripts have.
type detail struct {
	exceptions []Exception
	table      int
	// lowPartial and highPartial say that a feature goes on before its start or
	// after its end.
	lowPartial, highPartial bool
}

func newBuilder(name string, d dialect) *builder {
	return &builder{
		name: name, dialect: d, table: newIDTable(1 << 10), last: -1, details: map[int32]*detail{}, own: newDescriber(),
	}
}

func (b *builder) fault(line int, format string, args ...any) *fault.Error {
	return fault.Inputf(b.name, fmt.Sprintf("line %d", line), format, args...)
}

// node gives the node of an id, a new one where there is none.
func (b *builder) node(id []byte) int32 {
	if b.last >= 0 && *b.ids.at(b.last) == string(id) {
		return b.last
	}
	hash := uint32(maphash.Bytes(b.table.seed, id))
	i := b.table.find(hash, func(i int32) bool { return *b.ids.at(i) == string(id) })
	if i < 0 {
		i = b.ids.add(b.own.text.add(id))
		b.table.add(i, hash)
		b.nodes.add(node{parent: -1, line: b.number, run: -1})
	}
	b.last = i
	return i
}

func (b *builder) detail(i int32) *detail {
	d := b.details[i]
	if d == nil {
		d = &detail{}
		b.details[i] = d
	}
	return d
}

// event takes what a chunk says, whose parts are in b.parts at chunk.
func (b *builder) event(c *chunk, e *event, chunk int32) error {
	switch {
	case e.kind == eventLine:
		return b.line(&e.line)
	case e.kind == eventRun:
		return b.addRun(e, chunk)
	case b.dialect == gtf:
		return b.addGTF(e, &c.said[e.said])
	case e.kind == eventGene:
		return b.addGene(e)
	}
	return b.addTranscript(e)
}

// line takes a line that no chunk could take: one that shows no dialect, or one
// that is rare.
func (b *builder) line(l *line) error {
	switch l.kind {
	case kindStop:
		if b.dialect != gtf {
			return nil
		}
		fallthrough
	case kindExon, kindCDS:
		b.parts = append(b.parts, []segment{l.segment()})
		e := event{line: *l, to: 1, exons: l.kind == kindExon, coding: l.kind != kindExon, coded: l.attributes, codedNumber: b.number, number: b.number}
		return b.addRun(&e, int32(len(b.parts)-1))
	case kindSelenocysteine:
		for parent := range bytes.SplitSeq(l.parent, []byte{','}) {
			d := b.detail(b.node(parent))
			d.exceptions = append(d.exceptions, Exception{l.start, l.end, 'U'})
		}
		return nil
	case kindMatch:
		return b.addMatch(l)
	}
	if b.dialect != gtf {
		return nil // without an ID
	}
	known := *l
	known.dialect = gtf
	var e event
	var a attributes
	ok, err := b.own.describe(&known, &e, &a)
	if err != nil || !ok {
		return err
	}
	e.line = known
	return b.addGTF(&e, &a)
}

func (b *builder) addGene(e *event) error {
	i := b.node(e.id)
	if b.nodes.at(i).gene != nil {
		return b.fault(b.number, "a second gene with ID=%s", e.id)
	}
	b.nodes.at(i).gene = e.gene
	return nil
}

func (b *builder) addTranscript(e *event) error {
	i := b.node(e.id)
	if b.nodes.at(i).t != nil {
		return b.fault(b.number, "a second transcript with ID=%s", e.id)
	}
	if e.line.strand != '+' && e.line.strand != '-' {
		return b.fault(b.number, "transcript %s has no strand", e.id)
	}
	b.isTranscript(i, e)
	parent := b.node(e.parent)
	b.nodes.at(i).parent = parent
	b.last = i // whose parts come next
	return nil
}

// isTranscript gives a node its transcript.
func (b *builder) isTranscript(i int32, e *event) {
	if e.lowCut || e.highCut {
		d := b.detail(i)
		d.lowPartial, d.highPartial = d.lowPartial || e.lowCut, d.highPartial || e.highCut
	}
	n := b.nodes.at(i)
	n.t, n.line = e.transcript, b.number
}

// addRun takes exons, coding parts, and a GTF's stop codons, which lie in b.parts
// at chunk.
func (b *builder) addRun(e *event, chunk int32) error {
	first := b.number
	for parents := e.line.parent; ; {
		parent, rest, more := bytes.Cut(parents, []byte{','})
		b.number = first
		i := b.node(parent)
		n := b.nodes.at(i)
		codes := e.coding && !n.coding
		if codes && e.codedNumber == e.number {
			if err := b.addCoding(i, e.coded); err != nil {
				return err
			}
		}
		if b.dialect == gtf && n.t == nil {
			if err := b.impliedGTF(i, &e.line); err != nil {
				return err
			}
		}
		if codes && e.codedNumber != e.number {
			b.number = first + e.codedNumber - e.number
			if err := b.addCoding(i, e.coded); err != nil {
				return err
			}
		}
		n.exons, n.coding = n.exons || e.exons, n.coding || e.coding
		n.run = b.runs.add(run{chunk: chunk, from: e.from, to: e.to, before: n.run})
		if !more {
			return nil
		}
		parents = rest
	}
}

// addCoding takes what the first coding part of a transcript says of the
// protein.
func (b *builder) addCoding(i int32, attributes []byte) error {
	if id := b.dialect.find(attributes, "protein_id"); len(id) > 0 {
		b.nodes.at(i).protein = b.own.text.add(id)
	}
	if !bytes.Contains(attributes, []byte("_range")) && !bytes.Contains(attributes, []byte("transl_")) {
		return nil
	}
	d := b.detail(i)
	d.lowPartial = d.lowPartial || bytes.HasPrefix(b.dialect.find(attributes, "start_range"), []byte(".,"))
	d.highPartial = d.highPartial || bytes.HasSuffix(b.dialect.find(attributes, "end_range"), []byte(",."))
	if table := b.dialect.find(attributes, "transl_table"); len(table) > 0 {
		switch n, ok := position(table); {
		case !ok || n != 1 && n != 2:
			return wrong("attributes", "transl_table=%s: the genetic codes 1 and 2 are known", shorten(table))
		default:
			d.table = n
		}
	}
	var err error
	d.exceptions, err = appendExceptions(d.exceptions, string(unescape(b.dialect.find(attributes, "transl_except"))))
	return err
}

// threeLetter holds the amino acids that transl_except names.
var threeLetter = map[string]byte{
	"Ala": 'A', "Cys": 'C', "Asp": 'D', "Glu": 'E', "Phe": 'F', "Gly": 'G', "His": 'H', "Ile": 'I', "Lys": 'K',
	"Leu": 'L', "Met": 'M', "Asn": 'N', "Pro": 'P', "Gln": 'Q', "Arg": 'R', "Ser": 'S', "Thr": 'T', "Val": 'V',
	"Trp": 'W', "Tyr": 'Y', "Sec": 'U', "Pyl": 'O', "TERM": Stop, "Term": Stop, "OTHER": Unknown, "Other": Unknown,
}

// appendExceptions reads (pos:complement(12..14),aa:Sec),(pos:20..22,aa:Sec), the
// qualifier of the International Nucleotide Sequence Database's feature table.
func appendExceptions(dst []Exception, text string) ([]Exception, error) {
	for rest := text; ; {
		_, after, ok := strings.Cut(rest, "pos:")
		if !ok {
			return dst, nil
		}
		where, after, ok := strings.Cut(after, ",aa:")
		if !ok {
			return dst, wrong("attributes", "transl_except=%s has a place without an amino acid", shorten([]byte(text)))
		}
		n := strings.IndexAny(after, "),")
		if n < 0 {
			n = len(after)
		}
		aa, ok := threeLetter[after[:n]]
		if !ok {
			return dst, wrong("attributes", "transl_except=%s has no amino acid that is known", shorten([]byte(text)))
		}
		rest = after[n:]
		e := Exception{AminoAcid: aa}
		for _, number := range strings.FieldsFunc(where, func(r rune) bool { return r < '0' || r > '9' }) {
			p, ok := position([]byte(number))
			if !ok || p == 0 {
				return dst, wrong("attributes", "transl_except=%s has no place", shorten([]byte(text)))
			}
			if e.End == 0 {
				e.Start, e.End = p-1, p
			}
			e.Start, e.End = min(e.Start, p-1), max(e.End, p)
		}
		if e.End == 0 {
			return dst, wrong("attributes", "transl_except=%s has no place", shorten([]byte(text)))
		}
		dst = append(dst, e)
	}
}

// strandOf takes what is not '-' for '+'.
func strandOf(b byte) Strand {
	if b == '-' {
		return Minus
	}
	return Plus
}
