package cases

import (
	"regexp"
	"strings"
	"testing"
)

func TestCaseName(t *testing.T) {
	form := regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)
	names := []string{"", ".", "a.b", "_a", "-", "Z-9_", "0", "a b", "a/b", "ä", "a\n", strings.Repeat("x", 64), strings.Repeat("x", 65)}
	for c := range 256 {
		names = append(names, string([]byte{byte(c)}), string([]byte{'a', byte(c)}))
	}
	for _, name := range names {
		if got, want := isCaseName(name), form.MatchString(name); got != want {
			t.Errorf("%q: %v, want %v", name, got, want)
		}
	}
}
