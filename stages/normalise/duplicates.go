package normalise

import (
	"bytes"
	"slices"
	"strings"

	"varpanel/hts/fault"
)

// Duplicates says which records of one position are duplicates of one before.
type Duplicates uint8

const (
	KeepDuplicates   Duplicates = iota
	DuplicateSNPs               // of a substitution, any other substitution
	DuplicateIndels             // of an indel, any other indel
	DuplicateBoth               // of a substitution any substitution, of an indel any indel
	DuplicateAny                // of a record, any other record
	DuplicateAlleles            // a record with the same REF and the same ALTs in any order
)

// ParseDuplicates reads the names that `bcftools norm -d` has: snps, indels,
// both, all or any, exact or none.
func ParseDuplicates(name string) (Duplicates, error) {
	switch name {
	case "":
		return KeepDuplicates, nil
	case "snps":
		return DuplicateSNPs, nil
	case "indels":
		return DuplicateIndels, nil
	case "both":
		return DuplicateBoth, nil
	case "all", "any":
		return DuplicateAny, nil
	case "exact", "none":
		return DuplicateAlleles, nil
	}
	return 0, fault.Usagef("--rm-dup %q: snps, indels, both, all, any, none or exact", name)
}

// duplicates tells the duplicates among records that come in their order.
type duplicates struct {
	mode   Duplicates
	contig []byte
	pos    int
	begun  bool
	kinds  kinds               // of the records that were kept at the position
	seen   map[string]struct{} // their alleles
}

// repeats says whether a record is a duplicate of one that was kept.
func (d *duplicates) repeats(contig []byte, pos int, ref, alts []byte) bool {
	if !d.begun || pos != d.pos || !bytes.Equal(contig, d.contig) {
		d.begun, d.pos = true, pos
		d.contig = append(d.contig[:0], contig...)
		d.kinds = 0
		clear(d.seen)
		d.keep(ref, alts)
		return false
	}
	both := kindsOf(ref, alts) & d.kinds
	repeat := false
	switch d.mode {
	case DuplicateAny:
		repeat = true
	case DuplicateSNPs:
		repeat = both&substitutions != 0
	case DuplicateIndels:
		repeat = both&indels != 0
	case DuplicateBoth:
		repeat = both&(substitutions|indels) != 0
	case DuplicateAlleles:
		_, repeat = d.seen[alleleKey(ref, alts)]
	}
	if !repeat {
		d.keep(ref, alts)
	}
	return repeat
}

func (d *duplicates) keep(ref, alts []byte) {
	d.kinds |= kindsOf(ref, alts)
	if d.mode != DuplicateAlleles {
		return
	}
	if d.seen == nil {
		d.seen = map[string]struct{}{}
	}
	d.seen[alleleKey(ref, alts)] = struct{}{}
}

// alleleKey is the same text for the same alleles, whatever their order and
// case.
func alleleKey(ref, alts []byte) string {
	list := strings.Split(strings.ToUpper(string(alts)), ",")
	slices.Sort(list)
	return strings.ToUpper(string(ref)) + ">" + strings.Join(list, ",")
}
