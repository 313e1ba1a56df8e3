package consequence

import (
	"regexp"
	"slices"
	"strconv"
	"testing"
)

// The codon of a shifted frame's stop is the one that its protein name counts to,
// for every frame shift of ClinVar in the core regions.
func TestStopOfShift(t *testing.T) {
	c := core(t)
	records, _ := readClinVar(t)
	shift := regexp.MustCompile(`^p\.\([A-Z][a-z]{2}([0-9]+)(?:Ter|[A-Z][a-z]{2}fsTer([0-9]+))\)$`)
	p := New(c.model, c.seq, Options{})
	n := 0
	for _, r := range records {
		all, err := p.Predict(nil, r.Allele)
		if err != nil {
			t.Fatal(err)
		}
		for _, pr := range all {
			want := 0
			if m := shift.FindStringSubmatch(pr.HGVSp); m != nil && slices.Contains(pr.Terms, Frameshift) {
				want, _ = strconv.Atoi(m[1]) // digits by the expression
				if m[2] != "" {
					far, _ := strconv.Atoi(m[2])
					want += far - 1
				}
				n++
			}
			if pr.StopAt != want {
				t.Errorf("%v: %s stops at codon %d, want %d", r.Allele, pr.HGVSp, pr.StopAt, want)
			}
		}
	}
	if n < 3000 {
		t.Errorf("%d frame shifts were compared", n)
	}
	t.Logf("%d frame shifts", n)
}
