package transcript

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// No published file of these dialects is at hand: what Ensembl's GFF3 says of
// real transcripts is written in each, as the makers' documentation has it, and
// must load to the same model.

// whole are every third of the genes with one whole coding transcript that has an Ensembl id,
// with HGNC ids made up where the model has none.
func whole(t testing.TB) []*Gene {
	var out []*Gene
	for i, g := range readShared(t, canonical).Genes() {
		tr := g.Transcripts[0]
		if i%3 > 0 || len(g.Transcripts) != 1 || !strings.HasPrefix(tr.ID, "ENST") || !strings.HasPrefix(g.ID, "ENSG") || tr.Version == "" || tr.CDSStart < 0 ||
			tr.Incomplete5 || tr.Incomplete3 || len(tr.Exceptions)+len(tr.Slips) > 0 {
			continue
		}
		own := *g
		own.HGNCID = cmp.Or(own.HGNCID, fmt.Sprintf("HGNC:%d", 100000+i))
		out = append(out, &own)
	}
	if len(out) < 5000 {
		t.Fatalf("%d genes only", len(out))
	}
	return out
}

// said is what every dialect says of a transcript.
type said struct {
	ID, Version, GeneID, Gene, HGNCID, Biotype, Contig string
	Start, End, CDSStart, CDSEnd, CodonTable           int
	Strand                                             Strand
	Incomplete5, Incomplete3, MANE                     bool
	Exons                                              string
}

func saidOf(t *Transcript, g *Gene) said {
	return said{
		ID: t.ID, Version: t.Version, GeneID: g.ID, Gene: g.Symbol, HGNCID: g.HGNCID, Biotype: t.Biotype, Contig: t.Contig,
		Start: t.Start, End: t.End, CDSStart: t.CDSStart, CDSEnd: t.CDSEnd, CodonTable: t.CodonTable, Strand: t.Strand,
		Incomplete5: t.Incomplete5, Incomplete3: t.Incomplete3, MANE: slices.Contains(t.Tags, TagMANESelect), Exons: fmt.Sprint(t.Exons),
	}
}

// written is a text in some dialect and what the model must say.
type written struct {
	text bytes.Buffer
	want map[string]said
}

func (w *written) line(contig, kind string, start, end int, strand Strand, phase, attributes string) {
	fmt.Fprintf(&w.text, "%s\tmade\t%s\t%d\t%d\t.\t%c\t%s\t%s\n", contig, kind, start+1, end, strandByte(strand), phase, attributes)
}

// coding gives the parts of a transcript's CDS in the direction of the genome,
// without its last bases (the stop codon) where less is 3, with their phases.
func coding(t *Transcript, less int) (parts []Interval, phases []string) {
	start, end := t.CDSStart, t.CDSEnd
	for ; less > 0; less-- { // one base at a time, over introns
		if t.Strand == Plus {
			end = before(t, end)
		} else {
			start = after(t, start)
		}
	}
	for _, e := range t.Exons {
		if from, to := max(e.Start, start), min(e.End, end); from < to {
			parts = append(parts, Interval{from, to})
		}
	}
	phases = make([]string, len(parts))
	done := 0
	for i := range parts {
		k := i
		if t.Strand == Minus {
			k = len(parts) - 1 - i
		}
		phases[k] = fmt.Sprint((3 - done%3) % 3)
		done += parts[k].End - parts[k].Start
	}
	return parts, phases
}

// before is the end of the transcript's bases that lie left of the last one
// before end; after is its like on the other side.
func before(t *Transcript, end int) int {
	end--
	for i := len(t.Exons) - 1; i > 0; i-- {
		if t.Exons[i].Start == end {
			return t.Exons[i-1].End
		}
	}
	return end
}

func after(t *Transcript, start int) int {
	start++
	for i := range len(t.Exons) - 1 {
		if t.Exons[i].End == start {
			return t.Exons[i+1].Start
		}
	}
	return start
}

