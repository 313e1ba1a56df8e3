package index

import "encoding/binary"

// Mapped gives the number of records with an alignment that the index claims for
// a contig, 0 for a contig without bins. It walks past the bins and keeps none,
// so asking for every contig costs no memory. ok is false where the index does
// not say.
func (x *Index) Mapped(id int) (n int, ok bool) {
	if id < 0 || id >= len(x.refs) {
		return 0, false
	}
	r := x.refs[id]
	if r.bins == 0 {
		return 0, true
	}
	at := r.at
	for range int(r.bins) {
		number := binary.LittleEndian.Uint32(x.raw[at:])
		at += 4
		if x.kind == csi {
			at += 8
		}
		chunks := int(binary.LittleEndian.Uint32(x.raw[at:]))
		at += 4
		if number == x.scheme.pseudo() && chunks == 2 {
			return int(x.offset(at + 16)), true
		}
		at += 16 * chunks
	}
	return 0, false
}
