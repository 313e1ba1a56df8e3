package source

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"varpanel/hts/bcf"
	"varpanel/hts/bgzf"
	"varpanel/hts/vcf"
	"varpanel/reference/allele"
)

// KnownList is the name of the source that --known gives.
const KnownList = "known"

// What a laboratory's list says of an allele.
const (
	Include  = "include"
	Artefact = "artefact"
)

// INFO keys of a --known file.
const (
	infoKnown  = "VP_KNOWN"
	infoReason = "VP_REASON"
)

// maxKnown bounds the alleles of a list in memory.
const maxKnown = 5_000_000

// Known is a laboratory's list of alleles, in memory. It is read-only and safe
// for concurrent use.
type Known struct {
	hits map[allele.Allele]Hit
	// Elsewhere counts the alleles on contigs that the bundle lacks.
	Elsewhere int
}

// KnownDescription describes the hits of a Known.
func KnownDescription() Description {
	return Description{Name: KnownList, Kind: List, Keys: []string{FieldKnown, FieldReason}}
}

// OpenKnown reads a VCF or BCF with INFO VP_KNOWN=include or artefact and, if wanted,
// VP_REASON. Each ALT is normalised against the bundle's sequence. resolve
// gives the bundle's name of a header's contig (length 0 where the header has
// none) and whether it has it. An allele that is said to be both, a REF that
// differs from the reference, and a record without VP_KNOWN are Input errors.
func OpenKnown(path string, o bgzf.Options, seq allele.Sequence, resolve func(name string, length int) (string, bool)) (*Known, error) {
	in, err := bcf.Open(path, o)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	k := &Known{hits: make(map[allele.Allele]Hit)}
	var r vcf.Record
	for {
		err := in.Read(&r)
		if errors.Is(err, io.EOF) {
			return k, nil
		}
		if err != nil {
			return nil, err
		}
		if err := k.add(&r, in.Header(), seq, resolve); err != nil {
			place := fmt.Sprintf("line %d", in.LineNumber())
			var c *vcf.ColumnError
			if errors.As(err, &c) {
				return nil, vcf.FaultAt(path, place, err)
			}
			return nil, fmt.Errorf("%s: %s: %w", path, place, err)
		}
	}
}

func (k *Known) add(r *vcf.Record, h *vcf.Header, seq allele.Sequence, resolve func(string, int) (string, bool)) error {
	says, err := verdict(r)
	if err != nil {
		return err
	}
	length := 0
	if c, ok := h.Contig(string(r.Chrom())); ok {
		length = c.Length
	}
	contig, ok := resolve(string(r.Chrom()), length)
	if !ok {
		k.Elsewhere += r.NAlt()
		return nil
	}
	for i := range r.NAlt() {
		if vcf.KindOfAlt(r.Alt(i)) != vcf.SequenceAlt {
			return &vcf.ColumnError{Column: "ALT", Msg: "is no sequence: the list holds sequence alleles"}
		}
		a := allele.Allele{Contig: contig, Pos: r.Pos(), Ref: strings.ToUpper(string(r.Ref())),
			Alt: strings.ToUpper(string(r.Alt(i)))}
		state, err := allele.Check(a, seq)
		if err != nil {
			return err
		}
		if state == allele.RefMismatch {
			return &vcf.ColumnError{Column: "REF", Msg: "differs from the bundle's reference: another assembly?"}
		}
		if a, err = allele.LeftAlign(a, seq); err != nil {
			return err
		}
		hit := Hit{Source: KnownList, Kind: List, By: ByAllele, Fields: says}
		if id := string(r.ID()); id != "." {
			hit.ID = id
		}
		if have, twice := k.hits[a]; twice && have.Fields[0] != says[0] {
			return &vcf.ColumnError{Column: "INFO", Msg: "the allele is listed as include and as artefact"}
		} else if twice {
			continue
		}
		if len(k.hits) == maxKnown {
			return &vcf.ColumnError{Msg: fmt.Sprintf("more than %d alleles", maxKnown)}
		}
		k.hits[a] = hit
	}
	return nil
}

// verdict gives the fields of a hit: what the list says, and why.
func verdict(r *vcf.Record) ([]string, error) {
	v, state := r.InfoValue(infoKnown)
	says := strings.ToLower(string(v))
	if state != vcf.Present || says != Include && says != Artefact {
		return nil, &vcf.ColumnError{Column: "INFO", Msg: fmt.Sprintf("%s is neither %s nor %s", infoKnown, Include, Artefact)}
	}
	reason, _ := r.InfoValue(infoReason)
	return []string{says, string(reason)}, nil
}

// Len is the number of alleles in the list.
func (k *Known) Len() int { return len(k.hits) }

// Lookup appends the list's entry for a normalised allele. A nil list has none.
func (k *Known) Lookup(a allele.Allele, dst []Hit) []Hit {
	if k == nil {
		return dst
	}
	if h, ok := k.hits[a]; ok {
		dst = append(dst, h)
	}
	return dst
}
