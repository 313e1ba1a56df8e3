package main

import (
	"math"
	"math/rand/v2"
)

const caseSample = "CASE1"

// vcfHeader begins every VCF here.
func (g *genome) vcfHeader(lines string, samples ...string) []byte {
	var t text
	t.s("##fileformat=VCFv4.2\n##FILTER=<ID=PASS,Description=\"All filters passed\">\n").s(lines)
	for _, c := range g.contigs {
		t.s("##contig=<ID=").s(c.name).s(",length=").i(c.length).s(",assembly=GRCh38>\n")
	}
	t.s("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO")
	if len(samples) > 0 {
		t.s("\tFORMAT")
	}
	for _, s := range samples {
		t.c('\t').s(s)
	}
	return t.c('\n').b
}

const gatkHeader = `##FILTER=<ID=LowQual,Description="Low quality">
##FILTER=<ID=VQSRTrancheINDEL99.00to99.90,Description="Truth sensitivity tranche level for INDEL model at VQS Lod: -9.1 <= x < -1.3">
##FILTER=<ID=VQSRTrancheSNP99.80to99.90,Description="Truth sensitivity tranche level for SNP model at VQS Lod: -5.2 <= x < -2.1">
##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Allelic depths for the ref and alt alleles in the order listed">
##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Approximate read depth">
##FORMAT=<ID=GQ,Number=1,Type=Integer,Description="Genotype Quality">
##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">
##FORMAT=<ID=PGT,Number=1,Type=String,Description="Physical phasing haplotype information">
##FORMAT=<ID=PID,Number=1,Type=String,Description="Physical phasing ID information">
##FORMAT=<ID=PL,Number=G,Type=Integer,Description="Normalized, Phred-scaled likelihoods for genotypes">
##INFO=<ID=AC,Number=A,Type=Integer,Description="Allele count in genotypes, for each ALT allele">
##INFO=<ID=AF,Number=A,Type=Float,Description="Allele Frequency, for each ALT allele">
##INFO=<ID=AN,Number=1,Type=Integer,Description="Total number of alleles in called genotypes">
##INFO=<ID=BaseQRankSum,Number=1,Type=Float,Description="Z-score of Alt Vs. Ref base qualities">
##INFO=<ID=DB,Number=0,Type=Flag,Description="dbSNP Membership">
##INFO=<ID=DP,Number=1,Type=Integer,Description="Approximate read depth">
##INFO=<ID=ExcessHet,Number=1,Type=Float,Description="Phred-scaled p-value for exact test of excess heterozygosity">
##INFO=<ID=FS,Number=1,Type=Float,Description="Phred-scaled p-value using Fisher's exact test to detect strand bias">
##INFO=<ID=MLEAC,Number=A,Type=Integer,Description="Maximum likelihood expectation for the allele counts">
##INFO=<ID=MLEAF,Number=A,Type=Float,Description="Maximum likelihood expectation for the allele frequency">
##INFO=<ID=MQ,Number=1,Type=Float,Description="RMS Mapping Quality">
##INFO=<ID=MQRankSum,Number=1,Type=Float,Description="Z-score of Alt vs. Ref read mapping qualities">
##INFO=<ID=NEGATIVE_TRAIN_SITE,Number=0,Type=Flag,Description="Used to build the negative training set">
##INFO=<ID=POSITIVE_TRAIN_SITE,Number=0,Type=Flag,Description="Used to build the positive training set">
##INFO=<ID=QD,Number=1,Type=Float,Description="Variant Confidence/Quality by Depth">
##INFO=<ID=ReadPosRankSum,Number=1,Type=Float,Description="Z-score of Alt vs. Ref read position bias">
##INFO=<ID=SOR,Number=1,Type=Float,Description="Symmetric Odds Ratio of 2x2 contingency table to detect strand bias">
##INFO=<ID=VQSLOD,Number=1,Type=Float,Description="Log odds of being a true variant versus being false">
##INFO=<ID=culprit,Number=1,Type=String,Description="The annotation which was the worst performing in the model">
`

