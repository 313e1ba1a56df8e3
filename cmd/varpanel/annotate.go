package main

import (
	"github.com/spf13/cobra"

	"varpanel/annotate/csq"
	"varpanel/hts/fault"
	"varpanel/pipeline/annotate"
)

type annotateOptions struct {
	annotate.Options
	format, out              string
	all, pick, mane, perGene bool
	fasta                    []string
}

func newAnnotateCommand(a *app) *cobra.Command {
	var o annotateOptions
	c := &cobra.Command{
		Use:   "annotate FILE",
		Short: "Write consequences, HGVS names and values of sources into a VCF",
		Long: "Annotate writes INFO/CSQ in VEP's format: one entry for each ALT and each transcript that it\n" +
			"overlaps or lies within 5,000 bases of. Alleles that are phased (by GT and PS, or by GATK's PGT\n" +
			"and PID), or homozygous, and change one codon or shift its frame together have further entries,\n" +
			"whose FLAGS say haplotype and, after with:, the other alleles. --pick, --mane and --per-gene write\n" +
			"fewer transcripts, each with its PICK_REASON. With --sources it also writes values of VCF (not\n" +
			"BCF), BED and tab-separated files, as vcfanno does from the same TOML ([[annotation]]: file, fields, columns,\n" +
			"ops, names), or as panels are built ([[source]]: for each allele <source>_<field>, and in\n" +
			"<source>_state whether it is found, has no value, is absent or is not covered). --sources may\n" +
			"stand without a gene model; with a sequence indels are compared wherever they are written.\n" +
			"Everything else of the file leaves as it was read. FILE may be - for standard input.",
		Example: "  varpanel annotate case.vcf.gz --genes GRCh38.gff3.gz --fasta GRCh38.fa.gz -O z -o annotated.vcf.gz\n" +
			"  varpanel annotate case.vcf.gz --sources sources.toml --fasta GRCh38.fa.gz -O z -o annotated.vcf.gz",
		Args: exactArgs(1, "one VCF"),
		RunE: func(c *cobra.Command, args []string) error {
			o.Path = args[0]
			if len(o.fasta) > 0 {
				o.Fasta, o.Own = o.fasta[0], o.fasta[1:]
			}
			return a.annotate(o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.Bundle, "bundle", "", "folder of a panel bundle: its transcripts and sequence")
	f.StringVar(&o.Genes, "genes", "", "gene model, GFF3 or GTF of Ensembl, GENCODE or RefSeq (plain or gzipped)")
	f.StringArrayVar(&o.fasta, "fasta", nil, "indexed FASTA of the genome (plain or bgzipped); given again, FASTA of transcripts'\n"+
		"own sequences by accession, where RefSeq's differ from the genome")
	f.StringVar(&o.Sources, "sources", "", "TOML of annotation sources: [[source]] or vcfanno's [[annotation]]")
	f.BoolVar(&o.all, "all-transcripts", false, "an entry for every transcript (the default)")
	f.BoolVar(&o.pick, "pick", false, "one entry an ALT: a transcript around it before one beside it, then MANE Select,\n"+
		"MANE Plus Clinical, RefSeq Select, canonical, most severe, longest, first id")
	f.BoolVar(&o.mane, "mane", false, "MANE Select and MANE Plus Clinical transcripts, and of a gene without one what --per-gene gives")
	f.BoolVar(&o.perGene, "per-gene", false, "one entry an ALT and gene, in the order of --pick from MANE Select on")
	f.StringVarP(&o.format, "output-type", "O", "v", "v for plain VCF, z for bgzipped")
	f.StringVarP(&o.out, "output", "o", "-", "file to write, - for standard output")
	return c
}

// choice gives the transcripts that are asked for.
func (o annotateOptions) choice() (csq.Choice, error) {
	choice, asked := csq.AllTranscripts, 0
	for _, f := range []struct {
		set    bool
		choice csq.Choice
	}{{o.all, csq.AllTranscripts}, {o.pick, csq.One}, {o.mane, csq.MANE}, {o.perGene, csq.PerGene}} {
		if f.set {
			choice = f.choice
			asked++
		}
	}
	switch {
	case asked > 1:
		return choice, fault.Usagef("--all-transcripts, --pick, --mane and --per-gene: choose one")
	case asked > 0 && o.Bundle == "" && o.Genes == "":
		return choice, fault.Usagef("--all-transcripts, --pick, --mane and --per-gene need --bundle, or --genes and --fasta")
	}
	return choice, nil
}

func (o annotateOptions) check() error {
	switch {
	case o.format != "v" && o.format != "z":
		return fault.Usagef("--output-type %q: v or z", o.format)
	case o.Bundle != "" && (o.Genes != "" || o.Fasta != ""):
		return fault.Usagef("--bundle brings its own genes and sequence: leave --genes and --fasta out")
	case o.Genes != "" && o.Fasta == "":
		return fault.Usagef("--genes needs --fasta")
	case o.Bundle == "" && o.Genes == "" && o.Sources == "":
		return fault.Usagef("annotate needs --bundle, or --genes and --fasta, or --sources").
			WithHint("varpanel annotate --help has an example")
	}
	return nil
}

func (a *app) annotate(o annotateOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	choice, err := o.choice()
	if err != nil {
		return err
	}
	o.Choice = choice
	w, end, err := a.openOutput(o.out)
	if err != nil {
		return err
	}
	o.In, o.Threads, o.SafeInflate, o.Warn, o.Out, o.BGZF = a.in, a.threads, a.safeInflate, a.log.warn, w, o.format == "z"
	return end(annotate.Run(a.ctx, o.Options))
}
