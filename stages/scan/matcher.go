package scan

import (
	"bytes"
	"sort"

	"varpanel/hts/vcf"
)

// Membership says when a record belongs to regions.
type Membership int

const (
	Overlapping Membership = iota // a base of its span, POS to REF's end or INFO/END, lies in one
	Starting                      // its POS lies in one
)

// Matcher says which records belong to regions. It reads CHROM and POS, and REF
// and INFO/END only where these decide. Records may come in any order; sorted
// ones are told fastest. It is not safe for concurrent use.
type Matcher struct {
	regions map[string][]Interval
	by      Membership

	contig []byte
	list   []Interval
	i      int // in list: the first interval that ends after last
	last   int
}

// NewMatcher makes a Matcher of regions by contig, in any order.
func NewMatcher(regions map[string][]Interval, by Membership) *Matcher {
	return &Matcher{regions: clean(regions), by: by}
}

// Meets says whether a record, a line without its end, belongs to a region. What
// begins before the first base (VCF's position 0) belongs to none: no index
// holds it. The error is a *vcf.ColumnError.
func (m *Matcher) Meets(line []byte) (bool, error) {
	n := bytes.IndexByte(line, '\t')
	if n < 0 {
		return false, errColumns
	}
	if !bytes.Equal(line[:n], m.contig) || m.contig == nil {
		m.contig = append(m.contig[:0], line[:n]...)
		m.list, m.i, m.last = m.regions[string(line[:n])], 0, 0
	}
	if len(m.list) == 0 {
		return false, nil
	}
	rest := line[n+1:]
	if n = bytes.IndexByte(rest, '\t'); n < 0 {
		return false, errColumns
	}
	pos, got := vcf.Int(rest[:n])
	if got != vcf.Present || pos < 0 || pos > vcf.MaxPos {
		return false, errPosition
	}
	pos--
	if pos < m.last {
		m.i = sort.Search(len(m.list), func(i int) bool { return m.list[i].End > pos })
	}
	m.last = pos
	for m.i < len(m.list) && m.list[m.i].End <= pos {
		m.i++
	}
	switch {
	case m.i == len(m.list) || pos < 0:
		return false, nil
	case m.list[m.i].Start <= pos:
		return true, nil
	case m.by == Starting:
		return false, nil
	}
	end, err := spanEnd(rest[n+1:], pos)
	return m.list[m.i].Start < end, err
}

var (
	errColumns  = &vcf.ColumnError{Msg: "fewer than 8 tab-separated columns"}
	errPosition = &vcf.ColumnError{Column: "POS", Msg: "is no position"}
)

// spanEnd gives the exclusive end of a record's span from the text that follows
// its POS column.
func spanEnd(rest []byte, pos int) (int, error) {
	var ref, info []byte
	for c := vcf.ID; c <= vcf.Info; c++ {
		n := bytes.IndexByte(rest, '\t')
		if n < 0 {
			if c < vcf.Info {
				return 0, errColumns
			}
			n = len(rest)
		}
		switch c {
		case vcf.Ref:
			ref = rest[:n]
		case vcf.Info:
			info = rest[:n]
		}
		rest = rest[min(n+1, len(rest)):]
	}
	end := pos + len(ref)
	if value, has := vcf.FindInfo(info, endKey); has {
		if told, got := vcf.Int(value); got == vcf.Present && told > end && told <= vcf.MaxPos {
			end = told
		}
	}
	return end, nil
}

var endKey = []byte("END")