var culprits = [...]string{"MQ", "QD", "FS", "DP", "SOR", "ReadPosRankSum", "MQRankSum"}

// caller writes records as GATK's HaplotypeCaller and VQSR do.
type caller struct {
	g       *genome
	v       variant
	samples int // 1, or 3 for a trio: child, father, mother
	trio    [3][2]int8
}

// site appends the record at a position, if there is one.
func (w *caller) site(t *text, r *rand.Rand, c, pos int) {
	if !w.v.at(w.g, c, pos) {
		return
	}
	w.people(r, c, pos)
	good := r.IntN(100) < 93
	depth := make([]int, w.samples)
	sum, counts := 0, [3]int{}
	het := false
	for i := range depth {
		depth[i] = max(4, int(35+8*r.NormFloat64()))
		sum += depth[i]
		for _, a := range w.trio[i] {
			counts[a]++
		}
		het = het || w.trio[i][0] != w.trio[i][1]
	}
	qd := 13 + 3*r.NormFloat64()
	if !het {
		qd = 29 + 4*r.NormFloat64()
	}
	if !good {
		qd /= 5
	}
	qd = max(0.3, qd)

	t.s(w.g.contigs[c].name).c('\t').i(pos + 1).s("\t.\t").bytes(w.v.ref).c('\t').bytes(w.v.alt[0])
	if w.v.alts == 2 {
		t.c(',').bytes(w.v.alt[1])
	}
	t.c('\t').f(qd*float64(sum), 2).c('\t').s(filterOf(good, len(w.v.ref) == len(w.v.alt[0]), r)).c('\t')
	w.info(t, r, counts, sum, qd, good, het)
	w.formats(t, r, depth, pos, good)
}

// people draws the genotypes: at least one person carries each ALT of two.
func (w *caller) people(r *rand.Rand, c, pos int) {
	copies := genotype(c, pos)
	if w.samples == 1 {
		w.trio[0] = [2]int8{0, 1}
		if copies == 2 {
			w.trio[0] = [2]int8{1, 1}
		}
		if w.v.alts == 2 {
			w.trio[0] = [2]int8{1, 2}
		}
		return
	}
	father, mother := [2]int8{0, 0}, [2]int8{0, 0}
	switch r.IntN(4) {
	case 0:
		father[1] = 1
	case 1:
		mother[1] = 1
	case 2:
		father[1], mother[1] = 1, 1
	default:
		father, mother = [2]int8{int8(copies - 1), 1}, [2]int8{0, 1}
	}
	if w.v.alts == 2 {
		mother = [2]int8{1, 2}
	}
	child := [2]int8{father[r.IntN(2)], mother[r.IntN(2)]}
	if child[0] > child[1] {
		child[0], child[1] = child[1], child[0]
	}
	if r.IntN(50_000) == 0 {
		father, mother, child = [2]int8{}, [2]int8{}, [2]int8{0, 1} // a new mutation
	}
	w.trio = [3][2]int8{child, father, mother}
}

func filterOf(good, snv bool, r *rand.Rand) string {
	switch {
	case good:
		return "PASS"
	case r.IntN(8) == 0:
		return "LowQual"
	case snv:
		return "VQSRTrancheSNP99.80to99.90"
	}
	return "VQSRTrancheINDEL99.00to99.90"
}

