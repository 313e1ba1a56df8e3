package coverage

import (
	"cmp"
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
)

// Classes are all of them, in order.
var Classes = []Class{NotTargeted, LowDepth, LowMapQ, NoCall, Filtered, CallerLess, Callable}

func (c Class) String() string {
	return [...]string{"not-targeted", "low-depth", "low-mapping-quality", "no-call", "filtered", "caller-saw-less", "callable"}[c]
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
}

// base is what is known of one base.
type base struct {
	class  Class
	seen   bool
	depth  int32
	mapq0  int32
	caller int32 // -1: not known
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
	blocks bool
	seen   map[string]*seenAt
	bases  []base // of the row at hand
}

// classify gives the bases of a row's interval; they are valid until the next
// call.
func (c *classifier) classify(contig string, start, end int, sequence bool) []base {
	n := end - start
	c.bases = slices.Grow(c.bases[:0], n)[:n]
	clear(c.bases) // not targeted
	if !sequence {
		return c.bases
	}
	t := c.ground[contig]
	depth, mapq0, anyMapQ := t.of(start, end), t.part(t.mapq0, start, end), t.part(t.anyMapQ, start, end)
	pass := int32(c.Options.PassDepth)
	for i := range c.bases {
		b := &c.bases[i]
		b.depth, b.caller = depth[i], -1
		whole, sure := b.depth, b.depth // with and without low mapping qualities
		if mapq0 != nil {
			b.mapq0 = mapq0[i]
		}
		if anyMapQ != nil {
			whole = anyMapQ[i]
		} else {
			sure -= b.mapq0
		}
		switch {
		case whole < pass:
			b.class = LowDepth
		case sure < pass:
			b.class = LowMapQ
		default:
			b.class = Callable
		}
	}
	for _, s := range c.seen[contig].over(start, end) {
		for i := max(s.Start-start, 0); i < min(s.End-start, n); i++ {
			c.bases[i].take(s)
		}
	}
	for i := range c.bases {
		b := &c.bases[i]
		if b.class != Callable {
			continue
		}
		if c.blocks && !b.seen {
			b.class = NoCall
		} else if b.caller >= 0 && b.caller < pass {
			b.class = CallerLess
		}
	}
	return c.bases
}

// take adds what one record says. Of several the worst counts: the lowest depth,
// and a missing genotype before a filter.
func (b *base) take(s Seen) {
	b.seen = true
	if s.Depth.Known && (b.caller < 0 || int32(s.Depth.N) < b.caller) {
		b.caller = int32(s.Depth.N)
	}
	if b.class < NoCall {
		return
	}
	if !s.Called {
		b.class = NoCall
	} else if s.Filtered {
		b.class = min(b.class, Filtered)
	}
}

// counts counts the bases of the union of rows by class, as Classes has them.
// A base that any row has sequence for is looked at as such.
func (c *classifier) counts(rows []Exon) []int {
	out := make([]int, len(Classes))
	var sequenced []Exon
	for _, e := range rows {
		if !e.NoSequence {
			sequenced = append(sequenced, e)
		}
	}
	contigs, byContig := union(sequenced)
	for _, contig := range contigs {
		for _, in := range byContig[contig] {
			for _, b := range c.classify(contig, in.Start, in.End, true) {
				out[b.class]++
			}
		}
	}
	looked := 0
	for _, n := range out {
		looked += n
	}
	out[NotTargeted] = bases(rows) - looked
	return out
}

// Callability classifies every base of the panel beside what the caller saw.
func (r *Result) Callability(caller Caller, name Namer) *report.Callability {
	c := &classifier{Result: r, blocks: caller.Blocks, seen: caller.byContig()}
	out := &report.Callability{CallerDepth: callerWords(caller.Blocks)}
	for _, class := range Classes {
		out.Classes = append(out.Classes, class.String())
	}
	out.Rows = append(out.Rows, report.CallableRow{Level: "panel", Length: bases(r.rows), Counts: c.counts(r.rows)})
	keys, rows := r.byGene()
	for i, key := range keys {
		g := r.Genes[i]
		out.Rows = append(out.Rows, report.CallableRow{Level: "gene", Gene: g.Gene, Transcript: strings.Join(g.Transcripts, ";"),
			Length: bases(rows[key]), Counts: c.counts(rows[key])})
	}
	for _, e := range r.rows {
		if e.Start >= e.End {
			continue
		}
		out.Rows = append(out.Rows, report.CallableRow{
			Level: "exon", Gene: e.Gene, Transcript: e.Transcript, Exon: strconv.Itoa(e.Number),
			Contig: e.Contig, Start: e.Start + 1, End: e.End, Length: e.End - e.Start, Counts: c.counts([]Exon{e}),
		})
		out.Runs = append(out.Runs, c.runs(e, name)...)
	}
	for _, run := range out.Runs {
		if run.Class == CallerLess.String() || run.Class == NoCall.String() {
			out.Disagreements = append(out.Disagreements, run)
		}
	}
	return out
}

// runs gives the runs of one class of a row.
func (c *classifier) runs(e Exon, name Namer) []report.Run {
	var out []report.Run
	bases := c.classify(e.Contig, e.Start, e.End, !e.NoSequence)
	for from := 0; from < len(bases); {
		to := from + 1
		for to < len(bases) && bases[to].class == bases[from].class {
			to++
		}
		run := report.Run{
			Contig: e.Contig, Start: e.Start + from, End: e.Start + to, Class: bases[from].class.String(),
			Gene: e.Gene, Transcript: e.Transcript, Exon: strconv.Itoa(e.Number),
		}
		if bases[from].class != Callable {
			run.HGVSc = name(e.Transcript, e.Contig, run.Start, run.End)
		}
		if bases[from].class != NotTargeted {
			run.MinDepth, run.MaxDepth = span(bases[from:to], func(b base) int32 { return b.depth })
			run.MinMapQ0, run.MaxMapQ0 = span(bases[from:to], func(b base) int32 { return b.mapq0 })
			run.MinCaller, run.MaxCaller = span(bases[from:to], func(b base) int32 { return b.caller })
		}
		out = append(out, run)
		from = to
	}
	return out
}

// span gives the lowest and highest of a value, leaving out those below 0, which
// are not known; "" where none is.
func span(bases []base, value func(base) int32) (least, most string) {
	lo, hi := int32(-1), int32(-1)
	for _, b := range bases {
		v := value(b)
		if v < 0 {
			continue
		}
		if lo < 0 || v < lo {
			lo = v
		}
		hi = max(hi, v)
	}
	if lo < 0 {
		return "", ""
	}
	return strconv.Itoa(int(lo)), strconv.Itoa(int(hi))
}

func callerWords(blocks bool) string {
	if blocks {
		return "The calls are a gVCF: the caller's depth is that of its blocks (MIN_DP, the lowest of a block's bases, or DP) and of its variants; a base without a record was not called."
	}
	return "The calls have no reference blocks: the caller's depth is known at its records alone, and between them it is not known whether the caller saw less than the reads show."
}
