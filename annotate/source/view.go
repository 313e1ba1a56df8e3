package source

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/hts/vcf"
	"varpanel/reference/allele"
)

// windowSize is how many bases of a source are read at a time: the tile of a
// .tbi's linear index.
const windowSize = 1 << 14

// View looks up alleles. It keeps the last window of each source, so alleles in
// the order of the genome are looked up fastest. It is for one goroutine.
type View struct {
	set     *Set
	windows []window // one a slice
	record  vcf.Record
}

// window is the records of one source that begin in contig[start:start+windowSize].
type window struct {
	contig  string
	start   int // 0-based; a multiple of windowSize
	loaded  bool
	lines   *bgzf.Lines
	text    []byte // the lines, one after the other
	entries []entry
}

type entry struct {
	pos        int // 0-based
	begin, end int // of the line in text
}

// View makes a view for one goroutine.
func (s *Set) View() *View { return &View{set: s, windows: make([]window, len(s.slices))} }

// Lookup appends to dst the records of every source that hold the allele, which
// is normalised and has the bundle's contig name. They come in the order of the
// sources; one source may give several.
func (v *View) Lookup(a allele.Allele, dst []Hit) ([]Hit, error) {
	for i, s := range v.set.slices {
		w, err := v.load(i, a.Contig, a.Pos)
		if err != nil {
			return dst, err
		}
		for _, e := range w.at(a.Pos) {
			if err := v.parse(s, w, e); err != nil {
				return dst, err
			}
			if string(v.record.Ref()) == a.Ref && string(v.record.Alts()) == a.Alt {
				dst = append(dst, s.hit(&v.record, ByAllele))
			}
		}
	}
	if v.set.panel != nil {
		dst = v.set.panel.lookup(a, dst)
	}
	return dst, nil
}

// codon is how far from an allele the other bases of its codon can lie; a codon
// that an intron cuts is matched on the allele's side only.
const codon = 2

// LookupProtein appends to dst, for each source of kind hotspot, the first
// record near contig[start:end] (0-based half-open, the allele's REF span) that
// has the same protein change in the same gene. The change is in one-letter
// form, as ProteinChange gives it; empty gives no hit. A source without gene
// names is matched by place and change.
func (v *View) LookupProtein(contig string, start, end int, gene, change string, dst []Hit) ([]Hit, error) {
	if change == "" {
		return dst, nil
	}
	from, to := max(start-codon, 0), end+codon
	for i, s := range v.set.slices {
		if s.description.Kind != Hotspot || s.protein < 0 {
			continue
		}
		hit, ok, err := v.proteinHit(i, contig, from, to, gene, change)
		if err != nil {
			return dst, err
		}
		if ok {
			dst = append(dst, hit)
		}
	}
	if v.set.panel != nil {
		dst = v.set.panel.lookupProtein(contig, from, to, gene, change, dst)
	}
	return dst, nil
}

func (v *View) proteinHit(i int, contig string, from, to int, gene, change string) (Hit, bool, error) {
	s := v.set.slices[i]
	for start := from - from%windowSize; start < to; start += windowSize {
		w, err := v.load(i, contig, start)
		if err != nil {
			return Hit{}, false, err
		}
		for _, e := range w.between(from, to) {
			if err := v.parse(s, w, e); err != nil {
				return Hit{}, false, err
			}
			h := s.hit(&v.record, ByProtein)
			if oneLetter(h.Fields[s.protein]) == change && (s.gene < 0 || sameGene(h.Fields[s.gene], gene)) {
				return h, true, nil
			}
		}
	}
	return Hit{}, false, nil
}

func sameGene(of, gene string) bool { return of == "" || gene == "" || strings.EqualFold(of, gene) }

func (v *View) parse(s *slice, w *window, e entry) error {
	if err := v.record.Parse(w.text[e.begin:e.end]); err != nil {
		return vcf.FaultAt(s.path, fmt.Sprintf("%s:%d", w.contig, e.pos+1), err)
	}
	return nil
}

