package allele

// RefState says how an allele's REF stands to the reference.
type RefState uint8

const (
	RefUnknown  RefState = iota // the reference has N in the REF span, or no such place
	RefMatch                    // every base agrees
	RefMismatch                 // a base differs, or the span leaves its contig
)

// String gives match, mismatch or unknown.
func (s RefState) String() string {
	return [...]string{"unknown", "match", "mismatch"}[s]
}

// checkWindow bounds the memory that comparing one huge deletion takes.
const checkWindow = 64 << 10

// Check compares an allele's REF with the reference. IUPAC codes on either side
// agree with every base that they stand for, so an N in REF agrees with all; an
// N in the reference agrees with none and makes the answer unknown, unless
// another base differs. A contig that the reference lacks, and the telomere
// before the first base, are unknown.
func Check(a Allele, seq Sequence) (RefState, error) {
	length, ok := seq.Length(a.Contig)
	if !ok || a.Pos < 0 {
		return RefUnknown, nil
	}
	if a.End() > length {
		return RefMismatch, nil
	}
	state := RefMatch
	for at := 0; at < len(a.Ref); at += checkWindow {
		part := a.Ref[at:min(at+checkWindow, len(a.Ref))]
		bases, err := seq.Bases(a.Contig, a.Pos+at, a.Pos+at+len(part))
		if err != nil {
			return RefUnknown, err
		}
		for i, b := range bases {
			switch {
			case b == 'N':
				state = RefUnknown
			case iupac[b]&iupac[part[i]] == 0:
				return RefMismatch, nil
			}
		}
	}
	return state, nil
}

// iupac gives the set of bases that a nucleotide code stands for, as bits
// (NC-IUB 1984).
var iupac = func() (t [256]uint8) {
	const a, c, g, u = 1, 2, 4, 8
	for code, set := range map[byte]uint8{
		'A': a, 'C': c, 'G': g, 'T': u, 'U': u, 'R': a | g, 'Y': c | u, 'S': c | g, 'W': a | u, 'K': g | u,
		'M': a | c, 'B': c | g | u, 'D': a | g | u, 'H': a | c | u, 'V': a | c | g, 'N': a | c | g | u,
	} {
		t[code], t[code|0x20] = set, set
	}
	return t
}()
