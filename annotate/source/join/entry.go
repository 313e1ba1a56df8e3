package join

import (
	"bytes"
	"fmt"
	"sort"
	"strconv"

	"varpanel/hts/vcf"
)

// layout is how a file's lines are read.
type layout struct {
	format  format
	seq     int // column numbers from 0
	begin   int
	end     int  // -1: the entry is one base, or of its REF's length
	based   int  // 1 or 0: of the first base
	ref     int  // -1 without alleles
	alt     int  // -1 without alleles
	genome  int  // the column that names the assembly, or -1
	comma   bool // columns are separated by commas
	comment byte
}

type format uint8

const (
	formatVCF format = iota
	formatBED
	formatTable
)

// entry is the place and the text of one line. The interval is 0-based
// half-open; of a VCF it is REF's span.
type entry struct {
	start, end int
	line       []byte
}

// stretch is entries of one contig, in order.
type stretch struct {
	entries []entry
	reach   []int // the largest end up to and with each entry
}

func (s *stretch) add(e entry) {
	reach := e.end
	if n := len(s.reach); n > 0 {
		reach = max(reach, s.reach[n-1])
	}
	s.entries, s.reach = append(s.entries, e), append(s.reach, reach)
}

// overlapping gives the range of entries among which are all that share a base
// with [start, end).
func (s *stretch) overlapping(start, end int) []entry {
	to := sort.Search(len(s.entries), func(i int) bool { return s.entries[i].start >= end })
	from := sort.Search(to, func(i int) bool { return s.reach[i] > start })
	return s.entries[from:to]
}

func (l *layout) separator() byte {
	if l.comma {
		return ','
	}
	return '\t'
}

// split cuts a line into its columns.
func (l *layout) split(line []byte, dst [][]byte) [][]byte {
	dst = dst[:0]
	sep := l.separator()
	for {
		i := bytes.IndexByte(line, sep)
		if i < 0 {
			return append(dst, line)
		}
		dst = append(dst, line[:i])
		line = line[i+1:]
	}
}

// nowhere is the end of a row of a table whose position is ".": it has no place
// on this assembly.
const nowhere = -1

// placeOn is place for a line of a VCF on the contig that is expected, as most are;
// false where place must look at it.
func (l *layout) placeOn(name string, line []byte) (start, end int, ok bool) {
	at := len(name)
	if l.format != formatVCF || len(line) <= at || line[at] != '\t' || string(line[:at]) != name {
		return 0, 0, false
	}
	at++
	first := at
	for ; at < len(line) && line[at]-'0' <= 9; at++ {
		start = start*10 + int(line[at]-'0')
	}
	if n := at - first; n == 0 || n > 10 || at == len(line) || line[at] != '\t' {
		return 0, 0, false
	}
	if at = tabAfter(line, at+1); at < 0 {
		return 0, 0, false
	}
	ref := at + 1
	if at = tabAfter(line, ref); at < 0 {
		return 0, 0, false
	}
	start--
	return start, start + max(1, at-ref), true
}

// tabAfter finds the end of a column, most of which are short; -1 where the line ends.
func tabAfter(line []byte, at int) int {
	for ; at < len(line); at++ {
		if line[at] == '\t' {
			return at
		}
	}
	return -1
}

// place gives contig and interval of a line, looking at no column past those
// that hold them.
func (l *layout) place(line []byte) (contig []byte, start, end int, err error) {
	need := max(l.seq, l.begin, l.end, l.ref)
	var at [4][]byte // of seq, begin, end and ref
	rest, more := line, true
	sep := l.separator()
	for c := 0; c <= need; c++ {
		if !more {
			return nil, 0, 0, fmt.Errorf("%d columns, at least %d are needed", c, need+1)
		}
		column := rest
		if i := bytes.IndexByte(rest, sep); i >= 0 {
			column, rest = rest[:i], rest[i+1:]
		} else {
			more = false
		}
		for k, wanted := range [...]int{l.seq, l.begin, l.end, l.ref} {
			if c == wanted {
				at[k] = column
			}
		}
	}
	start, p := vcf.Int(at[1])
	if p == vcf.Missing && l.format == formatTable {
		return at[0], 0, nowhere, nil
	}
	if p != vcf.Present || start < l.based && l.format != formatVCF {
		return nil, 0, 0, fmt.Errorf("column %d: %.40q is no position", l.begin+1, at[1])
	}
	start -= l.based
	switch {
	case l.ref >= 0:
		end = start + max(1, len(at[3]))
	case l.end >= 0:
		if end, p = vcf.Int(at[2]); p != vcf.Present || end < start {
			return nil, 0, 0, fmt.Errorf("column %d: %.40q is no end", l.end+1, at[2])
		}
	default:
		end = start + 1
	}
	return at[0], start, end, nil
}

// change is an allele as it is compared: trimmed of what REF and ALT share, and
// left-aligned where the reference allows it. An empty alt is a deletion.
type change struct {
	pos      int
	ref, alt string
}

// trim gives the change of an allele: the shared suffix goes first, then the
// shared prefix, so that an indel comes out at its leftmost within its own text.
func trim(pos int, ref, alt string) change {
	n := 0
	for n < len(ref) && n < len(alt) && ref[len(ref)-1-n] == alt[len(alt)-1-n] {
		n++
	}
	ref, alt = ref[:len(ref)-n], alt[:len(alt)-n]
	n = 0
	for n < len(ref) && n < len(alt) && ref[n] == alt[n] {
		n++
	}
	return change{pos: pos + n, ref: ref[n:], alt: alt[n:]}
}

// position names a place for messages.
func position(contig []byte, start int) string {
	return string(contig[:min(len(contig), 100)]) + ":" + strconv.Itoa(start+1)
}