// hit takes the fields of a record. Its strings are copies.
func (s *slice) hit(r *vcf.Record, by MatchBy) Hit {
	h := Hit{Source: s.description.Name, Kind: s.description.Kind, By: by, Fields: make([]string, len(s.info))}
	if id := string(r.ID()); id != "." {
		h.ID = id
	}
	for i, keys := range s.info {
		for _, k := range keys {
			value, state := r.InfoValue(k)
			if state != vcf.Present {
				continue
			}
			if value == nil { // a flag
				value = []byte("1")
			}
			h.Fields[i] = string(value)
			break
		}
	}
	return h
}

// load gives the window of a source that holds a position.
func (v *View) load(i int, contig string, pos int) (*window, error) {
	w := &v.windows[i]
	start := max(pos, 0) - max(pos, 0)%windowSize
	if w.loaded && w.start == start && w.contig == contig {
		return w, nil
	}
	w.contig, w.start, w.loaded = contig, start, false
	w.text, w.entries = w.text[:0], w.entries[:0]
	if err := v.fill(v.set.slices[i], w); err != nil {
		return nil, err
	}
	w.loaded = true
	return w, nil
}

func (v *View) fill(s *slice, w *window) error {
	id, ok := s.index.ID(w.contig)
	if !ok {
		return nil // the source has no record on this contig
	}
	chunks := s.index.Chunks(id, w.start, w.start+windowSize)
	if len(chunks) == 0 {
		return nil
	}
	if w.lines == nil {
		var err error
		if w.lines, err = bgzf.NewLines(s.file, s.size, s.blocks); err != nil {
			return err
		}
	}
	return w.lines.Each(chunks, vcf.MaxLine, func(line []byte) (bool, error) { return v.keep(s, w, line) })
}

// keep adds a line to the window if its record begins there, and tells when the
// lines are past it. Records that are not in order are an error: a search among
// them would miss some.
func (v *View) keep(s *slice, w *window, line []byte) (past bool, err error) {
	if len(line) == 0 || line[0] == '#' {
		return false, nil
	}
	contig, pos, err := place(line, &v.record)
	if err != nil {
		return false, vcf.FaultAt(s.path, "near "+fmt.Sprintf("%s:%d", w.contig, w.start+1), err)
	}
	switch {
	case string(contig) != w.contig || pos < w.start:
		return false, nil
	case pos >= w.start+windowSize:
		return true, nil
	case len(w.entries) > 0 && pos < w.entries[len(w.entries)-1].pos:
		return false, fault.Inputf(s.path, fmt.Sprintf("%s:%d", w.contig, pos+1), "the records are not sorted")
	}
	w.entries = append(w.entries, entry{pos: pos, begin: len(w.text), end: len(w.text) + len(line)})
	w.text = append(w.text, line...)
	return false, nil
}

// place gives a line's contig and 0-based position. It looks at no more than that
// and the number of columns: of most lines nothing else is wanted, and Parse, which
// looks at all of it, says what is wrong. record is scratch.
func place(line []byte, record *vcf.Record) (contig []byte, pos int, err error) {
	contig, rest, _ := bytes.Cut(line, tab)
	column, _, _ := bytes.Cut(rest, tab)
	one, state := vcf.Int(column)
	if len(contig) > 0 && state == vcf.Present && column[0] >= '0' && one <= vcf.MaxPos && bytes.Count(line, tab) >= int(vcf.Info) {
		return contig, one - 1, nil
	}
	if err := record.Parse(line); err != nil {
		return nil, 0, err
	}
	return record.Chrom(), record.Pos(), nil
}

var tab = []byte{'\t'}

func (w *window) at(pos int) []entry { return w.between(pos, pos+1) }

// between gives the entries with from <= pos < to.
func (w *window) between(from, to int) []entry {
	first := func(pos int) int {
		i, _ := slices.BinarySearchFunc(w.entries, pos, func(e entry, p int) int { return cmp.Compare(e.pos, p) })
		return i
	}
	return w.entries[first(from):first(to)]
}
