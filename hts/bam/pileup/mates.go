package pileup

import (
	"bytes"
	"hash/maphash"

	"varpanel/hts/bam"
)

// mates holds, by name, the reads whose mate is still to come and overlaps
// them. It keeps its room, so that a stream of reads allocates nothing once it
// has seen its deepest place. The zero value is ready.
type mates struct {
	seed  maphash.Seed
	slots []slot // open addressing, a power of two of them, at most half in use
	spare []slot // the room of those before the last sweep
	reads []mate
	free  []int32 // of reads
	held  int
	limit int // sweep when this many are held
}

// slot is one place of the hash table; at is the read's number plus one, 0 for
// an empty slot.
type slot struct {
	hash uint64
	at   int32
}

// mate is what is kept of a read.
type mate struct {
	name  []byte
	spans []bam.Interval
	ops   int // CIGAR operations
}

func (m *mate) end() int {
	if len(m.spans) == 0 {
		return -1
	}
	return m.spans[len(m.spans)-1].End
}

const firstLimit = 1024

// take gives r's mate when the mate was kept, and keeps r when its mate is still
// to come. A mate is given once, and is valid until the next call.
func (m *mates) take(r *bam.Record, spans []bam.Interval) *mate {
	if r.Flag()&(bam.ProperPair|bam.Supplementary) != bam.ProperPair {
		return nil
	}
	if m.slots == nil {
		m.seed, m.slots, m.limit = maphash.MakeSeed(), make([]slot, 4*firstLimit), firstLimit
	}
	hash := maphash.Bytes(m.seed, r.Name())
	i, kept := m.find(hash, r.Name())
	if r.RefID() == r.MateRefID() && r.End() > r.MatePos() &&
		(r.Pos() < r.MatePos() || r.Pos() == r.MatePos() && !kept) {
		m.keep(i, kept, hash, r, spans)
		return nil
	}
	if !kept {
		return nil
	}
	at := m.slots[i].at - 1
	m.remove(i)
	return &m.reads[at]
}

// find gives the slot of a name, or the empty slot where it would go.
func (m *mates) find(hash uint64, name []byte) (i int, found bool) {
	mask := len(m.slots) - 1
	for i = int(hash) & mask; m.slots[i].at != 0; i = (i + 1) & mask {
		if m.slots[i].hash == hash && bytes.Equal(m.reads[m.slots[i].at-1].name, name) {
			return i, true
		}
	}
	return i, false
}

// keep puts a read into slot i, in the place of the one of its name where that
// is kept.
func (m *mates) keep(i int, kept bool, hash uint64, r *bam.Record, spans []bam.Interval) {
	if !kept {
		if m.held >= m.limit {
			m.sweep(r.Pos())
			i, _ = m.find(hash, r.Name())
		}
		m.slots[i] = slot{hash: hash, at: m.room() + 1}
		m.held++
	}
	k := &m.reads[m.slots[i].at-1]
	k.name = append(k.name[:0], r.Name()...)
	k.spans = append(k.spans[:0], spans...)
	k.ops = r.NOps()
}

// room gives the number of a read that is not in use.
func (m *mates) room() int32 {
	if n := len(m.free); n > 0 {
		at := m.free[n-1]
		m.free = m.free[:n-1]
		return at
	}
	m.reads = append(m.reads, mate{})
	return int32(len(m.reads) - 1)
}

// remove empties slot i and moves those behind it that would no longer be found
// (Knuth, The Art of Computer Programming 3, 6.4, algorithm R). What the read
// holds stays until its place is used again.
func (m *mates) remove(i int) {
	m.free = append(m.free, m.slots[i].at-1)
	m.held--
	mask := len(m.slots) - 1
	for j := i; ; {
		j = (j + 1) & mask
		if m.slots[j].at == 0 {
			break
		}
		if home := int(m.slots[j].hash) & mask; (j-home)&mask >= (j-i)&mask {
			m.slots[i] = m.slots[j]
			i = j
		}
	}
	m.slots[i] = slot{}
}

// sweep forgets the reads that end at or before pos: their mates were left out
// by flag, quality or region, or never overlap them. The table grows where most
// are still awaited.
func (m *mates) sweep(pos int) {
	old := m.slots
	left := 0
	for _, s := range old {
		if s.at != 0 && m.reads[s.at-1].end() > pos {
			left++
		}
	}
	m.limit = max(firstLimit, 2*left)
	size := len(old)
	for size < 2*m.limit {
		size *= 2
	}
	if m.held = left; len(m.spare) == size {
		clear(m.spare)
	} else {
		m.spare = make([]slot, size)
	}
	m.slots, m.spare = m.spare, old
	for _, s := range old {
		switch {
		case s.at == 0:
		case m.reads[s.at-1].end() > pos:
			i := int(s.hash) & (size - 1)
			for m.slots[i].at != 0 {
				i = (i + 1) & (size - 1)
			}
			m.slots[i] = s
		default:
			m.free = append(m.free, s.at-1)
		}
	}
}

// reset forgets every read.
func (m *mates) reset() {
	if m.held == 0 {
		return
	}
	clear(m.slots)
	m.free, m.held = m.free[:0], 0
	for i := range m.reads {
		m.free = append(m.free, int32(i))
	}
}
