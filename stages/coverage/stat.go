package coverage

import "strconv"

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

// counter makes Stats, of what is added since the one before, and keeps its room for
// the next.
type counter struct {
	thresholds []int
	stat       Stat  // of what was added: Length, Sum, Min and Max
	counts     []int // bases by depth, between Min and Max
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

// add counts bases. Their depths are not below 0.
func (c *counter) add(depths []int32) {
	if len(depths) == 0 {
		return
	}
	least, most, sum := depths[0], depths[0], int64(0)
	for _, d := range depths {
		sum += int64(d)
		least, most = min(least, d), max(most, d)
	}
	if s := &c.stat; s.Length == 0 {
		s.Min, s.Max = int(least), int(most)
	} else {
		s.Min, s.Max = min(s.Min, int(least)), max(s.Max, int(most))
	}
	c.stat.Length += len(depths)
	c.stat.Sum += sum
	if more := c.stat.Max + 1 - len(c.counts); more > 0 {
		c.counts = append(c.counts, make([]int, more)...)
	}
	counts := c.counts
	for _, d := range depths {
		counts[d]++
	}
}

// take gives the Stat of what was added, and begins the next.
func (c *counter) take() Stat {
	s := c.stat
	s.AtLeast = c.atLeast()
	c.stat = Stat{}
	if s.Length == 0 {
		return s
	}
	counts := c.counts[:s.Max+1]
	s.Median = rank(counts, s.Min, (s.Length-1)/2)
	for i, t := range c.thresholds {
		if t <= s.Min {
			s.AtLeast[i] = s.Length
			continue
		}
		for j := t; j < len(counts); j++ {
			s.AtLeast[i] += counts[j]
		}
	}
	clear(counts[s.Min:])
	return s
}

// rank gives the depth of the base of that rank, counted from 0; none is below least.
func rank(counts []int, least, rank int) int {
	for d := least; d < len(counts); d++ {
		if rank < counts[d] {
			return d
		}
		rank -= counts[d]
	}
	return len(counts) - 1
}
