package source

import (
	"cmp"
	"fmt"
	"slices"

	"varpanel/hts/bed"
	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/hts/vcf"
	"varpanel/reference/allele"
)

// Listed is an allele that a clinical-significance source lists as pathogenic or
// likely pathogenic.
type Listed struct {
	allele.Allele
	Source       string
	ID           string // "" where the record has none
	Significance string
	Review       string

	region int // of those that were asked for
}

// Pathogenic gives the alleles that the clinical-significance sources list as
// pathogenic or likely pathogenic, and whose position lies in one of the regions:
// region by region, in each source by source, and there in the order of the
// genome. The regions are of one contig, sorted and disjoint. searched is false
// where there is no such source. Each source is read once from the first region to
// the last one.
func (s *Set) Pathogenic(regions []bed.Record) (list []Listed, searched bool, err error) {
	sources := 0
	for _, one := range s.slices {
		if one.description.Kind != ClinicalSignificance || !one.description.Has(FieldSignificance) {
			continue
		}
		sources++
		l := lister{slice: one, regions: regions, list: list, verdicts: map[string]bool{}, words: map[string]string{}, last: -1}
		if err := l.read(); err != nil {
			return nil, true, err
		}
		list = l.list
	}
	if sources > 1 {
		slices.SortStableFunc(list, func(a, b Listed) int { return cmp.Compare(a.region, b.region) })
	}
	return list, sources > 0, nil
}

// lister reads one source. Its texts repeat, so they are judged and kept once.
type lister struct {
	*slice
	regions []bed.Record
	at      int // the first region that a record may still be in
	last    int // position of the record before
	list    []Listed

	record   vcf.Record
	verdicts map[string]bool
	words    map[string]string
}

func (l *lister) read() error {
	if len(l.regions) == 0 {
		return nil
	}
	contig := l.regions[0].Contig
	id, ok := l.index.ID(contig)
	if !ok {
		return nil // the source has no record on this contig
	}
	chunks := l.index.Chunks(id, l.regions[0].Start, l.regions[len(l.regions)-1].End)
	if len(chunks) == 0 {
		return nil
	}
	lines, err := bgzf.NewLines(l.file, l.size, l.blocks)
	if err != nil {
		return err
	}
	return lines.Each(chunks, vcf.MaxLine, func(line []byte) (bool, error) { return l.take(contig, line) })
}

// take looks at one line, and tells when the lines are past the regions. Records
// that are not in order are an error: some would be missed.
func (l *lister) take(contig string, line []byte) (past bool, err error) {
	if len(line) == 0 || line[0] == '#' {
		return false, nil
	}
	r := &l.record
	on, pos, err := place(line, r)
	if err != nil {
		return false, vcf.FaultAt(l.path, fmt.Sprintf("near %s:%d", contig, l.last+1), err)
	}
	if string(on) != contig {
		return false, nil
	}
	if pos < l.last {
		return false, fault.Inputf(l.path, fmt.Sprintf("%s:%d", contig, pos+1), "the records are not sorted")
	}
	l.last = pos
	for l.at < len(l.regions) && l.regions[l.at].End <= pos {
		l.at++
	}
	if l.at == len(l.regions) {
		return true, nil
	}
	if pos < l.regions[l.at].Start {
		return false, nil
	}
	if err := r.Parse(line); err != nil {
		return false, vcf.FaultAt(l.path, fmt.Sprintf("%s:%d", contig, pos+1), err)
	}
	significance := l.value(r, FieldSignificance)
	if !l.pathogenic(significance) {
		return false, nil
	}
	review := l.value(r, FieldReview)
	known := Listed{
		Allele: allele.Allele{Contig: contig, Pos: pos, Ref: string(r.Ref()), Alt: string(r.Alts())},
		Source: l.description.Name, Significance: l.word(significance), Review: l.word(review), region: l.at,
	}
	if id := r.ID(); string(id) != "." {
		known.ID = string(id)
	}
	l.list = append(l.list, known)
	return false, nil
}

// value gives a record's field by its free name: that of the first key that is
// there.
func (s *slice) value(r *vcf.Record, field string) []byte {
	key := slices.Index(s.description.Keys, field)
	if key < 0 {
		return nil
	}
	for _, k := range s.info[key] {
		if value, state := r.InfoValue(k); state == vcf.Present {
			return value
		}
	}
	return nil
}

func (l *lister) pathogenic(significance []byte) bool {
	verdict, known := l.verdicts[string(significance)]
	if !known {
		verdict = IsPathogenic(string(significance))
		l.verdicts[string(significance)] = verdict
	}
	return verdict
}

func (l *lister) word(text []byte) string {
	word, known := l.words[string(text)]
	if !known {
		word = string(text)
		l.words[word] = word
	}
	return word
}
