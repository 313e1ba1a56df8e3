// Command validate compares varpanel's consequences with ClinVar's molecular
// consequence (MC) and, where it is installed, with bcftools csq on the same
// records and the same rule. `make validate` runs it; docs/validation.md says
// what the numbers mean.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

func main() {
	shared := flag.String("shared", "../shared", "folder of the shared data")
	out := flag.String("o", "clinvar_mc_disagreements.tsv", "file for every disagreement")
	flag.Parse()
	if err := run(*shared, *out, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "validate:", err)
		os.Exit(1)
	}
}

// tool is one predictor's answers by record.
type tool struct {
	name    string
	answers map[string][]answer // by record id
}

func run(shared, out string, w io.Writer) (err error) {
	data := filepath.Join(shared, "data")
	if _, err := os.Stat(data); err != nil {
		return fmt.Errorf("not here: %s", data)
	}
	dir, err := os.MkdirTemp("", "validate")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	ref := filepath.Join(data, "reference", "GRCh38.regions.fa.gz")
	genes := filepath.Join(data, "genes", "GRCh38.ensembl110.canonical.gff3.gz")
	records, header, total, err := readCore(data)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "ClinVar 2024-12-15, P/LP of two stars or more: %d records in the core regions, %d with MC\n", total, len(records))

	ours, err := runOurs(dir, header, records, genes, ref)
	if err != nil {
		return err
	}
	tools := []tool{ours}
	if path, err := exec.LookPath("bcftools"); err != nil {
		fmt.Fprintln(w, "oracle not installed: bcftools")
	} else if csq, err := runCSQ(path, dir, records, genes, ref); err != nil {
		return err
	} else {
		tools = append(tools, csq)
	}
	return report(w, out, records, tools)
}

// runOurs builds varpanel and annotates the records with it.
func runOurs(dir, header string, records []record, genes, ref string) (tool, error) {
	bin := filepath.Join(dir, "varpanel")
	if out, err := exec.Command("go", "build", "-o", bin, "./cmd/varpanel").CombinedOutput(); err != nil {
		return tool{}, fmt.Errorf("go build (run this from the repository's root): %w\n%s", err, out)
	}
	in, annotated := filepath.Join(dir, "core.vcf"), filepath.Join(dir, "ours.vcf")
	if err := writeVCF(in, header, records, func(name string) string { return name }); err != nil {
		return tool{}, err
	}
	c := exec.Command(bin, "annotate", in, "--genes", genes, "--fasta", ref, "--quiet", "-o", annotated)
	if out, err := c.CombinedOutput(); err != nil {
		return tool{}, fmt.Errorf("varpanel annotate: %w\n%s", err, out)
	}
	answers, err := readAnswers(annotated, "CSQ", parseCSQ)
	return tool{"varpanel annotate", answers}, err
}

// runCSQ runs bcftools csq, which wants the sequence's contig names and a
// header that has them.
func runCSQ(path, dir string, records []record, genes, ref string) (tool, error) {
	in, annotated := filepath.Join(dir, "chr.vcf"), filepath.Join(dir, "csq.vcf")
	if err := writeVCF(in, minimalHeader(records), records, chrName); err != nil {
		return tool{}, err
	}
	c := exec.Command(path, "csq", "--local-csq", "-p", "a", "-f", ref, "-g", genes, "-o", annotated, in)
	if out, err := c.CombinedOutput(); err != nil {
		return tool{}, fmt.Errorf("bcftools csq: %w\n%s", err, out)
	}
	answers, err := readAnswers(annotated, "BCSQ", parseBCSQ)
	return tool{"bcftools csq --local-csq", answers}, err
}
