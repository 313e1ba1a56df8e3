package main

import (
	"github.com/spf13/cobra"

	"varpanel/hts/fault"
	"varpanel/pipeline/reindex"
)

func newIndexCommand(a *app) *cobra.Command {
	var o reindex.Options
	c := &cobra.Command{
		Use:   "index FILE",
		Short: "Write the index of a VCF, BED, GFF, BAM or BCF file",
		Long: `Write the index of a sorted file beside it: FILE.tbi for bgzipped VCF, BED and
GFF, FILE.bai for BAM, FILE.csi for BCF, and FILE.csi for all of them with
--csi, which a contig of more than 2^29 bases needs. The format is told by the
file's first bytes, else by its name. Every block and every record is read; a
file that is cut, corrupt or not sorted is refused with its line or record.`,
		Example: "  varpanel index --csi case.vcf.gz",
		Args:    exactArgs(1, "one FILE"),
		RunE: func(c *cobra.Command, args []string) error {
			o.Threads, o.SafeInflate = a.threads, a.safeInflate
			o.CSI = o.CSI || c.Flags().Changed("min-shift")
			if o.MinShift < 1 || o.MinShift > 30 {
				return fault.Usagef("--min-shift %d: 1 to 30", o.MinShift)
			}
			if args[0] == "-" {
				return fault.Usagef("index needs a FILE: its index stands beside it")
			}
			_, err := reindex.File(a.ctx, args[0], o)
			return err
		},
	}
	c.Flags().BoolVar(&o.CSI, "csi", false, "write a .csi")
	c.Flags().IntVar(&o.MinShift, "min-shift", reindex.DefaultMinShift, "the smallest bins of the .csi have 2^`N` bases; implies --csi")
	c.Flags().BoolVar(&o.Force, "force", false, "replace an index that is there")
	return c
}
