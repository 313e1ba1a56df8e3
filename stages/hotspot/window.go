package hotspot

import (
	"bytes"
	"fmt"

	"varpanel/hts/bam/pileup"
	"varpanel/reference/allele"
	"varpanel/reference/genome"
)

// maxWindow is the longest window that is looked for in reads: no short read
// spans it, and a longer one needs no more.
const maxWindow = 2000

// site gives the window of an allele: for a substitution its own bases, for
// all else these and every place to which it can be shifted, with a base on
// both sides. The error says why there is none.
func site(a allele.Allele, seq genome.Sequence) (pileup.Site, error) {
	if len(a.Ref) == len(a.Alt) {
		return pileup.Site{Start: a.Pos, End: a.End(), Ref: a.Ref, Alt: a.Alt}, nil
	}
	a, err := allele.LeftAlign(a, seq)
	if err != nil {
		return pileup.Site{}, err
	}
	length, ok := seq.Length(a.Contig)
	if !ok {
		return pileup.Site{}, fmt.Errorf("the reference has no contig %s", a.Contig)
	}
	start := a.Pos
	if a.Ref[0] != a.Alt[0] {
		start--
	}
	if start < 0 {
		return pileup.Site{}, fmt.Errorf("%s has no base before it", a)
	}
	end := min(a.End()+maxWindow, length)
	if start >= end || a.End() > length {
		return pileup.Site{}, fmt.Errorf("%s lies outside its contig", a)
	}
	reference, err := seq.Bases(a.Contig, start, end)
	if err != nil {
		return pileup.Site{}, err
	}
	if at := a.Pos - start; string(reference[at:at+len(a.Ref)]) != a.Ref {
		return pileup.Site{}, fmt.Errorf("the reference's bases are not those of %s", a)
	}
	return shifted(a, reference, start)
}

// shifted finds the window in the reference's bases from start on.
func shifted(a allele.Allele, reference []byte, start int) (pileup.Site, error) {
	at := a.Pos - start
	alt := bytes.Join([][]byte{reference[:at], []byte(a.Alt), reference[at+len(a.Ref):]}, nil)
	// With the allele the bases go on as in the reference, moved by the
	// difference in length. Bases from the left that are equal say how far
	// right the change can be said to begin.
	same := 0
	for same < min(len(reference), len(alt)) && reference[same] == alt[same] {
		same++
	}
	changed := max(a.End(), start+same+max(0, len(a.Ref)-len(a.Alt))) // exclusive end of the last placement
	end := changed - start + 1
	if end > len(reference) {
		return pileup.Site{}, fmt.Errorf("%s stands in a repeat longer than any window", a)
	}
	s := pileup.Site{
		Start: start, End: start + end,
		Ref: string(reference[:end]), Alt: string(alt[:end+len(a.Alt)-len(a.Ref)]),
	}
	if bytes.IndexByte(reference[:end], 'N') >= 0 {
		return pileup.Site{}, fmt.Errorf("the reference has unknown bases beside %s", a)
	}
	return s, nil
}
