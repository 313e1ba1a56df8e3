package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"varpanel/hts/bgzf"
	"varpanel/hts/fasta"
	"varpanel/hts/fault"
	"varpanel/hts/vcf"
	"varpanel/reference/bundle"
	"varpanel/reference/contig"
	"varpanel/reference/transcript"
	"varpanel/stages/scan"
)

type annotateOptions struct {
	path, bundle, genes, fasta, format, out string
}

func newAnnotateCommand(a *app) *cobra.Command {
	var o annotateOptions
	c := &cobra.Command{
		Use:   "annotate FILE",
		Short: "Write consequences and HGVS names into a VCF, as CSQ",
		Long: "Annotate writes INFO/CSQ in VEP's format: one entry for each ALT and each transcript that it\n" +
			"overlaps or lies within 5,000 bases of. Everything else of the file leaves as it was read.\n" +
			"FILE may be - for standard input.",
		Example: "  varpanel annotate case.vcf.gz --genes GRCh38.gff3.gz --fasta GRCh38.fa.gz -O z -o annotated.vcf.gz",
		Args:    exactArgs(1, "one VCF"),
		RunE: func(c *cobra.Command, args []string) error {
			o.path = args[0]
			return a.annotate(o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.bundle, "bundle", "", "folder of a panel bundle: its transcripts and sequence")
	f.StringVar(&o.genes, "genes", "", "gene model, GFF3 or GTF of Ensembl, GENCODE or RefSeq (plain or gzipped)")
	f.StringVar(&o.fasta, "fasta", "", "indexed FASTA (plain or bgzipped)")
	f.StringVarP(&o.format, "output-type", "O", "v", "v for plain VCF, z for bgzipped")
	f.StringVarP(&o.out, "output", "o", "-", "file to write, - for standard output")
	return c
}

func (o annotateOptions) check() error {
	switch {
	case o.format != "v" && o.format != "z":
		return fault.Usagef("--output-type %q: v or z", o.format)
	case o.bundle != "" && (o.genes != "" || o.fasta != ""):
		return fault.Usagef("--bundle brings its own genes and sequence: leave --genes and --fasta out")
	case o.bundle == "" && (o.genes == "" || o.fasta == ""):
		return fault.Usagef("annotate needs --bundle, or --genes and --fasta").
			WithHint("varpanel annotate --help has an example")
	}
	return nil
}

func (a *app) annotate(o annotateOptions) (err error) {
	if err := o.check(); err != nil {
		return err
	}
	ref, err := openAnnotation(o, a.threads)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ref.seq.Close()) }()
	if len(ref.left) > 0 {
		a.log.warn("%s: genes on %s are left out: %s has no such contigs", ref.genesName, strings.Join(ref.left, ", "), ref.seqName)
	}
	in, err := scan.Open(scan.Options{Path: o.path, In: a.in, Threads: a.threads})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	resolve, err := a.annotatedContigs(o.path, in.Header(), ref)
	if err != nil {
		return err
	}
	header := *in.Header()
	var sources annotationSources
	if err := annotatedHeader(&header, sources); err != nil {
		return err
	}
	out, finish, err := a.annotatedOutput(o)
	if err != nil {
		return err
	}
	err = a.annotateRecords(o.path, in, &header, ref, resolve, sources, out)
	return finish(err)
}

// annotation is the gene model and the sequence, contigs called as the sequence
// calls them.
type annotation struct {
	model              *transcript.Model
	seq                *fasta.File
	contigs            *contig.Set
	left               []string // contigs of the model that the sequence lacks
	genesName, seqName string
}

func openAnnotation(o annotateOptions, threads int) (*annotation, error) {
	ref := &annotation{genesName: o.genes, seqName: o.fasta}
	var model *transcript.Model
	var err error
	if o.bundle != "" {
		b, err := bundle.Open(o.bundle)
		if err != nil {
			return nil, err
		}
		ref.genesName, ref.seqName = o.bundle, o.bundle
		if model, err = b.Transcripts(); err != nil {
			return nil, err
		}
		if ref.seq, err = b.Reference(); err != nil {
			return nil, err
		}
		ref.contigs = b.Contigs()
	} else {
		if model, err = transcript.Open(o.genes, threads); err != nil {
			return nil, err
		}
		if ref.seq, err = fasta.Open(o.fasta); err != nil {
			return nil, err
		}
		var list []contig.Contig
		for _, c := range ref.seq.Contigs() {
			list = append(list, contig.Contig{Name: c.Name, Length: c.Length})
		}
		if ref.contigs, err = contig.NewSet(list); err != nil {
			return nil, errors.Join(fault.Inputf(o.fasta, "", "%v", err), ref.seq.Close())
		}
	}
	if ref.model, ref.left, err = model.OnContigs(ref.contigs.Resolve); err != nil {
		return nil, errors.Join(err, ref.seq.Close())
	}
	return ref, nil
}

// annotatedContigs refuses a VCF of another assembly, and gives the names by
// which the sequence knows the VCF's contigs. Records on a contig that it lacks
// leave as they came, with one warning a contig.
func (a *app) annotatedContigs(path string, h *vcf.Header, ref *annotation) (func(string) (string, bool), error) {
	known := map[string]string{}
	var listed []contig.Contig
	for _, c := range h.Contigs {
		listed = append(listed, contig.Contig{Name: c.Name, Length: c.Length})
	}
	assembly, conflict := contig.AssemblyOf(listed)
	if own := ref.contigs.Assembly(); own != "" && (conflict != "" || assembly != "" && assembly != own) {
		if conflict == "" {
			conflict = fmt.Sprintf("the contigs are %s's, %s is %s", assembly, ref.seqName, own)
		}
		return nil, fault.Inputf(path, "header", "%s", conflict).
			WithHint("annotate with the gene model and sequence of the VCF's own assembly")
	}
	for _, c := range listed {
		if name, ok := ref.contigs.ResolveContig(c); ok {
			known[c.Name] = name
		} else {
			known[c.Name] = ""
		}
	}
	var mu sync.Mutex
	warned := map[string]bool{}
	return func(name string) (string, bool) {
		own, listed := known[name]
		if !listed {
			own, _ = ref.contigs.Resolve(name)
		}
		if own != "" {
			return own, true
		}
		mu.Lock()
		defer mu.Unlock()
		if !warned[name] {
			warned[name] = true
			a.log.warn("%s: contig %s is not in %s: its records are not annotated", path, name, ref.seqName)
		}
		return "", false
	}, nil
}

// annotatedOutput opens what is written, and gives what ends it: a file takes
// its name only when all went well.
func (a *app) annotatedOutput(o annotateOptions) (io.Writer, func(error) error, error) {
	under, end, err := a.openOutput(o.out)
	if err != nil {
		return nil, nil, err
	}
	if o.format == "z" {
		z := bgzf.NewWriter(under, bgzf.WriterOptions{Threads: a.threads})
		return z, func(err error) error {
			if err != nil {
				return end(err)
			}
			return end(z.Close())
		}, nil
	}
	text := bufio.NewWriterSize(under, 256<<10)
	return text, func(err error) error {
		if err != nil {
			return end(err)
		}
		return end(text.Flush())
	}, nil
}
