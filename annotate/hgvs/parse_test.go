package hgvs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestParseVariant(t *testing.T) {
	at := func(n int) Place { return Place{Base: n} }
	for name, want := range map[string]Variant{
		"NM_007294.4:c.68_69del":        {Reference: "NM_007294.4", Kind: 'c', Start: at(68), End: at(69), Edit: Deletion},
		"NM_007294.4(BRCA1):c.5266dupC": {Reference: "NM_007294.4", Gene: "BRCA1", Kind: 'c', Start: at(5266), End: at(5266), Edit: Duplication, Ref: "C"},
		"c.76A>G":                       {Kind: 'c', Start: at(76), End: at(76), Edit: Substitution, Ref: "A", Alt: "G"},
		"c.-14G>C":                      {Kind: 'c', Start: at(-14), End: at(-14), Edit: Substitution, Ref: "G", Alt: "C"},
		"c.*18_*19insTT":                {Kind: 'c', Start: Place{Base: 18, Star: true}, End: Place{Base: 19, Star: true}, Edit: Insertion, Alt: "TT"},
		"c.88+1_89-2del":                {Kind: 'c', Start: Place{Base: 88, Offset: 1}, End: Place{Base: 89, Offset: -2}, Edit: Deletion},
		"c.-12-6514C>T":                 {Kind: 'c', Start: Place{Base: -12, Offset: -6514}, End: Place{Base: -12, Offset: -6514}, Edit: Substitution, Ref: "C", Alt: "T"},
		"NR_1.1:n.12_14inv":             {Reference: "NR_1.1", Kind: 'n', Start: at(12), End: at(14), Edit: Inversion},
		"NC_000017.11:g.43071077T>C":    {Reference: "NC_000017.11", Kind: 'g', Start: at(43071077), End: at(43071077), Edit: Substitution, Ref: "T", Alt: "C"},
		"NC_012920.1:m.8993T>G":         {Reference: "NC_012920.1", Kind: 'm', Start: at(8993), End: at(8993), Edit: Substitution, Ref: "T", Alt: "G"},
		"c.34_36delinsT":                {Kind: 'c', Start: at(34), End: at(36), Edit: DelIns, Alt: "T"},
		"c.34_36delGGTinsTA":            {Kind: 'c', Start: at(34), End: at(36), Edit: DelIns, Ref: "GGT", Alt: "TA"},
		"c.12=":                         {Kind: 'c', Start: at(12), End: at(12), Edit: Identity},
		"NP_1.1:p.Val600Glu":            {Reference: "NP_1.1", Kind: 'p', Protein: "p.(Val600Glu)"},
		"p.V600E":                       {Kind: 'p', Protein: "p.(Val600Glu)"},
		"p.(Glu23ValfsTer17)":           {Kind: 'p', Protein: "p.(Glu23ValfsTer17)"},
		"p.W288Cfs*12":                  {Kind: 'p', Protein: "p.(Trp288CysfsTer12)"},
		"p.Lys2_Gly4delinsTrpTer":       {Kind: 'p', Protein: "p.(Lys2_Gly4delinsTrpTer)"},
		"p.(Leu771=)":                   {Kind: 'p', Protein: "p.(Leu771=)"},
		"p.?":                           {Kind: 'p', Protein: "p.?"},
		"p.(Met1?)":                     {Kind: 'p', Protein: "p.(Met1?)"},
		"p.R132X":                       {Kind: 'p', Protein: "p.(Arg132Ter)"},
		"p.(Ter110GlnextTer17)":         {Kind: 'p', Protein: "p.(Ter110GlnextTer17)"},
	} {
		got, err := ParseVariant(name)
		if err != nil || got != want {
			t.Errorf("%s: %+v, want %+v (%v)", name, got, want, err)
		}
	}
	for _, name := range []string{
		"", "c", "c.", "BRCA1", "x.12A>G", ":c.12A>G", "NM_1(BRCA1:c.12A>G", "c.0A>G", "c.12", "c.12A>", "c.12_13A>G", "c.12AA>GG",
		"c.12insA", "c.12_13ins", "c.(12_13)del", "c.12_?del", "c.12delinsX", "c.12del3x", "c.12+A>G", "g.12+1A>G", "c.99999999999A>G",
		"c.[12A>G;13del]", "p.", "p.()", "p.Val", "p.600", "p.Val600", "p.Val600Glu[]", "c.12inv",
	} {
		if v, err := ParseVariant(name); err == nil {
			t.Errorf("%q was read as %+v", name, v)
		}
	}
}

// biocommons-hgvs' grammar: strings of whole variants that a parser accepts or
// rejects. Ranges of uncertainty and copy numbers are not read here.
func TestConformanceGrammar(t *testing.T) {
	path := filepath.Join("..", "..", "..", "shared", "conformance", "biocommons-hgvs", "grammar.tsv")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Skip("not here: ../shared/conformance/biocommons-hgvs/grammar.tsv")
	}
	prefix := map[string]string{
		"c_posedit": "c.", "g_posedit": "g.", "n_posedit": "n.", "p_posedit": "p.", "p_posedit_special": "p.",
		"c_typed_posedit": "", "p_typed_posedit": "", "hgvs_variant": "", "c_variant": "", "m_variant": "", "n_variant": "",
		"p_variant": "", "g_variant": "",
	}
	matched, run, not := 0, 0, 0
	for line := range strings.Lines(string(text)) {
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		kind, ok := prefix[f[0]]
		if !ok {
			not++
			continue
		}
		run++
		_, err := ParseVariant(kind + f[1])
		if (err == nil) == (f[2] == "accept") {
			matched++
		} else {
			t.Logf("miss %s %s: %s (%v)", f[0], f[1], f[2], err)
		}
	}
	t.Logf("matched %d of %d run, %d not applicable", matched, run, not)
	if matched < 41 {
		t.Errorf("matched %d of %d", matched, run)
	}
}

func FuzzParseVariant(f *testing.F) {
	for _, s := range []string{"NM_007294.4:c.68_69del", "NM_1(G):c.*3+4dup", "p.(Glu23ValfsTer17)", "g.12_13insACGT", "p.V600E"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := ParseVariant(s)
		if err != nil || v.Kind != 'p' {
			return
		}
		again, err := ParseVariant(v.Protein)
		if err != nil || again.Protein != v.Protein {
			t.Errorf("%q: %q reads as %q (%v)", s, v.Protein, again.Protein, err)
		}
	})
}
