package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// alone times our program by itself: how it gains by threads, and with -beside
// how another build of it does (an older one, or one for newer CPUs).
func (e *env) alone() error {
	e.machine(os.Stdout)
	fmt.Print("| work | build | threads | s | CPU s | MB | one to n threads | to the first build |\n|---|---|---|---|---|---|---|---|\n")
	var failures error
	for _, r := range e.wanted(allRows(e)) {
		if r.command == "" && e.beside != "" {
			continue
		}
		if err := e.aloneRow(r); err != nil {
			failures = errors.Join(failures, fmt.Errorf("%s: %w", r.name, err))
		}
	}
	return failures
}

func (e *env) aloneRow(r row) error {
	if r.prepare != nil {
		if err := r.prepare(e); err != nil {
			return err
		}
	}
	builds := []string{e.varpanel}
	if e.beside != "" {
		builds = append(builds, e.beside)
	}
	var sides []side
	for _, t := range e.threads {
		for _, b := range builds {
			sides = append(sides, side{who: b, threads: t, command: strings.ReplaceAll(r.ours(t), e.varpanel, b)})
		}
	}
	if err := e.turns(sides); err != nil {
		return err
	}
	for _, s := range sides {
		m := medians(s.runs)
		scaling, ratio := "", ""
		for _, o := range sides {
			switch {
			case o.who == s.who && o.threads == 1 && s.threads > 1:
				scaling = fmt.Sprintf("%.2f", medians(o.runs).wall/m.wall)
			case o.who == e.varpanel && s.who != e.varpanel && o.threads == s.threads:
				ratio = fmt.Sprintf("%.3f", m.wall/medians(o.runs).wall)
			}
		}
		build := "first"
		if s.who != e.varpanel {
			build = "second"
		}
		fmt.Printf("| %s | %s | %d | %.3f | %.2f | %.0f | %s | %s |\n", r.work, build, s.threads, m.wall, m.cpu, m.mb, scaling, ratio)
	}
	return nil
}

// turns runs the sides in turns; the first round does not count.
func (e *env) turns(sides []side) error {
	for round := range e.runs + 1 {
		for i := range sides {
			s, err := e.measure(sides[i].command)
			if err != nil {
				return err
			}
			if round > 0 {
				sides[i].runs = append(sides[i].runs, s)
			}
		}
	}
	return nil
}