// stop gives the parts of the stop codon.
func stop(t *Transcript) []Interval {
	whole, _ := coding(t, 0)
	rest, _ := coding(t, 3)
	covered := func(p int) bool {
		return slices.ContainsFunc(rest, func(i Interval) bool { return p >= i.Start && p < i.End })
	}
	var out []Interval
	for _, i := range whole {
		for p := i.Start; p < i.End; p++ {
			switch n := len(out); {
			case covered(p):
			case n > 0 && out[n-1].End == p:
				out[n-1].End++
			default:
				out = append(out, Interval{p, p + 1})
			}
		}
	}
	return out
}

// parts writes exons, CDS and stop codon, features in the order of the genome.
func (w *written) parts(contig string, t *Transcript, less int, stops bool, attributes func(kind string, n int) string) {
	for i, e := range t.Exons {
		w.line(contig, "exon", e.Start, e.End, t.Strand, ".", attributes("exon", i+1))
	}
	cds, phases := coding(t, less)
	for i, c := range cds {
		w.line(contig, "CDS", c.Start, c.End, t.Strand, phases[i], attributes("CDS", i+1))
	}
	if stops {
		codon := stop(t)
		for i, s := range codon {
			phase := "0"
			if first := (t.Strand == Minus) == (i > 0); len(codon) > 1 && !first {
				phase = fmt.Sprint(s.End - s.Start) // what the first part leaves of the codon
			}
			w.line(contig, "stop_codon", s.Start, s.End, t.Strand, phase, attributes("stop_codon", 1))
		}
	}
}

func gtfText(pairs ...string) string {
	var b strings.Builder
	for i := 0; i < len(pairs); i += 2 {
		fmt.Fprintf(&b, "%s \"%s\"; ", pairs[i], pairs[i+1])
	}
	return strings.TrimSuffix(b.String(), " ")
}

// tags are GTF's pairs and GFF3's list of the tags that GENCODE and Ensembl
// share.
func tags(t *Transcript) []string {
	var out []string
	for _, tag := range t.Tags {
		if tag == TagMANESelect || tag == TagEnsemblCanonical {
			out = append(out, tag)
		}
	}
	return out
}

func gencodeGTF(genes []*Gene) *written {
	w := &written{want: map[string]said{}}
	for _, g := range genes {
		t := g.Transcripts[0]
		gene := []string{"gene_id", g.ID + ".7", "gene_type", g.Biotype, "gene_name", g.Symbol}
		w.line(g.Contig, "gene", g.Start, g.End, g.Strand, ".", gtfText(gene...)+" level 2; "+gtfText("hgnc_id", g.HGNCID))
		one := []string{"gene_id", g.ID + ".7", "transcript_id", t.VersionedID(), "gene_type", g.Biotype, "gene_name", g.Symbol,
			"transcript_type", t.Biotype, "transcript_name", t.Name}
		last := []string{"hgnc_id", g.HGNCID}
		for _, tag := range tags(t) {
			last = append(last, "tag", tag)
		}
		w.line(g.Contig, "transcript", t.Start, t.End, t.Strand, ".", gtfText(one...)+" level 2; "+gtfText(last...))
		w.parts(g.Contig, t, 3, true, func(_ string, n int) string {
			return gtfText(one...) + fmt.Sprintf(" exon_number %d; level 2; ", n) + gtfText(last...)
		})
		w.want[t.ID] = saidOf(t, g)
	}
	return w
}

