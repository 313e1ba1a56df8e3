package main

// draw is SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): nine lines that give
// the same numbers with every version of Go, which the standard library's
// generators do not promise for all their methods.
type draw struct{ state uint64 }

func (d *draw) next() uint64 {
	d.state += 0x9e3779b97f4a7c15
	z := d.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// below gives 0 to n-1; the bias of the modulo is far below one read.
func (d *draw) below(n int) int { return int(d.next() % uint64(n)) }

// chance is true with probability p.
func (d *draw) chance(p float64) bool { return float64(d.next()>>11)/(1<<53) < p }

// bell gives a whole number around the middle of 0 to n-1: the mean of four
// even draws.
func (d *draw) bell(n int) int { return (d.below(n) + d.below(n) + d.below(n) + d.below(n)) / 4 }
