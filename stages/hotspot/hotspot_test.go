package hotspot

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"varpanel/annotate/consequence"
	"varpanel/hts/bam/pileup"
	"varpanel/hts/bgzf"
	"varpanel/hts/fasta"
	"varpanel/internal/testkit"
	"varpanel/reference/allele"
	"varpanel/reference/hotspot"
	"varpanel/reference/transcript"
	"varpanel/stages/report"
	"varpanel/stages/variant"
)

const brca1BAM = "../../testdata/bam/NA12878.BRCA1.GRCh38.bam"

// bases is a reference of one contig, "c".
type bases string

func (b bases) Bases(_ string, start, end int) ([]byte, error) {
	if start < 0 || end > len(b) || start > end {
		return nil, errors.New("outside")
	}
	return []byte(b[start:end]), nil
}

func (b bases) Length(contig string) (int, bool) { return len(b), contig == "c" }

// TestSite: every placement of an allele has the same window, and the window's
// two strings are the reference and the allele's haplotype.
func TestSite(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		seq := make([]byte, 40)
		for i := range seq {
			seq[i] = "ACGT"[r.IntN(1+r.IntN(3))] // many repeats
		}
		a := allele.Allele{Contig: "c", Pos: 5 + r.IntN(20)}
		a.Ref = string(seq[a.Pos : a.Pos+1+r.IntN(4)])
		alt := []byte{seq[a.Pos]}
		for range r.IntN(4) {
			alt = append(alt, "ACGT"[r.IntN(2)])
		}
		a.Alt = string(alt)
		if len(a.Ref) == len(a.Alt) {
			continue
		}
		s, err := site(a, bases(seq))
		if errors.Is(err, nil) {
			checkSite(t, string(seq), a, s.Start, s.End, s.Ref, s.Alt)
		} else if !strings.Contains(err.Error(), "repeat") && !strings.Contains(err.Error(), "no base before") {
			t.Fatalf("%v on %s: %v", a, seq, err)
		}
	}
}

func checkSite(t *testing.T, seq string, a allele.Allele, start, end int, ref, alt string) {
	t.Helper()
	haplotype := seq[:a.Pos] + a.Alt + seq[a.End():]
	if ref != seq[start:end] || seq[:start]+alt+seq[end:] != haplotype {
		t.Fatalf("%v on %s: window %d-%d %s>%s", a, seq, start, end, ref, alt)
	}
	// Any other placement of the change must lie strictly inside the window.
	n := len(a.Ref) - len(a.Alt)
	del, ins := max(n, 0), max(-n, 0)
	for p := 1; p+del <= len(seq) && p+ins <= len(haplotype); p++ {
		if seq[:p]+haplotype[p:p+ins]+seq[p+del:] == haplotype && (p <= start || p+del >= end) {
			t.Fatalf("%v on %s: window %d-%d leaves out the placement at %d", a, seq, start, end, p)
		}
	}
}

func TestSiteWithoutAnswer(t *testing.T) {
	for _, c := range []struct {
		seq, contig, ref, alt string
		pos                   int
		want                  string
	}{
		{"ACGTNNACGT", "c", "T", "TA", 3, "unknown bases"},
		{"ACGTACGT", "d", "A", "AC", 0, "no contig"},
		{"ACGTACGT", "c", "G", "GC", 0, "are not those"},
		{"CAAAAAAAA", "c", "C", "CA", 0, "repeat"},
	} {
		if _, err := site(allele.Allele{Contig: c.contig, Pos: c.pos, Ref: c.ref, Alt: c.alt}, bases(c.seq)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s>%s: %v", c.seq, c.ref, c.alt, err)
		}
	}
}

func same(name string) (string, bool) { return name, true }

