package coverage

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"varpanel/hts/bam"
	"varpanel/hts/bam/pileup"
	"varpanel/stages/report"
	"varpanel/stages/variant"
)

// made is a result of ten bases with sequence and two without, made by hand.
func made() *Result {
	t := &territory{contig: "c", stretches: []bam.Interval{{Start: 100, End: 110}},
		mapq0: [][]pileup.Run{{{End: 1}, {End: 2, Depth: 10}, {End: 9}, {End: 10, Depth: 5}}}, anyMapQ: [][]pileup.Run{nil}}
	keep(t, []int32{5, 25, 25, 25, 25, 25, 25, 25, 5, 25})
	r := &Result{Options: Options{Thresholds: []int{20}, PassDepth: 20}}
	r.summarise([]Exon{
		{Gene: "A", Transcript: "T", Number: 2, Contig: "c", Start: 100, End: 110, State: PartAssessed},
		{Gene: "A", Transcript: "T", Number: 2, Contig: "c", Start: 110, End: 112, State: PartAssessed, NoSequence: true},
	}, []*territory{t})
	return r
}

func seen(at int, depth int, called, filtered bool) Seen {
	return Seen{Contig: "c", Start: at, End: at + 1, Depth: variant.Count{N: depth, Known: depth >= 0}, Called: called, Filtered: filtered}
}

func classesOf(c *report.Callability) string {
	var out []string
	for _, r := range c.Runs {
		for range r.End - r.Start {
			out = append(out, r.Class)
		}
	}
	return strings.Join(out, " ")
}

// TestClasses: each base by hand.
func TestClasses(t *testing.T) {
	caller := Caller{Seen: []Seen{
		seen(107, 30, true, true), seen(107, 30, false, false), // the missing genotype counts before the filter
		seen(103, 40, false, false), seen(104, 40, true, true), seen(105, 12, true, false), seen(106, -1, true, false),
		seen(108, 40, false, false), // low depth is said first
		seen(109, 20, true, false), seen(109, 21, true, false),
	}}
	r := made()
	want := "low-depth low-mapping-quality callable no-call filtered caller-saw-less callable no-call low-depth callable not-targeted not-targeted"
	got := r.Callability(caller, unnamed)
	if classesOf(got) != want {
		t.Errorf("got  %s\nwant %s", classesOf(got), want)
	}
	if diff := cmp.Diff([]int{2, 2, 1, 2, 1, 1, 3}, got.Rows[0].Counts); diff != "" || got.Rows[0].Length != 12 {
		t.Errorf("panel: %v of %d", got.Rows[0].Counts, got.Rows[0].Length)
	}
	if len(got.Disagreements) != 3 || got.Disagreements[1].MinCaller != "12" || got.Disagreements[1].MinDepth != "25" {
		t.Errorf("disagreements: %+v", got.Disagreements)
	}
	if c := got.Runs[1]; c.MinMapQ0 != "10" || c.MinCaller != "" {
		t.Errorf("low mapping quality, no record: %+v", c)
	}
	c := r.Report(95, unnamed)
	c.Callability = got
	if s := DisagreementSentence(c); s != "Reads and caller disagree: where 20x is reached, the caller saw fewer than 20 reads at 1 base and made no call at 2 bases (A). A variant there may not have been called." {
		t.Error(s)
	}
	if s := LowMapQSentence(c); s != "1 base reaches 20x only with reads of low mapping quality (A): a caller leaves such reads out." {
		t.Error(s)
	}
	// In a gVCF a base without a record was not called.
	caller.Blocks = true
	if got := classesOf(r.Callability(caller, unnamed)); got != strings.Replace(want, "quality callable no", "quality no-call no", 1) {
		t.Errorf("gVCF: %s", got)
	}
}

// TestLowMapQualityAskedFor: where the depth leaves such reads out, they say why
// it is low.
func TestLowMapQualityAskedFor(t *testing.T) {
	r := made()
	g := r.ground["c"]
	g.store(0, make([]int32, 10))
	g.anyMapQ[0], g.mapq0[0] = []pileup.Run{{End: 1, Depth: 19}, {End: 2, Depth: 20}, {End: 10}}, nil
	got := classesOf(r.Callability(Caller{}, unnamed))
	if !strings.HasPrefix(got, "low-depth low-mapping-quality low-depth ") {
		t.Error(got)
	}
}

