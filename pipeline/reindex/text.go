package reindex

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/hts/index"
	"varpanel/hts/vcf"
)

// lines gives the lines of a bgzipped text with their numbers and places.
type lines struct {
	in          *input
	z           *bgzf.Reader
	number      int         // of the line given last, from 1
	from, after bgzf.Offset // where the line before and this one end
	blank       int         // number of the first empty line; 0 where there is none
}

func (in *input) lines() (*lines, error) {
	z, err := bgzf.NewReader(in.r, in.options.blocks(in.path))
	return &lines{in: in, z: z}, err
}

// next gives a line without its end, good until the next call. Empty lines may
// stand at the end of the file only.
func (l *lines) next() ([]byte, error) {
	for {
		l.from = l.z.Offset()
		line, _, err := l.z.NextLine(vcf.MaxLine)
		if err != nil {
			return nil, err
		}
		l.number++
		switch {
		case len(line) == 0 && l.blank == 0:
			l.blank = l.number
		case len(line) > 0 && l.blank > 0:
			return nil, fault.Inputf(l.in.path, fmt.Sprintf("line %d", l.blank), "an empty line")
		case len(line) > 0:
			l.after = l.z.Offset()
			return line, nil
		}
	}
}

func (l *lines) place() string { return "line " + strconv.Itoa(l.number) }

// writer begins the index of a text file.
func (in *input) writer(p index.Preset, longest int) (*index.TabixWriter, error) {
	if !in.options.CSI {
		return index.NewTabixWriter(p), nil
	}
	return index.NewCSIWriter(p, in.options.MinShift, longest)
}

// add tells the index of the line given last.
func (l *lines) add(x *index.TabixWriter, contig []byte, start, end int, sort string) error {
	err := x.Add(string(contig), start, end, l.from, l.after)
	if err == nil {
		return nil
	}
	return l.in.at(l.place(), err).WithHint("%s", sortHint(err, sort))
}

func readVCF(in *input) (io.WriterTo, error) {
	l, err := in.lines()
	if err != nil {
		return nil, err
	}
	defer l.z.Close()
	h, err := vcf.ReadHeader(l.next, in.path)
	if err != nil {
		return nil, err
	}
	longest := 0
	for _, c := range h.Contigs {
		longest = max(longest, c.Length)
	}
	x, err := in.writer(index.VCF, longest)
	if err != nil {
		return nil, err
	}
	sort := "bcftools sort -O z -o NEW.vcf.gz " + in.path
	for r := (vcf.Record{}); ; {
		line, err := l.next()
		if errors.Is(err, io.EOF) {
			return x, nil
		}
		if err != nil {
			return nil, err
		}
		if err := r.Parse(line); err != nil {
			return nil, vcf.FaultAt(in.path, l.place(), err)
		}
		if err := l.add(x, r.Chrom(), r.Pos(), r.End(), sort); err != nil {
			return nil, err
		}
	}
}

// table is a text format whose records are rows with a contig and an interval.
type table struct {
	preset      index.Preset
	names       [3]string // of the columns with the contig, its first and its last base
	columns     [3]int    // from 0, ascending
	first       int       // the number of a contig's first base
	heads       []string  // beginnings of lines that may stand before the first record
	wholeToSort string
}

func readBED(in *input) (io.WriterTo, error) {
	return in.readTable(&table{
		preset: index.BED, names: [3]string{"chrom", "start", "end"}, columns: [3]int{0, 1, 2},
		heads: []string{"track", "browser"}, wholeToSort: "sort -k1,1 -k2,2n",
	})
}

func readGFF(in *input) (io.WriterTo, error) {
	return in.readTable(&table{
		preset: index.GFF, names: [3]string{"seqid", "start", "end"}, columns: [3]int{0, 3, 4},
		first: 1, wholeToSort: "sort -k1,1 -k4,4n",
	})
}

func (in *input) readTable(t *table) (io.WriterTo, error) {
	l, err := in.lines()
	if err != nil {
		return nil, err
	}
	defer l.z.Close()
	x, err := in.writer(t.preset, 0)
	if err != nil {
		return nil, err
	}
	sort := "gunzip -c " + in.path + " | " + t.wholeToSort + " | bgzip > NEW"
	for head := true; ; {
		line, err := l.next()
		if errors.Is(err, io.EOF) {
			return x, nil
		}
		if err != nil {
			return nil, err
		}
		if line[0] == '#' || head && t.isHead(line) {
			continue
		}
		head = false
		contig, start, end, err := t.parse(line)
		if err != nil {
			return nil, fault.Inputf(in.path, l.place(), "%s", err)
		}
		if err := l.add(x, contig, start, end, sort); err != nil {
			return nil, err
		}
	}
}

func (t *table) isHead(line []byte) bool {
	for _, h := range t.heads {
		if rest, ok := bytes.CutPrefix(line, []byte(h)); ok && (len(rest) == 0 || rest[0] == ' ' || rest[0] == '\t') {
			return true
		}
	}
	return false
}

// parse gives the contig and the 0-based half-open interval of a row.
func (t *table) parse(line []byte) (contig []byte, start, end int, err error) {
	var found [3][]byte
	n, rest := 0, line
	for column, more := 0, true; n < len(found); column++ {
		if !more {
			return nil, 0, 0, fmt.Errorf("%d tab-separated columns, fewer than %d", column, t.columns[2]+1)
		}
		var cell []byte
		if cell, rest, more = bytes.Cut(rest, []byte{'\t'}); column == t.columns[n] {
			found[n] = cell
			n++
		}
	}
	if len(found[0]) == 0 {
		return nil, 0, 0, fmt.Errorf("%s: is empty", t.names[0])
	}
	var at [2]int
	for i := range at {
		v, p := vcf.Int(found[i+1])
		if p != vcf.Present || v < 0 || v > math.MaxInt>>2 {
			return nil, 0, 0, fmt.Errorf("%s: %q is no position", t.names[i+1], found[i+1])
		}
		at[i] = v
	}
	start, end = at[0]-t.first, at[1]
	if end < start {
		return nil, 0, 0, fmt.Errorf("%s: before the start", t.names[2])
	}
	return found[0], start, end, nil
}
