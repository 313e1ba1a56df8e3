package view

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/hts/vcf"
	"varpanel/hts/vcf/expr"
	"varpanel/internal/testkit"
)

// The cases of bcftools' own suite that view, filter or query records with
// options that scan has: the records are those of the expected file. A query is
// run as scan, and the peer's own query prints what scan kept.
func TestBcftoolsCases(t *testing.T) {
	testkit.Oracle(t, "bcftools")
	dir := testkit.Shared(t, "conformance/bcftools")
	matched, run := 0, 0
	reasons, missed := map[string]int{}, map[string]bool{}
	for _, row := range testkit.Table(t, filepath.Join(dir, "cases.tsv")) {
		if !slices.Contains([]string{"view", "query", "filter", "regions", "64bit"}, row["group"]) {
			continue
		}
		c, reason := readCase(t, dir, row["command"])
		if reason != "" {
			reasons[reason]++
			continue
		}
		ok, reason := c.matches(t, dir, row)
		if reason != "" {
			reasons[reason]++
			continue
		}
		run++
		why := keptApart[row["case"]]
		switch {
		case ok:
			matched++
		case why != "":
			t.Logf("missed %s: %s: %s", row["case"], row["command"], why)
			missed[row["case"]] = true
		default:
			t.Errorf("%s is not matched: %s", row["case"], row["command"])
		}
	}
	for id := range keptApart {
		if !missed[id] {
			t.Errorf("%s is matched, or not run: take it off the list", id)
		}
	}
	na := 0
	for reason, n := range reasons {
		na += n
		t.Logf("not applicable, %d: %s", n, reason)
	}
	t.Logf("bcftools view, query, filter, regions: matched %d / %d run / %d not applicable", matched, run, na)
	if matched < reached {
		t.Errorf("%d matched, %d were reached before", matched, reached)
	}
}

// reached is what matched when this was written.
const reached = 187

// keptApart names the cases in which we do not do what bcftools does, and why.
var keptApart = map[string]string{
	"bcf00649": twoMeanings, "bcf00650": twoMeanings, "bcf00651": twoMeanings, "bcf00652": twoMeanings,
	"bcf00741": wideInteger, "bcf00742": wideInteger, "bcf00745": wideInteger, "bcf00746": wideInteger,
}

const (
	twoMeanings = "the text is a contig of the file and a place on another: refused with a hint, as htslib's own region parser " +
		"does; a scan of the wrong one would read as \"no variant\""
	wideInteger = "VCF has no integer of more than 32 bits, nor the lowest eight of these (VCFv4.3 section 1.3): bcftools makes it missing, here the text leaves as " +
		"it came, an expression compares the number that stands there, and check warns"
)

// peerCase is a case in our options.
type peerCase struct {
	Options
	format  string // of a query whose output is expected; "" expects records
	passes  bool   // the peer writes PASS for a record that passed
	samples bool   // the peer prints only the samples that meet the expression
	binary  bool   // the records go through a BCF that bcftools makes of the file
}

// readCase translates a command. reason says why it does not apply.
func readCase(t *testing.T, dir, command string) (c peerCase, reason string) {
	first, second := cutPipe(shellWords(command))
	if len(first) < 2 || first[0] != "bcftools" || len(second) == 1 || len(second) > 0 && second[0] != "bcftools" {
		return c, "another program"
	}
	what := first[1]
	if reason := c.options(t, dir, what, first[2:]); reason != "" {
		return c, reason
	}
	switch {
	case len(second) > 0 && (c.binary || second[1] == "view"):
		what = second[1]
		if reason := c.options(t, dir, what, second[2:]); reason != "" {
			return c, reason
		}
	case len(second) > 0 && second[1] == "query":
		if reason := c.query(second[2:]); reason != "" {
			return c, reason
		}
	case len(second) > 0:
		return c, "a pipe of bcftools"
	}
	if c.Path == "" {
		return c, "no file"
	}
	if what == "query" && (c.format == "" || c.Include+c.Exclude+c.RegionsFile+c.TargetsFile == "" && len(c.Regions)+len(c.Targets) == 0) {
		return c, "a query that only prints"
	}
	if what == "query" && strings.Contains(c.format, "[") && c.bySample(t) {
		if c.Exclude != "" {
			return c, "query prints the samples that do not meet the expression, scan leaves out records"
		}
		c.samples = true
	}
	c.ReadList = func(name string) ([]string, error) {
		text, err := os.ReadFile(filepath.Join(dir, name))
		return strings.Split(string(text), "\n"), err
	}
	return c, ""
}

