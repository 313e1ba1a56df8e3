package bed

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"varpanel/hts/fault"
	"varpanel/internal/testkit"
)

func TestRead(t *testing.T) {
	in := "\ufeff# made by hand\nbrowser position chr1:1-10\ntrack name=\"x\"\n\nchr1\t0\t10\n" +
		"chr1\t5\t5\tinsertion point\t0\t+\r\nHLA-A*01:01 3 7 name with spaces\ntracker\t1\t2\nX\t1\t2\t\t.\n"
	got, err := Read(strings.NewReader(in), "x.bed")
	if err != nil {
		t.Fatal(err)
	}
	want := []Record{
		{Contig: "chr1", Start: 0, End: 10, Line: 5},
		{Contig: "chr1", Start: 5, End: 5, Name: "insertion point", Rest: []string{"0", "+"}, Line: 6},
		{Contig: "HLA-A*01:01", Start: 3, End: 7, Name: "name", Rest: []string{"with", "spaces"}, Line: 7},
		{Contig: "tracker", Start: 1, End: 2, Line: 8},
		{Contig: "X", Start: 1, End: 2, Name: "", Rest: []string{"."}, Line: 9},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if text, err := ReadText(in, "x.bed"); err != nil || !reflect.DeepEqual(text, want) {
		t.Errorf("got  %+v, %v\nwant %+v", text, err, want)
	}
	if got, err = Read(strings.NewReader("1\t2\t3"), "x.bed"); err != nil || len(got) != 1 {
		t.Error(got, err)
	}
	if got, err = Read(strings.NewReader(""), "x.bed"); err != nil || len(got) != 0 {
		t.Error(got, err)
	}
}

func TestBadLines(t *testing.T) {
	for in, want := range map[string]string{
		"chr1\t1\t2\nchr1\t5\n":           "x.bed: line 2: fewer than three columns",
		"chr1\tone\t2\n":                  `x.bed: line 1: start: not a position: "one"`,
		"chr1\t1\t2.5\n":                  `x.bed: line 1: end: not a position: "2.5"`,
		"chr1\t-1\t2\n":                   `x.bed: line 1: start: not a position: "-1"`,
		"chr1\t+1\t2\n":                   `x.bed: line 1: start: not a position: "+1"`,
		"chr1\t\t2\n":                     `x.bed: line 1: start: not a position: ""`,
		"#\nchr1\t9\t8\n":                 "x.bed: line 2: end: before the start",
		"\t1\t2\n":                        "x.bed: line 1: chrom: empty",
		"chr1\t1\t99999999999999999999\n": `x.bed: line 1: end: not a position: "99999999999999999999"`,
		"#\nchr1\t1\t" + strings.Repeat("9", 1<<21): "x.bed: line 2: longer than 1048576 bytes",
	} {
		_, err := Read(strings.NewReader(in), "x.bed")
		if fault.KindOf(err) != fault.Input || err.Error() != want {
			t.Errorf("%.30q: %v", in, err)
		}
		if _, err = ReadText(in, "x.bed"); fault.KindOf(err) != fault.Input || err.Error() != want {
			t.Errorf("%.30q as text: %v", in, err)
		}
	}
}

// The panels of the shared data: every line but headers is an interval.
func TestSharedPanels(t *testing.T) {
	dir := testkit.Shared(t, "data")
	files, err := filepath.Glob(filepath.Join(dir, "panels", "*.bed"))
	if err != nil {
		t.Fatal(err)
	}
	more, err := filepath.Glob(filepath.Join(dir, "panels", "*", "*.bed"))
	if err != nil {
		t.Fatal(err)
	}
	if files = append(files, more...); len(files) == 0 {
		t.Fatal("no panels in the shared data")
	}
	for _, path := range files {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		lines := 0
		for l := range strings.Lines(string(b)) {
			if strings.TrimSpace(l) != "" && l[0] != '#' && !strings.HasPrefix(l, "track") {
				lines++
			}
		}
		got, err := Read(strings.NewReader(string(b)), path)
		if err != nil || len(got) != lines {
			t.Errorf("%s: %d records of %d lines: %v", path, len(got), lines, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("chr1\t0\t10\tname\t0\t+\n# x\ntrack y\n")
	f.Fuzz(func(t *testing.T, in string) {
		got, err := Read(strings.NewReader(in), "x")
		text, textErr := ReadText(in, "x")
		if fmt.Sprint(err) != fmt.Sprint(textErr) || err == nil && len(got)+len(text) > 0 && !reflect.DeepEqual(got, text) {
			t.Fatalf("a reader gives %+v, %v; the text %+v, %v", got, err, text, textErr)
		}
		if err != nil {
			return
		}
		for _, r := range got {
			if r.Contig == "" || r.Start < 0 || r.End < r.Start || r.Line < 1 {
				t.Fatalf("%+v", r)
			}
		}
	})
}
