package normalise

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"varpanel/internal/testkit"
	"varpanel/reference/allele"
)

// madeUp writes random records of one to four ALTs and three samples over
// repeats, with haploid and missing genotypes, dropped fields, '*' and
// <NON_REF>.
type madeUp struct {
	rnd *rand.Rand
	seq string
	b   strings.Builder
}

const madeUpHead = `##fileformat=VCFv4.2
##contig=<ID=c>
##INFO=<ID=AC,Number=A,Type=Integer,Description="x">
##INFO=<ID=IR,Number=R,Type=Float,Description="x">
##INFO=<ID=IG,Number=G,Type=Integer,Description="x">
##INFO=<ID=SA,Number=A,Type=String,Description="x">
##INFO=<ID=DB,Number=0,Type=Flag,Description="x">
##INFO=<ID=END,Number=1,Type=Integer,Description="x">
##FORMAT=<ID=GT,Number=1,Type=String,Description="x">
##FORMAT=<ID=AD,Number=R,Type=Integer,Description="x">
##FORMAT=<ID=AF,Number=A,Type=Float,Description="x">
##FORMAT=<ID=PL,Number=G,Type=Integer,Description="x">
##FORMAT=<ID=PS,Number=1,Type=Integer,Description="x">
#CHROM	POS	ID	REF	ALT	QUAL	FILTER	INFO	FORMAT	s1	s2	s3
`

// list gives n values, of which some are missing.
func (m *madeUp) list(n int) string {
	v := make([]string, n)
	for i := range v {
		v[i] = fmt.Sprint(m.rnd.IntN(90))
		if m.rnd.IntN(9) == 0 {
			v[i] = "."
		}
	}
	return strings.Join(v, ",")
}

// maybe gives a list, or one '.' for all of it (which the peer takes in FORMAT
// only).
func (m *madeUp) maybe(n int) string {
	if m.rnd.IntN(12) == 0 {
		return "."
	}
	return m.list(n)
}

func (m *madeUp) alt(ref string) string {
	switch m.rnd.IntN(8) {
	case 0:
		return "*"
	case 1:
		return ref[:1]
	case 2:
		return ref + ref[len(ref)-1:]
	case 3:
		return ref + ref[max(0, len(ref)-2):]
	}
	b := []byte(ref[:1+m.rnd.IntN(len(ref))])
	for range m.rnd.IntN(3) {
		b = append(b, "CA"[m.rnd.IntN(2)])
	}
	b[m.rnd.IntN(len(b))] = "CAGT"[m.rnd.IntN(4)]
	return string(b)
}

func (m *madeUp) record(pos int) {
	ref := m.seq[pos-1 : min(len(m.seq), pos+m.rnd.IntN(6))]
	seen := map[string]bool{ref: true}
	var alts []string
	for range 1 + m.rnd.IntN(4) {
		if a := m.alt(ref); !seen[a] {
			seen[a] = true
			alts = append(alts, a)
		}
	}
	if m.rnd.IntN(9) == 0 || len(alts) == 0 {
		alts = append(alts, "<NON_REF>")
	}
	n := len(alts)
	fmt.Fprintf(&m.b, "c\t%d\tid%d\t%s\t%s\t481.02\tPASS\tAC=%s;IR=%s;DB;SA=%s;IG=%s", pos, pos, ref, strings.Join(alts, ","),
		m.list(n), m.list(n+1), m.list(n), m.list((n+1)*(n+2)/2))
	m.b.WriteString("\tGT:PS:AD:AF:PL")
	for range 3 {
		ploidy := 1 + m.rnd.IntN(2)
		gt := make([]string, ploidy)
		for i := range gt {
			gt[i] = fmt.Sprint(m.rnd.IntN(n + 1))
			if m.rnd.IntN(8) == 0 {
				gt[i] = "."
			}
		}
		likelihoods := n + 1
		if ploidy == 2 {
			likelihoods = (n + 1) * (n + 2) / 2
		}
		fields := []string{strings.Join(gt, []string{"/", "|"}[m.rnd.IntN(2)]), "7", m.maybe(n + 1), m.maybe(n), m.maybe(likelihoods)}
		if m.rnd.IntN(4) == 0 {
			fields = fields[:1+m.rnd.IntN(5)]
		}
		m.b.WriteString("\t" + strings.Join(fields, ":"))
	}
	m.b.WriteByte('\n')
}

// Random records are split, re-coded and aligned as bcftools does, also where
// an indel moves along 6,000 bases of one repeat.
func TestAgainstBcftoolsOnMadeUpRecords(t *testing.T) {
	testkit.Oracle(t, "bcftools")
	rnd := rand.New(rand.NewPCG(11, 12))
	var seq strings.Builder
	for seq.Len() < 3000 {
		seq.WriteString(strings.Repeat([]string{"A", "CA", "CAG", "GT", "C", "ACCA"}[rnd.IntN(6)], 1+rnd.IntN(12)))
	}
	seq.WriteString("G" + strings.Repeat("CA", 3000) + "TG")
	m := &madeUp{rnd: rnd, seq: seq.String()}
	m.b.WriteString(madeUpHead)
	pos := 1
	for ; pos < 2990; pos += rnd.IntN(4) {
		m.record(pos)
	}
	for pos = 8900; pos < len(m.seq)-8; pos += 1 + rnd.IntN(9) {
		m.record(pos)
	}
	fa := filepath.Join(t.TempDir(), "c.fa")
	if err := os.WriteFile(fa, []byte(">c\n"+m.seq+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	text := []byte(m.b.String())
	ours := splits(t, text, plain{"c": []byte(m.seq)})
	var lines []string
	far := 0
	for _, s := range ours {
		if len(s.Unsplit) > 0 {
			t.Errorf("%s: %v", s.Allele, s.Unsplit)
		}
		if s.Kind == Sequence && s.RefState != allele.RefMatch {
			t.Errorf("%s: REF is a %v", s.Allele, s.RefState)
		}
		if s.Allele.Pos == 2999+indexOfRun(m.seq[2999:]) {
			far++
		}
		lines = append(lines, string(s.Line))
	}
	compare(t, "made up", lines, body(pipe(t, text, "bcftools", "norm", "-m", "-any", "-f", fa, "-")))
	t.Logf("%d records, %d splits, %d moved along the whole repeat", bytes.Count(text, []byte("\nc\t")), len(ours), far)
	if far < 5 {
		t.Errorf("only %d alleles moved along the whole repeat", far)
	}
}

// indexOfRun finds the G before the long repeat.
func indexOfRun(s string) int { return strings.Index(s, "GCACACACACACACACACACACACACACACACACACA") }
