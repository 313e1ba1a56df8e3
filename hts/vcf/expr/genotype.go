package expr

import (
	"bytes"

	"varpanel/hts/vcf"
)

// alleles walks a GT. next gives the index of the next allele, -1 for a missing
// one; more is false at the end. bad is set where the text is no genotype.
type alleles struct {
	rest []byte
	end  bool
	bad  bool
}

func allelesOf(gt []byte) alleles {
	if len(gt) > 0 && (gt[0] == '|' || gt[0] == '/') { // VCF 4.4 may begin so
		gt = gt[1:]
	}
	return alleles{rest: gt}
}

func (a *alleles) next() (index int, more bool) {
	if a.end {
		return 0, false
	}
	n := 0
	for n < len(a.rest) && a.rest[n] != '/' && a.rest[n] != '|' {
		n++
	}
	one := a.rest[:n]
	if n == len(a.rest) {
		a.end = true
	} else {
		a.rest = a.rest[n+1:]
	}
	if isMissing(one) {
		return -1, true
	}
	index, got := vcf.Int(one)
	if got != vcf.Present || one[0] == '-' || one[0] == '+' {
		a.bad, a.end = true, true
		return 0, false
	}
	return index, true
}

// callsAllele says whether a genotype has an allele.
func callsAllele(gt []byte, index int) bool {
	a := allelesOf(gt)
	for {
		i, more := a.next()
		if !more {
			return false
		}
		if i == index {
			return true
		}
	}
}

// call is what a genotype comes to.
type call struct {
	missing, hasRef, het bool
	ploidy               int
}

func callOf(gt []byte) (c call, ok bool) {
	a := allelesOf(gt)
	before := 0
	for {
		i, more := a.next()
		switch {
		case !more:
			return c, !a.bad
		case i < 0:
			c.missing = true
			return c, true
		case i == 0:
			c.hasRef = true
		}
		c.het = c.het || c.ploidy > 0 && i != before
		before = i
		c.ploidy++
	}
}

// genotypeClass is one of the classes that GT is compared with.
type genotypeClass uint8

const (
	classHom genotypeClass = iota
	classHet
	classHap
	classRef
	classAlt
	classMissing
	classRefRef
	classRefAlt
	classAltAlt
	classAltOther
	classHapRef
	classHapAlt
)

// genotypeClasses are by name in lower case, but for aA.
var genotypeClasses = map[string]genotypeClass{
	"hom": classHom, "het": classHet, "hap": classHap, "ref": classRef, "alt": classAlt, "mis": classMissing,
	"rr": classRefRef, "ra": classRefAlt, "ar": classRefAlt, "aa": classAltAlt, "r": classHapRef, "a": classHapAlt,
}

func (c call) is(class genotypeClass) bool {
	if c.missing {
		return class == classMissing
	}
	switch class {
	case classHom:
		return c.ploidy > 1 && !c.het
	case classHet:
		return c.het
	case classHap:
		return c.ploidy == 1
	case classRef:
		return c.hasRef && !c.het
	case classAlt:
		return !c.hasRef || c.het
	case classRefRef:
		return c.ploidy > 1 && !c.het && c.hasRef
	case classRefAlt:
		return c.het && c.hasRef
	case classAltAlt:
		return c.ploidy > 1 && !c.het && !c.hasRef
	case classAltOther:
		return c.het && !c.hasRef
	case classHapRef:
		return c.ploidy == 1 && c.hasRef
	case classHapAlt:
		return c.ploidy == 1 && !c.hasRef
	}
	return false
}

// genotypeComparison asks for the class of each sample's genotype.
type genotypeComparison struct {
	chosen
	key   formatKey
	class genotypeClass
	equal bool
}

