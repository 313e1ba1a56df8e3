package coverage

import (
	"slices"
	"strconv"
)

// Stat is the depth of a set of bases.
type Stat struct {
	Length  int
	Sum     int64
	Min     int
	Median  int // the lower of the middle two
	Max     int
	AtLeast []int // bases at each threshold or deeper
}

// Passes tells whether at least percent of the bases are among n, exactly. A
// set without bases does not pass.
func (s Stat) Passes(n, percent int) bool {
	return s.Length > 0 && int64(n)*100 >= int64(s.Length)*int64(percent)
}

// Mean is the mean depth with two decimals, half up; "" of no bases.
func (s Stat) Mean() string {
	if s.Length == 0 {
		return ""
	}
	n := int64(s.Length)
	return decimals((s.Sum*200 + n) / (2 * n))
}

// Pct is n of d as a percentage with two decimals, floored; "" where d is 0.
func Pct(n, d int) string {
	if d == 0 {
		return ""
	}
	return decimals(int64(n) * 10000 / int64(d))
}

// decimals writes hundredths: 9907 is "99.07".
func decimals(hundredths int64) string {
	switch hundredths { // nearly all percentages
	case 10000:
		return "100.00"
	case 0:
		return "0.00"
	}
	var room [24]byte
	b := append(strconv.AppendInt(room[:0], hundredths/100, 10), '.')
	b = append(b, byte('0'+hundredths%100/10), byte('0'+hundredths%10))
	return string(b)
}

// counter makes Stats and keeps its room for the next.
type counter struct {
	thresholds []int
	counts     []int
	room       []int // for the next AtLeast
}

// roomFor is the number of Stats whose AtLeast are allocated together.
const roomFor = 256

func (c *counter) atLeast() []int {
	n := len(c.thresholds)
	if len(c.room) < n {
		c.room = make([]int, roomFor*n)
	}
	out := c.room[:n:n]
	c.room = c.room[n:]
	return out
}

// stat measures the bases of all stretches together.
func (c *counter) stat(stretches ...[]int32) Stat {
	s := Stat{AtLeast: c.atLeast()}
	for _, depths := range stretches {
		for _, d := range depths {
			if s.Length == 0 {
				s.Min, s.Max = int(d), int(d)
			}
			s.Length++
			s.Sum += int64(d)
			s.Min, s.Max = min(s.Min, int(d)), max(s.Max, int(d))
		}
	}
	if s.Length == 0 {
		return s
	}
	c.tally(stretches, s)
	s.Median = s.Min + c.rank((s.Length-1)/2)
	for i, t := range c.thresholds {
		for j := max(0, t-s.Min); j < len(c.counts); j++ {
			s.AtLeast[i] += c.counts[j]
		}
	}
	return s
}

// tally counts the bases of each depth from the lowest on.
func (c *counter) tally(stretches [][]int32, s Stat) {
	n := s.Max - s.Min + 1
	c.counts = slices.Grow(c.counts[:0], n)[:n]
	clear(c.counts)
	for _, depths := range stretches {
		for _, d := range depths {
			c.counts[int(d)-s.Min]++
		}
	}
}

// rank gives the place in counts of the base of that rank, counted from 0.
func (c *counter) rank(rank int) int {
	for i, n := range c.counts {
		if rank < n {
			return i
		}
		rank -= n
	}
	return len(c.counts) - 1
}
