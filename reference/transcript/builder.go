package transcript

import (
	"bytes"
	"fmt"
	"strings"

	"varpanel/hts/fault"
)

// builder gathers features until all are read, because a child may come before
// its parent.
type builder struct {
	name    string
	dialect dialect
	number  int // of the line

	nodes    pages[node] // in the order in which their ids first appear
	byID     map[string]int32
	last     int32 // the node that was asked for last
	segments pages[segment]
	details  map[int32]*detail
	matches  []targeted
	words    map[string]string // strings that repeat
	key      []byte

	exonCount  int
	exons, cds []segment // scratch
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
	id      string
	gene    *Gene
	t       *Transcript
	parent  int32 // -1 without
	line    int   // where it was first named
	exons   int32 // the last one in segments, -1 without
	cds     int32
	protein string
}

// segment is an exon or a coding part, and the one before it of the same node.
type segment struct {
	start, end int32
	next       int32
	phase      int8
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
		name: name, dialect: d, byID: make(map[string]int32, 1<<12), last: -1,
		details: map[int32]*detail{}, words: map[string]string{},
	}
}

func (b *builder) fault(line int, format string, args ...any) *fault.Error {
	return fault.Inputf(b.name, fmt.Sprintf("line %d", line), format, args...)
}

// word gives the string of bytes; equal ones share one.
func (b *builder) word(text []byte) string {
	if s, ok := b.words[string(text)]; ok {
		return s
	}
	s := string(text)
	b.words[s] = s
	return s
}

// node gives the node of an id, a new one where there is none.
func (b *builder) node(id []byte) int32 {
	if b.last >= 0 && b.nodes.at(b.last).id == string(id) {
		return b.last
	}
	i, ok := b.byID[string(id)]
	if !ok {
		s := string(id)
		i = b.nodes.add(node{id: s, parent: -1, line: b.number, exons: -1, cds: -1})
		b.byID[s] = i
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

// feature takes one feature.
func (b *builder) feature(l *line) error {
	if b.dialect == unknownDialect {
		b.dialect = l.dialect
	}
	if l.dialect != b.dialect && l.dialect != unknownDialect {
		if b.dialect == gff3 {
			return wrong("attributes", "%q is no key=value (this may be a GTF; GFF3 is needed)", shorten(l.attributes))
		}
		return wrong("attributes", "%q is no key \"value\", as the lines before have", shorten(l.attributes))
	}
	switch l.kind {
	case kindExon, kindCDS:
		return b.addPart(l)
	case kindStop:
		if b.dialect == gtf { // which keeps it out of the CDS
			return b.addPart(l)
		}
		return nil
	case kindSelenocysteine:
		for parent := range bytes.SplitSeq(l.parent, []byte{','}) {
			d := b.detail(b.node(parent))
			d.exceptions = append(d.exceptions, Exception{l.start, l.end, 'U'})
		}
		return nil
	case kindMatch:
		return b.addMatch(l)
	}
	if b.dialect == gtf {
		return b.addGTF(l)
	}
	return b.addGFF3(l)
}

// addPart takes an exon, a coding part, or a GTF's stop codon.
func (b *builder) addPart(l *line) error {
	for parents := l.parent; ; {
		parent, rest, more := bytes.Cut(parents, []byte{','})
		i := b.node(parent)
		n := b.nodes.at(i)
		s := segment{start: int32(l.start), end: int32(l.end), phase: l.phase}
		last := &n.exons
		if l.kind == kindExon {
			b.exonCount++
		} else {
			last = &n.cds
			if n.cds < 0 {
				if err := b.addCoding(i, l); err != nil {
					return err
				}
			}
		}
		s.next = *last
		*last = b.segments.add(s)
		if b.dialect == gtf && n.t == nil {
			if err := b.impliedGTF(i, l); err != nil {
				return err
			}
		}
		if !more {
			return nil
		}
		parents = rest
	}
}

// addCoding takes what the first coding part of a transcript says of the
// protein.
func (b *builder) addCoding(i int32, l *line) error {
	if id := b.dialect.find(l.attributes, "protein_id"); len(id) > 0 {
		b.nodes.at(i).protein = string(id)
	}
	if !bytes.Contains(l.attributes, []byte("_range")) && !bytes.Contains(l.attributes, []byte("transl_")) {
		return nil
	}
	d := b.detail(i)
	d.lowPartial = d.lowPartial || bytes.HasPrefix(b.dialect.find(l.attributes, "start_range"), []byte(".,"))
	d.highPartial = d.highPartial || bytes.HasSuffix(b.dialect.find(l.attributes, "end_range"), []byte(",."))
	if table := b.dialect.find(l.attributes, "transl_table"); len(table) > 0 {
		switch n, ok := position(table); {
		case !ok || n != 1 && n != 2:
			return wrong("attributes", "transl_table=%s: the genetic codes 1 and 2 are known", shorten(table))
		default:
			d.table = n
		}
	}
	var err error
	d.exceptions, err = appendExceptions(d.exceptions, string(unescape(b.dialect.find(l.attributes, "transl_except"))))
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
