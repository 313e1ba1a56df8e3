// Command chain times one case of varpanel against the chain of programs that
// laboratories stitch together for it: bcftools view -R, norm, csq, annotate
// for each source, and mosdepth, on the same files (the bundle's own regions,
// transcripts, sequence and sources, so that both sides read the same).
//
// The two run in turns. It prints each side's median wall time and peak memory
// (of the largest process) and the ratio, ours over theirs. What ours does more
// than the chain is said below the table.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"varpanel/hts/bgzf"
	"varpanel/reference/bundle"
)

func main() {
	var o options
	flag.StringVar(&o.varpanel, "varpanel", "bin/varpanel", "the program")
	flag.StringVar(&o.data, "data", "testdata", "the acceptance cases' data")
	flag.IntVar(&o.runs, "runs", 5, "counted runs of each side, after one that is not")
	flag.IntVar(&o.threads, "threads", 2, "threads of both sides")
	flag.Parse()
	if err := o.run(); err != nil {
		fmt.Fprintln(os.Stderr, "chain:", err)
		os.Exit(1)
	}
}

type options struct {
	varpanel, data string
	runs, threads  int
	dir            string // scratch
}

func (o *options) run() (err error) {
	for _, program := range []string{"bcftools", "mosdepth"} {
		if _, err := exec.LookPath(program); err != nil {
			return fmt.Errorf("%s is not installed: make test installs it where it may", program)
		}
	}
	if o.varpanel, err = filepath.Abs(o.varpanel); err != nil {
		return err
	}
	if o.data, err = filepath.Abs(o.data); err != nil {
		return err
	}
	if o.dir, err = os.MkdirTemp("", "varpanel-chain-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(o.dir)) }()
	if err := o.linkHTSlib(); err != nil {
		return err
	}
	fmt.Printf("%-34s %10s %10s %7s %10s %10s %7s\n", "work", "ours s", "chain s", "ratio", "ours MB", "chain MB", "ratio")
	if err := o.caseA(); err != nil {
		return err
	}
	if err := o.demo(); err != nil {
		return err
	}
	fmt.Println("ours also checks identity and assembly, names alleles (HGVS), applies the rules, and writes tables, JSON, HTML and an indexed VCF")
	return nil
}

// linkHTSlib gives mosdepth htslib under the name that it loads it by:
// Debian's package installs libhts.so.3 only.
func (o *options) linkHTSlib() error {
	found, err := filepath.Glob("/usr/lib/*/libhts.so.3")
	if err != nil || len(found) == 0 {
		return err
	}
	return os.Symlink(found[0], filepath.Join(o.dir, "libhts.so"))
}

// caseA is NA12878 over BRCA1: variants and coverage.
func (o *options) caseA() error {
	list := filepath.Join(o.dir, "brca1.list")
	if err := os.WriteFile(list, []byte("BRCA1\n"), 0o644); err != nil {
		return err
	}
	sources := filepath.Join(o.dir, "sources.toml")
	if err := os.WriteFile(sources, []byte(o.sources()), 0o644); err != nil {
		return err
	}
	b := filepath.Join(o.dir, "brca1")
	build := exec.Command(o.varpanel, "panel", "build", "--quiet", "--gene-list", list,
		"--genes", o.data+"/genes/GRCh38.test.gff3.gz", "--fasta", o.data+"/reference/GRCh38.test.fa.gz",
		"--hgnc", o.data+"/genes/hgnc_20230613.tsv.gz", "--mane", o.data+"/genes/mane_select_plus_clinical.csv.gz",
		"--sources", sources, "-o", b)
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("panel build: %w: %s", err, out)
	}
	vcf, bam := o.data+"/vcf/NA12878.BRCA1.GRCh38.bcftools.vcf.gz", o.data+"/bam/NA12878.BRCA1.GRCh38.bam"
	ours := fmt.Sprintf("exec %s run --quiet -t %d --bundle %s --vcf %s --bam %s --force -o %s/out", o.varpanel, o.threads, b, vcf, bam, o.dir)
	chain, err := o.chain(b, vcf, bam)
	if err != nil {
		return err
	}
	return o.compare("case A (BRCA1, VCF and BAM)", ours, chain)
}

// demo runs the embedded cases against the chain on the same files. The
// tumour's contigs are renamed for the chain beforehand, outside the time.
func (o *options) demo() error {
	demo := filepath.Join(o.dir, "demo")
	if out, err := exec.Command(o.varpanel, "demo", "--quiet", "-o", demo).CombinedOutput(); err != nil {
		return fmt.Errorf("demo: %w: %s", err, out)
	}
	var chains []string
	cases, err := filepath.Glob(demo + "/*/bundle")
	if err != nil {
		return err
	}
	if len(cases) == 0 {
		return fmt.Errorf("the demo wrote no bundle into %s", demo)
	}
	for _, b := range cases {
		vcfs, err := filepath.Glob(filepath.Dir(b) + "/inputs/*.vcf*")
		if err != nil {
			return err
		}
		bams, err := filepath.Glob(filepath.Dir(b) + "/inputs/*.bam")
		if err != nil {
			return err
		}
		vcfs = slices.DeleteFunc(vcfs, func(s string) bool { return strings.HasSuffix(s, ".tbi") })
		if len(vcfs) != 1 {
			return fmt.Errorf("%s: %d VCFs beside the bundle", b, len(vcfs))
		}
		vcf, err := o.renamed(vcfs[0])
		if err != nil {
			return err
		}
		bam := ""
		if len(bams) == 1 {
			bam = bams[0]
		}
		chain, err := o.chain(b, vcf, bam)
		if err != nil {
			return err
		}
		chains = append(chains, chain)
	}
	ours := fmt.Sprintf("exec %s demo --quiet -t %d -o %s", o.varpanel, o.threads, demo)
	return o.compare("demo (three cases)", ours, strings.Join(chains, " && "))
}

