package contig

import (
	"fmt"
	"slices"
)

// Set is the contigs of a bundle or a FASTA in their own order, under all their
// names. It is immutable and safe for concurrent use.
type Set struct {
	contigs  []Contig
	byName   map[string]int // every name and alias
	assembly Assembly
}

// NewSet makes a set, and gives each primary contig its aliases (those that the
// caller set are kept). RefSeq accessions are aliases only where the lengths
// say which assembly it is. Two contigs of one name, or with an alias in
// common, are an error.
func NewSet(contigs []Contig) (*Set, error) {
	s := &Set{contigs: slices.Clone(contigs), byName: make(map[string]int, 4*len(contigs))}
	assembly, conflict := AssemblyOf(contigs)
	if conflict != "" {
		// Contigs of neither assembly have names all the same.
		assembly = ""
	}
	s.assembly = assembly
	for i := range s.contigs {
		c := &s.contigs[i]
		aliases := slices.Clone(c.Aliases)
		for _, alias := range aliasesOf(*c, assembly) {
			if alias != c.Name && !slices.Contains(aliases, alias) {
				aliases = append(aliases, alias)
			}
		}
		c.Aliases = aliases
		for _, n := range append([]string{c.Name}, aliases...) {
			if j, taken := s.byName[n]; taken && j != i {
				return nil, fmt.Errorf("contigs %s and %s are both called %s", s.contigs[j].Name, c.Name, n)
			}
			s.byName[n] = i
		}
	}
	return s, nil
}

// aliasesOf lists the names of a primary contig, the contig's own among them.
// UCSC's old chrM is not given the names of rCRS.
func aliasesOf(c Contig, a Assembly) []string {
	bare := bareName(c.Name)
	rank := rankOf(bare)
	if rank < 0 {
		return nil
	}
	if bare == mitochondrion {
		if c.Length == oldMitoLength {
			return []string{oldMito}
		}
		return []string{"chrM", "chrMT", "M", mitochondrion, rcrs}
	}
	aliases := []string{chromosomePart + bare, bare}
	if a != "" {
		aliases = append(aliases, primaries(a)[rank].accession(rank))
	}
	return aliases
}

// Contigs gives the contigs in the set's order, with their aliases. The caller
// must not change them.
func (s *Set) Contigs() []Contig { return s.contigs }

// Assembly gives the assembly that the lengths belong to, or "".
func (s *Set) Assembly() Assembly { return s.assembly }

// Resolve gives the set's own name for a name or an alias.
func (s *Set) Resolve(name string) (string, bool) {
	i, ok := s.byName[name]
	if !ok {
		return "", false
	}
	return s.contigs[i].Name, true
}

// ResolveContig is Resolve for a contig of another file's header: where both
// lengths are known and differ it is another sequence (hg19's chrM, another
// assembly) and does not resolve.
func (s *Set) ResolveContig(c Contig) (string, bool) {
	i, ok := s.byName[c.Name]
	if !ok || c.Length > 0 && s.contigs[i].Length > 0 && c.Length != s.contigs[i].Length {
		return "", false
	}
	return s.contigs[i].Name, true
}

// Length gives the bases of a contig under any of its names.
func (s *Set) Length(name string) (int, bool) {
	i, ok := s.byName[name]
	if !ok {
		return 0, false
	}
	return s.contigs[i].Length, true
}

// Rank gives the 0-based place of a contig in the set's order, for sorting.
func (s *Set) Rank(name string) (int, bool) {
	i, ok := s.byName[name]
	return i, ok
}
