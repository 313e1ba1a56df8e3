package main

import (
	"strings"

	"github.com/spf13/cobra"

	"varpanel/pipeline/explain"
)

func newExplainCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "explain DIR VARIANT",
		Short: "Say why a variant is reported, or why it is not",
		Long: `Say why a variant is reported, or why it is not, in the output folder DIR of a
finished run. VARIANT is contig:pos:ref:alt (1-based, in any spelling of the
allele), or an HGVS name on one of the bundle's transcripts or contigs.`,
		Example: "  varpanel explain NA12878.reports 17:43071077:T:C\n  varpanel explain NA12878.reports 'NM_007294.4:c.4837A>G'",
		Args:    exactArgs(2, "an output folder and a variant"),
		RunE: func(_ *cobra.Command, args []string) error {
			lines, err := explain.Answer(args[0], args[1], a.blocks())
			if err != nil {
				return err
			}
			return a.printf("%s\n", strings.Join(lines, "\n"))
		},
	}
}
