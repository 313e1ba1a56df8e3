package bam

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"varpanel/hts/bgzf"
)

// read describes a record for encode.
type read struct {
	name         string
	flag         int
	ref, pos     int
	mapq         int
	cigar        []Op
	mref, mpos   int
	bases        string
	quality      []byte
	tags         []byte
	placeholder  bool // the CIGAR goes to the tag CG
	lieAboutSize int
}

func op(n, kind int) Op { return Op(n<<4 | kind) }

// encode gives a record's bytes, block_size first (SAMv1 section 4.2), written
// from the specification and apart from the reader.
func (r read) encode() []byte {
	cigar := r.cigar
	tags := r.tags
	if r.placeholder {
		tags = append(bytes.Clone(tags), 'C', 'G', 'B', 'I')
		tags = binary.LittleEndian.AppendUint32(tags, uint32(len(cigar)))
		reference := 0
		for _, o := range cigar {
			tags = binary.LittleEndian.AppendUint32(tags, uint32(o))
			if o.Reference() {
				reference += o.Len()
			}
		}
		cigar = []Op{op(len(r.bases), SoftClip), op(reference, Skip)}
	}
	var b []byte
	u32 := func(n int) { b = binary.LittleEndian.AppendUint32(b, uint32(int32(n))) }
	u16 := func(n int) { b = binary.LittleEndian.AppendUint16(b, uint16(n)) }
	u32(r.ref)
	u32(r.pos)
	b = append(b, byte(len(r.name)+1), byte(r.mapq))
	u16(4680)
	u16(len(cigar))
	u16(r.flag)
	u32(len(r.bases))
	u32(r.mref)
	u32(r.mpos)
	u32(0)
	b = append(b, r.name...)
	b = append(b, 0)
	for _, o := range cigar {
		u32(int(o))
	}
	packed := make([]byte, (len(r.bases)+1)/2)
	for i := range r.bases {
		code := byte(strings.IndexByte("=ACMGRSVTWYHKDBN", r.bases[i]))
		packed[i/2] |= code << (4 * (1 - i%2))
	}
	b = append(b, packed...)
	quality := r.quality
	if quality == nil {
		quality = bytes.Repeat([]byte{255}, len(r.bases))
	}
	b = append(b, quality...)
	b = append(b, tags...)
	size := binary.LittleEndian.AppendUint32(nil, uint32(len(b)+r.lieAboutSize))
	return append(size, b...)
}

// encodeHeader gives a header's bytes; the text is the caller's.
func encodeHeader(text string, refs ...Ref) []byte {
	b := []byte("BAM\x01")
	b = binary.LittleEndian.AppendUint32(b, uint32(len(text)))
	b = append(b, text...)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(refs)))
	for _, r := range refs {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(r.Name)+1))
		b = append(b, r.Name...)
		b = append(b, 0)
		b = binary.LittleEndian.AppendUint32(b, uint32(r.Length))
	}
	return b
}

// pack makes a BGZF file of plain data, a new block at each part.
func pack(t testing.TB, parts ...[]byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := bgzf.NewWriter(&out, bgzf.WriterOptions{})
	for _, p := range parts {
		if _, err := w.Write(p); err != nil {
			t.Fatal(err)
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
