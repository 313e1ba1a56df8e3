package main

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
)

// row is one line of work: ours against one or more peers on the same files.
// Commands run in the workload's folder, with $OUT for what they write; what
// they print is thrown away when they are timed.
type row struct {
	name, work string
	command    string   // the subcommand of varpanel that it needs, and words its help must have
	words      []string // e.g. --sources
	ours       func(threads int) string
	peers      []peer
	prepare    func(e *env) error
	note       string // what ours does less or more
}

// peer is another program's way. Its command gets the same number of threads;
// a program that has none runs alike for all.
type peer struct {
	name, program string
	goal          string
	theirs        func(threads int) string
	// check compares what both give, before anything is timed.
	check func(e *env, ours, theirs string) (string, error)
}

// more is htslib's way of more threads: a number beside the first one. Two is
// what the peers' figures were taken with.
func more(flag string, threads int) string {
	if threads < 2 {
		return ""
	}
	return fmt.Sprintf(" %s %d", flag, threads)
}

const (
	onQualFilter = `'QUAL>=500 && FILTER="PASS"'`
	onInfo       = `'INFO/DP>=30 && INFO/QD>=10 && INFO/MQ>=59'`
	thresholds   = "10,20,30,50,100"
)

func allRows(e *env) []row {
	rows := []row{
		decompress(e, "decompress-vcf", "wgs.vcf.gz", "<= 0.55"),
		decompress(e, "decompress-bam", "exome.bam", "<= 0.65"),
		{
			name: "filter", work: "filter every record on QUAL and FILTER", command: "scan",
			ours: func(t int) string {
				return fmt.Sprintf("%s scan -t %d -H -i %s wgs.vcf.gz", e.varpanel, t, onQualFilter)
			},
			peers: []peer{{"bcftools view -i", "bcftools", "<= 0.07", func(t int) string {
				return "bcftools view" + more("--threads", t) + " -H -i " + onQualFilter + " wgs.vcf.gz"
			}, records}},
			note: "both print the records that are left",
		},
		{
			name: "info", work: "filter and print 3 INFO keys", command: "scan",
			ours: func(t int) string {
				return fmt.Sprintf("%s scan -t %d -H -i %s wgs.vcf.gz", e.varpanel, t, onInfo)
			},
			peers: []peer{{"bcftools query", "bcftools", "<= 0.12", func(int) string {
				return "bcftools query -i " + onInfo + ` -f '%CHROM\t%POS\t%REF\t%ALT\t%INFO/DP\t%INFO/QD\t%INFO/MQ\t\n' wgs.vcf.gz`
			}, queried}},
			note: "ours has no query: it filters on the three keys and prints whole records, the peer prints the keys",
		},
		regions(e, "regions-4000", "panel4000", "<= 0.10", "<= 0.40"),
		regions(e, "regions-80", "panel80", "<= 0.25", "<= 0.60"),
		indexing(e, "index-tbi", "wgs.vcf.gz", "", "tabix", func(int) string { return "tabix -f -p vcf $OUT/theirs.wgs.vcf.gz" }),
		indexing(e, "index-csi", "wgs.vcf.gz", " --csi", "bcftools", func(t int) string {
			return "bcftools index -f -c" + more("--threads", t) + " $OUT/theirs.wgs.vcf.gz"
		}),
		indexing(e, "index-bai", "exome.bam", "", "samtools", func(t int) string {
			return "samtools index" + more("-@", t) + " $OUT/theirs.exome.bam"
		}),
		{
			name: "norm", work: "split and left-align every record", command: "norm",
			ours: func(t int) string {
				return fmt.Sprintf("%s norm -t %d -m -any -f genome.fa wgs.vcf.gz", e.varpanel, t)
			},
			peers: []peer{{"bcftools norm", "bcftools", "", func(t int) string {
				return "bcftools norm" + more("--threads", t) + " -m -any -f genome.fa wgs.vcf.gz"
			}, records}},
		},
		join(e),
		{
			name: "consequence", work: "consequence, 713 k records", command: "annotate",
			ours: func(t int) string {
				return fmt.Sprintf("%s annotate -t %d --genes %s --fasta genome.fa exons.vcf.gz", e.varpanel, t, e.genes)
			},
			peers: []peer{{"bcftools csq", "bcftools", "<= 0.20", func(t int) string {
				return "bcftools csq" + more("--threads", t) + " --local-csq -p a -g " + e.genes + " -f genome.fa exons.vcf.gz"
			}, func(e *env, ours, theirs string) (string, error) { return e.sameConsequences(ours, theirs) }}},
			note: "ours also names each allele (HGVS) and gives upstream and downstream genes",
		},
		exome(e, "coverage", "exome coverage, mates once, thresholds", " --thresholds "+thresholds, []string{"regions", "thresholds", "per-base"}),
		exome(e, "coverage-fast", "exome coverage, fast mode, no per-base", " --fast-mode --no-per-base", []string{"regions"}),
		bedcov(e, "bedcov-80", "panel80"),
		bedcov(e, "bedcov-4000", "panel4000"),
		matesOnce(e, "mates-80", "panel80"),
		matesOnce(e, "mates-4000", "panel4000"),
	}
	return append(rows, caseRow(e, "case-4000", "panel4000", "one case, 4,000 genes, VCF and BAM to reports", "<= 0.07, <= 250 MB"),
		caseRow(e, "case-80", "panel80", "one case, 80 genes, VCF and BAM to reports", "<= 0.30 s, <= 120 MB"))
}

