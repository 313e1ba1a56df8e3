package testkit

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// skipping is a test whose skip is looked at.
type skipping struct {
	testing.TB
	said string
}

func (s *skipping) Skip(args ...any) {
	s.said = fmt.Sprint(args...)
	panic(s)
}

// reason gives what a look-up skips its test with.
func reason(t *testing.T, look func(t testing.TB)) (said string) {
	s := &skipping{TB: t}
	defer func() {
		if r := recover(); r != nil && r != any(s) {
			panic(r)
		}
		said = s.said
	}()
	look(s)
	return s.said
}

// What is not there is a skip with the words that .ci/testreport counts.
func TestSkips(t *testing.T) {
	if got := reason(t, func(t testing.TB) { Shared(t, "no/such", "thing") }); got != "not here: ../shared/no/such/thing" {
		t.Errorf("%q", got)
	}
	if got := reason(t, func(t testing.TB) { Run(t, "no-such-program") }); got != "oracle not installed: no-such-program" {
		t.Errorf("%q", got)
	}
	if got := reason(t, func(t testing.TB) { Oracle(t, "go") }); got != "" {
		t.Errorf("%q", got)
	}
	if _, err := os.Stat(filepath.Join(Root(t), "internal", "testkit")); err != nil {
		t.Error(err)
	}
}

func TestTable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.tsv")
	if err := os.WriteFile(path, []byte("a\tb\n1\\t2\t\\\\n\n\"x\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	want := []map[string]string{{"a": "1\t2", "b": `\n`}, {"a": `"x"`}}
	if got := Table(t, path); !reflect.DeepEqual(got, want) {
		t.Errorf("%q", got)
	}
}
