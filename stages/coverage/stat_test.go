package coverage

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"varpanel/hts/bam"
	"varpanel/hts/bam/pileup"
	"varpanel/reference/profile"
	"varpanel/stages/report"
)

func TestPct(t *testing.T) {
	for _, c := range []struct {
		n, d int
		want string
	}{
		{5540, 5592, "99.07"}, {4320, 5592, "77.25"}, {5548, 5592, "99.21"}, {4414, 5592, "78.93"},
		{19, 20, "95.00"}, {94999, 100000, "94.99"}, {99999, 100000, "99.99"}, {999999, 1000000, "99.99"},
		{0, 7, "0.00"}, {7, 7, "100.00"}, {1, 3, "33.33"}, {2, 3, "66.66"}, {1, 20000, "0.00"}, {1, 10000, "0.01"}, {0, 0, ""},
	} {
		if got := Pct(c.n, c.d); got != c.want {
			t.Errorf("%d of %d: %s, want %s", c.n, c.d, got, c.want)
		}
	}
}

// TestPasses: the line is met exactly, and the printed percentage never rounds
// a gene over it.
func TestPasses(t *testing.T) {
	for _, c := range []struct {
		n, length, percent int
		want               bool
	}{
		{95, 100, 95, true}, {94, 100, 95, false}, {949999, 1000000, 95, false}, {950000, 1000000, 95, true},
		{0, 10, 0, true}, {0, 0, 0, false}, {10, 10, 100, true}, {9, 10, 100, false}, {5312, 5592, 95, false}, {5313, 5592, 95, true},
	} {
		if got := (Stat{Length: c.length}).Passes(c.n, c.percent); got != c.want {
			t.Errorf("%d of %d at %d %%: %v", c.n, c.length, c.percent, got)
		}
	}
}

func TestMean(t *testing.T) {
	for _, c := range []struct {
		sum    int64
		length int
		want   string
	}{{10, 4, "2.50"}, {1, 3, "0.33"}, {2, 3, "0.67"}, {1, 200, "0.01"}, {1, 201, "0.00"}, {0, 5, "0.00"}, {0, 0, ""}, {3000000000000, 1000, "3000000000.00"}} {
		if got := (Stat{Sum: c.sum, Length: c.length}).Mean(); got != c.want {
			t.Errorf("%d over %d: %s, want %s", c.sum, c.length, got, c.want)
		}
	}
}

// TestStat compares with sorting and counting one by one.
func TestStat(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	c := counter{thresholds: []int{1, 10, 20, 1000}}
	for range 300 {
		var stretches [][]int32
		var all []int
		for range r.IntN(4) {
			var s []int32
			for range r.IntN(30) {
				d := r.IntN(1 + r.IntN(40))
				if r.IntN(50) == 0 {
					d += 5000
				}
				s, all = append(s, int32(d)), append(all, d)
			}
			stretches = append(stretches, s)
		}
		want := Stat{Length: len(all), AtLeast: make([]int, 4)}
		slices.Sort(all)
		for _, d := range all {
			want.Sum += int64(d)
			for i, t := range c.thresholds {
				if d >= t {
					want.AtLeast[i]++
				}
			}
		}
		if n := len(all); n > 0 {
			want.Min, want.Max, want.Median = all[0], all[n-1], all[(n-1)/2]
		}
		if diff := cmp.Diff(want, statOf(&c, stretches...)); diff != "" {
			t.Fatalf("%v: %s", stretches, diff)
		}
	}
}

func statOf(c *counter, stretches ...[]int32) Stat {
	for _, depths := range stretches {
		c.add(depths)
	}
	return c.take()
}

// keep stores the depths of a territory's stretches.
func keep(t *territory, stretches ...[]int32) {
	t.zero()
	for i, depth := range stretches {
		t.store(i, depth)
	}
}

// TestStore: depths beyond 16 bits are as exact as others, and so are those beside
// them.
func TestStore(t *testing.T) {
	ground := unite([]Exon{{Contig: "c", Start: 10, End: 14}, {Contig: "c", Start: 20, End: 23}, {Contig: "c", Start: 30, End: 32}}, nil)[0]
	stretches := [][]int32{{1, 65535, 0, 7}, {65534, 65536, 2000000000}, {3, 4}}
	keep(ground, stretches...)
	for i, s := range ground.stretches {
		if got := ground.of(nil, s.Start, s.End); !slices.Equal(got, stretches[i]) {
			t.Errorf("stretch %d: %v, want %v", i, got, stretches[i])
		}
	}
	if got := ground.of([]int32{9, 9, 9}, 21, 22); !slices.Equal(got, []int32{65536}) {
		t.Error(got)
	}
}

