package pileup

import "varpanel/hts/bam"

// Mode is a definition of depth.
type Mode uint8

const (
	// MatesOnce counts the bases that CIGAR's M, = and X align, and counts
	// them once where two mates of a proper pair both have them: mosdepth's
	// default.
	MatesOnce Mode = iota
	// EveryRead counts the same bases for each read by itself: samtools depth.
	EveryRead
	// Span counts every reference base from a read's start to its end, deleted
	// and skipped bases too: mosdepth --fast-mode.
	Span
)

// DefaultFlags leaves out unmapped, secondary, QC-failed and duplicate records.
const DefaultFlags = bam.Unmapped | bam.Secondary | bam.QCFail | bam.Duplicate // 1796

// Options say which records count, and how.
type Options struct {
	Mode    Mode
	Exclude int  // a record with any of these flag bits does not count
	Include int  // nor one that has none of these; 0 asks for none
	MinMapQ int  // nor one below this
	MapQ0   bool // only records of mapping quality 0 count, whatever MinMapQ says

	// MinBaseQ leaves out bases of a lower quality, and Deletions counts the
	// bases that a read deletes. Span looks at neither.
	MinBaseQ  int
	Deletions bool
}

// asMosdepth tells whether mates overlap by mosdepth's own rule, which has an
// exception that other definitions do not share; see Depth.Add.
func (o Options) asMosdepth() bool { return o.Mode == MatesOnce && o.MinBaseQ == 0 && !o.Deletions }

// counts tells whether a record passes the options.
func (o *Options) counts(r *bam.Record) bool {
	flag, q := r.Flag(), r.MapQ()
	if o.MapQ0 && q > 0 || !o.MapQ0 && q < o.MinMapQ {
		return false
	}
	return flag&o.Exclude == 0 && (o.Include == 0 || flag&o.Include != 0) && r.RefID() >= 0 && r.Pos() >= 0
}

// appendSpans appends the stretches of reference that a record's counted bases
// stand on, 0-based half-open, adjacent ones joined.
func (o *Options) appendSpans(dst []bam.Interval, r *bam.Record) []bam.Interval {
	pos, query, n := r.Pos(), 0, len(dst)
	if r.NOps() == 1 && r.Op(0).Aligned() && r.Op(0).Len() > 0 && o.MinBaseQ == 0 { // most reads
		return append(dst, bam.Interval{Start: pos, End: pos + r.Op(0).Len()})
	}
	add := func(from, to int) {
		if len(dst) > n && dst[len(dst)-1].End == from {
			dst[len(dst)-1].End = to
		} else if from < to {
			dst = append(dst, bam.Interval{Start: from, End: to})
		}
	}
	for i := range r.NOps() {
		op := r.Op(i)
		k := op.Len()
		switch {
		case op.Aligned() && o.MinBaseQ > 0 && r.Len() > 0:
			for j := range k {
				if r.Qual(query+j) >= o.MinBaseQ {
					add(pos+j, pos+j+1)
				}
			}
		case op.Aligned(), o.Deletions && op.Kind() == bam.Del:
			add(pos, pos+k)
		}
		if op.Reference() {
			pos += k
		}
		if op.Query() {
			query += k
		}
	}
	return dst
}
