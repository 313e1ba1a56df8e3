package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
)

// The populations of the gnomAD-like file with their numbers of people.
var populations = [...]struct {
	name   string
	people int
	share  float64 // of the rare alleles
}{
	{"afr", 20744, .28}, {"ami", 456, .005}, {"amr", 7647, .1}, {"asj", 1736, .02},
	{"eas", 2604, .06}, {"fin", 5316, .06}, {"nfe", 34029, .4}, {"sas", 2419, .075},
}

func gnomadHeader() string {
	var b strings.Builder
	b.WriteString("##FILTER=<ID=AC0,Description=\"Allele count is zero after filtering\">\n" +
		"##FILTER=<ID=AS_VQSR,Description=\"Failed VQSR filtering thresholds\">\n" +
		"##FILTER=<ID=InbreedingCoeff,Description=\"Inbreeding coefficient < -0.3\">\n")
	for _, suffix := range suffixes() {
		fmt.Fprintf(&b, "##INFO=<ID=AC%s,Number=A,Type=Integer,Description=\"Alternate allele count\">\n", suffix)
		fmt.Fprintf(&b, "##INFO=<ID=AN%s,Number=1,Type=Integer,Description=\"Total number of alleles\">\n", suffix)
		fmt.Fprintf(&b, "##INFO=<ID=AF%s,Number=A,Type=Float,Description=\"Alternate allele frequency\">\n", suffix)
		fmt.Fprintf(&b, "##INFO=<ID=nhomalt%s,Number=A,Type=Integer,Description=\"Count of homozygous individuals\">\n", suffix)
	}
	b.WriteString("##INFO=<ID=popmax,Number=A,Type=String,Description=\"Population with maximum AF\">\n" +
		"##INFO=<ID=lcr,Number=0,Type=Flag,Description=\"Variant falls within a low complexity region\">\n" +
		"##INFO=<ID=variant_type,Number=1,Type=String,Description=\"Variant type\">\n")
	for _, key := range []string{"InbreedingCoeff", "FS", "MQ", "MQRankSum", "QD", "ReadPosRankSum", "SOR", "AS_VQSLOD", "BaseQRankSum",
		"AS_pab_max", "AS_FS", "AS_MQ", "AS_SOR", "cadd_raw_score", "revel_score", "phylop"} {
		fmt.Fprintf(&b, "##INFO=<ID=%s,Number=1,Type=Float,Description=\"%s\">\n", key, key)
	}
	return b.String()
}

// suffixes are those of AC, AN, AF and nhomalt: all people, each population,
// and the population with the greatest frequency.
func suffixes() []string {
	out := []string{""}
	for _, p := range populations {
		out = append(out, "_"+p.name)
	}
	return append(out, "_popmax")
}

// frequencies writes records as gnomAD's sites files have them: one ALT a record, 59
// INFO keys.
type frequencies struct {
	g *genome
	v variant
}

func (w *frequencies) site(t *text, r *rand.Rand, c, pos int, number float64) {
	if !w.v.at(w.g, c, pos) {
		return
	}
	for i := range w.v.alts {
		if i == 0 || !w.v.star {
			w.record(t, r, c, pos, i, number)
		}
	}
}

func (w *frequencies) record(t *text, r *rand.Rand, c, pos, alt int, number float64) {
	common := number < carriedBelow && r.IntN(20) > 0
	failed := r.IntN(12) == 0
	t.s(w.g.contigs[c].name).c('\t').i(pos + 1).c('\t')
	if r.IntN(4) > 0 {
		t.s("rs").i(int(at(forAlleles, c, pos) >> 33))
	} else {
		t.c('.')
	}
	t.c('\t').bytes(w.v.ref).c('\t').bytes(w.v.alt[alt]).c('\t').i(int(math.Exp(7 + 2*r.NormFloat64()))).c('\t')
	if failed {
		t.s("AS_VQSR\t")
	} else {
		t.s("PASS\t")
	}
	w.counts(t, r, common)
	if r.IntN(15) == 0 {
		t.s(";lcr")
	}
	kind := "snv"
	if len(w.v.ref) != len(w.v.alt[alt]) {
		kind = "indel"
	}
	t.s(";variant_type=").s(kind)
	for _, m := range [...]struct {
		key         string
		mean, sigma float64
	}{{"InbreedingCoeff", 0, .01}, {"FS", 2, .5}, {"MQ", 58, 1}, {"MQRankSum", 0, .3}, {"QD", 12, 3},
		{"ReadPosRankSum", 0, .5}, {"SOR", .7, .1}, {"AS_VQSLOD", 3, 3}, {"BaseQRankSum", 0, 1},
		{"AS_pab_max", .6, .2}, {"AS_FS", 2, .5}, {"AS_MQ", 58, 1}, {"AS_SOR", .7, .1}, {"cadd_raw_score", 1, 1},
		{"revel_score", .3, .1}, {"phylop", 0, 2}} {
		t.c(';').s(m.key).c('=').e(m.mean+m.sigma*r.NormFloat64(), 5)
	}
	t.c('\n')
}