func ensemblGTF(genes []*Gene) *written {
	w := &written{want: map[string]said{}}
	for _, g := range genes {
		t := g.Transcripts[0]
		contig := strings.TrimPrefix(g.Contig, "chr")
		gene := []string{"gene_id", g.ID, "gene_version", "7", "gene_name", g.Symbol, "gene_source", "ensembl", "gene_biotype", g.Biotype}
		w.line(contig, "gene", g.Start, g.End, g.Strand, ".", gtfText(gene...))
		one := append(slices.Clone(gene), "transcript_id", t.ID, "transcript_version", t.Version, "transcript_name", t.Name, "transcript_biotype", t.Biotype)
		for _, tag := range tags(t) {
			one = append(one, "tag", tag)
		}
		w.line(contig, "transcript", t.Start, t.End, t.Strand, ".", gtfText(one...))
		w.parts(contig, t, 3, true, func(_ string, n int) string {
			return gtfText(append(slices.Clone(one), "exon_number", fmt.Sprint(n))...)
		})
		s := saidOf(t, g)
		s.Contig, s.HGNCID = contig, "" // the GTF has no description
		w.want[t.ID] = s
	}
	return w
}

func gencodeGFF3(genes []*Gene) *written {
	w := &written{want: map[string]said{}}
	w.text.WriteString("##gff-version 3\n#description: made up\n")
	for _, g := range genes {
		t := g.Transcripts[0]
		w.line(g.Contig, "gene", g.Start, g.End, g.Strand, ".", fmt.Sprintf("ID=%[1]s.7;gene_id=%[1]s.7;gene_type=%s;gene_name=%s;level=2;hgnc_id=%s", g.ID, g.Biotype, g.Symbol, g.HGNCID))
		id := t.VersionedID()
		rest := fmt.Sprintf("gene_id=%s.7;transcript_id=%s;gene_type=%s;gene_name=%s;transcript_type=%s;transcript_name=%s;level=2;hgnc_id=%s;tag=basic,%s",
			g.ID, id, g.Biotype, g.Symbol, t.Biotype, t.Name, g.HGNCID, strings.Join(tags(t), ","))
		w.line(g.Contig, "transcript", t.Start, t.End, t.Strand, ".", fmt.Sprintf("ID=%s;Parent=%s.7;%s", id, g.ID, rest))
		w.parts(g.Contig, t, 0, true, func(kind string, n int) string {
			return fmt.Sprintf("ID=%s:%s:%d;Parent=%s;%s", kind, id, n, id, rest)
		})
		w.want[t.ID] = saidOf(t, g)
	}
	return w
}

// refSeqGFF3 names each transcript by its MANE Select; the others are left out.
func refSeqGFF3(genes []*Gene) *written {
	w := &written{want: map[string]said{}}
	w.text.WriteString("##gff-version 3\n#!processor NCBI annotwriter\n")
	for i, g := range genes {
		t := g.Transcripts[0]
		if t.MANESelect == "" {
			continue
		}
		id := fmt.Sprint(1000000 + i)
		refs := "GeneID:" + id + ",HGNC:" + g.HGNCID
		w.line(g.Contig, "gene", g.Start, g.End, g.Strand, ".", fmt.Sprintf("ID=gene-%[1]s;Dbxref=%s;Name=%[1]s;gbkey=Gene;gene=%[1]s;gene_biotype=%s", g.Symbol, refs, g.Biotype))
		refs = "GeneID:" + id + ",GenBank:" + t.MANESelect + ",HGNC:" + g.HGNCID
		w.line(g.Contig, "mRNA", t.Start, t.End, t.Strand, ".", fmt.Sprintf("ID=rna-%[1]s;Parent=gene-%[2]s;Dbxref=%[3]s;Name=%[1]s;gbkey=mRNA;gene=%[2]s;tag=MANE Select;transcript_id=%[1]s", t.MANESelect, g.Symbol, refs))
		w.parts(g.Contig, t, 0, false, func(kind string, n int) string {
			if kind == "CDS" {
				return fmt.Sprintf("ID=cds-NP_%d.1;Parent=rna-%s;Dbxref=%s;gbkey=CDS;gene=%s", i, t.MANESelect, refs, g.Symbol)
			}
			return fmt.Sprintf("ID=exon-%[1]s-%[2]d;Parent=rna-%[1]s;Dbxref=%[3]s;gbkey=mRNA;gene=%[4]s;transcript_id=%[1]s", t.MANESelect, n, refs, g.Symbol)
		})
		s := saidOf(t, g)
		s.ID, s.Version = splitVersion(t.MANESelect)
		s.GeneID, s.MANE = id, true
		w.want[s.ID] = s
	}
	return w
}

