package check

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"varpanel/hts/fault"
	"varpanel/internal/testkit"
)

// bcftools runs it.
func bcftools(t *testing.T, in string, args ...string) {
	t.Helper()
	program := testkit.Oracle(t, "bcftools")
	cmd := exec.Command(program, args...)
	cmd.Stdin = strings.NewReader(in)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

// madeBCF makes a BCF of a VCF's records.
func madeBCF(t *testing.T, path string, lines ...string) {
	t.Helper()
	text := strings.Replace(head, "#CHROM", "##INFO=<ID=DP,Number=1,Type=Integer,Description=\"x\">\n#CHROM", 1)
	bcftools(t, text+strings.Join(lines, ""), "view", "--no-version", "-O", "b", "-o", path, "-")
}

// A BCF's records are read: what is wrong with one has its place, and an index
// must lead to each.
func TestBCF(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.bcf")
	sorted := append(many("chr1", 3000, 7000), many("chr2", 20, 900)...)
	madeBCF(t, path, sorted...)
	bcftools(t, "", "index", path)
	if got, err := file(path); err != nil || got != "BCF, VCF 4.2, 3020 records, sorted, GRCh38, a.bcf.csi fits" {
		t.Errorf("%q, %v", got, err)
	}
	other := filepath.Join(dir, "other.bcf")
	madeBCF(t, other, append(many("chr1", 3000, 7001), many("chr2", 20, 900)...)...)
	bcftools(t, "", "index", other)
	must(t, os.Rename(other+".csi", path+".csi"))
	if got, err := file(path); fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "index does not fit") {
		t.Errorf("another's index: %q, %v", got, err)
	}
	whole, err := os.ReadFile(path)
	must(t, err)
	flat, err := plain(whole)
	must(t, err)
	put(t, path, []byte(flat))
	if got, err := file(path); err != nil || got != "BCF, not compressed, VCF 4.2, 3020 records, sorted, GRCh38" {
		t.Errorf("%q, %v", got, err)
	}
	put(t, path, []byte(flat[:len(flat)-3]))
	if got, err := file(path); fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "record 3020, offset") {
		t.Errorf("cut: %q, %v", got, err)
	}
	back := filepath.Join(dir, "back.bcf")
	madeBCF(t, back, record("chr1", 9, "."), record("chr1", 8, "."))
	if got, err := file(back); fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "record 2, offset ") ||
		!strings.Contains(err.Error(), "not sorted: chr1:8 comes after chr1:9") {
		t.Errorf("not sorted: %q, %v", got, err)
	}
	past := filepath.Join(dir, "past.bcf")
	madeBCF(t, past, record("chr1", 248956424, "."))
	if got, err := file(past); fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "past the end of contig chr1") {
		t.Errorf("past the contig: %q, %v", got, err)
	}
}

// A small BCF, damaged in every way: an input error, or the same records.
func TestDamagedBCF(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.bcf")
	madeBCF(t, path, append(many("chr1", 6, 7000), record("chr2", 5, "DP=7"))...)
	whole, err := os.ReadFile(path)
	must(t, err)
	sweep(t, "x.bcf", whole)
}
