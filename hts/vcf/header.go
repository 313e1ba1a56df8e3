package vcf

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Count says how many values a key has (the Number of a header line).
type Count struct {
	Kind byte // 'N': exactly N; 'A', 'R', 'G'; '.': not stated
	N    int
}

// Field is an INFO or FORMAT line.
type Field struct {
	ID          string
	Number      Count
	Type        string // Integer, Float, Flag, Character or String
	Description string
	// Per says what a FORMAT key has a value for where the line's Number is one
	// of "P" (the alleles of GT, VCF 4.4), "LA", "LR", "LG" (local alleles) and
	// "M" (base modifications, VCF 4.5); Number is then not stated.
	Per string
}

// Term is a FILTER or ALT line.
type Term struct{ ID, Description string }

// Contig is a contig line. Length is 0 where the line does not say.
type Contig struct {
	Name     string
	Length   int
	Assembly string // the line's assembly key, or ""
}

// Problem is something that the specification forbids and that does not keep
// the file from being read.
type Problem struct {
	Line int // 1-based
	Msg  string
}

// Header is the head of a VCF. Its lines are kept verbatim and in order. The
// zero value takes lines by Parse; a Header that is not written to any more is
// safe for concurrent use.
type Header struct {
	Version  string // "4.2"
	Contigs  []Contig
	Infos    []Field
	Formats  []Field
	Filters  []Term
	Alts     []Term
	Samples  []string
	Problems []Problem

	lines   []string // the ## lines without line ends
	columns string   // the #CHROM line
	infos   map[string]int
	formats map[string]int
	filters map[string]int
	alts    map[string]int
	contigs map[string]int
	samples map[string]int
}

// Parse takes the next header line, without its line end. done is true when it
// was the #CHROM line, the last one. An error says what makes the header
// unusable; what is merely against the specification goes to Problems.
func (h *Header) Parse(line string) (done bool, err error) {
	switch {
	case len(h.lines) == 0:
		return false, h.parseVersion(line)
	case strings.HasPrefix(line, "##"):
		h.lines = append(h.lines, line)
		return false, h.parseMeta(line)
	case strings.HasPrefix(line, "#CHROM"):
		return true, h.parseColumns(line)
	}
	return false, fmt.Errorf("the header ends without a #CHROM line")
}

func (h *Header) parseVersion(line string) error {
	v, ok := strings.CutPrefix(line, "##fileformat=")
	if !ok {
		return fmt.Errorf("no VCF: the first line is not ##fileformat=VCFv4.x")
	}
	h.lines = append(h.lines, line)
	v, ok = strings.CutPrefix(strings.TrimSpace(v), "VCFv")
	if !ok {
		return fmt.Errorf("file format %q is not VCFv4.x", line[len("##fileformat="):])
	}
	if minor, ok := strings.CutPrefix(v, "4."); !ok || len(minor) != 1 || minor[0] < '0' || minor[0] > '9' {
		return fmt.Errorf("VCF version %q is not read, only 4.0 to 4.5", v)
	}
	h.Version = v
	if !strings.HasSuffix(line, "=VCFv"+v) {
		h.problemf("white space in the ##fileformat line")
	}
	return nil
}

func (h *Header) problemf(format string, args ...any) {
	h.Problems = append(h.Problems, Problem{len(h.lines), fmt.Sprintf(format, args...)})
}

func (h *Header) parseMeta(line string) error {
	key, value, ok := strings.Cut(line[2:], "=")
	if !ok || key == "" {
		h.problemf("a ## line is no KEY=value")
		return nil
	}
	switch key {
	case "INFO", "FORMAT", "FILTER", "ALT", "contig":
	case "fileformat":
		return fmt.Errorf("a second ##fileformat line")
	default:
		h.parseOther(key, value)
		return nil
	}
	m, problem := parseStructured(value)
	if problem != "" {
		h.problemf("##%s: %s", key, problem)
	}
	id := m.get("ID")
	if id == "" {
		return fmt.Errorf("##%s has no ID", key)
	}
	if strings.ContainsAny(id, " \t<>") {
		h.problemf("##%s: ID %q has a character that no ID has", key, id)
	}
	if m.bare("Description") {
		h.problemf("##%s %s: its Description is not quoted", key, id)
	}
	if key == "contig" {
		return h.addContig(id, m)
	}
	if key == "FILTER" {
		h.addTerm(&h.filters, &h.Filters, key, Term{id, m.get("Description")})
		return nil
	}
	if key == "ALT" {
		if !isStructuralType(id) && !IsSequence([]byte(id)) {
			h.problemf("##ALT: ID %q begins with no type that the specification has", id)
		}
		h.addTerm(&h.alts, &h.Alts, key, Term{id, m.get("Description")})
		return nil
	}
	return h.addField(key, id, m)
}

