package csq

import (
	"strings"
	"testing"

	"varpanel/annotate/consequence"
	"varpanel/reference/transcript"
)

// The examples are of VEP's manual: the allele of a VCF record as CSQ names it.
func TestAlleleText(t *testing.T) {
	for _, c := range []struct {
		ref, alts string
		want      string
	}{
		{"A", "G", "G"},
		{"TC", "T", "-"},
		{"A", "AT", "T"},
		{"CAG", "C,CAGAG,CTG", "-,AGAG,TG"},
		{"TC", "AG", "AG"},
		{"TC", "T,<NON_REF>", "-,NON_REF>"},
		{"TC", "GCA,T", "GCA,T"},
	} {
		alts := strings.Split(c.alts, ",")
		for i, want := range strings.Split(c.want, ",") {
			if alts[i][0] == '<' {
				continue // never written
			}
			if got := AlleleText(c.ref, alts, i); got != want {
				t.Errorf("%s>%s allele %d: %q, want %q", c.ref, c.alts, i, got, want)
			}
		}
	}
}

// An entry has one value for each field, whatever the prediction lacks, and no
// separator of INFO inside a value.
func TestAppendHasEveryField(t *testing.T) {
	tr := &transcript.Transcript{
		ID: "ENST1", Gene: "A|B,C;D=E F", GeneID: "ENSG1", Biotype: "protein_coding", Strand: transcript.Minus,
		Accession: "NM_1.1", HGNCID: "HGNC:1", MANESelect: "NM_1.1",
	}
	for name, p := range map[string]consequence.Prediction{
		"intergenic": {Terms: []consequence.Term{consequence.Intergenic}},
		"coding": {
			Transcript: tr, Terms: []consequence.Term{consequence.SpliceRegion, consequence.Synonymous}, Impact: consequence.Low,
			Exon: 2, ExonLast: 3, Exons: 7, CDNAStart: 0, CDNAEnd: 12, HGVSc: "c.12A>G", HGVSp: "p.(Leu4=)",
			AminoAcids: "L", Codons: "ctA/ctG", Flags: []string{"a", "b"}, NMD: consequence.NMDEscapes,
		},
		"upstream": {Transcript: tr, Terms: []consequence.Term{consequence.Upstream}, Distance: 17},
	} {
		got := string(Append(nil, &p, Entry{Allele: "G", HGVSg: []byte("NC_1.1:g.3A>G"), More: []string{"x", ""}}))
		if n := len(strings.Split(got, "|")); n != len(Fields)+2 {
			t.Errorf("%s: %d fields, want %d: %s", name, n, len(Fields)+2, got)
		}
		if strings.ContainsAny(got, ";=, \t") {
			t.Errorf("%s: a separator inside: %s", name, got)
		}
		if name == "coding" {
			want := "G|splice_region_variant&synonymous_variant|LOW|A&B&C%3BD%3DE_F|ENSG1|Transcript|ENST1|protein_coding|2-3/7||" +
				"NM_1.1:c.12A>G|NM_1.1:p.(Leu4%3D)|?-12|||L|ctA/ctG|||-1|a&b&NMD_escaping|HGNC:1|NM_1.1||NC_1.1:g.3A>G|x|"
			if got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		}
	}
	if h := HeaderLine("clinvar_id"); !strings.Contains(h, "Format: Allele|Consequence|IMPACT|SYMBOL|") || !strings.HasSuffix(h, `HGVSg|clinvar_id">`) {
		t.Error(h)
	}
}
