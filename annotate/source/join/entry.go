package join

import (
	"bytes"
	"fmt"
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
	comma   bool // columns are separated by commas
	comment byte
}

type format uint8

const (
	formatVCF format = iota
	formatBED
	formatTable
)

// entry is one line of a source that overlaps what is asked for, or may do so.
// It keeps its own copy of the line.
type entry struct {
	start, end int // 0-based half-open
	line       []byte
	record     vcf.Record // of a VCF; it points into line
	columns    [][]byte   // of BED and tables
	alleles    []change   // trimmed; of a VCF one an ALT
}

// change is an allele as it is compared: trimmed of what REF and ALT share, and
// left-aligned where the reference allows it. An empty alt is a deletion.
type change struct {
	pos      int
	ref, alt string
}

// split cuts a line into its columns.
func (l *layout) split(line []byte, dst [][]byte) [][]byte {
	dst = dst[:0]
	sep := byte('\t')
	if l.comma {
		sep = ','
	}
	for {
		i := bytes.IndexByte(line, sep)
		if i < 0 {
			return append(dst, line)
		}
		dst = append(dst, line[:i])
		line = line[i+1:]
	}
}

// place gives contig and interval of a line of a BED or table.
func (l *layout) place(columns [][]byte) (contig []byte, start, end int, err error) {
	need := max(l.seq, l.begin, l.end, l.ref, l.alt)
	if len(columns) <= need {
		return nil, 0, 0, fmt.Errorf("%d columns, at least %d are needed", len(columns), need+1)
	}
	start, err = strconv.Atoi(string(columns[l.begin]))
	if err != nil || start < l.based {
		return nil, 0, 0, fmt.Errorf("column %d: %.40q is no position", l.begin+1, columns[l.begin])
	}
	start -= l.based
	switch {
	case l.ref >= 0:
		end = start + max(1, len(columns[l.ref]))
	case l.end >= 0:
		if end, err = strconv.Atoi(string(columns[l.end])); err != nil || end < start {
			return nil, 0, 0, fmt.Errorf("column %d: %.40q is no end", l.end+1, columns[l.end])
		}
	default:
		end = start + 1
	}
	return columns[l.seq], start, end, nil
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
