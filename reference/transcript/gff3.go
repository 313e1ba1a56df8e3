package transcript

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"varpanel/hts/fault"
	"varpanel/hts/gff"
	"varpanel/reference/contig"
)

// ReadGFF3 reads a gene model as Ensembl writes it: genes, transcripts whose
// Parent is a gene, exons and CDS whose Parent is a transcript, in any order.
// It also reads what AppendGFF3 writes, and gets equal genes back. Features
// that are none of these (regions, UTRs, biological_region) are passed over.
//
// Beyond Ensembl's attributes it knows hgnc_id on genes, and mane_select,
// mane_plus_clinical, refseq_select, span_check, accession and named_by on
// transcripts. A transcript without an accession is named by its MANE Select,
// else by a RefSeq Select of equal span, else by its own id.
//
// A transcript without exons takes the spans of its CDS as exons, or its own
// span. A CDS outside the exons, exons that overlap, and a parent that is not
// there are errors (fault.Input). name is the file's, for errors.
func ReadGFF3(r io.Reader, name string) (*Model, error) {
	rd := gff.NewReader(r, name)
	b := builder{name: name, genes: map[string]*Gene{}, parts: map[string]*parts{}}
	var f gff.Feature
	for {
		err := rd.Read(&f)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if err := b.add(&f); err != nil {
			return nil, err
		}
	}
	return b.model()
}

// builder gathers features until all are read, because a child may come first.
type builder struct {
	name        string
	genes       map[string]*Gene
	geneIDs     []string // in file order
	transcripts []child
	parts       map[string]*parts
	partIDs     []string
}

type child struct {
	t          *Transcript
	id, parent string // of the GFF3 feature
	line       int
}

// parts is the exons and coding segments of one transcript.
type parts struct {
	exons, cds []segment
	line       int // of the first one
}

type segment struct {
	start, end int
	phase      int8
}

func (b *builder) fault(line int, format string, args ...any) error {
	return fault.Inputf(b.name, fmt.Sprintf("line %d", line), format, args...)
}

func (b *builder) add(f *gff.Feature) error {
	switch f.Type {
	case "exon", "CDS":
		for _, parent := range strings.Split(f.Attribute("Parent"), ",") {
			p := b.parts[parent]
			if p == nil {
				p = &parts{line: f.Line}
				b.parts[parent] = p
				b.partIDs = append(b.partIDs, parent)
			}
			s := segment{f.Start, f.End, f.Phase}
			if f.Type == "exon" {
				p.exons = append(p.exons, s)
			} else {
				p.cds = append(p.cds, s)
			}
		}
		return nil
	case "five_prime_UTR", "three_prime_UTR", "start_codon", "stop_codon", "intron":
		return nil
	}
	id := f.Attribute("ID")
	switch parent := f.Attribute("Parent"); {
	case id == "":
		return nil
	case parent != "":
		return b.addTranscript(f, id, parent)
	case strings.HasPrefix(id, "gene:"), strings.HasSuffix(f.Type, "gene"):
		return b.addGene(f, id)
	}
	return nil
}

// accInDescription finds the HGNC id that Ensembl puts in a gene's description.
var accInDescription = regexp.MustCompile(`\[Source:HGNC Symbol;Acc:(?:HGNC:)?(\d+)\]`)

func (b *builder) addGene(f *gff.Feature, id string) error {
	if b.genes[id] != nil {
		return b.fault(f.Line, "a second gene with ID=%s", id)
	}
	g := &Gene{
		ID: cmp.Or(f.Attribute("gene_id"), strings.TrimPrefix(id, "gene:")), Symbol: f.Attribute("Name"),
		HGNCID: f.Attribute("hgnc_id"), Biotype: f.Attribute("biotype"),
		Contig: f.Seqid, Start: f.Start, End: f.End, Strand: strandOf(f.Strand),
	}
	if m := accInDescription.FindStringSubmatch(f.Attribute("description")); m != nil && g.HGNCID == "" {
		g.HGNCID = "HGNC:" + m[1]
	}
	b.genes[id] = g
	b.geneIDs = append(b.geneIDs, id)
	return nil
}

