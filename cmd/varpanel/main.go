// Command varpanel turns a sequencing run's BAM and VCF files into
// prioritised, traceable panel reports.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// grace is how long an interrupted command may take to clean up. A read from a
// pipe that nobody writes to cannot be broken off otherwise.
const grace = 3 * time.Second

func main() {
	useLargePages()
	// Whoever reads the output may have had enough (head): the write then fails
	// with EPIPE, which is no error of a command, and the process ends in order.
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, func() {
		stop() // a second signal ends the process at once
		time.Sleep(grace)
		fmt.Fprintln(os.Stderr, "varpanel: error: "+interrupted)
		os.Exit(exitInterrupted)
	})
	a := &app{
		ctx: ctx, in: os.Stdin, out: os.Stdout, err: os.Stderr,
		now: time.Now, terminal: isTerminal(os.Stderr), noColour: os.Getenv("NO_COLOR") != "",
	}
	os.Exit(a.execute(os.Args[1:]))
}

// isTerminal tells whether progress may be drawn there.
func isTerminal(f *os.File) bool {
	st, err := f.Stat()
	return err == nil && st.Mode()&os.ModeCharDevice != 0
}
