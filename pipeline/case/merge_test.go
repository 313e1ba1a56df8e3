package cases

import (
	"slices"
	"testing"

	"varpanel/reference/allele"
	"varpanel/stages/scan"
	"varpanel/stages/variant"
)

func call(pos int, filter string, alt int) *variant.Variant {
	return &variant.Variant{
		Allele:   allele.Allele{Contig: "chr1", Pos: pos, Ref: "A", Alt: "C"},
		Origins:  []variant.Origin{{Contig: "1", Pos: pos, Ref: "A", Alt: "C", Filter: filter}},
		Filters:  []string{filter},
		Genotype: variant.Genotype{State: variant.CalledAlternate, Zygosity: "het"},
		Reads:    variant.Evidence{AltDepth: variant.Count{N: alt, Known: true}},
		Line:     []byte(filter),
	}
}

// TestMerge: of two records of one allele the one that passed speaks, whichever
// comes first; nothing of the other is lost.
func TestMerge(t *testing.T) {
	for _, order := range [][2]int{{0, 1}, {1, 0}} {
		calls := []*variant.Variant{call(10, "LowQual", 0), call(10, "PASS", 12)}
		distinct, merged := merge([]*variant.Variant{calls[order[0]], calls[order[1]], call(11, "PASS", 3)})
		if len(distinct) != 2 || merged != 1 {
			t.Fatalf("%d distinct, %d merged", len(distinct), merged)
		}
		v := distinct[0]
		if v.Reads.AltDepth.N != 12 || string(v.Line) != "PASS" || v.Origins[0].Filter != "PASS" || len(v.Origins) != 2 {
			t.Errorf("order %v: the failed record speaks: %+v", order, v)
		}
		slices.Sort(v.Filters)
		if !slices.Equal(v.Filters, []string{"LowQual", "PASS"}) || !slices.Contains(v.Flags, "merged") || !slices.Contains(v.Flags, "merged-records-differ") {
			t.Errorf("order %v: filters %v, flags %v", order, v.Filters, v.Flags)
		}
	}
}

// TestMembership holds the rule at both edges of a region (10 to 20, 0-based
// half-open).
func TestMembership(t *testing.T) {
	r := regions{"chr1": {{Start: 10, End: 20}}}
	for _, c := range []struct {
		name     string
		pos      int
		ref, alt string
		want     bool
	}{
		{"SNV on the base before", 9, "A", "C", false},
		{"SNV on the first base", 10, "A", "C", true},
		{"SNV on the last base", 19, "A", "C", true},
		{"SNV on the base after", 20, "A", "C", false},
		{"insertion before the first base: its right neighbour counts", 9, "A", "AT", true},
		{"insertion after the last base: its left neighbour counts", 19, "A", "AT", true},
		{"insertion one base further right", 20, "A", "AT", false},
		{"insertion one base further left", 8, "A", "AT", false},
		{"deletion that reaches in", 5, "AAAAAA", "A", true},
		{"deletion that ends before", 4, "AAAAAA", "A", false},
		{"deletion over the whole region", 0, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "A", true},
	} {
		a := allele.Allele{Contig: "chr1", Pos: c.pos, Ref: c.ref, Alt: c.alt}
		if got := r.holds(a); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	if r.holds(allele.Allele{Contig: "chr2", Pos: 15, Ref: "A", Alt: "C"}) {
		t.Error("another contig's region holds the allele")
	}
	wide := r.widened("chr1")
	if !slices.Equal(wide, []scan.Interval{{Start: 0, End: 1020}}) {
		t.Errorf("widened: %v", wide)
	}
}
