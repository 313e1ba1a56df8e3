package bcf

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"testing"

	"varpanel/hts/bgzf"
	"varpanel/internal/testkit"
)

// What follows writes BCF by the specification (VCFv4.3 section 6.3), so that
// records can be made that bcftools would not write.

func u32(b []byte, v uint32) []byte { return binary.LittleEndian.AppendUint32(b, v) }

// desc is a type descriptor.
func desc(kind byte, n int) []byte {
	if n < 15 {
		return []byte{byte(n)<<4 | kind}
	}
	b := []byte{15<<4 | kind, 1<<4 | int32s}
	return u32(b, uint32(n))
}

func str(s string) []byte { return append(desc(chars, len(s)), s...) }

func i8(v ...int8) []byte {
	b := desc(int8s, len(v))
	for _, x := range v {
		b = append(b, byte(x))
	}
	return b
}

func i16(v ...int16) []byte {
	b := desc(int16s, len(v))
	for _, x := range v {
		b = binary.LittleEndian.AppendUint16(b, uint16(x))
	}
	return b
}

func i32(v ...int32) []byte {
	b := desc(int32s, len(v))
	for _, x := range v {
		b = u32(b, uint32(x))
	}
	return b
}

func f32(v ...float32) []byte {
	b := desc(floats, len(v))
	for _, x := range v {
		b = u32(b, math.Float32bits(x))
	}
	return b
}

// bits is a vector of floats by their bits.
func bits(v ...uint32) []byte {
	b := desc(floats, len(v))
	for _, x := range v {
		b = u32(b, x)
	}
	return b
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// made is a record in parts.
type made struct {
	contig, pos, rlen int32
	qual              uint32
	id                []byte
	alleles           [][]byte
	filter            []byte
	info              [][]byte // key and value of each
	samples           int
	format            [][]byte // key, descriptor and data of each
}

// snv is a record that has nothing special.
func snv() made {
	return made{rlen: 1, qual: math.Float32bits(30), id: str(""), alleles: [][]byte{str("A"), str("C")}, filter: i8(0)}
}

func (m made) bytes() []byte {
	var b []byte
	for _, v := range []int32{m.contig, m.pos, m.rlen} {
		b = u32(b, uint32(v))
	}
	b = u32(b, m.qual)
	b = u32(b, uint32(len(m.alleles)<<16|len(m.info)))
	b = u32(b, uint32(len(m.format)<<24|m.samples))
	b = join(b, m.id, join(m.alleles...), m.filter, join(m.info...))
	f := join(m.format...)
	return join(u32(nil, uint32(len(b))), u32(nil, uint32(len(f))), b, f)
}

// file is a whole BCF that is not compressed.
func file(header string, records ...[]byte) []byte {
	b := append([]byte("BCF\x02\x02"), u32(nil, uint32(len(header)+1))...)
	return join(b, []byte(header), []byte{0}, join(records...))
}

// packed compresses, a block each size bytes.
func packed(t testing.TB, b []byte, size int) []byte {
	t.Helper()
	var out bytes.Buffer
	w := bgzf.NewWriter(&out, bgzf.WriterOptions{})
	testkit.WriteBlocks(t, w, b, size)
	return out.Bytes()
}

func store(t testing.TB, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// madeHeader has dictionaries in an order that is not that of its lines.
const madeHeader = "##fileformat=VCFv4.2\n" +
	"##FILTER=<ID=PASS,Description=\"All filters passed\",IDX=0>\n" +
	"##FILTER=<ID=q10,Description=\"a, \\\"b\\\" IDX=7\",IDX=9>\n" +
	"##INFO=<ID=I,Number=.,Type=Integer,Description=\"x\",IDX=3>\n" +
	"##INFO=<ID=F,Number=.,Type=Float,Description=\"x\",IDX=2>\n" +
	"##INFO=<ID=S,Number=.,Type=String,Description=\"x\",IDX=4>\n" +
	"##INFO=<ID=X,Number=0,Type=Flag,Description=\"x\",IDX=1>\n" +
	"##FORMAT=<ID=GT,Number=1,Type=String,Description=\"x\",IDX=5>\n" +
	"##FORMAT=<ID=I,Number=.,Type=Integer,Description=\"x\",IDX=3>\n" +
	"##FORMAT=<ID=F,Number=.,Type=Float,Description=\"x\",IDX=2>\n" +
	"##FORMAT=<ID=S,Number=.,Type=String,Description=\"x\",IDX=4>\n" +
	"##contig=<ID=chr2,length=1000,IDX=1>\n" +
	"##contig=<ID=chr1,length=1000,IDX=0>\n" +
	"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ta\tb\n"

const (
	x, f, i, s, gt, q10 = 1, 2, 3, 4, 5, 9 // numbers of its ids
)

// key is a dictionary number as records have it.
func key(n int8) []byte { return i8(n) }
