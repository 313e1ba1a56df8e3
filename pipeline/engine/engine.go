// Package engine moves batches from a source through workers to an ordered
// sink.
//
//	source -> work -> ( worker x n ) -> [ordered sink]
//
// A fixed number of batches circulates, so memory is bounded, a slow sink holds
// the source back, and the sink sees batches in the source's order. One thread
// takes a path without goroutines: it is the reference that every other thread
// count is compared with, byte for byte.
package engine

import (
	"context"
	"errors"
	"io"

	"golang.org/x/sync/errgroup"
)

// Flow says where batches come from, what happens to them and where they go.
// T is a batch: it is allocated a fixed number of times by New and reused.
type Flow[T any] struct {
	Threads int // workers; below 2 runs without goroutines
	New     func() T
	// Source fills a batch, or gives io.EOF when there is none left. It is
	// called from one goroutine at a time.
	Source func(T) error
	// Worker makes one worker's function; each worker has its own, so it may
	// keep scratch space.
	Worker func() (func(T) error, error)
	// Sink gets the batches in the order of the source, one at a time. After
	// it returns the batch is reused.
	Sink func(T) error
}

type slot[T any] struct {
	batch T
	err   error         // of the source or the worker; reported in order
	done  chan struct{} // one buffered token: the batch may go to the sink
}

// Run carries every batch through. The first error in the order of the source
// ends it and is returned, at any thread count; no goroutine is left behind.
func (f Flow[T]) Run(ctx context.Context) error {
	if f.Threads < 2 {
		return f.runInline(ctx)
	}
	workers := make([]func(T) error, f.Threads)
	for i := range workers {
		do, err := f.Worker()
		if err != nil {
			return err
		}
		workers[i] = do
	}
	g, ctx := errgroup.WithContext(ctx)
	// Two batches a worker keep every worker busy while one batch fills and
	// one drains.
	n := 2*f.Threads + 2
	free := make(chan *slot[T], n)
	work := make(chan *slot[T], n)
	order := make(chan *slot[T], n)
	for range n {
		free <- &slot[T]{batch: f.New(), done: make(chan struct{}, 1)}
	}
	g.Go(func() error {
		defer close(work)
		defer close(order)
		return f.fill(ctx, free, work, order)
	})
	for _, do := range workers {
		g.Go(func() error { return carry(ctx, do, work) })
	}
	g.Go(func() error { return f.drain(ctx, order, free) })
	return g.Wait()
}

func (f Flow[T]) runInline(ctx context.Context) error {
	do, err := f.Worker()
	if err != nil {
		return err
	}
	b := f.New()
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := f.Source(b)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := do(b); err != nil {
			return err
		}
		if err := f.Sink(b); err != nil {
			return err
		}
	}
}

// fill sends each batch to the sink's queue first, so that the sink knows the
// order, and then to the workers. A source error travels in the same queue.
func (f Flow[T]) fill(ctx context.Context, free, work, order chan *slot[T]) error {
	for {
		var s *slot[T]
		select {
		case s = <-free:
		case <-ctx.Done():
			return ctx.Err()
		}
		s.err = f.Source(s.batch)
		if errors.Is(s.err, io.EOF) {
			return nil
		}
		failed := s.err != nil
		if failed {
			s.done <- struct{}{}
		}
		if err := send(ctx, order, s); err != nil || failed {
			return err
		}
		if err := send(ctx, work, s); err != nil {
			return err
		}
	}
}

func send[T any](ctx context.Context, to chan *slot[T], s *slot[T]) error {
	select {
	case to <- s:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func carry[T any](ctx context.Context, do func(T) error, work chan *slot[T]) error {
	for {
		select {
		case s, ok := <-work:
			if !ok {
				return nil
			}
			s.err = do(s.batch)
			s.done <- struct{}{}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (f Flow[T]) drain(ctx context.Context, order, free chan *slot[T]) error {
	for {
		select {
		case s, ok := <-order:
			if !ok {
				return nil
			}
			select {
			case <-s.done:
			case <-ctx.Done():
				return ctx.Err()
			}
			if s.err != nil {
				return s.err
			}
			if err := f.Sink(s.batch); err != nil {
				return err
			}
			if err := send(ctx, free, s); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
