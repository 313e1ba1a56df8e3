package fasta

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"sync"

	"varpanel/hts/fault"
)

// line is one line of a .fai: a contig and how its sequence lies in the plain
// file.
type line struct {
	name      string
	length    int
	offset    int64 // of its first base
	bases     int   // in each full line
	width     int   // bytes of a full line with its end
	lineBreak int   // width - bases

	once  sync.Once // looks at the file, when the contig is first asked for,
	wrong error     // whether the contig begins and ends where the line says
}

// at is the place of base i in the plain file.
func (l *line) at(i int) int64 {
	return l.offset + int64(i/l.bases)*int64(l.width) + int64(i%l.bases)
}

// maxIndexLine bounds one line of a .fai.
const maxIndexLine = 1 << 16

// maxContigs bounds the contigs of a .fai.
const maxContigs = 1 << 22

// openIndex opens an index file; one that is not there is an Input error that
// says what makes it.
func openIndex(fasta, path string) (*os.File, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Inputf(fasta, "", "its index %s is not there", path).WithHint("samtools faidx %s", fasta).WithCause(err)
	}
	return f, err
}

// readFai reads a .fai: name, length, offset, bases a line and bytes a line.
// Further columns (a FASTQ's) are passed over.
func readFai(r io.Reader, path string) ([]*line, error) {
	var out []*line
	seen := map[string]bool{}
	scan := bufio.NewScanner(r)
	scan.Buffer(nil, maxIndexLine)
	for n := 1; scan.Scan(); n++ {
		place := "line " + strconv.Itoa(n)
		l, err := parseFaiLine(scan.Text())
		if err != nil {
			return nil, fault.Inputf(path, place, "%v", err)
		}
		if seen[l.name] {
			return nil, fault.Inputf(path, place, "contig %q is there twice", l.name)
		}
		if len(out) == maxContigs {
			return nil, fault.Inputf(path, place, "more than %d contigs", maxContigs)
		}
		seen[l.name] = true
		out = append(out, l)
	}
	if errors.Is(scan.Err(), bufio.ErrTooLong) {
		return nil, fault.Inputf(path, "", "a line is longer than %d bytes", maxIndexLine)
	}
	return out, scan.Err()
}

func parseFaiLine(text string) (*line, error) {
	f := strings.Split(text, "\t")
	if len(f) < 5 {
		return nil, fmt.Errorf("%d columns, a .fai has 5", len(f))
	}
	var v [4]int64
	for i := range v {
		n, err := strconv.ParseInt(f[i+1], 10, 64)
		if err != nil || n < 0 || n > 1<<48 {
			return nil, fmt.Errorf("column %d: not a number that fits: %q", i+2, f[i+1])
		}
		v[i] = n
	}
	l := &line{name: f[0], length: int(v[0]), offset: v[1], bases: int(v[2]), width: int(v[3])}
	l.lineBreak = l.width - l.bases
	switch {
	case l.name == "":
		return nil, errors.New("the contig has no name")
	case l.length > 0 && l.bases == 0:
		return nil, errors.New("a sequence with no base in a line")
	case l.length > 0 && (l.lineBreak < 0 || l.lineBreak > 2):
		return nil, fmt.Errorf("%d bases in a line of %d bytes", l.bases, l.width)
	}
	return l, nil
}

// entry is where a block begins in the packed and in the plain file.
type entry struct{ packed, plain int64 }

// readGzi reads a .gzi: a count, then packed and plain offset of each block but
// the first.
func readGzi(r io.Reader, size int64, path string) ([]entry, error) {
	var count uint64
	if err := binary.Read(r, binary.LittleEndian, &count); err != nil {
		return nil, fault.Inputf(path, "", "it is too short to be a .gzi").WithCause(err)
	}
	if left := uint64(size - 8); size < 8 || count > left/16 || count*16 != left {
		return nil, fault.Inputf(path, "", "it claims %d blocks and has %d bytes", count, size)
	}
	out := make([]entry, 1, count+1)
	buffered := bufio.NewReaderSize(r, 64<<10)
	var b [16]byte
	for i := range count {
		if _, err := io.ReadFull(buffered, b[:]); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		e := entry{packed: int64(binary.LittleEndian.Uint64(b[:])), plain: int64(binary.LittleEndian.Uint64(b[8:]))}
		last := out[len(out)-1]
		if e.packed <= last.packed || e.plain < last.plain || e.plain-last.plain > 1<<16 {
			return nil, fault.Inputf(path, "", "block %d does not follow the one before", i+1)
		}
		out = append(out, e)
	}
	return out, nil
}
