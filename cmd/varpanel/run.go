package main

import (
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	cases "varpanel/pipeline/case"
	"varpanel/stages/report"
)

func newRunCommand(a *app) *cobra.Command {
	var o cases.Options
	var bams, formats []string
	c := &cobra.Command{
		Use:   "run --bundle DIR --vcf FILE [--bam FILE] -o DIR",
		Short: "Run one case to its reports",
		Long: `Run one case: restrict its variants to the panel of the bundle, annotate,
check coverage, filter and prioritise, and write the reports into -o DIR.

Exit codes: 0 done; 2 the request is wrong; 3 an input cannot be trusted;
4 the reports are written and a QC gate failed.`,
		Example: "  varpanel run --bundle R444.2 --vcf NA12878.vcf.gz --bam NA12878.bam -o NA12878.reports",
		Args:    exactArgs(0, "no arguments"),
		RunE: func(c *cobra.Command, _ []string) error {
			if err := required(c, "bundle", "vcf", "out"); err != nil {
				return err
			}
			for _, b := range bams {
				o.BAMs = append(o.BAMs, parseBAM(b))
			}
			o.Formats = formats
			return a.runCase(o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.Bundle, "bundle", "", "the compiled panel (varpanel panel build)")
	f.StringArrayVar(&o.VCFs, "vcf", nil, "variants; - is standard input; may be given again for other people's files")
	f.StringArrayVar(&bams, "bam", nil, "reads, as FILE or SAMPLE=FILE, with their index beside them")
	f.StringVar(&o.Proband, "proband", "", "the sample to report on, where a VCF has several")
	f.StringVar(&o.Tumour, "tumour", "", "the tumour's sample, where a VCF has several")
	f.StringVar(&o.Normal, "normal", "", "the matched normal's sample: its depth and VAF are shown, nothing is filtered by it")
	f.StringVar(&o.Sex, "sex", "", "male or female; unknown unless given")
	f.StringVar(&o.Known, "known", "", "the laboratory's VCF of known alleles (INFO VP_KNOWN=include or artefact)")
	f.StringVar(&o.Profile, "profile", "", "rules of another profile: a built-in name or a TOML file")
	f.StringVar(&o.Name, "case", "", "the case's name in file names (by default the sample's)")
	f.StringSliceVar(&formats, "formats", cases.DefaultFormats, "what to write: "+strings.Join(cases.KnownFormats, ","))
	f.BoolVar(&o.Force, "force", false, "write into a folder that is not empty")
	f.BoolVar(&o.AllowOldIndex, "allow-old-index", false, "use an index that is older than its data; this is recorded")
	f.BoolVar(&o.FastMode, "fast-mode", false, "coverage counts every read from start to end, overlapping mates twice, as mosdepth --fast-mode")
	f.BoolVar(&o.HashInputs, "hash-inputs", false, "hash BAM files whole")
	f.StringVarP(&o.Out, "out", "o", "", "the folder for the reports")
	return c
}

// parseBAM splits SAMPLE=FILE; a path may itself hold "=", so only what looks
// like a name before the first "=" counts.
func parseBAM(s string) cases.BAM {
	if sample, path, ok := strings.Cut(s, "="); ok && sample != "" && !strings.ContainsAny(sample, "/.") {
		return cases.BAM{Sample: sample, Path: path}
	}
	return cases.BAM{Path: s}
}

// fill gives a case what every case of this program gets.
func (a *app) fill(o *cases.Options) {
	v := readVersion()
	o.Tool = report.Tool{Name: v.Name, Version: v.Version, IntendedUse: v.IntendedUse}
	o.Revision, o.GoVer = v.Revision, runtime.Version()
	o.Command = append([]string{"varpanel"}, a.args...)
	o.Threads, o.SafeInflate, o.Now, o.Stdin = a.threads, a.safeInflate, a.now, a.in
}

// garbage is how much of what a case holds may become garbage before it is
// collected, in percent. What a large panel holds is nearly all needed to the end,
// so that the usual 100 would only double its memory.
const garbage = 25

// runCase runs one case and tells how it ended.
func (a *app) runCase(o cases.Options) error {
	debug.SetGCPercent(garbage)
	a.fill(&o)
	done := a.startProgress()
	o.Progress = a.progress
	res, err := cases.Run(a.ctx, o)
	done()
	if err != nil {
		return err
	}
	for _, w := range res.Warnings {
		a.log.warn("%s", w)
	}
	a.log.info("%s", res.Report.Conclusion.Headline)
	if res.GateFailed {
		for _, why := range res.Report.Conclusion.GateWhy {
			a.log.warn("QC gate failed: %s", why)
		}
	}
	a.log.info("reports: %s", res.Dir)
	if res.GateFailed {
		return errGate
	}
	return nil
}
