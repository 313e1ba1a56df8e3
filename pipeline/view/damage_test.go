package view

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"varpanel/hts/fault"
	"varpanel/internal/testkit"
)

// A region scan of a file and of an index that are cut at every byte, or have a
// bit of any byte flipped, is an input error or gives the same records.
func TestRegionOfDamagedFile(t *testing.T) {
	testkit.Oracle(t, "tabix")
	var text strings.Builder
	text.WriteString(sites)
	for i := range 24 {
		fmt.Fprintf(&text, "1\t%d\tid%d\tA\tC\t.\t.\tDP=%d\n", 1+i*7000, i, i*i)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "x.vcf.gz")
	whole, err := os.ReadFile(pack(t, text.String(), 160))
	if err != nil {
		t.Fatal(err)
	}
	put := func(name string, b []byte) {
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put(path, whole)
	if out, err := exec.Command("tabix", "-p", "vcf", path).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	tbi, err := os.ReadFile(path + ".tbi")
	if err != nil {
		t.Fatal(err)
	}
	n, harmless := 0, 0
	ask := func() (string, error) {
		n++
		return scanned(t, Options{Path: path, Regions: []string{"1:50000-90000"}, Threads: 1 + n%2, AllowOldIndex: true})
	}
	want, err := ask()
	if err != nil || len(bodyOf(want)) != 5 {
		t.Fatalf("%q, %v", want, err)
	}
	for _, one := range []struct {
		path string
		b    []byte
	}{{path, whole}, {path + ".tbi", tbi}} {
		n, harmless = 0, 0
		judge := func(what string, at int, b []byte) {
			put(one.path, b)
			got, err := ask()
			switch {
			case err != nil && fault.KindOf(err) != fault.Input:
				t.Fatalf("%s: %s at %d: %v is no input fault", one.path, what, at, err)
			case err == nil && got != want:
				t.Fatalf("%s: %s at %d: other records, and no error: %q", one.path, what, at, got)
			case err == nil:
				harmless++
			}
		}
		for at := range one.b {
			judge("cut", at, one.b[:at])
		}
		for at := range one.b {
			bad := bytes.Clone(one.b)
			bad[at] ^= 1 << (3 * at % 8)
			judge("bit flipped", at, bad)
		}
		put(one.path, one.b)
		t.Logf("%s, %d bytes: %d damaged files, of which %d give the same records", filepath.Base(one.path), len(one.b), n, harmless)
	}
}
