package norm

import (
	"bytes"
	"context"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"varpanel/internal/testkit"
	"varpanel/stages/normalise"
)

// Every shared VCF and BCF, read as a file and from a pipe that bcftools writes
// (plain, bgzipped, BCF with and without BGZF), gives one text at one thread and
// at several; and bcftools reads what was written, and has nothing left to norm.
func TestPipesWithBcftools(t *testing.T) {
	reference := testkit.Shared(t, "data/reference/GRCh38.regions.fa.gz")
	testkit.Oracle(t, "bcftools")
	files, err := filepath.Glob(filepath.Join(filepath.Dir(testkit.Shared(t, "data/vcf/README.md")), "*.[vb]c[f.]*"))
	if err != nil {
		t.Fatal(err)
	}
	run := 0
	for _, path := range files {
		if strings.HasSuffix(path, ".tbi") || strings.HasSuffix(path, ".csi") {
			continue
		}
		run++
		o := Options{Path: path, Threads: 1, Split: true}
		args := []string{"norm", "--no-version", "-m", "-any", "-"}
		// two have contigs that the reference lacks
		if strings.Contains(path, "GRCh38") && !strings.Contains(path, "tumour.T001") && !strings.Contains(path, "trio_synthetic") {
			o.Fasta, o.Check = reference, normalise.Check{Exclude: true}
			args = append(args, "-f", reference, "-c", "x")
		}
		want := normText(t, o)
		for _, kind := range []string{"-Ov", "-Oz", "-Ou", "-Ob"} {
			in := piped(t, nil, "view", "--no-version", kind, path)
			// what bcftools read and wrote, as a file and from the pipe
			plain := bytes.NewReader(piped(t, in, "view", "--no-version", "-"))
			from := o
			from.Path, from.In = "-", plain
			one := normText(t, from)
			from.In, from.Threads = bytes.NewReader(in), 3
			if got := normText(t, from); !bytes.Equal(got, one) {
				t.Errorf("%s by %s: %d bytes from the pipe, %d as text", filepath.Base(path), kind, len(got), len(one))
			}
			if a, b := len(recordsOf(one)), len(recordsOf(want)); a != b {
				t.Errorf("%s by %s: %d records, %d from the file", filepath.Base(path), kind, a, b)
			}
		}
		if !bytes.Contains(want, []byte("##contig=")) {
			continue // the peer norms such a file only with an index
		}
		o.Threads, o.BGZF = 2, true
		again := recordsOf(piped(t, normText(t, o), args...))
		for i, line := range recordsOf(want) {
			if i >= len(again) || !sameFields(comparable(line, nil), comparable(again[i], nil), "\t;:,=") {
				t.Errorf("%s: bcftools norm changes %s", filepath.Base(path), line)
				break
			}
		}
	}
	t.Logf("%d files, each by four pipes", run)
	if run < 9 {
		t.Errorf("only %d files", run)
	}
}

func normText(t *testing.T, o Options) []byte {
	t.Helper()
	var out bytes.Buffer
	o.Out, o.Warn = &out, func(string, ...any) {}
	if _, err := Run(context.Background(), o); err != nil {
		t.Fatalf("%s: %v", o.Path, err)
	}
	return out.Bytes()
}

func piped(t *testing.T, in []byte, args ...string) []byte {
	t.Helper()
	cmd := exec.Command("bcftools", args...)
	cmd.Stdin = bytes.NewReader(in)
	var msg bytes.Buffer
	cmd.Stderr = &msg
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("bcftools %v: %v: %s", args, err, msg.String())
	}
	return out
}
