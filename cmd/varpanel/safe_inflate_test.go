package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// opens finds what says how a BGZF file or what stands beside it is read.
var opens = regexp.MustCompile(`\b(bgzf\.Options|bam\.Options|index\.Want|scan\.Options)\{[^{}]*\}`)

// TestSafeInflateReachesEveryReader holds --safe-inflate to its promise where no
// output could show it: both decoders give the same bytes. What asks for the
// decoder must be said wherever a file is opened.
func TestSafeInflateReachesEveryReader(t *testing.T) {
	found := 0
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := filepath.ToSlash(path)
		switch {
		case d.IsDir() && (strings.HasPrefix(d.Name(), ".") && len(d.Name()) > 2 || d.Name() == "benchmarks" || strings.HasSuffix(name, "demo/make")):
			return filepath.SkipDir // no part of the program
		case d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		text, err := os.ReadFile(path)
		for _, one := range opens.FindAllString(string(text), -1) {
			found++
			if !strings.Contains(one, "SafeInflate:") {
				t.Errorf("%s: %s does not say which decoder", name, one)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if found < 15 {
		t.Errorf("only %d places found: the pattern no longer fits the code", found)
	}
}
