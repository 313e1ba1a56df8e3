package scan

import (
	"bytes"
	"strconv"
)

// A batch is full at one of these.
const (
	batchRecords = 1024
	batchBytes   = 256 << 10
)

// Batch holds raw record lines without line ends, in the order of the file, and
// the place of each. A Batch is filled by Reader.Next and may be filled again;
// its lines are good until then. The zero value is ready.
type Batch struct {
	Lines  [][]byte
	Places []Place

	text []byte
	ends []int
}

// Place is where a record stands, for messages.
type Place struct {
	Line   int    // 1-based line of a file that is read from its start; else 0
	Contig string // as the file spells it
	Pos    int    // 0-based
}

// String gives "line 12" or, where the index led to the record, "chr17:43044391".
func (p Place) String() string {
	if p.Line > 0 {
		return "line " + strconv.Itoa(p.Line)
	}
	return p.Contig + ":" + strconv.Itoa(p.Pos+1)
}

// siteName names a record by its first two columns.
func siteName(line []byte) string {
	contig, rest, _ := bytes.Cut(line, tab)
	pos, _, _ := bytes.Cut(rest, tab)
	return string(contig[:min(len(contig), 100)]) + ":" + string(pos[:min(len(pos), 20)])
}

var tab = []byte{'\t'}

func (b *Batch) reset() {
	b.Lines, b.Places = b.Lines[:0], b.Places[:0]
	b.text, b.ends = b.text[:0], b.ends[:0]
}

func (b *Batch) add(line []byte, p Place) {
	b.text = append(b.text, line...)
	b.ends = append(b.ends, len(b.text))
	b.Places = append(b.Places, p)
}

func (b *Batch) full() bool {
	return len(b.ends) >= batchRecords || len(b.text) >= batchBytes
}

// cut makes Lines once the text does not move any more.
func (b *Batch) cut() {
	start := 0
	for _, end := range b.ends {
		b.Lines = append(b.Lines, b.text[start:end:end])
		start = end
	}
}
