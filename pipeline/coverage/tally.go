package coverage

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
)

// Depths over deepest count as a little less in a distribution, as in mosdepth.
const (
	deepest = 400_000
	instead = deepest - 10
)

// tally counts bases by their depth.
type tally struct {
	bases    []int64 // at each depth
	length   int64
	sum      int64
	min, max int32
}

// add counts n bases of a depth.
func (t *tally) add(depth int32, n int) {
	if n == 0 {
		return
	}
	if t.length == 0 {
		t.min, t.max = depth, depth
	}
	t.length += int64(n)
	t.sum += int64(depth) * int64(n)
	t.min, t.max = min(t.min, depth), max(t.max, depth)
	t.at(depth, int64(n))
}

// at counts in the distribution alone.
func (t *tally) at(depth int32, n int64) {
	if depth > deepest {
		depth = instead
	}
	if depth < 0 {
		return // mosdepth's surplus can take a base below 0; it is in the sum
	}
	if int(depth) >= len(t.bases) {
		t.bases = append(t.bases, make([]int64, int(depth)+1-len(t.bases))...)
	}
	t.bases[depth] += n
}

// join adds what another tally has.
func (t *tally) join(o *tally) {
	for depth, n := range o.bases {
		if n > 0 {
			t.at(int32(depth), n)
		}
	}
	t.joinStat(o)
}

// joinStat adds what another tally has, but for its distribution.
func (t *tally) joinStat(o *tally) {
	if o.length == 0 {
		return
	}
	if t.length == 0 {
		t.min, t.max = o.min, o.max
	}
	t.length += o.length
	t.sum += o.sum
	t.min, t.max = min(t.min, o.min), max(t.max, o.max)
}

func (t *tally) reset() {
	clear(t.bases)
	*t = tally{bases: t.bases}
}

// distribution writes the share of bases at each depth or deeper, from the
// deepest on. The shares are summed in this order, which decides their last
// digit.
func (t *tally) distribution(out *bytes.Buffer, name string) {
	total := int64(0)
	for _, n := range t.bases {
		total += n
	}
	if total == 0 {
		return
	}
	share := 0.0
	for depth, n := range slices.Backward(t.bases) {
		if depth > 300 && n == 0 {
			continue
		}
		share += float64(n) / float64(total)
		if share < 8e-5 {
			continue
		}
		fmt.Fprintf(out, "%s\t%d\t%.2f\n", name, depth, share)
	}
}

// summary writes a line of the summary.
func (t *tally) summary(out *bytes.Buffer, name string) {
	mean := 0.0
	if t.length > 0 {
		mean = float64(t.sum) / float64(t.length)
	}
	fmt.Fprintf(out, "%s\t%d\t%d\t%s\t%d\t%d\n", name, t.length, t.sum, strconv.FormatFloat(mean, 'f', 2, 64), t.min, t.max)
}