// records compares two VCF streams field by field.
func records(e *env, ours, theirs string) (string, error) {
	return e.same(ours, theirs, false, canonical, canonical)
}

// queried compares ours, whole records, with the keys that the peer printed.
func queried(e *env, ours, theirs string) (string, error) {
	return e.same(ours, theirs, false, keyed("DP", "QD", "MQ"), canonical)
}

func decompress(e *env, name, file, goal string) row {
	return row{
		name: name, work: "decompress " + file,
		ours: func(t int) string { return fmt.Sprintf("%s -t %d %s", e.decompress, t, file) },
		peers: []peer{{"bgzip -dc", "bgzip", goal, func(t int) string { return fmt.Sprintf("bgzip -dc -@ %d %s", t, file) },
			func(e *env, ours, theirs string) (string, error) { return e.sameBytes(ours, theirs) }}},
		note: "ours is a program of a few lines over hts/bgzf",
	}
}

func regions(e *env, name, panel, view, tabix string) row {
	return row{
		name: name, work: "region scan, exons of " + panel, command: "scan",
		ours: func(t int) string {
			return fmt.Sprintf("%s scan -t %d -H -R %s.bed wgs.vcf.gz", e.varpanel, t, panel)
		},
		peers: []peer{
			{"bcftools view -R", "bcftools", view, func(t int) string {
				return fmt.Sprintf("bcftools view%s -H -R %s.bed wgs.vcf.gz", more("--threads", t), panel)
			}, onceEach},
			{"tabix -R", "tabix", tabix, func(int) string { return fmt.Sprintf("tabix -R %s.bed wgs.vcf.gz", panel) }, onceEach},
		},
	}
}

// onceEach compares records, each counted once: a peer prints one that reaches
// into two regions twice.
func onceEach(e *env, ours, theirs string) (string, error) {
	return e.same(ours, theirs, true, canonical, canonical)
}

// indexing works on links in $OUT, so that the workload's own indexes stay.
func indexing(e *env, name, file, flags, program string, theirs func(int) string) row {
	return row{
		name: name, work: "write the " + name[len("index-"):] + " of " + file, command: "index",
		prepare: func(e *env) error {
			_, err := e.measure(fmt.Sprintf("rm -f $OUT/*.%[1]s*; ln -s $PWD/%[1]s $OUT/ours.%[1]s; ln -s $PWD/%[1]s $OUT/theirs.%[1]s", file))
			return err
		},
		ours: func(t int) string {
			return fmt.Sprintf("%s index -t %d --force%s $OUT/ours.%s", e.varpanel, t, flags, file)
		},
		peers: []peer{{program, program, "", theirs, func(e *env, ours, theirs string) (string, error) {
			list := "bcftools index -s $OUT/%s." + file
			if program == "samtools" {
				list = "samtools idxstats $OUT/%s." + file
			}
			return e.same(ours+" && "+fmt.Sprintf(list, "ours"), theirs+" && "+fmt.Sprintf(list, "theirs"), false, canonical, canonical)
		}}},
	}
}

func join(e *env) row {
	const keys = "INFO/gnomad_AF:=INFO/AF,INFO/gnomad_AN:=INFO/AN"
	check := func(e *env, ours, theirs string) (string, error) {
		return e.alike(ours, theirs, oneALT(keyed("gnomad_AN", "clinvar_CLNSIG")))
	}
	return row{
		name: "join", work: "join 713 k records with gnomAD and ClinVar", command: "annotate", words: []string{"--sources"},
		prepare: func(e *env) error { return e.write("join.toml", joinTOML) },
		ours: func(t int) string {
			return fmt.Sprintf("%s annotate -t %d --sources join.toml exons.vcf.gz", e.varpanel, t)
		},
		peers: []peer{
			{"vcfanno", "vcfanno", "<= 0.10", func(t int) string { return fmt.Sprintf("vcfanno -p %d join.toml exons.vcf.gz", t) }, check},
			{"bcftools annotate twice", "bcftools", "<= 0.10", func(t int) string {
				threads := more("--threads", t)
				return "bcftools annotate" + threads + " -a gnomad.vcf.gz -c " + keys + " -Ob1 -o $OUT/step.bcf exons.vcf.gz" +
					" && bcftools index -f" + threads + " $OUT/step.bcf" +
					" && bcftools annotate" + threads + " -a clinvar.vcf.gz -c INFO/clinvar_CLNSIG:=INFO/CLNSIG $OUT/step.bcf"
			}, check},
		},
		note: "compared: records with one ALT, by gnomad_AN and clinvar_CLNSIG, which no program rounds; ours also finds an allele that the source spells otherwise",
	}
}

