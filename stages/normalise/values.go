package normalise

import (
	"bytes"
	"slices"

	"varpanel/hts/vcf"
)

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

func (n *Normaliser) readFormat(r *vcf.Record) {
	n.plan = n.plan[:0]
	if r.NAlt() < 2 || r.Format() == nil {
		return
	}
	for key := range bytes.SplitSeq(r.Format(), []byte{':'}) {
		p := format{key: string(key)}
		if p.key == "GT" {
			p.count = 'T'
		} else {
			f, ok := n.header.FormatField(p.key)
			p.count = countOf(f, ok, p.key)
		}
		n.plan = append(n.plan, p)
	}
}

// splitInfo gives allele alt its own INFO values.
func (n *Normaliser) splitInfo(r *vcf.Record, alt int) {
	if len(r.Info()) == 1 && r.Info()[0] == '.' {
		return
	}
	for field := range bytes.SplitSeq(r.Info(), []byte{';'}) {
		key, value, ok := bytes.Cut(field, []byte{'='})
		if !ok {
			continue
		}
		f, declared := n.header.Info(string(key))
		count := countOf(f, declared, string(key))
		if count == 0 {
			continue
		}
		start := len(n.text)
		text, ok := appendSplit(n.text, value, count, r.NAlt(), alt)
		n.text = text
		if !ok {
			n.keep("INFO/" + string(key))
			continue
		}
		n.edit.SetInfo(string(key), n.text[start:len(n.text):len(n.text)])
	}
}

// splitSamples gives allele alt its own values in every sample.
func (n *Normaliser) splitSamples(r *vcf.Record, alt int) {
	if !slices.ContainsFunc(n.plan, func(p format) bool { return p.count != 0 }) {
		return
	}
	for i := range r.NSamples() {
		start := len(n.text)
		n.appendSample(r.Sample(i), r.NAlt(), alt)
		n.edit.SetSample(i, n.text[start:len(n.text):len(n.text)])
	}
}

func (n *Normaliser) appendSample(sample []byte, nAlt, alt int) {
	i := 0
	for value := range bytes.SplitSeq(sample, []byte{':'}) {
		if i > 0 {
			n.text = append(n.text, ':')
		}
		p := format{}
		if i < len(n.plan) {
			p = n.plan[i]
		}
		i++
		switch p.count {
		case 0:
			n.text = append(n.text, value...)
		case 'T':
			n.text = appendGenotype(n.text, value, alt)
		default:
			var ok bool
			if n.text, ok = appendSplit(n.text, value, p.count, nAlt, alt); !ok {
				n.keep("FORMAT/" + p.key)
			}
		}
	}
}

func (n *Normaliser) keep(key string) {
	if !slices.Contains(n.unsplit, key) {
		n.unsplit = append(n.unsplit, key)
	}
}

// appendSplit appends the values of a list that go with REF and ALT alt. A list
// whose length is not that of its kind is appended whole, and ok is false. A
// list of kind G may be diploid or haploid.
func appendSplit(dst, list []byte, count byte, nAlt, alt int) (out []byte, ok bool) {
	if len(list) == 1 && list[0] == '.' {
		return append(dst, '.'), true
	}
	have, alleles := vcf.ListLen(list), nAlt+1
	var want [3]int // places in the list
	n := 0
	switch {
	case count == 'A' && have == nAlt:
		want[0], n = alt, 1
	case count == 'R' && have == alleles, count == 'G' && have == alleles:
		want[1], n = alt+1, 2
	case count == 'G' && have == alleles*(alleles+1)/2:
		// genotype j/k with j <= k stands at k(k+1)/2+j (VCFv4.3 section 1.6.2)
		k := alt + 1
		want[1], want[2], n = k*(k+1)/2, k*(k+1)/2+k, 3
	default:
		return append(dst, list...), false
	}
	i, at := 0, 0
	for value := range bytes.SplitSeq(list, []byte{','}) {
		if at < n && i == want[at] {
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
