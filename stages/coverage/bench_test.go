package coverage

import (
	"context"
	"testing"
)

// BenchmarkMeasure reads BRCA1's coding exons, index and header included.
func BenchmarkMeasure(b *testing.B) {
	exons := codingExons(b)
	b.ReportAllocs()
	for range b.N {
		if _, err := Measure(context.Background(), options(), exons, same); err != nil {
			b.Fatal(err)
		}
	}
}
