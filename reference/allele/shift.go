package allele

// ShiftStart gives the leftmost 0-based position to which an insertion or
// deletion of at most maxUnit bases, at pos or right of it, can be shifted: no
// normal form of such an indel inserts or deletes left of it, whatever it
// inserts. A copy of the unit before pos goes back by that unit, and then on for
// as long as the reference repeats it, so the answer is at most pos-maxUnit
// (or 0), and further left only in a tandem repeat. Unknown bases end a repeat.
//
// This is for whoever masks a reference: what lies between the mask and pos is
// enough where the mask ends before ShiftStart-1, the indel's anchor.
func ShiftStart(contig string, pos, maxUnit int, seq Sequence) (int, error) {
	if length, ok := seq.Length(contig); !ok || pos > length {
		return pos, nil
	}
	r := leftward{contig: contig, seq: seq, pos: pos}
	start := pos
	for unit := 1; unit <= min(maxUnit, pos); unit++ {
		at, err := r.repeatStart(unit)
		if err != nil {
			return pos, err
		}
		start = min(start, at)
	}
	return start, nil
}

// leftward is the bases before a position, as far as they were asked for.
type leftward struct {
	contig string
	seq    Sequence
	pos    int
	bases  []byte
}

// repeatStart follows the repeat of a unit that ends at pos.
func (r *leftward) repeatStart(unit int) (int, error) {
	at := r.pos - unit
	for at > 0 {
		b, err := r.base(at - 1)
		if err != nil {
			return r.pos, err
		}
		next, err := r.base(at - 1 + unit)
		if err != nil || b != next || b == 'N' {
			return at, err
		}
		at--
	}
	return at, nil
}

// base gives the base at a position before pos. What is known of the left is
// doubled where it does not reach.
func (r *leftward) base(at int) (byte, error) {
	if r.pos-at > len(r.bases) {
		n := min(r.pos, max(window, 2*(r.pos-at)))
		bases, err := r.seq.Bases(r.contig, r.pos-n, r.pos)
		if err != nil {
			return 0, err
		}
		r.bases = bases
	}
	return r.bases[len(r.bases)-(r.pos-at)], nil
}
