package normalise

import "iter"

// queue gives lines back by position, those of one position in the order in which
// they came. Lines that come in order cost nothing but their place in a list; the
// others stand in a heap beside it.
type queue struct {
	sorted []heldLine // from head on
	head   int
	heap   []heldLine // the least one first
	pushed uint64
	last   int // largest position that waits
}

// heldLine is a line that waits.
type heldLine struct {
	page      *page
	line, pos int
	came      uint64
}

func (h *heldLine) before(o *heldLine) bool {
	return h.pos < o.pos || h.pos == o.pos && h.came < o.came
}

func (q *queue) len() int { return len(q.sorted) - q.head + len(q.heap) }

func (q *queue) push(p *page, line, pos int) {
	if q.len() == 0 || pos > q.last {
		q.last = pos
	}
	h := heldLine{p, line, pos, q.pushed}
	q.pushed++
	if q.head == len(q.sorted) || pos >= q.sorted[len(q.sorted)-1].pos {
		if q.head > 1024 && q.head > len(q.sorted)/2 {
			n := copy(q.sorted, q.sorted[q.head:])
			clear(q.sorted[n:])
			q.sorted, q.head = q.sorted[:n], 0
		}
		q.sorted = append(q.sorted, h)
		return
	}
	q.heap = append(q.heap, h)
	for i := len(q.heap) - 1; i > 0; {
		up := (i - 1) / 2
		if !q.heap[i].before(&q.heap[up]) {
			return
		}
		q.heap[i], q.heap[up] = q.heap[up], q.heap[i]
		i = up
	}
}

// first gives the line that leaves next. There must be one.
func (q *queue) first() *heldLine {
	if q.head == len(q.sorted) || len(q.heap) > 0 && q.heap[0].before(&q.sorted[q.head]) {
		return &q.heap[0]
	}
	return &q.sorted[q.head]
}

// pop takes the first line out.
func (q *queue) pop() heldLine {
	h := q.first()
	out := *h
	if q.head < len(q.sorted) && h == &q.sorted[q.head] {
		*h = heldLine{}
		q.head++
		return out
	}
	n := len(q.heap) - 1
	q.heap[0], q.heap[n] = q.heap[n], heldLine{}
	q.heap = q.heap[:n]
	for i := 0; ; {
		least := i
		for c := 2*i + 1; c <= 2*i+2 && c < n; c++ {
			if q.heap[c].before(&q.heap[least]) {
				least = c
			}
		}
		if least == i {
			return out
		}
		q.heap[i], q.heap[least] = q.heap[least], q.heap[i]
		i = least
	}
}

// all gives every line that waits, in no order that matters; its page and line may
// be changed.
func (q *queue) all() iter.Seq[*heldLine] {
	return func(yield func(*heldLine) bool) {
		for _, list := range [][]heldLine{q.sorted[q.head:], q.heap} {
			for i := range list {
				if !yield(&list[i]) {
					return
				}
			}
		}
	}
}
