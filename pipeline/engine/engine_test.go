package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"testing"
	"time"
)

type box struct{ in, out int }

// countTo gives a source of the numbers 0 to n-1.
func countTo(n int) func(*box) error {
	next := 0
	return func(b *box) error {
		if next == n {
			return io.EOF
		}
		b.in, b.out = next, -1
		next++
		return nil
	}
}

func square(b *box) error {
	if b.in%7 == 0 { // some batches are slower than others
		time.Sleep(time.Microsecond)
	}
	b.out = b.in * b.in
	return nil
}

func TestOrderAtEveryThreadCount(t *testing.T) {
	for _, threads := range []int{1, 2, 3, 8} {
		var got []int
		f := Flow[*box]{
			Threads: threads, New: func() *box { return new(box) }, Source: countTo(1000),
			Worker: func() (func(*box) error, error) { return square, nil },
			Sink:   func(b *box) error { got = append(got, b.out); return nil },
		}
		if err := f.Run(context.Background()); err != nil {
			t.Fatal(err)
		}
		if len(got) != 1000 {
			t.Fatalf("%d threads: %d batches reached the sink", threads, len(got))
		}
		for i, v := range got {
			if v != i*i {
				t.Fatalf("%d threads: batch %d holds %d", threads, i, v)
			}
		}
	}
}

// TestFirstErrorInOrder: whichever worker fails first in time, the error of
// the earliest batch is the one that is reported.
func TestFirstErrorInOrder(t *testing.T) {
	for _, threads := range []int{1, 2, 8} {
		f := Flow[*box]{
			Threads: threads, New: func() *box { return new(box) }, Source: countTo(500),
			Worker: func() (func(*box) error, error) {
				return func(b *box) error {
					if b.in == 40 {
						time.Sleep(2 * time.Millisecond)
					}
					if b.in >= 40 {
						return fmt.Errorf("batch %d", b.in)
					}
					return nil
				}, nil
			},
			Sink: func(*box) error { return nil },
		}
		if err := f.Run(context.Background()); err == nil || err.Error() != "batch 40" {
			t.Errorf("%d threads: got %v, want the error of batch 40", threads, err)
		}
	}
}

func TestErrorsOfSourceWorkerMakerAndSink(t *testing.T) {
	broken := errors.New("broken")
	for _, threads := range []int{1, 4} {
		base := func() Flow[*box] {
			return Flow[*box]{
				Threads: threads, New: func() *box { return new(box) }, Source: countTo(100),
				Worker: func() (func(*box) error, error) { return square, nil },
				Sink:   func(*box) error { return nil },
			}
		}
		source := base()
		sent := 0
		source.Source = func(b *box) error {
			if sent == 9 {
				return broken
			}
			b.in = sent
			sent++
			return nil
		}
		drained := 0
		source.Sink = func(*box) error { drained++; return nil }
		if err := source.Run(context.Background()); !errors.Is(err, broken) || drained != 9 {
			t.Errorf("%d threads: source: %v after %d batches", threads, err, drained)
		}
		sink := base()
		sink.Sink = func(*box) error { return broken }
		if err := sink.Run(context.Background()); !errors.Is(err, broken) {
			t.Errorf("%d threads: sink: %v", threads, err)
		}
		maker := base()
		maker.Worker = func() (func(*box) error, error) { return nil, broken }
		if err := maker.Run(context.Background()); !errors.Is(err, broken) {
			t.Errorf("%d threads: worker: %v", threads, err)
		}
	}
}

func TestCancelLeavesNoGoroutine(t *testing.T) {
	before := runtime.NumGoroutine()
	for _, threads := range []int{1, 2, 8} {
		ctx, cancel := context.WithCancel(context.Background())
		f := Flow[*box]{
			Threads: threads, New: func() *box { return new(box) },
			Source: func(*box) error { return nil }, // never ends
			Worker: func() (func(*box) error, error) { return square, nil },
			Sink: func(b *box) error {
				cancel()
				return nil
			},
		}
		if err := f.Run(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("%d threads: %v", threads, err)
		}
		cancel()
	}
	for range 50 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Errorf("%d goroutines before, %d after", before, runtime.NumGoroutine())
}
