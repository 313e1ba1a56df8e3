package annotate

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"varpanel/annotate/consequence"
	"varpanel/annotate/csq"
	"varpanel/reference/allele"
	"varpanel/reference/transcript"
)

// HaplotypeWindow is how many bases may lie between two alleles of one haplotype
// that are read together: the window in which normalisation keeps the order.
const HaplotypeWindow = 1000

// heldBytes bounds the text that waits for records to come.
const heldBytes = 64 << 20

// FlagHaplotype marks an entry that takes the other alleles of the haplotype
// into account; those stand in flags that begin with FlagWith.
const (
	FlagHaplotype = "haplotype"
	FlagWith      = "with:"
)

// Coding is an allele of a record that changes codons of one transcript on a
// haplotype that is known.
type Coding struct {
	Transcript *transcript.Transcript
	Piece      consequence.Piece
	Carriers   []Carrier
	Spelt      allele.Allele // as the record spells it
	Allele     string        // the first field of its CSQ entries
	Kept       bool          // the transcript has an entry in the record, and gets one of the haplotype
	More       []string      // values of the caller's own fields in that entry
}

// FlagOther names another allele of the haplotype.
func FlagOther(a allele.Allele) string {
	return FlagWith + strconv.Itoa(a.Pos+1) + a.Ref + ">" + a.Alt
}

// CodingRecord is an annotated record that has such alleles.
type CodingRecord struct {
	Contig     string
	Start, End int // 0-based half-open
	Line, At   int // offsets in the text: of the record, and where its CSQ ends
	Alleles    []Coding
}

// Haplotypes writes annotated records, and adds to each CSQ what its alleles do
// to a transcript together with others of the same haplotype. It gets the records
// in the order of the file and keeps back only those that one to come may still
// meet, so what it writes does not depend on where the text was cut. It is for
// one goroutine.
type Haplotypes struct {
	predictor *consequence.Predictor
	out       io.Writer

	held    []byte       // of texts before
	text    []byte       // of the call under way, which follows held
	records []heldRecord // with coding alleles, in held
	first   int          // number of records[0]
	runs    []*run       // open, by their first record
	spare   []*run       // closed ones, to be used again
	cut     int
	found   []consequence.Compound
	entry   csq.Writer
	pieces  []consequence.Piece
}

type heldRecord struct {
	CodingRecord
	extra []extra
}

// extra is a further entry of a record.
type extra struct {
	transcript *transcript.Transcript
	text       []byte
}

// run is the alleles of one transcript that lie within the window of one another.
type run struct {
	transcript *transcript.Transcript
	contig     string
	end        int
	alleles    []*Coding
	records    []int // the number of each allele's record
}

// NewHaplotypes makes a writer of annotated records.
func NewHaplotypes(p *consequence.Predictor, out io.Writer) *Haplotypes {
	return &Haplotypes{predictor: p, out: out}
}

// Cut tells how often so much text was held that alleles could not wait for
// others within the window.
func (h *Haplotypes) Cut() int { return h.cut }

// Write takes the text of some records, those of them that have coding alleles,
// and where the last record begins. It keeps nothing of text, but the alleles.
func (h *Haplotypes) Write(text []byte, records []CodingRecord, contig string, pos int) error {
	if len(h.runs) == 0 && len(records) == 0 {
		_, err := h.out.Write(text)
		return err
	}
	base := len(h.held)
	h.text = text
	for _, r := range records {
		if err := h.closeBefore(r.Contig, r.Start); err != nil {
			return err
		}
		r.Line, r.At = r.Line+base, r.At+base
		h.add(r)
	}
	if err := h.closeBefore(contig, pos); err != nil {
		return err
	}
	if base+len(text) > heldBytes && len(h.runs) > 0 {
		h.cut++
		if err := h.closeAll(); err != nil {
			return err
		}
	}
	return h.flush()
}

// Close writes what is held. It does not close what it writes to.
func (h *Haplotypes) Close() error {
	if err := h.closeAll(); err != nil {
		return err
	}
	return h.flush()
}

// add puts a record's alleles into the runs of their transcripts.
func (h *Haplotypes) add(r CodingRecord) {
	number := h.first + len(h.records)
	h.records = append(h.records, heldRecord{CodingRecord: r})
	for i := range r.Alleles {
		c := &r.Alleles[i]
		n := slices.IndexFunc(h.runs, func(x *run) bool { return x.transcript == c.Transcript })
		if n < 0 {
			n = len(h.runs)
			h.runs = append(h.runs, h.begin(c.Transcript, r.Contig))
		}
		x := h.runs[n]
		x.end = max(x.end, r.End)
		x.alleles = append(x.alleles, c)
		x.records = append(x.records, number)
	}
}

// begin gives an empty run.
func (h *Haplotypes) begin(t *transcript.Transcript, contig string) *run {
	x := new(run)
	if n := len(h.spare); n > 0 {
		x, h.spare = h.spare[n-1], h.spare[:n-1]
	}
	clear(x.alleles)
	*x = run{transcript: t, contig: contig, alleles: x.alleles[:0], records: x.records[:0]}
	return x
}

// closeBefore ends the runs that a record at pos does not reach.
func (h *Haplotypes) closeBefore(contig string, pos int) error {
	open := h.runs[:0]
	for _, x := range h.runs {
		if x.contig == contig && pos <= x.end+HaplotypeWindow {
			open = append(open, x)
			continue
		}
		if err := h.combine(x); err != nil {
			return err
		}
		h.spare = append(h.spare, x)
	}
	clear(h.runs[len(open):])
	h.runs = open
	return nil
}

