package bam

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// Bits of Record.Flag (SAMv1 section 1.4).
const (
	Paired        = 0x1
	ProperPair    = 0x2
	Unmapped      = 0x4
	MateUnmapped  = 0x8
	Reverse       = 0x10
	MateReverse   = 0x20
	Read1         = 0x40
	Read2         = 0x80
	Secondary     = 0x100
	QCFail        = 0x200
	Duplicate     = 0x400
	Supplementary = 0x800
)

// Op is one CIGAR operation as BAM stores it: length<<4 | kind.
type Op uint32

// Kinds of CIGAR operation, in BAM's numbering.
const (
	Match    = 0 // M: aligned, equal or not
	Ins      = 1 // I
	Del      = 2 // D
	Skip     = 3 // N
	SoftClip = 4 // S
	HardClip = 5 // H
	Pad      = 6 // P
	Equal    = 7 // =
	Diff     = 8 // X
)

// Kind is the operation's kind.
func (o Op) Kind() int { return int(o & 0xf) }

// Len is the operation's length in bases.
func (o Op) Len() int { return int(o >> 4) }

// kinds that consume query and reference, as bits
const (
	queryKinds     = 1<<Match | 1<<Ins | 1<<SoftClip | 1<<Equal | 1<<Diff
	referenceKinds = 1<<Match | 1<<Del | 1<<Skip | 1<<Equal | 1<<Diff
)

// Query tells whether the operation consumes bases of the read.
func (o Op) Query() bool { return queryKinds>>(o&0xf)&1 == 1 }

// Reference tells whether the operation consumes bases of the reference.
func (o Op) Reference() bool { return referenceKinds>>(o&0xf)&1 == 1 }

// Aligned tells whether the operation puts read bases on reference bases.
func (o Op) Aligned() bool { return queryKinds&referenceKinds>>(o&0xf)&1 == 1 }

const (
	fixedSize     = 32        // bytes of the fixed fields, block_size not counted
	maxRecordSize = 256 << 20 // a longer record is not believed
	maxPos        = 1<<31 - 1
)

// Record is one alignment. The zero value is ready; Parse or a reader fills it,
// and its bytes are theirs. It is not safe for concurrent use.
type Record struct {
	buf   []byte // block_size bytes: fixed fields, name, CIGAR, SEQ, QUAL, tags
	cigar []byte // inside buf; from the CG tag where the CIGAR is too long for its field
	name  []byte
	seq   int // offset of SEQ in buf
	lseq  int
	end   int
}

// Parse takes one record, block_size not included. The record keeps b until
// the next Parse. nRefs bounds both refIDs. It checks all that an accessor
// relies on, that the CIGAR's operations are known and that they consume as
// many bases as SEQ holds.
func (r *Record) Parse(b []byte, nRefs int) error {
	r.buf = b
	if len(b) < fixedSize {
		return fmt.Errorf("a record of %d bytes", len(b))
	}
	lname, nops, lseq := int(b[8]), int(binary.LittleEndian.Uint16(b[12:])), r.int32(16)
	if lseq < 0 {
		return fmt.Errorf("SEQ: a length of %d", lseq)
	}
	// lseq fits in 31 bits, so no sum here overflows an int of 64 bits.
	cigar := fixedSize + lname
	r.lseq, r.seq = lseq, cigar+4*nops
	if tags := r.seq + (lseq+1)/2 + lseq; tags > len(b) {
		return errors.New("the fields are longer than the record")
	}
	if lname < 1 || bytes.IndexByte(b[fixedSize:cigar], 0) != lname-1 {
		return errors.New("QNAME: not one NUL-terminated word")
	}
	r.name = b[fixedSize : cigar-1]
	r.cigar = b[cigar:r.seq]
	for _, at := range [...]int{0, 20} {
		if id := r.int32(at); id < -1 || id >= nRefs {
			return fmt.Errorf("reference %d of %d", id, nRefs)
		}
	}
	if r.Pos() < -1 || r.MatePos() < -1 {
		return fmt.Errorf("POS: %d, of the mate %d", r.Pos(), r.MatePos())
	}
	return r.parseCigar()
}

