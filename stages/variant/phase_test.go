package variant

import "testing"

func TestPhaseOf(t *testing.T) {
	at := func(file string, pos int, alt string, g Genotype) *Variant {
		return &Variant{Origins: []Origin{{File: file, Contig: "1", Pos: pos, Ref: "A", Alt: alt}}, Genotype: g}
	}
	phased := func(set string, first bool) Genotype { return Genotype{Phased: true, PhaseSet: set, AltFirst: first} }
	a := at("x", 1, "C", phased("1", true))
	b := at("x", 2, "C", phased("1", true))
	other := at("x", 3, "C", phased("1", false))
	unphased := at("x", 4, "C", Genotype{})
	everywhere := at("x", 5, "C", Genotype{Every: true})
	joined := &Variant{Parts: []*Variant{everywhere, a}, Origins: append(everywhere.Origins, a.Origins...)}
	joinedUnphased := &Variant{Parts: []*Variant{everywhere, unphased}, Origins: append(everywhere.Origins, unphased.Origins...)}
	for _, e := range []struct {
		what string
		a, b *Variant
		want Phase
	}{
		{"one side", a, b, Cis},
		{"two sides", a, other, Trans},
		{"one unphased", a, unphased, PhaseUnknown},
		{"another set", a, at("x", 9, "C", phased("2", true)), PhaseUnknown},
		{"another file", a, at("y", 9, "C", phased("1", true)), PhaseUnknown},
		{"two ALTs of a record", unphased, at("x", 4, "G", Genotype{}), Trans},
		{"a derived allele and its part", joined, a, Cis},
		{"a derived allele and what its part is in cis with", joined, b, Cis},
		{"a derived allele and what its part is in trans with", joined, other, Trans},
		{"an unphased part is in cis with its whole", joinedUnphased, unphased, Cis},
		{"and says nothing of others", joinedUnphased, a, PhaseUnknown},
		{"two derived of one part", joinedUnphased, &Variant{Parts: []*Variant{unphased, b}}, Cis},
		{"two derived", joined, &Variant{Parts: []*Variant{other, everywhere}}, Trans},
	} {
		if got := PhaseOf(e.a, e.b); got != e.want {
			t.Errorf("%s: %d, want %d", e.what, got, e.want)
		}
		if got := PhaseOf(e.b, e.a); got != e.want {
			t.Errorf("%s, the other way: %d, want %d", e.what, got, e.want)
		}
	}
	if !Related(joined, a) || !Related(a, joined) || !Related(joined, joinedUnphased) || Related(joined, b) || Related(a, b) {
		t.Error("what belongs together")
	}
}