func (c *peerCase) query(words []string) (reason string) {
	for i := 0; i < len(words); i++ {
		switch w := words[i]; {
		case w == "-f" && i+1 < len(words):
			i++
			c.format = words[i]
		case strings.HasPrefix(w, "-f"):
			c.format = w[2:]
		default:
			return "query option " + w
		}
	}
	return ""
}

func (c *peerCase) options(t *testing.T, dir, command string, words []string) (reason string) {
	flags := map[string]*string{"-i": &c.Include, "-e": &c.Exclude}
	lists := map[string]*[]string{"-r": &c.Regions, "-t": &c.Targets}
	files := map[string]*string{"-R": &c.RegionsFile, "-T": &c.TargetsFile}
	switch command {
	case "view":
		flags["-s"], flags["-f"] = &c.Samples, &c.Filters
	case "query":
		flags["-f"] = &c.format
	case "filter":
		c.passes = true
	default:
		return "bcftools " + command
	}
	for i := 0; i < len(words); i++ {
		w := words[i]
		switch {
		case w == "--no-version":
			continue
		case w == "-Ob" && command == "view":
			c.binary = true
			continue
		case w == "-H" && command == "view":
			c.NoHeader = true
			continue
		case w == "-Ht":
			c.NoHeader, w = true, "-t"
		case !strings.HasPrefix(w, "-"):
			if c.Path != "" {
				return "several files"
			}
			c.Path = dataFile(dir, w)
			continue
		}
		name, value := w[:2], w[2:]
		if value == "" && i+1 < len(words) {
			i++
			value = words[i]
		}
		switch {
		case strings.HasPrefix(w, "--"):
			return "option " + w
		case flags[name] != nil:
			*flags[name] = value
		case lists[name] != nil:
			*lists[name] = []string{value}
		case files[name] != nil:
			rest, without := strings.CutPrefix(value, "^")
			if *files[name] = regionsFile(t, dir, rest); without {
				*files[name] = "^" + *files[name]
			}
		default:
			return "option " + w
		}
	}
	return ""
}

// dataFile finds an input: tmp/NAME.vcf.gz is data/NAME.vcf.
func dataFile(dir, name string) string {
	if made, ok := strings.CutPrefix(name, "tmp/"); ok {
		name = "data/" + strings.TrimSuffix(strings.TrimSuffix(made, ".gz"), ".bgz")
		if bcf, ok := strings.CutSuffix(name, ".bcf"); ok {
			name = bcf + ".vcf"
		}
	}
	return filepath.Join(dir, name)
}

// regionsFile finds a file of regions. The peer makes its BED from the table of
// the same name.
func regionsFile(t *testing.T, dir, name string) string {
	path := dataFile(dir, name)
	if _, err := os.Stat(path); err == nil || !strings.HasSuffix(path, ".bed") {
		return path
	}
	text, err := os.ReadFile(strings.TrimSuffix(path, ".bed") + ".tab")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		from, err := strconv.Atoi(f[1])
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s\t%d\t%s\n", f[0], from-1, f[2])
	}
	return write(t, "made.bed", b.String())
}