func (h *Header) addField(key, id string, m meta) error {
	f := Field{ID: id, Type: m.get("Type"), Description: m.get("Description")}
	var ok bool
	if f.Number, ok = parseCount(m.get("Number"), key); !ok {
		h.problemf("##%s %s: Number %q is none", key, id, m.get("Number"))
	} else if isPer(m.get("Number")) {
		f.Per = m.get("Number")
	}
	switch f.Type {
	case "Integer", "Float", "Character", "String":
		if key == "INFO" && f.Number == (Count{'N', 0}) {
			h.problemf("##INFO %s: Number=0 and Type %s", id, f.Type)
		}
	case "Flag":
		if key == "FORMAT" {
			h.problemf("##FORMAT %s: a FORMAT field is no Flag", id)
		}
	default:
		h.problemf("##%s %s: Type %q is none", key, id, f.Type)
		f.Type = "String"
	}
	if !inOrder(m, "ID", "Number", "Type", "Description") {
		h.problemf("##%s %s: its first keys are not ID, Number, Type and Description", key, id)
	}
	h.compareReserved(key, f)
	index, list := &h.infos, &h.Infos
	if key == "FORMAT" {
		index, list = &h.formats, &h.Formats
	}
	if put(index, id, len(*list)) {
		*list = append(*list, f)
	} else {
		h.problemf("##%s %s stands twice; the first is used", key, id)
	}
	return nil
}

func (h *Header) addTerm(index *map[string]int, list *[]Term, key string, t Term) {
	if put(index, t.ID, len(*list)) {
		*list = append(*list, t)
	} else {
		h.problemf("##%s %s stands twice; the first is used", key, t.ID)
	}
}

func (h *Header) addContig(name string, m meta) error {
	c := Contig{Name: name, Assembly: m.get("assembly")}
	if v := m.get("length"); v != "" {
		n, p := Int([]byte(v))
		if p != Present || n < 0 || n > MaxPos {
			return fmt.Errorf("##contig %s: length %q is no length", name, v)
		}
		c.Length = n
	}
	if put(&h.contigs, name, len(h.Contigs)) {
		h.Contigs = append(h.Contigs, c)
		return nil
	}
	have := &h.Contigs[h.contigs[name]]
	if have.Length == 0 {
		have.Length = c.Length
	}
	if c.Length != 0 && c.Length != have.Length {
		h.problemf("##contig %s stands twice with two lengths; the first is used", name)
	}
	return nil
}

// put adds a key to a lazily made index; false when it is there.
func put(index *map[string]int, id string, i int) bool {
	if *index == nil {
		*index = make(map[string]int)
	}
	if _, ok := (*index)[id]; ok {
		return false
	}
	(*index)[id] = i
	return true
}

// isPer says whether a Number is one of those that VCF 4.4 and 4.5 brought.
func isPer(s string) bool {
	switch s {
	case "P", "LA", "LR", "LG", "M":
		return true
	}
	return false
}

func parseCount(s, key string) (Count, bool) {
	switch s {
	case "A", "R", "G":
		return Count{Kind: s[0]}, true
	case ".":
		return Count{Kind: '.'}, true
	}
	if isPer(s) {
		return Count{Kind: '.'}, key == "FORMAT"
	}
	n, err := strconv.ParseUint(s, 10, 31)
	if err != nil {
		return Count{Kind: '.'}, false
	}
	return Count{'N', int(n)}, true
}