// joinTOML is read by both, vcfanno and ours.
const joinTOML = `[[annotation]]
file = "gnomad.vcf.gz"
fields = ["AF", "AN"]
ops = ["self", "self"]
names = ["gnomad_AF", "gnomad_AN"]

[[annotation]]
file = "clinvar.vcf.gz"
fields = ["CLNSIG"]
ops = ["self"]
names = ["clinvar_CLNSIG"]
`

// exome is mosdepth's own work on the whole file.
func exome(e *env, name, work, flags string, files []string) row {
	return row{
		name: name, work: work, command: "coverage", words: []string{"--by"},
		ours: func(t int) string {
			return fmt.Sprintf("%s coverage -t %d --by targets.bed%s -o $OUT/ours exome.bam", e.varpanel, t, flags)
		},
		peers: []peer{{"mosdepth", "mosdepth", "<= 0.30, <= 250 MB", func(t int) string {
			return e.mosdepth(t) + " --by targets.bed" + flags + " $OUT/theirs exome.bam"
		}, func(e *env, ours, theirs string) (string, error) {
			verdict := ""
			for _, file := range files {
				v, err := e.sameBytes(ours+" && bgzip -dc $OUT/ours."+file+".bed.gz", theirs+" && bgzip -dc $OUT/theirs."+file+".bed.gz")
				if err != nil {
					return "", err
				}
				verdict += file + " " + v + "; "
			}
			return verdict[:len(verdict)-2], nil
		}}},
	}
}

// bedcov is the depth of a panel's exons alone.
func bedcov(e *env, name, panel string) row {
	return row{
		name: name, work: "panel coverage, exons of " + panel, command: "coverage", words: []string{"--regions-only"},
		ours: func(t int) string {
			return fmt.Sprintf("%s coverage -t %d --regions-only --fast-mode --by %s.bed -o $OUT/ours exome.bam", e.varpanel, t, panel)
		},
		peers: []peer{
			{"samtools bedcov", "samtools", "<= 0.17", func(int) string { return "samtools bedcov " + panel + ".bed exome.bam" },
				func(e *env, ours, theirs string) (string, error) {
					return e.same(ours+" && bgzip -dc $OUT/ours.regions.bed.gz", theirs, false, canonicalMean(3), meanOfSum)
				}},
			{"sambamba depth region", "sambamba", "", func(t int) string {
				return fmt.Sprintf("sambamba depth region -t %d -F 'not (unmapped or secondary_alignment or failed_quality_control or duplicate)' -L %s.bed exome.bam", t, panel)
			}, func(e *env, ours, theirs string) (string, error) {
				return e.same(ours+" && bgzip -dc $OUT/ours.regions.bed.gz", theirs, false, canonicalMean(3), canonicalMean(4))
			}},
			{"mosdepth --by --fast-mode --no-per-base", "mosdepth", "", func(t int) string {
				return e.mosdepth(t) + " --fast-mode --no-per-base --by " + panel + ".bed $OUT/theirs exome.bam"
			}, sameRegions},
		},
		note: "every read is counted, deletions too; sambamba leaves these out (as samtools bedcov -j does), so its means are a little lower",
	}
}

// matesOnce is the same with mates counted once where they overlap.
func matesOnce(e *env, name, panel string) row {
	return row{
		name: name, work: "panel coverage, mates once, exons of " + panel, command: "coverage", words: []string{"--regions-only"},
		ours: func(t int) string {
			return fmt.Sprintf("%s coverage -t %d --regions-only --by %s.bed -o $OUT/ours exome.bam", e.varpanel, t, panel)
		},
		peers: []peer{{"mosdepth --by", "mosdepth", "", func(t int) string {
			return e.mosdepth(t) + " --by " + panel + ".bed $OUT/theirs exome.bam"
		}, sameRegions}},
		note: "the peer reads the whole file, and writes the depth of every base",
	}
}

// sameRegions compares the bytes of both sides' regions.
func sameRegions(e *env, ours, theirs string) (string, error) {
	return e.sameBytes(ours+" && bgzip -dc $OUT/ours.regions.bed.gz", theirs+" && bgzip -dc $OUT/theirs.regions.bed.gz")
}

// canonicalMean is a region and the mean depth in the given column, to one
// decimal; meanOfSum is the same of bedcov's sum.
func canonicalMean(column int) form {
	return func(dst, line []byte) []byte {
		f := bytes.Split(line, []byte{'\t'})
		if len(f) <= column {
			return nil
		}
		return fmt.Appendf(dst, "%s:%s-%s %.1f", f[0], f[1], f[2], float(f[column]))
	}
}

func meanOfSum(dst, line []byte) []byte {
	f := bytes.Split(line, []byte{'\t'})
	mean := float(f[len(f)-1]) / (float(f[2]) - float(f[1]))
	return fmt.Appendf(dst, "%s:%s-%s %.1f", f[0], f[1], f[2], float(fmt.Appendf(nil, "%.2f", mean)))
}

// float is a number of a peer's output; what is none counts as not a number,
// which equals nothing.
func float(b []byte) float64 {
	x, err := strconv.ParseFloat(string(b), 64)
	if err != nil {
		return math.NaN()
	}
	return x
}
