package check

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"varpanel/hts/bed"
	"varpanel/hts/bgzf"
	"varpanel/hts/fasta"
	"varpanel/hts/fault"
	"varpanel/hts/index"
	"varpanel/reference/contig"
)

// interval is a line of a text file as a stretch of a contig, 0-based half-open.
type interval struct {
	contig     string
	start, end int
}

// checkIntervals reads the lines of a sorted or unsorted text file. parse gives
// ok false for a line that is no record; its error names the column.
func (t *target) checkIntervals(fits *fit, parse func(line []byte, number int) (v interval, ok bool, err error)) error {
	l, err := t.lines()
	if err != nil {
		return err
	}
	defer l.close()
	o := &order{}
	for {
		line, err := l.one()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		v, ok, err := parse(line, l.number)
		if err != nil {
			return fault.Inputf(t.path, l.place(), "%v", err)
		}
		if !ok {
			continue
		}
		t.result.Records++
		o.next(v.contig, v.start)
		if fits == nil {
			continue
		}
		id, found := fits.x.ID(v.contig)
		if !found {
			id = -1
		}
		if err := fits.record(id, v.start, v.end, l.from, l.at); err != nil {
			return err
		}
	}
	if t.result.Order = "sorted"; o.problem != "" {
		t.result.Order = "not sorted"
	}
	if fits == nil {
		return nil
	}
	return fits.end(0)
}

func checkBED(t *target) error {
	fits, err := t.findIndex(index.Text)
	if err != nil {
		return err
	}
	t.result.Kind, t.result.Of = t.describe("BED"), "interval"
	return t.checkIntervals(fits, func(line []byte, _ int) (interval, bool, error) {
		rec, ok, err := bed.Parse(string(line))
		return interval{rec.Contig, rec.Start, rec.End}, ok, err
	})
}

// checkOther reads a BGZF file whose kind is not known here: where a .tbi or
// .csi says which columns hold the place, its lines, else only its blocks.
func checkOther(t *target) error {
	fits, err := t.findIndex(index.Text)
	if err != nil {
		return err
	}
	if fits != nil {
		c := *fits.x.Columns()
		t.result.Kind, t.result.Of = t.describe("text"), "line"
		return t.checkIntervals(fits, func(line []byte, number int) (interval, bool, error) { return byColumns(line, number, c) })
	}
	t.result.Index = ""
	return checkBlocks(t, "BGZF, its records are not looked at")
}

// checkBlocks reads a file to its end.
func checkBlocks(t *target, what string) error {
	t.result.Kind = what
	z, err := bgzf.NewReader(t.in, t.blocks())
	if err != nil {
		return err
	}
	defer z.Close()
	_, err = io.Copy(io.Discard, z)
	return err
}

// byColumns finds a line's place in the columns that a .tbi names.
func byColumns(line []byte, number int, c index.Columns) (v interval, ok bool, err error) {
	if number <= c.Skip || len(line) == 0 || line[0] == c.Meta {
		return v, false, nil
	}
	f := bytes.Split(line, []byte{'\t'})
	if len(f) < max(c.Seq, c.Begin, c.End) || min(c.Seq, c.Begin) < 1 || c.End < 0 {
		return v, false, fmt.Errorf("%d columns, and the index needs column %d", len(f), max(c.Seq, c.Begin, c.End))
	}
	v.contig = string(f[c.Seq-1])
	if v.start, err = strconv.Atoi(string(f[c.Begin-1])); err != nil {
		return v, false, fmt.Errorf("column %d: not a position", c.Begin)
	}
	if !c.ZeroBased {
		v.start--
	}
	v.end = v.start + 1
	if c.End == 0 || c.End == c.Begin {
		return v, true, nil
	}
	if v.end, err = strconv.Atoi(string(f[c.End-1])); err != nil {
		return v, false, fmt.Errorf("column %d: not a position", c.End)
	}
	return v, true, nil
}

func checkFASTA(t *target) error {
	var in io.Reader = t.in
	if t.packed {
		z, err := bgzf.NewReader(t.in, t.blocks())
		if err != nil {
			return err
		}
		defer z.Close()
		in = z
	}
	layout, err := fasta.Survey(in, t.path)
	if err != nil {
		return err
	}
	var contigs []contig.Contig
	for _, c := range layout.Contigs() {
		contigs = append(contigs, contig.Contig{Name: c.Name, Length: c.Length})
	}
	if err := t.assembly(contigs); err != nil {
		return err
	}
	t.result = Result{Kind: t.describe("FASTA"), Records: len(contigs), Of: "contig", Assembly: t.result.Assembly}
	if t.file == nil {
		return nil
	}
	if _, err := os.Stat(t.path + ".fai"); err != nil {
		t.result.Index = "no index"
		if u := layout.Uneven(); u != "" {
			t.result.Index = "no index (none can be made: the lines of contig " + u + " differ in length)"
		}
		return nil
	}
	f, err := fasta.Open(t.path, t.blocks())
	if err != nil {
		return err
	}
	defer f.Close()
	t.result.Index = "its indexes fit"
	return layout.Check(f)
}
