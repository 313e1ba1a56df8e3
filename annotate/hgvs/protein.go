package hgvs

import (
	"bytes"
	"strconv"

	"varpanel/reference/transcript"
)

const (
	// UnknownProtein is the name where the effect on the protein cannot be
	// predicted: splice sites, changes over an exon's edge, bases that are N.
	UnknownProtein = "p.?"
	// NoProtein is the name where no protein is expected any more.
	NoProtein = "p.0?"
	// StartLost is the name where the start codon is lost.
	StartLost = "p.(Met1?)"
)

// Protein names the difference between a reference protein and a changed one.
// Both are one-letter codes from the first amino acid. ref ends with '*' where
// its stop is known. alt is translated up to and with its first stop, or to the
// end of the transcript where there is none; a frame shift is told by shifted.
// from and refEnd are the 0-based codons that the change touches (refEnd
// exclusive), which keep a synonymous name and a new stop in place.
func Protein(ref, alt []byte, from, refEnd int, shifted bool) string {
	w := proteinName{ref: ref, alt: alt, from: min(from, len(ref)), refEnd: min(refEnd, len(ref))}
	return w.name(shifted)
}

type proteinName struct {
	ref, alt     []byte
	from, refEnd int
	out          []byte
}

func (w *proteinName) name(shifted bool) string {
	first := w.from
	for first < len(w.ref) && first < len(w.alt) && w.ref[first] == w.alt[first] {
		first++
	}
	w.out = append(w.out, "p.("...)
	switch {
	case first == len(w.ref) && first == len(w.alt), first > 0 && first <= len(w.alt) && w.ref[first-1] == transcript.Stop:
		w.same()
	case first < len(w.ref) && w.ref[first] == transcript.Stop:
		w.extension(first)
	case first < len(w.alt) && w.alt[first] == transcript.Stop && first < len(w.ref):
		w.residue(w.ref, first)
		w.out = append(w.out, "Ter"...)
	case shifted:
		w.frameshift(first)
	default:
		w.inFrame(first)
	}
	return string(append(w.out, ')'))
}

// residue writes an amino acid with its 1-based place.
func (w *proteinName) residue(protein []byte, i int) {
	code := byte(transcript.Unknown)
	if i < len(protein) {
		code = protein[i]
	}
	w.out = append(w.out, AminoAcid(code)...)
	w.out = strconv.AppendInt(w.out, int64(i+1), 10)
}

// span writes the first and last amino acid of ref[from:to].
func (w *proteinName) span(from, to int) {
	w.residue(w.ref, from)
	if to-from > 1 {
		w.out = append(w.out, '_')
		w.residue(w.ref, to-1)
	}
}

// same writes a synonymous change: Leu771=, or Ser10_Gly12= over more codons.
func (w *proteinName) same() {
	w.span(min(w.from, len(w.ref)-1), max(w.refEnd, w.from+1))
	w.out = append(w.out, '=')
}

// distance writes how far after the place first the stop of alt lies, the
// place itself being base, or '?' where alt has none.
func (w *proteinName) distance(first, base int) {
	stop := bytes.IndexByte(w.alt[min(first, len(w.alt)):], transcript.Stop)
	if stop < 0 {
		w.out = append(w.out, '?')
		return
	}
	w.out = strconv.AppendInt(w.out, int64(stop+base), 10)
}

// frameshift writes Glu23ValfsTer17: the first changed amino acid, and the
// number of the new stop with the changed one as number 1.
func (w *proteinName) frameshift(first int) {
	w.residue(w.ref, first)
	if first < len(w.alt) {
		w.out = append(w.out, AminoAcid(w.alt[first])...)
	}
	w.out = append(w.out, "fsTer"...)
	w.distance(first, 1)
}

// extension writes Ter110GlnextTer17: the stop codon itself is the first amino
// acid that changed.
func (w *proteinName) extension(first int) {
	w.residue(w.ref, first)
	if first < len(w.alt) {
		w.out = append(w.out, AminoAcid(w.alt[first])...)
	}
	w.out = append(w.out, "extTer"...)
	w.distance(first, 0)
}

// inFrame writes a substitution, deletion, duplication, insertion or
// deletion-insertion that starts at first. The tails of both proteins are equal
// from some place on; a new stop inside the inserted amino acids ends the name.
func (w *proteinName) inFrame(first int) {
	refEnd, altEnd := len(w.ref), len(w.alt)
	grown := len(w.alt) - len(w.ref)
	if w.refStopKept() {
		for refEnd > first && altEnd > first && w.ref[refEnd-1] == w.alt[altEnd-1] {
			refEnd--
			altEnd--
		}
	} else if i := bytes.IndexByte(w.alt[first:], transcript.Stop); i >= 0 {
		// The stop is new: what stands behind it in ref is not deleted by name.
		altEnd = first + i + 1
		refEnd = max(first, w.refEnd)
	} else {
		// Neither protein has a known end: they run on in parallel.
		refEnd = max(first, w.refEnd)
		altEnd = max(first, refEnd+grown)
	}
	inserted := w.alt[first:altEnd]
	switch n := len(inserted); {
	case refEnd == first && n == 0:
		w.same()
	case refEnd == first && first >= n && bytes.Equal(w.ref[first-n:first], inserted):
		w.span(first-n, first)
		w.out = append(w.out, "dup"...)
	case refEnd == first && first > 0:
		w.span(first-1, first+1)
		w.out = append(w.out, "ins"...)
		w.residues(inserted)
	case n == 0:
		w.span(first, refEnd)
		w.out = append(w.out, "del"...)
	case n == 1 && refEnd-first == 1:
		w.residue(w.ref, first)
		w.residues(inserted)
	default:
		w.span(first, refEnd)
		w.out = append(w.out, "delins"...)
		w.residues(inserted)
	}
}

// refStopKept tells whether alt ends with the stop codon of ref, seen by equal
// sequence after the changed codons.
func (w *proteinName) refStopKept() bool {
	tail := w.ref[w.refEnd:]
	return len(tail) > 0 && len(tail) <= len(w.alt)-w.from && bytes.HasSuffix(w.alt, tail) ||
		len(tail) == 0 && len(w.ref) > 0 && w.ref[len(w.ref)-1] == transcript.Stop &&
			len(w.alt) > 0 && w.alt[len(w.alt)-1] == transcript.Stop
}

func (w *proteinName) residues(codes []byte) {
	for _, c := range codes {
		w.out = append(w.out, AminoAcid(c)...)
	}
}

// ShortProtein gives a protein name of three letters in one-letter form:
// p.(Arg273His) as p.(R273H), Ter as *.
func ShortProtein(name string) string {
	out := make([]byte, 0, len(name))
	for i := 0; i < len(name); i++ {
		if i+3 <= len(name) {
			if code := oneLetter(name[i : i+3]); code != 0 {
				out = append(out, code)
				i += 2
				continue
			}
		}
		out = append(out, name[i])
	}
	return string(out)
}
