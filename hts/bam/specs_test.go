package bam

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/internal/testkit"
)

// The specification's files are SAM text, which is not read here: samtools makes
// BAMs of them. Those that pass must give the fields that samtools prints, and no
// report. Those that fail must be refused or reported; where samtools has made
// something else of the fault, they give samtools' fields and are named here.
var (
	// specRefused are passed files that are refused.
	specRefused = map[string]string{
		"cigar.warn1": pastContig, "pnext.pair-2nd": pastContig, "pnext.warn-pair-2nd": pastContig,
	}
	// specGone are failed files whose fault is not in the BAM any more.
	specGone = map[string]string{
		"aux.fail-f2": "10. is 10 in the BAM", "aux.fail-f4": "e is 0 in the BAM", "aux.fail-i4": "10.999 is 10 in the BAM",
		"mapq.fail2": "256 is 0 in the BAM", "qual.fail2": "QUAL is missing in the BAM", "seq.fail1": "a blank is N in the BAM",
	}
)

const pastContig = "a read that begins past the end of its contig is refused"

func TestSpecificationFiles(t *testing.T) {
	samtools := testkit.Oracle(t, "samtools")
	for _, kind := range []string{"passed", "failed"} {
		files, err := filepath.Glob(filepath.Join(testkit.Shared(t, "conformance", "hts-specs", "sam", kind), "*.sam"))
		if err != nil {
			t.Fatal(err)
		}
		matched, run, not := 0, 0, 0
		for _, path := range files {
			name := strings.TrimSuffix(filepath.Base(path), ".sam")
			packed := filepath.Join(t.TempDir(), "a.bam")
			if exec.Command(samtools, "view", "--no-PG", "-b", "-o", packed, path).Run() != nil {
				not++
				t.Logf("%s %s is not applicable: samtools makes no BAM of it", kind, name)
				continue
			}
			run++
			got, reports, err := fieldsOf(packed)
			taken := err == nil && (len(reports) == 0 || strings.Contains(name, "warn"))
			switch {
			case err != nil && fault.KindOf(err) != fault.Input:
				t.Errorf("%s %s: %v is no input fault", kind, name, err)
			case err == nil && got != printed(t, samtools, packed):
				t.Errorf("%s %s: other fields than samtools has", kind, name)
			case taken == (kind == "passed"):
				matched++
			case kind == "passed" && specRefused[name] != "":
				t.Logf("missed: passed %s is refused (%v): %s", name, err, specRefused[name])
			case kind == "failed" && specGone[name] != "":
				run--
				not++
				t.Logf("failed %s is not applicable: %s", name, specGone[name])
			default:
				t.Errorf("%s %s: %v, reports %q", kind, name, err, reports)
			}
		}
		t.Logf("hts-specs SAM %s, made into BAM: matched %d / %d run / %d not applicable", kind, matched, run, not)
		if least := map[string]int{"passed": 38, "failed": 32}[kind]; matched < least {
			t.Errorf("%s: %d matched, %d were reached before", kind, matched, least)
		}
	}
}

// fieldsOf gives the columns of SAM text, but for the tags, of every record, and
// what is reported of them and of the header.
func fieldsOf(path string) (text string, reports []string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", nil, err
	}
	defer f.Close()
	r, err := NewReader(f, bgzf.Options{Name: path}, false)
	if err != nil {
		return "", nil, err
	}
	defer r.Close()
	r.Header().CheckText(func(line int, msg string) { reports = append(reports, fmt.Sprintf("line %d: %s", line, msg)) })
	checker := NewChecker(func(field, msg string) { reports = append(reports, field+": "+msg) })
	var out strings.Builder
	for rec := new(Record); ; {
		err := r.Read(rec)
		if errors.Is(err, io.EOF) {
			return out.String(), reports, nil
		}
		if err != nil {
			return "", reports, err
		}
		checker.Check(rec)
		out.WriteString(strings.Join(columns(rec, r.Header()), "\t") + "\n")
	}
}

func columns(r *Record, h *Header) []string {
	contig := func(id int) string {
		if id < 0 {
			return "*"
		}
		return h.Refs[id].Name
	}
	mate := contig(r.MateRefID())
	if r.MateRefID() >= 0 && r.MateRefID() == r.RefID() {
		mate = "="
	}
	cigar, bases, quals := "", "", ""
	for i := range r.NOps() {
		cigar += strconv.Itoa(r.Op(i).Len()) + "MIDNSHP=X"[r.Op(i).Kind():][:1]
	}
	for i := range r.Len() {
		bases += string(r.Base(i))
		if q := r.Qual(i); q != 0xff {
			quals += string(rune(q + '!'))
		}
	}
	for _, s := range []*string{&cigar, &bases, &quals} {
		if *s == "" {
			*s = "*"
		}
	}
	return []string{
		string(r.Name()), strconv.Itoa(r.Flag()), contig(r.RefID()), strconv.Itoa(r.Pos() + 1), strconv.Itoa(r.MapQ()), cigar,
		mate, strconv.Itoa(r.MatePos() + 1), strconv.Itoa(r.TemplateLen()), bases, quals,
	}
}

// printed gives the same columns as samtools prints them.
func printed(t *testing.T, samtools, path string) string {
	t.Helper()
	text, err := exec.Command(samtools, "view", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for line := range strings.Lines(string(text)) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		out.WriteString(strings.Join(f[:min(11, len(f))], "\t") + "\n")
	}
	return out.String()
}
