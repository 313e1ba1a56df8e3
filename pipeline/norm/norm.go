// Package norm carries the records of a VCF or BCF through stages/normalise: a
// reader cuts lines, workers rewrite them, and an ordered sink puts them into
// order, removes duplicates and writes. The bytes that are written do not depend
// on the number of threads.
package norm

import (
	"bufio"
	"context"
	"errors"
	"io"

	"varpanel/hts/bcf"
	"varpanel/hts/bgzf"
	"varpanel/hts/fasta"
	"varpanel/hts/fault"
	"varpanel/hts/vcf"
	"varpanel/pipeline/engine"
	"varpanel/reference/contig"
	"varpanel/stages/normalise"
)

// Options say what is normalised, and how.
type Options struct {
	Path        string    // "-" reads In
	In          io.Reader // for Path "-"
	Fasta       string    // indexed; "" compares and moves nothing
	Split       bool      // one record for each ALT
	Check       normalise.Check
	Remove      normalise.Duplicates
	OldTag      string // INFO key for what a changed record was; "" for none
	Threads     int
	SafeInflate bool // see bgzf.Options
	Out         io.Writer
	BGZF        bool // compress
	Warn        func(format string, args ...any)
}

// Run reads, rewrites and writes. It gives what was done, also with an error.
// What is written before an error is no whole file, and does not look like one:
// without its last block where it is compressed.
func Run(ctx context.Context, o Options) (done normalise.Counts, err error) {
	n := normalise.Options{
		Path: o.Path, Split: o.Split, Source: o.Fasta, Check: o.Check, Remove: o.Remove, OldTag: o.OldTag,
	}
	in, err := open(&n, o)
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	var seq *fasta.File
	if o.Fasta != "" {
		if seq, err = fasta.Open(o.Fasta, bgzf.Options{SafeInflate: o.SafeInflate}); err != nil {
			return done, err
		}
		defer func() { err = errors.Join(err, seq.Close()) }()
		n.Contig = contigOf(seq, in.Header())
	}
	header, err := headerText(in.Header(), o.OldTag)
	if err != nil {
		return done, err
	}
	return write(ctx, o, func(out io.Writer) (normalise.Counts, error) {
		if _, err := io.WriteString(out, header); err != nil {
			return done, err
		}
		return rewrite(ctx, in, seq, n, o, out)
	})
}

// open opens the records and reads their header.
func open(n *normalise.Options, o Options) (*vcf.Reader, error) {
	blocks := bgzf.Options{Threads: o.Threads, SafeInflate: o.SafeInflate}
	if o.Path != "-" {
		return bcf.Open(o.Path, blocks)
	}
	n.Path = "standard input"
	blocks.Name = n.Path
	return bcf.OpenStream(o.In, blocks)
}

func headerText(h *vcf.Header, tag string) (string, error) {
	if tag == "" {
		return h.Text(), nil
	}
	if f, there := h.Info(tag); there && f.Type != "String" {
		return "", fault.Usagef("--old-rec-tag %s: the header has INFO/%s of Type=%s", tag, tag, f.Type)
	}
	changed := *h
	err := changed.AddLine("##INFO=<ID=" + tag + `,Number=1,Type=String,Description="What the record was: CHROM|POS|REF|ALT, then which ALT was split off, from 1">`)
	return changed.Text(), err
}

// contigOf gives the FASTA's name of a VCF's contig: the same one, or else
// another name of the same sequence.
func contigOf(seq *fasta.File, h *vcf.Header) func(string) (string, bool) {
	var list []contig.Contig
	for _, c := range seq.Contigs() {
		list = append(list, contig.Contig{Name: c.Name, Length: c.Length})
	}
	set, err := contig.NewSet(list)
	return func(name string) (string, bool) {
		if _, there := seq.Length(name); there {
			return name, true
		}
		if err != nil { // one sequence has two names: only the FASTA's own are clear
			return "", false
		}
		c, _ := h.Contig(name)
		return set.ResolveContig(contig.Contig{Name: name, Length: c.Length})
	}
}

const outBuffer = 256 << 10

// write gives fill what it writes to, and ends it.
func write(ctx context.Context, o Options, fill func(io.Writer) (normalise.Counts, error)) (normalise.Counts, error) {
	if !o.BGZF {
		out := bufio.NewWriterSize(o.Out, outBuffer)
		done, err := fill(out)
		if err != nil {
			return done, err
		}
		return done, out.Flush()
	}
	ctx, giveUp := context.WithCancelCause(ctx)
	defer giveUp(nil)
	out := bgzf.NewWriter(&gate{ctx: ctx, out: o.Out}, bgzf.WriterOptions{Threads: o.Threads})
	done, err := fill(out)
	// The writer's goroutines end in Close, which must not write the block that
	// makes a file look whole.
	if err != nil {
		giveUp(err)
	}
	if closing := out.Close(); err == nil {
		err = closing
	}
	return done, err
}

// gate lets nothing through once its context has ended: the packing goroutines
// may be at work then, and all of a small output may still be with them.
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

func rewrite(ctx context.Context, in *vcf.Reader, seq *fasta.File, n normalise.Options, o Options, out io.Writer) (normalise.Counts, error) {
	lines := normalise.NewLines(in)
	window := normalise.NewWindow(out, n, o.Warn)
	flow := engine.Flow[*normalise.Batch]{
		Threads: o.Threads,
		New:     func() *normalise.Batch { return new(normalise.Batch) },
		Source:  lines.Next,
		Worker: func() (func(*normalise.Batch) error, error) {
			n := n
			if seq != nil {
				n.Sequence = seq.Cursor()
			}
			return normalise.NewRewriter(in.Header(), n).Batch, nil
		},
		Sink: window.Take,
	}
	err := flow.Run(ctx)
	if err == nil {
		err = window.Close()
	}
	return window.Counts(), err
}
