package transcript

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// match is one cDNA_match: how a run of a transcript's own sequence lies on the
// genome.
type match struct {
	contig     string
	start, end int // genomic
	from, to   int // on the transcript, 0-based half-open
	strand     Strand
	gap        string // GFF3's Gap, in the direction of the transcript; "" for none
	line       int
}

// addMatch takes a cDNA_match with its Target and Gap.
func (b *builder) addMatch(l *line) error {
	target := strings.Fields(string(unescape(b.dialect.find(l.attributes, "Target"))))
	if len(target) < 3 {
		return wrong("attributes", "a cDNA_match has Target=ID START END")
	}
	from, ok1 := position([]byte(target[1]))
	to, ok2 := position([]byte(target[2]))
	if !ok1 || !ok2 || from == 0 || to < from {
		return wrong("attributes", "Target=%s has no place", shorten([]byte(strings.Join(target, " "))))
	}
	m := match{
		contig: b.own.word(l.contig), start: l.start, end: l.end, from: from - 1, to: to, strand: strandOf(l.strand),
		gap: string(bytes.ReplaceAll(b.dialect.find(l.attributes, "Gap"), []byte{'+'}, []byte{' '})), line: b.number,
	}
	if len(target) > 3 && target[3] == "-" {
		m.strand = -m.strand
	}
	b.matches = append(b.matches, targeted{target[0], m})
	return nil
}

type targeted struct {
	target string
	match
}

func (b *builder) matchesByTarget() map[string][]match {
	out := make(map[string][]match, len(b.matches))
	for _, m := range b.matches {
		out[m.target] = append(out[m.target], m.match)
	}
	return out
}

// align gives a transcript the blocks of its own cDNA_match features, where they
// have gaps. An exon that none of them covers follows the one before it.
func (b *builder) align(t *Transcript, matches map[string][]match) error {
	if len(matches) == 0 {
		return nil
	}
	all := matches[t.Accession]
	if len(all) == 0 {
		all = matches[t.VersionedID()]
	}
	var own []match
	for _, m := range all {
		if m.contig == t.Contig && m.strand == t.Strand && m.start < t.End && m.end > t.Start {
			own = append(own, m)
		}
	}
	if len(own) == 0 {
		return nil
	}
	blocks, err := b.blocks(t, own)
	if err != nil {
		return err
	}
	t.SetAlignment(blocks)
	return nil
}

// SetAlignment gives a transcript that is not yet part of a model the blocks
// that it shares with the genome, in any order. Blocks that say no more than the
// exons do are dropped; others call the transcript different from the genome.
func (t *Transcript) SetAlignment(blocks []Block) {
	blocks = slices.Clone(blocks)
	slices.SortFunc(blocks, func(a, b Block) int { return cmp.Compare(a.Start, b.Start) })
	t.Alignment = nil
	if slices.Equal(blocks, t.blocks()) {
		return
	}
	t.Alignment, t.Differs = blocks, true
}

// blocks lays the exons of a transcript out by its matches.
func (b *builder) blocks(t *Transcript, own []match) ([]Block, error) {
	var blocks []Block
	offset := 0
	for i := range t.Exons {
		e := t.Exons[i]
		if t.Strand == Minus {
			e = t.Exons[len(t.Exons)-1-i]
		}
		k := slices.IndexFunc(own, func(m match) bool { return m.start <= e.Start && m.end >= e.End })
		if k < 0 {
			blocks = append(blocks, Block{e.Start, e.End, offset})
			offset += e.End - e.Start
			continue
		}
		m := own[k]
		var ok bool
		if blocks, ok = m.appendBlocks(blocks); !ok {
			return nil, b.fault(m.line, "the Gap of %s does not come out at the ends of its cDNA_match", t.VersionedID())
		}
		offset = m.to
	}
	return blocks, nil
}

// appendBlocks appends the runs without a gap; false where the operations do not
// come out at the ends of both spans.
func (m match) appendBlocks(dst []Block) ([]Block, bool) {
	gap := m.gap
	if gap == "" {
		gap = "M" + strconv.Itoa(m.end-m.start)
	}
	g, t := 0, m.from // from the 5' end on the transcript's strand
	for op := range strings.FieldsSeq(gap) {
		n, ok := position([]byte(op[1:]))
		if !ok || n > m.end-m.start+m.to-m.from {
			return dst, false
		}
		switch op[0] {
		case 'M':
			block := Block{m.start + g, m.start + g + n, t}
			if m.strand == Minus {
				block.Start, block.End = m.end-g-n, m.end-g
			}
			dst = append(dst, block)
			g, t = g+n, t+n
		case 'I':
			t += n
		case 'D':
			g += n
		default:
			return dst, false
		}
	}
	return dst, g == m.end-m.start && t == m.to
}

// blocks gives the runs that transcript and genome share, ascending by genomic
// position: the alignment's, or the exons.
func (t *Transcript) blocks() []Block {
	if t.Alignment != nil {
		return t.Alignment
	}
	out := make([]Block, len(t.Exons))
	offset := 0
	for k := range t.Exons {
		i := k
		if t.Strand == Minus {
			i = len(t.Exons) - 1 - k
		}
		e := t.Exons[i]
		out[i] = Block{e.Start, e.End, offset}
		offset += e.End - e.Start
	}
	return out
}
