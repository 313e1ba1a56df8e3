// Package bed reads BED files: tab-separated, 0-based half-open intervals, as
// the specification of the GA4GH (BED v1) has them.
package bed

import (
	"bufio"
	"errors"
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
		if skipped(text) {
			continue
		}
		rec, column, msg := parse(text)
		if msg != "" {
			place := "line " + strconv.Itoa(n)
			if column != "" {
				place += ": " + column
			}
			return nil, fault.Inputf(name, place, "%s", msg)
		}
		rec.Line = n
		out = append(out, rec)
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

// parse gives a record, or the column and what is wrong with it.
func parse(text string) (rec Record, column, msg string) {
	f := strings.Split(text, "\t")
	if len(f) == 1 {
		f = strings.Fields(text)
	}
	if len(f) < 3 {
		return rec, "", "fewer than three columns"
	}
	rec.Contig = f[0]
	if rec.Contig == "" {
		return rec, "chrom", "empty"
	}
	var ok bool
	if rec.Start, ok = position(f[1]); !ok {
		return rec, "start", "not a position: " + strconv.Quote(f[1])
	}
	if rec.End, ok = position(f[2]); !ok {
		return rec, "end", "not a position: " + strconv.Quote(f[2])
	}
	if rec.End < rec.Start {
		return rec, "end", "before the start"
	}
	if len(f) > 3 {
		rec.Name, rec.Rest = f[3], f[4:]
	}
	return rec, "", ""
}

func position(s string) (int, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return int(n), err == nil && n >= 0 && n <= maxEnd && s[0] != '+'
}
