package main

import (
	"fmt"
	"slices"

	"varpanel/hts/fasta"
)

const contig = "chr19"

// haplotype tells which copies of the chromosome carry a variant.
type haplotype int

const (
	first    haplotype = iota // the copy that the fragments of strand 0 come from
	second                    // the other
	artefact                  // no copy: a few fragments only, as a chemical artefact makes them
)

// planted is one variant of the made-up person. pos is 0-based, ref and alt in
// VCF's manner; the design stands in the file's order.
type planted struct {
	pos      int
	ref, alt string
	on       haplotype
	filter   string
	qual     int
}

// design is what the person carries, and what the demo shows by it:
//
//   - c.374+14T>C, near the exon but of no consequence: excluded by consequence
//   - c.464+60T>C, outside the scan regions: no row, a question for `explain`
//   - c.842del, p.(Pro281ArgfsTer6), ClinVar 192227, known to be pathogenic
//   - c.920+7G>C, common in the population: excluded by frequency
//   - c.965T>C, p.(Ile322Thr), which the demo's sources do not know
//   - c.1180G>T, p.(Gly394Cys), four fragments: fails the caller's filter
var design = []planted{
	{pos: 1218513, ref: "T", alt: "C", on: second, filter: "PASS", qual: 611},
	{pos: 1219472, ref: "T", alt: "C", on: first, filter: "PASS", qual: 548},
	{pos: 1221313, ref: "GC", alt: "G", on: first, filter: "PASS", qual: 702},
	{pos: 1222012, ref: "G", alt: "C", on: second, filter: "PASS", qual: 655},
	{pos: 1223028, ref: "T", alt: "C", on: second, filter: "PASS", qual: 630},
	{pos: 1226524, ref: "G", alt: "T", on: artefact, filter: "low_vaf", qual: 11},
}

// artefactFragments is how many fragments show each artefact.
const artefactFragments = 4

// A run of equal bases where the deletion lies: no read begins or ends in it or
// within ten bases of it, so that every read tells which allele it has. Bounds
// are 0-based half-open.
const (
	runStart = 1221314 - 10
	runEnd   = 1221320 + 10
)

// person holds the sequence around the exons. It begins at offset start of the
// contig, 0-based.
type person struct {
	draw
	bases []byte
	start int
}

// newPerson reads the sequence and checks the design against it.
func newPerson(ref *fasta.File, exons []exon) (*person, error) {
	start, end := exons[0].Start, exons[0].End
	for _, e := range exons {
		start, end = min(start, e.Start), max(end, e.End)
	}
	start, end = start-margin, end+margin
	bases, err := ref.Bases(contig, start, end)
	if err != nil {
		return nil, err
	}
	if i := slices.Index(bases, 'N'); i >= 0 {
		return nil, fmt.Errorf("the sequence has N at %s:%d", contig, start+i+1)
	}
	p := &person{draw: draw{seed}, bases: bases, start: start}
	for _, v := range design {
		if got := string(p.reference(v.pos, len(v.ref))); got != v.ref {
			return nil, fmt.Errorf("%s:%d is %s, the design has %s", contig, v.pos+1, got, v.ref)
		}
	}
	return p, nil
}

// reference gives n bases from the 0-based position pos.
func (p *person) reference(pos, n int) []byte { return p.bases[pos-p.start : pos-p.start+n] }
