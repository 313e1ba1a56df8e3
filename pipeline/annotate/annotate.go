// Package annotate carries the records of a VCF or BCF through consequences,
// HGVS names and sources: a reader hands packed stretches of the file on, workers
// unpack them and add INFO values, and an ordered sink writes. The bytes that are
// written do not depend on the number of threads.
package annotate

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"
	"sync/atomic"

	"varpanel/annotate/consequence"
	"varpanel/annotate/csq"
	"varpanel/annotate/source/join"
	"varpanel/hts/bgzf"
	"varpanel/hts/vcf"
	"varpanel/pipeline/engine"
	stage "varpanel/stages/annotate"
	"varpanel/stages/scan"
)

// Options say what is annotated, and with what.
type Options struct {
	Path string    // "-" reads In
	In   io.Reader // for Path "-"
	// Bundle is a panel bundle's folder: its transcripts and sequence. Without
	// one Genes and Fasta name both; Fasta alone lets sources compare indels
	// wherever they are written, and gives no CSQ.
	Bundle, Genes, Fasta string
	// Own are FASTA files with transcripts' own sequences under their accessions,
	// for those of Genes that differ from the genome.
	Own         []string
	Sources     string     // a sources file, or ""
	Choice      csq.Choice // which transcripts get an entry
	Threads     int
	SafeInflate bool // see bgzf.Options
	Out         io.Writer
	BGZF        bool // compress
	Warn        func(format string, args ...any)
}

// run is what the workers share.
type run struct {
	Options
	name    string     // of the file, for messages
	ref     *reference // nil without a sequence
	resolve func(string) (string, bool)
	sources *join.Join // nil without --sources

	predictor *consequence.Predictor // that workers fork; nil without a gene model

	unknownSpans atomic.Int64 // symbolic alleles whose end the records do not say
}

// Run reads, annotates and writes. What is written before an error is no whole
// file: without its last block where it is compressed.
func Run(ctx context.Context, o Options) (err error) {
	r := &run{Options: o, name: o.Path}
	if o.Path == "-" {
		r.name = "standard input"
	}
	var config *join.Config
	if o.Sources != "" {
		if config, err = join.ReadConfig(o.Sources); err != nil {
			return err
		}
	}
	if o.Bundle != "" || o.Fasta != "" {
		if r.ref, err = openReference(o); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, r.ref.close()) }()
	}
	// At each border between stretches some of the sources' blocks are read twice.
	in, err := scan.Open(scan.Options{
		Path: o.Path, In: o.In, Threads: o.Threads, SafeInflate: o.SafeInflate, Stretches: true, Long: config != nil,
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	if r.resolve, err = r.contigs(in.Header()); err != nil {
		return err
	}
	if config != nil {
		if r.sources, err = join.Open(config, in.Header(), o.blocks()); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, r.sources.Close()) }()
		for _, path := range r.sources.Uncovered() {
			o.Warn("%s: it has none of the contigs of %s", path, r.name)
		}
	}
	header := *in.Header()
	if err := r.declare(&header); err != nil {
		return err
	}
	return r.write(ctx, in, header.Text())
}

// declare adds the header lines of what is written.
func (r *run) declare(h *vcf.Header) error {
	var lines, fields []string
	if r.sources != nil {
		lines, fields = r.sources.HeaderLines(), r.sources.Fields()
	}
	if r.Choice != csq.AllTranscripts {
		fields = append(fields[:len(fields):len(fields)], csq.PickField)
	}
	if r.ref != nil && r.ref.model != nil {
		lines = append(lines, csq.HeaderLine(fields...))
	}
	for _, l := range lines {
		if err := h.AddLine(l); err != nil {
			return err
		}
	}
	return nil
}

const outBuffer = 256 << 10

func (r *run) write(ctx context.Context, in *scan.Reader, header string) error {
	if !r.BGZF {
		out := bufio.NewWriterSize(r.Out, outBuffer)
		if err := r.records(ctx, in, header, out); err != nil {
			return err
		}
		return out.Flush()
	}
	ctx, giveUp := context.WithCancelCause(ctx)
	defer giveUp(nil)
	out := bgzf.NewWriter(&gate{ctx: ctx, out: r.Out}, bgzf.WriterOptions{Threads: r.Threads})
	err := r.records(ctx, in, header, out)
	if err != nil {
		giveUp(err)
	}
	if closing := out.Close(); err == nil {
		err = closing
	}
	return err
}

// gate lets nothing through once its context has ended, so that a file that was
// given up does not get the block that makes it look whole.
type gate struct {
	ctx context.Context
	out io.Writer
}

func (g *gate) Write(p []byte) (int, error) {
	if g.ctx.Err() != nil {
		return 0, context.Cause(g.ctx)
	}
	return g.out.Write(p)
}

func (r *run) records(ctx context.Context, in *scan.Reader, header string, out io.Writer) error {
	if _, err := io.WriteString(out, header); err != nil {
		return err
	}
	modelled := r.ref != nil && r.ref.model != nil
	if modelled {
		o := consequence.Options{UpDownstream: consequence.DefaultUpDownstream}
		r.predictor = consequence.New(r.ref.model, r.ref.sequence(r.ref.seq), o)
	}
	ordered := sink{in: in, blank: -1, write: func(b *batch) error {
		_, err := out.Write(b.out)
		return err
	}}
	flow := engine.Flow[*batch]{
		Threads: r.Threads,
		New:     func() *batch { return new(batch) },
		Source:  stretches(in),
		Worker:  func() (func(*batch) error, error) { return r.annotator(in.Header()).batch, nil },
		Sink:    ordered.take,
	}
	if !modelled {
		return flow.Run(ctx)
	}
	joined := stage.NewHaplotypes(r.predictor.Fork(r.ref.sequence(r.ref.seq)), out)
	ordered.write = func(b *batch) error { return joined.Write(b.out, b.coding, b.contig, b.pos) }
	if err := flow.Run(ctx); err != nil {
		return err
	}
	if n := r.unknownSpans.Load(); n > 0 {
		r.Warn("%s: %d symbolic alleles have neither END nor SVLEN: they get no consequence", r.name, n)
	}
	if n := joined.Cut(); n > 0 {
		r.Warn("%s: at %d places too many records lie within %d bases: phased alleles on either side are not read together",
			r.name, n, stage.HaplotypeWindow)
	}
	return joined.Close()
}

// warnLeft names contigs of the gene model that the sequence lacks.
func (r *reference) warnLeft(warn func(string, ...any)) {
	if len(r.left) > 0 {
		warn("%s: genes on %s are left out: %s has no such contigs", r.genesName, strings.Join(r.left, ", "), r.seqName)
	}
}
