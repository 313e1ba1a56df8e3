package check

import (
	"context"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"varpanel/hts/fault"
	"varpanel/internal/testkit"
)

// peerTable reads one of the peers' tables: the named columns of each row.
func peerTable(t *testing.T, name string, columns ...string) [][]string {
	t.Helper()
	var out [][]string
	for _, row := range testkit.Table(t, testkit.Shared(t, "conformance", name)) {
		var one []string
		for _, c := range columns {
			one = append(one, row[c])
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
			r, err := File(context.Background(), testkit.Shared(t, "conformance/"+path(row)), Options{})
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
		t.Logf("%s through check: matched %d / %d run / %d not applicable", set, matched, run, not)
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

// verdicts is a table of files and what a peer says of each.
type verdicts struct {
	set           string
	cases         []verdict
	missed        map[string]string // what we say otherwise, and why
	notApplicable map[string]string // by file, or its ending
	least         int               // matched before
}

// verdict is what a peer says of a file: whether it is whole, and how many
// records it has, where the table tells.
type verdict struct {
	file    string
	whole   bool
	records string
}

func (v verdicts) judge(t *testing.T) {
	t.Helper()
	matched, run, not := 0, 0, 0
	for _, c := range v.cases {
		name := path.Base(c.file)
		why := v.notApplicable[name]
		if why == "" {
			why = v.notApplicable[path.Ext(name)]
		}
		if why != "" {
			not++
			t.Logf("%s %s is not applicable: %s", v.set, name, why)
			continue
		}
		run++
		r, err := File(context.Background(), testkit.Shared(t, "conformance/"+c.file), Options{Threads: 2})
		switch {
		case err != nil && fault.KindOf(err) != fault.Input:
			t.Errorf("%s %s: %v is no input fault", v.set, name, err)
		case err == nil && c.records != "" && c.records != strconv.Itoa(r.Records):
			t.Errorf("%s %s: %s, the peer has %s records", v.set, name, r, c.records)
		case c.whole == (err == nil):
			matched++
		case v.missed[name] != "":
			t.Logf("missed: %s %s: %s", v.set, name, v.missed[name])
		default:
			t.Errorf("%s %s: whole %v, error %v", v.set, name, c.whole, err)
		}
	}
	t.Logf("%s through check: matched %d / %d run / %d not applicable", v.set, matched, run, not)
	if matched < v.least {
		t.Errorf("%s: %d matched, %d were reached before", v.set, matched, v.least)
	}
}

// What bgzip, samtools view and samtools quickcheck 1.16 say of the derived
// corruption set: a file is whole where all that read it succeed.
func TestDerivedThroughCheck(t *testing.T) {
	v := verdicts{set: "bgzf-derived", least: 11, missed: map[string]string{
		"no_eof.txt.gz": "the end-of-file block is missing: an error here, where bgzip gives the data",
	}}
	for _, row := range peerTable(t, "bgzf-derived/cases.tsv", "file", "bgzip_1_16_dc", "samtools_view_1_16", "samtools_quickcheck") {
		c := verdict{file: "bgzf-derived/" + row[0], whole: true}
		for _, said := range row[1:] {
			c.whole = c.whole && (said == "" || strings.HasPrefix(said, "exit 0"))
		}
		if _, n, ok := strings.Cut(row[2], ", "); ok && c.whole {
			c.records = strings.TrimSuffix(n, " records")
		}
		v.cases = append(v.cases, c)
	}
	v.judge(t)
}

func TestQuickcheckThroughCheck(t *testing.T) {
	v := verdicts{set: "samtools quickcheck", least: 2}
	for _, row := range peerTable(t, "samtools/quickcheck/cases.tsv", "file", "verdict") {
		v.cases = append(v.cases, verdict{file: "samtools/quickcheck/" + row[0], whole: row[1] == "ok"})
	}
	v.judge(t)
}

// htsjdk's files, by what samtools and bcftools 1.16 do with them.
func TestHtsjdkThroughCheck(t *testing.T) {
	const sam = "SAM text is not read"
	const bare = "a header without a reference sequence: an error here, as samtools quickcheck has it"
	v := verdicts{set: "htsjdk files", least: 5, notApplicable: map[string]string{
		".sam": sam, ".interval_list": "interval lists are not read", ".bai": "it belongs to issue76.bam",
	}, missed: map[string]string{
		"empty.bam": bare, "empty_no_empty_gzip_block.bam": bare,
		"test_withNanQual.vcf": "a GQ that is no integer is a warning here, as long as nobody asks for it",
	}}
	for _, row := range peerTable(t, "htsjdk/files.tsv", "file", "debian_1_16") {
		c := verdict{file: "htsjdk/" + row[0]}
		if n, ok := strings.CutPrefix(row[1], "exit 0, records "); ok {
			c.whole, c.records = true, n
		}
		v.cases = append(v.cases, c)
	}
	v.judge(t)
}

// htslib's own files: whole, all of them, but the empty one.
func TestHtslibThroughCheck(t *testing.T) {
	v := verdicts{set: "htslib files", least: 6}
	for name, whole := range map[string]bool{
		"index/range.bam": true, "index/range.bam.bai": true, "index/index.vcf": true, "bgzf/bgzf_boundaries1.bam": true,
		"bgzf/bgziptest.txt.gz": true, "bgzf/emptyfile": false,
	} {
		v.cases = append(v.cases, verdict{file: "htslib/" + name, whole: whole})
	}
	v.judge(t)
}

// What the specification forbids in a BAM is a warning with its place.
func TestBreachesOfBAM(t *testing.T) {
	samtools := testkit.Oracle(t, "samtools")
	for name, want := range map[string]string{
		"hdr.SQ9.sam":     `^header line 1: @SQ: AN has "ref2"`,
		"qname.fail2.sam": `^offset \d+:\d+: QNAME: is no name`,
	} {
		packed := filepath.Join(t.TempDir(), "a.bam")
		if out, err := exec.Command(samtools, "view", "--no-PG", "-b", "-o", packed, testkit.Shared(t, "conformance/hts-specs/sam/failed", name)).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		r, err := File(context.Background(), packed, Options{Threads: 2})
		must(t, err)
		if lines := r.Breaches.Lines(); len(lines) == 0 || !regexp.MustCompile(want).MatchString(lines[0]) {
			t.Errorf("%s: %q, want %q", name, lines, want)
		}
	}
}
