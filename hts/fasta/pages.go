package fasta

import (
	"errors"
	"io"
	"sync"
)

// pageSize is how much of a plain file is read at a time, and keptPages how many
// such pages are kept: an access costs as much as copying some ten thousand bytes,
// and what one reader asks for the next ones ask for too, as transcripts' exons
// and the records on them.
const (
	pageSize  = 32 << 10
	keptPages = 128
)

// pages reads a plain file and keeps what was read last, for all readers. It is
// safe for concurrent use.
type pages struct {
	r io.ReaderAt

	mu   sync.Mutex
	kept map[int64]*page  // by number
	ring [keptPages]*page // in the order in which they came
	next int
	free [][]byte // room of pages that nobody uses any more
}

// page is a stretch of the file, which is shorter where that ends.
type page struct {
	number int64
	load   sync.Once
	data   []byte
	err    error

	// under the lock of pages
	users int
	kept  bool
}

func newPages(r io.ReaderAt) *pages { return &pages{r: r, kept: map[int64]*page{}} }

// get gives a page, which stays as it is until it is let go.
func (s *pages) get(number int64) *page {
	s.mu.Lock()
	p := s.kept[number]
	if p == nil {
		p = &page{number: number, kept: true}
		if old := s.ring[s.next]; old != nil {
			delete(s.kept, old.number)
			old.kept = false
			s.recycle(old)
		}
		if n := len(s.free); n > 0 {
			p.data, s.free = s.free[n-1], s.free[:n-1]
		}
		s.kept[number], s.ring[s.next] = p, p
		s.next = (s.next + 1) % keptPages
	}
	p.users++
	s.mu.Unlock()
	p.load.Do(func() { p.read(s.r) })
	return p
}

// release lets a page go.
func (s *pages) release(p *page) {
	s.mu.Lock()
	p.users--
	s.recycle(p)
	s.mu.Unlock()
}

// recycle keeps the room of a page that is neither kept nor used.
func (s *pages) recycle(p *page) {
	if p.users == 0 && !p.kept {
		s.free = append(s.free, p.data)
	}
}

func (p *page) read(r io.ReaderAt) {
	if cap(p.data) < pageSize {
		p.data = make([]byte, pageSize)
	}
	n, err := r.ReadAt(p.data[:pageSize], p.number*pageSize)
	p.data = p.data[:n]
	if !errors.Is(err, io.EOF) {
		p.err = err
	}
}

// readAt fills to with what is at off. The error of a file that ends before that
// is io.EOF.
func (s *pages) readAt(to []byte, off int64) error {
	for len(to) > 0 {
		p := s.get(off / pageSize)
		at, err := off%pageSize, p.err
		n := 0
		if err == nil && at < int64(len(p.data)) {
			n = copy(to, p.data[at:])
		}
		short := len(p.data) < pageSize
		s.release(p)
		switch {
		case err != nil:
			return err
		case n < len(to) && short:
			return io.EOF
		}
		to, off = to[n:], off+int64(n)
	}
	return nil
}
