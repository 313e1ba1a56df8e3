package vcf

import (
	"bytes"
	"fmt"
	"math"
)

// Column numbers a column of a record from 0.
type Column int

const (
	Chrom Column = iota
	Pos
	ID
	Ref
	Alt
	Qual
	Filter
	Info
	Format
)

var columnNames = [...]string{"CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT"}

// String gives the column's name in the header line.
func (c Column) String() string { return columnNames[c] }

// MaxPos is the largest position that is read, 1-based. It is far past any
// contig and keeps arithmetic on positions from overflowing.
const MaxPos = 1 << 40

// ColumnError says which column of a record was wrong. Its text never holds a
// genotype.
type ColumnError struct {
	Column string // as the header line names it; "" for the line as a whole
	Msg    string
}

func (e *ColumnError) Error() string {
	if e.Column == "" {
		return e.Msg
	}
	return e.Column + ": " + e.Msg
}

func columnErrorf(c Column, format string, args ...any) error {
	return &ColumnError{Column: c.String(), Msg: fmt.Sprintf(format, args...)}
}

// Record is one line of a VCF. The zero value is ready for Parse or
// Reader.Read; a Record is reused for any number of lines without allocation.
// What its methods return points into the line and is good until the next
// Parse or Read. A Record is not safe for concurrent use.
type Record struct {
	line []byte
	end  [9]int // exclusive end of each fixed column
	cols int    // 8, or 9 where there is a FORMAT column
	pos  int    // 0-based
	nAlt int

	samples []int // exclusive end of each sample column; filled on demand
	cut     bool  // samples is filled for this line
	own     []byte

	infos     []infoSpan   // the INFO fields up to infoAt
	infoAt    int          // of the line
	formats   []formatSpan // of format, the last FORMAT that was asked for a Key
	format    []byte
	formatCut bool // formats is filled for this line
}

// Parse takes a line without its line end and finds its columns. It keeps line
// and does not copy it. It refuses what makes a line unusable: fewer than
// eight columns, an empty column, POS that is no number, REF that is no
// sequence, ALT that is no list of alleles, QUAL that is no number. The error
// is a *ColumnError.
func (r *Record) Parse(line []byte) error {
	r.line, r.cut, r.cols = line, false, 0
	r.formatCut, r.infos, r.infoAt = false, r.infos[:0], math.MaxInt // no INFO unless there is one
	at := 0
	for c := range r.end {
		n := bytes.IndexByte(line[at:], '\t')
		if n < 0 {
			r.end[c] = len(line)
			r.cols = c + 1
			break
		}
		r.end[c] = at + n
		at += n + 1
	}
	switch {
	case r.cols == 0:
		r.cols = 9
	case r.cols < 8:
		n := r.cols
		r.cols = 0
		return &ColumnError{Msg: fmt.Sprintf("%d tab-separated columns, a record has at least 8", n)}
	}
	r.infoAt = r.end[Filter] + 1
	return r.check()
}

func (r *Record) check() error {
	start := 0
	for c, end := range r.end[:r.cols] {
		if end == start {
			return columnErrorf(Column(c), "is empty (a missing value is written '.')")
		}
		start = end + 1
	}
	for _, b := range r.Chrom() {
		if b == ' ' || b == '\n' || b == '\r' {
			return columnErrorf(Chrom, "has white space in it")
		}
	}
	if err := r.parsePos(); err != nil {
		return err
	}
	if ref := r.Ref(); !IsSequence(ref) {
		return columnErrorf(Ref, "%s is no sequence of bases", quote(ref))
	}
	if err := r.parseAlts(); err != nil {
		return err
	}
	if q := r.Qual(); !isMissing(q) && !isFloat(q) {
		return columnErrorf(Qual, "%s is no number", quote(q))
	}
	return nil
}

func (r *Record) parsePos() error {
	b := r.Column(Pos)
	if countDigits(b) != len(b) {
		return columnErrorf(Pos, "%s is no position", quote(b))
	}
	n, p := Int(b)
	if p != Present || n > MaxPos {
		return columnErrorf(Pos, "%s is past any contig", quote(b))
	}
	r.pos = n - 1
	return nil
}

func (r *Record) parseAlts() error {
	alts := r.Alts()
	if isMissing(alts) {
		r.nAlt = 0
		return nil
	}
	if IsSequence(alts) { // most often
		r.nAlt = 1
		return nil
	}
	r.nAlt = ListLen(alts)
	for rest, more := alts, true; more; {
		var a []byte
		a, rest, more = bytes.Cut(rest, comma)
		if KindOfAlt(a) == BadAlt {
			return columnErrorf(Alt, "%s is no allele", quote(a))
		}
	}
	return nil
}

// Column gives the text of a fixed column; nil for a FORMAT that is not there.
func (r *Record) Column(c Column) []byte {
	if int(c) >= r.cols {
		return nil
	}
	start := 0
	if c > 0 {
		start = r.end[c-1] + 1
	}
	return r.line[start:r.end[c]:r.end[c]]
}

// Line is the whole line without its line end.
func (r *Record) Line() []byte { return r.line }

// Chrom is the contig's name as the file spells it.
func (r *Record) Chrom() []byte { return r.Column(Chrom) }

// Pos is the 0-based position of the first base of REF; -1 for POS 0, the
// telomere before the first base.
func (r *Record) Pos() int { return r.pos }

// ID is the ID column, "." where there is none.
func (r *Record) ID() []byte { return r.Column(ID) }

// Ref is the REF column.
func (r *Record) Ref() []byte { return r.Column(Ref) }

// Alts is the ALT column whole.
func (r *Record) Alts() []byte { return r.Column(Alt) }

