package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"

	"varpanel/hts/bgzf"
)

// ordered makes n parts with some workers and gives them to sink in order. A
// part's buffer is used again after sink returns.
func ordered(n, workers int, produce func(part int, dst []byte) []byte, sink func([]byte) error) error {
	type slot struct {
		ready chan []byte
		free  chan []byte
	}
	slots := make([]slot, workers)
	stop := make(chan struct{})
	var group sync.WaitGroup
	for w := range workers {
		s := slot{make(chan []byte, 1), make(chan []byte, 2)}
		s.free <- nil
		s.free <- nil
		slots[w] = s
		group.Go(func() {
			for part := w; part < n; part += workers {
				var b []byte
				select {
				case b = <-s.free:
				case <-stop:
					return
				}
				select {
				case s.ready <- produce(part, b[:0]):
				case <-stop:
					return
				}
			}
		})
	}
	var err error
	for part := 0; part < n && err == nil; part++ {
		s := slots[part%workers]
		b := <-s.ready
		err = sink(b)
		s.free <- b
	}
	close(stop)
	group.Wait()
	return err
}

// shard is a stretch of a contig that one worker fills.
type shard struct {
	contig int
	interval
}

const shardSize = 1 << 20

// shards cuts the contigs that have variants.
func (g *genome) shards() []shard {
	var out []shard
	for c, info := range g.contigs {
		for start := 0; info.sites && start < info.length; start += shardSize {
			out = append(out, shard{c, interval{start, min(start+shardSize, info.length)}})
		}
	}
	return out
}

// counter counts what passes.
type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// size is what was written.
type size struct{ plain, packed int64 }

// pack writes a BGZF file through a temporary name. The bytes do not depend on
// the threads.
func pack(path string, threads int, fill func(io.Writer) error) (n size, err error) {
	f, err := os.Create(path + ".part")
	if err != nil {
		return n, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	buffered := bufio.NewWriterSize(f, 1<<20)
	packed := &counter{w: buffered}
	z := bgzf.NewWriter(packed, bgzf.WriterOptions{Threads: threads})
	plain := &counter{w: z}
	if err := fill(plain); err != nil {
		return n, err
	}
	if err := errors.Join(z.Close(), buffered.Flush()); err != nil {
		return n, err
	}
	return size{plain.n, packed.n}, os.Rename(path+".part", path)
}

// run starts one of the peers' programs, which only make indexes here.
func run(program string, arguments ...string) error {
	if _, err := exec.LookPath(program); err != nil {
		return fmt.Errorf("%s is not installed: it makes the workload's indexes", program)
	}
	if out, err := exec.Command(program, arguments...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s %v: %w: %s", program, arguments, err, out)
	}
	return nil
}
