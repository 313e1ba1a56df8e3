package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"varpanel/hts/fasta"
)

// op is one operation of a CIGAR.
type op struct {
	letter byte
	count  int
}

func addOp(ops []op, letter byte, count int) []op {
	if n := len(ops); n > 0 && ops[n-1].letter == letter {
		ops[n-1].count += count
		return ops
	}
	return append(ops, op{letter, count})
}

func text(ops []op) string {
	var b strings.Builder
	for _, o := range ops {
		b.WriteString(strconv.Itoa(o.count))
		b.WriteByte(o.letter)
	}
	return b.String()
}

// Bits of a SAM record's flag (SAM 1.6, section 1.4).
const (
	paired      = 0x1
	properPair  = 0x2
	reverse     = 0x10
	mateReverse = 0x20
	firstMate   = 0x40
	lastMate    = 0x80
)

const mapq = 60

// writeSAM writes the header and both mates of each fragment, the left one
// first.
func writeSAM(w io.Writer, contigs []fasta.Contig, fragments []fragment) error {
	fmt.Fprint(w, "@HD\tVN:1.6\tSO:unsorted\n")
	for _, c := range contigs {
		fmt.Fprintf(w, "@SQ\tSN:%s\tLN:%d\n", c.Name, c.Length)
	}
	fmt.Fprintf(w, "@RG\tID:made-up\tSM:%s\tPL:ILLUMINA\n", sample)
	fmt.Fprint(w, "@CO\tmade-up reads: no person is behind them\n")
	for i, f := range fragments {
		left, right := paired|properPair|mateReverse, paired|properPair|reverse
		if f.firstIsA {
			left, right = left|firstMate, right|lastMate
		} else {
			left, right = left|lastMate, right|firstMate
		}
		name := fmt.Sprintf("made-up-%05d", i+1)
		span := max(f.a.end, f.b.end) - f.a.start
		writeRead(w, name, left, f.a, f.b.start, span)
		if err := writeRead(w, name, right, f.b, f.a.start, -span); err != nil {
			return err
		}
	}
	return nil
}

func writeRead(w io.Writer, name string, flag int, r read, mate, span int) error {
	_, err := fmt.Fprintf(w, "%s\t%d\t%s\t%d\t%d\t%s\t=\t%d\t%d\t%s\t%s\tRG:Z:made-up\n",
		name, flag, contig, r.start+1, mapq, r.cigar, mate+1, span, r.bases, r.quality)
	return err
}
