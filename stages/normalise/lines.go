package normalise

import (
	"strconv"

	"varpanel/hts/vcf"
)

// A batch is full at one of these.
const (
	batchRecords = 1024
	batchBytes   = 256 << 10
)

// Batch is records on their way: lines as they were read, then what they became.
// It circulates from Lines to a Rewriter to a Window, and back. The zero value
// is ready.
type Batch struct {
	text  []byte
	ends  []int
	first int // 1-based number of the first line

	page    *page
	records []rewritten
	notes   []note
}

// rewritten is what became of one line of a Batch. Its lines and notes are those
// of the batch from here to where the next record's begin.
type rewritten struct {
	lines, notes int
	split, moved bool
	contig       int // bytes of the contig's name at the line's start
	pos          int // 0-based
	ref, alts    []byte
}

// page is written lines, each with its line end. It leaves the batch where lines
// of it have to wait.
type page struct {
	text    []byte
	ends    []placed
	waiting int // lines that wait, and the batch
}

// maxPage bounds what the lines of one batch become: a long line of many ALTs
// is as many long lines.
const maxPage = 256 << 20

// placed is a written line: where it ends in the page's text, and its 0-based
// position.
type placed struct{ end, pos int }

// end ends a line that was appended to the text.
func (p *page) end(pos int) {
	p.text = append(p.text, '\n')
	p.ends = append(p.ends, placed{len(p.text), pos})
}

// line gives line i of the page with its line end.
func (p *page) line(i int) []byte {
	start := 0
	if i > 0 {
		start = p.ends[i-1].end
	}
	return p.text[start:p.ends[i].end]
}

func (b *Batch) place(i int) string { return "line " + strconv.Itoa(b.first+i) }

// line gives input line i.
func (b *Batch) line(i int) []byte {
	start := 0
	if i > 0 {
		start = b.ends[i-1]
	}
	return b.text[start:b.ends[i]:b.ends[i]]
}

// Lines cuts a VCF into batches, without looking into its records: their order
// does not matter. It is for one goroutine.
type Lines struct {
	in      *vcf.Reader
	stopped error
}

// NewLines takes the records of a VCF whose header was read.
func NewLines(in *vcf.Reader) *Lines { return &Lines{in: in} }

// Next fills b with the next lines. At the end it gives io.EOF; an error comes
// after every line before it was given.
func (l *Lines) Next(b *Batch) error {
	if cap(b.text) > 16*batchBytes {
		b.text = nil // of one huge line
	}
	b.text, b.ends = b.text[:0], b.ends[:0]
	for l.stopped == nil && len(b.ends) < batchRecords && len(b.text) < batchBytes {
		line, err := l.in.ReadLine()
		if err != nil {
			l.stopped = err
			break
		}
		if len(b.ends) == 0 {
			b.first = l.in.LineNumber()
		}
		b.text = append(b.text, line...)
		b.ends = append(b.ends, len(b.text))
	}
	if len(b.ends) > 0 {
		return nil
	}
	return l.stopped
}
