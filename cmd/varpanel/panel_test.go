package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"varpanel/hts/fault"
)

// panelCommand runs `panel` with arguments and gives what it wrote.
func panelCommand(t *testing.T, args ...string) (out, messages string, err error) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	now := func() time.Time { return time.Unix(0, 0) }
	a := &app{ctx: context.Background(), out: &stdout, err: &stderr, now: now, threads: 2}
	a.log = newLogger(&stderr, "text", now)
	c := newPanelCommand(a)
	c.SilenceErrors, c.SilenceUsage = true, true
	c.SetArgs(args)
	err = c.ExecuteContext(a.ctx)
	return stdout.String(), stderr.String(), err
}

// panelData is the repository's test data.
var panelData = filepath.Join("..", "..", "testdata")

// panelReferences are the options that every build of these tests has.
func panelReferences() []string {
	return []string{
		"--genes", filepath.Join(panelData, "genes/GRCh38.test.gff3.gz"),
		"--fasta", filepath.Join(panelData, "reference/GRCh38.test.fa.gz"),
		"--hgnc", filepath.Join(panelData, "genes/hgnc_20230613.tsv.gz"),
		"--mane", filepath.Join(panelData, "genes/mane_select_plus_clinical.csv.gz"),
	}
}

func TestPanelBuildShowVerify(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "R212.1")
	args := append([]string{"build", "--test", "R212.1", "-o", dir,
		"--directory", filepath.Join(panelData, "panels/nhs_rare_disease_test_directory_v6.json"),
		"--gene-panels", filepath.Join(panelData, "panels/nhs_genepanels.tsv.gz")}, panelReferences()...)
	out, messages, err := panelCommand(t, args...)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(out, dir+"\t1 genes\tGRCh38\tsha256:") {
		t.Errorf("build printed %q", out)
	}
	if !strings.Contains(messages, "1 of 1 genes have no known mode of inheritance") {
		t.Errorf("build said %q", messages)
	}
	digest := strings.TrimSpace(out[strings.Index(out, "sha256:"):])

	out, _, err = panelCommand(t, "show", dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"test        R212.1 Peutz Jeghers Syndrome", digest, "STK11\tHGNC:11389\tassessed\tunknown",
		"NM_000455.5 (MANE Select; mane-select)", "no annotation sources", "fasta\tGRCh38.test.fa.gz\t",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("show lacks %q:\n%s", want, out)
		}
	}
	if out, _, err = panelCommand(t, "verify", dir); err != nil || !strings.Contains(out, digest) {
		t.Errorf("verify: %v, %q", err, out)
	}
	if _, _, err := panelCommand(t, args...); fault.KindOf(err) != fault.Usage {
		t.Errorf("a bundle in the way: %v", err)
	}
}

func TestPanelVerifyNamesEachFile(t *testing.T) {
	list := filepath.Join(t.TempDir(), "genes.txt")
	if err := os.WriteFile(list, []byte("KRAS\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "bundle")
	if _, _, err := panelCommand(t, append([]string{"build", "--gene-list", list, "-o", dir}, panelReferences()...)...); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"panel.json", "reference.fa.gz"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		text[len(text)/2] ^= 1
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, _, err := panelCommand(t, "verify", dir)
	if fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "panel.json") || !strings.Contains(err.Error(), "reference.fa.gz") {
		t.Errorf("verify: %v", err)
	}
}

func TestPanelBuildRefusesRequests(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"nothing asked":       {[]string{"build", "-o", "x"}, "one of --test"},
		"two ways":            {[]string{"build", "--gene-list", "a", "--regions", "b", "-o", "x"}, "more than one"},
		"test alone":          {[]string{"build", "--test", "R1.1", "-o", "x"}, "--directory and --gene-panels"},
		"confidence, no app":  {[]string{"build", "--gene-list", "a", "--min-confidence", "2", "-o", "x"}, "--min-confidence belongs"},
		"directory, no test":  {[]string{"build", "--gene-list", "a", "--directory", "d", "-o", "x"}, "belong to --test"},
		"no gene model":       {[]string{"build", "--gene-list", "a", "-o", "x"}, "--genes, --fasta and -o"},
		"an unknown profile":  {[]string{"build", "--gene-list", "a", "--profile", "rare", "--genes", "g", "--fasta", "f", "-o", "x"}, "rare"},
		"an unknown assembly": {[]string{"build", "--gene-list", "a", "--assembly", "hg19", "--genes", "g", "--fasta", "f", "-o", "x"}, "GRCh37 or GRCh38"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := panelCommand(t, c.args...)
			if fault.KindOf(err) != fault.Usage || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want a usage error with %q", err, c.want)
			}
		})
	}
}
