package build

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"varpanel/reference/bundle"
	"varpanel/reference/genome"
	"varpanel/reference/panel"
	"varpanel/reference/transcript"
)

// spliceFlank is looked at beside each coding part: the splice donor and
// acceptor dinucleotides.
const spliceFlank = 2

// part is the coding part of an exon, or the whole exon of a non-coding
// transcript.
type part struct {
	exon int // in the transcript's direction, from 1
	interval
}

// parts lists a transcript's coding parts by genomic position.
func parts(t *transcript.Transcript) []part {
	var out []part
	for i, e := range t.Exons {
		p := part{exon: i + 1, interval: interval{e.Start, e.End}}
		if t.Strand == transcript.Minus {
			p.exon = len(t.Exons) - i
		}
		if t.CDSStart >= 0 {
			p.start, p.end = max(p.start, t.CDSStart), min(p.end, t.CDSEnd)
		}
		if p.end > p.start {
			out = append(out, p)
		}
	}
	return out
}

// surveyor looks which bases of the genome are known.
type surveyor struct {
	seq   genome.Sequence
	flank int // the profile's coverage_flank
}

// gaps lists the stretches of an interval whose bases are none of A, C, G and
// T; all of it where the FASTA lacks the contig. What leaves the contig is cut.
func (s *surveyor) gaps(contig string, i interval) ([]interval, error) {
	length, ok := s.seq.Length(contig)
	if !ok {
		return []interval{i}, nil
	}
	i = interval{max(i.start, 0), min(i.end, length)}
	if i.end <= i.start {
		return nil, nil
	}
	bases, err := s.seq.Bases(contig, i.start, i.end)
	if err != nil {
		return nil, err
	}
	var out []interval
	for k, b := range bases {
		switch b {
		case 'A', 'C', 'G', 'T':
			continue
		}
		at := i.start + k
		if n := len(out); n > 0 && out[n-1].end == at {
			out[n-1].end++
		} else {
			out = append(out, interval{at, at + 1})
		}
	}
	return out, nil
}

// tally counts a gene's coding bases, over the union of its transcripts.
type tally struct {
	coding  []interval // parts
	looked  []interval // parts with splice flank
	unknown []interval // of looked
}

func (t *tally) counts() (coding, codingUnknown, looked, lookedUnknown int) {
	t.coding, t.looked, t.unknown = merge(t.coding), merge(t.looked), merge(t.unknown)
	for _, c := range t.coding {
		coding += c.length()
		for _, u := range meet(c, t.unknown) {
			codingUnknown += u.length()
		}
	}
	for _, l := range t.looked {
		looked += l.length()
	}
	for _, u := range t.unknown {
		lookedUnknown += u.length()
	}
	return coding, codingUnknown, looked, lookedUnknown
}

// assess sets the member's state and gives its rows of the coverage report.
// Transcripts that reach past their contig's end, or whose complete CDS has
// inner stops, are broken: nothing lets them pass.
func (s *surveyor) assess(m *member) ([]bundle.Exon, error) {
	if len(m.chosen) == 0 {
		m.State = panel.NotAssessed
		return nil, nil
	}
	var rows []bundle.Exon
	var sum tally
	var missing []string // exons without sequence, in words, a transcript
	for _, t := range m.chosen {
		if err := s.problems(m, t); err != nil {
			return nil, err
		}
		var exons []int
		for _, p := range parts(t) {
			looked := interval{p.start - spliceFlank, p.end + spliceFlank}
			gaps, err := s.gaps(t.Contig, looked)
			if err != nil {
				return nil, err
			}
			sum.coding = append(sum.coding, p.interval)
			sum.looked = append(sum.looked, s.inside(t.Contig, looked))
			sum.unknown = append(sum.unknown, gaps...)
			if len(gaps) > 0 {
				exons = append(exons, p.exon)
			}
			m.addParts(t, p, gaps)
			rows = append(rows, s.rows(m, t, p, gaps)...)
		}
		if len(exons) > 0 {
			missing = append(missing, t.Accession+" "+exonList(exons))
		}
	}
	coding, codingUnknown, looked, lookedUnknown := sum.counts()
	switch {
	case lookedUnknown == 0:
		m.State = panel.Assessed
	case lookedUnknown == looked:
		m.State = panel.NotAssessed
	default:
		m.State = panel.PartAssessed
	}
	if lookedUnknown > 0 {
		what := fmt.Sprintf("%s of %s coding bases have no sequence", thousands(codingUnknown), thousands(coding))
		if codingUnknown == 0 {
			what = fmt.Sprintf("%d splice-site bases have no sequence", lookedUnknown)
		}
		m.lacking = append(m.lacking, what+" ("+strings.Join(missing, "; ")+")")
	}
	return rows, nil
}