func TestGaps(t *testing.T) {
	got := gaps([]int32{5, 20, 19, 3, 20, 21, 0}, 100, 20)
	want := []Gap{{100, 101, 5, 5}, {102, 104, 3, 19}, {106, 107, 0, 0}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestMerge(t *testing.T) {
	in := []bam.Interval{{Start: 50, End: 60}, {Start: 10, End: 20}, {Start: 15, End: 18}, {Start: 20, End: 25}, {Start: 58, End: 70}}
	want := []bam.Interval{{Start: 10, End: 25}, {Start: 50, End: 70}}
	if diff := cmp.Diff(want, merge(in)); diff != "" {
		t.Error(diff)
	}
	if in[0].Start != 50 {
		t.Error("the caller's intervals were changed")
	}
}

// TestUnions: rows that overlap count once in a gene, and genes that overlap
// once in the panel.
func TestUnions(t *testing.T) {
	exons := []Exon{
		{Gene: "A", Transcript: "T1", Number: 1, Contig: "c", Start: 0, End: 10, State: "assessed"},
		{Gene: "A", Transcript: "T2", Number: 1, Contig: "c", Start: 5, End: 15, State: "not assessed"},
		{Gene: "B", Transcript: "T3", Number: 1, Contig: "c", Start: 12, End: 20, State: "assessed"},
	}
	all := unite(exons, nil)
	var depth []int32
	for i := range 20 {
		depth = append(depth, int32(i))
	}
	keep(all[0], depth)
	r := &Result{Options: Options{Thresholds: []int{10}, PassDepth: 10}}
	r.summarise(exons, all)
	if r.Panel.Length != 20 || r.Panel.AtLeast[0] != 10 || r.Panel.Sum != 190 {
		t.Errorf("panel %+v", r.Panel)
	}
	a := r.Genes[0]
	if a.Length != 15 || a.AtLeast[0] != 5 || a.Median != 7 || a.State != PartAssessed || len(a.Transcripts) != 2 {
		t.Errorf("gene A %+v", a)
	}
	c := r.Report(50, unnamed)
	wantGaps := []report.Gap{
		{Contig: "c", Start: 0, End: 10, Gene: "A", Transcript: "T1", Exon: "1", MinDepth: 0, MaxDepth: 9},
		{Contig: "c", Start: 5, End: 10, Gene: "A", Transcript: "T2", Exon: "1", MinDepth: 5, MaxDepth: 9},
	}
	if diff := cmp.Diff(wantGaps, c.Gaps); diff != "" {
		t.Error(diff)
	}
	want := report.ExonCoverage{Gene: "A", Transcript: "T2", Exon: "1", Contig: "c", Start: 6, End: 15, Length: 10,
		Min: "5", Mean: "9.50", Median: "9", Max: "14", Pct: []string{"50.00"}}
	if diff := cmp.Diff(want, c.Exons[1]); diff != "" {
		t.Error(diff)
	}
	if c.Genes[0].Pass != Fail || c.Genes[1].Pass != Pass || c.Genes[0].Transcript != "T1;T2" {
		t.Errorf("%+v", c.Genes)
	}
}

func TestDefinition(t *testing.T) {
	const leavesOut = "Depth leaves out reads with any of the SAM flags in 1796 (unmapped, secondary, QC failed, duplicate) "
	for _, c := range []struct {
		depth       pileup.Options
		words, code string
	}{
		{pileup.Options{Exclude: 1796, MinMapQ: 20}, leavesOut + "and reads with a mapping quality below 20; no base quality is asked for. " +
			"Overlapping mates of a pair count once; deleted and skipped bases do not count (mosdepth's default).",
			"exclude=1796,include=0,mapq=20,baseq=0,mates=once,deletions=no"},
		{pileup.Options{Exclude: 1024, Include: 2, MinBaseQ: 25, Deletions: true},
			"Depth leaves out reads with any of the SAM flags in 1024 (duplicate), reads with none of the SAM flags in 2 (proper pair) " +
				"and reads with a mapping quality below 0; bases with a quality below 25 do not count. " +
				"Overlapping mates of a pair count once; deleted bases count, skipped ones do not.",
			"exclude=1024,include=2,mapq=0,baseq=25,mates=once,deletions=yes"},
		{pileup.Options{Exclude: 1796, Mode: pileup.EveryRead}, leavesOut + "and reads with a mapping quality below 0; no base quality is asked for. " +
			"Overlapping mates of a pair count twice; deleted and skipped bases do not count (samtools depth's default).",
			"exclude=1796,include=0,mapq=0,baseq=0,mates=twice,deletions=no"},
		{pileup.Options{Exclude: 1796, Mode: pileup.Span}, leavesOut + "and reads with a mapping quality below 0; no base quality is asked for. " +
			"Every read counts from its start to its end, deleted and skipped bases too, and overlapping mates count twice (mosdepth --fast-mode).",
			"exclude=1796,include=0,mapq=0,baseq=0,mates=span,deletions=yes"},
	} {
		o := Options{Depth: c.depth}
		if got := o.Definition(); got != c.words {
			t.Errorf("got  %s\nwant %s", got, c.words)
		}
		if got := o.Code(); got != c.code {
			t.Errorf("got  %s\nwant %s", got, c.code)
		}
	}
}

// TestSummary: one, many and none.
func TestSummary(t *testing.T) {
	gene := func(name string, at20, of int) GeneStat {
		return GeneStat{Gene: name, State: "assessed", Transcripts: []string{"NM_" + name}, Stat: Stat{Length: of, AtLeast: []int{at20}}}
	}
	unseen := GeneStat{Gene: "ATM", State: NotAssessed, NoSequence: 9, Stat: Stat{AtLeast: []int{0}}}
	for _, c := range []struct {
		genes []GeneStat
		want  string
	}{
		{nil, "No base of this panel can be assessed for coverage."},
		{[]GeneStat{gene("A", 1, 2), gene("B", 20, 20)},
			"95.45 % of this panel's target bases (21 of 22) were read at 20x or more. 1 gene has less than 95 % of its bases at 20x: A (NM_A) 50.00 %."},
		{[]GeneStat{gene("A", 1, 2), gene("B", 0, 7)},
			"11.11 % of this panel's target bases (1 of 9) was read at 20x or more. 2 genes have less than 95 % of their bases at 20x: A (NM_A) 50.00 %, B (NM_B) 0.00 %."},
		{[]GeneStat{gene("A", 95, 100)},
			"95.00 % of this panel's target bases (95 of 100) were read at 20x or more. No gene has less than 95 % of its bases at 20x."},
		{[]GeneStat{gene("A", 91, 91), unseen},
			"91.00 % of this panel's target bases (91 of 100) were read at 20x or more. This test has no sequence for 9 of them, which count as not read. " +
				"No gene has less than 95 % of its bases at 20x. 1 gene of the panel was not assessed: ATM."},
		{[]GeneStat{unseen},
			"0.00 % of this panel's target bases (0 of 9) were read at 20x or more. This test has no sequence for 9 of them, which count as not read. " +
				"No gene was assessed. 1 gene of the panel was not assessed: ATM."},
	} {
		r := &Result{Options: Options{Thresholds: []int{20}, PassDepth: 20}, Genes: c.genes, Panel: Stat{AtLeast: []int{0}}}
		for _, g := range c.genes {
			r.Panel.Length += g.Length
			r.Panel.AtLeast[0] += g.AtLeast[0]
			r.NoSequence += g.NoSequence
		}
		if got := r.Report(95, unnamed).Summary; got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

// TestHaemCutOffs: the myeloid profile's line is 80 % of a gene at 250x, met
// exactly; 100x and 500x are columns beside it.
func TestHaemCutOffs(t *testing.T) {
	p, err := profile.Load("haem-myeloid")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		deep int // of 10,000 bases at 250x, the rest at 249x
		pass string
		pcts string
	}{{8000, Pass, "[100.00 80.00 0.00 0.00 0.00]"}, {7999, Fail, "[100.00 79.99 0.00 0.00 0.00]"}} {
		exons := []Exon{{Gene: "TP53", Transcript: "NM_000546.6", Number: 1, Contig: "17", Start: 0, End: 10000, State: "assessed"}}
		all := unite(exons, nil)
		depth := slices.Repeat([]int32{249}, 10000)
		for i := range c.deep {
			depth[i] = 250
		}
		keep(all[0], depth)
		r := &Result{Options: Options{Thresholds: p.Coverage.Thresholds, PassDepth: p.Coverage.PassDepth}}
		r.summarise(exons, all)
		g := r.Report(p.Coverage.PassPercent, unnamed).Genes[0]
		if g.Pass != c.pass || fmt.Sprint(g.Pct) != c.pcts {
			t.Errorf("%d of 10,000: %s, %v", c.deep, g.Pass, g.Pct)
		}
	}
}
