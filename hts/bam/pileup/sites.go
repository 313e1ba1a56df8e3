package pileup

import (
	"cmp"
	"slices"

	"varpanel/hts/bam"
)

// Site is a window of the reference, 0-based half-open, and what reads show
// there with the reference's allele and with another one. For an indel the
// window holds every placement of it and a base on both sides, so that a read
// shows the same bases wherever its aligner put the gap.
type Site struct {
	Start, End int
	Ref, Alt   string // upper-case; Ref has End - Start bases
}

// Counts is what reads show at a site. A fragment counts once where both its
// mates reach over the window (with MatesOnce; each read by itself otherwise).
type Counts struct {
	Depth int // with aligned bases at both ends of the window, and no skip inside
	Ref   int // of these, with the bases Ref
	Alt   int // with the bases Alt; the rest have others
}

// call is what one read shows at one site.
type call struct {
	allele  int8 // 0 reference, 1 alternate, 2 another
	quality int16
}

const (
	isRef = iota
	isAlt
	isOther
)

// Sites counts alleles at the sites of one reference. It is not safe for
// concurrent use.
type Sites struct {
	options Options
	sites   []Site
	order   []int // of the sites by start
	next    int   // the first in order that no record has reached
	open    []openSite
	counts  []Counts
	bases   []byte // of the read at hand
}

// openSite is a site that records still reach, with the calls of the reads
// whose mates may come.
type openSite struct {
	site  int
	mates map[string]call
}

// NewSites makes the counter; sites may come in any order and overlap.
func NewSites(sites []Site, o Options) *Sites {
	s := &Sites{options: o, sites: sites, order: make([]int, len(sites)), counts: make([]Counts, len(sites))}
	for i := range s.order {
		s.order[i] = i
	}
	slices.SortStableFunc(s.order, func(a, b int) int { return cmp.Compare(sites[a].Start, sites[b].Start) })
	return s
}

// Intervals gives the union of the windows, sorted and disjoint: the records
// that Add needs.
func (s *Sites) Intervals() []bam.Interval {
	var out []bam.Interval
	for _, i := range s.order {
		site := s.sites[i]
		if n := len(out); n > 0 && site.Start <= out[n-1].End {
			out[n-1].End = max(out[n-1].End, site.End)
			continue
		}
		out = append(out, bam.Interval{Start: site.Start, End: site.End})
	}
	return out
}

// Add counts one record of the sites' reference; records come sorted. Which
// records count, and which of them are mates of one fragment, is decided as in
// Depth.Add. Where mates show different alleles the one with the higher lowest
// base quality in the window is believed; of equal ones neither is, and the
// fragment counts as showing another allele.
func (s *Sites) Add(r *bam.Record) {
	if !s.options.counts(r) || r.Len() == 0 {
		return
	}
	s.open = slices.DeleteFunc(s.open, func(o openSite) bool { return s.sites[o.site].End <= r.Pos() })
	for s.next < len(s.order) && s.sites[s.order[s.next]].Start < r.End() {
		if i := s.order[s.next]; s.sites[i].End > r.Pos() {
			s.open = append(s.open, openSite{site: i})
		}
		s.next++
	}
	for i := range s.open {
		o := &s.open[i]
		if c, ok := s.call(s.sites[o.site], r); ok {
			s.count(o, r, c)
		}
	}
}

// Counts gives the counts, one a site, in the order in which NewSites had them.
func (s *Sites) Counts() []Counts { return s.counts }

func (s *Sites) count(o *openSite, r *bam.Record, c call) {
	paired := s.options.Mode == MatesOnce && r.RefID() == r.MateRefID() &&
		r.Flag()&(bam.ProperPair|bam.Supplementary) == bam.ProperPair
	counts := &s.counts[o.site]
	if paired {
		if mate, seen := o.mates[string(r.Name())]; seen {
			delete(o.mates, string(r.Name()))
			counts.add(mate.allele, -1)
			counts.add(better(mate, c).allele, 1)
			return
		}
		if o.mates == nil {
			o.mates = map[string]call{}
		}
		o.mates[string(r.Name())] = c
	}
	counts.add(c.allele, 1)
}

func (c *Counts) add(allele int8, by int) {
	c.Depth += by
	switch allele {
	case isRef:
		c.Ref += by
	case isAlt:
		c.Alt += by
	}
}

func better(a, b call) call {
	switch {
	case a.allele == b.allele, a.quality > b.quality:
		return a
	case b.quality > a.quality:
		return b
	}
	return call{allele: isOther, quality: a.quality}
}

// call reads the window off a record. ok is false where the record does not
// align a base to both ends of the window, skips a part of it, or shows a base
// there of a lower quality than is asked for.
func (s *Sites) call(site Site, r *bam.Record) (c call, ok bool) {
	if r.Pos() > site.Start || r.End() < site.End {
		return call{}, false
	}
	from, to, ok := window(site, r)
	if !ok {
		return call{}, false
	}
	s.bases = s.bases[:0]
	c = call{allele: isOther, quality: 255}
	for i := from; i < to; i++ {
		s.bases = append(s.bases, r.Base(i))
		c.quality = min(c.quality, int16(r.Qual(i)))
	}
	if int(c.quality) < s.options.MinBaseQ {
		return call{}, false
	}
	switch string(s.bases) {
	case site.Ref:
		c.allele = isRef
	case site.Alt:
		c.allele = isAlt
	}
	return c, true
}

// window gives the bases of the read, half-open, from the one on the window's
// first base to the one on its last.
func window(site Site, r *bam.Record) (from, to int, ok bool) {
	pos, query := r.Pos(), 0
	from, to = -1, -1
	for i := range r.NOps() {
		op := r.Op(i)
		n := op.Len()
		switch {
		case op.Aligned():
			if pos <= site.Start && site.Start < pos+n {
				from = query + site.Start - pos
			}
			if pos < site.End && site.End <= pos+n {
				to = query + site.End - pos
			}
			pos, query = pos+n, query+n
		case op.Reference():
			if op.Kind() == bam.Skip && pos < site.End && site.Start < pos+n {
				return 0, 0, false
			}
			pos += n
		case op.Query():
			query += n
		}
	}
	return from, to, from >= 0 && to > from && to <= r.Len()
}
