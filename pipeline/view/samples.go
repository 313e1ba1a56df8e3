package view

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"varpanel/hts/fault"
	"varpanel/hts/vcf"
)

// chooseSamples gives the columns that a list keeps, in its order; nil keeps
// all.
func chooseSamples(list string, h *vcf.Header) ([]int, error) {
	if list == "" {
		return nil, nil
	}
	names, without := strings.CutPrefix(list, "^")
	var chosen []int
	for name := range strings.SplitSeq(names, ",") {
		i := h.SampleIndex(name)
		if i < 0 {
			return nil, fault.Usagef("--samples: the file has no sample %q", name).
				WithHint("bcftools query -l lists the %d that it has", len(h.Samples))
		}
		if slices.Contains(chosen, i) {
			return nil, fault.Usagef("--samples: %q stands twice", name)
		}
		chosen = append(chosen, i)
	}
	if !without {
		return chosen, nil
	}
	var kept []int
	for i := range h.Samples {
		if !slices.Contains(chosen, i) {
			kept = append(kept, i)
		}
	}
	if len(kept) == 0 {
		return nil, fault.Usagef("--samples %s leaves no sample", list)
	}
	return kept, nil
}

// Lines of the counts that -s brings up to date.
const (
	lineAC = `##INFO=<ID=AC,Number=A,Type=Integer,Description="Allele count in genotypes">`
	lineAN = `##INFO=<ID=AN,Number=1,Type=Integer,Description="Total number of alleles in called genotypes">`
)

// headerText is the header that is written.
func headerText(h *vcf.Header, chosen []int) (string, error) {
	if chosen == nil {
		return h.Text(), nil
	}
	out := *h
	for _, l := range []struct{ id, line string }{{"AC", lineAC}, {"AN", lineAN}} {
		if _, have := h.Info(l.id); have {
			continue
		}
		if err := out.AddLine(l.line); err != nil {
			return "", err
		}
	}
	text := out.Text()
	columns := strings.LastIndex(strings.TrimSuffix(text, "\n"), "\n") + 1
	var b strings.Builder
	b.WriteString(text[:columns])
	b.WriteString("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT")
	for _, i := range chosen {
		b.WriteByte('\t')
		b.WriteString(h.Samples[i])
	}
	b.WriteByte('\n')
	return b.String(), nil
}

// subsetter writes records with some of their samples, AC and AN counted anew
// from the genotypes of these.
type subsetter struct {
	chosen []int
	ends   []int // of the columns of the line
	counts []int // by allele, REF first
}

// append appends the line of the record to dst, without a line end. The line has
// the columns of the header.
func (s *subsetter) append(dst, line []byte) ([]byte, error) {
	s.ends = s.ends[:0]
	for at := 0; ; {
		n := bytes.IndexByte(line[at:], '\t')
		if n < 0 {
			s.ends = append(s.ends, len(line))
			break
		}
		s.ends = append(s.ends, at+n)
		at += n + 1
	}
	format := s.column(line, int(vcf.Format))
	an, counted, err := s.count(line, format)
	if err != nil {
		return dst, err
	}
	info := s.column(line, int(vcf.Info))
	dst = append(dst, line[:s.ends[vcf.Info-1]+1]...)
	if counted {
		dst = s.appendInfo(dst, info, an)
	} else {
		dst = append(dst, info...)
	}
	dst = append(dst, '\t')
	dst = append(dst, format...)
	for _, i := range s.chosen {
		dst = append(dst, '\t')
		dst = append(dst, s.column(line, int(vcf.Format)+1+i)...)
	}
	return dst, nil
}

func (s *subsetter) column(line []byte, i int) []byte {
	start := 0
	if i > 0 {
		start = s.ends[i-1] + 1
	}
	return line[start:s.ends[i]]
}

// count counts the alleles of the chosen samples; counted is false without GT.
func (s *subsetter) count(line, format []byte) (an int, counted bool, err error) {
	place := 0
	for rest, more := format, true; more; place++ {
		var f []byte
		f, rest, more = bytes.Cut(rest, []byte{':'})
		if string(f) == "GT" {
			counted = true
			break
		}
	}
	if !counted {
		return 0, false, nil
	}
	alt := s.column(line, int(vcf.Alt))
	n := 1
	if string(alt) != "." {
		n += vcf.ListLen(alt)
	}
	s.counts = s.counts[:0]
	for range n {
		s.counts = append(s.counts, 0)
	}
	for _, i := range s.chosen {
		gt := s.column(line, int(vcf.Format)+1+i)
		for range place {
			_, rest, _ := bytes.Cut(gt, []byte{':'})
			gt = rest
		}
		gt, _, _ = bytes.Cut(gt, []byte{':'})
		k, ok := s.countGenotype(gt)
		if !ok {
			return 0, false, &vcf.ColumnError{Column: "GT", Msg: "is no genotype of the record's alleles"}
		}
		an += k
	}
	return an, true, nil
}

// countGenotype adds the alleles of one genotype.
func (s *subsetter) countGenotype(gt []byte) (n int, ok bool) {
	for len(gt) > 0 {
		end := bytes.IndexAny(gt, "/|")
		one := gt
		if end >= 0 {
			one, gt = gt[:end], gt[end+1:]
		} else {
			gt = nil
		}
		if len(one) == 0 || string(one) == "." {
			continue
		}
		allele, got := vcf.Int(one)
		if got != vcf.Present || allele < 0 || allele >= len(s.counts) {
			return 0, false
		}
		s.counts[allele]++
		n++
	}
	return n, true
}

// appendInfo writes INFO with the counts: in their place where they stand, else
// at the end. A record without ALT has no AC.
func (s *subsetter) appendInfo(dst, info []byte, an int) []byte {
	start := len(dst)
	doneAC, doneAN := len(s.counts) == 1, false
	put := func(field []byte) {
		if len(dst) > start {
			dst = append(dst, ';')
		}
		dst = append(dst, field...)
	}
	for rest, more := info, string(info) != "."; more; {
		var field []byte
		field, rest, more = bytes.Cut(rest, []byte{';'})
		key, _, _ := bytes.Cut(field, []byte{'='})
		switch {
		case string(key) == "AC" && doneAC, string(key) == "AN" && doneAN:
		case string(key) == "AC":
			put(nil)
			dst, doneAC = s.appendAC(dst), true
		case string(key) == "AN":
			put(nil)
			dst, doneAN = appendAN(dst, an), true
		default:
			put(field)
		}
	}
	if !doneAC {
		put(nil)
		dst = s.appendAC(dst)
	}
	if !doneAN {
		put(nil)
		dst = appendAN(dst, an)
	}
	return dst
}

func (s *subsetter) appendAC(dst []byte) []byte {
	dst = append(dst, "AC="...)
	for i, n := range s.counts[1:] {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = strconv.AppendInt(dst, int64(n), 10)
	}
	return dst
}

func appendAN(dst []byte, an int) []byte {
	return strconv.AppendInt(append(dst, "AN="...), int64(an), 10)
}
