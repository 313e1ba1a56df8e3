package view

import (
	"os"
	"strings"
	"testing"

	"varpanel/hts/fault"
	"varpanel/internal/testkit"
)

// asWritten is a VCF's text as scan writes it where it changes nothing: with
// "\n" after every line, and without the empty lines at its end.
func asWritten(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.TrimRight(strings.ReplaceAll(string(b), "\r\n", "\n"), "\n")
	return text + "\n"
}

// ways writes a file by each way that keeps every record: as text, looked at by
// an expression, and packed. The first output or error that differs is told.
func ways(t *testing.T, path string) (text string, err error) {
	t.Helper()
	for i, o := range []Options{
		{Threads: 1}, {Threads: 3}, {Threads: 2, Include: "POS>=0"}, {Threads: 2, Compress: packer(2)},
	} {
		o.Path = path
		got, one := scanned(t, o)
		if one == nil && o.Compress != nil {
			got = unpack(t, got)
		}
		switch {
		case i == 0:
			text, err = got, one
		case (one == nil) != (err == nil) || one == nil && got != text:
			t.Errorf("%s, way %d: %v, before %v; the same text: %v", path, i, one, err, got == text)
		}
	}
	return text, err
}

// kept says whether a file is written unchanged, and what is written is read and
// written again unchanged.
func kept(t *testing.T, path, want string) bool {
	t.Helper()
	got, err := ways(t, path)
	if err != nil || got != want {
		t.Logf("%s: %v\n%.300q, want\n%.300q", path, err, got, want)
		return false
	}
	again := mustScan(t, Options{Path: "-", In: strings.NewReader(got), Threads: 2})
	return again == want
}

// unharmed says whether a file that breaks the specification is refused as such,
// or written unchanged.
func unharmed(t *testing.T, path string) bool {
	t.Helper()
	got, err := ways(t, path)
	if err != nil {
		return fault.KindOf(err) == fault.Input
	}
	return got == asWritten(t, path)
}

// What the specification's and the validator's passed files hold leaves scan as
// it was, header and records; a failed one is refused, or leaves as it was too.
func TestSpecificationThroughScan(t *testing.T) {
	judge := func(set string, rows []map[string]string, path func(file string) string, passed func(row map[string]string) bool) {
		matched, run := 0, 0
		for _, row := range rows {
			file := testkit.Shared(t, "conformance/"+path(row["file"]))
			ok := false
			if passed(row) {
				ok = kept(t, file, asWritten(t, file))
			} else {
				ok = unharmed(t, file)
			}
			run++
			if ok {
				matched++
			} else {
				t.Errorf("%s: %s", set, row["file"])
			}
		}
		t.Logf("%s through scan: matched %d / %d run / 0 not applicable", set, matched, run)
	}
	for _, version := range []string{"4.1", "4.2", "4.3", "4.5"} {
		for _, kind := range []string{"passed", "failed"} {
			if version == "4.5" && kind == "failed" {
				continue // it has no failed files
			}
			dir := "hts-specs/vcf/" + version + "/" + kind
			judge("hts-specs VCF "+version+" "+kind, testkit.Table(t, testkit.Shared(t, "conformance/"+dir+".tsv")),
				func(file string) string { return dir + "/" + file },
				func(map[string]string) bool { return kind == "passed" })
		}
	}
	judge("vcf-validator VCF 4.4", testkit.Table(t, testkit.Shared(t, "conformance/vcf-validator/cases.tsv")),
		func(file string) string { return "vcf-validator/" + file },
		func(row map[string]string) bool { return row["verdict"] == "accept" })
}

// htslib's cases of reading and writing back, through scan.
func TestHtslibParseThroughScan(t *testing.T) {
	const dir = "conformance/htslib/vcf-parse/"
	matched, run := 0, 0
	for _, row := range testkit.Table(t, testkit.Shared(t, dir+"cases.tsv")) {
		run++
		if kept(t, testkit.Shared(t, dir+row["input"]), asWritten(t, testkit.Shared(t, dir+row["expected_stdout"]))) {
			matched++
		} else {
			t.Errorf("%s is written otherwise", row["input"])
		}
	}
	t.Logf("htslib vcf-parse through scan: matched %d / %d run / 0 not applicable", matched, run)
}