// parseCigar checks the operations and finds the end. A CIGAR of more than
// 65,535 operations stands in the tag CG, and the field holds a placeholder
// kSmN with k the length of SEQ (SAMv1 section 4.2.2).
func (r *Record) parseCigar() error {
	if r.NOps() == 2 && r.Op(0) == Op(r.lseq<<4|SoftClip) && r.Op(1).Kind() == Skip {
		long, ok, err := r.longCigar()
		if err != nil {
			return err
		}
		if ok {
			r.cigar = long
		}
	}
	query, reference := 0, 0
	for i := range r.NOps() {
		op := r.Op(i)
		if op.Kind() > Diff {
			return fmt.Errorf("CIGAR: operation %d of kind %d", i+1, op.Kind())
		}
		if op.Query() {
			query += op.Len()
		}
		if op.Reference() {
			reference += op.Len()
		}
	}
	r.end = r.Pos() + max(reference, 1)
	switch {
	case query != r.lseq && r.NOps() > 0 && r.lseq > 0:
		return fmt.Errorf("CIGAR: consumes %d bases, SEQ has %d", query, r.lseq)
	case r.end > maxPos:
		return fmt.Errorf("CIGAR: ends at %d", r.end)
	}
	return nil
}

func (r *Record) int32(at int) int { return int(int32(binary.LittleEndian.Uint32(r.buf[at:]))) }

// RefID is the reference's number in the header, -1 for none.
func (r *Record) RefID() int { return r.int32(0) }

// Pos is the 0-based position of the first aligned base, -1 for none.
func (r *Record) Pos() int { return r.int32(4) }

// End is the 0-based exclusive end on the reference: Pos + 1 for a record that
// consumes no reference base.
func (r *Record) End() int { return r.end }

// MapQ is the mapping quality; 255 is "not available".
func (r *Record) MapQ() int { return int(r.buf[9]) }

// Flag is the set of flag bits.
func (r *Record) Flag() int { return int(binary.LittleEndian.Uint16(r.buf[14:])) }

// MateRefID is the mate's reference, -1 for none.
func (r *Record) MateRefID() int { return r.int32(20) }

// MatePos is the mate's 0-based position, -1 for none.
func (r *Record) MatePos() int { return r.int32(24) }

// TemplateLen is the signed length of the fragment (TLEN), 0 where the aligner
// gave none.
func (r *Record) TemplateLen() int { return r.int32(28) }

// Name is QNAME. The bytes are the record's own.
func (r *Record) Name() []byte { return r.name }

// NOps is the number of CIGAR operations.
func (r *Record) NOps() int { return len(r.cigar) / 4 }

// Op is CIGAR operation i.
func (r *Record) Op(i int) Op { return Op(binary.LittleEndian.Uint32(r.cigar[4*i:])) }

// Len is the number of bases in SEQ; 0 where SEQ is "*".
func (r *Record) Len() int { return r.lseq }

// Base is base i of SEQ as a letter of "=ACMGRSVTWYHKDBN".
func (r *Record) Base(i int) byte {
	b := r.buf[r.seq+i/2]
	if i%2 == 0 {
		b >>= 4
	}
	return "=ACMGRSVTWYHKDBN"[b&0xf]
}

// Qual is the quality of base i; 255 where the file has none.
func (r *Record) Qual(i int) int { return int(r.buf[r.seq+(r.lseq+1)/2+i]) }

// longCigar looks for the tag CG:B,I. ok is false where there is none: then
// the placeholder is the true CIGAR.
func (r *Record) longCigar() (cigar []byte, ok bool, err error) {
	b := r.buf[r.seq+(r.lseq+1)/2+r.lseq:]
	for len(b) > 0 {
		n := tagSize(b)
		if n < 0 || n > len(b) {
			return nil, false, errors.New("tags: not whole")
		}
		if b[0] == 'C' && b[1] == 'G' && b[2] == 'B' && (b[3] == 'I' || b[3] == 'i') {
			return b[8:n], true, nil
		}
		b = b[n:]
	}
	return nil, false, nil
}

// tagSize gives the bytes that the tag at the start of b takes (SAMv1 section
// 4.2.4), or -1 where that cannot be said.
func tagSize(b []byte) int {
	if len(b) < 4 {
		return -1
	}
	switch b[2] {
	case 'Z', 'H':
		if end := bytes.IndexByte(b[3:], 0); end >= 0 {
			return 3 + end + 1
		}
	case 'B':
		width := valueSize(b[3])
		if len(b) >= 8 && width > 0 {
			return 8 + width*int(binary.LittleEndian.Uint32(b[4:]))
		}
	default:
		if width := valueSize(b[2]); width > 0 {
			return 3 + width
		}
	}
	return -1
}

func valueSize(kind byte) int {
	switch kind {
	case 'A', 'c', 'C':
		return 1
	case 's', 'S':
		return 2
	case 'i', 'I', 'f':
		return 4
	}
	return 0
}
