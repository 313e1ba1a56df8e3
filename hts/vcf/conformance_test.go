package vcf

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"varpanel/hts/fault"
)

// shared finds a file of the shared data, which stands beside the repository.
func shared(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join("..", "..", "..", "shared", name)
	if _, err := os.Stat(path); err != nil {
		t.Skip("not here: ../shared/" + name)
	}
	return path
}

// table reads a table of a conformance set.
func table(t testing.TB, path string) []map[string]string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	in := csv.NewReader(bytes.NewReader(b))
	in.Comma, in.LazyQuotes, in.FieldsPerRecord = '\t', true, -1
	rows, err := in.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, name := range rows[0] {
			if i < len(row) {
				m[name] = row[i]
			}
		}
		out = append(out, m)
	}
	return out
}

// verdict reads a whole file: "refused" with the first error, "reported" with
// the first thing that the header or a Checker reports, or "taken".
func verdict(t testing.TB, path string) (string, string) {
	t.Helper()
	v, err := Open(path, 1)
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

// notAsked names what a failed file is about that is not asked of this reader, by
// a part of its name. Everything else must be refused or reported.
var notAsked = map[string]string{
	"body_chrom_001":      "':' in a contig's name: HLA contigs have it",
	"body_chrom_004":      "'*' in a contig's name: HLA contigs have it",
	"body_no_newline":     "a last line without its end is read",
	"body_duplicated_001": "the same allele in another context: normalisation finds it",
	"body_duplicated_003": "the same allele in another context: normalisation finds it",
	"meta_alt_005":        "the prefix of an ALT line's ID",
	"meta_assembly_001":   "whether a URL is one",
	"meta_meta_001":       "Type of a META line",
	"meta_pedigree_00":    "the parts of a PEDIGREE line",
	"meta_sample_003":     "the characters of a SAMPLE line's ID",

	"4.1/failed_body_format_003": "'_' in a FORMAT key: 4.3 allows it and callers write it in 4.2 (MIN_DP)",
	"4.2/failed_body_format_003": "'_' in a FORMAT key: 4.3 allows it and callers write it in 4.2 (MIN_DP)",
	"meta_alt_000":               "the prefix of an ALT line's ID",
	"4.1/failed_meta_sample_000": "Genomes of a SAMPLE line",
	"4.2/failed_meta_sample_000": "Genomes of a SAMPLE line",
}

// The specification's files: every passed one is read to its end, every failed
// one is refused or reported, but for what is not asked.
func TestSpecificationFiles(t *testing.T) {
	matched, run, skipped := 0, 0, 0
	for _, version := range []string{"4.1", "4.2", "4.3"} {
		dir := "conformance/hts-specs/vcf/" + version
		for _, row := range table(t, shared(t, dir+"/passed.tsv")) {
			run++
			if got, msg := verdict(t, shared(t, dir+"/passed/"+row["file"])); got == "refused" {
				t.Errorf("%s passed/%s: %s", version, row["file"], msg)
			} else {
				matched++
			}
		}
		for _, row := range table(t, shared(t, dir+"/failed.tsv")) {
			if reason := reasonNotAsked(version + "/" + row["file"]); reason != "" {
				skipped++
				continue
			}
			run++
			if got, _ := verdict(t, shared(t, dir+"/failed/"+row["file"])); got == "taken" {
				t.Errorf("%s failed/%s was taken: %s", version, row["file"], row["what_is_wrong"])
			} else {
				matched++
			}
		}
	}
	for _, row := range table(t, shared(t, "conformance/hts-specs/vcf/4.5/passed.tsv")) {
		run++
		if got, msg := verdict(t, shared(t, "conformance/hts-specs/vcf/4.5/passed/"+row["file"])); got == "refused" {
			t.Errorf("4.5 passed/%s: %s", row["file"], msg)
		} else {
			matched++
		}
	}
	t.Logf("hts-specs VCF 4.1 to 4.3, and 4.5's passed file: %d matched of %d run, %d not applicable", matched, run, skipped)
}

func reasonNotAsked(file string) string {
	for part, reason := range notAsked {
		if strings.Contains(file, part) {
			return reason
		}
	}
	return ""
}

// The validator's files are of VCF 4.4, which is read and not checked in full:
// every passed one is read, and of the failed ones those whose fault the reader
// or the Checker knows are counted.
func TestValidatorFiles(t *testing.T) {
	passed, matched, failed := 0, 0, 0
	for _, row := range table(t, shared(t, "conformance/vcf-validator/cases.tsv")) {
		got, msg := verdict(t, shared(t, "conformance/vcf-validator/"+row["file"]))
		switch {
		case row["verdict"] == "accept":
			passed++
			if got == "refused" {
				t.Errorf("%s: %s", row["file"], msg)
			}
		case got == "taken":
			failed++
			t.Logf("%s: not found (a rule of VCF 4.4, or one that is not asked)", row["file"])
		default:
			failed++
			matched++
		}
	}
	t.Logf("vcf-validator: %d passed files read, %d of %d failed ones refused or reported", passed, matched, failed)
	if matched < 80 {
		t.Errorf("only %d of the failed files are refused or reported", matched)
	}
}

// htsjdk's VCF resources, against what their table says of them.
func TestHtsjdkFiles(t *testing.T) {
	for file, want := range map[string]string{
		"tribble/vcfexample.vcf.truncated.gz": "refused",
		"variant/phased.vcf":                  "taken",
		"variant/vcf42HeaderLines.vcf":        "taken",
		"variant/test_withNanQual.vcf":        "taken",
	} {
		got, msg := verdict(t, shared(t, "conformance/htsjdk/"+file))
		if got == "reported" {
			got = "taken"
		}
		if got != want {
			t.Errorf("%s: %s (%s), want %s", file, got, msg, want)
		}
	}
	t.Log("htsjdk: 4 run, 11 not applicable (SAM, BAM and interval lists)")
}
