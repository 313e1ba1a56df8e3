package bcf

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/hts/vcf"
)

// Source gives the plain bytes of a BCF and says where they stand. A
// *bgzf.Reader is one, of a whole file or of some chunks of it; Plain makes one
// of a file that is not compressed.
type Source interface {
	// ReadFull fills p, or gives io.EOF where there is no byte left.
	ReadFull(p []byte) error
	// Offset is the virtual offset of the next byte.
	Offset() bgzf.Offset
}

// Header is the header of a BCF: a VCF header, and the dictionaries that the
// numbers in records stand for. It is not changed by reading and safe for
// concurrent use.
type Header struct {
	VCF *vcf.Header // as text has it: without the IDX keys

	terms   dictionary // FILTER, INFO and FORMAT ids
	contigs dictionary
}

// Contigs gives the contigs by their number in records and in a .csi; "" is a
// number that no contig has.
func (h *Header) Contigs() []string { return h.contigs.names }

// Contig gives the number of a contig.
func (h *Header) Contig(name string) (int, bool) {
	n, ok := h.contigs.numbers[name]
	return n, ok
}

// dictionary maps numbers to ids. A line's IDX key is its number; without one
// it gets the next that is free (VCFv4.3 section 6.2.1).
type dictionary struct {
	names   []string
	numbers map[string]int
}

func (d *dictionary) name(i int) (string, bool) {
	if i < 0 || i >= len(d.names) || d.names[i] == "" {
		return "", false
	}
	return d.names[i], true
}

// mostNumber bounds the numbers of a dictionary: a hostile one must not make it
// large.
const mostNumber = 1 << 20

// add gives an id its number; idx is -1 where the line names none.
func (d *dictionary) add(id string, idx int) error {
	have, known := d.numbers[id]
	switch {
	case known && (idx < 0 || idx == have):
		return nil
	case known:
		return fmt.Errorf("%s has IDX %d here and %d before", id, idx, have)
	case idx < 0:
		idx = len(d.names)
	case idx >= max(mostNumber, len(d.names)+1):
		return fmt.Errorf("%s has IDX %d, which is past any dictionary", id, idx)
	}
	for len(d.names) <= idx {
		d.names = append(d.names, "")
	}
	if d.names[idx] != "" {
		return fmt.Errorf("%s and %s have one IDX, %d", d.names[idx], id, idx)
	}
	if d.numbers == nil {
		d.numbers = map[string]int{}
	}
	d.names[idx], d.numbers[id] = id, idx
	return nil
}

// maxHeader bounds the header's text, in bytes.
const maxHeader = 256 << 20

const magicLength = 5 // "BCF", major and minor version

// isMagic says whether a file that begins like this is a BCF of any version.
func isMagic(b []byte) bool { return len(b) >= 3 && string(b[:3]) == "BCF" }

// ReadHeader reads a header from the first byte of a BCF on. The name is for
// messages.
func ReadHeader(in Source, name string) (*Header, error) {
	var magic [magicLength]byte
	if err := in.ReadFull(magic[:]); err != nil {
		return nil, cut(name, "the BCF header", err)
	}
	return readHeader(in, magic[:], name)
}

// readHeader goes on after the magic bytes.
func readHeader(in Source, magic []byte, name string) (*Header, error) {
	switch {
	case !isMagic(magic):
		return nil, fault.Inputf(name, "", "no BCF: its first bytes are not \"BCF\"")
	case magic[3] != 2 || magic[4] < 1 || magic[4] > 2:
		return nil, fault.Inputf(name, "", "BCF version %d.%d is not read, only 2.1 and 2.2", magic[3], magic[4]).
			WithHint("bcftools view -O b -o NEW.bcf %s", name)
	}
	var size [4]byte
	if err := in.ReadFull(size[:]); err != nil {
		return nil, cut(name, "the BCF header", err)
	}
	n := int64(binary.LittleEndian.Uint32(size[:]))
	if n > maxHeader {
		return nil, fault.Inputf(name, "", "the BCF header says that it has %d bytes, more than the %d that are read", n, maxHeader)
	}
	text, err := readBytes(in, nil, int(n))
	if err != nil {
		return nil, cut(name, "the BCF header", err)
	}
	text, rest, _ := bytes.Cut(text, []byte{0})
	if len(bytes.Trim(rest, "\x00")) > 0 {
		return nil, fault.Inputf(name, "", "the BCF header goes on after its end (a zero byte)")
	}
	return parseHeader(text, name)
}

// cut makes the end of the data into a fault.
func cut(name, where string, err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fault.Inputf(name, "", "the data end inside %s", where)
	}
	return err
}

func parseHeader(text []byte, name string) (*Header, error) {
	h := &Header{VCF: new(vcf.Header)}
	if err := h.terms.add("PASS", 0); err != nil { // number 0 whether a line says so or not
		return nil, err
	}
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		place := "header line " + strconv.Itoa(n)
		line = strings.TrimRight(line, "\r\n")
		plain, err := h.define(line)
		if err != nil {
			return nil, fault.Inputf(name, place, "%s", err)
		}
		done, err := h.VCF.Parse(plain)
		if err != nil {
			return nil, fault.Inputf(name, place, "%s", err)
		}
		if done {
			return h, nil
		}
	}
	return nil, fault.Inputf(name, "", "the BCF header has no #CHROM line")
}

// define puts what a header line defines into its dictionary and gives the line
// without its IDX key.
func (h *Header) define(line string) (string, error) {
	d := &h.terms
	rest, ok := strings.CutPrefix(line, "##")
	key, body, _ := strings.Cut(rest, "=<")
	switch {
	case !ok:
		return line, nil
	case key == "contig":
		d = &h.contigs
	case key != "FILTER" && key != "INFO" && key != "FORMAT":
		return line, nil
	}
	id, ok := findKey(body, "ID")
	if !ok {
		return line, nil // vcf.Header says what is wrong with it
	}
	idx := -1
	at, ok := findKey(body, "IDX")
	if ok {
		text := body[at.from:at.to]
		n, err := strconv.ParseUint(text, 10, 31)
		if err != nil {
			return line, fmt.Errorf("IDX %q is no number", text)
		}
		idx = int(n)
		before, after := body[:at.from-len("IDX=")], body[at.to:]
		if before == "" {
			after = strings.TrimPrefix(after, ",")
		}
		plain := strings.TrimSuffix(before, ",") + after
		line = "##" + key + "=<" + plain
	}
	return line, d.add(body[id.from:id.to], idx)
}

// extent is a value's place in a line.
type extent struct{ from, to int }

// findKey finds the value of a key that is not quoted in key=value,...>. Commas
// inside quotes do not end a value.
func findKey(body, key string) (extent, bool) {
	if at := strings.LastIndex(body, ",IDX="); key == "IDX" && at >= 0 && strings.HasSuffix(body, ">") {
		// Where htslib puts it; whatever quotes stand before it do not matter.
		if v := (extent{at + len(",IDX="), len(body) - 1}); isDigits(body[v.from:v.to]) {
			return v, true
		}
	}
	quoted, start := false, 0
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case quoted || c != ',' && c != '>':
		case strings.HasPrefix(body[start:i], key+"="):
			return extent{start + len(key) + 1, i}, true
		default:
			start = i + 1
		}
	}
	return extent{}, false
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