// count is AC, AN and nhomalt of some people.
type count struct{ ac, an, hom int }

func (w *frequencies) counts(t *text, r *rand.Rand, common bool) {
	frequency := math.Pow(10, -5.2+1.2*r.ExpFloat64()/2)
	if common {
		frequency = math.Pow(10, -2*r.Float64())
	}
	missing := 0.0
	if r.IntN(3) == 0 {
		missing = 0.02 * r.ExpFloat64()
	}
	home := r.Float64() // where a rare allele was seen most
	var all count
	var each [len(populations)]count
	most := -1
	for i, p := range populations {
		n := &each[i]
		n.an = 2 * p.people
		if r.IntN(6) > 0 {
			n.an -= 2 * int(float64(p.people)*min(.9, missing+0.002*r.ExpFloat64()))
		}
		switch {
		case common:
			n.ac = min(n.an, int(float64(n.an)*min(1, frequency*math.Exp(0.5*r.NormFloat64()))))
			n.hom = int(float64(n.ac) / float64(n.an) * float64(n.ac) / 2)
		case home >= 0 && home < p.share:
			n.ac = 1 + int(frequency*float64(n.an)*r.ExpFloat64())
			if n.ac > 40 {
				n.hom = n.ac / 60
			}
		}
		if n.ac == 0 && r.Float64() < p.share {
			n.ac = 1 + r.IntN(4)
		}
		home -= p.share
		all.ac, all.an, all.hom = all.ac+n.ac, all.an+n.an, all.hom+n.hom
		if n.ac > 0 && (most < 0 || n.ac*each[most].an > each[most].ac*n.an) {
			most = i
		}
	}
	w.group(t, "", all)
	for i, p := range populations {
		t.c(';')
		w.group(t, "_"+p.name, each[i])
	}
	if most >= 0 {
		t.s(";popmax=").s(populations[most].name).c(';')
		w.group(t, "_popmax", each[most])
	}
}

func (w *frequencies) group(t *text, suffix string, n count) {
	t.s("AC").s(suffix).c('=').i(n.ac).s(";AN").s(suffix).c('=').i(n.an).s(";AF").s(suffix).c('=')
	t.e(float64(n.ac)/float64(max(1, n.an)), 5).s(";nhomalt").s(suffix).c('=').i(n.hom)
}

const clinvarHeader = `##INFO=<ID=ALLELEID,Number=1,Type=Integer,Description="the ClinVar Allele ID">
##INFO=<ID=CLNDISDB,Number=.,Type=String,Description="Tag-value pairs of disease database name and identifier">
##INFO=<ID=CLNDN,Number=.,Type=String,Description="ClinVar's preferred disease name">
##INFO=<ID=CLNHGVS,Number=.,Type=String,Description="Top-level genomic HGVS expression">
##INFO=<ID=CLNREVSTAT,Number=.,Type=String,Description="ClinVar review status">
##INFO=<ID=CLNSIG,Number=.,Type=String,Description="Aggregate germline classification">
##INFO=<ID=CLNVC,Number=1,Type=String,Description="Variant type">
##INFO=<ID=CLNVCSO,Number=1,Type=String,Description="Sequence Ontology id for variant type">
##INFO=<ID=GENEINFO,Number=1,Type=String,Description="Gene(s) for the variant">
##INFO=<ID=MC,Number=.,Type=String,Description="Molecular consequence">
##INFO=<ID=ORIGIN,Number=.,Type=String,Description="Allele origin">
##INFO=<ID=RS,Number=.,Type=String,Description="dbSNP ID">
`

