package main

import (
	"path/filepath"

	"github.com/spf13/cobra"

	cases "varpanel/pipeline/case"
	"varpanel/pipeline/demo"
)

func newDemoCommand(a *app) *cobra.Command {
	out := "demo"
	c := &cobra.Command{
		Use:   "demo",
		Short: "Run the main job on the embedded demo cases, one a test type",
		Long: `Unpack the demo cases that are in this binary (a compiled panel and one case for
each test type), run each as varpanel run would, and say where the reports are.
No demo case is a patient: each report's line "Origin of this case" says what is
real in it and what is made up.`,
		Example: "  varpanel demo -o demo",
		Args:    exactArgs(0, "no arguments"),
		RunE: func(*cobra.Command, []string) error {
			return a.demo(out)
		},
	}
	c.Flags().StringVarP(&out, "out", "o", out, "the folder for bundles, inputs and reports")
	return c
}

func (a *app) demo(dir string) error {
	if err := demo.Unpack(dir); err != nil {
		return err
	}
	at := func(path string) string { return filepath.Join(dir, filepath.FromSlash(path)) }
	for _, d := range demo.Cases() {
		a.log.info("demo case %s: %s", d.Name, d.Title)
		o := cases.Options{
			Bundle: at(d.Bundle), VCFs: []string{at(d.VCF)}, Sex: d.Sex, Name: d.Name, Origin: d.Origin,
			Formats: cases.DefaultFormats, Force: true, Out: filepath.Join(dir, d.Name, "reports"),
		}
		if d.BAM != "" {
			o.BAMs = []cases.BAM{{Path: at(d.BAM)}}
		}
		if err := a.runCase(o); err != nil {
			return err
		}
		if err := a.printf("%s\t%s\n", d.Name, filepath.Join(o.Out, d.Name+".report.html")); err != nil {
			return err
		}
	}
	return nil
}
