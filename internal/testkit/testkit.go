// Package testkit finds what tests compare with and the repository does not
// hold: the shared data beside it, and the programs of other projects. Where one
// is absent the test is skipped with a line that .ci/testreport counts, and that
// is a failure in CI. Only tests import it.
package testkit

import (
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

// Shared gives the path of a file or folder of the shared data, which stands
// beside the repository. The parts are joined and may themselves have slashes.
func Shared(t testing.TB, parts ...string) string {
	t.Helper()
	full := filepath.Join(append([]string{Root(t), "..", "shared"}, parts...)...)
	if _, err := os.Stat(full); err != nil {
		t.Skip("not here: ../shared/" + path.Join(parts...))
	}
	return full
}

// Root gives the repository's folder: the one above the test that has go.mod.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		above := filepath.Dir(dir)
		if above == dir {
			t.Fatal("no go.mod above the test")
		}
		dir = above
	}
}

// Oracle gives the path of a program that a test compares with.
func Oracle(t testing.TB, program string) string {
	t.Helper()
	found, err := exec.LookPath(program)
	if err != nil {
		t.Skip("oracle not installed: " + program)
	}
	return found
}

// Mosdepth gives the path of mosdepth and the environment that it needs: it loads
// libhts.so by that name, and Debian's package depends on a library that has only
// libhts.so.3.
func Mosdepth(t testing.TB) (program string, env []string) {
	t.Helper()
	program, env = Oracle(t, "mosdepth"), os.Environ()
	if exec.Command(program, "--version").Run() == nil {
		return program, env
	}
	libraries, _ := filepath.Glob("/usr/lib/*/libhts.so.3")
	if len(libraries) == 0 {
		t.Skip("oracle not installed: mosdepth's libhts")
	}
	dir := t.TempDir()
	if err := os.Symlink(libraries[0], filepath.Join(dir, "libhts.so")); err != nil {
		t.Fatal(err)
	}
	return program, append(env, "LD_LIBRARY_PATH="+dir)
}

var unescape = strings.NewReplacer(`\t`, "\t", `\n`, "\n", `\r`, "\r", `\\`, `\`)

// Table reads a table of the conformance sets: tab-separated, with a header line,
// and with \t, \n, \r and \\ for what a cell cannot hold. A row is its cells by
// column.
func Table(t testing.TB, path string) []map[string]string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var columns []string
	var rows []map[string]string
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if columns == nil {
			columns = cells
			continue
		}
		row := map[string]string{}
		for i, c := range cells[:min(len(cells), len(columns))] {
			row[columns[i]] = unescape.Replace(c)
		}
		rows = append(rows, row)
	}
	return rows
}

// Run runs an oracle and gives what it prints on standard output.
func Run(t testing.TB, program string, args ...string) string {
	t.Helper()
	return Pipe(t, nil, program, args...)
}

// Pipe is Run with a standard input, which may be nil.
func Pipe(t testing.TB, in io.Reader, program string, args ...string) string {
	t.Helper()
	cmd := exec.Command(Oracle(t, program), args...)
	var stderr strings.Builder
	cmd.Stdin, cmd.Stderr = in, &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %q: %v: %s", program, args, err, stderr.String())
	}
	return string(out)
}