func (w *caller) info(t *text, r *rand.Rand, counts [3]int, depth int, qd float64, good, het bool) {
	an := 2 * w.samples
	list := func(key string, value func(n int)) {
		t.s(key)
		for i := range w.v.alts {
			if i > 0 {
				t.c(',')
			}
			value(counts[i+1])
		}
	}
	number := func(n int) { t.i(n) }
	fraction := func(n int) { t.f(float64(n)/float64(an), 3) }
	list("AC=", number)
	list(";AF=", fraction)
	t.s(";AN=").i(an)
	if het {
		t.kf(";BaseQRankSum=", 1.2*r.NormFloat64(), 3)
	}
	if r.IntN(10) > 0 {
		t.s(";DB")
	}
	t.s(";DP=").i(depth + r.IntN(3)).s(";ExcessHet=3.0103")
	fs := 0.0
	if het {
		fs = max(0, 2.5*r.ExpFloat64()-1)
	}
	t.kf(";FS=", fs, 3)
	list(";MLEAC=", number)
	list(";MLEAF=", fraction)
	mq := 60.0
	if r.IntN(6) == 0 || !good {
		mq = max(20, 60-6*r.ExpFloat64())
	}
	t.kf(";MQ=", mq, 2)
	if het {
		z := 0.0
		if mq < 60 {
			z = r.NormFloat64()
		}
		t.kf(";MQRankSum=", z, 3)
	}
	if !good && r.IntN(3) == 0 {
		t.s(";NEGATIVE_TRAIN_SITE")
	} else if good && r.IntN(2) == 0 {
		t.s(";POSITIVE_TRAIN_SITE")
	}
	t.kf(";QD=", qd, 2)
	if het {
		t.kf(";ReadPosRankSum=", r.NormFloat64(), 3)
	}
	t.kf(";SOR=", 0.2+math.Abs(0.7+0.3*r.NormFloat64()), 3)
	lod := 19 + 2*r.NormFloat64()
	if !good {
		lod = -4 + 2*r.NormFloat64()
	}
	t.kf(";VQSLOD=", lod, 2).s(";culprit=").s(culprits[min(r.IntN(14), len(culprits)-1)])
}

func (w *caller) formats(t *text, r *rand.Rand, depth []int, pos int, good bool) {
	phased := w.samples == 1 && w.trio[0] == [2]int8{0, 1} && pos%9 == 0
	t.s("\tGT:AD:DP:GQ")
	if phased {
		t.s(":PGT:PID")
	}
	t.s(":PL")
	for i, d := range depth {
		gt := w.trio[i]
		t.c('\t').i(int(gt[0])).c('/').i(int(gt[1])).c(':')
		var ad [3]int
		if gt[0] == gt[1] {
			ad[gt[0]] = d
		} else {
			ad[gt[1]] = max(2, min(d-1, d/2+int(math.Sqrt(float64(d))/2*r.NormFloat64())))
			ad[gt[0]] = d - ad[gt[1]]
		}
		for a := range w.v.alts + 1 {
			if a > 0 {
				t.c(',')
			}
			t.i(ad[a])
		}
		t.c(':').i(d).c(':')
		pl := likelihoods(gt, ad, w.v.alts, r)
		gq := 99
		for g, p := range pl {
			if g != ordinal(gt) {
				gq = min(gq, p)
			}
		}
		t.i(gq)
		if phased {
			t.s(":0|1:").i(pos + 1).c('_').bytes(w.v.ref).c('_').bytes(w.v.alt[0])
		}
		for g, p := range pl {
			if g == 0 {
				t.c(':')
			} else {
				t.c(',')
			}
			t.i(p)
		}
	}
	t.c('\n')
}

// ordinal is a genotype's place in PL (VCF 4.3, section 1.6.2).
func ordinal(gt [2]int8) int { return int(gt[1])*(int(gt[1])+1)/2 + int(gt[0]) }

// likelihoods gives a PL for each genotype: what its missing alleles' reads
// speak against it.
func likelihoods(called [2]int8, ad [3]int, alts int, r *rand.Rand) []int {
	var pl []int
	for b := range int8(alts + 1) {
		for a := range b + 1 {
			against := 0
			for k, n := range ad[:alts+1] {
				if int8(k) != a && int8(k) != b {
					against += n * 27
				}
			}
			if a != b && called[0] == called[1] {
				against += ad[called[0]] * 3
			}
			if against > 0 {
				against += r.IntN(30)
			}
			pl = append(pl, against)
		}
	}
	pl[ordinal(called)] = 0
	return pl
}
