package hgvs

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"varpanel/internal/testkit"
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

// grammarForms puts a string of biocommons-hgvs' grammar into a whole name, where
// the rule is one that this package reads. A range in brackets, a place that is
// not known, RNA, copy numbers, conversions, IUPAC's ambiguous bases, and a
// position without a change are not claimed.
var grammarForms = map[string]string{
	"accn": "%:c.1A>G", "opt_gene_expr": "NM_1.1%:c.1A>G", "gene_symbol": "NM_1.1(%):c.1A>G",
	"aa13": "p.%1del", "aa3": "p.%1del", "aat13": "p.Lys1%", "aat1": "p.Lys1%", "aat3": "p.Lys1%", "aa1": "p.%1del",
	"aa13_seq": "p.Lys1_Met2ins%", "aa1_seq": "p.Lys1_Met2ins%", "aa3_seq": "p.Lys1_Met2ins%",
	"aat13_seq": "p.Lys1_Met2ins%", "aat1_seq": "p.Lys1_Met2ins%", "aat3_seq": "p.Lys1_Met2ins%",
	"aa13_ext": "p.Ter9Lysext%", "aa13_fs": "p.Lys9fs%", "ext": "p.Ter9Lys%", "fs": "p.Lys9%", "fsext_offset": "p.Lys9fsTer%",
	"term13": "p.Lys9%", "term3": "p.Lys9%",
	"dna_seq": "c.1_2ins%", "num": "c.%A>G", "offset": "c.1+%A>G",
	"c_interval": "c.%del", "def_c_interval": "c.%del", "def_g_interval": "g.%del", "def_m_interval": "m.%del",
	"def_n_interval": "n.%del", "m_interval": "m.%del", "n_interval": "n.%del", "g_interval": "g.%del",
	"c_pos": "c.%A>G", "def_c_pos": "c.%A>G", "def_g_pos": "g.%A>G", "def_m_pos": "m.%A>G", "def_n_pos": "n.%A>G",
	"m_pos": "m.%A>G", "n_pos": "n.%A>G", "def_p_interval": "p.%del", "def_p_pos": "p.%del",
	"dna_del": "c.5_9%", "dna_delins": "c.5_9%", "dna_dup": "c.5_9%", "dna_ins": "c.5_6%", "dna_inv": "c.5_9%",
	"dna_ident": "c.5%", "dna_subst": "c.5%", "dna_edit": "c.5_6%", "dna_edit_mu": "c.5%",
	"pro_del": "p.Lys5%", "pro_delins": "p.Lys5%", "pro_dup": "p.Lys5%", "pro_ins": "p.Lys5_Met6%", "pro_subst": "p.Lys5%",
	"pro_ext": "p.Ter5%", "pro_fs": "p.Lys5%", "pro_edit": "p.Lys5%",
	"c_posedit": "c.%", "g_posedit": "g.%", "n_posedit": "n.%", "p_posedit": "p.%", "p_posedit_special": "p.%",
	"c_typed_posedit": "%", "m_typed_posedit": "%", "n_typed_posedit": "%", "p_typed_posedit": "%",
	"hgvs_variant": "%", "c_variant": "%", "m_variant": "%", "n_variant": "%", "p_variant": "%", "g_variant": "%",
}

// notClaimed tells whether a string asks for a feature that is not read: a place
// that is uncertain or unknown, a copy number, a conversion.
func notClaimed(rule, text string) bool {
	nucleic := !strings.HasPrefix(rule, "p") && !strings.HasPrefix(rule, "aa") && !strings.Contains(rule, "fs") && !strings.Contains(rule, "ext") && !strings.HasPrefix(rule, "def_p")
	return nucleic && strings.ContainsAny(text, "(?") && rule != "opt_gene_expr" || strings.Contains(text, "copy") || strings.HasPrefix(text, "con") ||
		text == "Alafs" // a frame shift, which its rule of deletion-insertions does not read
}

// biocommons-hgvs' grammar: strings that a parser accepts or rejects, by rule.
func TestConformanceGrammar(t *testing.T) {
	path := testkit.Shared(t, "conformance/biocommons-hgvs/grammar.tsv")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// known misses, by rule and string, with the reason.
	known := map[string]string{
		"accn 33_12345678.9": "the name of a contig may begin with a number",
		"p_posedit (?)":      "p.(?) is written for p.?",
	}
	matched, run, not := 0, 0, 0
	for line := range strings.Lines(string(text)) {
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if f[0] == "grammar_rule" {
			continue
		}
		form, ok := grammarForms[f[0]]
		if !ok || notClaimed(f[0], f[1]) {
			not++
			continue
		}
		run++
		name := strings.Replace(form, "%", f[1], 1)
		if strings.HasPrefix(f[0], "dna_") && strings.Contains(f[1], ">") {
			name = "c.5" + f[1]
		}
		v, err := ParseVariant(name)
		if err != nil {
			// The string may be of one-letter amino acids.
			short := strings.NewReplacer("Lys", "K", "Met", "M", "Ter", "*").Replace(form)
			v, err = ParseVariant(strings.Replace(short, "%", f[1], 1))
		}
		if (err == nil) == (f[2] == "accept") {
			matched++
			continue
		}
		if known[f[0]+" "+f[1]] == "" {
			t.Errorf("miss %s %q as %s: %s (%v %v)", f[0], f[1], name, f[2], v, err)
		}
	}
	t.Logf("biocommons-hgvs grammar: matched %d / %d run / %d not applicable", matched, run, not)
}

