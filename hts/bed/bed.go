// Package bed reads BED files: tab-separated, 0-based half-open intervals, as
// the specification of the GA4GH (BED v1) has them.
package bed

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"varpanel/hts/fault"
)

// Record is one interval.
type Record struct {
	Contig     string
	Start, End int      // 0-based half-open
	Name       string   // fourth column; empty where there is none
	Rest       []string // further columns
	Line       int      // in the file, from 1
}

const (
	maxLine = 1 << 20 // bytes of one line
	maxEnd  = 1 << 40 // largest end of an interval
)

// Read reads all records in the file's order. Lines that begin with "#",
// "track" or "browser" and blank lines are passed over. Columns are separated by
// tabs, or by spaces in a line without a tab. A line with fewer than three
// columns or with a bad interval is an Input error that names it.
func Read(r io.Reader, name string) ([]Record, error) {
	var out []Record
	if err := Each(r, name, func(rec Record) { out = append(out, rec) }); err != nil {
		return nil, err
	}
	return out, nil
}

// Each calls do with every record, as Read reads them. It may have called it
// before it finds what is wrong with a later line.
func Each(r io.Reader, name string, do func(Record)) error {
	scan := bufio.NewScanner(r)
	scan.Buffer(make([]byte, 64<<10), maxLine)
	n := 0
	for scan.Scan() {
		n++
		rec, ok, err := parseLine(scan.Text(), name, n)
		if err != nil {
			return err
		}
		if ok {
			do(rec)
		}
	}
	if errors.Is(scan.Err(), bufio.ErrTooLong) {
		return tooLong(name, n+1)
	}
	return scan.Err()
}

func tooLong(name string, line int) error {
	return fault.Inputf(name, "line "+strconv.Itoa(line), "longer than %d bytes", maxLine)
}

// ReadText is Read of a text in memory, of which the records' strings are parts.
func ReadText(text, name string) ([]Record, error) {
	out := make([]Record, 0, strings.Count(text, "\n")+1)
	for n := 1; text != ""; n++ {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		if len(line) >= maxLine {
			return nil, tooLong(name, n)
		}
		rec, ok, err := parseLine(strings.TrimSuffix(line, "\r"), name, n)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, rec)
		}
	}
	return out, nil
}

// parseLine is Parse of line n of a file.
func parseLine(text, name string, n int) (Record, bool, error) {
	if n == 1 {
		text = strings.TrimPrefix(text, "\ufeff")
	}
	rec, ok, err := Parse(text)
	if err != nil {
		return rec, false, fault.Inputf(name, "line "+strconv.Itoa(n), "%v", err)
	}
	rec.Line = n
	return rec, ok, nil
}

func skipped(text string) bool {
	for _, word := range [...]string{"track", "browser"} {
		if rest, ok := strings.CutPrefix(text, word); ok && (rest == "" || rest[0] == ' ' || rest[0] == '\t') {
			return true
		}
	}
	return strings.HasPrefix(text, "#") || strings.TrimSpace(text) == ""
}

// Parse reads one line without its end. ok is false for a line that Read passes
// over. An error names the column and what is wrong with it.
func Parse(text string) (rec Record, ok bool, err error) {
	if skipped(text) {
		return rec, false, nil
	}
	separator := "\t"
	if strings.IndexByte(text, '\t') < 0 {
		text, separator = strings.Join(strings.Fields(text), " "), " "
	}
	var start, end, rest string
	rec.Contig, rest, _ = strings.Cut(text, separator)
	start, rest, ok = strings.Cut(rest, separator)
	if !ok {
		return rec, false, errors.New("fewer than three columns")
	}
	end, rest, named := strings.Cut(rest, separator)
	if rec.Contig == "" {
		return rec, false, errors.New("chrom: empty")
	}
	if rec.Start, ok = position(start); !ok {
		return rec, false, fmt.Errorf("start: not a position: %q", start)
	}
	if rec.End, ok = position(end); !ok {
		return rec, false, fmt.Errorf("end: not a position: %q", end)
	}
	if rec.End < rec.Start {
		return rec, false, errors.New("end: before the start")
	}
	if named {
		rec.Name, rest, named = strings.Cut(rest, separator)
	}
	if named {
		rec.Rest = strings.Split(rest, separator)
	}
	return rec, true, nil
}

func position(s string) (int, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return int(n), err == nil && n >= 0 && n <= maxEnd && s[0] != '+'
}