func (b *builder) addTranscript(f *gff.Feature, id, parent string) error {
	if f.Strand != '+' && f.Strand != '-' {
		return b.fault(f.Line, "transcript %s has no strand", id)
	}
	t := &Transcript{
		ID: cmp.Or(f.Attribute("transcript_id"), strings.TrimPrefix(id, "transcript:")), Version: f.Attribute("version"),
		Name: f.Attribute("Name"), Biotype: f.Attribute("biotype"),
		Contig: f.Seqid, Start: f.Start, End: f.End, Strand: strandOf(f.Strand),
		CDSStart: -1, CDSEnd: -1, CodonTable: 1,
		MANESelect: f.Attribute("mane_select"), MANEPlusClinical: f.Attribute("mane_plus_clinical"),
		RefSeqSelect: f.Attribute("refseq_select"), RefSeqSpanEqual: f.Attribute("span_check") == spanEqual,
		Accession: f.Attribute("accession"), NamedBy: Naming(f.Attribute("named_by")),
	}
	if contig.IsMitochondrial(t.Contig) {
		t.CodonTable = 2
	}
	if tags := f.Attribute("tag"); tags != "" {
		t.Tags = strings.Split(tags, ",")
	}
	t.nameByDefault()
	b.transcripts = append(b.transcripts, child{t, id, parent, f.Line})
	return nil
}

const spanEqual = "span_equals_refseq_select"

func (t *Transcript) nameByDefault() {
	switch {
	case t.Accession != "":
	case t.MANESelect != "":
		t.Accession, t.NamedBy = t.MANESelect, NamedByMANESelect
	case t.MANEPlusClinical != "":
		t.Accession, t.NamedBy = t.MANEPlusClinical, NamedByMANEPlusClinical
	case t.RefSeqSelect != "" && t.RefSeqSpanEqual:
		t.Accession, t.NamedBy = t.RefSeqSelect, NamedByRefSeqSpan
	default:
		t.Accession, t.NamedBy = t.VersionedID(), NamedByModel
	}
}

// VersionedID gives the model's id with its version where it has one.
func (t *Transcript) VersionedID() string {
	if t.Version == "" {
		return t.ID
	}
	return t.ID + "." + t.Version
}

func strandOf(b byte) Strand {
	if b == '-' {
		return Minus
	}
	return Plus
}

func (b *builder) model() (*Model, error) {
	used := map[string]bool{}
	for _, c := range b.transcripts {
		g := b.genes[c.parent]
		used[c.id] = true
		if g == nil {
			if b.parts[c.id] == nil {
				// A part of something that is neither gene nor transcript.
				continue
			}
			return nil, b.fault(c.line, "transcript %s has the Parent %s, which is not there", c.t.ID, c.parent)
		}
		if err := b.finish(c, b.parts[c.id]); err != nil {
			return nil, err
		}
		c.t.GeneID, c.t.Gene, c.t.HGNCID = g.ID, g.Symbol, g.HGNCID
		g.Transcripts = append(g.Transcripts, c.t)
	}
	for _, id := range b.partIDs {
		if !used[id] && b.genes[id] == nil {
			return nil, b.fault(b.parts[id].line, "exon or CDS with the Parent %q, which is not there", id)
		}
	}
	genes := make([]*Gene, 0, len(b.geneIDs))
	for _, id := range b.geneIDs {
		genes = append(genes, b.genes[id])
	}
	m, err := NewModel(genes)
	if err != nil {
		return nil, fault.Inputf(b.name, "", "%v", err)
	}
	return m, nil
}

