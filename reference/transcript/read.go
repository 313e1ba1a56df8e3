package transcript

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
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

// chunkSize is how many bytes are read at a time; chunks circulate, so many of
// them are in memory; parsers cut them into features side by side.
const (
	chunkSize = 256 << 10
	chunks    = 6
	parsers   = 2
)

// chunk is a run of whole lines and its features. It goes from the goroutine that
// reads to one that parses, and then, in the order of the file, to the builder.
type chunk struct {
	text  []byte
	lines []line
	count int   // lines in text, comments among them
	bad   error // what was wrong with line number count
	last  bool  // a FASTA section or the end of the file follows
	err   error // of the reader, after text
	done  chan struct{}
}

// read feeds the builder.
func (b *builder) read(r io.Reader) (*Model, error) {
	free, work, order := make(chan *chunk, chunks), make(chan *chunk, chunks), make(chan *chunk, chunks)
	for range chunks {
		free <- &chunk{text: make([]byte, 0, chunkSize), done: make(chan struct{}, 1)}
	}
	stop := make(chan struct{})
	var running sync.WaitGroup
	running.Go(func() {
		defer close(work)
		cut(r, free, work, order, stop)
	})
	for range parsers {
		running.Go(func() {
			for c := range work {
				c.parse()
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

// parse cuts a chunk's text into features.
func (c *chunk) parse() {
	c.lines, c.count, c.bad, c.last = c.lines[:0], 0, nil, false
	for text := c.text; len(text) > 0; {
		var one []byte
		one, text, _ = bytes.Cut(text, []byte{'\n'})
		c.count++
		if n := len(one); n > 0 && one[n-1] == '\r' {
			one = one[:n-1]
		}
		switch {
		case len(one) == 0:
			continue
		case one[0] == '>' || bytes.HasPrefix(one, []byte("##FASTA")):
			c.last = true
			return
		case one[0] == '#':
			if c.bad = checkVersion(one); c.bad != nil {
				return
			}
			continue
		}
		n := len(c.lines)
		c.lines = slices.Grow(c.lines, 1)[:n+1]
		l := &c.lines[n]
		if c.bad = l.parse(one); c.bad != nil {
			return
		}
		l.number = c.count
		if l.kind == kindSkipped {
			c.lines = c.lines[:n]
		}
	}
}

// checkVersion refuses a GFF whose directive names a version that is neither 3
// nor GTF's 2.
func checkVersion(text []byte) error {
	version, ok := bytes.CutPrefix(text, []byte("##gff-version"))
	if !ok {
		return nil
	}
	switch v := string(bytes.TrimSpace(version)); {
	case v == "3", v == "2", v == "2.5", strings.HasPrefix(v, "3."):
		return nil
	default:
		return wrong("", "GFF version %q is not read, only 3 and GTF", shorten([]byte(v)))
	}
}

// take gives the builder the features, in the order of the file.
func (b *builder) take(order <-chan *chunk, free chan<- *chunk) error {
	for before := 0; ; {
		c := <-order
		<-c.done
		for i := range c.lines {
			l := &c.lines[i]
			b.number = before + l.number
			if err := b.feature(l); err != nil {
				return b.atLine(err)
			}
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