func (h *Header) parseColumns(line string) error {
	const fixed = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
	rest, ok := strings.CutPrefix(line, fixed)
	if !ok || rest != "" && rest[0] != '\t' {
		return fmt.Errorf("the #CHROM line does not name the eight columns, separated by tabs")
	}
	h.columns = line
	if rest == "" {
		return nil
	}
	rest, ok = strings.CutPrefix(rest, "\tFORMAT")
	if !ok || rest != "" && rest[0] != '\t' {
		return fmt.Errorf("the #CHROM line's ninth column is not FORMAT")
	}
	if rest == "" {
		h.problemf("the #CHROM line names FORMAT and no sample")
		return nil
	}
	h.Samples = strings.Split(rest[1:], "\t")
	for i, s := range h.Samples {
		if s == "" {
			return fmt.Errorf("sample column %d of the #CHROM line has no name", i+1)
		}
		if !put(&h.samples, s, i) {
			return fmt.Errorf("two sample columns of the #CHROM line have one name (column %d)", i+1)
		}
	}
	return nil
}

// Info gives the INFO line of a key.
func (h *Header) Info(id string) (Field, bool) { return lookup(h.infos, h.Infos, id) }

// FormatField gives the FORMAT line of a key.
func (h *Header) FormatField(id string) (Field, bool) { return lookup(h.formats, h.Formats, id) }

// Filter gives the FILTER line of an id.
func (h *Header) Filter(id string) (Term, bool) { return lookup(h.filters, h.Filters, id) }

// Contig gives the contig line of a name.
func (h *Header) Contig(name string) (Contig, bool) { return lookup(h.contigs, h.Contigs, name) }

// ContigIndex gives the place of a contig among the contig lines, or -1.
func (h *Header) ContigIndex(name string) int {
	if i, ok := h.contigs[name]; ok {
		return i
	}
	return -1
}

// SampleIndex gives the column of a sample, from 0, or -1.
func (h *Header) SampleIndex(name string) int {
	if i, ok := h.samples[name]; ok {
		return i
	}
	return -1
}

func lookup[T any](index map[string]int, list []T, id string) (T, bool) {
	if i, ok := index[id]; ok {
		return list[i], true
	}
	var none T
	return none, false
}

// Lines gives the ## lines, verbatim and in order.
func (h *Header) Lines() []string { return slices.Clone(h.lines) }

// AddLine puts a ## line before the #CHROM line. An INFO, FORMAT, FILTER, ALT
// or contig line replaces the line of the same id in its place.
func (h *Header) AddLine(line string) error {
	next := Header{columns: h.columns, Samples: h.Samples, samples: h.samples}
	key, id := lineID(line)
	placed := false
	add := func(l string) error {
		_, err := next.Parse(l)
		return err
	}
	for _, l := range h.lines {
		if k, i := lineID(l); key != "" && k == key && i == id {
			if placed {
				continue
			}
			l, placed = line, true
		}
		if err := add(l); err != nil {
			return err
		}
	}
	if !placed {
		if !strings.HasPrefix(line, "##") {
			return fmt.Errorf("header line %q does not begin with ##", line)
		}
		if err := add(line); err != nil {
			return err
		}
	}
	*h = next
	return nil
}

// lineID gives the key and ID of a line that has an id, or "".
func lineID(line string) (key, id string) {
	key, value, ok := strings.Cut(strings.TrimPrefix(line, "##"), "=")
	switch key {
	case "INFO", "FORMAT", "FILTER", "ALT", "contig":
		if m, _ := parseStructured(value); ok {
			return key, m.get("ID")
		}
	}
	return "", ""
}

// Text gives the header as it is written, every line with its line end.
func (h *Header) Text() string {
	var b strings.Builder
	for _, l := range h.lines {
		b.WriteString(l)
		b.WriteByte('\n')
	}
	b.WriteString(h.columns)
	b.WriteByte('\n')
	return b.String()
}

// Fits checks that a record has the columns that the header names.
func (h *Header) Fits(r *Record) error {
	if n := r.NSamples(); n != len(h.Samples) {
		return &ColumnError{Msg: fmt.Sprintf("%d sample columns, the header names %d", n, len(h.Samples))}
	}
	if len(h.Samples) == 0 && r.Format() != nil && !strings.HasSuffix(h.columns, "FORMAT") {
		return &ColumnError{Msg: "a FORMAT column that the header does not name"}
	}
	return nil
}
