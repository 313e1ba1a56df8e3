package annotate

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"varpanel/annotate/consequence"
	"varpanel/reference/allele"
	"varpanel/reference/transcript"
)

// memory is one made-up contig.
type memory string

func (m memory) Length(string) (int, bool) { return len(m), true }

func (m memory) Bases(_ string, start, end int) ([]byte, error) { return []byte(m[start:end]), nil }

// What is written does not depend on where the text is cut, and each group of
// alleles that are read together stands at each of its records once.
func TestCutsDoNotDecide(t *testing.T) {
	const seed = 11
	r := rand.New(rand.NewPCG(seed, 0))
	bases := make([]byte, 30000)
	for i := range bases {
		bases[i] = "ACGT"[r.IntN(4)]
	}
	seq := memory(bases)
	tr := &transcript.Transcript{
		ID: "T", Accession: "T.1", Biotype: "protein_coding", Contig: "1", Start: 500, End: 29000, Strand: transcript.Minus,
		Exons:    []transcript.Exon{{Start: 500, End: 9000, Phase: 0}, {Start: 12000, End: 29000, Phase: 0}},
		CDSStart: 600, CDSEnd: 28800, CodonTable: 1,
	}
	model, err := transcript.NewModel([]*transcript.Gene{{ID: "G", Contig: "1", Start: 500, End: 29000, Strand: transcript.Minus,
		Transcripts: []*transcript.Transcript{tr}}})
	if err != nil {
		t.Fatal(err)
	}
	p := consequence.New(model, seq, consequence.Options{})
	var lines []string
	var records []CodingRecord
	for pos := 700; pos < 28700; pos += 1 + r.IntN(4)*r.IntN(400) {
		a := allele.Allele{Contig: "1", Pos: pos, Ref: string(bases[pos : pos+1+r.IntN(2)])}
		a.Alt = a.Ref[:1] + strings.Repeat("G", r.IntN(2))
		if a.Alt == a.Ref {
			a.Alt = string("CATG"[strings.IndexByte("ACGT", a.Ref[0])]) + a.Ref[1:]
		}
		all, err := p.Predict(nil, a)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, fmt.Sprintf("1\t%d\tCSQ=x;Z\n", pos+1))
		record := CodingRecord{Contig: "1", Start: pos, End: pos + len(a.Ref), At: strings.Index(lines[len(lines)-1], ";Z")}
		if piece, ok := p.PieceOf(&all[0], a); ok && r.IntN(3) > 0 {
			c := Carrier{Haplotype: r.IntN(3) - 1}
			record.Alleles = []Coding{{Transcript: tr, Piece: piece, Carriers: []Carrier{c}, Spelt: a, Allele: "A", Kept: true}}
		}
		records = append(records, record)
	}
	write := func(size func() int) string {
		var out bytes.Buffer
		h := NewHaplotypes(p, &out)
		for i := 0; i < len(lines); {
			n := min(size(), len(lines)-i)
			var text []byte
			var coding []CodingRecord
			for k := i; k < i+n; k++ {
				one := records[k]
				one.Line, one.At = len(text), one.At+len(text)
				text = append(text, lines[k]...)
				if one.Alleles != nil {
					coding = append(coding, one)
				}
			}
			i += n
			if err := h.Write(text, coding, "1", records[i-1].Start); err != nil {
				t.Fatal(err)
			}
		}
		if err := h.Close(); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	whole := write(func() int { return len(lines) })
	if n := strings.Count(whole, FlagHaplotype+"&"); n < 20 {
		t.Errorf("only %d entries", n)
	}
	var bare []string
	for line := range strings.Lines(whole) {
		before, _, _ := strings.Cut(line, ",")
		bare = append(bare, strings.TrimSuffix(strings.TrimSuffix(before, "\n"), ";Z")+";Z\n")
	}
	if strings.Join(bare, "") != strings.Join(lines, "") {
		t.Error("records were lost or changed")
	}
	if one := write(func() int { return 1 }); one != whole {
		t.Error("record by record gives other bytes")
	}
	for range 20 {
		if got := write(func() int { return 1 + r.IntN(40) }); got != whole {
			t.Error("other cuts give other bytes")
		}
	}
}
