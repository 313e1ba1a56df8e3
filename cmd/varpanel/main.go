// Command varpanel turns a sequencing run's BAM and VCF files into
// prioritised, traceable panel reports.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	a := &app{
		ctx: ctx, in: os.Stdin, out: os.Stdout, err: os.Stderr,
		now: time.Now, terminal: isTerminal(os.Stderr), noColour: os.Getenv("NO_COLOR") != "",
	}
	code := a.execute(os.Args[1:])
	stop()
	os.Exit(code)
}

// isTerminal tells whether progress may be drawn there.
func isTerminal(f *os.File) bool {
	st, err := f.Stat()
	return err == nil && st.Mode()&os.ModeCharDevice != 0
}