func FuzzParseVariant(f *testing.F) {
	for _, s := range []string{"NM_007294.4:c.68_69del", "NM_1(G):c.*3+4dup", "p.(Glu23ValfsTer17)", "g.12_13insACGT", "p.V600E"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := ParseVariant(s)
		if err != nil {
			return
		}
		again, err := ParseVariant(v.String())
		if err != nil || again.String() != v.String() {
			t.Errorf("%q: %q reads as %q (%v)", s, v, again, err)
		}
	})
}

// Names that are spelled as today are printed as they were read; older ones are
// printed as today.
func TestPrintVariant(t *testing.T) {
	for name, want := range map[string]string{
		"NM_007294.4(BRCA1):c.5266dupC": "NM_007294.4(BRCA1):c.5266dup",
		"c.34_36delGGTinsTA":            "c.34_36delinsTA",
		"c.13552_*36del57":              "c.13552_*36del",
		"c.-12-6514C>T":                 "", "c.88+1_89-2del": "", "g.1_4GT[7]": "", "NR_1.1:n.12_14inv": "", "c.12=": "", "c.12A=": "",
		"p.V600E": "p.(Val600Glu)", "c.161_162ins[ATC;G[2]]": "c.161_162insATCGG", "m.8993T>G": "",
	} {
		if want == "" {
			want = name
		}
		v, err := ParseVariant(name)
		if got := v.String(); err != nil || got != want {
			t.Errorf("%s: printed as %s, want %s (%v)", name, got, want, err)
		}
	}
	for name, want := range map[string]string{
		"p.(Arg273His)": "p.(R273H)", "p.(Glu23ValfsTer17)": "p.(E23Vfs*17)", "p.?": "p.?", "p.(Lys2_Gly4delinsTrpTer)": "p.(K2_G4delinsW*)",
		"p.(Leu771=)": "p.(L771=)", "p.(Ter110GlnextTer?)": "p.(*110Qext*?)",
	} {
		if got := ShortProtein(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
		if v, err := ParseVariant(want); err != nil || v.Protein != name {
			t.Errorf("%s is read as %s, want %s (%v)", want, v.Protein, name, err)
		}
	}
}

// biocommons-hgvs' names that have to be printed as they were read.
func TestConformanceParseAndPrint(t *testing.T) {
	path := testkit.Shared(t, "conformance/biocommons-hgvs/parse_and_print_unchanged.txt")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// The count is not written any more (HGVS 21).
	known := map[string]bool{"AC_01234.5:c.76_78del3": true}
	matched, run, not := 0, 0, 0
	for name := range strings.Lines(string(text)) {
		name = strings.TrimSpace(name)
		if strings.Contains(name, ":r.") {
			not++
			continue
		}
		run++
		if v, err := ParseVariant(name); err == nil && v.String() == name {
			matched++
		} else if !known[name] {
			t.Errorf("miss %s: %s %v", name, v, err)
		}
	}
	t.Logf("biocommons-hgvs parse_and_print_unchanged: matched %d / %d run / %d not applicable", matched, run, not)
}

// Names of a repeat, of bases in brackets and of counted bases, and what is not
// read, which the error says.
func TestParseMore(t *testing.T) {
	for name, want := range map[string]string{
		"c.33_35CAA[5]":           "repeat CAA 5 ",
		"g.4917GC[5]":             "repeat GC 5 ",
		"g.3_4GT[0]":              "repeat GT 0 ",
		"g.4_5insGT[3]":           "insertion  0 GTGTGT",
		"c.161_162ins[ATC]":       "insertion  0 ATC",
		"c.161_162ins[A;TC[2]]":   "insertion  0 ATCTC",
		"c.161_162delins[ATC;G]":  "deletion-insertion  0 ATCG",
		"c.44_47del4":             "deletion  4 ",
		"c.45del1insATC":          "deletion-insertion  1 ATC",
		"c.44_47dup4":             "duplication  4 ",
		"NC_1.1(NM_1.1):c.1+2del": "deletion  0 ",
	} {
		v, err := ParseVariant(name)
		if got := fmt.Sprintf("%s %s %d %s", v.Edit, v.Ref, v.Count, v.Alt); err != nil || got != want {
			t.Errorf("%s: %q, want %q (%v)", name, got, want, err)
		}
	}
	for name, want := range map[string]string{
		"r.76a>u":                "RNA names are not read",
		"c.[12A>G;13del]":        "one by one",
		"c.(12_13)del":           "uncertain positions",
		"c.1_2ins4300_4320inv":   "not given as bases",
		"c.1_2insA[9999999]":     "left over",
		"c.1A[]":                 "number of copies",
		"c.1A[99999999]":         "number of copies",
		"p.CysM5del":             "mixed",
		"NM_12A.1:c.1A>G":        "no accession",
		"NM_1.1(1X):c.1A>G":      "no gene or transcript",
		"p.Lys1_Met2insTerGly":   "not a protein change",
		"c.1_2insA;3del":         "left over",
		"g.1_2GT[2":              "number of copies",
		"c.1_2ins[A;T":           "not given as bases",
		"NM_1.1:c.1_2conNM_2:c.": "no change after the position",
	} {
		if v, err := ParseVariant(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: read as %+v, error %v, want one with %q", name, v, err, want)
		}
	}
}