// TestSeenOver: long records before an interval are found behind short ones.
func TestSeenOver(t *testing.T) {
	at := Caller{Seen: []Seen{{Contig: "c", Start: 0, End: 100}, {Contig: "c", Start: 5, End: 6}, {Contig: "c", Start: 50, End: 60}}}.byContig()["c"]
	for _, c := range []struct{ start, end, want int }{{55, 56, 3}, {99, 100, 3}, {100, 110, 0}, {0, 1, 1}} {
		if got := len(at.over(c.start, c.end)); got != c.want {
			t.Errorf("over %d to %d: %d records, want %d", c.start, c.end, got, c.want)
		}
	}
}

// TestSentences: one, many and none.
func TestSentences(t *testing.T) {
	hotspots := func(pass ...string) []report.HotspotCoverage {
		var out []report.HotspotCoverage
		for _, p := range pass {
			out = append(out, report.HotspotCoverage{AskedFor: 100, Pass: p})
		}
		return out
	}
	for _, c := range []struct {
		got, want string
	}{
		{hotspotSentence(&report.Coverage{}), ""},
		{hotspotSentence(&report.Coverage{Hotspots: hotspots(Pass)}), "The one hotspot of the panel was read at 100x or more."},
		{hotspotSentence(&report.Coverage{Hotspots: hotspots(Fail)}), "The one hotspot of the panel was not read at 100x or more."},
		{hotspotSentence(&report.Coverage{Hotspots: hotspots(Fail, Pass)}), "1 of the panel's 2 hotspots was read at 100x or more."},
		{hotspotSentence(&report.Coverage{Hotspots: hotspots(Fail, Fail)}), "0 of the panel's 2 hotspots were read at 100x or more."},
		{KnownSentence(&report.Coverage{}), ""},
		{KnownSentence(&report.Coverage{LowKnown: &report.LowKnown{Listed: 9}}), ""},
		{KnownSentence(&report.Coverage{PassDepth: 20, LowKnown: &report.LowKnown{Listed: 9, Rows: make([]report.KnownLow, 1)}}),
			"1 known pathogenic allele of the panel (of 9 looked at) lies below 20x: its absence from this report says nothing."},
		{KnownSentence(&report.Coverage{PassDepth: 20, LowKnown: &report.LowKnown{Listed: 9, Rows: make([]report.KnownLow, 2)}}),
			"2 known pathogenic alleles of the panel (of 9 looked at) lie below 20x: their absence from this report says nothing."},
	} {
		if c.got != c.want {
			t.Errorf("got  %s\nwant %s", c.got, c.want)
		}
	}
}

// TestCallsAlone: a gVCF without reads, each base by hand.
func TestCallsAlone(t *testing.T) {
	rows := []Exon{
		{Gene: "A", Transcript: "T", Number: 2, Contig: "c", Start: 100, End: 108, State: PartAssessed},
		{Gene: "A", Transcript: "T", Number: 2, Contig: "c", Start: 108, End: 110, State: PartAssessed, NoSequence: true},
		{Gene: "B", Transcript: "U", Number: 1, Contig: "d", Start: 5, End: 6, State: "assessed"}, // a contig without records
	}
	caller := Caller{Blocks: true, Seen: []Seen{
		{Contig: "c", Start: 90, End: 101, Depth: variant.Count{N: 20, Known: true}, Called: true},
		seen(101, 19, true, false), seen(101, 30, true, false), // of two depths the lower
		seen(102, 19, false, false), // low depth is said first
		seen(103, 40, false, false), seen(104, 40, true, true),
		seen(105, -1, true, false), // no depth: not known, and not passed for enough
		seen(106, 40, true, false), // 107 has no record
	}}
	got := Unread(rows, 20).Callability(caller, unnamed)
	want := "callable low-depth low-depth no-call filtered depth-not-known callable no-call not-targeted not-targeted no-call"
	if classesOf(got) != want {
		t.Errorf("got  %s\nwant %s", classesOf(got), want)
	}
	if diff := cmp.Diff([]int{2, 2, 3, 1, 1, 2}, got.Rows[0].Counts); diff != "" || got.Rows[0].Length != 11 {
		t.Errorf("panel: %v of %d", got.Rows[0].Counts, got.Rows[0].Length)
	}
	if len(got.Disagreements) != 0 || got.Runs[0].MinDepth != "" || got.Runs[0].MinCaller != "20" || got.Rows[1].Transcript != "T" {
		t.Errorf("disagreements %+v, first run %+v, gene %+v", got.Disagreements, got.Runs[0], got.Rows[1])
	}
	if s := CallerSentence(got, 20); s != "By the gVCF alone, 18.18 % of this panel's target bases (2 of 11) were called at 20x or more. Not in full: A 20.00 %, B 0.00 %. What was not called is not negative." {
		t.Error(s)
	}
}
