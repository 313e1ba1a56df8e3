package source

import (
	"testing"

	"varpanel/internal/testkit"
	"varpanel/reference/allele"
	"varpanel/reference/bundle"
)

// TestRealSources: ClinVar ids and hotspots of the cases, from the
// whole public files (their READMEs and ClinVar name them).
func TestRealSources(t *testing.T) {
	dir := testkit.Shared(t, "data/annotation")
	clinvar := bundle.Source{Name: "clinvar", Kind: "clinical-significance", File: "GRCh38.clinvar_20241215.plp_2star.vcf.gz",
		Fields: map[string][]string{"significance": {"CLNSIG"}, "review": {"CLNREVSTAT"}, "condition": {"CLNDN"}}}
	hotspots := hotspotSource
	hotspots.File = "GRCh38.cancer_hotspots_v2.vcf.gz"
	set := open(t, dir, clinvar, hotspots)
	tests := []struct {
		name    string
		a       allele.Allele // without chr: ClinVar's contigs
		clinvar string        // "" is not in the source
		stars   int
		protein string // of the hotspot; "" is none
	}{
		{"BRAF V600E", snv("7", 140753336, "A", "T"), "13961", 2, "p.V600E"},
		{"TP53 c.216del", snv("17", 7676152, "CG", "C"), "428897", 2, ""},
		{"TP53 R248Q", snv("17", 7674220, "C", "T"), "12356", 3, "p.R248Q"},
		{"JAK2 V617F", snv("9", 5073770, "G", "T"), "14662", 2, ""},
		{"IDH1 R132H", snv("2", 208248388, "C", "T"), "156444", 2, "p.R132H"},
		{"DNMT3A R882H", snv("2", 25234373, "C", "T"), "375881", 2, "p.R882H"},
		{"FLT3 D835Y", snv("13", 28018505, "C", "A"), "", 0, "p.D835Y"},
		{"NPM1 type A", snv("5", 171410539, "C", "CTCTG"), "", 0, ""},
		{"KRAS G12V", snv("12", 25245350, "C", "A"), "12583", 2, "p.G12V"},
	}
	v := set.View()
	clinvarFields := described(t, set, "clinvar")
	hotspotFields := described(t, set, "hotspots")
	for _, tt := range tests {
		hits, err := v.Lookup(tt.a, nil)
		if err != nil {
			t.Fatal(err)
		}
		withChr := tt.a
		withChr.Contig = "chr" + withChr.Contig
		if hits, err = v.Lookup(withChr, hits); err != nil {
			t.Fatal(err)
		}
		id, protein := "", ""
		for _, h := range hits {
			switch h.Source {
			case "clinvar":
				id = h.ID
				if n, ok := Stars(clinvarFields.Value(h, FieldReview)); !ok || n != tt.stars {
					t.Errorf("%s: %d stars", tt.name, n)
				}
				if !IsPathogenic(clinvarFields.Value(h, FieldSignificance)) {
					t.Errorf("%s: %s", tt.name, clinvarFields.Value(h, FieldSignificance))
				}
			case "hotspots":
				protein = hotspotFields.Value(h, FieldProtein)
			}
		}
		if id != tt.clinvar || protein != tt.protein {
			t.Errorf("%s: ClinVar %q, hotspot %q", tt.name, id, protein)
		}
	}
}
