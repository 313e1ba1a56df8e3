package transcript

import (
	"fmt"
	"strings"
	"testing"
)

// A table finds each name, whether or not others have its hash.
func TestIDTable(t *testing.T) {
	table := newIDTable(0)
	var names []string
	find := func(name string, hash uint32) int32 {
		return table.find(hash, func(i int32) bool { return names[i] == name })
	}
	hashOf := func(name string) uint32 { return uint32(len(name) % 3) }
	for i := range 500 {
		name := fmt.Sprint(strings.Repeat("x", i%7), i)
		if n := find(name, hashOf(name)); n >= 0 {
			t.Fatalf("%s is %d before it is added", name, n)
		}
		names = append(names, name)
		table.add(int32(i), hashOf(name))
	}
	for i, name := range names {
		if n := find(name, hashOf(name)); n != int32(i) {
			t.Errorf("%s is %d, want %d", name, n, i)
		}
	}
}

// What an arena gave stays as it is.
func TestArena(t *testing.T) {
	var a arena
	var got, want []string
	for i := range 3000 {
		text := strings.Repeat(fmt.Sprint(i), i%9)
		if i == 2000 {
			text = strings.Repeat("y", 3*arenaPiece)
		}
		got, want = append(got, a.add([]byte(text))), append(want, text)
	}
	for i := range got {
		if got[i] != want[i] {
			t.Fatalf("piece %d is %.40q, want %.40q", i, got[i], want[i])
		}
	}
}

// Two genes or transcripts of one id are refused.
func TestSameIDs(t *testing.T) {
	gene := func(id string, start int, ids ...string) *Gene {
		g := &Gene{ID: id, Contig: "1", Start: start, End: 90}
		for _, one := range ids {
			g.Transcripts = append(g.Transcripts, &Transcript{ID: one, Contig: "1", Start: start, End: 90})
		}
		return g
	}
	for want, genes := range map[string][]*Gene{
		"two genes have the id g":       {gene("g", 1, "a"), gene("h", 2, "b"), gene("g", 3, "c")},
		"two transcripts have the id a": {gene("g", 1, "a"), gene("h", 2, "b", "a")},
	} {
		if _, err := NewModel(genes); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