// bySample says whether the expression speaks of samples.
func (c *peerCase) bySample(t *testing.T) bool {
	text := c.Include + c.Exclude
	if text == "" {
		return false
	}
	r, err := vcf.Open(c.Path, bgzf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	h := *r.Header()
	f, err := expr.Compile(text, &h, expr.Options{ReadList: func(string) ([]string, error) { return nil, nil }})
	return err != nil || f.SpeaksOfSamples()
}

func (c *peerCase) matches(t *testing.T, dir string, row map[string]string) (ok bool, reason string) {
	if c.binary {
		if c.Path, ok = binaryOf(t, c.Path); !ok {
			return false, "the peer that is installed makes no BCF of the file"
		}
	}
	got, err := scanned(t, c.Options)
	if row["expect_exit"] == "nonzero" {
		return fault.KindOf(err) != 0, ""
	}
	if err != nil && strings.Contains(err.Error(), "there is no function") {
		return false, "an expression with a function that is not offered (SMPL_COUNT, of a newer bcftools)"
	}
	if err != nil {
		t.Log(err)
		return false, ""
	}
	want, err := os.ReadFile(filepath.Join(dir, row["expected_stdout"]))
	if err != nil {
		t.Fatal(err)
	}
	if c.format != "" {
		return c.prints(t, dir, got, string(want))
	}
	records := bodyOf(got)
	if c.passes {
		for i, r := range records {
			f := strings.Split(r, "\t")
			f[6] = "PASS"
			records[i] = strings.Join(f, "\t")
		}
	}
	if d := sameRecords(records, bodyOf(string(want))); d != "" {
		t.Log(d)
		return false, ""
	}
	return true, ""
}

// prints says whether the peer's query of what scan kept prints what is expected.
// Where it prints the samples that meet an expression, each record that scan kept
// must have one.
func (c *peerCase) prints(t *testing.T, dir, got, want string) (ok bool, reason string) {
	t.Helper()
	ask := func(args ...string) (string, error) {
		cmd := exec.Command("bcftools", append(args, "-")...)
		cmd.Dir, cmd.Stdin = dir, strings.NewReader(got)
		out, err := cmd.Output()
		return string(out), err
	}
	format := c.format
	if !strings.Contains(format, `\n`) { // newer versions end such a format with one
		format += `\n`
	}
	args := []string{"query", "-f", format}
	if c.samples {
		args = append(args, "-i", c.Include)
		again, err := ask("view", "-H", "-i", c.Include)
		if err != nil {
			return false, "the peer that is installed does not know the expression"
		}
		if kept := len(bodyOf(again)); kept != len(bodyOf(got)) {
			t.Logf("of %d records that were kept the peer keeps %d", len(bodyOf(got)), kept)
			return false, ""
		}
	}
	printed, err := ask(args...)
	if err != nil {
		return false, "the peer that is installed cannot print the query's format"
	}
	if strings.TrimRight(printed, "\n") != strings.TrimRight(want, "\n") {
		t.Logf("%.300q, want %.300q", printed, want)
		return false, ""
	}
	return true, ""
}

// binaryOf makes a BCF of a VCF, and its index where one can be made.
func binaryOf(t *testing.T, path string) (string, bool) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "x.bcf")
	if exec.Command("bcftools", "view", "--no-version", "-O", "b", "-o", out, path).Run() != nil {
		return "", false
	}
	_ = exec.Command("bcftools", "index", out).Run() // without one, the file is read whole
	return out, true
}

// shellWords cuts a command as a shell does, and drops filters of the header.
func shellWords(command string) []string {
	command = strings.ReplaceAll(command, " | grep -v ^##bcftools_", "")
	var words []string
	var word strings.Builder
	inside, quote := false, byte(0)
	for i := range len(command) {
		switch c := command[i]; {
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
			word.WriteByte(c)
		case c == '\'' || c == '"':
			quote, inside = c, true
		case c == ' ':
			if inside {
				words = append(words, word.String())
			}
			word.Reset()
			inside = false
		default:
			word.WriteByte(c)
			inside = true
		}
	}
	if inside {
		words = append(words, word.String())
	}
	return words
}

func cutPipe(words []string) (first, second []string) {
	if i := slices.Index(words, "|"); i >= 0 {
		return words[:i], words[i+1:]
	}
	return words, nil
}