func (h *Haplotypes) closeAll() error {
	for _, x := range h.runs {
		if err := h.combine(x); err != nil {
			return err
		}
	}
	h.runs = h.runs[:0]
	return nil
}

// combine adds the entries of a run that has ended.
func (h *Haplotypes) combine(x *run) error {
	if len(x.alleles) < 2 {
		return nil
	}
	h.pieces = h.pieces[:0]
	for _, c := range x.alleles {
		h.pieces = append(h.pieces, c.Piece)
	}
	if h.predictor.Apart(x.transcript, h.pieces) {
		return nil // most runs
	}
	seen := map[string]bool{}
	for _, members := range x.haplotypes() {
		pieces := make([]consequence.Piece, len(members))
		for i, m := range members {
			pieces[i] = x.alleles[m].Piece
		}
		var err error
		if h.found, err = h.predictor.Together(h.found[:0], x.transcript, pieces); err != nil {
			return err
		}
		for i := range h.found {
			c := &h.found[i]
			for k, m := range c.Members {
				c.Members[k] = members[m]
			}
			slices.Sort(c.Members) // in the order of the file
			if key := fmt.Sprint(c.Members); !seen[key] {
				seen[key] = true
				h.entries(x, c)
			}
		}
	}
	return nil
}

// haplotypes gives the alleles that stand together on one haplotype of a sample,
// two at least.
func (x *run) haplotypes() [][]int {
	byPlace := map[Carrier][]int{}
	sets := map[int][]Carrier{} // by sample, in order of appearance
	for i, c := range x.alleles {
		for _, k := range c.Carriers {
			if byPlace[k] == nil {
				sets[k.Sample] = append(sets[k.Sample], k)
			}
			byPlace[k] = append(byPlace[k], i)
		}
	}
	samples := make([]int, 0, len(sets))
	for s := range sets {
		samples = append(samples, s)
	}
	slices.Sort(samples)
	var out [][]int
	for _, s := range samples {
		every := byPlace[Carrier{Sample: s, Haplotype: Every}]
		for _, k := range sets[s] {
			members := byPlace[k]
			switch {
			case k.Haplotype != Every:
				members = slices.Concat(members, every)
				slices.Sort(members)
			case len(sets[s]) > 1:
				continue // part of each of the others
			}
			if len(members) > 1 {
				out = append(out, members)
			}
		}
	}
	return out
}

// entries adds a compound to each of its records.
func (h *Haplotypes) entries(x *run, c *consequence.Compound) {
	own := c.Prediction.Flags
	for _, m := range c.Members {
		if !x.alleles[m].Kept {
			continue
		}
		flags := append(own[:len(own):len(own)], FlagHaplotype)
		for _, other := range c.Members {
			if other != m {
				flags = append(flags, FlagOther(x.alleles[other].Spelt))
			}
		}
		c.Prediction.Flags = flags
		r := &h.records[x.records[m]-h.first]
		text := h.entry.Append([]byte{','}, &c.Prediction, &csq.Entry{Allele: x.alleles[m].Allele, More: x.alleles[m].More})
		r.extra = append(r.extra, extra{x.transcript, text})
	}
}

// flush writes what no open run waits for.
func (h *Haplotypes) flush() error {
	next := h.first + len(h.records)
	for _, x := range h.runs {
		next = min(next, x.records[0])
	}
	done := h.records[:next-h.first]
	at := 0
	for i := range done {
		r := &done[i]
		if len(r.extra) == 0 {
			continue
		}
		if err := h.write(at, r.At); err != nil {
			return err
		}
		at = r.At
		slices.SortStableFunc(r.extra, compareExtra)
		for _, e := range r.extra {
			if _, err := h.out.Write(e.text); err != nil {
				return err
			}
		}
	}
	end := len(h.held) + len(h.text)
	if len(done) < len(h.records) {
		end = h.records[len(done)].Line
	}
	if err := h.write(at, end); err != nil {
		return err
	}
	h.keep(end)
	h.records = h.records[:copy(h.records, h.records[len(done):])]
	for i := range h.records {
		h.records[i].Line -= end
		h.records[i].At -= end
	}
	h.first = next
	return nil
}

// write writes what stands between two offsets of held and text.
func (h *Haplotypes) write(from, to int) error {
	n := len(h.held)
	for _, part := range [...][]byte{h.held[min(from, n):min(to, n)], h.text[max(from-n, 0):max(to-n, 0)]} {
		if len(part) == 0 {
			continue
		}
		if _, err := h.out.Write(part); err != nil {
			return err
		}
	}
	return nil
}

// keep holds what follows an offset of held and text.
func (h *Haplotypes) keep(from int) {
	n := len(h.held)
	h.held = h.held[:copy(h.held, h.held[min(from, n):])]
	h.held = append(h.held, h.text[max(from-n, 0):]...)
	h.text = nil
}

func compareExtra(a, b extra) int {
	s, t := a.transcript, b.transcript
	return cmp.Or(cmp.Compare(s.Start, t.Start), cmp.Compare(s.End, t.End), strings.Compare(s.ID, t.ID),
		bytes.Compare(a.text, b.text))
}
