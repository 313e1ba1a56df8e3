package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"varpanel": main})
}

// TestScripts runs the acceptance cases, a script a feature, on the real data
// of the repository's testdata folder ($DATA).
func TestScripts(t *testing.T) {
	data, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("DATA", data)
			return os.WriteFile(filepath.Join(e.WorkDir, "sources.toml"), []byte(sources(data)), 0o644)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"code": scriptCode, "build": scriptBuild, "corrupt": scriptCorrupt, "cut": scriptCut,
			"gunzip": scriptGunzip, "gzip": scriptGzip, "column": scriptColumn, "same": scriptSame, "age": scriptAge,
			"copy": scriptCopy, "tamper": scriptTamper, "sums": scriptSums, "bgzip": scriptBgzip, "bam": scriptBAM,
		},
	})
}

// sources is the SOURCES.toml of the acceptance cases.
func sources(data string) string {
	return `
[[source]]
name = "clinvar"
version = "2024-12-15"
kind = "clinical-significance"
file = "` + data + `/annotation/GRCh38.clinvar_20241215.plp_2star.test.vcf.gz"
fields = { significance = "CLNSIG", review = "CLNREVSTAT", condition = "CLNDN" }

[[source]]
name = "thousand_genomes"
version = "phase3"
kind = "frequency"
file = "` + data + `/annotation/GRCh38.BRCA1.1000g_phase3.af.vcf.gz"
fields = { af = "AF" }
populations = { afr = "AFR_AF", amr = "AMR_AF", eas = "EAS_AF", eur = "EUR_AF", sas = "SAS_AF" }

[[source]]
name = "cancerhotspots"
version = "v2"
kind = "hotspot"
file = "` + data + `/annotation/GRCh38.cancer_hotspots_v2.test.vcf.gz"
fields = { gene = ["HOTSPOT_GENE", "HOTSPOT3D_GENE"], protein = ["HOTSPOT_HGVSp", "HOTSPOT3D_HGVSp"] }
`
}

// scriptCode runs a program and checks its exit code: code 3 varpanel ...
func scriptCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N program [args...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// scriptBuild runs panel build with the references of the test data: build
// N args...
func scriptBuild(ts *testscript.TestScript, neg bool, args []string) {
	data := ts.Getenv("DATA")
	command := []string{
		args[0], "varpanel", "panel", "build",
		"--genes", data + "/genes/GRCh38.test.gff3.gz", "--fasta", data + "/reference/GRCh38.test.fa.gz",
		"--hgnc", data + "/genes/hgnc_20230613.tsv.gz", "--mane", data + "/genes/mane_select_plus_clinical.csv.gz",
		"--sources", ts.MkAbs("sources.toml"),
	}
	scriptCode(ts, neg, append(command, args[1:]...))
}

// scriptCorrupt flips one bit of a file's byte: corrupt FILE OFFSET (negative:
// from the end).
func scriptCorrupt(ts *testscript.TestScript, _ bool, args []string) {
	name := ts.MkAbs(args[0])
	text, err := os.ReadFile(name)
	ts.Check(err)
	at, err := strconv.Atoi(args[1])
	ts.Check(err)
	if at < 0 {
		at += len(text)
	}
	text[at] ^= 0x10
	ts.Check(os.Chmod(name, 0o644))
	ts.Check(os.WriteFile(name, text, 0o644))
}

// endBlock is BGZF's end-of-file block (SAM specification, 4.1.2).
const endBlock = "\x1f\x8b\x08\x04\x00\x00\x00\x00\x00\xff\x06\x00BC\x02\x00\x1b\x00\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00"

// scriptCut shortens a file to a number of bytes, or to the end of its last
// block with data: cut FILE N, cut FILE block.
func scriptCut(ts *testscript.TestScript, _ bool, args []string) {
	name := ts.MkAbs(args[0])
	text, err := os.ReadFile(name)
	ts.Check(err)
	var n int
	if args[1] == "block" {
		n = len(text)
		for strings.HasSuffix(string(text[:n]), endBlock) {
			n -= len(endBlock)
		}
	} else {
		n, err = strconv.Atoi(args[1])
		ts.Check(err)
	}
	ts.Check(os.WriteFile(name, text[:n], 0o644))
}

func scriptGunzip(ts *testscript.TestScript, _ bool, args []string) {
	f, err := os.Open(ts.MkAbs(args[0]))
	ts.Check(err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	ts.Check(err)
	text, err := io.ReadAll(z)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), text, 0o644))
}

func scriptGzip(ts *testscript.TestScript, _ bool, args []string) {
	text, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err = z.Write(text)
	ts.Check(err)
	ts.Check(z.Close())
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), b.Bytes(), 0o644))
}

