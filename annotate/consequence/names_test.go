package consequence

import (
	"bufio"
	"compress/gzip"
	"os"
	"slices"
	"strings"
	"testing"

	"varpanel/annotate/hgvs"
	"varpanel/internal/testkit"
	"varpanel/reference/allele"
	"varpanel/reference/contig"
	"varpanel/reference/transcript"
)

// ClinVar's equivalent names (by way of biocommons-hgvs): where GRCh38's bases
// and the transcript are here, the g. name gives the c. name.
func TestConformanceClinVarNames(t *testing.T) {
	ref := core(t)
	f, err := os.Open(testkit.Shared(t, "conformance/biocommons-hgvs/clinvar_equivalent_names.tsv.gz"))
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

// ClinVar's equivalent names, substitutions without sequence: the GRCh37 g. name
// gives the c. name on biocommons' alignment of that version, the GRCh38 one that
// on the gene model's transcript of that accession, whatever its version. Where
// the versions differ, a miss may be the version's.
func TestConformanceClinVarSubstitutions(t *testing.T) {
	m := core(t).model
	b := loadBiocommons(t)
	same, other := conformance{t: t}, conformance{t: t}
	lines := bufio.NewScanner(openText(t, "conformance/biocommons-hgvs/clinvar_equivalent_names.tsv.gz"))
	for lines.Scan() {
		f := strings.Split(lines.Text(), "\t")
		genomic := map[string]hgvs.Variant{}
		var coding []hgvs.Variant
		for _, n := range strings.Fields(f[2]) {
			v, err := hgvs.ParseVariant(n)
			switch {
			case err != nil || v.Edit != hgvs.Substitution:
			case v.Kind == 'g':
				genomic[v.Reference] = v
			case v.Kind == 'c' || v.Kind == 'n':
				coding = append(coding, v)
			}
		}
		for _, v := range coding {
			tr, g, exact := placeOf(m, b, v.Reference, genomic)
			if tr == nil {
				same.notApply++
				continue
			}
			a := allele.Allele{Contig: tr.Contig, Pos: g.Start.Base - 1, Ref: g.Ref, Alt: g.Alt}
			_, want, _ := strings.Cut(v.String(), ":")
			into := &other
			if exact {
				into = &same
			}
			got := namedAlone(t, tr, a).HGVSc
			into.count(got == want)
			if got != want {
				t.Logf("miss %s: %s, want %s (same version: %v)", f[1], tr.Accession+":"+got, v, exact)
			}
		}
	}
	same.hold("biocommons-hgvs ClinVar substitutions, same version", 48)
	other.hold("biocommons-hgvs ClinVar substitutions, another version", 2115)
}

// placeOf finds the transcript of an accession and the g. name that it is placed
// by; exact says that it is of this very version.
func placeOf(m *transcript.Model, b *biocommons, accession string, genomic map[string]hgvs.Variant) (*transcript.Transcript, hgvs.Variant, bool) {
	for reference, g := range genomic {
		if tr := b.transcripts[accession+" "+reference]; tr != nil {
			return tr, g, true
		}
	}
	bare, _, _ := strings.Cut(accession, ".")
	for _, tr := range m.TranscriptsByAccession(bare) {
		if g, ok := genomic[contig.Accession(contig.GRCh38, tr.Contig)]; ok {
			return tr, g, tr.Accession == accession
		}
	}
	return nil, hgvs.Variant{}, false
}
