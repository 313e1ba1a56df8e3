package bgzf

import "errors"

// Packed is some blocks of a file on their way to the goroutine that unpacks
// them, so that it can work on the data while they are in its core's cache. It
// may be filled again and again. The zero value is ready.
type Packed struct {
	batch batch
	o     Options
}

// NextPacked fills p with the blocks that follow those that were unpacked, of which
// Unread gives the rest: with a MiB of plain data, or about 1/share of that. It is
// for a Reader of one thread, and Read must not follow. At the end the error is
// io.EOF; one that comes after some blocks is what Unpack gives.
func (r *Reader) NextPacked(p *Packed, share int) error {
	switch {
	case r.pool != nil:
		return errors.New("bgzf: the blocks are unpacked by the reader's own threads")
	case r.err != nil:
		return r.err
	case r.cur.err != nil:
		r.err = r.cur.err
		return r.err
	}
	p.o = Options{Name: r.name, SafeInflate: r.safe}
	r.feed.fill(&p.batch, share)
	r.cur.err = p.batch.err
	if len(p.batch.blocks) == 0 {
		r.err = p.batch.err
	}
	return r.err
}

// Unread gives a copy of the data that were unpacked and not read, and passes over
// them.
func (r *Reader) Unread() []byte {
	var rest []byte
	for s := r.span(); s != nil; s = r.span() {
		base := r.cur.blocks[s.block].base
		rest = append(rest, r.cur.plain[base+r.pos:base+s.to]...)
		if r.i++; r.i < len(r.cur.spans) {
			r.pos, r.next = r.cur.spans[r.i].from, r.cur.spans[r.i].next
		}
	}
	return rest
}

// Unpack inflates and checks the blocks and gives the data of the file, or of its
// chunks, one after the other. They are valid until p is filled again. The error
// is what follows them: nil where the data go on, io.EOF at their end, else what
// is wrong with the next block.
func (p *Packed) Unpack() ([]byte, error) {
	f := borrowInflater(p.o.SafeInflate)
	defer returnInflater(f)
	b := &p.batch
	b.unpack(f, p.o.Name)
	n := 0
	for i := range b.spans {
		s := &b.spans[i]
		from, to := b.blocks[s.block].base+s.from, b.blocks[s.block].base+s.to
		if from != n {
			copy(b.plain[n:], b.plain[from:to])
		}
		s.at = n
		n += to - from
	}
	return b.plain[:n], b.err
}

// Find gives the place in Unpack's data of a virtual offset.
func (p *Packed) Find(o Offset) (place int, ok bool) {
	for i := range p.batch.spans {
		s := &p.batch.spans[i]
		if p.batch.blocks[s.block].off == o.Block() && s.from <= o.Within() && o.Within() <= s.to {
			return s.at + o.Within() - s.from, true
		}
	}
	return 0, false
}

// Next is the virtual offset of the byte that follows the data.
func (p *Packed) Next() Offset {
	if n := len(p.batch.spans); n > 0 {
		return p.batch.spans[n-1].next
	}
	return 0
}

// Cut tells whether a chunk ends at the end of the data, and the file goes on.
func (p *Packed) Cut() bool {
	n := len(p.batch.spans)
	return n > 0 && p.batch.spans[n-1].cut
}
