package cases

import (
	"context"
	"errors"
	"sync"

	"varpanel/annotate/consequence"
	"varpanel/annotate/source"
	"varpanel/hts/fault"
	"varpanel/pipeline/provenance"
	"varpanel/stages/annotate"
	"varpanel/stages/sex"
)

// Run carries one case to its reports. Nothing is written unless everything
// was computed; the folder is complete when it holds run.json.
func Run(ctx context.Context, o Options) (_ *Result, err error) {
	clock := provenance.NewClock(o.Now)
	started := o.Now()
	p, err := newPlan(o)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	clock.Done("plan")

	k, closeAll, err := p.openKnowledge()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, closeAll()) }()
	ph, err := newPhase(p, k)
	if err != nil {
		return nil, err
	}
	clock.Done("bundle")

	if err := ph.read(ctx, clock); err != nil {
		return nil, err
	}
	k.predictor = nil // the sequences that it holds are of no more use
	rep, err := ph.report()
	if err != nil {
		return nil, err
	}
	p.progress("writing reports", 0)
	files, warnings, err := ph.write(rep, clock, started)
	if err != nil {
		return nil, err
	}
	return &Result{
		Dir: p.Out, Report: rep, Files: files, Warnings: warnings, GateFailed: rep.Conclusion.Gate == gateFail,
	}, nil
}

// read takes in the variants and the reads. Neither needs the other until both are
// there, so with several threads they share them, and none is idle while the other
// has a part that is done by one. Of two errors the variants' is given.
func (p *phase) read(ctx context.Context, clock *provenance.Clock) error {
	var reading sync.WaitGroup
	var failed error // of the reads
	beside, stop := context.WithCancel(ctx)
	defer stop()
	if p.Threads > 1 {
		reading.Go(func() { failed = p.measure(beside) })
	}
	err := p.evaluate(ctx, clock)
	if err != nil {
		stop()
	} else if p.reads != nil {
		p.progress("reading coverage", 0)
	}
	reading.Wait()
	if err != nil {
		return err
	}
	if p.Threads < 2 {
		failed = p.measure(ctx)
	}
	if failed != nil {
		return failed
	}
	p.assess()
	clock.Done("coverage") // what was left of it
	return nil
}

// evaluate streams the variants and applies the rules to them.
func (p *phase) evaluate(ctx context.Context, clock *provenance.Clock) error {
	all, err := p.stream(ctx, p.know)
	if err != nil {
		return err
	}
	clock.Done("variants")
	if err := p.decide(all); err != nil {
		return err
	}
	clock.Done("rules")
	return nil
}

// progress tells the terminal, where there is one.
func (p *plan) progress(stage string, records int) {
	if p.Progress != nil {
		p.Progress(stage, records)
	}
}

// openKnowledge opens what the workers look things up in.
func (p *plan) openKnowledge() (*knowledge, func() error, error) {
	sequence, err := p.bundle.Reference()
	if err != nil {
		return nil, nil, err
	}
	k := &knowledge{sequence: sequence, genes: annotate.NewGenes(&p.bundle.Panel), loci: p.loci()}
	if k.sex, err = sex.Parse(p.Sex); err != nil {
		return nil, nil, errors.Join(err, sequence.Close())
	}
	if k.model, err = p.bundle.Transcripts(); err != nil {
		return nil, nil, errors.Join(err, sequence.Close())
	}
	k.predictor = consequence.New(k.model, sequence, consequence.Options{UpDownstream: upDownstream})
	if k.sources, err = source.Open(p.Bundle, p.bundle.Manifest.Sources, p.blocks()); err != nil {
		return nil, nil, errors.Join(err, sequence.Close())
	}
	k.sources.AddHotspots(p.bundle.Hotspots, p.bundle.Digest[:12])
	closeAll := func() error { return errors.Join(k.sources.Close(), sequence.Close()) }
	if p.Known == "" {
		return k, closeAll, nil
	}
	digest, err := provenance.File("known", p.Known)
	if err == nil {
		p.inputs = append(p.inputs, digest)
		k.known, err = source.OpenKnown(p.Known, p.blocks(), sequence, p.resolveLength)
	}
	if err != nil {
		return nil, nil, errors.Join(fault.Missing(err), closeAll())
	}
	if k.known.Elsewhere > 0 {
		p.warnf("%s: %d alleles lie on contigs that the bundle lacks", baseName(p.Known), k.known.Elsewhere)
	}
	return k, closeAll, nil
}
