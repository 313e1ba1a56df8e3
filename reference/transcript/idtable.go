package transcript

import "hash/maphash"

// idTable numbers names in the order in which they are added. It is for one
// goroutine.
type idTable struct {
	names []string
	slots []slot // open addressing, half of them free at least
	seed  maphash.Seed
}

// slot is a name's hash, and its number plus one; 0 where the slot is free.
type slot struct {
	hash   uint32
	number int32
}

func newIDs(expected int) *idTable {
	size := 64
	for size < 2*expected {
		size *= 2
	}
	return &idTable{slots: make([]slot, size), seed: maphash.MakeSeed()}
}

// find gives a name's number, or -1, and its hash.
func (t *idTable) find(name []byte) (int32, uint32) {
	hash := uint32(maphash.Bytes(t.seed, name))
	mask := uint32(len(t.slots) - 1)
	for i := hash & mask; t.slots[i].number != 0; i = (i + 1) & mask {
		if s := t.slots[i]; s.hash == hash && t.names[s.number-1] == string(name) {
			return s.number - 1, hash
		}
	}
	return -1, hash
}

// add numbers a name that find did not know. hash is what find gave.
func (t *idTable) add(name string, hash uint32) int32 {
	t.names = append(t.names, name)
	if 2*len(t.names) > len(t.slots) {
		old := t.slots
		t.slots = make([]slot, 2*len(old))
		for _, s := range old {
			if s.number != 0 {
				t.put(s)
			}
		}
	}
	n := int32(len(t.names))
	t.put(slot{hash, n})
	return n - 1
}

func (t *idTable) put(s slot) {
	mask := uint32(len(t.slots) - 1)
	i := s.hash & mask
	for t.slots[i].number != 0 {
		i = (i + 1) & mask
	}
	t.slots[i] = s
}