// NAlt is the number of ALT alleles: 0 where ALT is ".".
func (r *Record) NAlt() int { return r.nAlt }

// Alt gives ALT allele i, from 0; nil when there is no such allele.
func (r *Record) Alt(i int) []byte {
	if i < 0 || i >= r.nAlt {
		return nil
	}
	a, _ := nth(r.Alts(), ',', i)
	return a
}

// Qual is the QUAL column, "." where it is missing.
func (r *Record) Qual() []byte { return r.Column(Qual) }

// Filter is the FILTER column whole: "." where the record is unfiltered.
func (r *Record) Filter() []byte { return r.Column(Filter) }

// Info is the INFO column whole.
func (r *Record) Info() []byte { return r.Column(Info) }

// Format is the FORMAT column whole; nil where there is none.
func (r *Record) Format() []byte { return r.Column(Format) }

// NSamples is the number of sample columns of the line.
func (r *Record) NSamples() int {
	if r.cols < 9 || r.end[8] == len(r.line) {
		return 0
	}
	if r.cut {
		return len(r.samples)
	}
	return bytes.Count(r.line[r.end[8]+1:], tab) + 1
}

var tab = []byte{'\t'}

// Sample gives the text of sample column i, from 0; nil when there is none.
func (r *Record) Sample(i int) []byte {
	if !r.cut {
		r.cutSamples()
	}
	if i < 0 || i >= len(r.samples) {
		return nil
	}
	start := r.end[8] + 1
	if i > 0 {
		start = r.samples[i-1] + 1
	}
	return r.line[start:r.samples[i]:r.samples[i]]
}

func (r *Record) cutSamples() {
	r.samples, r.cut = r.samples[:0], true
	if r.cols < 9 || r.end[8] == len(r.line) {
		return
	}
	for at := r.end[8] + 1; ; {
		n := bytes.IndexByte(r.line[at:], '\t')
		if n < 0 {
			r.samples = append(r.samples, len(r.line))
			return
		}
		r.samples = append(r.samples, at+n)
		at += n + 1
	}
}

// InfoValue finds an INFO key. The value is nil for a flag, and empty for
// "KEY=". Of a key that stands twice the first is given.
func (r *Record) InfoValue(key string) ([]byte, Presence) {
	v, found := FindInfo(r.Info(), []byte(key))
	if !found || isMissing(v) {
		return nil, Missing
	}
	return v, Present
}

// FindInfo finds a key in the text of INFO. The value is nil for a key without
// "=". A search for the key's letters passes over most of the text faster than a
// walk from field to field.
func FindInfo(info, key []byte) (value []byte, found bool) {
	for at := 0; ; {
		i := bytes.Index(info[at:], key)
		if i < 0 || len(key) == 0 {
			return nil, false
		}
		begin, after := at+i, at+i+len(key)
		at = after
		switch {
		case begin > 0 && info[begin-1] != ';':
		case after == len(info) || info[after] == ';':
			return nil, true
		case info[after] == '=':
			value = info[after+1:]
			if n := bytes.IndexByte(value, ';'); n >= 0 {
				value = value[:n]
			}
			return value, true
		}
	}
}

var semicolon = []byte{';'}

// FormatIndex gives the place of a key in FORMAT, from 0, or -1.
func (r *Record) FormatIndex(key string) int {
	rest, more := r.Format(), true
	for i := 0; more; i++ {
		var f []byte
		f, rest, more = bytes.Cut(rest, colon)
		if string(f) == key {
			return i
		}
	}
	return -1
}

var colon = []byte{':'}

// SampleValue finds a FORMAT key's value for a sample. Trailing fields may be
// dropped from a sample: they are Missing, as is a sample column of ".".
func (r *Record) SampleValue(sample int, key string) ([]byte, Presence) {
	i := r.FormatIndex(key)
	if i < 0 {
		return nil, Missing
	}
	v, ok := nth(r.Sample(sample), ':', i)
	if !ok || isMissing(v) || v == nil {
		return nil, Missing
	}
	return v, Present
}

// RefEnd is the 0-based exclusive end of the REF span, or INFO/END where that
// is larger: the span that tabix and CSI indexes are built from.
func (r *Record) RefEnd() int {
	end := r.pos + len(r.Ref())
	if v, p := r.InfoValue("END"); p == Present {
		if n, p := Int(v); p == Present && n > end && n <= MaxPos {
			end = n
		}
	}
	return end
}

// End is the 0-based exclusive end of what the record speaks of: RefEnd, or
// for a symbolic <DEL> POS plus the absolute SVLEN where that is larger. An END
// or SVLEN that is no number, or that lies before POS, is ignored.
func (r *Record) End() int {
	end := r.RefEnd()
	for i := range r.nAlt {
		a := r.Alt(i)
		if !bytes.HasPrefix(a, []byte("<DEL")) {
			continue
		}
		v, p := r.InfoValue("SVLEN")
		if p != Present {
			break
		}
		one, p := Nth(v, i)
		if p == Bad { // one value for all alleles, as 4.3 and earlier write it
			one, p = Nth(v, 0)
		}
		if p != Present {
			continue
		}
		// POS of a symbolic deletion is the base before it.
		if n, p := Int(one); p == Present && max(n, -n) <= MaxPos {
			end = max(end, r.pos+1+max(n, -n))
		}
	}
	return end
}

func isMissing(b []byte) bool { return len(b) == 1 && b[0] == '.' }

// quote shortens a hostile value for a message.
func quote(b []byte) string {
	const most = 40
	if len(b) > most {
		return fmt.Sprintf("%q... (%d bytes)", b[:most], len(b))
	}
	return fmt.Sprintf("%q", b)
}