func TestDialectsLoadTheSameModel(t *testing.T) {
	genes := whole(t)
	for name, w := range map[string]*written{
		"GENCODE GTF": gencodeGTF(genes), "Ensembl GTF": ensemblGTF(genes), "GENCODE GFF3": gencodeGFF3(genes), "RefSeq GFF3": refSeqGFF3(genes),
	} {
		m, err := Read(&w.text, name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		same, differ := 0, 0
		for _, g := range m.Genes() {
			for _, tr := range g.Transcripts {
				if got, want := saidOf(tr, g), w.want[tr.ID]; reflect.DeepEqual(got, want) {
					same++
				} else if differ++; differ <= 3 {
					t.Errorf("%s: %s: %+v\nwant %+v", name, tr.ID, got, want)
				}
			}
		}
		t.Logf("%s: %d of %d transcripts the same", name, same, len(w.want))
		if same != len(w.want) || differ > 0 {
			t.Errorf("%s: %d of %d transcripts are the same, %d differ", name, same, len(w.want), differ)
		}
	}
}

// ids are what is made new in each copy of the model.
var ids = regexp.MustCompile(`ENS[GT]\d+|(gene:|transcript:|transcript_id=)[^;\n]+|HGNC:\d+`)

// copies is the canonical model of some contigs so many times, with ids of its
// own in each.
func copies(t testing.TB, n int, contigs string) []byte {
	whole, err := io.ReadAll(sharedFile(t, canonical))
	if err != nil {
		t.Fatal(err)
	}
	var text []byte
	for line := range bytes.Lines(whole) {
		if bytes.HasPrefix(line, []byte(contigs)) {
			text = append(text, line...)
		}
	}
	out, ends := slices.Clone(text), ids.FindAllIndex(text, -1)
	for i := 1; i < n; i++ {
		from := 0
		for _, m := range ends {
			out = fmt.Appendf(append(out, text[from:m[1]]...), "x%d", i)
			from = m[1]
		}
		out = append(out, text[from:]...)
	}
	return out
}

// BenchmarkLargeModel reads the canonical model ten times over: 193,260
// transcripts.
func BenchmarkLargeModel(b *testing.B) {
	text := copies(b, 10, "chr")
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		m, err := Read(bytes.NewReader(text), "ten")
		if err != nil {
			b.Fatal(err)
		}
		if n := len(m.Transcripts()); n != 193260 {
			b.Fatalf("%d transcripts", n)
		}
	}
}

// A model many times over is so many models, whatever the chunks and parsers.
func TestCopiesOfAModel(t *testing.T) {
	one, err := Read(bytes.NewReader(copies(t, 1, "chr2")), "one")
	if err != nil {
		t.Fatal(err)
	}
	m, err := Read(bytes.NewReader(copies(t, 3, "chr2")), "three")
	if err != nil {
		t.Fatal(err)
	}
	if n, want := len(m.Transcripts()), 3*len(one.Transcripts()); n != want {
		t.Fatalf("%d transcripts, want %d", n, want)
	}
	for _, g := range one.Genes() {
		copied := m.Gene(g.ID + "x2")
		if copied == nil || len(copied.Transcripts) != len(g.Transcripts) {
			t.Fatalf("%s: its copy is %+v", g.ID, copied)
		}
		for i, tr := range g.Transcripts {
			c := copied.Transcripts[i]
			if !reflect.DeepEqual(c.Exons, tr.Exons) || c.CDSStart != tr.CDSStart || c.CDSEnd != tr.CDSEnd {
				t.Fatalf("%s: its copy is %+v", tr.ID, c)
			}
		}
	}
}
