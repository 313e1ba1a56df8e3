package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"varpanel/hts/fault"
	"varpanel/pipeline/build"
	"varpanel/reference/bundle"
	"varpanel/reference/panel"
)

func newPanelCommand(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "panel",
		Short: "Compile, read and check panel bundles",
		RunE:  commandsOnly,
	}
	c.AddCommand(newPanelBuildCommand(a), newPanelShowCommand(a), newPanelVerifyCommand(a))
	return c
}

func newPanelBuildCommand(a *app) *cobra.Command {
	o := build.Options{Version: version}
	c := &cobra.Command{
		Use:   "build",
		Short: "Compile a test into a bundle that a case runs from",
		Long: `Compile a test into a bundle: a folder of standard, indexed files and a manifest.

The genes come from one of --test (with --directory and --gene-panels),
--panelapp, --gene-list or --regions. A gene list is one HGNC id or symbol a
line, or a table with the header
  gene confidence moi mode_of_pathogenicity penetrance transcript
of which only gene is needed. Beside --test, --panelapp gives the modes of
inheritance by HGNC id.

The build fails (exit 3) when a gene has no HGNC match, no transcript, or coding
bases without sequence; --allow-missing GENE lets that gene pass, and every
report then lists what is not assessed.`,
		Example: `  varpanel panel build --gene-list genes.txt --genes MODEL.gff3.gz --fasta REF.fa.gz \
      --hgnc HGNC.tsv.gz --mane MANE.csv.gz --sources SOURCES.toml -o my-panel
  varpanel panel build --test R208.1 --directory DIRECTORY.json --gene-panels GENEPANELS.tsv.gz \
      --genes MODEL.gff3.gz --fasta REF.fa.gz --hgnc HGNC.tsv.gz -o R208.1`,
		Args: exactArgs(0, "no arguments"),
		RunE: func(c *cobra.Command, _ []string) error {
			if c.Flags().Changed("min-confidence") && (len(o.PanelApp) == 0 || o.Test != "") {
				return fault.Usagef("--min-confidence belongs to --panelapp without --test: a test's gene table decides membership")
			}
			o.Threads, o.SafeInflate = a.threads, a.safeInflate
			return a.buildPanel(o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.Test, "test", "", "a code of the National Genomic Test Directory")
	f.StringVar(&o.Directory, "directory", "", "the parsed test directory, JSON")
	f.StringVar(&o.GenePanels, "gene-panels", "", "the table of clinical indication, panel and HGNC id")
	f.StringArrayVar(&o.PanelApp, "panelapp", nil, "a PanelApp API answer, JSON; repeatable")
	f.IntVar(&o.MinConfidence, "min-confidence", build.DefaultConfidence, "PanelApp's confidence: 3 green, 2 amber, 1 red")
	f.StringVar(&o.GeneList, "gene-list", "", "a gene list")
	f.StringVar(&o.Targets, "regions", "", "target regions, BED")
	f.StringVar(&o.Genes, "genes", "", "the gene model, GFF3")
	f.StringVar(&o.FASTA, "fasta", "", "the reference sequence, indexed")
	f.StringVar(&o.HGNC, "hgnc", "", "HGNC's table of genes")
	f.StringVar(&o.MANE, "mane", "", "the table of MANE transcripts")
	f.StringVar(&o.Transcripts, "transcripts", "", "the laboratory's choice: gene and transcript, one a line")
	f.StringVar(&o.Sources, "sources", "", "annotation sources, TOML")
	f.StringVar(&o.Hotspots, "hotspots", "", "positions that get a statement in every report")
	f.StringVar(&o.Profile, "profile", build.DefaultProfile, "a built-in profile or a TOML file")
	f.IntVar(&o.Padding, "padding", build.DefaultPadding, "bases beside each exon that are scanned")
	f.StringVar(&o.Assembly, "assembly", "", "GRCh37 or GRCh38, where the contig lengths do not say")
	f.StringArrayVar(&o.AllowMissing, "allow-missing", nil, "a gene that may lack sequence, match or transcript; repeatable")
	f.StringVar(&o.Name, "name", "", "the bundle's name")
	f.StringVarP(&o.Out, "output", "o", "", "the bundle's folder")
	return c
}

func (a *app) buildPanel(o build.Options) error {
	r, err := build.Build(a.ctx, o)
	if err != nil {
		return err
	}
	for _, w := range r.Manifest.Warnings {
		a.log.warn("%s", w)
	}
	for _, m := range r.Messages {
		a.log.info("%s", m)
	}
	return a.printf("%s\t%d genes\t%s\tsha256:%s\n", r.Dir, len(r.Panel.Genes), r.Manifest.Assembly, r.Digest)
}

func newPanelShowCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "show DIR",
		Short:   "Print what a bundle tests and what it was built from",
		Example: "  varpanel panel show R208.1",
		Args:    exactArgs(1, "a bundle's folder"),
		RunE: func(_ *cobra.Command, args []string) error {
			b, err := bundle.Open(args[0], a.blocks())
			if err != nil {
				return err
			}
			return a.printf("%s", showBundle(b))
		},
	}
}

func newPanelVerifyCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "verify DIR",
		Short:   "Hash every file of a bundle and compare with its manifest",
		Example: "  varpanel panel verify R208.1",
		Args:    exactArgs(1, "a bundle's folder"),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := bundle.Verify(args[0]); err != nil {
				return err
			}
			manifest, err := bundle.HashFile(filepath.Join(args[0], bundle.ManifestFile))
			if err != nil {
				return err
			}
			return a.printf("%s\tevery file is as built\tsha256:%s\n", args[0], manifest.SHA256)
		},
	}
}

// showBundle writes a bundle's summary for a reader.
func showBundle(b *bundle.Bundle) string {
	var s strings.Builder
	m := b.Manifest
	fmt.Fprintf(&s, "bundle      %s\ndigest      sha256:%s\nbuilt by    %s %s\n", m.Name, b.Digest, m.Tool, m.Version)
	if m.Test.Code != "" {
		fmt.Fprintf(&s, "test        %s %s (%s; %s)\n", m.Test.Code, m.Test.Indication, m.Test.Method, m.Test.Directory)
	}
	fmt.Fprintf(&s, "type        %s, profile %s %s\n", m.Test.Type, m.Test.Profile, m.Test.ProfileVersion)
	fmt.Fprintf(&s, "assembly    %s (%s), %d contigs\n", m.Assembly, m.From, len(m.Contigs))
	for _, p := range m.Panels {
		fmt.Fprintf(&s, "panel       %s\n", strings.Join(strings.Fields(p.Name+" "+p.Version), " "))
	}
	bases := 0
	for _, r := range b.Regions {
		bases += r.End - r.Start
	}
	fmt.Fprintf(&s, "scan        %d regions, %d bases, padding %d\n", len(b.Regions), bases, m.Padding)
	showGenes(&s, b.Panel)
	showBeside(&s, b)
	if len(m.Sources) == 0 {
		s.WriteString("\nno annotation sources\n")
	} else {
		s.WriteString("\nsource\tkind\tversion\talleles\tsha256 of the original\n")
	}
	for _, src := range m.Sources {
		fmt.Fprintf(&s, "%s\t%s\t%s\t%d\t%s\n", src.Name, src.Kind, src.Version, src.Records, src.SHA256)
	}
	s.WriteString("\ninput\tfile\tsha256\n")
	for _, in := range m.Inputs {
		fmt.Fprintf(&s, "%s\t%s\t%s\n", in.Role, in.Name, in.SHA256)
	}
	for _, w := range m.Warnings {
		fmt.Fprintf(&s, "\nwarning: %s\n", w)
	}
	return s.String()
}

func showGenes(s *strings.Builder, p panel.Panel) {
	s.WriteString("\ngene\thgnc id\tstate\tmode of inheritance\tjoined by\ttranscripts\n")
	for _, g := range p.Genes {
		var transcripts []string
		for _, t := range g.Transcripts {
			words := fmt.Sprintf("%s (%s; %s)", t.Accession, t.Why, t.NamedBy)
			if !t.Present {
				words += ", not in the gene model"
			}
			transcripts = append(transcripts, words)
		}
		moi := g.MOIVerbatim
		if moi == "" {
			moi = string(g.MOI)
		}
		fmt.Fprintf(s, "%s\t%s\t%s\t%s\t%s\t%s\n", g.Symbol, orDot(g.HGNCID), g.State, moi, orDot(g.JoinedBy), orDot(strings.Join(transcripts, "; ")))
	}
	for _, g := range p.Genes {
		if g.Previous != "" {
			fmt.Fprintf(s, "  %s: %s is a previous symbol\n", g.Symbol, g.Previous)
		}
		for _, n := range g.Notes {
			fmt.Fprintf(s, "  %s: %s\n", g.Symbol, n)
		}
	}
}

// showBeside lists hotspots, regions and repeats.
func showBeside(s *strings.Builder, b *bundle.Bundle) {
	if len(b.Hotspots) > 0 {
		fmt.Fprintf(s, "\nhotspots    %d\n", len(b.Hotspots))
	}
	for _, h := range b.Hotspots {
		fmt.Fprintf(s, "  %s\t%s:%d %s>%s\t%s\n", h.Name, h.Contig, h.Pos+1, h.Ref, h.Alt, orDot(h.HGVSp))
	}
	for _, r := range b.Panel.Regions {
		if !r.Assessed {
			fmt.Fprintf(s, "region      %s %s (%s): not assessed by this test\n", r.Name, r.Verbose, r.Types)
		}
	}
	for _, r := range b.Panel.STRs {
		fmt.Fprintf(s, "repeat      %s (%s): not assessed by this test\n", r.Name, r.Repeat)
	}
}

func orDot(s string) string {
	if s == "" {
		return "."
	}
	return s
}
