package main

import (
	"math/rand/v2"
	"strconv"
)

// class tells where a position lies.
type class uint8

const (
	elsewhere class = iota
	exonic          // in an exon, beyond 20 bases of a coding part
	coding          // in a coding part or within 20 bases of one
	classes
)

// stretch is a run of positions of one class.
type stretch struct {
	interval
	class class
}

// stretches cuts each contig into runs of one class.
func (g *genome) stretches(p places) [][]stretch {
	out := make([][]stretch, len(g.contigs))
	for c, info := range g.contigs {
		pos := telomere
		add := func(end int, k class) {
			if end > pos {
				out[c] = append(out[c], stretch{interval{pos, end}, k})
				pos = end
			}
		}
		exons := p.exons[c]
		upTo := func(end int) { // what lies before a coding part
			for len(exons) > 0 && exons[0].start < end {
				add(min(exons[0].start, end), elsewhere)
				add(min(exons[0].end, end), exonic)
				if exons[0].end > end {
					return
				}
				exons = exons[1:]
			}
			add(end, elsewhere)
		}
		for _, v := range p.coding[c] {
			upTo(v.start)
			add(v.end, coding)
		}
		upTo(info.length - telomere)
	}
	return out
}

// span counts the positions of each class on the contigs that have variants.
func (g *genome) span(list [][]stretch) (n [classes]float64) {
	for c, l := range list {
		if g.contigs[c].sites {
			for _, s := range l {
				n[s.class] += float64(s.end - s.start)
			}
		}
	}
	return n
}

// band is the part of [0, 1) whose positions a file takes: each position has a
// number there, and files share the positions of bands that overlap. The
// carried variants (the case's and the trio's) stand lowest.
type band struct{ low, high float64 }

// bands of a file, by class.
type bands [classes]band

func even(b band) bands { return bands{b, b, b} }

// carriedBelow bounds the numbers of what a person carries: such positions are
// mostly common in the population and hardly ever known as pathogenic.
const carriedBelow = 0.0017

// scan calls emit for every position of contig c in [start, end) that the bands
// take, in order, with its number.
func (g *genome) scan(list []stretch, c, start, end int, b bands, emit func(pos int, number float64)) {
	for _, s := range list {
		if s.end <= start || s.start >= end {
			continue
		}
		low := uint64(b[s.class].low * (1 << 53))
		width := uint64(b[s.class].high*(1<<53)) - low
		for pos := max(s.start, start); pos < min(s.end, end); pos++ {
			if h := at(forSites, c, pos) >> 11; h-low < width {
				emit(pos, float64(h)/(1<<53))
			}
		}
	}
}

// variant is what stands at a position, the same in every file. The slices live
// until the next call.
type variant struct {
	ref    []byte
	alt    [2][]byte
	alts   int
	star   bool // the second ALT is *
	random *rand.Rand
	pcg    rand.PCG
	bases  []byte
}

const longest = 24 // bases of the longest indel

// at fills v with the variant of contig c at pos; false where the sequence is
// unknown. Most are substitutions; indels are left-aligned where one step to
// the left shows that they are not, but for one in ten, so that normalising
// has something to do. Two percent have a second ALT.
func (v *variant) at(g *genome, c, pos int) bool {
	h := at(forAlleles, c, pos)
	v.pcg.Seed(h, forAlleles)
	if v.random == nil {
		v.random = rand.New(&v.pcg)
	}
	v.bases = g.bases(v.bases, c, pos, pos+longest+1)
	for _, b := range v.bases {
		if b == 'N' {
			return false
		}
	}
	v.alts, v.star = 1, false
	v.ref = v.bases[:1]
	kind, second, length := h%1000, h>>10%1000, 1
	for length < longest-1 && v.random.IntN(2) == 0 {
		length++
	}
	aligned := h>>20%10 != 0
	switch {
	case kind < 70 && !(aligned && v.bases[length] == v.bases[0]):
		v.ref = v.bases[:length+1]
		v.alt[0] = append(v.alt[0][:0], v.bases[0])
	case kind >= 70 && kind < 130:
		v.insertion(0, length, aligned)
		if second < 60 {
			v.insertion(1, length+1, aligned)
			v.alts = 2
		}
	default:
		v.substitution(second)
	}
	return true
}

func (v *variant) insertion(i, length int, aligned bool) {
	v.alt[i] = append(v.alt[i][:0], v.bases[0])
	if v.random.IntN(2) == 0 { // a duplication of what follows
		v.alt[i] = append(v.alt[i], v.bases[1:length+1]...)
	} else {
		for range length {
			v.alt[i] = append(v.alt[i], letters[v.random.IntN(4)])
		}
	}
	if last := len(v.alt[i]) - 1; aligned && v.alt[i][last] == v.bases[0] {
		v.alt[i][last] = complement(v.bases[0])
	}
}

var transition = map[byte]byte{'A': 'G', 'G': 'A', 'C': 'T', 'T': 'C'}

func (v *variant) substitution(second uint64) {
	b := transition[v.bases[0]]
	other := complement(v.bases[0])
	if v.random.IntN(100) >= 67 {
		b, other = other, b
	}
	v.alt[0] = append(v.alt[0][:0], b)
	switch {
	case second < 15:
		v.alt[1] = append(v.alt[1][:0], other)
		v.alts = 2
	case second < 18:
		v.alt[1] = append(v.alt[1][:0], '*')
		v.alts, v.star = 2, true
	}
}

// genotype is how many copies of the first ALT the case's sample carries there:
// 1 or 2.
func genotype(c, pos int) int {
	if at(forGenotypes, c, pos)%100 < 38 {
		return 2
	}
	return 1
}

// text builds lines.
type text struct{ b []byte }

func (t *text) s(s string) *text                    { t.b = append(t.b, s...); return t }
func (t *text) bytes(s []byte) *text                { t.b = append(t.b, s...); return t }
func (t *text) c(c byte) *text                      { t.b = append(t.b, c); return t }
func (t *text) i(n int) *text                       { t.b = strconv.AppendInt(t.b, int64(n), 10); return t }
func (t *text) f(x float64, n int) *text            { t.b = strconv.AppendFloat(t.b, x, 'f', n, 64); return t }
func (t *text) e(x float64, n int) *text            { t.b = strconv.AppendFloat(t.b, x, 'e', n, 64); return t }
func (t *text) kf(k string, x float64, n int) *text { return t.s(k).f(x, n) }
