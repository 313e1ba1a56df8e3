package main

import (
	"bufio"
	"errors"
	"io"
	"os"

	"github.com/spf13/cobra"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/pipeline/view"
)

func newScanCommand(a *app) *cobra.Command {
	var o view.Options
	var format, out string
	c := &cobra.Command{
		Use:   "scan FILE",
		Short: "Find records of a VCF or BCF by region, filter and expression",
		Long: "Scan writes the records that bcftools view writes for the same options; what nobody changed\n" +
			"leaves as the bytes that were read. With an index -r and -R read only the blocks that they\n" +
			"need; without one, and on standard input (-), the whole file is read for the same records.\n\n" +
			"-i and -e take bcftools' expressions, without perl: CHROM POS ID REF ALT QUAL FILTER TYPE\n" +
			"N_ALT N_SAMPLES N_MISSING F_MISSING ILEN, INFO/TAG, FORMAT/TAG and TAG with [0], [*], [1-],\n" +
			"[sample:value] and [sample:GT]; GT as \"0/1\" or as het hom hap ref alt mis RR RA AA Aa R A; AC AN\n" +
			"AF MAC MAF counted where the header lacks them; + - * / %, = != < <= > >= ~ !~, & && | ||;\n" +
			"MAX MIN AVG MEAN MEDIAN STDEV SUM (of samples with s or SMPL_ before them) ABS COUNT STRLEN\n" +
			"BINOM PHRED N_PASS F_PASS. \".\" is a missing value. A field that the header lacks is an error.",
		Example: "  varpanel scan case.vcf.gz -r chr17:43044295-43125364 -i 'FILTER=\"PASS\" && QUAL>30'\n" +
			"  bcftools norm -m -any case.vcf.gz | varpanel scan - -R panel.bed -e 'GT=\"ref\"' -O z -o panel.vcf.gz",
		Args: exactArgs(1, "one VCF or BCF"),
		RunE: func(_ *cobra.Command, args []string) error {
			o.Path = args[0]
			return a.scan(o, format, out)
		},
	}
	f := c.Flags()
	f.StringArrayVarP(&o.Regions, "regions", "r", nil, "records that overlap these `REGION`s: chr, chr:pos, chr:from-to, {chr:odd}:from-to; may be given again")
	f.StringVarP(&o.RegionsFile, "regions-file", "R", "", "regions from a `FILE`: .bed, or CHROM POS [END] counted from 1")
	f.StringArrayVar(&o.Targets, "targets", nil, "records whose POS lies in these `REGION`s, or in none of ^these; reads the whole file")
	f.StringVarP(&o.TargetsFile, "targets-file", "T", "", "targets from a `FILE`, as -R; ^FILE leaves out what lies in them")
	f.StringVarP(&o.Include, "include", "i", "", "keep records that meet the `EXPR`ession")
	f.StringVarP(&o.Exclude, "exclude", "e", "", "leave out records that meet the `EXPR`ession")
	f.StringVarP(&o.Filters, "apply-filters", "f", "", "keep records that have one of these `FILTERS` (PASS,.)")
	f.StringVarP(&o.Samples, "samples", "s", "", "keep these `SAMPLES` in this order, or leave out ^these; AC and AN are counted anew")
	f.BoolVarP(&o.NoHeader, "no-header", "H", false, "leave the header out")
	f.BoolVar(&o.AllowOldIndex, "allow-old-index", false, "use an index that is older than the file")
	f.StringVarP(&format, "output-type", "O", "v", "v for plain VCF, z for bgzipped")
	f.StringVarP(&out, "output", "o", "-", "file to write, - for standard output")
	return c
}

func (a *app) scan(o view.Options, format, path string) error {
	if format != "v" && format != "z" {
		return fault.Usagef("--output-type %q: v or z", format)
	}
	o.In, o.Threads, o.SafeInflate, o.ReadList = a.in, a.threads, a.safeInflate, readLines
	o.Warn = func(message string) { a.log.warn("%s", message) }
	if a.progress != nil {
		o.Progress = func(records int) { a.progress("scanning", records) }
	}
	if format == "z" {
		o.Compress = func(w io.Writer) view.BlockWriter {
			return bgzf.NewWriter(w, bgzf.WriterOptions{Threads: a.threads})
		}
	}
	w, end, err := a.openOutput(path)
	if err != nil {
		return err
	}
	o.Out = w
	return end(view.Run(a.ctx, o))
}

// readLines reads a file that an expression names.
func readLines(path string) (lines []string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	in := bufio.NewScanner(f)
	for in.Scan() {
		lines = append(lines, in.Text())
	}
	return lines, in.Err()
}
