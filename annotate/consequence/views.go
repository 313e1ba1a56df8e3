package consequence

import (
	"sync"

	"varpanel/reference/genome"
	"varpanel/reference/transcript"
)

// cacheBytes bounds the coding sequences that are kept, and cacheViews the
// transcripts; recentViews those that a predictor finds without asking the
// others' list.
const (
	cacheBytes  = 16 << 20
	cacheViews  = 2048
	recentViews = 256
)

// views keeps what was worked out of the transcripts that were met last. It is
// safe for concurrent use.
type views struct {
	seq genome.Sequence // which coding sequences are read from

	mu     sync.Mutex
	of     map[*transcript.Transcript]*view
	oldest []*view // in the order in which they were made
	held   int     // bytes of coding sequence of those
}

// get gives a transcript's view, and lets the oldest ones go where too much is
// held.
func (s *views) get(t *transcript.Transcript) *view {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v := s.of[t]; v != nil {
		return v
	}
	for len(s.oldest) > 0 && (len(s.oldest) >= cacheViews || s.held > cacheBytes) {
		old := s.oldest[0]
		s.oldest = s.oldest[1:]
		delete(s.of, old.Transcript)
		s.held -= old.held
		old.dropped = true
	}
	v := newView(t)
	s.of[t] = v
	s.oldest = append(s.oldest, v)
	return v
}

// hold counts a coding sequence that was loaded for a view.
func (s *views) hold(v *view, size int) {
	if v.genomic != nil {
		v = v.genomic
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !v.dropped {
		v.held += size
		s.held += size
	}
}

// coding gives the coding sequence of a view, which is loaded once.
func (s *views) coding(v *view, room *transcript.Room) (*codingSequence, error) {
	if c := v.coding.Load(); c != nil {
		return c, nil
	}
	v.loading.Lock()
	defer v.loading.Unlock()
	if c := v.coding.Load(); c != nil {
		return c, nil
	}
	c, err := v.loadCoding(s.seq, room)
	if err != nil {
		return nil, err
	}
	v.coding.Store(c)
	s.hold(v, c.size)
	return c, nil
}
