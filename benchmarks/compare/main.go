// Command compare measures varpanel's commands against the programs that
// laboratories use for the same work, as whole processes on the files of
// benchmarks/workload. docs/performance.md says how and keeps the table.
//
// What both sides give is compared first. Then they run in turns, each with
// each number of threads, one round that does not count and five that do; the
// medians stand in a table on standard output, a row as soon as it is there, and
// in a TSV beside the workload.
// A row whose peer or whose command of ours is not there is passed over.
package main

import (
	"errors"
	"flag"
	"fmt"
	"hash/maphash"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

func main() {
	e := env{seed: maphash.MakeSeed()}
	var size, work, shared, threads string
	var list, alone bool
	flag.StringVar(&e.varpanel, "varpanel", "bin/varpanel", "the program")
	flag.StringVar(&work, "work", "benchmarks/work", "folder of the workloads")
	flag.StringVar(&size, "size", "full", "full or small")
	flag.StringVar(&shared, "shared", "../shared", "folder of the shared data")
	flag.StringVar(&e.only, "only", "", "rows by the beginning of their names, with commas between")
	flag.StringVar(&threads, "threads", "1,2", "numbers of threads")
	flag.IntVar(&e.runs, "runs", 5, "rounds that count")
	flag.BoolVar(&e.rebuild, "rebuild", false, "build the panels' bundles again")
	flag.BoolVar(&alone, "alone", false, "our program by itself, without peers")
	flag.StringVar(&e.beside, "beside", "", "with -alone: another build of it, in turns with the first")
	flag.BoolVar(&list, "list", false, "list the rows and their commands, run nothing")
	flag.Parse()
	err := e.setUp(work, size, shared, threads)
	switch {
	case err != nil:
	case list:
		e.list()
	case alone:
		err = e.alone()
	default:
		err = e.run()
	}
	if err = errors.Join(err, os.RemoveAll(e.scratch)); err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1)
	}
}

// env is where the commands run and how often.
type env struct {
	varpanel, decompress string
	beside               string // another build
	dir, scratch         string // the workload; what is written
	genes                string // the gene model
	only                 string
	threads              []int
	runs                 int
	rebuild              bool
	seed                 maphash.Seed
}

func (e *env) setUp(work, size, shared, threads string) (err error) {
	for _, s := range strings.Split(threads, ",") {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			return fmt.Errorf("-threads %s: numbers with commas between", threads)
		}
		e.threads = append(e.threads, n)
	}
	if e.runs < 1 {
		return errors.New("-runs: one or more")
	}
	if e.varpanel, err = filepath.Abs(e.varpanel); err != nil {
		return err
	}
	if e.beside != "" {
		if e.beside, err = filepath.Abs(e.beside); err != nil {
			return err
		}
	}
	if e.dir, err = filepath.Abs(filepath.Join(work, size)); err != nil {
		return err
	}
	if _, err := os.Stat(e.dir); err != nil {
		return fmt.Errorf("no workload in %s: go run ./benchmarks/workload -size %s", e.dir, size)
	}
	if e.genes, err = filepath.Abs(filepath.Join(shared, "data", "genes", "GRCh38.ensembl110.canonical.gff3.gz")); err != nil {
		return err
	}
	if e.scratch, err = os.MkdirTemp(e.dir, "scratch-"); err != nil {
		return err
	}
	e.decompress = filepath.Join(e.scratch, "decompress")
	if out, err := exec.Command("go", "build", "-o", e.decompress, "varpanel/benchmarks/compare/decompress").CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w: %s", err, out)
	}
	return e.linkHTSlib()
}

// linkHTSlib gives mosdepth htslib under the name that it loads it by: Debian's
// package installs libhts.so.3 only.
func (e *env) linkHTSlib() error {
	found, err := filepath.Glob("/usr/lib/*/libhts.so.3")
	if err != nil || len(found) == 0 {
		return err
	}
	return os.Symlink(found[0], filepath.Join(e.scratch, "libhts.so"))
}

// mosdepth begins its command. Its threads come beside the first one.
func (e *env) mosdepth(threads int) string {
	return fmt.Sprintf("LD_LIBRARY_PATH=$OUT mosdepth%s", more("-t", threads))
}

