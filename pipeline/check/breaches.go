package check

import "fmt"

// Breaches counts what stands in a file against its specification without
// stopping a reader. Each kind is kept with its first place, and only so many
// kinds; the zero value is empty.
type Breaches struct {
	kinds []breach
	index map[string]int // of a kind in kinds
	more  int            // of kinds that are not kept
}

// breach is one kind.
type breach struct {
	place, what string
	again       int // how often it came after the first time
}

// mostBreaches is how many kinds are kept.
const mostBreaches = 20

func (b *Breaches) add(place, column, msg string) {
	what := msg
	if column != "" {
		what = column + ": " + msg
	}
	i, known := b.index[what]
	switch {
	case known:
		b.kinds[i].again++
	case len(b.kinds) == mostBreaches:
		b.more++
	default:
		if b.index == nil {
			b.index = map[string]int{}
		}
		b.index[what] = len(b.kinds)
		b.kinds = append(b.kinds, breach{place: place, what: what})
	}
}

// Lines gives a line for each kind, and one for those that were not kept.
func (b *Breaches) Lines() []string {
	var out []string
	for _, k := range b.kinds {
		line := k.place + ": " + k.what
		if k.again > 0 {
			line += fmt.Sprintf(" (and %d times more)", k.again)
		}
		out = append(out, line)
	}
	if b.more > 0 {
		out = append(out, fmt.Sprintf("and %d breaches of other kinds", b.more))
	}
	return out
}
