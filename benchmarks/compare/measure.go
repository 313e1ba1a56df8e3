package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"time"
)

// sample is one run of a command.
type sample struct {
	wall, cpu float64 // seconds; cpu is user and system time of all its processes
	mb        float64 // resident set of its largest process
}

// shell is a command of one side. Exit 4 is a gate of the case that failed:
// the reports were written all the same.
func (e *env) shell(command string) *exec.Cmd {
	c := exec.Command("bash", "-o", "pipefail", "-c", command)
	c.Dir = e.dir
	c.Env = append(os.Environ(), "OUT="+e.scratch)
	return c
}

func failed(err error, command string, stderr []byte) error {
	var exit *exec.ExitError
	if err == nil || errors.As(err, &exit) && exit.ExitCode() == 4 {
		return nil
	}
	if len(stderr) > 600 {
		stderr = stderr[len(stderr)-600:]
	}
	return fmt.Errorf("%s: %w: %s", command, err, bytes.TrimSpace(stderr))
}

// measure runs a command with its output thrown away.
func (e *env) measure(command string) (s sample, err error) {
	c := e.shell(command)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	start := time.Now()
	err = failed(c.Run(), command, stderr.Bytes())
	s.wall = time.Since(start).Seconds()
	if err != nil {
		return s, err
	}
	state := c.ProcessState
	s.cpu = (state.UserTime() + state.SystemTime()).Seconds()
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return s, errors.New("no resource usage on this platform")
	}
	s.mb = float64(usage.Maxrss) / 1024
	return s, nil
}

// stream runs a command and gives its standard output to read.
func (e *env) stream(command string, read func(io.Reader) error) (err error) {
	c := e.shell(command)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.StdoutPipe()
	if err != nil {
		return err
	}
	if err := c.Start(); err != nil {
		return err
	}
	err = read(out)
	if err != nil { // let the command end
		_, _ = io.Copy(io.Discard, out)
	}
	return errors.Join(err, failed(c.Wait(), command, stderr.Bytes()))
}

// medians of several runs, each quantity by itself.
func medians(runs []sample) sample {
	of := func(pick func(sample) float64) float64 {
		var v []float64
		for _, r := range runs {
			v = append(v, pick(r))
		}
		slices.Sort(v)
		if n := len(v); n%2 == 0 {
			return (v[n/2-1] + v[n/2]) / 2
		}
		return v[len(v)/2]
	}
	return sample{
		of(func(s sample) float64 { return s.wall }),
		of(func(s sample) float64 { return s.cpu }),
		of(func(s sample) float64 { return s.mb }),
	}
}