var (
	reviews = [...]string{"criteria_provided,_single_submitter", "criteria_provided,_single_submitter",
		"criteria_provided,_single_submitter", "criteria_provided,_multiple_submitters,_no_conflicts",
		"criteria_provided,_multiple_submitters,_no_conflicts", "criteria_provided,_conflicting_classifications",
		"no_assertion_criteria_provided", "reviewed_by_expert_panel"}
	benign  = [...]string{"Benign", "Likely_benign", "Benign/Likely_benign", "Uncertain_significance"}
	unclear = [...]string{"Uncertain_significance", "Uncertain_significance", "Uncertain_significance",
		"Likely_benign", "Likely_benign", "Conflicting_classifications_of_pathogenicity", "Benign"}
	harmful   = [...]string{"Pathogenic", "Likely_pathogenic", "Pathogenic/Likely_pathogenic"}
	molecular = [...]string{"SO:0001583|missense_variant", "SO:0001583|missense_variant", "SO:0001819|synonymous_variant",
		"SO:0001627|intron_variant", "SO:0001587|nonsense", "SO:0001589|frameshift_variant"}
)

// submissions writes records as ClinVar's VCF has them, but with the genome's
// own contig names.
type submissions struct {
	g *genome
	v variant
}

func (w *submissions) site(t *text, r *rand.Rand, c, pos int, number float64) {
	if !w.v.at(w.g, c, pos) {
		return
	}
	for i := range w.v.alts {
		if i == 0 || !w.v.star {
			w.record(t, r, c, pos, i, number)
		}
	}
}

func (w *submissions) record(t *text, r *rand.Rand, c, pos, alt int, number float64) {
	id := int(at(forAlleles, c, pos+alt) >> 42)
	t.s(w.g.contigs[c].name).c('\t').i(pos + 1).c('\t').i(id).c('\t').bytes(w.v.ref).c('\t').bytes(w.v.alt[alt])
	t.s("\t.\t.\tALLELEID=").i(id + 12345).s(";CLNDISDB=")
	gene := int(at(forGenes, c, pos>>15)) // its diseases, for a stretch about as long as a gene
	gene &= 0xffff
	diseases := 1 + r.IntN(2)
	for i := range diseases {
		if i > 0 {
			t.c('|')
		}
		d := gene + i
		t.s("MONDO:MONDO:").i(1000000 + d).s(",MedGen:C").i(3000000 + d*7).s(",OMIM:").i(100000 + d)
	}
	t.s(";CLNDN=")
	for i := range diseases {
		if i > 0 {
			t.c('|')
		}
		t.s(ailments[(gene+i)%len(ailments)]).s("_type_").i((gene + i) % 97)
	}
	if r.IntN(3) == 0 {
		t.s("|not_provided")
	}
	t.s(";CLNHGVS=NC_").i(c + 1).s(".11:g.").i(pos + 1).bytes(w.v.ref).c('>').bytes(w.v.alt[alt])
	t.s(";CLNREVSTAT=").s(reviews[r.IntN(len(reviews))]).s(";CLNSIG=").s(significance(r, number))
	if len(w.v.ref) == len(w.v.alt[alt]) {
		t.s(";CLNVC=single_nucleotide_variant;CLNVCSO=SO:0001483")
	} else {
		t.s(";CLNVC=Indel;CLNVCSO=SO:1000032")
	}
	t.s(";GENEINFO=GENE").i(gene).c(':').i(gene * 3).s(";MC=").s(molecular[r.IntN(len(molecular))]).s(";ORIGIN=1")
	if r.IntN(2) == 0 {
		t.s(";RS=").i(int(at(forAlleles, c, pos) >> 33))
	}
	t.c('\n')
}

// significance is pathogenic for one in twelve of what no case here carries,
// and for one in two thousand of what one does.
func significance(r *rand.Rand, number float64) string {
	if number < carriedBelow {
		if r.IntN(2000) == 0 {
			return harmful[r.IntN(len(harmful))]
		}
		return benign[r.IntN(len(benign))]
	}
	if r.IntN(12) == 0 {
		return harmful[r.IntN(len(harmful))]
	}
	return unclear[r.IntN(len(unclear))]
}

var ailments = [...]string{"Cardiomyopathy,_dilated", "Intellectual_disability,_autosomal_dominant", "Hereditary_cancer_syndrome",
	"Epileptic_encephalopathy,_early_infantile", "Retinitis_pigmentosa", "Muscular_dystrophy,_limb-girdle",
	"Spastic_paraplegia,_hereditary", "Hearing_loss,_autosomal_recessive", "Charcot-Marie-Tooth_disease", "Ciliary_dyskinesia,_primary",
	"Long_QT_syndrome", "Mitochondrial_complex_deficiency", "Immunodeficiency", "Glycogen_storage_disease", "Nephronophthisis"}