// inside cuts an interval to its contig.
func (s *surveyor) inside(contig string, i interval) interval {
	i.start = max(i.start, 0)
	if length, ok := s.seq.Length(contig); ok {
		i.end = min(i.end, length)
	}
	return i
}

// addParts lists each stretch without sequence.
func (m *member) addParts(t *transcript.Transcript, p part, gaps []interval) {
	for _, g := range gaps {
		coding := max(0, min(g.end, p.end)-max(g.start, p.start))
		m.NotAssessed = append(m.NotAssessed, panel.Part{
			Transcript: t.Accession, Exon: p.exon, Contig: t.Contig, Start: g.start, End: g.end, Bases: coding,
		})
	}
}

// rows gives the exon's rows of exons.bed: one where the exon has all or none of
// its sequence, else one for each stretch.
func (s *surveyor) rows(m *member, t *transcript.Transcript, p part, gaps []interval) []bundle.Exon {
	row := bundle.Exon{
		Gene: m.Symbol, HGNCID: m.HGNCID, Transcript: t.Accession, Number: p.exon, Contig: t.Contig,
		Start: p.start, End: p.end,
	}
	return s.stretches(row, gaps)
}

// stretches cuts a row where its sequence begins and ends, and adds the
// coverage flank at its two outer ends.
func (s *surveyor) stretches(row bundle.Exon, gaps []interval) []bundle.Exon {
	whole := interval{row.Start, row.End}
	unknown := meet(whole, gaps)
	var out []bundle.Exon
	add := func(i interval, state panel.State) {
		if i.end <= i.start {
			return
		}
		r := row
		r.Start, r.End, r.State = i.start, i.end, state
		out = append(out, r)
	}
	switch {
	case len(gaps) == 0:
		add(whole, panel.Assessed)
	case len(unknown) == 1 && unknown[0] == whole:
		add(whole, panel.NotAssessed)
	default:
		at := whole.start
		for _, u := range unknown {
			add(interval{at, u.start}, panel.PartAssessed)
			add(u, panel.NotAssessed)
			at = u.end
		}
		add(interval{at, whole.end}, panel.PartAssessed)
	}
	outer := s.inside(row.Contig, interval{whole.start - s.flank, whole.end + s.flank})
	out[0].Start, out[len(out)-1].End = outer.start, outer.end
	return out
}

// problems sorts what is wrong with a chosen transcript into what breaks the
// build and what is only noted.
func (s *surveyor) problems(m *member, t *transcript.Transcript) error {
	found, err := t.Problems(s.seq)
	if err != nil {
		return err
	}
	for _, p := range found {
		if p.Kind != transcript.PastContigEnd && p.Kind != transcript.InnerStop {
			m.Notes = append(m.Notes, p.Detail)
			continue
		}
		if p.Kind == transcript.InnerStop && slices.Contains(selenoproteins, m.Symbol) {
			only, err := s.onlySelenocysteine(t)
			if err != nil {
				return err
			}
			if only {
				m.Notes = append(m.Notes, p.Detail+", each a TGA: a selenoprotein reads them as selenocysteine; consequences at and behind such a codon need a look")
				continue
			}
		}
		m.broken = append(m.broken, p.Detail)
	}
	return nil
}

// onlySelenocysteine tells whether every inner stop codon of a CDS is a TGA.
func (s *surveyor) onlySelenocysteine(t *transcript.Transcript) (bool, error) {
	m := transcript.NewMap(t)
	bases, err := m.Spliced(s.seq)
	if err != nil || m.CDSStart < 0 {
		return false, err
	}
	cds := bases[m.CDSStart:m.CDSEnd]
	for i := (3 - m.Pad) % 3; i+6 <= len(cds); i += 3 {
		if codon := string(cds[i : i+3]); codon == "TAA" || codon == "TAG" {
			return false, nil
		}
	}
	return true, nil
}

// exonList writes exon numbers as "exons 2-5, 9".
func exonList(exons []int) string {
	slices.Sort(exons)
	exons = slices.Compact(exons)
	var out []string
	for i := 0; i < len(exons); {
		j := i
		for j+1 < len(exons) && exons[j+1] == exons[j]+1 {
			j++
		}
		s := strconv.Itoa(exons[i])
		if j > i {
			s += "-" + strconv.Itoa(exons[j])
		}
		out = append(out, s)
		i = j + 1
	}
	if len(exons) == 1 {
		return "exon " + out[0]
	}
	return "exons " + strings.Join(out, ", ")
}

// thousands writes a number with commas.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
