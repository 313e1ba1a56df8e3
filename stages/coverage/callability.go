package coverage

import (
	"cmp"
	"iter"
	"slices"
	"strconv"
	"strings"

	"varpanel/stages/report"
	"varpanel/stages/variant"
)

// Class is what can be said of one base. Each base has one: the first in this
// order that holds, Callable where none does.
type Class uint8

const (
	// NotTargeted: the test has no sequence for the base.
	NotTargeted Class = iota
	// LowDepth: reads of any mapping quality do not reach PassDepth.
	LowDepth
	// LowMapQ: reads reach PassDepth only with those of low mapping quality:
	// of quality 0 or, where the depth asks for more, below that.
	LowMapQ
	// NoCall: the caller gave the sample no genotype, or a genotype quality of
	// 0; or the calls are a gVCF's, and no record of it is on the base.
	NoCall
	// Filtered: a record on the base failed a filter.
	Filtered
	// CallerLess: the reads reach PassDepth, and the caller's own depth does
	// not.
	CallerLess
	Callable
	// DepthUnknown: there are no reads, and the caller's record on the base
	// gives no depth.
	DepthUnknown

	classes // how many there are
)

// Classes are those of a case with reads and calls, in order; ReadClasses are
// those without calls, and CallerClasses those without reads.
var Classes = []Class{NotTargeted, LowDepth, LowMapQ, NoCall, Filtered, CallerLess, Callable}

// ReadClasses are the classes of reads alone, in order.
var ReadClasses = []Class{NotTargeted, LowDepth, LowMapQ, Callable}

func (c Class) String() string {
	return [...]string{"not-targeted", "low-depth", "low-mapping-quality", "no-call", "filtered", "caller-saw-less", "callable", "depth-not-known"}[c]
}

// Seen is one record of the caller's: where it stands and what it says of the
// sample.
type Seen struct {
	Contig     string // the bundle's name
	Start, End int    // 0-based half-open: its REF, or its block
	Depth      variant.Count
	Called     bool // every allele of the genotype is there, and its quality is above 0
	Filtered   bool
}

// Caller is what the caller saw. Without reference blocks its depth is known at
// its records alone, and a base without a record says nothing.
type Caller struct {
	Seen   []Seen
	Blocks bool
	Absent bool // there are no calls; see ReadClasses
}

// seenAt is the records of one contig by start; reach is the highest end of them
// and those before.
type seenAt struct {
	list  []Seen
	reach []int
}

func (c Caller) byContig() map[string]*seenAt {
	out := map[string]*seenAt{}
	for _, s := range c.Seen {
		at := out[s.Contig]
		if at == nil {
			at = new(seenAt)
			out[s.Contig] = at
		}
		at.list = append(at.list, s)
	}
	for _, at := range out {
		slices.SortStableFunc(at.list, func(a, b Seen) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End)) })
		reach := 0
		for _, s := range at.list {
			reach = max(reach, s.End)
			at.reach = append(at.reach, reach)
		}
	}
	return out
}

// over gives the records that may meet an interval.
func (s *seenAt) over(start, end int) []Seen {
	if s == nil {
		return nil
	}
	from, _ := slices.BinarySearchFunc(s.reach, start, func(reach, at int) int { return cmp.Compare(reach, at+1) })
	to, _ := slices.BinarySearchFunc(s.list, end, func(s Seen, at int) int { return cmp.Compare(s.Start, at) })
	return s.list[min(from, to):to]
}

// classifier classifies the bases of a result.
type classifier struct {
	*Result
	blocks  bool
	list    []Class // those that a base may have
	seen    map[string]*seenAt
	classes map[string][][]Class // by contig, a stretch each
	depths  []int32              // of the bases at hand
	callers []int32              // the same, as the caller counted it
	low     []int32              // the same, by reads of low mapping quality
	placed  []placed
}

// newClassifier classifies each base of the result once; rows look it up.
func newClassifier(r *Result, caller Caller) *classifier {
	c := &classifier{Result: r, blocks: caller.Blocks, seen: caller.byContig(), classes: map[string][][]Class{}, list: Classes}
	classify := c.classify
	switch {
	case r.unread:
		c.list, classify = CallerClasses, c.classifyCalls
	case caller.Absent:
		c.list = ReadClasses
	}
	for contig, t := range r.ground {
		list := make([][]Class, len(t.stretches))
		for i := range list {
			list[i] = classify(t, i)
		}
		c.classes[contig] = list
	}
	return c
}

