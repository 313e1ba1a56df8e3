package vcf

import (
	"bytes"
	"testing"
)

func TestPercent(t *testing.T) {
	for text, want := range map[string]string{
		"a": "a", "": "", "c.1A>G": "c.1A>G", "p.(Ala1=)": "p.(Ala1%3D)", "a,b;c:d%": "a%2Cb%3Bc%3Ad%25", "1\r\n\t2": "1%0D%0A%092",
	} {
		got := AppendEncoded(nil, []byte(text))
		if string(got) != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
		if back := AppendDecoded(nil, got); string(back) != text {
			t.Errorf("%q comes back as %q", text, back)
		}
	}
	for value, want := range map[string]string{
		"%3d%2c": "=,", "100%": "100%", "%2": "%2", "%zz": "%zz", "%20": "%20", "%253D": "%3D", "%%3B": "%;",
	} {
		if got := AppendDecoded(nil, []byte(value)); string(got) != want {
			t.Errorf("%q: %q, want %q", value, got, want)
		}
	}
}

// Any text comes back, and its encoding has nothing in it that ends a value.
func FuzzPercent(f *testing.F) {
	f.Add([]byte("a,b%3D\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		e := AppendEncoded(nil, text)
		if bytes.ContainsAny(e, ":;=,\r\n\t") {
			t.Fatalf("%q", e)
		}
		if back := AppendDecoded(nil, e); !bytes.Equal(back, text) {
			t.Fatalf("%q comes back as %q", text, back)
		}
	})
}
