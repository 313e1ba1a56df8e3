package view

import (
	"context"
	"errors"
	"io"

	"varpanel/hts/fault"
	"varpanel/hts/vcf"
	"varpanel/pipeline/engine"
	"varpanel/stages/scan"
)

// plan is an Options with what the header made of it.
type plan struct {
	Options
	in      *scan.Reader
	regions regions
	targets regions
	outside bool // what lies in targets is left out
	filters [][]byte
	chosen  []int
	tabs    int
	header  string
}

// Run reads, keeps and writes. The bytes that are written do not depend on the
// number of threads. What is wrong with the request is found before anything is
// written.
func Run(ctx context.Context, o Options) (err error) {
	if err := o.check(); err != nil {
		return err
	}
	p := &plan{Options: o}
	if err := p.open(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.in.Close()) }()
	if _, err := p.newWorker(); err != nil {
		return err
	}
	if o.Compress == nil {
		out := &joiner{w: o.Out}
		if err := p.run(ctx, out); err != nil {
			return err
		}
		return out.flush()
	}
	ctx, giveUp := context.WithCancelCause(ctx)
	defer giveUp(nil)
	out := o.Compress(&gate{ctx: ctx, w: o.Out})
	copied := false
	if o.copies() {
		copied, err = p.copyBlocks(ctx, out)
	}
	if !copied && err == nil {
		err = p.run(ctx, out)
	}
	// The writer's goroutines end in Close. An output that is given up must not
	// get the end-of-file block that would make it look whole.
	if err != nil {
		giveUp(err)
	}
	closing := out.Close()
	if err == nil {
		err = closing
	}
	return err
}

// gate lets nothing through once its context has ended: the packing goroutines
// may be at work then, and all of a small output may still be with them.
type gate struct {
	ctx context.Context
	w   io.Writer
}

func (g *gate) Write(p []byte) (int, error) {
	if g.ctx.Err() != nil {
		return 0, context.Cause(g.ctx)
	}
	return g.w.Write(p)
}

// joiner joins what is small and passes on what is large as it is.
type joiner struct {
	w    io.Writer
	held []byte
}

const large = 32 << 10

func (j *joiner) Write(p []byte) (int, error) {
	if len(p) < large {
		j.held = append(j.held, p...)
	}
	if len(p) >= large || len(j.held) >= large {
		if err := j.flush(); err != nil {
			return 0, err
		}
	}
	if len(p) >= large {
		return j.w.Write(p)
	}
	return len(p), nil
}

func (j *joiner) flush() error {
	if len(j.held) == 0 {
		return nil
	}
	_, err := j.w.Write(j.held)
	j.held = j.held[:0]
	return err
}

func (p *plan) open() (err error) {
	options := scan.Options{Path: p.Path, In: p.In, Threads: p.Threads, SafeInflate: p.SafeInflate, AllowOldIndex: p.AllowOldIndex, Stretches: true}
	if len(p.Regions) > 0 || p.RegionsFile != "" {
		options.RegionsOf = func(h *vcf.Header, indexed []string) (map[string][]scan.Interval, error) {
			var err error
			p.regions, err = p.readRegions(p.Regions, p.RegionsFile, h, indexed)
			return p.regions, err
		}
	}
	if p.in, err = scan.Open(options); err != nil {
		return err
	}
	if err := p.prepare(p.in.Header()); err != nil {
		return errors.Join(err, p.in.Close())
	}
	return nil
}

func (p *plan) prepare(h *vcf.Header) (err error) {
	lists, file, outside, err := p.targetsAsked()
	if err != nil {
		return err
	}
	if p.targets, err = p.readRegions(lists, file, h, nil); err != nil {
		return err
	}
	p.outside = outside
	if p.filters, err = parseFilters(p.Filters, h); err != nil {
		return err
	}
	if p.chosen, err = chooseSamples(p.Samples, h); err != nil {
		return err
	}
	p.tabs = int(vcf.Info)
	if n := len(h.Samples); n > 0 {
		p.tabs = int(vcf.Format) + n
	}
	p.header, err = headerText(h, p.chosen)
	return err
}

// run carries stretches through the workers.
func (p *plan) run(ctx context.Context, out io.Writer) error {
	if !p.NoHeader {
		if _, err := io.WriteString(out, p.header); err != nil {
			return err
		}
	}
	s, err := p.newSink(out)
	if err != nil {
		return err
	}
	ended := false
	flow := engine.Flow[*batch]{
		Threads: p.Threads,
		New:     func() *batch { return new(batch) },
		Source: func(b *batch) error {
			b.reset()
			if ended {
				return io.EOF
			}
			err := p.in.NextStretch(&b.Stretch)
			if err != nil && !errors.Is(err, io.EOF) { // its place is known once the lines before it are counted
				ended, b.err = true, err
				return nil
			}
			return err
		},
		Worker: func() (func(*batch) error, error) {
			w, err := p.newWorker()
			if err != nil {
				return nil, err
			}
			return func(b *batch) error {
				if b.err == nil {
					w.unpack(b)
				}
				return nil
			}, nil
		},
		Sink: s.join,
	}
	if err := flow.Run(ctx); err != nil {
		return err
	}
	return s.finish()
}

// sink writes what was kept, in order, and says where an error stands.
type sink struct {
	*plan
	out   io.Writer
	lines int // before the batch
	blank int // of the file's lines, how many stand before an empty one; -1: none did

	joiner scan.Joiner
	worker *worker
	edge   batch // lines that lie in two stretches
}

func (p *plan) newSink(out io.Writer) (*sink, error) {
	w, err := p.newWorker()
	return &sink{plan: p, out: out, blank: -1, worker: w}, err
}

// join takes a batch after the lines that end at its beginning.
func (s *sink) join(b *batch) error {
	edge, err := s.joiner.Begin(&b.Stretch)
	if err != nil {
		return s.in.Place(err, s.lines)
	}
	if err := s.takeEdge(edge); err != nil {
		return err
	}
	if err := s.take(b); err != nil {
		return err
	}
	s.joiner.End(&b.Stretch)
	return nil
}

// finish takes a last line without an end.
func (s *sink) finish() error {
	last, err := s.joiner.Last()
	if err != nil {
		return err
	}
	return s.takeEdge(last)
}

func (s *sink) takeEdge(text []byte) error {
	if len(text) == 0 {
		return nil
	}
	s.edge.reset()
	s.edge.Text = text
	s.worker.batch(&s.edge)
	return s.take(&s.edge)
}

func (s *sink) take(b *batch) error {
	if s.blank >= 0 && b.lines > 0 {
		return s.fault(&vcf.ColumnError{Msg: "an empty line"}, nil, s.blank)
	}
	if _, err := s.out.Write(b.written()); err != nil {
		return err
	}
	if b.err != nil {
		return s.fault(b.err, b.at, s.lines+b.lines)
	}
	if b.blank >= 0 && s.blank < 0 {
		s.blank = s.lines + b.blank
	}
	s.lines += b.lines
	if s.Progress != nil {
		s.Progress(s.lines)
	}
	return nil
}

// fault gives an error its file and place: that of a record, or of the line
// after lines others.
func (s *sink) fault(err error, line []byte, lines int) error {
	var c *vcf.ColumnError
	if !errors.As(err, &c) {
		return s.in.Place(err, lines)
	}
	if fault.KindOf(err) != 0 {
		return err
	}
	return vcf.FaultAt(s.in.Path(), s.in.LinePlace(line, lines), err)
}
