package index

import (
	"bytes"
	"io"
	"testing"

	"varpanel/hts/bgzf"
)

// FuzzIndex reads any bytes as a .tbi, .csi or .bai, packed or not, and uses what
// comes of them.
func FuzzIndex(f *testing.F) {
	file, tbi, _ := madeVCF(f, 5, 10, bgzf.WriterOptions{})
	z, err := bgzf.NewReader(bytes.NewReader(tbi), bgzf.Options{})
	if err != nil {
		f.Fatal(err)
	}
	raw, err := io.ReadAll(z)
	if err != nil {
		f.Fatal(err)
	}
	records := map[string][]placed{}
	for _, r := range places(f, file) {
		records[r.contig] = append(records[r.contig], r.placed)
	}
	f.Add(tbi)
	f.Add(raw)
	f.Add(appendCSI([]string{"chr2", "1"}, records, 12, 6))
	f.Add(append([]byte("BAI\x01\x03\x00\x00\x00"), references(raw)...))
	f.Fuzz(func(t *testing.T, b []byte) { exercise(b) })
}