// readsAt measures rows in NA12878's BRCA1 reads.
func readsAt(t *testing.T, threads int, rows ...hotspot.Row) []Reads {
	t.Helper()
	seq, err := fasta.Open("../../testdata/reference/GRCh38.test.fa.gz", bgzf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer seq.Close()
	reads, err := Measure(context.Background(), ReadOptions{Path: brca1BAM, Threads: threads, Depth: pileup.Options{Exclude: 1796}, AllowOldIndex: true}, rows, seq, same)
	if err != nil {
		t.Fatal(err)
	}
	return reads
}

// calls gives the confident calls of NA12878 with one ALT.
func calls(t *testing.T) []hotspot.Row {
	t.Helper()
	out, err := exec.Command(testkit.Oracle(t, "bcftools"), "query", "-i", `N_ALT=1 && QUAL>100`, "-f", `%CHROM\t%POS\t%REF\t%ALT\n`,
		"../../testdata/vcf/NA12878.BRCA1.GRCh38.bcftools.vcf.gz").Output()
	if err != nil {
		t.Fatal(err)
	}
	var rows []hotspot.Row
	for line := range strings.Lines(string(out)) {
		f := strings.Fields(line)
		pos, _ := strconv.Atoi(f[1])
		rows = append(rows, hotspot.Row{Name: f[1], Contig: f[0], Pos: pos - 1, Ref: f[2], Alt: f[3]})
	}
	return rows
}

// mpileup counts a substitution's alleles in samtools mpileup's column of every
// read, and joins mates by the rule that Sites.Add states.
func mpileup(t *testing.T, row hotspot.Row) pileup.Counts {
	t.Helper()
	place := fmt.Sprintf("%s:%d-%d", row.Contig, row.Pos+1, row.Pos+1)
	out, err := exec.Command(testkit.Oracle(t, "samtools"), "mpileup", "-B", "-A", "-x", "-Q", "0", "-d", "0", "--ff", "1796",
		"--no-output-ins", "--no-output-ins", "--no-output-del", "--no-output-del", "--no-output-ends",
		"--output-extra", "QNAME,FLAG", "-r", place, brca1BAM).Output()
	if err != nil {
		t.Fatal(err)
	}
	f := strings.Split(strings.TrimSpace(string(out)), "\t")
	names, flags := strings.Split(f[6], ","), strings.Split(f[7], ",")
	type shown struct{ base, quality byte }
	fragments := map[string]shown{}
	for i, name := range names {
		s := shown{f[4][i] &^ 0x20, f[5][i]}
		if f[4][i] == '*' || f[4][i] == '#' {
			continue
		}
		flag, _ := strconv.Atoi(flags[i])
		if flag&2 == 0 || flag&2048 != 0 {
			name += " " + strconv.Itoa(i) // no proper pair's: by itself
		}
		have, twice := fragments[name]
		switch {
		case twice && have.base != s.base && have.quality == s.quality:
			s.base = '?'
		case twice && have.quality > s.quality:
			s = have
		}
		fragments[name] = s
	}
	var c pileup.Counts
	for _, s := range fragments {
		c.Depth++
		switch string(s.base) {
		case row.Ref:
			c.Ref++
		case row.Alt:
			c.Alt++
		}
	}
	return c
}

// TestReadsAgainstMpileup: the substitutions that NA12878 has show the numbers
// of samtools mpileup, and the insertions and deletions are seen.
func TestReadsAgainstMpileup(t *testing.T) {
	rows := calls(t)
	reads := readsAt(t, 1, rows...)
	substitutions, indels := 0, 0
	for i, r := range reads {
		row := rows[i]
		if strings.Contains(r.Why, "unknown bases") {
			continue // beside the real bases of the test's FASTA
		}
		if r.Why != "" || r.Alt < 3 || r.Alt*5 < r.Depth {
			t.Errorf("%s %s>%s: %+v", row.Name, row.Ref, row.Alt, r)
		}
		if len(row.Ref) != 1 || len(row.Alt) != 1 {
			indels++
			continue
		}
		substitutions++
		if want := mpileup(t, row); r.Counts != want {
			t.Errorf("%s %s>%s: %+v, mpileup has %+v", row.Name, row.Ref, row.Alt, r.Counts, want)
		}
	}
	if substitutions < 100 || indels < 5 {
		t.Errorf("%d substitutions and %d indels only", substitutions, indels)
	}
	for _, n := range []int{2, 8} {
		if diff := cmp.Diff(reads, readsAt(t, n, rows...)); diff != "" {
			t.Errorf("%d threads: %s", n, diff)
		}
	}
}

func TestReadsOfOthers(t *testing.T) {
	reads := readsAt(t, 1,
		hotspot.Row{Name: "68_69del", Contig: "chr17", Pos: 43124026, Ref: "ACT", Alt: "A"},
		hotspot.Row{Name: "no reads", Contig: "chr13", Pos: 32316461, Ref: "A", Alt: "G"},
		hotspot.Row{Name: "no contig", Contig: "chrZ", Pos: 1, Ref: "A", Alt: "G"})
	if r := reads[0]; r.Alt != 0 || r.Depth < 10 || r.Ref < r.Depth-3 {
		t.Errorf("c.68_69del in NA12878: %+v", r)
	}
	if r := reads[1]; r.Depth != 0 || r.Why != "" {
		t.Errorf("a place without reads: %+v", r)
	}
	if r := reads[2]; !strings.Contains(r.Why, "no contig chrZ") {
		t.Errorf("a contig that is not there: %+v", r)
	}
}

func row(name, alt string) hotspot.Row {
	return hotspot.Row{Name: name, Gene: "BRAF", Contig: "chr7", Pos: 140753335, Ref: "A", Alt: alt, HGVSp: "p.V600E"}
}

func called600(alt, hgvsp string) *variant.Variant {
	return &variant.Variant{
		Allele:   allele.Allele{Contig: "chr7", Pos: 140753335, Ref: "A", Alt: alt},
		Genotype: variant.Genotype{State: variant.CalledAlternate},
		Reads: variant.Evidence{Depth: variant.Count{N: 54, Known: true}, AltDepth: variant.Count{N: 12, Known: true},
			VAF: variant.Fraction{F: 0.2222, Known: true}},
		Predictions: []consequence.Prediction{{Transcript: &transcript.Transcript{Gene: "BRAF"}, HGVSp: hgvsp}},
	}
}

func TestAssess(t *testing.T) {
	o := Options{MinDepth: 100, MinAltDepth: 10, MinVAF: 0.01}
	reads := func(depth, alt int) []Reads {
		r := Reads{}
		r.Depth, r.Alt, r.Ref = depth, alt, depth-alt
		return []Reads{r}
	}
	excluded := func(v *variant.Variant) *variant.Variant {
		v.Exclusion = &variant.Exclusion{Rule: "filter-fail"}
		return v
	}
	notCarried := called600("T", "p.(Val600Glu)")
	notCarried.Genotype.State = variant.NotAssessable
	block := func(start, end, n int, known bool) Block {
		return Block{Contig: "chr7", Start: start, End: end, Depth: variant.Count{N: n, Known: known}}
	}
	for _, c := range []struct {
		what     string
		variants []*variant.Variant
		e        Evidence
		want     [4]string // status, depth, alt depth, VAF
		why      string
	}{
		{"called", []*variant.Variant{called600("T", "p.(Val600Glu)")}, Evidence{}, [4]string{Detected, "54", "12", "0.2222"}, ""},
		{"called, the call's numbers first", []*variant.Variant{called600("T", "p.(Val600Glu)")}, Evidence{Reads: reads(60, 13)}, [4]string{Detected, "54", "12", "0.2222"}, ""},
		{"the same protein change", []*variant.Variant{called600("C", "p.(Val600Glu)")}, Evidence{}, [4]string{Detected, "54", "12", "0.2222"}, "chr7:140753336:A:C"},
		{"another protein change", []*variant.Variant{called600("C", "p.(Val600Gly)")}, Evidence{Reads: reads(500, 0)}, [4]string{NotDetected, "500", "0", "0.0000"}, ""},
		{"not carried", []*variant.Variant{notCarried}, Evidence{Reads: reads(500, 0)}, [4]string{NotDetected, "500", "0", "0.0000"}, ""},
		{"excluded, no reads with it", []*variant.Variant{excluded(called600("T", ""))}, Evidence{Reads: reads(500, 2)}, [4]string{NotAssessable, "500", "2", "0.0040"}, "excluded by filter-fail"},
		{"excluded, reads with it", []*variant.Variant{excluded(called600("T", ""))}, Evidence{Reads: reads(500, 50)}, [4]string{Detected, "500", "50", "0.1000"}, "excluded by filter-fail"},
		{"excluded, no BAM", []*variant.Variant{excluded(called600("T", ""))}, Evidence{}, [4]string{NotAssessable, "", "", ""}, "excluded by filter-fail"},
		{"reads alone", nil, Evidence{Reads: reads(1000, 10)}, [4]string{Detected, "1000", "10", "0.0100"}, "no caller called it"},
		{"a read too few", nil, Evidence{Reads: reads(500, 9)}, [4]string{NotDetected, "500", "9", "0.0180"}, "too few"},
		{"VAF just below", nil, Evidence{Reads: reads(1001, 10)}, [4]string{NotDetected, "1001", "10", "0.0100"}, "too few"},
		{"shallow, but carried", nil, Evidence{Reads: reads(20, 10)}, [4]string{Detected, "20", "10", "0.5000"}, "no caller"},
		{"at the depth asked for", nil, Evidence{Reads: reads(100, 0)}, [4]string{NotDetected, "100", "0", "0.0000"}, ""},
		{"below it", nil, Evidence{Reads: reads(99, 0)}, [4]string{NotAssessable, "99", "0", "0.0000"}, "depth 99 is below 100"},
		{"no reads", nil, Evidence{Reads: reads(0, 0)}, [4]string{NotAssessable, "0", "0", ""}, "no reads"},
		{"unreadable", nil, Evidence{Reads: []Reads{{Why: "because"}}}, [4]string{NotAssessable, "", "", ""}, "because"},
		{"no BAM, no gVCF", nil, Evidence{}, [4]string{NotAssessable, "", "", ""}, "no BAM"},
		{"a block", nil, Evidence{Blocks: []Block{block(140753000, 140754000, 120, true)}}, [4]string{NotDetected, "120", "", ""}, ""},
		{"a shallow block", nil, Evidence{Blocks: []Block{block(140753000, 140754000, 99, true)}}, [4]string{NotAssessable, "99", "", ""}, "below 100"},
		{"a block without depth", nil, Evidence{Blocks: []Block{block(140753000, 140754000, 0, false)}}, [4]string{NotAssessable, "", "", ""}, "no depth"},
		{"a block beside it", nil, Evidence{Blocks: []Block{block(140753000, 140753335, 120, true), block(140753336, 140754000, 120, true)}}, [4]string{NotAssessable, "", "", ""}, "no reference block"},
		{"blocks are not looked at with a BAM", nil, Evidence{Reads: reads(3, 0), Blocks: []Block{block(140753000, 140754000, 120, true)}}, [4]string{NotAssessable, "3", "0", "0.0000"}, "below 100"},
	} {
		h := Assess([]hotspot.Row{row("BRAF V600E", "T")}, c.variants, c.e, o)[0]
		if got := [4]string{h.Status, h.Depth, h.AltDepth, h.VAF}; got != c.want || !strings.Contains(h.Why, c.why) || c.why == "" && h.Why != "" {
			t.Errorf("%s: %v, %q; want %v, %q", c.what, got, h.Why, c.want, c.why)
		}
	}
}

// TestEveryRow: a row each, in the order of the rows, with its own text.
func TestEveryRow(t *testing.T) {
	got := Assess([]hotspot.Row{row("b", "T"), row("a", "C")}, []*variant.Variant{called600("C", "p.(Val600Gly)")}, Evidence{}, Options{MinDepth: 1})
	want := []report.Hotspot{
		{Name: "b", Gene: "BRAF", Contig: "chr7", Pos: 140753336, HGVSp: "p.V600E", Status: NotAssessable, Why: "no BAM, and no reference block of a gVCF"},
		{Name: "a", Gene: "BRAF", Contig: "chr7", Pos: 140753336, HGVSp: "p.V600E", Status: Detected, Depth: "54", AltDepth: "12", VAF: "0.2222", DepthFrom: "call"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestBlocksOverADeletion(t *testing.T) {
	blocks := []Block{{Start: 10, End: 20, Depth: variant.Count{N: 50, Known: true}}, {Start: 20, End: 30, Depth: variant.Count{N: 30, Known: true}}}
	for _, c := range []struct {
		start, end, n int
		covered       bool
	}{{12, 14, 50, true}, {18, 22, 30, true}, {18, 30, 30, true}, {18, 31, 30, false}, {9, 12, 0, false}} {
		if depth, covered := lowest(blocks, c.start, c.end); covered != c.covered || covered && depth.N != c.n {
			t.Errorf("%d-%d: %v, %v", c.start, c.end, depth, covered)
		}
	}
}

func TestProteinChange(t *testing.T) {
	for name, want := range map[string]string{
		"p.V600E": "Val600Glu", "p.Val600Glu": "Val600Glu", "p.(Val600Glu)": "Val600Glu",
		"p.R213*": "Arg213Ter", "p.(Arg213Ter)": "Arg213Ter", "p.(Trp288CysfsTer12)": "Trp288CysfsTer12",
		"p.?": "", "p.(=)": "", "p.(Leu771=)": "", "": "", "c.12A>G": "", "p.X125_splice": "X125_splice",
	} {
		if got := proteinChange(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// TestBaseQualityAgainstSamtools holds the depth at substitutions, with a base
// quality asked for, to samtools depth.
func TestBaseQualityAgainstSamtools(t *testing.T) {
	samtools := testkit.Oracle(t, "samtools")
	var rows []hotspot.Row
	for _, r := range calls(t) {
		if len(r.Ref) == 1 && len(r.Alt) == 1 {
			rows = append(rows, r)
		}
	}
	seq, err := fasta.Open("../../testdata/reference/GRCh38.test.fa.gz", bgzf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer seq.Close()
	depth := pileup.Options{Exclude: 1796, Mode: pileup.EveryRead, MinBaseQ: 30}
	reads, err := Measure(context.Background(), ReadOptions{Path: brca1BAM, Depth: depth, AllowOldIndex: true}, rows, seq, same)
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) == 0 {
		t.Fatal("no substitution among the calls")
	}
	lower := 0
	for i, r := range rows[:min(len(rows), 40)] {
		place := fmt.Sprintf("%s:%d-%d", r.Contig, r.Pos+1, r.Pos+1)
		out, err := exec.Command(samtools, "depth", "-a", "-q", "30", "-r", place, brca1BAM).Output()
		if err != nil {
			t.Fatal(err)
		}
		f := strings.Fields(string(out))
		if len(f) != 3 || f[2] != strconv.Itoa(reads[i].Depth) {
			t.Errorf("%s: depth %d, samtools has %q", place, reads[i].Depth, out)
		}
		all, err := exec.Command(samtools, "depth", "-a", "-r", place, brca1BAM).Output()
		if err != nil {
			t.Fatal(err)
		}
		if string(all) != string(out) {
			lower++
		}
	}
	if lower == 0 {
		t.Error("no place has a base below the quality: nothing was tested")
	}
}
