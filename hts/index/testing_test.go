package index

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"varpanel/hts/bgzf"
)

// span gives contig and 0-based half-open extent of a VCF line, in htslib's
// way: REF's length, or INFO's END where it is larger.
func span(t testing.TB, line string) (contig string, start, end int) {
	t.Helper()
	f := strings.SplitN(line, "\t", 9)
	pos, err := strconv.Atoi(f[1])
	if err != nil {
		t.Fatal(err)
	}
	start, end = pos-1, pos-1+len(f[3])
	for _, kv := range strings.Split(f[7], ";") {
		if v, ok := strings.CutPrefix(kv, "END="); ok {
			n, err := strconv.Atoi(v)
			if err != nil {
				t.Fatal(err)
			}
			end = max(end, n)
		}
	}
	return f[0], start, end
}

// query reads a VCF's lines that overlap a region by its index, and checks what
// the index promises on the way.
func query(t testing.TB, file []byte, x *Index, contig string, start, end int) string {
	t.Helper()
	id, ok := x.ID(contig)
	if !ok {
		return ""
	}
	r, err := bgzf.NewChunkReader(bytes.NewReader(file), int64(len(file)), x.Chunks(id, start, end), bgzf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	marks := x.Marks(id, start, end)
	var out strings.Builder
	for {
		line, off, err := r.Line(nil, 1<<24)
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		c, s, e := span(t, string(line))
		for len(marks) > 0 && marks[0].At <= off {
			if m := marks[0]; m.At != off || c != contig || max(s, 0) < m.Start || max(s, 0) >= m.End {
				t.Fatalf("%s:%d-%d: the record at %x, %s:%d, is not what mark %+v says", contig, start, end, off, c, s+1, m)
			}
			marks = marks[1:]
		}
		if c == contig && s < end && e > start {
			out.Write(line)
			out.WriteByte('\n')
		}
	}
	if len(marks) > 0 {
		t.Fatalf("%s:%d-%d: no record stands at mark %+v", contig, start, end, marks[0])
	}
	return out.String()
}

// madeVCF writes a VCF with records of many lengths on some contigs, its .tbi,
// and gives the lines.
func madeVCF(t testing.TB, seed uint64, records int, o bgzf.WriterOptions) (file, tbi []byte, lines []string) {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 5))
	var out, idx bytes.Buffer
	w := bgzf.NewWriter(&out, o)
	fmt.Fprint(w, "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n")
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	x := NewTabixWriter(VCF)
	for _, contig := range []string{"chr2", "1", "HLA-A*01:01:01:01", "empty:1-5"}[:3] {
		pos := 0 // POS 0 is legal: a telomere
		for range records {
			ref := strings.Repeat("A", 1+rng.IntN(30))
			info := "."
			if rng.IntN(50) == 0 {
				info = fmt.Sprintf("DP=3;END=%d", pos+rng.IntN(3_000_000))
			}
			line := fmt.Sprintf("%s\t%d\t.\t%s\tC\t.\t.\t%s\n", contig, pos, ref, info)
			begin := w.Offset()
			if _, err := io.WriteString(w, line); err != nil {
				t.Fatal(err)
			}
			_, start, end := span(t, strings.TrimSuffix(line, "\n"))
			if err := x.Add(contig, start, end, begin, w.Offset()); err != nil {
				t.Fatal(err)
			}
			lines = append(lines, line)
			switch rng.IntN(10) {
			case 0:
				pos += rng.IntN(2_000_000)
			case 1, 2:
			default:
				pos += rng.IntN(2000)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := x.WriteTo(&idx); err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), idx.Bytes(), lines
}

// appendCSI encodes a .csi of text records in any binning scheme, the plain
// way: a chunk a record, and each bin's first overlapping record by looking at
// all of them.
func appendCSI(contigs []string, records map[string][]placed, minShift, depth int) []byte {
	s := binning{minShift, depth}
	b := []byte("CSI\x01")
	b = appendInt(appendInt(b, minShift), depth)
	var names []byte
	for _, c := range contigs {
		names = append(append(names, c...), 0)
	}
	b = appendInt(b, 28+len(names))
	for _, v := range VCF.header() {
		b = appendInt(b, int(v))
	}
	b = append(appendInt(b, len(names)), names...)
	b = appendInt(b, len(contigs))
	for _, c := range contigs {
		bins := map[int][]bgzf.Chunk{}
		var order []int
		for _, r := range records[c] {
			n := s.of(max(r.start, 0), r.end)
			if bins[n] == nil {
				order = append(order, n)
			}
			bins[n] = append(bins[n], bgzf.Chunk{Begin: r.at, End: r.after})
		}
		b = appendInt(b, len(bins))
		for _, n := range order { // not sorted: a reader must not rely on it
			from, to := s.interval(n)
			var least bgzf.Offset
			for _, r := range records[c] {
				if r.start < to && r.end > from {
					least = r.at
					break
				}
			}
			b = appendOffset(appendInt(b, n), least)
			b = appendInt(b, len(bins[n]))
			for _, k := range bins[n] {
				b = appendOffset(appendOffset(b, k.Begin), k.End)
			}
		}
	}
	return binary.LittleEndian.AppendUint64(b, 0)
}

type placed struct {
	start, end int
	at, after  bgzf.Offset
}
