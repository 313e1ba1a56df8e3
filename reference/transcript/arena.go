package transcript

import "strings"

// arena makes strings that lie in a few large pieces of memory. What it gave
// stays as it is.
type arena struct{ b strings.Builder }

const arenaPiece = 16 << 10

func (a *arena) add(text []byte) string {
	if len(text) == 0 {
		return ""
	}
	if a.b.Cap()-a.b.Len() < len(text) {
		a.b = strings.Builder{}
		a.b.Grow(max(arenaPiece, len(text)))
	}
	from := a.b.Len()
	a.b.Write(text)
	return a.b.String()[from:]
}

// slab gives room for values, many of which are allocated at once.
type slab[T any] struct{ free []T }

const slabSize = 64

func (s *slab[T]) new() *T {
	if len(s.free) == 0 {
		s.free = make([]T, slabSize)
	}
	v := &s.free[0]
	s.free = s.free[1:]
	return v
}
