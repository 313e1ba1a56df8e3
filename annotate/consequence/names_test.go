package consequence

import (
	"bufio"
	"compress/gzip"
	"os"
	"slices"
	"strings"
	"testing"

	"varpanel/annotate/hgvs"
	"varpanel/reference/allele"
	"varpanel/reference/contig"
)

// ClinVar's equivalent names (by way of biocommons-hgvs): where GRCh38's bases
// and the transcript are here, the g. name gives the c. name.
func TestConformanceClinVarNames(t *testing.T) {
	ref := core(t)
	f, err := os.Open(sharedPath(t, "conformance/biocommons-hgvs/clinvar_equivalent_names.tsv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	p := New(ref.model, ref.seq, Options{})
	c := conformance{t: t}
	for lines := bufio.NewScanner(z); lines.Scan(); {
		f := strings.Split(lines.Text(), "\t")
		names := strings.Fields(f[2])
		a, ok := genomicAllele(t, ref, names)
		if !ok {
			c.notApply++
			continue
		}
		all, err := p.Predict(nil, a)
		if err != nil {
			t.Fatal(err)
		}
		judged := false
		for _, pr := range all {
			if pr.Transcript == nil {
				continue
			}
			bare, _, _ := strings.Cut(pr.Transcript.Accession, ".")
			var onIt []string
			for _, n := range names {
				if acc, name, _ := strings.Cut(n, ":"); strings.HasPrefix(acc, bare+".") {
					onIt = append(onIt, modern(name))
				}
			}
			if len(onIt) == 0 {
				continue
			}
			judged = true
			if !slices.Contains(onIt, pr.HGVSc) {
				t.Logf("miss %s %v: %s, want one of %v", f[1], a, pr.HGVSc, onIt)
				c.run++
				continue
			}
			c.count(true)
		}
		if !judged {
			c.notApply++
		}
	}
	c.hold("biocommons-hgvs ClinVar names", 40)
}

// genomicAllele gives the allele of the GRCh38 g. name, if its bases are here.
func genomicAllele(t *testing.T, ref coreReference, names []string) (allele.Allele, bool) {
	t.Helper()
	for _, n := range names {
		v, err := hgvs.ParseVariant(n)
		if err != nil || v.Kind != 'g' {
			continue
		}
		for _, name := range ref.model.Contigs() {
			if contig.Accession(contig.GRCh38, name) != v.Reference {
				continue
			}
			a, err := v.OnContig(name, ref.seq)
			if err == nil && !strings.Contains(a.Ref, "N") {
				return a, true
			}
		}
	}
	return allele.Allele{}, false
}
