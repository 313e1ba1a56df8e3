package consequence

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"varpanel/hts/bgzf"
	"varpanel/hts/fasta"
	"varpanel/internal/testkit"
	"varpanel/reference/allele"
	"varpanel/reference/genome"
	"varpanel/reference/transcript"
)

type coreReference struct {
	model *transcript.Model
	seq   genome.Sequence
}

var loadCore = sync.OnceValues(func() (coreReference, error) {
	dir := filepath.Join("..", "..", "..", "shared", "data")
	seq, err := fasta.Open(filepath.Join(dir, "reference", "GRCh38.regions.fa.gz"), bgzf.Options{})
	if err != nil {
		return coreReference{}, err
	}
	f, err := os.Open(filepath.Join(dir, "genes", "GRCh38.ensembl110.canonical.gff3.gz"))
	if err != nil {
		return coreReference{}, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return coreReference{}, err
	}
	m, err := transcript.ReadGFF3(z, f.Name())
	return coreReference{m, seq}, err
})

// core gives the shared GRCh38 sequence and gene model.
func core(t testing.TB) coreReference {
	t.Helper()
	testkit.Shared(t, "data/reference/GRCh38.regions.fa.gz")
	c, err := loadCore()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// parseAllele reads contig:pos:ref:alt with a 1-based position.
func parseAllele(s string) allele.Allele {
	f := strings.Split(s, ":")
	pos := 0
	for _, c := range f[1] {
		pos = pos*10 + int(c-'0')
	}
	return allele.Allele{Contig: f[0], Pos: pos - 1, Ref: f[2], Alt: f[3]}
}

// on gives the prediction for one gene.
func (c coreReference) on(t testing.TB, a allele.Allele, gene string) Prediction {
	t.Helper()
	all, err := New(c.model, c.seq, Options{UpDownstream: DefaultUpDownstream}).Predict(nil, a)
	if err != nil {
		t.Fatalf("%v: %v", a, err)
	}
	for _, p := range all {
		if p.Transcript != nil && p.Transcript.Gene == gene {
			return p
		}
	}
	t.Fatalf("%v: no prediction for %s", a, gene)
	return Prediction{}
}

func termNames(p Prediction) string {
	var names []string
	for _, t := range p.Terms {
		names = append(names, t.String())
	}
	return strings.Join(names, "&")
}

// Published names of known variants: ClinVar, COSMIC and the data's README.
func TestNamedVariants(t *testing.T) {
	c := core(t)
	for _, v := range []struct{ allele, gene, hgvsc, hgvsp, terms string }{
		{"chr17:43071077:T:C", "BRCA1", "c.4837A>G", "p.(Ser1613Gly)", "missense_variant"},
		{"chr17:43082453:A:G", "BRCA1", "c.4308T>C", "p.(Ser1436=)", "synonymous_variant"},
		{"chr17:43091983:T:C", "BRCA1", "c.3548A>G", "p.(Lys1183Arg)", "missense_variant"},
		{"chr17:43092418:T:C", "BRCA1", "c.3113A>G", "p.(Glu1038Gly)", "missense_variant"},
		{"chr17:43092919:G:A", "BRCA1", "c.2612C>T", "p.(Pro871Leu)", "missense_variant"},
		{"chr17:43093220:A:G", "BRCA1", "c.2311T>C", "p.(Leu771=)", "synonymous_variant"},
		{"chr17:43093449:G:A", "BRCA1", "c.2082C>T", "p.(Ser694=)", "synonymous_variant"},
		{"chr7:140753336:A:T", "BRAF", "c.1799T>A", "p.(Val600Glu)", "missense_variant"},
		{"chr17:7676152:CG:C", "TP53", "c.216del", "p.(Val73TrpfsTer50)", "frameshift_variant"},
		{"chr5:171410543:G:GTCTG", "NPM1", "c.860_863dup", "p.(Trp288CysfsTer12)", "frameshift_variant"},
		{"chr5:171410539:C:CTCTG", "NPM1", "c.860_863dup", "p.(Trp288CysfsTer12)", "frameshift_variant"},
		{"chr9:5073770:G:T", "JAK2", "c.1849G>T", "p.(Val617Phe)", "missense_variant"},
		{"chr2:208248388:C:T", "IDH1", "c.395G>A", "p.(Arg132His)", "missense_variant"},
		{"chr2:25234373:C:T", "DNMT3A", "c.2645G>A", "p.(Arg882His)", "missense_variant"},
		{"chr13:28018505:C:A", "FLT3", "c.2503G>T", "p.(Asp835Tyr)", "missense_variant"},
		{"chr12:25245350:C:T", "KRAS", "c.35G>A", "p.(Gly12Asp)", "missense_variant"},
		{"chr12:25245350:C:A", "KRAS", "c.35G>T", "p.(Gly12Val)", "missense_variant"},
		{"chr17:7674220:C:T", "TP53", "c.743G>A", "p.(Arg248Gln)", "missense_variant"},
		{"chr13:32319259:C:A", "BRCA2", "c.250C>A", "p.(Gln84Lys)", "missense_variant"},
		{"chr17:43124027:ACT:A", "BRCA1", "c.68_69del", "p.(Glu23ValfsTer17)", "frameshift_variant"},
		{"chr17:43057062:T:TG", "BRCA1", "c.5266dup", "p.(Gln1756ProfsTer74)", "frameshift_variant"},
		{"chr13:32340300:GT:G", "BRCA2", "c.5946del", "p.(Ser1982ArgfsTer22)", "frameshift_variant"},
		{"chr21:25606638:A:G", "MRPL39", "c.91T>C", "p.(Ser31Pro)", "missense_variant"},
		{"chr21:43800602:A:G", "RRP1", "c.977A>G", "p.(Lys326Arg)", "missense_variant"},
		{"chrM:8993:T:G", "MT-ATP6", "c.467T>G", "p.(Leu156Arg)", "missense_variant"},
		{"chrM:3460:G:A", "MT-ND1", "c.154G>A", "p.(Ala52Thr)", "missense_variant"},
		{"chrM:11778:G:A", "MT-ND4", "c.1019G>A", "p.(Arg340His)", "missense_variant"},
	} {
		p := c.on(t, parseAllele(v.allele), v.gene)
		if p.HGVSc != v.hgvsc || p.HGVSp != v.hgvsp || termNames(p) != v.terms {
			t.Errorf("%s %s: %s %s %s\n want %s %s %s", v.gene, v.allele, p.HGVSc, p.HGVSp, termNames(p), v.hgvsc, v.hgvsp, v.terms)
		}
	}
}

// The published names of the phenopackets' variants, made by VariantValidator.
func TestPhenopackets(t *testing.T) {
	c := core(t)
	files, err := filepath.Glob(testkit.Shared(t, "data/pedigree/phenopackets") + "/*.json")
	if err != nil || len(files) != 55 {
		t.Fatalf("%d phenopackets, want 55 (%v)", len(files), err)
	}
	records := 0
	for _, f := range files {
		for _, v := range readPhenopacket(t, f) {
			if v.VCF.Chrom == "" {
				continue
			}
			records++
			pos, err := strconv.Atoi(string(v.VCF.Pos))
			if err != nil {
				t.Fatal(err)
			}
			a := allele.Allele{Contig: v.VCF.Chrom, Pos: pos - 1, Ref: v.VCF.Ref, Alt: v.VCF.Alt}
			checkPublished(t, c, a, v.Gene.Symbol, v.Expressions)
		}
	}
	if records != 48 {
		t.Errorf("%d vcfRecords, want 48", records)
	}
}

type published struct{ Syntax, Value string }

type described struct {
	Gene        struct{ Symbol string } `json:"geneContext"`
	Expressions []published
	VCF         struct {
		Chrom    string
		Pos      json.Number
		Ref, Alt string
	} `json:"vcfRecord"`
}

func readPhenopacket(t testing.TB, path string) []described {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var packet struct {
		Interpretations []struct {
			Diagnosis struct {
				GenomicInterpretations []struct {
					VariantInterpretation struct {
						VariationDescriptor described
					}
				}
			}
		}
	}
	d := json.NewDecoder(bytes.NewReader(text))
	if err := d.Decode(&packet); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	var out []described
	for _, i := range packet.Interpretations {
		for _, g := range i.Diagnosis.GenomicInterpretations {
			out = append(out, g.VariantInterpretation.VariationDescriptor)
		}
	}
	return out
}

func checkPublished(t *testing.T, c coreReference, a allele.Allele, gene string, names []published) {
	t.Helper()
	p := c.on(t, a, gene)
	g, err := GenomicName(c.seq, a, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range names {
		accession, want, _ := strings.Cut(e.Value, ":")
		got := ""
		switch e.Syntax {
		case "hgvs.c":
			got = p.HGVSc
			if accession != p.Transcript.Accession {
				t.Errorf("%v: on %s, published on %s", a, p.Transcript.Accession, accession)
			}
		case "hgvs.p":
			got = p.HGVSp
		case "hgvs.g":
			got = g
		default:
			continue
		}
		if got != want {
			t.Errorf("%v: %s, published %s", a, got, e.Value)
		}
	}
}
