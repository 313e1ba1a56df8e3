package bcf

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"varpanel/hts/bgzf"
	"varpanel/internal/testkit"
)

// oracle runs bcftools and gives its standard output.
func oracle(t testing.TB, in []byte, args ...string) ([]byte, error) {
	t.Helper()
	testkit.Oracle(t, "bcftools")
	cmd := exec.Command("bcftools", args...)
	cmd.Stdin = bytes.NewReader(in)
	return cmd.Output()
}

// viewed gives what bcftools view prints of a file, the lines that say so
// left out.
func viewed(t testing.TB, path string) []string {
	t.Helper()
	out, err := oracle(t, nil, "view", "--no-version", path)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
}

// read gives the header's lines and the records' of any VCF or BCF.
func read(t testing.TB, path string, threads int) []string {
	t.Helper()
	v, err := Open(path, bgzf.Options{Threads: threads})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	out := strings.Split(strings.TrimSuffix(v.Header().Text(), "\n"), "\n")
	for {
		line, err := v.ReadLine()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(line))
	}
}

func compare(t *testing.T, name string, got, want []string) bool {
	t.Helper()
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Errorf("%s: line %d:\n%.400q, bcftools has\n%.400q", name, i+1, got[i], want[i])
			return false
		}
	}
	if len(got) != len(want) {
		t.Errorf("%s: %d lines, bcftools has %d", name, len(got), len(want))
		return false
	}
	return true
}

// files gives the shared files with these endings.
func files(t testing.TB, dir string, endings ...string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(testkit.Shared(t, dir), func(path string, d fs.DirEntry, err error) error {
		for _, e := range endings {
			if err == nil && !d.IsDir() && strings.HasSuffix(path, e) {
				out = append(out, path)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Every BCF of the shared data and of the conformance sets gives bcftools' text,
// header included.
func TestEveryBCF(t *testing.T) {
	run, matched := 0, 0
	for _, dir := range []string{"data", "conformance"} {
		for _, path := range files(t, dir, ".bcf", ".bcf.out", ".out.bcf") {
			run++
			if compare(t, path, read(t, path, 1), viewed(t, path)) {
				matched++
			}
		}
	}
	t.Logf("BCF files against bcftools view: matched %d / %d run / 0 not applicable", matched, run)
	if matched < 4 {
		t.Error("fewer than are there")
	}
}

// The real VCFs, made into BCF by bcftools, give the text that bcftools gives of
// the BCF, compressed or not, with one thread and with two.
func TestRealVCFs(t *testing.T) {
	run, matched, records := 0, 0, 0
	dir := t.TempDir()
	for _, path := range files(t, "data", ".vcf", ".vcf.gz") {
		run++
		packed, flat := filepath.Join(dir, "a.bcf"), filepath.Join(dir, "b.bcf")
		if _, err := oracle(t, nil, "view", "--no-version", "-Ob", "-o", packed, path); err != nil {
			t.Fatal(err)
		}
		if _, err := oracle(t, nil, "view", "--no-version", "-Ou", "-o", flat, path); err != nil {
			t.Fatal(err)
		}
		want := viewed(t, packed)
		records += len(want)
		ok := compare(t, path, read(t, packed, 1), want)
		ok = compare(t, path, read(t, flat, 1), want) && ok
		if compare(t, path, read(t, packed, 2), want) && ok {
			matched++
		}
	}
	t.Logf("real VCFs through BCF: matched %d / %d run / 0 not applicable (%d lines)", matched, run, records)
	if matched != run || run < 14 {
		t.Error("not all")
	}
}

// Every VCF of the conformance sets that bcftools makes a BCF of gives the text
// that bcftools gives of it.
func TestConformanceVCFs(t *testing.T) {
	run, matched, none := 0, 0, 0
	path := filepath.Join(t.TempDir(), "a.bcf")
	for _, in := range files(t, "conformance", ".vcf", ".vcf.gz") {
		if _, err := oracle(t, nil, "view", "--no-version", "-Ob", "-o", path, in); err != nil {
			none++ // bcftools refuses it
			continue
		}
		run++
		if compare(t, in, read(t, path, 1), viewed(t, path)) {
			matched++
		}
	}
	t.Logf("conformance VCFs through BCF: matched %d / %d run / %d not applicable", matched, run, none)
}