func (c *genotypeComparison) test(r *record) bool {
	clear(c.pass)
	place := c.key.in(r)
	hit := false
	for i, in := range c.mask {
		if !in {
			continue
		}
		ok := !c.equal // without a genotype only != holds
		if place >= 0 {
			got, valid := callOf(part(r.sample(i), place))
			if !valid {
				r.fail("GT", "is no genotype")
			}
			ok = got.is(c.class) == c.equal
		}
		if ok {
			c.pass[i], hit = true, true
		}
	}
	return hit
}

// missingCalls is N_MISSING and F_MISSING: samples with a missing allele.
type missingCalls struct {
	constant
	key      formatKey
	fraction bool
}

func (m *missingCalls) numbers(r *record) numbers {
	m.v[0] = 0
	if r.nSamples == 0 {
		return numbers{v: m.v[:]}
	}
	place := m.key.in(r)
	if place < 0 {
		return numbers{}
	}
	for i := range r.nSamples {
		if bytes.IndexByte(part(r.sample(i), place), '.') >= 0 {
			m.v[0]++
		}
	}
	if m.fraction {
		m.v[0] /= float64(r.nSamples)
	}
	return numbers{v: m.v[:]}
}

// alleleCounter counts alleles for AC, AN, AF, MAC and MAF where the header has
// no such tag: from INFO/AC and INFO/AN where it has these, else from GT.
type alleleCounter struct {
	site
	what     string
	sel      selector
	gt       formatKey
	fromInfo bool
	counts   []int // by allele, REF first
	v        []float64
}

func (x *alleleCounter) numbers(r *record) numbers {
	an, ok := x.count(r)
	if x.what == "AN" {
		x.v = append(x.v[:0], float64(an))
		return numbers{v: x.v}
	}
	if !ok || an == 0 {
		return numbers{}
	}
	x.v = x.v[:0]
	alts := x.counts[1:]
	if len(alts) == 0 {
		alts = []int{0}
	}
	for i, n := range alts {
		if x.sel.has(i) {
			x.v = append(x.v, x.value(n, an))
		}
	}
	return numbers{v: x.v}
}

func (x *alleleCounter) value(n, an int) float64 {
	f := float64(n)
	if x.what == "AF" || x.what == "MAF" {
		f /= float64(an)
	}
	switch {
	case x.what == "MAF" && f > 0.5:
		return 1 - f
	case x.what == "MAC" && f > float64(an)*0.5:
		return float64(an) - f
	}
	return f
}

var (
	keyAC = []byte("AC")
	keyAN = []byte("AN")
)

// count fills counts and gives the number of called alleles.
func (x *alleleCounter) count(r *record) (an int, ok bool) {
	x.counts = x.counts[:0]
	for range r.nAlt() + 1 {
		x.counts = append(x.counts, 0)
	}
	if x.fromInfo {
		if an, ok = x.infoCounts(r); ok {
			return an, true
		}
	}
	place := x.gt.in(r)
	if place < 0 {
		return 0, false
	}
	for i := range r.nSamples {
		a := allelesOf(part(r.sample(i), place))
		for {
			allele, more := a.next()
			if !more {
				break
			}
			if allele >= len(x.counts) {
				a.bad = true
				break
			}
			if allele >= 0 {
				x.counts[allele]++
				an++
			}
		}
		if a.bad {
			r.fail("GT", "is no genotype of the record's alleles")
		}
	}
	return an, true
}

func (x *alleleCounter) infoCounts(r *record) (an int, ok bool) {
	text, _ := r.info(keyAN)
	an, got := vcf.Int(text)
	list, has := r.info(keyAC)
	if got != vcf.Present || !has || len(list) == 0 || bytes.Count(list, comma)+1 != len(x.counts)-1 {
		return 0, false
	}
	sum := 0
	rest, more := list, true
	for i := 1; more; i++ {
		var item []byte
		item, rest, more = cutItem(rest)
		n, got := vcf.Int(item)
		if got != vcf.Present {
			return 0, false
		}
		x.counts[i] = n
		sum += n
	}
	if sum > an {
		r.fail("INFO", "AC counts more alleles than AN")
		return 0, false
	}
	x.counts[0] = an - sum
	return an, true
}
