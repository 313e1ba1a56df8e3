package check

import (
	"bytes"
	"context"
	"encoding/csv"
	"os"
	"strings"
	"testing"
)

// peerTable reads one of the peers' tables: the named columns of each row.
func peerTable(t *testing.T, name string, columns ...string) [][]string {
	t.Helper()
	text, err := os.ReadFile(shared(t, "conformance/"+name))
	must(t, err)
	in := csv.NewReader(bytes.NewReader(text))
	in.Comma, in.LazyQuotes, in.FieldsPerRecord = '\t', true, -1
	rows, err := in.ReadAll()
	must(t, err)
	var out [][]string
	for _, row := range rows[1:] {
		var one []string
		for _, c := range columns {
			for i, name := range rows[0] {
				if name == c {
					one = append(one, row[i])
				}
			}
		}
		out = append(out, one)
	}
	return out
}

// What check says of the specification's and the validator's files: those that
// pass are whole; of those that fail, each is bad or warned of. The reasons for
// the exceptions stand in hts/vcf's conformance test, which judges the readers.
func TestSpecificationThroughCheck(t *testing.T) {
	missed := []string{"4.1/failed/failed_body_format_003", "4.2/failed/failed_body_format_003"} // '_' in a FORMAT key: 4.3 allows it
	notApplicable := []string{"body_chrom_00"}                                                   // ':' and '*' in names: HLA contigs have them
	// Records that are out of order: reading them in order is what check is for.
	unsorted := []string{"zero_length_LAA"}
	is := func(list []string, name string) bool {
		for _, part := range list {
			if strings.Contains(name, part) {
				return true
			}
		}
		return false
	}
	judge := func(set string, cases [][]string, good func(row []string) bool, path func(row []string) string) {
		matched, run, not := 0, 0, 0
		for _, row := range cases {
			r, err := File(context.Background(), shared(t, "conformance/"+path(row)), Options{})
			whole := err == nil && (!good(row) || r.Kind != "")
			noted := err != nil || len(r.Breaches.Lines()) > 0
			switch {
			case good(row) && (whole || is(unsorted, row[0])), !good(row) && noted:
				run++
				matched++
			case is(notApplicable, row[0]):
				not++
			case is(missed, path(row)):
				run++
				t.Logf("%s is whole, and not warned of", path(row))
			default:
				run++
				t.Errorf("%s %s: good %v, error %v", set, row[0], good(row), err)
			}
		}
		t.Logf("%s through check: %d matched / %d run / %d not applicable", set, matched, run, not)
	}
	for _, version := range []string{"4.1", "4.2", "4.3", "4.5"} {
		dir := "hts-specs/vcf/" + version
		judge("hts-specs VCF "+version+" passed", peerTable(t, dir+"/passed.tsv", "file"),
			func([]string) bool { return true }, func(row []string) string { return dir + "/passed/" + row[0] })
		if version == "4.5" {
			continue // it has no failed files
		}
		judge("hts-specs VCF "+version+" failed", peerTable(t, dir+"/failed.tsv", "file"),
			func([]string) bool { return false }, func(row []string) string { return dir + "/failed/" + row[0] })
	}
	judge("vcf-validator VCF 4.4", peerTable(t, "vcf-validator/cases.tsv", "file", "verdict"),
		func(row []string) bool { return row[1] == "accept" }, func(row []string) string { return "vcf-validator/" + row[0] })
}
