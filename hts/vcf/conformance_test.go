package vcf

import (
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/internal/testkit"
)

// verdict reads a whole file: "refused" with the first error, "reported" with
// the first thing that the header or a Checker reports, or "taken".
func verdict(t testing.TB, path string) (string, string) {
	t.Helper()
	v, err := Open(path, bgzf.Options{})
	if err != nil {
		return refused(t, path, err)
	}
	defer v.Close()
	reports := ""
	note := func(column, msg string) {
		if reports == "" {
			reports = column + ": " + msg
		}
	}
	if p := v.Header().Problems; len(p) > 0 {
		note("header", p[0].Msg)
	}
	c := NewChecker(v.Header(), note)
	var r Record
	for {
		err := v.Read(&r)
		if errors.Is(err, io.EOF) && !v.LastLineEnded() {
			note("file", "the last line has no line end")
		}
		if errors.Is(err, io.EOF) && reports == "" {
			return "taken", ""
		}
		if errors.Is(err, io.EOF) {
			return "reported", reports
		}
		if err != nil {
			return refused(t, path, err)
		}
		c.Check(&r)
	}
}

func refused(t testing.TB, path string, err error) (string, string) {
	if fault.KindOf(err) != fault.Input {
		t.Errorf("%s: %v is no input fault", path, err)
	}
	if !strings.Contains(err.Error(), "line ") && !strings.Contains(err.Error(), "empty") && !strings.Contains(err.Error(), "offset") {
		t.Errorf("%s: %v names no place", path, err)
	}
	return "refused", err.Error()
}

// notApplicable names cases that the specification itself has since made legal,
// by a part of their name.
var notApplicable = map[string]string{
	"body_chrom_00": "':' and, after the first character, '*' in a contig's name: HLA contigs have them, and the text of 4.3 and 4.4 allows them",
}

// missed names cases that are read without a report, and why.
var missed = map[string]string{
	"4.1/failed_body_format_003": "'_' in a FORMAT key: 4.3 allows it and callers write it in 4.2 (MIN_DP)",
	"4.2/failed_body_format_003": "'_' in a FORMAT key: 4.3 allows it and callers write it in 4.2 (MIN_DP)",
}

func reason(reasons map[string]string, file string) string {
	for part, r := range reasons {
		if strings.Contains(file, part) {
			return r
		}
	}
	return ""
}

// reported names passed cases that are read and reported, because they break a
// rule that they are not about.
var reported = map[string]string{
	"4.5/zero_length_LAA":                "its records are not in order",
	"passed_body_alt.":                   "a GT of 0|1 where ALT is '.', in 4.4 also a GL of -0r.58",
	"v4.4/passed/passed_body_format":     "'%' in a FORMAT key, which the text of 4.4 does not allow",
	"passed_body_sample_format_CICN.vcf": "a GT of 0/0|",
}

// tally counts a table's cases.
type tally struct{ matched, run, not int }

func (n *tally) log(t *testing.T, name string) {
	t.Helper()
	t.Logf("%s: matched %d / %d run / %d not applicable", name, n.matched, n.run, n.not)
}

// accept is a case that must be read to its end, and not be reported.
func (n *tally) accept(t *testing.T, name, path string) {
	t.Helper()
	n.run++
	switch got, msg := verdict(t, path); {
	case got == "taken":
		n.matched++
	case got == "reported" && reason(reported, name) != "":
		n.matched++
		t.Logf("%s is read, and reported for %s (%s)", name, reason(reported, name), msg)
	default:
		t.Errorf("%s: %s: %s", name, got, msg)
	}
}

// reject is a case that must be refused or reported.
func (n *tally) reject(t *testing.T, name, path string) {
	t.Helper()
	got, _ := verdict(t, path)
	if why := reason(notApplicable, name); got == "taken" && why != "" {
		n.not++
		t.Logf("%s is not applicable: %s", name, why)
		return
	}
	n.run++
	switch why := reason(missed, name); {
	case got != "taken":
		n.matched++
	case why != "":
		t.Logf("%s is read and not reported: %s", name, why)
	default:
		t.Errorf("%s is read and not reported", name)
	}
}

// The specification's files: every passed one is read to its end without a
// report, every failed one is refused or reported.
func TestSpecificationFiles(t *testing.T) {
	for _, version := range []string{"4.1", "4.2", "4.3", "4.5"} {
		dir := "conformance/hts-specs/vcf/" + version
		var n tally
		for _, row := range testkit.Table(t, testkit.Shared(t, dir+"/passed.tsv")) {
			n.accept(t, version+"/"+row["file"], testkit.Shared(t, dir+"/passed/"+row["file"]))
		}
		n.log(t, "hts-specs VCF "+version+" passed")
		if version == "4.5" {
			continue // it has no failed files
		}
		n = tally{}
		for _, row := range testkit.Table(t, testkit.Shared(t, dir+"/failed.tsv")) {
			n.reject(t, version+"/"+row["file"], testkit.Shared(t, dir+"/failed/"+row["file"]))
		}
		n.log(t, "hts-specs VCF "+version+" failed")
	}
}

// The validator's files, of VCF 4.4.
func TestValidatorFiles(t *testing.T) {
	var n tally
	for _, row := range testkit.Table(t, testkit.Shared(t, "conformance/vcf-validator/cases.tsv")) {
		path := testkit.Shared(t, "conformance/vcf-validator/"+row["file"])
		if row["verdict"] == "accept" {
			n.accept(t, row["file"], path)
		} else {
			n.reject(t, row["file"], path)
		}
	}
	n.log(t, "vcf-validator VCF 4.4")
}

// htsjdk's VCF resources, against what their table says of them.
func TestHtsjdkFiles(t *testing.T) {
	want := map[string]string{
		"tribble/vcfexample.vcf.truncated.gz": "refused",
		"variant/phased.vcf":                  "read",
		"variant/vcf42HeaderLines.vcf":        "read",
		"variant/test_withNanQual.vcf":        "read",
	}
	var n tally
	for _, row := range testkit.Table(t, testkit.Shared(t, "conformance/htsjdk/files.tsv")) {
		w, ok := want[row["file"]]
		if !ok {
			n.not++ // SAM, BAM and interval lists
			continue
		}
		n.run++
		got, msg := verdict(t, testkit.Shared(t, "conformance/htsjdk/"+row["file"]))
		if got != "refused" {
			got = "read"
		}
		if got != w {
			t.Errorf("%s: %s (%s), want %s", row["file"], got, msg, w)
			continue
		}
		n.matched++
	}
	n.log(t, "htsjdk files (VCF)")
}

// htslib's cases of reading and writing back.
func TestHtslibParse(t *testing.T) {
	var n tally
	for _, row := range testkit.Table(t, testkit.Shared(t, "conformance/htslib/vcf-parse/cases.tsv")) {
		n.run++
		want, err := os.ReadFile(testkit.Shared(t, "conformance/htslib/vcf-parse/"+row["expected_stdout"]))
		if err != nil {
			t.Fatal(err)
		}
		v, err := Open(testkit.Shared(t, "conformance/htslib/vcf-parse/"+row["input"]), bgzf.Options{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := lines(v)
		if err != nil {
			t.Errorf("%s: %v", row["input"], err)
			continue
		}
		if text := v.Header().Text() + strings.Join(got, "\n") + "\n"; text != string(want) {
			t.Errorf("%s is written as %q", row["input"], text)
			continue
		}
		n.matched++
	}
	n.log(t, "htslib vcf-parse")
}
