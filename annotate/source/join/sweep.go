package join

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/hts/index"
	"varpanel/hts/vcf"
)

// near is how far apart what is asked of a file may lie and still be asked of
// its index at once: the width of an index's smallest bins.
const near = 1 << 14

// span is an interval that is asked for, 0-based half-open.
type span struct{ start, end int }

// sweep is one file for one worker: what it holds near a batch of records, and
// what matches the record that is looked at.
type sweep struct {
	f      *file
	where  []int // for each record of the batch its stretch in kept, or -1 where the file lacks its contig
	names  []string
	kept   []stretch
	text   []byte // the lines of kept
	ends   []int
	spans  []span
	hits   []*hit // the matches of the record, in the file's order
	unused []*hit
}

// load reads what the file holds near the records, which may come in any order.
func (s *sweep) load(asked []asked, resolve func(contig string) (string, bool)) error {
	s.where, s.names, s.kept = s.where[:0], s.names[:0], s.kept[:0]
	s.text, s.ends = s.text[:0], s.ends[:0]
	for from := 0; from < len(asked); {
		to := from + 1
		for to < len(asked) && asked[to].contig == asked[from].contig {
			to++
		}
		name, there := resolve(asked[from].contig)
		at := -1
		if there {
			at = len(s.names)
			s.names = append(s.names, name)
			if err := s.loadContig(name, asked[from:to]); err != nil {
				return err
			}
		}
		for range to - from {
			s.where = append(s.where, at)
		}
		from = to
	}
	s.cut()
	return nil
}

func (s *sweep) loadContig(name string, asked []asked) error {
	if n := len(s.kept); n < cap(s.kept) {
		s.kept = s.kept[:n+1]
		s.kept[n].entries, s.kept[n].reach = s.kept[n].entries[:0], s.kept[n].reach[:0]
	} else {
		s.kept = append(s.kept, stretch{})
	}
	if s.f.plain != nil {
		return nil
	}
	s.spans = s.spans[:0]
	for i := range asked {
		from, to := asked[i].reach(&s.f.layout)
		s.spans = append(s.spans, span{from, to})
	}
	s.spans = union(s.spans)
	return s.read(name)
}

// union sorts spans and joins those that overlap.
func union(spans []span) []span {
	byStart := func(a, b span) int { return cmp.Compare(a.start, b.start) }
	if !slices.IsSortedFunc(spans, byStart) {
		slices.SortFunc(spans, byStart)
	}
	out := spans[:0]
	for _, s := range spans {
		if n := len(out); n > 0 && s.start <= out[n-1].end {
			out[n-1].end = max(out[n-1].end, s.end)
			continue
		}
		out = append(out, s)
	}
	return out
}

// chunks asks the index for all spans.
func (s *sweep) chunks(id int) []bgzf.Chunk {
	var out []bgzf.Chunk
	for i := 0; i < len(s.spans); {
		start, end := s.spans[i].start, s.spans[i].end
		for i++; i < len(s.spans) && s.spans[i].start < end+near; i++ {
			end = s.spans[i].end
		}
		out = append(out, s.f.index.Chunks(id, start, end)...)
	}
	return index.Merge(out)
}

// read keeps the lines of one contig that meet a span.
func (s *sweep) read(name string) (err error) {
	id, ok := s.f.index.ID(name)
	if !ok {
		return nil
	}
	chunks := s.chunks(id)
	if len(chunks) == 0 {
		return nil
	}
	z, err := bgzf.NewChunkReader(s.f.data, s.f.size, chunks, s.f.blocks)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, z.Close()) }()
	last, spans := -1, s.spans
	for {
		line, at, err := z.NextLine(vcf.MaxLine)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if s.f.skip(line) {
			continue
		}
		start, end, ok := s.f.layout.placeOn(name, line)
		if !ok {
			if start, end, err = s.placeOther(name, line, at); err != nil {
				return err
			}
		}
		switch {
		case end == nowhere:
			continue
		case start < last:
			return fault.Inputf(s.f.path, offset(at), "unsorted: position %d of %s comes after %d", start+1, name, last+1)
		}
		last = start
		for len(spans) > 0 && spans[0].end <= start {
			spans = spans[1:]
		}
		if len(spans) == 0 {
			return nil
		}
		if end > spans[0].start {
			s.keep(line, start, end)
		}
	}
}

// placeOther gives the place of a line for which the short way does not do.
func (s *sweep) placeOther(name string, line []byte, at bgzf.Offset) (start, end int, err error) {
	contig, start, end, err := s.f.layout.place(line)
	switch {
	case err != nil:
		return 0, 0, fault.Inputf(s.f.path, offset(at), "%v", err)
	case end != nowhere && string(contig) != name:
		return 0, 0, fault.Inputf(s.f.path, offset(at), "the index does not fit: it leads to contig %.100s for %s", contig, name).
			WithHint("index the file again")
	}
	return start, end, nil
}

// keep copies a line. Where it lies is known when no more lines come.
func (s *sweep) keep(line []byte, start, end int) {
	if cap(s.text)-len(s.text) < len(line) { // doubled, since much is copied otherwise
		s.text = slices.Grow(s.text, max(len(line), len(s.text)))
	}
	s.text = append(s.text, line...)
	s.ends = append(s.ends, len(s.text))
	s.kept[len(s.kept)-1].add(entry{start: start, end: end})
}

// cut gives the kept entries their lines.
func (s *sweep) cut() {
	from, n := 0, 0
	for i := range s.kept {
		for j := range s.kept[i].entries {
			s.kept[i].entries[j].line = s.text[from:s.ends[n]:s.ends[n]]
			from = s.ends[n]
			n++
		}
	}
}

// around gives the entries that may share a base with a span that was asked for
// by record i of the batch.
func (s *sweep) around(i, start, end int) []entry {
	at := s.where[i]
	switch {
	case at < 0:
		return nil
	case s.f.plain != nil:
		if kept := s.f.plain[s.names[at]]; kept != nil {
			return kept.overlapping(start, end)
		}
		return nil
	}
	return s.kept[at].overlapping(start, end)
}

// hit takes an unused hit and parses an entry into it.
func (s *sweep) hit(e *entry) (*hit, error) {
	var h *hit
	if n := len(s.unused); n > 0 {
		h, s.unused = s.unused[n-1], s.unused[:n-1]
	} else {
		h = new(hit)
	}
	return h, s.f.parse(h, e)
}

// forget gives the record's hits back.
func (s *sweep) forget() {
	s.unused = append(s.unused, s.hits...)
	s.hits = s.hits[:0]
}

func offset(o bgzf.Offset) string {
	return fmt.Sprintf("offset %d:%d", o.Block(), o.Within())
}