// renamed gives a VCF whose contigs begin with chr, compressed and indexed.
func (o *options) renamed(vcf string) (string, error) {
	out := filepath.Join(o.dir, filepath.Base(filepath.Dir(filepath.Dir(vcf)))+".renamed.vcf.gz")
	names := filepath.Join(o.dir, "names.txt")
	var b strings.Builder
	for i := 1; i <= 22; i++ {
		fmt.Fprintf(&b, "%d chr%d\n", i, i)
	}
	b.WriteString("X chrX\nY chrY\nMT chrM\n")
	if err := os.WriteFile(names, []byte(b.String()), 0o644); err != nil {
		return "", err
	}
	text, err := exec.Command("sh", "-c", fmt.Sprintf("bcftools annotate --rename-chrs %s %s | bcftools sort -Oz -o %s && bcftools index -t %s", names, vcf, out, out)).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", vcf, err, text)
	}
	return out, nil
}

// chain is the shell's side: every program reads the bundle's own files.
func (o *options) chain(dir, vcf, bam string) (string, error) {
	b, err := bundle.Open(dir, bgzf.Options{})
	if err != nil {
		return "", err
	}
	// bcftools annotate joins a VCF with an indexed file only, so each of its
	// steps writes one.
	step := filepath.Join(o.dir, "step0.vcf.gz")
	chain := fmt.Sprintf("bcftools view --threads %d -Ou -R %s/regions.bed %s | bcftools norm -Ou -m -any -f %s/reference.fa.gz"+
		" | bcftools csq --local-csq -p a -g %s/transcripts.gff3.gz -f %s/reference.fa.gz -Oz -o %s",
		o.threads, dir, vcf, dir, dir, dir, step)
	for i, s := range b.Manifest.Sources {
		next := filepath.Join(o.dir, fmt.Sprintf("step%d.vcf.gz", i+1))
		chain += fmt.Sprintf(" && bcftools index -f -t %s && bcftools annotate -a %s -c %s -Oz -o %s %s",
			step, b.SourcePath(s), columns(s), next, step)
		step = next
	}
	if bam != "" {
		chain += fmt.Sprintf(" && mosdepth -t %d -n --by %s/exons.bed --thresholds 10,20,30,50,100 %s/depth %s", o.threads, dir, o.dir, bam)
	}
	return chain, nil
}

// columns names a source's INFO keys for bcftools annotate.
func columns(s bundle.Source) string {
	var keys []string
	for _, list := range s.Fields {
		keys = append(keys, list...)
	}
	for _, k := range s.Populations {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for i, k := range keys {
		keys[i] = "INFO/" + k
	}
	return strings.Join(keys, ",")
}

// compare runs the two sides in turns and prints the medians.
func (o *options) compare(what, ours, theirs string) error {
	var wall, memory [2][]float64
	for i := range o.runs + 1 {
		for side, command := range []string{ours, theirs} {
			seconds, mb, err := measure(command, o.dir)
			if err != nil {
				return fmt.Errorf("%s: %w", what, err)
			}
			if i > 0 {
				wall[side] = append(wall[side], seconds)
				memory[side] = append(memory[side], mb)
			}
		}
	}
	w, m := [2]float64{median(wall[0]), median(wall[1])}, [2]float64{median(memory[0]), median(memory[1])}
	fmt.Printf("%-34s %10.3f %10.3f %7.2f %10.0f %10.0f %7.2f\n", what, w[0], w[1], w[0]/w[1], m[0], m[1], m[0]/m[1])
	return nil
}

// measure runs a shell command: wall seconds, and megabytes of the largest
// process.
func measure(command, libraries string) (seconds, mb float64, err error) {
	c := exec.Command("bash", "-o", "pipefail", "-c", command)
	c.Env = append(os.Environ(), "LD_LIBRARY_PATH="+libraries)
	start := time.Now()
	out, err := c.CombinedOutput()
	seconds = time.Since(start).Seconds()
	if err != nil {
		return 0, 0, fmt.Errorf("%s: %w: %s", command, err, out)
	}
	usage, ok := c.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0, 0, errors.New("no resource usage on this platform")
	}
	return seconds, float64(usage.Maxrss) / 1024, nil
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	if len(v)%2 == 1 {
		return v[len(v)/2]
	}
	return (v[len(v)/2-1] + v[len(v)/2]) / 2
}

func (o *options) sources() string {
	return fmt.Sprintf(`[[source]]
name = "clinvar"
version = "2024-12-15"
kind = "clinical-significance"
file = "%[1]s/annotation/GRCh38.clinvar_20241215.plp_2star.test.vcf.gz"
fields = { significance = "CLNSIG", review = "CLNREVSTAT", condition = "CLNDN" }

[[source]]
name = "thousand_genomes"
version = "phase3"
kind = "frequency"
file = "%[1]s/annotation/GRCh38.BRCA1.1000g_phase3.af.vcf.gz"
fields = { af = "AF" }
`, o.data)
}
