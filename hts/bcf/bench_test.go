package bcf

import (
	"bytes"
	"errors"
	"io"
	"os"
	"testing"

	"varpanel/hts/vcf"
	"varpanel/internal/testkit"
)

// BenchmarkRead reads the shared platinum BCF, plain bytes in memory, to parsed
// records.
func BenchmarkRead(b *testing.B) {
	data, err := os.ReadFile(testkit.Shared(b, "data/vcf/NA12878.chr21_APP.GRCh38.platinum_pass.bcf"))
	if err != nil {
		b.Fatal(err)
	}
	flat, err := oracle(b, data, "view", "--no-version", "-Ou")
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(flat)))
	b.ReportAllocs()
	records := 0
	for b.Loop() {
		in := Plain(bytes.NewReader(flat))
		h, err := ReadHeader(in, "x")
		if err != nil {
			b.Fatal(err)
		}
		r := NewReader(in, h, "x")
		var rec vcf.Record
		for {
			line, err := r.ReadLine()
			if errors.Is(err, io.EOF) {
				break
			}
			if err == nil {
				err = rec.Parse(line)
			}
			if err != nil {
				b.Fatal(err)
			}
			records++
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(records), "ns/record")
}
