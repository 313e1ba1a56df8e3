package bundle

import (
	"bufio"
	"io"
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

const maxLine = 1 << 20

// ReadExons reads exons.bed. name is the file's, for errors.
func ReadExons(r io.Reader, name string) ([]Exon, error) {
	scanner := bufio.NewScanner(r)
	scanner.Buffer(make([]byte, 0, 64<<10), maxLine)
	var rows []Exon
	line := 0
	for scanner.Scan() {
		line++
		c := strings.Split(scanner.Text(), "\t")
		place := "line " + strconv.Itoa(line)
		if len(c) != 8 {
			return nil, fault.Inputf(name, place, "%d columns, needs 8", len(c))
		}
		for i := 3; i < 7; i++ {
			if c[i] == "." {
				c[i] = ""
			}
		}
		e := Exon{Contig: c[0], Gene: c[3], Transcript: c[4], HGNCID: c[6], State: panel.State(c[7])}
		for _, n := range []struct {
			column, text string
			to           *int
		}{{"start", c[1], &e.Start}, {"end", c[2], &e.End}, {"exon", c[5], &e.Number}} {
			v, err := strconv.Atoi(n.text)
			if err != nil || v < 0 {
				return nil, fault.Inputf(name, place+": "+n.column, "%q is no number", n.text)
			}
			*n.to = v
		}
		if e.End <= e.Start {
			return nil, fault.Inputf(name, place, "ends before it begins")
		}
		switch e.State {
		case panel.Assessed, panel.PartAssessed, panel.NotAssessed:
		default:
			return nil, fault.Inputf(name, place+": state", "%q is none", c[7])
		}
		rows = append(rows, e)
	}
	if err := scanner.Err(); err != nil {
		return nil, fault.Inputf(name, "line "+strconv.Itoa(line+1), "%v", err).WithCause(err)
	}
	return rows, nil
}
