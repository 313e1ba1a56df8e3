package main

import (
	"regexp"

	"github.com/spf13/cobra"

	"varpanel/hts/fault"
	"varpanel/pipeline/norm"
	"varpanel/stages/normalise"
)

type normOptions struct {
	path, fasta, split, check, remove, oldTag, format, out string
}

func newNormCommand(a *app) *cobra.Command {
	var o normOptions
	c := &cobra.Command{
		Use:   "norm FILE",
		Short: "Split multi-allelic records, left-align, check REF",
		Long: "Norm writes the records that bcftools norm writes for the same options. With -f every REF is\n" +
			"compared with the sequence, and alleles are trimmed and shifted to the left as far as they go;\n" +
			"with -m -any every ALT gets a record of its own, and its own values of Number=A, R and G (of any\n" +
			"ploidy), of GT, and of an AD, ADF or ADR whose Number is not stated. What cannot be split stays\n" +
			"and is named once. With -d duplicates are removed, with -m after splitting. Symbolic alleles stay\n" +
			"where they are. Records wait for 1,000 positions and longer, so a sorted file stays sorted; one\n" +
			"whose records go back by more, or whose contigs come twice, is refused. FILE may be - for\n" +
			"standard input.",
		Example: "  varpanel norm case.vcf.gz -f GRCh38.fa.gz -m -any -O z -o normalised.vcf.gz\n" +
			"  bcftools view -f PASS case.vcf.gz | varpanel norm - -f GRCh38.fa.gz -c w -d exact",
		Args: exactArgs(1, "one VCF or BCF"),
		RunE: func(_ *cobra.Command, args []string) error {
			o.path = args[0]
			return a.norm(o)
		},
	}
	f := c.Flags()
	f.StringVarP(&o.fasta, "fasta-ref", "f", "", "indexed FASTA (plain or bgzipped): compare REF and left-align")
	f.StringVarP(&o.split, "multiallelics", "m", "", "-any: one record for each ALT")
	f.StringVarP(&o.check, "check-ref", "c", "", "a REF that is not the sequence's: e for error (unless told), w to warn, x to exclude, wx for both")
	f.StringVarP(&o.remove, "rm-dup", "d", "", "remove duplicates of one position: snps, indels, both, all, any, none or exact")
	f.StringVar(&o.oldTag, "old-rec-tag", "", "INFO key that tells what a changed record was")
	f.StringVarP(&o.format, "output-type", "O", "v", "v for plain VCF, z for bgzipped")
	f.StringVarP(&o.out, "output", "o", "-", "file to write, - for standard output")
	return c
}

// infoKey is what the specification lets an INFO key be.
var infoKey = regexp.MustCompile(`^[A-Za-z_][0-9A-Za-z_.]*$`)

// options reads the flags.
func (o normOptions) options() (norm.Options, error) {
	n := norm.Options{Path: o.path, Fasta: o.fasta, OldTag: o.oldTag, BGZF: o.format == "z"}
	switch o.split {
	case "":
	case "-", "-any", "-both":
		n.Split = true
	default:
		return n, fault.Usagef("--multiallelics %q: -any is what is offered", o.split).
			WithHint("bcftools norm joins records (+any), and splits those of one type")
	}
	var err error
	if n.Check, err = normalise.ParseCheck(o.check); err != nil {
		return n, err
	}
	if n.Remove, err = normalise.ParseDuplicates(o.remove); err != nil {
		return n, err
	}
	switch {
	case o.format != "v" && o.format != "z":
		return n, fault.Usagef("--output-type %q: v or z", o.format)
	case o.oldTag != "" && !infoKey.MatchString(o.oldTag):
		return n, fault.Usagef("--old-rec-tag %q: letters, digits, _ and . make an INFO key", o.oldTag)
	case o.fasta == "" && !n.Split && n.Remove == normalise.KeepDuplicates:
		return n, fault.Usagef("norm needs -f, -m or -d").WithHint("varpanel norm --help has examples")
	case o.fasta == "" && o.check != "":
		return n, fault.Usagef("--check-ref needs --fasta-ref")
	}
	return n, nil
}

func (a *app) norm(o normOptions) error {
	n, err := o.options()
	if err != nil {
		return err
	}
	w, end, err := a.openOutput(o.out)
	if err != nil {
		return err
	}
	n.In, n.Threads, n.SafeInflate, n.Warn, n.Out = a.in, a.threads, a.safeInflate, a.log.warn, w
	return end(a.normTo(n))
}

func (a *app) normTo(n norm.Options) error {
	done, err := norm.Run(a.ctx, n)
	if err == nil {
		a.log.info("norm: %s", done)
	}
	return err
}
