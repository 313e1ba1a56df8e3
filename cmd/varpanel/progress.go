package main

import (
	"fmt"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// spinner is the one line of progress on a terminal.
type spinner struct {
	stage   atomic.Value // string
	records atomic.Int64
	bar     *mpb.Bar
	pool    *mpb.Progress
}

// startProgress shows the line where there is a terminal to show it on, and
// gives the function that clears it. Messages print above the line.
func (a *app) startProgress() func() {
	if !a.terminal || a.quiet || a.logFormat != "text" {
		a.progress = nil
		return func() {}
	}
	s := &spinner{pool: mpb.New(mpb.WithOutput(a.err), mpb.WithWidth(12), mpb.WithRefreshRate(120*time.Millisecond))}
	s.stage.Store("starting")
	s.bar = s.pool.AddSpinner(0, mpb.BarRemoveOnComplete(), mpb.AppendDecorators(decor.Any(func(decor.Statistics) string {
		text := s.stage.Load().(string)
		if n := s.records.Load(); n > 0 {
			text += fmt.Sprintf(": %d records", n)
		}
		return text
	})))
	a.progress = func(stage string, records int) {
		s.stage.Store(stage)
		s.records.Store(int64(records))
	}
	plain := a.log.w
	a.log.w = s.pool
	return func() {
		s.bar.Abort(true)
		s.pool.Wait()
		a.log.w = plain
		a.progress = nil
	}
}