// finish gives a transcript its exons and its coding sequence.
func (b *builder) finish(c child, p *parts) error {
	t := c.t
	if p == nil {
		p = &parts{line: c.line}
	}
	segments := p.exons
	if len(segments) == 0 {
		segments = p.cds
	}
	if len(segments) == 0 {
		segments = []segment{{t.Start, t.End, -1}}
	}
	byStart := func(a, b segment) int { return cmp.Compare(a.start, b.start) }
	slices.SortFunc(segments, byStart)
	for i, s := range segments {
		if i > 0 && s.start < segments[i-1].end {
			return b.fault(p.line, "transcript %s: exons overlap at %s:%d", t.ID, t.Contig, s.start+1)
		}
		t.Exons = append(t.Exons, Exon{Start: s.start, End: s.end, Phase: -1})
	}
	// The exons decide; a transcript line may be wider by a model's mistake.
	t.Start, t.End = segments[0].start, segments[len(segments)-1].end
	if len(p.cds) == 0 {
		return nil
	}
	slices.SortFunc(p.cds, byStart)
	if t.Strand == Minus {
		slices.Reverse(p.cds)
	}
	fillPhases(p.cds)
	slices.SortFunc(p.cds, byStart)
	t.CDSStart, t.CDSEnd = p.cds[0].start, p.cds[len(p.cds)-1].end
	length := 0
	for _, s := range p.cds {
		i, found := slices.BinarySearchFunc(t.Exons, s.start, func(e Exon, start int) int {
			switch {
			case e.End <= start:
				return -1
			case e.Start > start:
				return 1
			}
			return 0
		})
		if !found || s.end > t.Exons[i].End || t.Exons[i].Phase >= 0 {
			return b.fault(p.line, "transcript %s: the CDS part %s:%d-%d is no part of one exon", t.ID, t.Contig, s.start+1, s.end)
		}
		if s.phase < 0 {
			return b.fault(p.line, "transcript %s: the CDS part %s:%d-%d has no phase", t.ID, t.Contig, s.start+1, s.end)
		}
		t.Exons[i].Phase = s.phase
		length += s.end - s.start
	}
	first := p.cds[0]
	if t.Strand == Minus {
		first = p.cds[len(p.cds)-1]
	}
	t.Incomplete5 = first.phase != 0 || slices.Contains(t.Tags, "cds_start_NF")
	// A frame that does not come out even has lost its end, but for the
	// mitochondrion, where polyadenylation completes a stop codon.
	t.Incomplete3 = slices.Contains(t.Tags, "cds_end_NF") ||
		(length-int(first.phase))%3 != 0 && t.CodonTable != 2
	return nil
}

// fillPhases computes the phases of a CDS that gives none, against the format's
// rule; its first segment, in the transcript's direction, is taken to be whole.
// Where some segments have a phase the others stay without.
func fillPhases(cds []segment) {
	if slices.ContainsFunc(cds, func(s segment) bool { return s.phase >= 0 }) {
		return
	}
	length := 0
	for i := range cds {
		cds[i].phase = int8((3 - length%3) % 3)
		length += cds[i].end - cds[i].start
	}
}

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
	a = set(a, "tag", strings.Join(t.Tags, ","))
	a = set(a, "refseq_select", t.RefSeqSelect)
	if t.RefSeqSpanEqual {
		a = set(a, "span_check", spanEqual)
	}
	a = set(a, "accession", t.Accession)
	a = set(a, "named_by", string(t.NamedBy))
	kind := "transcript"
	if t.CDSStart >= 0 {
		kind = "mRNA"
	}
	return gff.Feature{Type: kind, Start: t.Start, End: t.End, Strand: strandByte(t.Strand), Phase: -1, Attributes: a}
}

// parts gives the features of exons, with their rank, and of coding segments.
func (t *Transcript) parts(add func(gff.Feature)) {
	parent := "transcript:" + t.ID
	for i, e := range t.Exons {
		rank := i + 1
		if t.Strand == Minus {
			rank = len(t.Exons) - i
		}
		a := set(nil, "Parent", parent)
		a = set(a, "rank", strconv.Itoa(rank))
		add(gff.Feature{Type: "exon", Start: e.Start, End: e.End, Strand: strandByte(t.Strand), Phase: -1, Attributes: a})
		if e.Phase < 0 {
			continue
		}
		add(gff.Feature{
			Type: "CDS", Start: max(e.Start, t.CDSStart), End: min(e.End, t.CDSEnd),
			Strand: strandByte(t.Strand), Phase: e.Phase,
			Attributes: set(set(nil, "ID", "CDS:"+t.ID), "Parent", parent),
		})
	}
}
