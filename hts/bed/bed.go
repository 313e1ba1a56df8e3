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
	scan := bufio.NewScanner(r)
	scan.Buffer(nil, maxLine)
	n := 0
	for scan.Scan() {
		n++
		text := scan.Text()
		if n == 1 {
			text = strings.TrimPrefix(text, "\ufeff")
		}
		rec, ok, err := Parse(text)
		if err != nil {
			return nil, fault.Inputf(name, "line "+strconv.Itoa(n), "%v", err)
		}
		if ok {
			rec.Line = n
			out = append(out, rec)
		}
	}
	if errors.Is(scan.Err(), bufio.ErrTooLong) {
		return nil, fault.Inputf(name, "line "+strconv.Itoa(n+1), "longer than %d bytes", maxLine)
	}
	return out, scan.Err()
}

func skipped(text string) bool {
	if strings.HasPrefix(text, "#") || strings.TrimSpace(text) == "" {
		return true
	}
	word, _, _ := strings.Cut(strings.ReplaceAll(text, "\t", " "), " ")
	return word == "track" || word == "browser"
}

// Parse reads one line without its end. ok is false for a line that Read passes
// over. An error names the column and what is wrong with it.
func Parse(text string) (rec Record, ok bool, err error) {
	if skipped(text) {
		return rec, false, nil
	}
	f := strings.Split(text, "\t")
	if len(f) == 1 {
		f = strings.Fields(text)
	}
	if len(f) < 3 {
		return rec, false, errors.New("fewer than three columns")
	}
	rec.Contig = f[0]
	if rec.Contig == "" {
		return rec, false, errors.New("chrom: empty")
	}
	if rec.Start, ok = position(f[1]); !ok {
		return rec, false, fmt.Errorf("start: not a position: %q", f[1])
	}
	if rec.End, ok = position(f[2]); !ok {
		return rec, false, fmt.Errorf("end: not a position: %q", f[2])
	}
	if rec.End < rec.Start {
		return rec, false, errors.New("end: before the start")
	}
	if len(f) > 3 {
		rec.Name, rec.Rest = f[3], f[4:]
	}
	return rec, true, nil
}

func position(s string) (int, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return int(n), err == nil && n >= 0 && n <= maxEnd && s[0] != '+'
}
