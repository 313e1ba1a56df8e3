package transcript

import "hash/maphash"

// idTable finds the numbers of names by their hashes; the names are elsewhere. It
// is for one goroutine.
type idTable struct {
	slots []slot // open addressing, half of them free at least
	n     int
	seed  maphash.Seed
}

// slot is a name's hash, and its number plus one; 0 where the slot is free.
type slot struct {
	hash   uint32
	number int32
}

func newIDTable(expected int) *idTable {
	size := 64
	for size < 2*expected {
		size *= 2
	}
	return &idTable{slots: make([]slot, size), seed: maphash.MakeSeed()}
}

// find gives the number that has this hash and of which is says that it is the
// one, or -1.
func (t *idTable) find(hash uint32, is func(int32) bool) int32 {
	mask := uint32(len(t.slots) - 1)
	for i := hash & mask; t.slots[i].number != 0; i = (i + 1) & mask {
		if s := t.slots[i]; s.hash == hash && is(s.number-1) {
			return s.number - 1
		}
	}
	return -1
}

// add adds the number of a name that find did not know.
func (t *idTable) add(number int32, hash uint32) {
	t.n++
	if 2*t.n > len(t.slots) {
		old := t.slots
		t.slots = make([]slot, 2*len(old))
		for _, s := range old {
			if s.number != 0 {
				t.put(s)
			}
		}
	}
	t.put(slot{hash, number + 1})
}

func (t *idTable) put(s slot) {
	mask := uint32(len(t.slots) - 1)
	i := s.hash & mask
	for t.slots[i].number != 0 {
		i = (i + 1) & mask
	}
	t.slots[i] = s
}