// classify gives the classes of a stretch's bases.
func (c *classifier) classify(t *territory, i int) []Class {
	c.depths = t.of(c.depths, t.stretches[i].Start, t.stretches[i].End)
	depth := c.depths
	var anyMapQ, mapq0 []int32
	if t.anyMapQ[i] != nil {
		c.low = expand(c.low, t.anyMapQ[i])
		anyMapQ = c.low
	} else if t.mapq0[i] != nil {
		c.low = expand(c.low, t.mapq0[i])
		mapq0 = c.low
	}
	out := make([]Class, len(depth))
	pass := int32(c.Options.PassDepth)
	for j, whole := range depth {
		sure := whole // without low mapping qualities
		if anyMapQ != nil {
			whole = anyMapQ[j]
		} else if mapq0 != nil {
			sure -= mapq0[j]
		}
		switch {
		case whole < pass:
			out[j] = LowDepth
		case sure < pass:
			out[j] = LowMapQ
		default:
			out[j] = Callable
		}
	}
	c.beside(out, t.contig, t.stretches[i].Start)
	return out
}

// beside adds what the caller says of the bases from start on.
func (c *classifier) beside(classes []Class, contig string, start int) {
	records := c.seen[contig].over(start, start+len(classes))
	if len(records) == 0 && !c.blocks {
		return
	}
	for _, s := range records {
		for i := max(s.Start-start, 0); i < min(s.End-start, len(classes)); i++ {
			classes[i].take(s)
		}
	}
	pass := int32(c.Options.PassDepth)
	for i, depth := range c.callerDepths(records, start, start+len(classes)) {
		switch {
		case classes[i] != Callable:
		case c.blocks && depth == notSeen:
			classes[i] = NoCall
		case depth >= 0 && depth < pass:
			classes[i] = CallerLess
		}
	}
}

// take adds what a record says. Of several the worst counts, and a missing
// genotype before a filter.
func (c *Class) take(s Seen) {
	if *c < NoCall {
		return
	}
	if !s.Called {
		*c = NoCall
	} else if s.Filtered {
		*c = min(*c, Filtered)
	}
}

// Depths that callerDepths has no number for.
const (
	notKnown = -1 // by any of the base's records
	notSeen  = -2 // there is no record
)

// callerDepths gives the depth of each base as the caller counted it, the lowest
// of several. It is valid until the next call.
func (c *classifier) callerDepths(records []Seen, start, end int) []int32 {
	n := end - start
	c.callers = slices.Grow(c.callers[:0], n)[:n]
	for i := range c.callers {
		c.callers[i] = notSeen
	}
	for _, s := range records {
		depth := int32(notKnown)
		if s.Depth.Known {
			depth = int32(s.Depth.N)
		}
		for i := max(s.Start-start, 0); i < min(s.End-start, n); i++ {
			if had := c.callers[i]; had < 0 {
				c.callers[i] = max(had, depth)
			} else if depth >= 0 {
				c.callers[i] = min(had, depth)
			}
		}
	}
	return c.callers
}

// of gives the classes of an interval that lies within one stretch.
func (c *classifier) of(contig string, start, end int) []Class {
	t := c.ground[contig]
	i := t.stretch(start)
	from := t.stretches[i].Start
	return c.classes[contig][i][start-from : end-from]
}

// counts counts the bases of the union of rows by class, as the list has them, and
// all of them. A base that any row has sequence for is looked at as such.
func (c *classifier) counts(rows iter.Seq[*Exon]) (counts []int, all int) {
	c.placed, all = unions(c.placed, rows)
	all += length(c.placed)
	var n [classes]int
	for _, p := range c.placed {
		for _, class := range c.of(p.contig, p.start, p.end) {
			n[class]++
		}
	}
	n[NotTargeted] = all - length(c.placed)
	counts = make([]int, len(c.list))
	for i, class := range c.list {
		counts[i] = n[class]
	}
	return counts, all
}

