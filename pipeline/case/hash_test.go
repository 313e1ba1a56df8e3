package cases

import (
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"varpanel/pipeline/provenance"
)

// TestHashes: digests keep their places among the inputs, and say the same with
// one thread as with two.
func TestHashes(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	for _, path := range []string{a, b} {
		if err := os.WriteFile(path, []byte(path), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	inputs := func(threads int) []provenance.Digest {
		p := &plan{Options: Options{Threads: threads}}
		for _, path := range []string{a, b} {
			if err := p.hash("vcf", path); err != nil {
				t.Fatal(err)
			}
			p.inputs = append(p.inputs, provenance.Digest{Role: "between"})
		}
		if err := p.hashed(); err != nil {
			t.Fatal(err)
		}
		return p.inputs
	}
	got := inputs(2)
	if diff := cmp.Diff(inputs(1), got); diff != "" {
		t.Error(diff)
	}
	if len(got) != 4 || got[0].Name != "a" || got[1].Role != "between" || got[2].Name != "b" || got[0].SHA256 == got[2].SHA256 {
		t.Errorf("%+v", got)
	}
}

// TestHashOfAbsentFile: one that vanished is an error by the time it is asked for,
// and closing waits for what is still being read.
func TestHashOfAbsentFile(t *testing.T) {
	for _, threads := range []int{1, 2} {
		p := &plan{Options: Options{Threads: threads}}
		err := p.hash("vcf", filepath.Join(t.TempDir(), "absent"))
		if err == nil {
			err = p.hashed()
		}
		if !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%d threads: error %v", threads, err)
		}
		if err := p.close(); err != nil {
			t.Error(err)
		}
	}
}

// TestTogether: every part runs, and of several errors the first in their order is
// given, whichever came first.
func TestTogether(t *testing.T) {
	first, second := errors.New("first"), errors.New("second")
	for threads := range 4 {
		var n atomic.Int32
		late := make(chan struct{})
		err := together(threads, []func() error{
			func() error { n.Add(1); return nil },
			func() error {
				n.Add(1)
				if threads > 1 {
					<-late
				}
				return first
			},
			func() error { n.Add(1); close(late); return second },
		})
		if err != first || n.Load() != 3 {
			t.Errorf("%d threads: %d parts, error %v", threads, n.Load(), err)
		}
	}
}
