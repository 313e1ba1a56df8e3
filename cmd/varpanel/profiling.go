package main

import (
	"os"
	"runtime"
	"runtime/pprof"
	"runtime/trace"

	"github.com/spf13/pflag"
)

// profiling holds the hidden flags that a developer uses on a shipped binary.
type profiling struct {
	cpu, mem, trace string
	open            []*os.File
}

func (p *profiling) flags(f *pflag.FlagSet) {
	f.StringVar(&p.cpu, "cpuprofile", "", "write a CPU profile")
	f.StringVar(&p.mem, "memprofile", "", "write a heap profile at the end")
	f.StringVar(&p.trace, "trace", "", "write an execution trace")
	for _, name := range []string{"cpuprofile", "memprofile", "trace"} {
		// The flag was defined above, so hiding it cannot fail.
		_ = f.MarkHidden(name)
	}
}

func (p *profiling) create(path string) (*os.File, error) {
	f, err := os.Create(path)
	if err == nil {
		p.open = append(p.open, f)
	}
	return f, err
}

func (p *profiling) start() error {
	if p.cpu != "" {
		f, err := p.create(p.cpu)
		if err != nil {
			return err
		}
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
	}
	if p.trace != "" {
		f, err := p.create(p.trace)
		if err != nil {
			return err
		}
		return trace.Start(f)
	}
	return nil
}

func (p *profiling) stop() error {
	if p.cpu != "" {
		pprof.StopCPUProfile()
	}
	if p.trace != "" {
		trace.Stop()
	}
	if p.mem != "" {
		f, err := p.create(p.mem)
		if err != nil {
			return err
		}
		runtime.GC()
		if err := pprof.WriteHeapProfile(f); err != nil {
			return err
		}
	}
	var first error
	for _, f := range p.open {
		if err := f.Close(); first == nil {
			first = err
		}
	}
	return first
}
