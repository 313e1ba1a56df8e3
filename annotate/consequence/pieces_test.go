package consequence

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"varpanel/internal/testkit"
	"varpanel/reference/transcript"
)

// pieces is a sequence of which only pieces are known; the rest is N.
type pieces struct {
	chunks  map[string]map[int][]byte
	lengths map[string]int // of contigs that are known whole; others have 300 Mb
}

const chunk = 1 << 12

var unknownChunk = strings.Repeat("N", chunk)

func newPieces() *pieces {
	return &pieces{chunks: map[string]map[int][]byte{}, lengths: map[string]int{}}
}

func (p *pieces) Length(contig string) (int, bool) {
	if n, ok := p.lengths[contig]; ok {
		return n, true
	}
	_, ok := p.chunks[contig]
	return 300_000_000, ok
}

func (p *pieces) Bases(contig string, start, end int) ([]byte, error) {
	if n, ok := p.Length(contig); !ok || start < 0 || end < start || end > n {
		return nil, fmt.Errorf("%s:%d-%d is not there", contig, start, end)
	}
	out := make([]byte, 0, end-start)
	for at := start; at < end; {
		n := min(end-at, chunk-at%chunk)
		if c := p.chunks[contig][at/chunk]; c != nil {
			out = append(out, c[at%chunk:at%chunk+n]...)
		} else {
			out = append(out, unknownChunk[:n]...)
		}
		at += n
	}
	return out, nil
}

// put writes bases from a 0-based position on; N changes nothing.
func (p *pieces) put(contig string, at int, bases string) {
	if p.chunks[contig] == nil {
		p.chunks[contig] = map[int][]byte{}
	}
	for i := range len(bases) {
		c := p.chunks[contig][(at+i)/chunk]
		if c == nil {
			c = []byte(unknownChunk)
			p.chunks[contig][(at+i)/chunk] = c
		}
		if b := bases[i] &^ 0x20; b != 'N' {
			c[(at+i)%chunk] = b
		}
	}
}

// whole writes a sequence that is known from end to end.
func (p *pieces) whole(name, bases string) {
	p.put(name, 0, bases)
	p.lengths[name] = len(bases)
}

// known tells whether a span has no N.
func (p *pieces) known(contig string, start, end int) bool {
	bases, err := p.Bases(contig, start, end)
	return err == nil && isKnown(bases)
}

// openText opens a file of the shared folder, unpacked where it is gzipped.
func openText(t testing.TB, name string) io.Reader {
	t.Helper()
	f, err := os.Open(testkit.Shared(t, name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	if !strings.HasSuffix(name, ".gz") {
		return f
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// readFASTA gives the sequences of a FASTA by the first word of their names.
func readFASTA(t testing.TB, name string) map[string]string {
	t.Helper()
	lines := bufio.NewScanner(openText(t, name))
	lines.Buffer(nil, 1<<22)
	out := map[string]string{}
	var id string
	var b strings.Builder
	for lines.Scan() {
		line := lines.Text()
		if !strings.HasPrefix(line, ">") {
			b.WriteString(strings.ToUpper(strings.TrimSpace(line)))
			continue
		}
		if id != "" {
			out[id] = b.String()
		}
		b.Reset()
		id, _, _ = strings.Cut(line[1:], " ")
	}
	out[id] = b.String()
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// laidOut is a transcript as a table of exons gives it: where each lies on the
// genome and on the transcript, with a CIGAR in which I is bases of the genome
// alone and D bases of the transcript alone.
type laidOut struct {
	accession, contig, protein, gene string
	strand                           transcript.Strand
	cdsStart, cdsEnd                 int // on the transcript; -1 without
	exons                            []laidOutExon
}

type laidOutExon struct {
	start, end int // genomic, 0-based half-open
	from, to   int // on the transcript
	cigar      string
}

// blocks gives the runs of the exon without a gap, and whether all bases are
// called equal.
func (e laidOutExon) blocks(strand transcript.Strand) (out []transcript.Block, same bool) {
	same = true
	g, t := 0, e.from
	n := 0
	for _, c := range e.cigar {
		if '0' <= c && c <= '9' {
			n = 10*n + int(c-'0')
			continue
		}
		switch c {
		case 'I':
			g += n
		case 'D':
			t += n
		default:
			same = same && c != 'X'
			b := transcript.Block{Start: e.start + g, End: e.start + g + n, Offset: t}
			if strand == transcript.Minus {
				b.Start, b.End = e.end-g-n, e.end-g
			}
			last := len(out) - 1
			switch {
			case last < 0 || out[last].Offset+out[last].End-out[last].Start != t:
				out = append(out, b)
			case strand == transcript.Plus && out[last].End == b.Start:
				out[last].End = b.End
			case strand == transcript.Minus && out[last].Start == b.End:
				out[last].Start = b.Start
			default:
				out = append(out, b)
			}
			g, t = g+n, t+n
		}
		n = 0
	}
	return out, same
}

// transcript makes the model's transcript of a table's.
func (l laidOut) transcript() *transcript.Transcript {
	tr := &transcript.Transcript{
		ID: l.accession, Accession: l.accession, Gene: l.gene, Biotype: "protein_coding", Contig: l.contig,
		Strand: l.strand, CDSStart: -1, CDSEnd: -1, CodonTable: 1, ProteinID: l.protein,
	}
	if strings.Contains(l.contig, "NC_012920") {
		tr.CodonTable = 2
	}
	slices.SortFunc(l.exons, func(a, b laidOutExon) int { return a.start - b.start })
	var blocks []transcript.Block
	for _, e := range l.exons {
		runs, same := e.blocks(l.strand)
		blocks = append(blocks, runs...)
		tr.Differs = tr.Differs || !same
		tr.Exons = append(tr.Exons, transcript.Exon{Start: e.start, End: e.end, Phase: -1})
	}
	tr.Start, tr.End = tr.Exons[0].Start, tr.Exons[len(tr.Exons)-1].End
	tr.SetAlignment(blocks)
	if l.cdsStart < 0 {
		tr.Biotype = "lncRNA"
		return tr
	}
	bare := transcript.NewMap(tr)
	first, _ := bare.Genomic(transcript.Position{Base: l.cdsStart})
	last, _ := bare.Genomic(transcript.Position{Base: l.cdsEnd - 1})
	tr.CDSStart, tr.CDSEnd = min(first, last), max(first, last)+1
	for i := range tr.Exons {
		if e := &tr.Exons[i]; e.End > tr.CDSStart && e.Start < tr.CDSEnd {
			e.Phase = 0 // only the first one's is looked at
		}
	}
	return tr
}

// putExons writes a transcript's own bases on the genome, where it is called
// equal to it.
func (l laidOut) putExons(seq *pieces, own string) {
	for _, e := range l.exons {
		g, t, n := 0, e.from, 0
		for _, c := range e.cigar {
			if '0' <= c && c <= '9' {
				n = 10*n + int(c-'0')
				continue
			}
			if c == '=' || c == 'M' {
				bases, at := own[t:t+n], e.start+g
				if l.strand == transcript.Minus {
					bases, at = string(transcript.AppendReverseComplement(nil, []byte(bases))), e.end-g-n
				}
				seq.put(l.contig, at, bases)
			}
			if c != 'D' {
				g += n
			}
			if c != 'I' {
				t += n
			}
			n = 0
		}
	}
}
