package expr

import (
	"bytes"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"varpanel/hts/vcf"
)

// TestCutting holds columns and INFO keys, asked for in any order, to what a
// split at every separator gives.
func TestCutting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.SliceOfN(rapid.StringMatching(`[A-C=;\x08:\xff]{0,20}`), 1, 10).Draw(t, "columns")
		keys := rapid.SliceOf(rapid.StringMatching(`(A|AB|B|ABCABCABC|)(=|=[ABC=,]{1,12}|)`)).Draw(t, "keys")
		if len(columns) > int(vcf.Info) {
			columns[vcf.Info] = strings.Join(keys, ";")
		}
		line := []byte(strings.Join(columns, "\t"))
		r := &record{}
		r.reset([]byte("earlier\tline"))
		r.column(vcf.Pos)
		r.reset(line)
		for range 6 {
			c := rapid.IntRange(0, int(vcf.Format)).Draw(t, "column")
			got := r.column(vcf.Column(c))
			if c >= len(columns) {
				if got != nil {
					t.Fatalf("column %d of %q: %q, it is not there", c, line, got)
				}
				continue
			}
			if got == nil || string(got) != columns[c] {
				t.Fatalf("column %d of %q: %q", c, line, got)
			}
		}
		for range 6 {
			key := rapid.SampledFrom([]string{"A", "AB", "B", "ABCABCABC", "C"}).Draw(t, "key")
			value, has := r.info([]byte(key))
			want, wantHas := splitInfo(columns, key)
			if has != wantHas || !bytes.Equal(value, want) || (value == nil) != (want == nil) {
				t.Fatalf("%s of %q: %q %v, want %q %v", key, line, value, has, want, wantHas)
			}
		}
	})
}

func splitInfo(columns []string, key string) (value []byte, has bool) {
	if len(columns) <= int(vcf.Info) {
		return nil, false
	}
	for field := range strings.SplitSeq(columns[vcf.Info], ";") {
		k, v, valued := strings.Cut(field, "=")
		if k != key {
			continue
		}
		if !valued {
			return nil, true
		}
		return []byte(v), true
	}
	return nil, false
}
