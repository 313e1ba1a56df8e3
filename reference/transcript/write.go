package transcript

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"varpanel/hts/gff"
)

// AppendGFF3 appends genes with their transcripts, exons and coding segments
// as a GFF3 file with header, sorted by contig (in the order in which contigs
// first appear), start and depth in the tree, as tabix needs it. ReadGFF3 gives
// equal genes back.
func AppendGFF3(dst []byte, genes []*Gene) []byte {
	type line struct {
		rank, start, depth, order int
		feature                   gff.Feature
	}
	var lines []line
	ranks := map[string]int{}
	for _, g := range genes {
		if _, ok := ranks[g.Contig]; !ok {
			ranks[g.Contig] = len(ranks)
		}
		add := func(depth int, f gff.Feature) {
			f.Seqid, f.Source, f.Score = g.Contig, "varpanel", "."
			lines = append(lines, line{ranks[g.Contig], f.Start, depth, len(lines), f})
		}
		add(0, g.feature())
		for _, t := range g.Transcripts {
			add(1, t.feature())
			t.parts(func(f gff.Feature) { add(2, f) })
		}
	}
	slices.SortFunc(lines, func(a, b line) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.start, b.start),
			cmp.Compare(a.depth, b.depth), cmp.Compare(a.order, b.order))
	})
	dst = append(dst, "##gff-version 3\n"...)
	for i := range lines {
		dst = gff.Append(dst, &lines[i].feature)
	}
	return dst
}

func strandByte(s Strand) byte {
	if s == Minus {
		return '-'
	}
	return '+'
}

func set(attributes []gff.Attribute, key, value string) []gff.Attribute {
	if value == "" {
		return attributes
	}
	return append(attributes, gff.Attribute{Key: key, Value: value})
}

func (g *Gene) feature() gff.Feature {
	a := set(nil, "ID", "gene:"+g.ID)
	a = set(a, "Name", g.Symbol)
	a = set(a, "biotype", g.Biotype)
	a = set(a, "gene_id", g.ID)
	a = set(a, "hgnc_id", g.HGNCID)
	return gff.Feature{Type: "gene", Start: g.Start, End: g.End, Strand: strandByte(g.Strand), Phase: -1, Attributes: a}
}

func (t *Transcript) feature() gff.Feature {
	a := set(nil, "ID", "transcript:"+t.ID)
	a = set(a, "Parent", "gene:"+t.GeneID)
	a = set(a, "Name", t.Name)
	a = set(a, "biotype", t.Biotype)
	a = set(a, "transcript_id", t.ID)
	a = set(a, "version", t.Version)
	a = set(a, "mane_select", t.MANESelect)
	a = set(a, "mane_plus_clinical", t.MANEPlusClinical)
	a = set(a, "tag", t.tagList())
	a = set(a, "refseq_select", t.RefSeqSelect)
	if t.RefSeqSpanEqual {
		a = set(a, "span_check", spanEqual)
	}
	if t.Differs && t.Alignment == nil {
		a = set(a, "differs_from_genome", "1")
	}
	a = t.partial(a)
	a = set(a, "accession", t.Accession)
	a = set(a, "named_by", string(t.NamedBy))
	kind := "transcript"
	if t.CDSStart >= 0 {
		kind = "mRNA"
	}
	return gff.Feature{Type: kind, Start: t.Start, End: t.End, Strand: strandByte(t.Strand), Phase: -1, Attributes: a}
}

// tagList joins the tags; a comma inside one is escaped.
func (t *Transcript) tagList() string {
	tags := make([]string, len(t.Tags))
	for i, tag := range t.Tags {
		tags[i] = strings.ReplaceAll(tag, ",", "%2C")
	}
	return strings.Join(tags, ",")
}

// partial says that the CDS is cut, where neither tags nor phases say it.
func (t *Transcript) partial(a []gff.Attribute) []gff.Attribute {
	if t.CDSStart < 0 {
		return a
	}
	first, length := int8(0), 0
	for i := range t.Exons {
		e := t.Exons[i]
		if t.Strand == Minus {
			e = t.Exons[len(t.Exons)-1-i]
		}
		if e.Phase < 0 {
			continue
		}
		if length == 0 {
			first = e.Phase
		}
		length += min(e.End, t.CDSEnd) - max(e.Start, t.CDSStart)
	}
	for _, s := range t.Slips {
		length -= s.Shift
	}
	low := t.Incomplete5 && first == 0 && !slices.Contains(t.Tags, "cds_start_NF")
	high := t.Incomplete3 && (length-int(first))%3 == 0 && !slices.Contains(t.Tags, "cds_end_NF")
	if t.Strand == Minus {
		low, high = high, low
	}
	if low {
		a = set(a, "start_range", ".,"+strconv.Itoa(t.CDSStart+1))
	}
	if high {
		a = set(a, "end_range", strconv.Itoa(t.CDSEnd)+",.")
	}
	return a
}

