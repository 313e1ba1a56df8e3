package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

// floors is the house from the ground up. A package imports only packages of
// its own floor or of a floor below; only tests import what is internal.
var floors = []string{"internal", "hts", "reference", "annotate", "stages", "pipeline", "cmd"}

// order holds, inside a floor, what stands below what: a package imports, of
// its own floor, only packages that come before it here (a parent folder may
// stand anywhere its own row says).
var order = map[string][]string{
	"internal": {"testkit"},
	"hts":      {"fault", "bgzf", "index", "fasta", "bed", "gff", "vcf", "vcf/expr", "bcf", "bam", "bam/pileup"},
	"reference": {"contig", "allele", "genome", "transcript", "gene", "testdirectory", "panel", "hotspot",
		"profile", "bundle"},
	"annotate": {"hgvs", "consequence", "source", "source/join", "csq", "evidence"},
	"stages": {"variant", "report", "scan", "normalise", "annotate", "sex", "caller", "filter", "family", "inherit",
		"coverage", "hotspot", "truth", "prioritise", "report/tsv", "report/json", "report/html",
		"report/xlsx", "report/vcf", "report/fhir"},
	"pipeline": {"engine", "provenance", "metrics", "check", "reindex", "view", "norm", "annotate", "coverage", "build", "case", "explain", "demo", "demo/make", "batch",
		"samplesheet", "slurm", "compare"},
}

func place(path string) (floor, rest string, ok bool) {
	rest, ok = strings.CutPrefix(path, "varpanel/")
	if !ok {
		return "", "", false
	}
	floor, rest, _ = strings.Cut(rest, "/")
	return floor, rest, true
}

func indexOf(list []string, s string) int {
	for i, v := range list {
		if v == s {
			return i
		}
	}
	return -1
}

// TestFloors holds the house's floors against what the compiler sees.
func TestFloors(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "varpanel/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	dec := json.NewDecoder(strings.NewReader(string(out)))
	seen := 0
	for {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		seen++
		checkImports(t, p.ImportPath, p.Imports)
	}
	if seen < 10 {
		t.Fatalf("go list gave %d packages only", seen)
	}
}

func checkImports(t *testing.T, path string, imports []string) {
	floor, rest, ok := place(path)
	if !ok || floor == "benchmarks" || floor == "testdata" {
		return
	}
	level := indexOf(floors, floor)
	if level < 0 {
		t.Errorf("%s stands on no floor of the house", path)
		return
	}
	own, listed := order[floor]
	if listed && indexOf(own, rest) < 0 {
		t.Errorf("%s has no place in the order of its floor", path)
	}
	for _, im := range imports {
		f, r, ok := place(im)
		if !ok {
			continue
		}
		switch l := indexOf(floors, f); {
		case f == "testdata":
			// embedded data belongs to no floor
		case f == "internal":
			t.Errorf("%s imports %s, which is for tests alone", path, im)
		case l < 0:
			t.Errorf("%s imports %s, which stands on no floor", path, im)
		case l > level:
			t.Errorf("%s imports %s, a floor above it", path, im)
		case l == level && listed && indexOf(own, r) >= indexOf(own, rest):
			t.Errorf("%s imports %s, which does not come before it", path, im)
		}
	}
}