// write puts a small file into the workload's folder.
func (e *env) write(name, text string) error {
	return os.WriteFile(filepath.Join(e.dir, name), []byte(text), 0o644)
}

// wanted picks the rows that -only names: by the beginning of their names, but a
// row's whole name stands for that row alone.
func (e *env) wanted(rows []row) []row {
	var out []row
	for _, name := range strings.Split(e.only, ",") {
		whole := slices.ContainsFunc(rows, func(r row) bool { return r.name == name })
		for _, r := range rows {
			if r.name == name || !whole && strings.HasPrefix(r.name, name) {
				out = append(out, r)
			}
		}
	}
	return out
}

// missing says what a row lacks: a command of ours, or "".
func (e *env) missing(r row) string {
	if r.command == "" {
		return ""
	}
	help, err := exec.Command(e.varpanel, r.command, "--help").CombinedOutput()
	if err != nil || !strings.Contains(string(help), "varpanel "+r.command) {
		return "varpanel has no " + r.command
	}
	for _, w := range r.words {
		if !strings.Contains(string(help), w) {
			return fmt.Sprintf("varpanel %s has no %s", r.command, w)
		}
	}
	return ""
}

// lacks names a program of the peer that is not installed, or "".
func (p peer) lacks() string {
	for _, program := range strings.Fields(p.program) {
		if _, err := exec.LookPath(program); err != nil {
			return program
		}
	}
	return ""
}

func (e *env) list() {
	for _, r := range e.wanted(allRows(e)) {
		fmt.Printf("%s: %s\n  ours: %s\n", r.name, r.work, e.short(r.ours(e.last())))
		for _, p := range r.peers {
			fmt.Printf("  %s: %s\n", p.name, e.short(p.theirs(e.last())))
		}
	}
}

func (e *env) last() int { return e.threads[len(e.threads)-1] }

// short leaves the machine's own paths out of a command.
func (e *env) short(command string) string {
	return strings.NewReplacer(e.varpanel, "varpanel", e.decompress, "decompress", filepath.Dir(e.genes)+"/", "").Replace(command)
}

func (e *env) run() error {
	e.machine(os.Stdout)
	fmt.Print(tableHead)
	var out []result
	var failures error
	for _, r := range e.wanted(allRows(e)) {
		if why := e.missing(r); why != "" {
			fmt.Fprintf(os.Stderr, "skipped: %s: %s\n", r.name, why)
			continue
		}
		results, err := e.row(r)
		if err != nil {
			failures = errors.Join(failures, fmt.Errorf("%s: %w", r.name, err))
		}
		lines(os.Stdout, results)
		out = append(out, results...)
		// Rows take minutes: one that is there must not wait for the others.
		if err := e.tsv(filepath.Join(e.dir, "compare.tsv"), out); err != nil {
			return err
		}
	}
	e.commands(os.Stdout, out)
	return failures
}

// side is one way to do a row's work with a number of threads, and its runs.
type side struct {
	who     string
	threads int
	command string
	runs    []sample
}

// row checks and times one row; peers that are not installed are passed over.
func (e *env) row(r row) ([]result, error) {
	if r.prepare != nil {
		if err := r.prepare(e); err != nil {
			return nil, err
		}
	}
	var there []peer
	for _, p := range r.peers {
		if program := p.lacks(); program != "" {
			fmt.Fprintf(os.Stderr, "skipped: %s: oracle not installed: %s\n", r.name, program)
			continue
		}
		there = append(there, p)
	}
	verdicts := map[string]string{}
	for _, p := range there {
		v, err := p.check(e, r.ours(e.last()), p.theirs(e.last()))
		if err != nil {
			return nil, err
		}
		verdicts[p.name] = v
	}
	var sides []side
	for _, t := range e.threads {
		sides = append(sides, side{who: "ours", threads: t, command: r.ours(t)})
		for _, p := range there {
			sides = append(sides, side{who: p.name, threads: t, command: p.theirs(t)})
		}
	}
	if err := e.turns(sides); err != nil {
		return nil, err
	}
	return tabulate(r, there, sides, verdicts), nil
}
