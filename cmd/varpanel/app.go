package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
)

// Exit codes, the contract with schedulers.
const (
	exitDone        = 0
	exitInternal    = 1
	exitUsage       = 2
	exitInput       = 3
	exitGate        = 4
	exitInterrupted = 130
)

// errGate is returned by run when the reports are written and a QC gate failed.
var errGate = errors.New("a QC gate failed")

// app is everything of the outside world that commands may touch.
type app struct {
	ctx      context.Context
	in       io.Reader
	out, err io.Writer
	now      func() time.Time
	terminal bool
	noColour bool
	args     []string // the command line as given

	threads     int
	safeInflate bool // see bgzf.Options
	quiet       bool
	logFormat   string
	profiling   profiling
	log         *logger
	progress    func(stage string, records int) // nil where no progress is shown
}

// execute runs one command line and gives its exit code.
func (a *app) execute(args []string) int {
	a.args = args
	a.log = newLogger(a.err, "text", a.now)
	root := a.root()
	root.SetArgs(args)
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	err := root.ExecuteContext(a.ctx)
	if stopErr := a.profiling.stop(); err == nil {
		err = stopErr
	}
	err = fault.Missing(err)
	code := exitCode(a.ctx, err)
	a.explainExit(err, code)
	return code
}

func exitCode(ctx context.Context, err error) int {
	switch {
	case err == nil || errors.Is(err, syscall.EPIPE):
		return exitDone
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.Is(err, errGate):
		return exitGate
	case fault.KindOf(err) == fault.Input:
		return exitInput
	case fault.KindOf(err) == fault.Usage:
		return exitUsage
	}
	return exitInternal
}

const interrupted = "interrupted: there is no complete output"

// explainExit is the one place that prints an error.
func (a *app) explainExit(err error, code int) {
	switch code {
	case exitDone, exitGate:
		return
	case exitInterrupted:
		a.log.error(interrupted, "")
		return
	}
	a.log.error(err.Error(), fault.HintOf(err))
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "varpanel",
		Short:         "Panel reports from a sequencing run's BAM and VCF files",
		Args:          cobra.ArbitraryArgs, // commandsOnly looks at them
		RunE:          commandsOnly,
		SilenceUsage:  true,
		SilenceErrors: true,
		PersistentPreRunE: func(*cobra.Command, []string) error {
			return a.begin()
		},
	}
	f := root.PersistentFlags()
	f.IntVarP(&a.threads, "threads", "t", runtime.NumCPU(), "number of threads")
	f.BoolVar(&a.quiet, "quiet", false, "print errors only")
	f.StringVar(&a.logFormat, "log-format", "text", "messages as text or json")
	f.BoolVar(&a.safeInflate, "safe-inflate", false, "unpack BGZF with another decoder, which is slower")
	_ = f.MarkHidden("safe-inflate") // defined above, so this cannot fail
	a.profiling.flags(f)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return fault.Usagef("%s", lowerFirst(err.Error())).WithHint("%s --help lists the options", c.CommandPath())
	})
	root.AddCommand(
		newScanCommand(a),
		newNormCommand(a),
		newIndexCommand(a),
		newCoverageCommand(a),
		newRunCommand(a),
		newPanelCommand(a),
		newAnnotateCommand(a),
		newCheckCommand(a),
		newExplainCommand(a),
		newDemoCommand(a),
		newVersionCommand(a),
	)
	return root
}

// blocks says how bgzipped files are unpacked.
func (a *app) blocks() bgzf.Options {
	return bgzf.Options{Threads: a.threads, SafeInflate: a.safeInflate}
}

// begin checks the options that every command has.
func (a *app) begin() error {
	if a.threads < 1 {
		return fault.Usagef("--threads %d: needs at least 1", a.threads)
	}
	if a.logFormat != "text" && a.logFormat != "json" {
		return fault.Usagef("--log-format %q: text or json", a.logFormat)
	}
	a.log = newLogger(a.err, a.logFormat, a.now)
	a.log.quiet = a.quiet
	runtime.GOMAXPROCS(a.threads)
	return a.profiling.start()
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// commandsOnly is of a command that has others below it and does nothing by itself.
func commandsOnly(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return c.Help()
	}
	return fault.Usagef("%s has no command %q", c.CommandPath(), args[0]).WithHint("%s --help lists them", c.CommandPath())
}

// exactArgs is cobra.ExactArgs with an error of ours.
func exactArgs(n int, what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) == n {
			return nil
		}
		return fault.Usagef("%s takes %s, got %d arguments", c.CommandPath(), what, len(args)).
			WithHint("varpanel %s --help has an example", strings.TrimPrefix(c.CommandPath(), "varpanel "))
	}
}

// required gives an error for the options that were not set.
func required(c *cobra.Command, names ...string) error {
	var missing []string
	for _, n := range names {
		if !c.Flags().Changed(n) {
			missing = append(missing, "--"+n)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return fault.Usagef("%s needs %s", c.CommandPath(), strings.Join(missing, ", ")).
		WithHint("varpanel %s --help has an example", strings.TrimPrefix(c.CommandPath(), "varpanel "))
}

// printf writes a result to standard output.
func (a *app) printf(format string, args ...any) error {
	_, err := fmt.Fprintf(a.out, format, args...)
	return err
}
