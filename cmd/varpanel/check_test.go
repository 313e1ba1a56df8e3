package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"varpanel/hts/bgzf"
)

// runCheck runs the check command and gives its lines and its exit code.
func runCheck(t *testing.T, stdin []byte, args ...string) (out string, code int) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	a := &app{ctx: t.Context(), in: bytes.NewReader(stdin), out: &stdout, err: &stderr, now: time.Now, threads: 2}
	c := newCheckCommand(a)
	c.SilenceErrors, c.SilenceUsage = true, true
	c.SetArgs(args)
	code = exitCode(a.ctx, c.ExecuteContext(t.Context()))
	return stdout.String(), code
}

func TestCheckCommand(t *testing.T) {
	dir := t.TempDir()
	var packed bytes.Buffer
	w := bgzf.NewWriter(&packed, bgzf.WriterOptions{})
	text := "##fileformat=VCFv4.2\n##contig=<ID=chr1,length=248956422>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\nchr1\t5\t.\tA\tC\t.\t.\t.\n"
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	put := func(name string, b []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := put("good.vcf.gz", packed.Bytes())
	cut := put("cut.vcf.gz", packed.Bytes()[:packed.Len()-28])
	want := "VCF 4.2, bgzipped, 1 record, sorted, GRCh38"
	for _, tt := range []struct {
		args  []string
		stdin []byte
		lines []string
		code  int
	}{
		{nil, nil, nil, exitUsage},
		{[]string{good}, nil, []string{good + ": ok: " + want + ", no index"}, exitDone},
		{[]string{"-"}, packed.Bytes(), []string{"-: ok: " + want}, exitDone},
		{[]string{cut, good}, nil, []string{cut + ": bad: offset ", good + ": ok: "}, exitInput},
		{[]string{filepath.Join(dir, "none.vcf")}, nil, []string{filepath.Join(dir, "none.vcf") + ": bad: there is no such file"}, exitInput},
	} {
		out, code := runCheck(t, tt.stdin, tt.args...)
		if code != tt.code || strings.Count(out, "\n") != len(tt.lines) {
			t.Errorf("%q: exit %d, %q", tt.args, code, out)
			continue
		}
		for i, line := range strings.Split(strings.TrimSuffix(out, "\n"), "\n")[:len(tt.lines)] {
			if !strings.HasPrefix(line, tt.lines[i]) {
				t.Errorf("%q: line %q, want %q", tt.args, line, tt.lines[i])
			}
		}
	}
}
