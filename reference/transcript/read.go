package transcript

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strconv"
	"sync"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
)

// Open reads the gene model of a file: plain, gzipped, or bgzipped. The
// name in o is not used.
func Open(path string, o bgzf.Options) (m *Model, err error) {
	o.Name = path
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	head := make([]byte, 18)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	head = head[:n]
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	switch {
	case bgzf.IsBGZF(head):
		z, err := bgzf.NewReader(f, o)
		if err != nil {
			return nil, err
		}
		m, err := Read(z, path)
		return m, errors.Join(err, z.Close())
	case bgzf.IsGzip(head):
		z, err := gzip.NewReader(f)
		if err != nil {
			return nil, fault.Inputf(path, "", "broken gzip").WithCause(err)
		}
		return Read(z, path)
	}
	return Read(f, path)
}

// Read reads a gene model in GFF3 or GTF, as Ensembl, GENCODE and RefSeq write
// them, features in any order; the first feature's attributes tell GTF from
// GFF3. It also reads what AppendGFF3 writes, and gets equal genes back.
// Features that are no gene, transcript, exon, CDS, stop codon, selenocysteine
// or cDNA_match are passed over.
//
// Beyond the dialects' attributes it knows hgnc_id on genes, and mane_select,
// mane_plus_clinical, refseq_select, span_check, accession and named_by on
// transcripts. A transcript without an accession is named by its MANE Select,
// else by a RefSeq Select of equal span, else by its own id.
//
// A transcript without exons takes the spans of its CDS as exons, or its own
// span; a CDS that stands right under a gene makes a transcript of it. A CDS
// outside the exons, exons that overlap, and a parent that is not there are
// errors (fault.Input). name is the file's, for errors.
func Read(r io.Reader, name string) (*Model, error) {
	return newBuilder(name, unknownDialect).read(r)
}

// ReadGFF3 reads what Read reads, but no GTF.
func ReadGFF3(r io.Reader, name string) (*Model, error) {
	return newBuilder(name, gff3).read(r)
}

// maxLine is the longest line that is read, in bytes.
const maxLine = 1 << 20

// chunkSize is how many bytes are read at a time. Chunks circulate: there are two
// for each parser, and mostParsers bounds those, since one builder takes what they
// give.
const (
	chunkSize   = 256 << 10
	mostParsers = 8
)

// read feeds the builder.
func (b *builder) read(r io.Reader) (*Model, error) {
	parsers := min(runtime.GOMAXPROCS(0), mostParsers)
	chunks := 2*parsers + 1
	free, work, order := make(chan *chunk, chunks), make(chan *chunk, chunks), make(chan *chunk, chunks)
	for range chunks {
		free <- &chunk{done: make(chan struct{}, 1)}
	}
	stop := make(chan struct{})
	var running sync.WaitGroup
	running.Go(func() {
		defer close(work)
		cut(r, free, work, order, stop)
	})
	for range parsers {
		running.Go(func() {
			d := newDescriber()
			for c := range work {
				c.parse(d)
				c.done <- struct{}{}
			}
		})
	}
	err := b.take(order, free)
	close(stop)
	running.Wait()
	if err != nil {
		return nil, err
	}
	return b.model()
}

// cut reads chunks that end at a line's end, until the reader gives an error or
// stop is closed. Every chunk goes to both queues, which hold all there are.
func cut(r io.Reader, free <-chan *chunk, work, order chan<- *chunk, stop <-chan struct{}) {
	var carry []byte // the beginning of a line whose end was not read yet
	for {
		var c *chunk
		select {
		case c = <-free:
		case <-stop:
			return
		}
		c.text = append(c.text[:0], carry...)
		c.err = fill(r, c)
		end := len(c.text)
		if c.err == nil {
			end = bytes.LastIndexByte(c.text, '\n') + 1
			if end == 0 {
				c.err = errLongLine
			}
		}
		carry = append(carry[:0], c.text[end:]...)
		c.text = c.text[:end]
		failed := c.err != nil
		order <- c
		work <- c
		if failed {
			return
		}
	}
}

var errLongLine = errors.New("a line of more than " + strconv.Itoa(maxLine) + " bytes")

// fill appends what the reader gives until a chunk is full; one that has no line
// end by then grows up to maxLine. (io.ReadFull cannot tell the end of a file
// from a gzip that is cut off.)
func fill(r io.Reader, c *chunk) error {
	from := len(c.text)
	for size := chunkSize; ; size *= 4 {
		c.text = slices.Grow(c.text, max(0, size-len(c.text)))
		for len(c.text) < size {
			n, err := r.Read(c.text[len(c.text):size])
			c.text = c.text[:len(c.text)+n]
			if err != nil {
				return err
			}
		}
		if bytes.IndexByte(c.text[from:], '\n') >= 0 || size >= maxLine {
			return nil
		}
		from = len(c.text)
	}
}

// take gives the builder what the chunks say, in the order of the file.
func (b *builder) take(order <-chan *chunk, free chan<- *chunk) error {
	for before := 0; ; {
		c := <-order
		<-c.done
		if err := b.takeEvents(c, before); err != nil {
			return b.atLine(err)
		}
		before += c.count
		b.number = before
		switch {
		case c.bad != nil:
			return b.atLine(c.bad)
		case c.last || errors.Is(c.err, io.EOF):
			return nil
		case c.err == nil:
			free <- c
			continue
		case errors.Is(c.err, errLongLine):
			return b.fault(b.number+1, "%v", c.err)
		case errors.Is(c.err, gzip.ErrChecksum), errors.Is(c.err, gzip.ErrHeader), errors.Is(c.err, io.ErrUnexpectedEOF):
			return fault.Inputf(b.name, "", "broken gzip").WithCause(c.err)
		case fault.KindOf(c.err) != 0:
			return c.err
		}
		return fmt.Errorf("%s: after line %d: %w", b.name, b.number, c.err)
	}
}

// takeEvents takes what a chunk says. before is how many lines come before it.
func (b *builder) takeEvents(c *chunk, before int) error {
	chunk := int32(len(b.parts))
	b.parts = append(b.parts, c.parts)
	settled := c.first == 0
	for i := range c.events {
		e := &c.events[i]
		if !settled && e.number >= c.first {
			if err := b.settle(c, before); err != nil {
				return err
			}
			settled = true
		}
		b.number = before + e.number
		if err := b.event(c, e, chunk); err != nil {
			return err
		}
	}
	if !settled {
		return b.settle(c, before)
	}
	return nil
}

// settle compares a chunk's dialect with that of the lines before.
func (b *builder) settle(c *chunk, before int) error {
	if b.dialect == unknownDialect {
		b.dialect = c.dialect
	}
	if b.dialect == c.dialect {
		return nil
	}
	b.number = before + c.first
	return b.dialect.refuse(c.shown)
}

// atLine gives an error of a line its place.
func (b *builder) atLine(err error) error {
	var l *lineError
	if !errors.As(err, &l) {
		return err
	}
	place := fmt.Sprintf("line %d", b.number)
	if l.column != "" {
		place += ": " + l.column
	}
	return fault.Inputf(b.name, place, "%s", l.msg).WithCause(err)
}
