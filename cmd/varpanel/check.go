package main

import (
	"errors"

	"github.com/spf13/cobra"

	"varpanel/hts/fault"
	"varpanel/pipeline/check"
)

func newCheckCommand(a *app) *cobra.Command {
	var o check.Options
	c := &cobra.Command{
		Use:   "check FILE...",
		Short: "Is a file whole, sorted, and does its index fit",
		Long: `Read every block and every record of each FILE: VCF (plain or bgzipped), BCF,
BAM, BED, FASTA, an index, or any BGZF. A line is printed for each: what it is, how
many records, the assembly that its contigs belong to, and whether its index,
where one stands beside it, leads to every record. FILE may be - for standard
input. What the specification of VCF or BAM forbids and no reader stumbles over is a
warning. The exit code is 3 when a file is not whole.`,
		Example: "  varpanel check case.vcf.gz case.bam",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fault.Usagef("check needs at least one FILE").WithHint("varpanel check --help has an example")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			o.Threads, o.SafeInflate = a.threads, a.safeInflate
			return a.check(args, o)
		},
	}
	c.Flags().BoolVar(&o.AllowOldIndex, "allow-old-index", false, "take an index that is older than its file")
	return c
}

// check goes through all files, whatever is found in the first ones. What is
// wrong with a file stands in its line; the error that is returned sums up.
func (a *app) check(paths []string, o check.Options) error {
	bad := 0
	var first error
	for _, path := range paths {
		result, err := a.checkOne(path, o)
		switch {
		case err == nil:
			err = a.printf("%s: ok: %s\n", path, result)
			if err != nil {
				return err
			}
			for _, line := range result.Breaches.Lines() {
				a.log.warn("%s: %s", path, line)
			}
			continue
		case fault.KindOf(err) != fault.Input:
			return err
		}
		bad++
		if first == nil {
			first = err
		}
		if err := a.printf("%s: bad: %v\n", path, err); err != nil {
			return err
		}
	}
	if bad == 0 {
		return nil
	}
	sum := fault.Inputf("", "", "%d of %d files did not pass", bad, len(paths)).WithCause(first)
	return sum.WithHint("%s", fault.HintOf(first))
}

func (a *app) checkOne(path string, o check.Options) (*check.Result, error) {
	if path == "-" {
		return check.Stream(a.ctx, a.in, path, o)
	}
	result, err := check.File(a.ctx, path, o)
	var e *fault.Error
	if errors.As(err, &e) && e.File == path {
		// The line begins with the file's name already.
		e.File = ""
	}
	return result, err
}
