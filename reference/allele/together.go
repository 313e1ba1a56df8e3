package allele

// Place is several alleles of one place, REF first, as the columns of a VCF
// record have them. The sequence may use the slice of its bases again at its next
// call. The Place's scratch space is reused: set Contig, Pos and Alleles,
// and call Align. It is not safe for concurrent use.
type Place struct {
	Contig  string
	Pos     int      // 0-based, of the first base of every allele
	Alleles [][]byte // never empty ones; bases in either case

	ref []stretch // what is known of the reference left of Pos, per allele
	end int       // bases that Align cut from the right end of every allele
	pos int
}

// stretch is reference bases from a position on.
type stretch struct {
	from  int
	bases []byte
}

// firstStretch is how many bases left of a place are asked for at first; every
// further stretch is twice as long, up to maxStretch.
const (
	firstStretch = 64
	maxStretch   = 16 << 10
)

// Align finds the normal form that the alleles have together, which is that of
// Tan, Abecasis and Kang (2015) for more than two alleles and of `bcftools
// norm`: bases that all of them end with are cut, and the base before put in
// front where one of them would be empty, for as long as this goes; then bases
// that all of them begin with are cut, but for the last one. It gives the new
// 0-based position and whether anything changed; Append gives the alleles.
//
// An N, and any other code than A, C, G and T in the reference, is a letter
// like the others, equal to N: what LeftAlign stops at is crossed here, as the
// peer does. REF and ALT must differ, and REF be the reference's.
func (p *Place) Align(seq Sequence) (pos int, changed bool, err error) {
	p.end, p.pos = 0, p.Pos
	for len(p.ref) < len(p.Alleles) {
		p.ref = append(p.ref, stretch{})
	}
	for i := range p.ref {
		p.ref[i].bases = p.ref[i].bases[:0]
	}
	shortest := len(p.Alleles[0])
	for _, a := range p.Alleles[1:] {
		shortest = min(shortest, len(a))
	}
	for p.end < p.Pos+shortest-1 {
		same, err := p.sameFromEnd(seq, p.end)
		if err != nil {
			return p.Pos, false, err
		}
		if !same {
			break
		}
		p.end++
	}
	// Left of Pos all are the reference, so the shortest says where it is left.
	if left := shortest - p.end; left <= 0 {
		p.pos = p.Pos + left - 1
	} else {
		p.pos = p.Pos + p.sharedStart(left-1)
	}
	return p.pos, p.pos != p.Pos || p.end > 0, nil
}

// sameFromEnd says whether all alleles have one base at a distance from their
// right end.
func (p *Place) sameFromEnd(seq Sequence, distance int) (bool, error) {
	first, err := p.fromEnd(seq, 0, distance)
	if err != nil {
		return false, err
	}
	for i := 1; i < len(p.Alleles); i++ {
		b, err := p.fromEnd(seq, i, distance)
		if err != nil || b != first {
			return false, err
		}
	}
	return true, nil
}

func (p *Place) fromEnd(seq Sequence, i, distance int) (byte, error) {
	a := p.Alleles[i]
	if distance < len(a) {
		return letter(a[len(a)-1-distance]), nil
	}
	at := p.Pos - 1 - (distance - len(a))
	s := &p.ref[i]
	if len(s.bases) == 0 || at < s.from {
		n := min(max(firstStretch, 2*len(s.bases)), maxStretch, at+1)
		bases, err := seq.Bases(p.Contig, at+1-n, at+1)
		if err != nil {
			return 0, err
		}
		// a copy, for the next allele asks for others
		s.from, s.bases = at+1-n, append(s.bases[:0], bases...)
	}
	return letter(s.bases[at-s.from]), nil
}

// sharedStart counts the bases, up to a limit, that all alleles begin with.
func (p *Place) sharedStart(limit int) int {
	for n := range limit {
		for _, a := range p.Alleles[1:] {
			if letter(a[n]) != letter(p.Alleles[0][n]) {
				return n
			}
		}
	}
	return limit
}

// Append appends allele i of the form that Align found, upper-case.
func (p *Place) Append(dst []byte, i int, seq Sequence) ([]byte, error) {
	a := p.Alleles[i]
	end := p.Pos + len(a) - p.end // in the allele's own coordinates
	for at := p.pos; at < min(p.Pos, end); {
		to := min(p.Pos, end, at+maxStretch)
		bases, err := seq.Bases(p.Contig, at, to)
		if err != nil {
			return dst, err
		}
		for _, b := range bases {
			dst = append(dst, letter(b))
		}
		at = to
	}
	for at := max(p.pos, p.Pos); at < end; at++ {
		dst = append(dst, letter(a[at-p.Pos]))
	}
	return dst, nil
}

// Agrees says whether REF is the reference's bases, letter for letter; a code
// other than A, C, G and T in the reference counts as N, and in REF agrees with
// nothing. A REF that leaves the contig, or that stands before its first base,
// does not agree. The contig must be one of the sequence's.
func (p *Place) Agrees(seq Sequence) (bool, error) {
	ref := p.Alleles[0]
	length, _ := seq.Length(p.Contig)
	if p.Pos < 0 || p.Pos+len(ref) > length {
		return false, nil
	}
	for at := 0; at < len(ref); at += checkWindow {
		part := ref[at:min(at+checkWindow, len(ref))]
		bases, err := seq.Bases(p.Contig, p.Pos+at, p.Pos+at+len(part))
		if err != nil {
			return false, err
		}
		for i, b := range bases {
			if letter(b) != part[i]&^0x20 {
				return false, nil
			}
		}
	}
	return true, nil
}

// letter gives A, C, G or T in upper case, and N for every other code.
func letter(b byte) byte { return letters[b] }

var letters = func() (t [256]byte) {
	for i := range t {
		t[i] = 'N'
	}
	for _, b := range []byte("ACGT") {
		t[b], t[b|0x20] = b, b
	}
	return t
}()