// parts gives the features of exons, with their rank, of coding segments, of
// mature products and of the alignment.
func (t *Transcript) parts(add func(gff.Feature)) {
	parent := "transcript:" + t.ID
	feature := func(kind string, start, end int, a []gff.Attribute) gff.Feature {
		return gff.Feature{Type: kind, Start: start, End: end, Strand: strandByte(t.Strand), Phase: -1, Attributes: a}
	}
	coding := t.codingAttributes(parent)
	for i, e := range t.Exons {
		rank := i + 1
		if t.Strand == Minus {
			rank = len(t.Exons) - i
		}
		add(feature("exon", e.Start, e.End, set(set(nil, "Parent", parent), "rank", strconv.Itoa(rank))))
		if e.Phase < 0 {
			continue
		}
		for _, s := range t.codingSegments(e) {
			f := feature("CDS", int(s.start), int(s.end), coding)
			f.Phase = s.phase
			add(f)
		}
	}
	for i, m := range t.Mature {
		add(feature("miRNA", m.Start, m.End, set(set(nil, "ID", "mature:"+t.ID+":"+strconv.Itoa(i+1)), "Parent", parent)))
	}
	if t.Alignment != nil {
		for i, m := range t.matchesOfExons() {
			target := t.Accession + " " + strconv.Itoa(m.from+1) + " " + strconv.Itoa(m.to) + " +"
			a := set(nil, "ID", "match:"+t.ID+":"+strconv.Itoa(i+1))
			add(feature("cDNA_match", m.start, m.end, set(set(a, "Target", target), "Gap", m.gap)))
		}
	}
}

// codingAttributes gives what every coding segment of a transcript says.
func (t *Transcript) codingAttributes(parent string) []gff.Attribute {
	a := set(set(nil, "ID", "CDS:"+t.ID), "Parent", parent)
	a = set(a, "protein_id", t.ProteinID)
	if t.CodonTable != codonTable(t.Contig) {
		a = set(a, "transl_table", strconv.Itoa(t.CodonTable))
	}
	var exceptions []string
	for _, e := range t.Exceptions {
		for name, code := range threeLetter {
			if code == e.AminoAcid && name != "Term" && name != "Other" {
				exceptions = append(exceptions, "(pos:"+strconv.Itoa(e.Start+1)+".."+strconv.Itoa(e.End)+"%2Caa:"+name+")")
			}
		}
	}
	return set(a, "transl_except", strings.Join(exceptions, ","))
}

// codingSegments gives the coding part of an exon; a slip of the ribosome
// divides it.
func (t *Transcript) codingSegments(e Exon) []segment {
	s := segment{start: int32(max(e.Start, t.CDSStart)), end: int32(min(e.End, t.CDSEnd)), phase: e.Phase}
	out := []segment{s}
	for _, slip := range t.Slips {
		if slip.At < e.Start || slip.At >= e.End {
			continue
		}
		// The second part begins at the slip; its phase is that of its frame.
		last := &out[len(out)-1]
		next := *last
		if t.Strand == Minus {
			next.end = int32(slip.At + 1)
			last.start = int32(slip.At + 1 + slip.Shift)
		} else {
			next.start = int32(slip.At)
			last.end = int32(slip.At - slip.Shift)
		}
		next.phase = int8((3 - (last.end-last.start-int32(last.phase))%3) % 3)
		out = append(out, next)
	}
	return out
}

// matchesOfExons gives the alignment as one match an exon, with its Gap.
func (t *Transcript) matchesOfExons() []match {
	var out []match
	offset := t.blocksInOrder()[0].Offset
	for i := range t.Exons {
		e := t.Exons[i]
		if t.Strand == Minus {
			e = t.Exons[len(t.Exons)-1-i]
		}
		m := match{start: e.Start, end: e.End, from: offset, to: offset}
		var ops []string
		op := func(code string, n int) {
			if n > 0 {
				ops = append(ops, code+strconv.Itoa(n))
			}
		}
		done := 0 // genomic bases of the exon
		for _, b := range t.blocksInOrder() {
			if b.Start < e.Start || b.End > e.End {
				continue
			}
			at := b.Start - e.Start
			if t.Strand == Minus {
				at = e.End - b.End
			}
			op("D", at-done)
			op("I", b.Offset-m.to)
			op("M", b.End-b.Start)
			done, m.to = at+b.End-b.Start, b.Offset+b.End-b.Start
		}
		op("D", e.End-e.Start-done)
		m.gap, offset = strings.Join(ops, " "), m.to
		out = append(out, m)
	}
	return out
}

// blocksInOrder gives the blocks in the direction of the transcript.
func (t *Transcript) blocksInOrder() []Block {
	blocks := slices.Clone(t.blocks())
	if t.Strand == Minus {
		slices.Reverse(blocks)
	}
	return blocks
}
