package normalise

import (
	"bytes"
	"slices"

	"varpanel/hts/vcf"
)

// splitter gives the values of a record to one of its alleles. It keeps scratch
// space for a record after another.
type splitter struct {
	header  *vcf.Header
	edit    vcf.Edit
	text    []byte   // values of the current line
	unsplit []string // keys whose values could not be given to the allele
	keys    []byte   // the FORMAT that plan is for
	plan    []format
	places  []int // of the values that are taken from a list
}

// format is what to do with one key of FORMAT.
type format struct {
	key   string
	count byte // 'A', 'R', 'G', 'T' for GT, 0 to copy
}

// countOf gives how a key's values go with alleles: 'A', 'R' or 'G', or 0 where
// they do not. An allele depth whose Number is not stated is taken as 'R'.
func countOf(f vcf.Field, declared bool, key string) byte {
	switch {
	case declared && f.Number.Kind == 'N':
		return 0
	case declared && f.Number.Kind != '.':
		return f.Number.Kind
	case key == "AD" || key == "ADF" || key == "ADR":
		return 'R'
	}
	return 0
}

// begin forgets the line before.
func (s *splitter) begin() {
	s.edit.Reset()
	s.text, s.unsplit = s.text[:0], nil
}

func (s *splitter) readFormat(r *vcf.Record) {
	if bytes.Equal(r.Format(), s.keys) {
		return
	}
	s.keys = append(s.keys[:0], r.Format()...)
	s.plan = s.plan[:0]
	for key := range bytes.SplitSeq(r.Format(), []byte{':'}) {
		p := format{key: string(key)}
		if p.key == "GT" {
			p.count = 'T'
		} else {
			f, ok := s.header.FormatField(p.key)
			p.count = countOf(f, ok, p.key)
		}
		s.plan = append(s.plan, p)
	}
}

// appendLine appends the line of ALT alt of a record, with the changes that the
// edit has already.
func (s *splitter) appendLine(dst []byte, r *vcf.Record, alt int) []byte {
	s.splitInfo(r, alt)
	if r.NSamples() == 0 {
		return s.edit.Append(dst, r)
	}
	s.readFormat(r)
	if !slices.ContainsFunc(s.plan, func(p format) bool { return p.count != 0 }) {
		return s.edit.Append(dst, r)
	}
	s.edit.DropSamples()
	dst = s.edit.Append(dst, r)
	dst = append(dst, '\t')
	dst = append(dst, r.Format()...)
	samples := 0
	for c := vcf.Chrom; c <= vcf.Format; c++ {
		samples += len(r.Column(c)) + 1
	}
	for sample := range bytes.SplitSeq(r.Line()[samples:], []byte{'\t'}) {
		dst = append(dst, '\t')
		dst = s.appendSample(dst, sample, r.NAlt(), alt)
	}
	return dst
}

// splitInfo gives allele alt its own INFO values.
func (s *splitter) splitInfo(r *vcf.Record, alt int) {
	if len(r.Info()) == 1 && r.Info()[0] == '.' {
		return
	}
	for field := range bytes.SplitSeq(r.Info(), []byte{';'}) {
		key, value, ok := bytes.Cut(field, []byte{'='})
		if !ok {
			continue
		}
		f, declared := s.header.Info(string(key))
		count := countOf(f, declared, string(key))
		if count == 0 {
			continue
		}
		start := len(s.text)
		if s.text, ok = s.appendSplit(s.text, value, count, r.NAlt(), alt); !ok {
			s.keep("INFO/" + string(key))
			continue
		}
		name := f.ID
		if !declared {
			name = string(key)
		}
		s.edit.SetInfo(name, s.text[start:len(s.text):len(s.text)])
	}
}

func (s *splitter) appendSample(dst, sample []byte, nAlt, alt int) []byte {
	i := 0
	for value := range bytes.SplitSeq(sample, []byte{':'}) {
		if i > 0 {
			dst = append(dst, ':')
		}
		p := format{}
		if i < len(s.plan) {
			p = s.plan[i]
		}
		i++
		switch p.count {
		case 0:
			dst = append(dst, value...)
		case 'T':
			dst = appendGenotype(dst, value, alt)
		default:
			var ok bool
			if dst, ok = s.appendSplit(dst, value, p.count, nAlt, alt); !ok {
				s.keep("FORMAT/" + p.key)
			}
		}
	}
	return dst
}

func (s *splitter) keep(key string) {
	if !slices.Contains(s.unsplit, key) {
		s.unsplit = append(s.unsplit, key)
	}
}

// appendSplit appends the values of a list that go with REF and ALT alt. A list
// whose length is not that of its kind is appended whole, and ok is false. A
// list of kind G may be of any ploidy.
func (s *splitter) appendSplit(dst, list []byte, count byte, nAlt, alt int) (out []byte, ok bool) {
	if len(list) == 1 && list[0] == '.' {
		return append(dst, '.'), true
	}
	have := vcf.ListLen(list)
	s.places = s.places[:0]
	switch {
	case count == 'A' && have == nAlt:
		s.places = append(s.places, alt)
	case count == 'R' && have == nAlt+1:
		s.places = append(s.places, 0, alt+1)
	case count == 'G':
		s.places = genotypePlaces(s.places, have, nAlt+1, alt+1)
	}
	if len(s.places) == 0 {
		return append(dst, list...), false
	}
	i, at := 0, 0
	for value := range bytes.SplitSeq(list, []byte{','}) {
		if at < len(s.places) && i == s.places[at] {
			if at > 0 {
				dst = append(dst, ',')
			}
			dst = append(dst, value...)
			at++
		}
		i++
	}
	return dst, true
}

// genotypePlaces appends the places, in a list with one value for each genotype
// of a number of alleles, of the genotypes that have only REF and allele k. The
// length of the list tells the ploidy; a length that no ploidy has gives none.
//
// Genotype k1 <= k2 <= ... <= kP stands at the sum over m from 1 to P of the
// binomial coefficient of k_m+m-1 over m (VCFv4.3 section 1.6.2).
func genotypePlaces(dst []int, have, alleles, k int) []int {
	ploidy, genotypes := 1, alleles
	for genotypes < have && alleles > 1 {
		ploidy++
		genotypes = genotypes * (alleles + ploidy - 1) / ploidy
	}
	if genotypes != have {
		return dst
	}
	place := 0
	dst = append(dst, place)
	for m := ploidy; m >= 1; m-- {
		place += choose(k+m-1, m)
		dst = append(dst, place)
	}
	return dst
}

func choose(n, m int) int {
	c := 1
	for i := 1; i <= m; i++ {
		c = c * (n - m + i) / i
	}
	return c
}

// appendGenotype appends a GT in which ALT alt is 1 and every other ALT is 0.
// Missing alleles and separators stay.
func appendGenotype(dst, gt []byte, alt int) []byte {
	for len(gt) > 0 {
		n := bytes.IndexAny(gt, "/|")
		if n < 0 {
			n = len(gt)
		}
		index, p := vcf.Int(gt[:n])
		switch {
		case p != vcf.Present:
			dst = append(dst, gt[:n]...)
		case index == alt+1:
			dst = append(dst, '1')
		default:
			dst = append(dst, '0')
		}
		if n < len(gt) {
			dst = append(dst, gt[n])
			n++
		}
		gt = gt[n:]
	}
	return dst
}