// scriptColumn checks the value of a column in the row of a TSV whose key
// column has a value: column FILE key=value column=want...
func scriptColumn(ts *testscript.TestScript, _ bool, args []string) {
	text, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	names := strings.Split(lines[0], "\t")
	at := func(name string) int {
		for i, n := range names {
			if n == name {
				return i
			}
		}
		ts.Fatalf("%s has no column %q", args[0], name)
		return -1
	}
	key, value, _ := strings.Cut(args[1], "=")
	found := 0
	for _, line := range lines[1:] {
		cells := strings.Split(line, "\t")
		if cells[at(key)] != value {
			continue
		}
		found++
		for _, want := range args[2:] {
			name, text, _ := strings.Cut(want, "=")
			if cells[at(name)] != text {
				ts.Fatalf("%s, %s: %s is %q, want %q", args[0], args[1], name, cells[at(name)], text)
			}
		}
	}
	if found != 1 {
		ts.Fatalf("%s: %d rows with %s", args[0], found, args[1])
	}
}

// scriptSame checks that two folders hold the same files with the same bytes,
// run.json apart, which only has to be there.
func scriptSame(ts *testscript.TestScript, _ bool, args []string) {
	read := func(dir string) map[string]string {
		files := map[string]string{}
		ts.Check(filepath.WalkDir(ts.MkAbs(dir), func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			text, err := os.ReadFile(path)
			name := strings.TrimPrefix(path, ts.MkAbs(dir))
			if d.Name() == "run.json" {
				text = nil
			}
			files[name] = string(text)
			return err
		}))
		return files
	}
	a, b := read(args[0]), read(args[1])
	if len(a) < 2 || len(a) != len(b) {
		ts.Fatalf("%d files in %s, %d in %s", len(a), args[0], len(b), args[1])
	}
	for name, text := range a {
		other, ok := b[name]
		if !ok || other != text {
			ts.Fatalf("%s is not the same in %s and %s", name, args[0], args[1])
		}
	}
}

// scriptAge makes a file older: age FILE SECONDS.
func scriptAge(ts *testscript.TestScript, _ bool, args []string) {
	seconds, err := strconv.Atoi(args[1])
	ts.Check(err)
	then := time.Now().Add(-time.Duration(seconds) * time.Second)
	ts.Check(os.Chtimes(ts.MkAbs(args[0]), then, then))
}

// scriptCopy copies files into the work folder, the index after its data.
func scriptCopy(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range args[:len(args)-1] {
		text, err := os.ReadFile(ts.MkAbs(name))
		ts.Check(err)
		to := ts.MkAbs(args[len(args)-1])
		if st, err := os.Stat(to); err == nil && st.IsDir() {
			to = filepath.Join(to, filepath.Base(name))
		}
		ts.Check(os.WriteFile(to, text, 0o644))
	}
}

// scriptTamper changes the middle byte of one file of the bundle brca1, checks
// that run and panel verify refuse the bundle and that verify names the file,
// and puts the byte back.
func scriptTamper(ts *testscript.TestScript, _ bool, args []string) {
	name := ts.MkAbs("brca1/" + args[0])
	whole, err := os.ReadFile(name)
	ts.Check(err)
	changed := bytes.Clone(whole)
	changed[len(changed)/2] ^= 1
	ts.Check(os.WriteFile(name, changed, 0o640))
	scriptCode(ts, false, []string{"3", "varpanel", "run", "--bundle", "brca1", "--vcf", ts.Getenv("VCF"), "-o", "tampered"})
	if _, err := os.Stat(ts.MkAbs("tampered")); err == nil {
		ts.Fatalf("%s was changed, and a report was written", args[0])
	}
	scriptCode(ts, false, []string{"3", "varpanel", "panel", "verify", "brca1"})
	if text := ts.ReadFile("stderr"); !strings.Contains(text, args[0]) {
		ts.Fatalf("panel verify does not name %s: %s", args[0], text)
	}
	ts.Check(os.WriteFile(name, whole, 0o640))
}

// scriptSums checks the sums over the rows of a thresholds file: sums FILE
// LENGTH SUM...
func scriptSums(ts *testscript.TestScript, _ bool, args []string) {
	got := make([]int, len(args)-1)
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(strings.TrimSpace(line), "\t")
		number := func(i int) int {
			n, err := strconv.Atoi(cells[i])
			ts.Check(err)
			return n
		}
		got[0] += number(2) - number(1)
		for i := range got[1:] {
			got[1+i] += number(4 + i)
		}
	}
	for i, want := range args[1:] {
		if strconv.Itoa(got[i]) != want {
			ts.Fatalf("%s: %v, want %v", args[0], got, args[1:])
		}
	}
}