// Callability classifies every base of the panel beside what the caller saw.
func (r *Result) Callability(caller Caller, name Namer) *report.Callability {
	c := newClassifier(r, caller)
	out := &report.Callability{CallerDepth: callerWords(caller), Code: r.Options.Code()}
	if r.unread {
		out.CallerDepth, out.Code = callerAloneWords, CallerCode
	}
	for _, class := range c.list {
		out.Classes = append(out.Classes, class.String())
	}
	out.Rows = make([]report.CallableRow, 0, 1+len(r.groups)+len(r.rows))
	counts, all := c.counts(every(r.rows))
	out.Rows = append(out.Rows, report.CallableRow{Level: "panel", Length: all, Counts: counts})
	for i, rows := range r.groups {
		g := r.Genes[i]
		counts, all := c.counts(some(r.rows, rows))
		out.Rows = append(out.Rows, report.CallableRow{
			Level: "gene", Gene: g.Gene, Transcript: strings.Join(g.Transcripts, ";"), Length: all, Counts: counts,
		})
	}
	out.Runs = make([]report.Run, 0, len(r.rows)+len(r.rows)/4)
	room := make([]int, len(r.rows)*len(c.list))
	for i := range r.rows {
		e := &r.rows[i]
		if e.Start >= e.End {
			continue
		}
		exon, first := strconv.Itoa(e.Number), len(out.Runs)
		out.Runs = c.runs(out.Runs, e, exon, name)
		n := len(c.list)
		counts := room[i*n : (i+1)*n : (i+1)*n]
		for _, run := range out.Runs[first:] {
			counts[slices.Index(out.Classes, run.Class)] += run.End - run.Start
		}
		out.Rows = append(out.Rows, report.CallableRow{
			Level: "exon", Gene: e.Gene, Transcript: e.Transcript, Exon: exon,
			Contig: e.Contig, Start: e.Start + 1, End: e.End, Length: e.End - e.Start, Counts: counts,
		})
	}
	if r.unread {
		return out // there is nothing to disagree with
	}
	for _, run := range out.Runs {
		if run.Class == CallerLess.String() || run.Class == NoCall.String() {
			out.Disagreements = append(out.Disagreements, run)
		}
	}
	return out
}

// runs appends the runs of one class of a row.
func (c *classifier) runs(dst []report.Run, e *Exon, exon string, name Namer) []report.Run {
	run := report.Run{Contig: e.Contig, Gene: e.Gene, Transcript: e.Transcript, Exon: exon}
	if e.NoSequence {
		run.Start, run.End, run.Class = e.Start, e.End, NotTargeted.String()
		run.HGVSc = name(e.Transcript, e.Contig, e.Start, e.End)
		return append(dst, run)
	}
	classes, t := c.of(e.Contig, e.Start, e.End), c.ground[e.Contig]
	if !c.unread {
		c.depths = t.of(c.depths, e.Start, e.End)
	}
	for from := 0; from < len(classes); {
		to := from + 1
		for to < len(classes) && classes[to] == classes[from] {
			to++
		}
		start, end := e.Start+from, e.Start+to
		run.Start, run.End, run.Class, run.HGVSc = start, end, classes[from].String(), ""
		if classes[from] != Callable {
			run.HGVSc = name(e.Transcript, e.Contig, start, end)
		}
		if !c.unread {
			run.MinDepth, run.MaxDepth = span(c.depths[from:to])
			least, most := t.lowQuality(start, end)
			run.MinMapQ0, run.MaxMapQ0 = strconv.Itoa(int(least)), strconv.Itoa(int(most))
		}
		run.MinCaller, run.MaxCaller = "", ""
		if records := c.seen[e.Contig].over(start, end); len(records) > 0 {
			run.MinCaller, run.MaxCaller = span(c.callerDepths(records, start, end))
		}
		dst = append(dst, run)
		from = to
	}
	return dst
}

// span gives the lowest and highest of depths, leaving out those below 0, which
// are not known; "" where none is.
func span(depths []int32) (least, most string) {
	lo, hi := int32(-1), int32(-1)
	for _, d := range depths {
		if d >= 0 && (lo < 0 || d < lo) {
			lo = d
		}
		hi = max(hi, d)
	}
	if lo < 0 {
		return "", ""
	}
	return strconv.Itoa(int(lo)), strconv.Itoa(int(hi))
}

func callerWords(c Caller) string {
	switch {
	case c.Absent:
		return "There are no calls: a callable base was read at the pass depth, and it is not known whether a caller saw as much."
	case c.Blocks:
		return "The calls are a gVCF: the caller's depth is that of its blocks (MIN_DP, the lowest of a block's bases, or DP) and of its variants; a base without a record was not called."
	}
	return "The calls have no reference blocks: the caller's depth is known at its records alone, and between them it is not known whether the caller saw less than the reads show."
}
