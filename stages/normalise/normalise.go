package normalise

import (
	"bytes"
	"strconv"

	"varpanel/hts/vcf"
	"varpanel/reference/allele"
	"varpanel/reference/genome"
)

// Kind tells what an ALT allele is.
type Kind uint8

const (
	Sequence       Kind = iota // bases
	Star                       // '*': hidden by a deletion upstream
	ReferenceBlock             // <NON_REF> or <*>
	Symbolic                   // <DEL> and the like, breakends
)

// String gives sequence, star, reference-block or symbolic.
func (k Kind) String() string {
	return [...]string{"sequence", "star", "reference-block", "symbolic"}[k]
}

// Split is one ALT allele of a record.
type Split struct {
	// Allele is normalised where Kind is Sequence; its contig is the bundle's
	// name, or the file's where the bundle has no such contig.
	Allele   allele.Allele
	AltIndex int // of the record's ALT column, from 0
	Kind     Kind
	RefState allele.RefState
	// Moved says that position, REF or ALT of the line are not the record's.
	Moved bool
	// Unsplit names the keys whose values could not be given to the allele
	// because their number is not what the header says ("INFO/AC",
	// "FORMAT/AD"); they stand in Line as they were. An AD, ADF or ADR of
	// Number=. with one value an allele is split.
	Unsplit []string
	// Line is the allele's own VCF line, with the file's contig name and
	// without a line end. It shares no memory with the record. It and Unsplit are
	// nil where the Normaliser was told that they are not wanted.
	Line []byte
}

// Normaliser splits the records of one file. It keeps scratch space: each
// worker has its own.
type Normaliser struct {
	splitter
	contigs
	seq genome.Sequence
	// Wanted tells of which alleles the Line is made; nil: of all.
	Wanted func(*Split) bool
}

// contigs resolves names, and keeps the last answer.
type contigs struct {
	contig          func(string) (string, bool)
	lastIn, lastOut string
	known           bool
}

// New makes a Normaliser. contig gives the bundle's name of a file's contig.
func New(h *vcf.Header, seq genome.Sequence, contig func(string) (string, bool)) *Normaliser {
	return &Normaliser{splitter: splitter{header: h}, contigs: contigs{contig: contig}, seq: seq}
}

// Record appends one Split for each ALT of the record, in their order. An allele
// is left-aligned where its REF agrees with the reference; where the reference
// is unknown (N) or differs it is trimmed only, because nothing is known of the
// haplotype; an N that its shift meets makes the reference unknown too. An error
// is one of reading the reference.
func (n *Normaliser) Record(r *vcf.Record, dst []Split) ([]Split, error) {
	n.resolve(r.Chrom())
	for i := range r.NAlt() {
		s, err := n.allele(r, i)
		if err != nil {
			return dst, err
		}
		if n.Wanted != nil && !n.Wanted(&s) {
			dst = append(dst, s)
			continue
		}
		n.begin()
		if s.Moved {
			n.move(r, &s)
		}
		if r.NAlt() > 1 {
			n.edit.SetColumn(vcf.Alt, []byte(s.Allele.Alt))
			s.Line = n.appendLine(make([]byte, 0, len(r.Line())), r, i)
		} else {
			s.Line = n.edit.Append(make([]byte, 0, len(r.Line())), r)
		}
		s.Unsplit = n.unsplit
		dst = append(dst, s)
	}
	return dst, nil
}

func (c *contigs) resolve(contig []byte) {
	if c.lastIn == string(contig) && c.lastIn != "" {
		return
	}
	c.lastIn = string(contig)
	if c.lastOut, c.known = c.contig(c.lastIn); !c.known {
		c.lastOut = c.lastIn
	}
}

// allele normalises ALT i.
func (n *Normaliser) allele(r *vcf.Record, i int) (Split, error) {
	alt := r.Alt(i)
	s := Split{AltIndex: i, Kind: kindOf(alt)}
	a := allele.Allele{Contig: n.lastOut, Pos: r.Pos(), Ref: string(r.Ref()), Alt: string(alt)}
	s.Allele = a
	if s.Kind != Sequence {
		if s.Kind == Symbolic && n.known {
			var err error
			s.RefState, err = allele.Check(a, n.seq)
			return s, err
		}
		return s, nil
	}
	a.Ref, a.Alt = upper(r.Ref()), upper(alt)
	if n.known {
		var err error
		if s.RefState, err = allele.Check(a, n.seq); err != nil {
			return s, err
		}
	}
	out := allele.Trim(a)
	if s.RefState == allele.RefMatch {
		aligned, stop, err := allele.LeftAlignStop(a, n.seq)
		switch {
		case err != nil:
			return s, err
		case stop == allele.StopUnknown:
			// a repeat that goes on under the bundle's mask, or into a gap: where
			// the allele would come to stand is not known
			s.RefState = allele.RefUnknown
		default:
			out = aligned
		}
	}
	s.Moved = out != a
	s.Allele = out
	return s, nil
}

func kindOf(alt []byte) Kind {
	switch vcf.KindOfAlt(alt) {
	case vcf.SequenceAlt:
		return Sequence
	case vcf.StarAlt:
		return Star
	case vcf.ReferenceBlock:
		return ReferenceBlock
	}
	return Symbolic
}

func upper(b []byte) string {
	if len(b) == 1 && 'A' <= b[0] && b[0] <= 'Z' {
		return string(b) // of one letter: there is nothing to allocate
	}
	return string(bytes.ToUpper(b))
}

// move writes the normalised place into the line. An END that agreed with the
// record's REF span goes on agreeing.
func (n *Normaliser) move(r *vcf.Record, s *Split) {
	a := s.Allele
	n.edit.SetColumn(vcf.Pos, strconv.AppendInt(nil, int64(a.Pos)+1, 10))
	n.edit.SetColumn(vcf.Ref, []byte(a.Ref))
	n.edit.SetColumn(vcf.Alt, []byte(a.Alt))
	v, p := r.InfoValue("END")
	if p != vcf.Present {
		return
	}
	if end, p := vcf.Int(v); p == vcf.Present && end == r.Pos()+len(r.Ref()) {
		n.edit.SetInfo("END", strconv.AppendInt(nil, int64(a.End()), 10))
	}
}
