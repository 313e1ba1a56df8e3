package report

import (
	"strings"
	"testing"
)

func TestCount(t *testing.T) {
	for n, want := range map[int]string{0: "0", 7: "7", 999: "999", 1000: "1,000", 5540: "5,540", 1234567: "1,234,567", -1000: "-1,000", -100: "-100"} {
		if got := Count(n); got != want {
			t.Errorf("Count(%d) = %s, want %s", n, got, want)
		}
	}
}

// TestLimits: whatever is not assessed is named, one statement a kind.
func TestLimits(t *testing.T) {
	r := &Report{
		Test: Test{
			Genes: []Gene{
				{Symbol: "BRCA1", State: "assessed"},
				{Symbol: "ATM", State: "not assessed"},
				{Symbol: "CHEK2", State: "not assessed"},
				{Symbol: "BRAF", State: "part assessed", NotAssessed: []string{"exon 1: 138 coding bases", "exon 2: 102 coding bases"}},
				{Symbol: "NPM1", State: "part assessed", NotAssessed: []string{"exon 1: 58 coding bases"},
					Notes: []string{"part assessed: 846 of 885 coding bases have no sequence (exons 1-11)"}},
				{Symbol: "U2AF1", State: "assessed", Notes: []string{"false duplication on GRCh38"}},
			},
			Regions: []string{"ISCA-37390"},
		},
		Hotspots: []Hotspot{{Name: "JAK2 V617F", Status: "detected"}, {Name: "KRAS G12", Status: "not-assessable", Why: "no reads"}},
		Excluded: []Excluded{{Rule: "frequency"}, {Rule: "symbolic-record", Contig: "chr1", Pos: 5, Alt: "<DEL>", Gene: "DMD"}},
		NotDone:  []NotDone{{What: "families", Why: "proband only"}},
	}
	var got []string
	for _, l := range Limits(r) {
		got = append(got, l.What+" | "+l.Why)
	}
	want := []string{
		"2 genes not assessed: ATM, CHEK2 | this test has no sequence for them; no variant in them can be seen",
		"BRAF: assessed in part only | without sequence in this test: exon 1: 138 coding bases; exon 2: 102 coding bases",
		"NPM1: assessed in part only | 846 of 885 coding bases have no sequence (exons 1-11)",
		"U2AF1: read with care | false duplication on GRCh38",
		"Regions and repeats of the panel: not assessed by this test | ISCA-37390",
		"1 symbolic, copy-number or repeat record inside the panel: not assessed by this test | DMD chr1:5 <DEL>",
		"1 of 2 hotspots: not assessable | KRAS G12 (no reads)",
		"Coverage: not assessed | no BAM was given, so this report cannot tell a gene that was read and is normal from one that was not read",
		"Families: not evaluated | proband only",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if l := Limits(&Report{Coverage: &Coverage{}, Test: Test{Genes: []Gene{{Symbol: "BRCA1", State: "assessed"}}}}); l != nil {
		t.Errorf("a whole test has limits %v", l)
	}
}

// TestNoCoverageOnce: the case may say itself that there was no BAM.
func TestNoCoverageOnce(t *testing.T) {
	l := Limits(&Report{NotDone: []NotDone{{What: "coverage", Why: "no BAM was given"}}})
	if len(l) != 1 || l[0] != (Limit{"Coverage: not evaluated", "no BAM was given"}) {
		t.Errorf("got %v", l)
	}
}

// TestManySymbolic: the list of places is bounded and says so.
func TestManySymbolic(t *testing.T) {
	r := &Report{Coverage: &Coverage{}}
	for range 1012 {
		r.Excluded = append(r.Excluded, Excluded{Rule: "symbolic", Contig: "chr1", Pos: 1, Alt: "<DUP>"})
	}
	l := Limits(r)
	if len(l) != 1 || !strings.HasPrefix(l[0].What, "1,012 symbolic") || !strings.HasSuffix(l[0].Why, "and 1,000 more in the list of excluded alleles") {
		t.Errorf("got %v", l)
	}
}
