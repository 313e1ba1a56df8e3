package source

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/reference/allele"
)

// sequence is contig chr1 of these tests.
type sequence string

func (s sequence) Bases(contig string, start, end int) ([]byte, error) {
	if contig != "chr1" || start < 0 || end > len(s) || start > end {
		return nil, fmt.Errorf("%s:%d-%d is not there", contig, start, end)
	}
	return []byte(s[start:end]), nil
}

func (s sequence) Length(contig string) (int, bool) { return len(s), contig == "chr1" }

// position   1234567890123456
const bases = "GATTACACACACAGGG"

func resolve(name string, length int) (string, bool) {
	if length != 0 && length != len(bases) {
		return "", false
	}
	return "chr1", name == "1" || name == "chr1"
}

const knownHeader = `##fileformat=VCFv4.2
##INFO=<ID=VP_KNOWN,Number=1,Type=String,Description="x">
##INFO=<ID=VP_REASON,Number=1,Type=String,Description="x">
#CHROM	POS	ID	REF	ALT	QUAL	FILTER	INFO
`

func openKnown(t *testing.T, records ...string) (*Known, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "known.vcf")
	write(t, path, knownHeader+strings.ReplaceAll(strings.Join(records, "\n"), " ", "\t")+"\n")
	return OpenKnown(path, bgzf.Options{}, sequence(bases), resolve)
}

func TestKnown(t *testing.T) {
	k, err := openKnown(t,
		"1 2 lab1 A C . . VP_KNOWN=include;VP_REASON=seen_in_R208",
		"chr1 11 . ACA A . . VP_KNOWN=artefact", // the same as deleting the first CA or AC
		"chr1 14 . G C,T . . VP_KNOWN=artefact",
		"chr9 14 . G C . . VP_KNOWN=artefact",
	)
	if err != nil {
		t.Fatal(err)
	}
	if k.Len() != 4 || k.Elsewhere != 1 {
		t.Errorf("%d alleles, %d elsewhere", k.Len(), k.Elsewhere)
	}
	d := KnownDescription()
	for _, tt := range []struct {
		a    allele.Allele
		says string
	}{
		{snv("chr1", 2, "A", "C"), Include},
		{snv("chr1", 4, "TAC", "T"), Artefact}, // leftmost form of ACACACACA less two
		{snv("chr1", 14, "G", "C"), Artefact},
		{snv("chr1", 14, "G", "T"), Artefact},
		{snv("chr1", 14, "G", "A"), ""},
	} {
		hits := k.Lookup(tt.a, nil)
		if len(hits) == 0 {
			if tt.says != "" {
				t.Errorf("%s: not found", tt.a)
			}
			continue
		}
		if got := d.Value(hits[0], FieldKnown); got != tt.says || hits[0].Kind != List || hits[0].Source != KnownList {
			t.Errorf("%s: %+v", tt.a, hits[0])
		}
	}
	if h := k.Lookup(snv("chr1", 2, "A", "C"), nil); h[0].ID != "lab1" || d.Value(h[0], FieldReason) != "seen_in_R208" {
		t.Errorf("%+v", h[0])
	}
	var none *Known
	if hits := none.Lookup(snv("chr1", 2, "A", "C"), nil); hits != nil {
		t.Error("no list has no allele")
	}
}

func TestKnownRefused(t *testing.T) {
	for name, records := range map[string][]string{
		"no verdict":      {"1 2 . A C . . ."},
		"another verdict": {"1 2 . A C . . VP_KNOWN=benign"},
		"REF differs":     {"1 2 . G C . . VP_KNOWN=include"},
		"past the end":    {"1 17 . G C . . VP_KNOWN=include"},
		"symbolic":        {"1 2 . A <DEL> . . VP_KNOWN=include"},
		"both":            {"1 2 . A C . . VP_KNOWN=include", "1 2 . A C . . VP_KNOWN=artefact"},
	} {
		if _, err := openKnown(t, records...); fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "line ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
