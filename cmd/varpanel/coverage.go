package main

import (
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"varpanel/hts/bam/pileup"
	"varpanel/hts/fault"
	cases "varpanel/pipeline/case"
	"varpanel/pipeline/coverage"
	measured "varpanel/stages/coverage"
)

type coverageOptions struct {
	coverage.Options
	by, thresholds  string
	fastMode        bool
	bundle, profile string
}

func newCoverageCommand(a *app) *cobra.Command {
	var o coverageOptions
	c := &cobra.Command{
		Use:   "coverage BAM (--bundle DIR | [--by BED]) -o PREFIX",
		Short: "Depth over a panel; or over regions, windows and bases, as mosdepth has it",
		Long: "Coverage writes the files of mosdepth 0.3.3, with its names, columns and numbers:\n" +
			"  PREFIX.mosdepth.summary.txt, PREFIX.mosdepth.global.dist.txt\n" +
			"  PREFIX.per-base.bed.gz (not with --no-per-base)\n" +
			"  PREFIX.regions.bed.gz, PREFIX.mosdepth.region.dist.txt (with --by)\n" +
			"  PREFIX.thresholds.bed.gz (with --thresholds)\n" +
			"Mates of a proper pair count once where they overlap, deleted and skipped bases do not count;\n" +
			"with --fast-mode each read counts from its start to its end. --regions-only reads only the blocks\n" +
			"of the regions, and writes what they give.\n\n" +
			"With --bundle it writes run's tables of the panel's exons, genes, gaps and hotspots, with the\n" +
			"profile's definition of depth: PREFIX.coverage.exons.tsv, .coverage.genes.tsv, .coverage.panel.tsv,\n" +
			".coverage.hotspots.tsv, .gaps.bed and .gaps.tsv; and by reads alone .callability.bed and .callability.tsv.\n\n" +
			"The index must fit: one that is older than its BAM, cut or of another file is refused. It judges\n" +
			"nothing: the exit code is 0 whatever the depth.",
		Example: "  varpanel coverage NA12878.bam --bundle R444.2 -o NA12878\n" +
			"  varpanel coverage NA12878.bam --by exons.bed --thresholds 10,20,30 --regions-only -o NA12878",
		Args: exactArgs(1, "one BAM file"),
		RunE: func(c *cobra.Command, args []string) error {
			if err := required(c, "output"); err != nil {
				return err
			}
			if err := outFolder(o.Prefix); err != nil {
				return err
			}
			o.Path = args[0]
			if o.bundle != "" {
				return a.bundleCoverage(c, o)
			}
			return a.coverage(o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.bundle, "bundle", "", "the compiled panel (varpanel panel build)")
	f.StringVar(&o.profile, "profile", "", "with --bundle, rules of another profile: a built-in name or a TOML file")
	f.StringVarP(&o.by, "by", "b", "", "BED file of regions, or the size of windows in bases")
	f.StringVarP(&o.thresholds, "thresholds", "T", "", "for each region, count the bases at each depth of this list or deeper (10,20,30)")
	f.IntVarP(&o.Pileup.MinMapQ, "mapq", "Q", 0, "leave out reads with a lower mapping quality")
	f.IntVarP(&o.Pileup.Exclude, "flag", "F", pileup.DefaultFlags, "leave out reads with any of these flag bits")
	f.IntVarP(&o.Pileup.Include, "include-flag", "i", 0, "only reads with any of these flag bits; 0 asks for none")
	f.BoolVarP(&o.fastMode, "fast-mode", "x", false, "count every read from its start to its end, and overlapping mates twice")
	f.BoolVarP(&o.UseMedian, "use-median", "m", false, "the median of each region instead of the mean")
	f.BoolVarP(&o.NoPerBase, "no-per-base", "n", false, "do not write the per-base file")
	f.BoolVar(&o.RegionsOnly, "regions-only", false, "read only the blocks of the regions, and write no whole-genome figures")
	f.BoolVar(&o.AllowOldIndex, "allow-old-index", false, "use an index that is older than its BAM file")
	f.StringVarP(&o.Prefix, "output", "o", "", "how the names of the files begin")
	return c
}

// fill reads the flags that need it.
func (o *coverageOptions) fill() error {
	if o.fastMode {
		o.Pileup.Mode = pileup.Span
	}
	if window, err := strconv.Atoi(o.by); err == nil {
		if window < 1 {
			return fault.Usagef("--by %s: a window has 1 base at least", o.by)
		}
		o.Window = window
	} else {
		o.BED = o.by
	}
	if o.thresholds == "" {
		return nil
	}
	for _, t := range strings.Split(o.thresholds, ",") {
		n, err := strconv.ParseInt(t, 10, 32)
		if err != nil || n < 0 {
			return fault.Usagef("--thresholds %q: %q is not a depth", o.thresholds, t).WithHint("a list such as 10,20,30")
		}
		o.Thresholds = append(o.Thresholds, int(n))
	}
	return nil
}

func (a *app) coverage(o coverageOptions) error {
	if o.profile != "" {
		return fault.Usagef("--profile is of --bundle, which is missing")
	}
	if err := o.fill(); err != nil {
		return err
	}
	o.Threads, o.SafeInflate, o.Warn = a.threads, a.safeInflate, a.log.warn
	done, err := coverage.Run(a.ctx, o.Options)
	if err == nil {
		a.log.info("coverage: %s", done)
		// The files have mosdepth's columns, and no place for it.
		a.log.info("%s", measured.Options{Depth: o.Pileup}.Definition())
	}
	return err
}

// bundleCoverage writes the tables of a panel. What counts as depth is the
// profile's to say.
func (a *app) bundleCoverage(c *cobra.Command, o coverageOptions) error {
	for _, name := range []string{
		"by", "thresholds", "mapq", "flag", "include-flag", "use-median", "no-per-base", "regions-only",
	} {
		if c.Flags().Changed(name) {
			return fault.Usagef("--%s and --bundle exclude each other: the bundle's profile says what is measured", name)
		}
	}
	found, warnings, err := cases.Coverage(a.ctx, cases.CoverageOptions{
		Bundle: o.bundle, BAM: o.Path, Profile: o.profile, Prefix: o.Prefix,
		AllowOldIndex: o.AllowOldIndex, FastMode: o.fastMode, Threads: a.threads,
	})
	if err != nil {
		return err
	}
	for _, w := range warnings {
		a.log.warn("%s", w)
	}
	a.log.info("%s", found.Summary)
	a.log.info("%s", found.Definition)
	return nil
}
