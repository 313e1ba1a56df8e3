package bam

import (
	"errors"
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
// BAMs of them. Those that pass must give the fields that samtools prints. Those
// that fail must be refused; where the fault is not one of a field that is looked
// at, they give samtools' fields unchanged and are named here.
var (
	// specRefused are passed files that are refused.
	specRefused = map[string]string{
		"cigar.warn1": pastContig, "pnext.pair-2nd": pastContig, "pnext.warn-pair-2nd": pastContig,
	}
	// specTaken are failed files that are read, by the first word of their name.
	specTaken = map[string]string{
		"aux":   "tags are not looked at, but for CG",
		"cigar": "a clip between other operations: what it covers is well defined",
		"flag":  "bits that have no meaning are passed over",
		"hdr":   "of the header @SQ's names and lengths, @RG's ID and SM and @HD's SO are looked at",
		"mapq":  "the value has wrapped to a byte of the BAM",
		"qname": "a name is not looked at", "rname": "a name is not looked at", "rnext": "a name is not looked at",
		"qual": "QUAL was dropped in the BAM", "seq": "a character that no base has is N in the BAM",
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
			got, err := fieldsOf(packed)
			word, _, _ := strings.Cut(name, ".")
			switch {
			case err != nil && fault.KindOf(err) != fault.Input:
				t.Errorf("%s %s: %v is no input fault", kind, name, err)
			case err == nil && got != printed(t, samtools, packed):
				t.Errorf("%s %s: other fields than samtools has", kind, name)
			case (err == nil) == (kind == "passed"):
				matched++
			case kind == "passed" && specRefused[name] != "":
				t.Logf("missed: passed %s is refused (%v): %s", name, err, specRefused[name])
			case kind == "failed" && specTaken[word] != "":
				t.Logf("missed: failed %s is read: %s", name, specTaken[word])
			default:
				t.Errorf("%s %s: %v", kind, name, err)
			}
		}
		t.Logf("hts-specs SAM %s, made into BAM: matched %d / %d run / %d not applicable", kind, matched, run, not)
		if least := map[string]int{"passed": 38, "failed": 3}[kind]; matched < least {
			t.Errorf("%s: %d matched, %d were reached before", kind, matched, least)
		}
	}
}

// fieldsOf gives the columns of SAM text, but for the tags, of every record.
func fieldsOf(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	r, err := NewReader(f, bgzf.Options{Name: path}, false)
	if err != nil {
		return "", err
	}
	defer r.Close()
	var out strings.Builder
	for rec := new(Record); ; {
		err := r.Read(rec)
		if errors.Is(err, io.EOF) {
			return out.String(), nil
		}
		if err != nil {
			return "", err
		}
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
