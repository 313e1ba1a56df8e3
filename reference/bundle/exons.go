package bundle

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"varpanel/hts/fault"
	"varpanel/reference/panel"
)

// Exon is a row of exons.bed: what the coverage report measures. An exon that
// has sequence only in part has a row for each stretch.
type Exon struct {
	Gene       string // symbol; the target's name where the panel was given as regions
	HGNCID     string // "" for a target
	Transcript string // the name in reports; "" for a target
	Number     int    // of the exon in the transcript's direction, from 1
	Contig     string // the bundle's name, or the gene model's where the FASTA lacks the contig
	Start, End int    // 0-based half-open
	// State is assessed; part assessed for a stretch of an exon that has no
	// sequence elsewhere; not assessed without sequence.
	State panel.State
}

// AppendExon appends the line of exons.bed: contig, start, end, gene,
// transcript, exon, HGNC id, state.
func AppendExon(dst []byte, e Exon) []byte {
	dst = append(dst, e.Contig...)
	for _, n := range []int{e.Start, e.End} {
		dst = append(dst, '\t')
		dst = strconv.AppendInt(dst, int64(n), 10)
	}
	for _, s := range []string{e.Gene, e.Transcript, strconv.Itoa(e.Number), e.HGNCID, string(e.State)} {
		dst = append(dst, '\t')
		if s == "" {
			s = "."
		}
		dst = append(dst, s...)
	}
	return append(dst, '\n')
}

// columns of exons.bed.
const columns = 8

// ReadExons reads the text of exons.bed. name is the file's, for errors.
func ReadExons(text, name string) ([]Exon, error) {
	rows := make([]Exon, 0, strings.Count(text, "\n"))
	line := 0
	for row := range strings.Lines(text) {
		line++
		e, err := parseExon(strings.TrimSuffix(row, "\n"))
		if err != nil {
			return nil, fault.Inputf(name, "line "+strconv.Itoa(line), "%v", err)
		}
		rows = append(rows, e)
	}
	return rows, nil
}

func parseExon(row string) (Exon, error) {
	if n := strings.Count(row, "\t") + 1; n != columns {
		return Exon{}, fmt.Errorf("%d columns, needs %d", n, columns)
	}
	var c [columns]string
	for i := range c {
		if c[i], row, _ = strings.Cut(row, "\t"); c[i] == "." {
			c[i] = ""
		}
	}
	e := Exon{Contig: c[0], Gene: c[3], Transcript: c[4], HGNCID: c[6], State: panel.State(c[7])}
	var err error
	if e.Start, err = number("start", c[1]); err != nil {
		return e, err
	}
	if e.End, err = number("end", c[2]); err != nil {
		return e, err
	}
	if e.Number, err = number("exon", c[5]); err != nil {
		return e, err
	}
	if e.End <= e.Start {
		return e, errors.New("it ends before it begins")
	}
	switch e.State {
	case panel.Assessed, panel.PartAssessed, panel.NotAssessed:
		return e, nil
	}
	return e, fmt.Errorf("state: %q is none", c[7])
}

func number(column, s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%s: %q is no number", column, s)
	}
	return n, nil
}
