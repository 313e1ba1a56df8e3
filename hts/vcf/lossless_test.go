package vcf

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"varpanel/hts/bgzf"
	"varpanel/internal/testkit"
)

// Every header and record of the shared VCFs is written back byte for byte:
// the files of patients' data whole, the conformance sets where they are read.
func TestLossless(t *testing.T) {
	files, lines := 0, 0
	for _, dir := range []string{"data", "conformance"} {
		err := filepath.WalkDir(testkit.Shared(t, dir), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".vcf") && !strings.HasSuffix(path, ".vcf.gz") {
				return err
			}
			n, err := writeBack(t, path)
			if err != nil && dir == "data" {
				t.Errorf("%s: %v", path, err)
			}
			if err == nil {
				files++
			}
			lines += n
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d files and %d records written back", files, lines)
	if lines < 200_000 {
		t.Errorf("only %d records", lines)
	}
}

// writeBack compares each line with its writing and counts records. A record
// that is refused counts as read no further.
func writeBack(t *testing.T, path string) (int, error) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	text, err := Text(f, bgzf.Options{Name: path})
	if err != nil {
		return 0, err
	}
	defer text.Close()
	var head strings.Builder
	v, err := NewReader(io.TeeReader(text, &limited{&head, 1 << 20}), path)
	if err != nil {
		return 0, err
	}
	original := strings.ReplaceAll(head.String(), "\r\n", "\n")
	if h := v.Header().Text(); !strings.HasPrefix(original, h) && len(h) < head.Len() {
		t.Errorf("%s: the header is not written back", path)
	}
	var r Record
	var e Edit
	var out []byte
	for n := 0; ; n++ {
		err := v.Read(&r)
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
		e.Reset()
		if out = e.Append(out[:0], &r); string(out) != string(r.Line()) {
			t.Fatalf("%s: record %d is written as %.200q, read as %.200q", path, n+1, out, r.Line())
		}
		// the samples' bytes are also found one by one
		e.SetSample(-1, nil)
		if out = e.Append(out[:0], &r); string(out) != string(r.Line()) {
			t.Fatalf("%s: record %d's samples are written otherwise", path, n+1)
		}
	}
}

// limited keeps the first bytes of what is written.
type limited struct {
	b    *strings.Builder
	left int
}

func (l *limited) Write(p []byte) (int, error) {
	n := min(l.left, len(p))
	l.b.Write(p[:n])
	l.left -= n
	return len(p), nil
}
