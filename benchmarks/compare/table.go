package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// result is one line of the table.
type result struct {
	row           row
	peer          peer
	threads       int
	ours, theirs  sample // medians
	our, their    side
	fromOneThread float64 // ours with one thread over ours with these, or 0
	verdict       string
}

// tabulate pairs our runs with each peer's by the number of threads.
func tabulate(r row, peers []peer, sides []side, verdicts map[string]string) []result {
	find := func(who string, threads int) side {
		for _, s := range sides {
			if s.who == who && s.threads == threads {
				return s
			}
		}
		return side{}
	}
	var out []result
	one := find("ours", 1)
	for _, p := range peers {
		for _, s := range sides {
			if s.who != p.name {
				continue
			}
			our := find("ours", s.threads)
			line := result{row: r, peer: p, threads: s.threads, our: our, their: s,
				ours: medians(our.runs), theirs: medians(s.runs), verdict: verdicts[p.name]}
			if len(one.runs) > 0 && s.threads > 1 {
				line.fromOneThread = medians(one.runs).wall / line.ours.wall
			}
			out = append(out, line)
		}
	}
	return out
}

const tableHead = "| work | peer | threads | ours s | peer s | ratio | goal | ours CPU s | peer CPU s | ours MB | peer MB | one to n threads | output |\n" +
	"|---|---|---|---|---|---|---|---|---|---|---|---|---|\n"

// lines prints a row's lines of the table.
func lines(w io.Writer, results []result) {
	for _, r := range results {
		scaling := ""
		if r.fromOneThread > 0 {
			scaling = fmt.Sprintf("%.2f", r.fromOneThread)
		}
		fmt.Fprintf(w, "| %s | `%s` | %d | %.3f | %.3f | %.3f | %s | %.2f | %.2f | %.0f | %.0f | %s | %s |\n",
			r.row.work, r.peer.name, r.threads, r.ours.wall, r.theirs.wall, r.ours.wall/r.theirs.wall, r.peer.goal,
			r.ours.cpu, r.theirs.cpu, r.ours.mb, r.theirs.mb, scaling, r.verdict)
	}
}

// commands prints what stands behind the table.
func (e *env) commands(w io.Writer, results []result) {
	seen := map[string]bool{}
	for _, r := range results {
		key := r.row.name + r.peer.name
		if seen[key] {
			continue
		}
		seen[key] = true
		if !seen[r.row.name] {
			seen[r.row.name] = true
			fmt.Fprintf(w, "\n- %s", r.row.work)
			if r.row.note != "" {
				fmt.Fprintf(w, " (%s)", r.row.note)
			}
			fmt.Fprintf(w, ": `%s`", e.short(r.row.ours(e.last())))
		}
		fmt.Fprintf(w, "; `%s`", e.short(r.peer.theirs(e.last())))
	}
	fmt.Fprintln(w)
}

// tsv writes the medians and every run.
func (e *env) tsv(path string, results []result) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	fmt.Fprintln(f, "row\tpeer\tthreads\tours_s\tpeer_s\tratio\tgoal\tours_cpu_s\tpeer_cpu_s\tours_mb\tpeer_mb\tours_runs\tpeer_runs\toutput")
	for _, r := range results {
		if _, err := fmt.Fprintf(f, "%s\t%s\t%d\t%.4f\t%.4f\t%.4f\t%s\t%.3f\t%.3f\t%.1f\t%.1f\t%s\t%s\t%s\n",
			r.row.name, r.peer.name, r.threads, r.ours.wall, r.theirs.wall, r.ours.wall/r.theirs.wall, cmp.Or(r.peer.goal, "."),
			r.ours.cpu, r.theirs.cpu, r.ours.mb, r.theirs.mb, walls(r.our), walls(r.their), r.verdict); err != nil {
			return err
		}
	}
	return nil
}

func walls(s side) string {
	var list []string
	for _, r := range s.runs {
		list = append(list, fmt.Sprintf("%.4f", r.wall))
	}
	return strings.Join(list, ";")
}

// machine says where and with what the figures were taken.
func (e *env) machine(w io.Writer) {
	fmt.Fprintf(w, "processor: %s, %d in use; load before: %s\n", lineOf("/proc/cpuinfo", "model name"), runtime.NumCPU(), lineOf("/proc/loadavg", ""))
	fmt.Fprintf(w, "system: %s; kernel %s\n", strings.Trim(lineOf("/etc/os-release", "PRETTY_NAME"), `"`), lineOf("/proc/sys/kernel/osrelease", ""))
	build, err := exec.Command("go", "version", "-m", e.varpanel).Output()
	if err == nil {
		for line := range strings.Lines(string(build)) {
			if strings.Contains(line, ": go1") || strings.Contains(line, "GOAMD64") || strings.Contains(line, "CGO_ENABLED") {
				fmt.Fprintln(w, strings.TrimSpace(e.short(strings.ReplaceAll(line, "\t", " "))))
			}
		}
	}
	for _, c := range [][]string{{"bcftools", "--version"}, {"samtools", "--version"}, {"bgzip", "--version"}, {"tabix", "--version"}, {"mosdepth", "--version"}} {
		out, err := e.shell("LD_LIBRARY_PATH=$OUT " + strings.Join(c, " ")).Output()
		if err != nil {
			continue
		}
		first, _, _ := strings.Cut(string(out), "\n")
		fmt.Fprintln(w, strings.TrimSpace(first))
	}
	packages, err := exec.Command("dpkg-query", "-W", "-f", "${Package} ${Version}\n", "bcftools", "samtools", "tabix", "libhts3", "mosdepth", "vcfanno", "sambamba").Output()
	if err == nil || len(packages) > 0 {
		fmt.Fprintf(w, "packages: %s\n", strings.Join(strings.Split(strings.TrimSpace(string(packages)), "\n"), ", "))
	}
	fmt.Fprintf(w, "in turns, %d rounds after one that does not count; medians\n\n", e.runs)
}

// lineOf is the value of a file's first line that begins with key.
func lineOf(path, key string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return "unknown"
	}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, key) {
			_, value, found := strings.Cut(line, ":")
			if !found {
				_, value, found = strings.Cut(line, "=")
			}
			if !found || key == "" {
				value = line
			}
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}
