package coverage

import "varpanel/hts/bam"

// maxInsert bounds the fragment lengths that are told apart; longer ones are no
// fragments of a short-read library and count as this long.
const maxInsert = 2000

// ReadStat is what the reads over the measured places say of the library, from
// the records that were read for depth anyhow.
type ReadStat struct {
	Aligned    int // alignments over the measured places, whatever their flags
	Primary    int // of these, not secondary and not supplementary
	Duplicates int // of Primary
	// Inserts counts proper pairs by the length of their fragment, once a
	// pair: at its leftmost read, duplicates left out. Its last place holds
	// longer ones.
	Inserts [maxInsert + 1]int
	// OfFile is the number of alignments in the whole file by its index, and
	// OfContig those of each contig; Known is false for an index without
	// counts.
	Known    bool
	OfFile   int
	OfContig map[string]int // by the BAM's names
}

func (r *ReadStat) merge(o *ReadStat) {
	r.Aligned += o.Aligned
	r.Primary += o.Primary
	r.Duplicates += o.Duplicates
	for i, n := range o.Inserts {
		r.Inserts[i] += n
	}
}

// count takes the numbers of the file's index.
func (r *ReadStat) count(file *bam.File) {
	r.Known, r.OfContig = true, map[string]int{}
	for id, ref := range file.Header().Refs {
		mapped, ok := file.Index().Mapped(id)
		if !ok {
			r.Known, r.OfContig, r.OfFile = false, nil, 0
			return
		}
		r.OfContig[ref.Name] = mapped
		r.OfFile += mapped
	}
}

// MedianInsert is the median length of the fragments (the lower of the middle
// two), and how many there are; 0 of none.
func (r *ReadStat) MedianInsert() (median, pairs int) {
	for _, n := range r.Inserts {
		pairs += n
	}
	rank := (pairs - 1) / 2
	for length, n := range r.Inserts {
		if rank < n {
			return length, pairs
		}
		rank -= n
	}
	return 0, 0
}

// readTally counts the reads of a shard. A read that meets a stretch of an
// earlier shard is that shard's.
type readTally struct {
	ReadStat
	stretches []bam.Interval
	before    int // the end of the last stretch before the shard
}

func newReadTally(s shard) *readTally {
	t := &readTally{stretches: s.of.stretches[s.start:s.end], before: -1}
	if s.start > 0 {
		t.before = s.of.stretches[s.start-1].End
	}
	return t
}

// add counts one record; records come sorted.
func (t *readTally) add(r *bam.Record) {
	pos := r.Pos()
	for len(t.stretches) > 0 && t.stretches[0].End <= pos {
		t.stretches = t.stretches[1:]
	}
	flag := r.Flag()
	if len(t.stretches) == 0 || t.stretches[0].Start >= r.End() || pos < t.before || flag&bam.Unmapped != 0 {
		return
	}
	t.Aligned++
	if flag&(bam.Secondary|bam.Supplementary) != 0 {
		return
	}
	t.Primary++
	if flag&bam.Duplicate != 0 {
		t.Duplicates++
		return
	}
	if n := r.TemplateLen(); n > 0 && flag&bam.ProperPair != 0 {
		t.Inserts[min(n, maxInsert)]++
	}
}
