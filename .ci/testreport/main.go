// Command testreport reads `go test -json`, prints what `go test` prints of
// failures and packages, and counts the skipped tests by their reason: an
// oracle that is not installed, or a suite that is not here. With CI=true a
// test that was skipped for want of an oracle is a failure, and so is any
// other skip.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strings"
)

type event struct {
	Action  string
	Package string
	Test    string
	Output  string
}

type tally struct {
	passed, failed int
	notHere        map[string]string // test -> reason
	noOracle       map[string]string
	otherSkip      map[string]string
	output         map[string][]string
	broken         bool
}

func main() {
	t := tally{
		notHere: map[string]string{}, noOracle: map[string]string{}, otherSkip: map[string]string{},
		output: map[string][]string{},
	}
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 64<<20)
	for in.Scan() {
		var e event
		if json.Unmarshal(in.Bytes(), &e) != nil {
			fmt.Println(in.Text()) // the toolchain's own words, such as a build error
			continue
		}
		t.add(e)
	}
	if err := in.Err(); err != nil {
		fmt.Println("testreport:", err)
		t.broken = true
	}
	os.Exit(t.close(os.Getenv("CI") == "true"))
}

func (t *tally) add(e event) {
	key := e.Package + " " + e.Test
	switch e.Action {
	case "output":
		if e.Test == "" {
			if line := e.Output; !strings.HasPrefix(line, "PASS") && !strings.Contains(line, "[no test files]") {
				fmt.Print(line)
			}
			return
		}
		t.output[key] = append(t.output[key], e.Output)
	case "build-output":
		fmt.Print(e.Output)
	case "pass":
		if e.Test != "" {
			t.passed++
		}
		t.figures(key)
	case "fail":
		if e.Test != "" {
			t.failed++
		} else {
			t.broken = true
		}
		fmt.Print(strings.Join(t.output[key], ""))
		delete(t.output, key)
	case "build-fail":
		t.broken = true
	case "skip":
		if e.Test != "" {
			t.skip(key)
		}
	}
}

// figures prints the lines in which a conformance test says how many of a
// peer's cases it matched.
func (t *tally) figures(key string) {
	for _, line := range t.output[key] {
		if strings.Contains(line, "matched") && strings.Contains(line, "not applicable") {
			_, test, _ := strings.Cut(key, " ")
			fmt.Printf("    %s: %s", test, strings.TrimLeft(line, " "))
		}
	}
	delete(t.output, key)
}

func (t *tally) skip(key string) {
	text := strings.Join(t.output[key], "")
	delete(t.output, key)
	for prefix, into := range map[string]map[string]string{
		"not here: ": t.notHere, "oracle not installed: ": t.noOracle,
	} {
		if _, reason, ok := strings.Cut(text, prefix); ok {
			reason, _, _ = strings.Cut(reason, "\n")
			into[key] = reason
			return
		}
	}
	t.otherSkip[key] = strings.TrimSpace(text)
}

func (t *tally) close(ci bool) int {
	list("skipped, oracle not installed", t.noOracle)
	list("skipped, suite not here", t.notHere)
	list("skipped for another reason", t.otherSkip)
	fmt.Printf("skipped: %d for want of an oracle, %d suites not here, %d otherwise\n",
		len(t.noOracle), len(t.notHere), len(t.otherSkip))
	skipped := len(t.noOracle) + len(t.notHere) + len(t.otherSkip)
	code := 0
	if t.failed > 0 || t.broken || t.passed == 0 {
		code = 1
	}
	if ci && len(t.noOracle)+len(t.otherSkip) > 0 {
		fmt.Println("with CI=true a test skipped for want of an oracle is a failure")
		code = 1
	}
	fmt.Printf("%d passed, %d failed, %d skipped\n", t.passed, t.failed, skipped)
	return code
}

func list(title string, skips map[string]string) {
	keys := make([]string, 0, len(skips))
	for k := range skips {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		fmt.Printf("%s: %s: %s\n", title, k, skips[k])
	}
}
