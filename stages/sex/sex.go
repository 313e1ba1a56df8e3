// Package sex says how many copies of a place of the genome a person has: the
// sex that was stated, the chromosome, and the pseudoautosomal regions.
package sex

import (
	"strings"

	"varpanel/hts/fault"
	"varpanel/reference/contig"
)

// Sex is the proband's sex as it was stated. It says how many copies of X and Y
// are expected, no more.
type Sex string

const (
	Male    Sex = "male"
	Female  Sex = "female"
	Unknown Sex = "unknown"
)

// Parse reads the value of --sex or of a sample sheet. Empty is Unknown;
// another word is a Usage error.
func Parse(s string) (Sex, error) {
	switch v := Sex(strings.ToLower(strings.TrimSpace(s))); v {
	case Male, Female, Unknown:
		return v, nil
	case "":
		return Unknown, nil
	}
	return Unknown, fault.Usagef("sex %q is neither male, female nor unknown", s)
}

// Locus is the kind of place as inheritance sees it.
type Locus uint8

const (
	Autosomal Locus = iota // autosomes, and the pseudoautosomal regions of X and Y
	X                      // outside the pseudoautosomal regions
	Y                      // outside the pseudoautosomal regions
	Mitochondrial
)

// Copies is how many copies of a place a person is expected to have.
type Copies uint8

const (
	CopiesUnknown Copies = iota
	OneCopy
	TwoCopies
	ManyCopies // the mitochondrion: any share of the molecules may carry the allele
	NoCopy     // Y in a female
)

// CopiesOf gives the copies of a locus.
func CopiesOf(s Sex, l Locus) Copies {
	switch {
	case l == Autosomal:
		return TwoCopies
	case l == Mitochondrial:
		return ManyCopies
	case s == Unknown:
		return CopiesUnknown
	case s == Male:
		return OneCopy
	case l == X:
		return TwoCopies
	}
	return NoCopy
}

// span is 1-based inclusive, as the coordinates are published.
type span struct{ first, last int }

// par holds the pseudoautosomal regions of X and of Y, as seqr's constants
// have them and hail issue 452 gives their inclusive ends. They apply to X and
// Y only, never to the same coordinates of another chromosome.
var par = map[contig.Assembly]struct{ x, y [2]span }{
	contig.GRCh37: {
		x: [2]span{{60001, 2699520}, {154931044, 155260560}},
		y: [2]span{{10001, 2649520}, {59034050, 59363566}},
	},
	contig.GRCh38: {
		x: [2]span{{10001, 2781479}, {155701383, 156030895}},
		y: [2]span{{10001, 2781479}, {56887903, 57217415}},
	},
}

// Loci tells the loci of a bundle's contigs. It is immutable and safe for
// concurrent use.
type Loci struct {
	x, y, mito string // the bundle's names; "" where it lacks the contig
	parX, parY [2]span
}

// NewLoci makes the map for a bundle's contigs. Of an assembly that is not
// known no place is pseudoautosomal.
func NewLoci(set *contig.Set, assembly contig.Assembly) *Loci {
	l := &Loci{parX: par[assembly].x, parY: par[assembly].y}
	l.x, _ = set.Resolve("X")
	l.y, _ = set.Resolve("Y")
	l.mito, _ = set.Resolve("MT")
	return l
}

// Of gives the locus of contig[start:end], 0-based half-open, with the bundle's
// contig name. A span that lies only partly in a pseudoautosomal region lies
// outside it.
func (l *Loci) Of(name string, start, end int) Locus {
	switch {
	case name == "":
		return Autosomal
	case name == l.x && !within(l.parX, start, end):
		return X
	case name == l.y && !within(l.parY, start, end):
		return Y
	case name == l.mito:
		return Mitochondrial
	}
	return Autosomal
}

func within(regions [2]span, start, end int) bool {
	for _, r := range regions {
		if start >= r.first-1 && end <= r.last && r.last > 0 {
			return true
		}
	}
	return false
}
