package vcf

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math"
	"strings"
)

// Checker compares records with what the specification and the header ask for
// beyond what a reader needs: Parse refuses what cannot be read, a Checker
// reports what should not be there. It is for the records of one file in their
// order.
type Checker struct {
	header *Header
	contig string
	pos    int
	seen   map[string]bool
	here   map[string]bool // trimmed alleles from the current position on
	until  int             // the last position in here
	gt     []GTAllele
	report func(column, msg string)
}

// NewChecker makes a Checker for the records of a file. report gets a column's
// name and what is wrong in it; a message never holds a genotype.
func NewChecker(h *Header, report func(column, msg string)) *Checker {
	return &Checker{header: h, seen: map[string]bool{}, here: map[string]bool{}, report: report}
}

func (c *Checker) sayf(column Column, format string, args ...any) {
	c.report(column.String(), fmt.Sprintf(format, args...))
}

// Check reports what is wrong in a record that Parse has taken.
func (c *Checker) Check(r *Record) {
	c.place(r)
	c.alleles(r)
	c.list(ID, r.ID())
	if q, p := Float(r.Qual()); p == Present && q < 0 {
		c.sayf(Qual, "is negative")
	}
	c.list(Filter, r.Filter())
	for f := range bytes.SplitSeq(r.Filter(), semicolon) {
		if string(f) == "0" {
			c.sayf(Filter, "0 is reserved")
		}
	}
	c.info(r)
	c.structural(r)
	c.format(r)
	for i := range r.NSamples() {
		c.sample(r, i)
	}
}

func (c *Checker) place(r *Record) {
	switch {
	case string(r.Chrom()) != c.contig:
		c.contig = string(r.Chrom())
		if c.seen[c.contig] {
			c.sayf(Chrom, "contig %s comes back", c.contig)
		}
		c.seen[c.contig] = true
		c.forget()
		if !isContigName(c.contig) {
			c.sayf(Chrom, "%q has a character that no contig has", c.contig)
		}
	case r.Pos() < c.pos:
		c.sayf(Pos, "stands after %d", c.pos+1)
		c.forget()
	case r.Pos() > c.until || len(c.here) > mostHere:
		c.forget()
	}
	c.pos = r.Pos()
}

// isContigName says whether a contig may have this name (VCFv4.3 section 1.4.7
// as amended: ':' and, after the first character, '*' and '=' are in use for HLA
// contigs). A name in angle brackets is of an assembly file.
func isContigName(name string) bool {
	if strings.HasPrefix(name, "<") && strings.HasSuffix(name, ">") {
		name = name[1 : len(name)-1]
	}
	return name != "" && !strings.ContainsAny(name[:1], "*=") && !strings.ContainsAny(name, "<>[](){},\\\"'` \t")
}

func (c *Checker) alleles(r *Record) {
	for i := range r.NAlt() {
		alt := r.Alt(i)
		if bytes.EqualFold(alt, r.Ref()) {
			c.sayf(Alt, "is REF")
		}
		k := KindOfAlt(alt)
		if k != SequenceAlt {
			continue
		}
		at, key := trimmed(r.Pos(), r.Ref(), alt)
		if c.here[key] {
			c.sayf(Alt, "%s stands here already, if in another context", quote(alt))
		}
		c.here[key] = true
		c.until = max(c.until, at)
	}
}

// mostHere bounds the alleles that are remembered to find one that stands twice.
const mostHere = 1 << 12

func (c *Checker) forget() {
	clear(c.here)
	c.until = -1
}

// trimmed gives an allele without the bases that REF and ALT share at their end,
// then at their start: its position and a key.
func trimmed(pos int, ref, alt []byte) (int, string) {
	ref, alt = bytes.ToUpper(ref), bytes.ToUpper(alt)
	for len(ref) > 1 && len(alt) > 1 && ref[len(ref)-1] == alt[len(alt)-1] {
		ref, alt = ref[:len(ref)-1], alt[:len(alt)-1]
	}
	for len(ref) > 1 && len(alt) > 1 && ref[0] == alt[0] {
		ref, alt, pos = ref[1:], alt[1:], pos+1
	}
	key := fmt.Sprintf("%d %s>%s", pos, ref, alt)
	if len(key) > longKey {
		sum := sha256.Sum256([]byte(key))
		key = string(sum[:])
	}
	return pos, key
}

// longKey is the length from which a key is kept as its digest, so that long
// alleles do not fill the memory.
const longKey = 128

// list checks a column of values joined by ';'.
func (c *Checker) list(column Column, text []byte) {
	if isMissing(text) {
		return
	}
	seen := map[string]bool{}
	for v := range bytes.SplitSeq(text, semicolon) {
		switch {
		case len(v) == 0:
			c.sayf(column, "has an empty value")
		case bytes.ContainsAny(v, " \t"):
			c.sayf(column, "has white space")
		case seen[string(v)]:
			c.sayf(column, "%s stands twice", quote(v))
		}
		seen[string(v)] = true
	}
}

func (c *Checker) info(r *Record) {
	if isMissing(r.Info()) {
		return
	}
	if bytes.IndexByte(r.Info(), ' ') >= 0 && c.header.Version < "4.3" {
		c.sayf(Info, "has white space")
	}
	seen := map[string]bool{}
	for field := range bytes.SplitSeq(r.Info(), semicolon) {
		key, value, hasValue := bytes.Cut(field, []byte{'='})
		if !isKey(key) {
			c.sayf(Info, "%s is no key", quote(key))
			continue
		}
		if seen[string(key)] {
			c.sayf(Info, "%s stands twice", key)
		}
		seen[string(key)] = true
		f, ok := c.header.infoField(string(key))
		switch {
		case !ok || isMissing(value):
		case f.Type == "Flag":
			if hasValue && string(value) != "1" {
				c.sayf(Info, "%s is a flag and has a value", key)
			}
		default:
			c.values(Info, f, value, valuesWanted(f.Number, r.NAlt(), -1))
			if n := groups[f.ID]; n > 0 && ListLen(value)%n != 0 {
				c.sayf(Info, "%s has %d values, which are no groups of %d", f.ID, ListLen(value), n)
			}
		}
	}
}

// isKey checks the form of an INFO or FORMAT key; 1000G is the one exception.
func isKey(key []byte) bool {
	for i, b := range key {
		letter := b|0x20 >= 'a' && b|0x20 <= 'z' || b == '_'
		if !letter && (i == 0 || b != '.' && (b < '0' || b > '9')) {
			return string(key) == "1000G"
		}
	}
	return len(key) > 0
}

func (c *Checker) format(r *Record) {
	if r.Format() == nil {
		return
	}
	seen := map[string]bool{}
	i := 0
	for key := range bytes.SplitSeq(r.Format(), colon) {
		switch {
		case !isKey(key):
			c.sayf(Format, "%s is no key", quote(key))
		case seen[string(key)]:
			c.sayf(Format, "%s stands twice", key)
		case i > 0 && string(key) == "GT":
			c.sayf(Format, "GT is not its first key")
		}
		seen[string(key)] = true
		i++
	}
}

func (c *Checker) sample(r *Record, i int) {
	var err error
	if c.gt, err = r.Genotype(i, c.gt); err != nil {
		c.sayf(Format, "%s", err)
	}
	local := c.localAlleles(r, i)
	c.phaseSets(r, i)
	keys := bytes.Split(r.Format(), colon)
	n := 0
	for value := range bytes.SplitSeq(r.Sample(i), colon) {
		if n == len(keys) {
			c.sayf(Format, "sample column %d has more values than FORMAT has keys", i+1)
			return
		}
		key := keys[n]
		n++
		f, ok := c.header.formatField(string(key))
		if !ok || isMissing(value) || string(key) == "GT" || string(key) == "LGT" {
			continue
		}
		want := valuesWanted(f.Number, r.NAlt(), len(c.gt))
		if f.Per != "" {
			want = perWanted(f.Per, local, len(c.gt))
		}
		if len(value) == 0 && (f.Per != "" && want <= 0 || f.ID == "LAA") {
			continue // a list of no values (VCFv4.5 section 1.6.2)
		}
		c.values(Format, f, value, want)
	}
}

// values checks the number of a key's values, which is stated where want is not
// below 0, and their type.
func (c *Checker) values(column Column, f Field, value []byte, want int) {
	if have := ListLen(value); want >= 0 && have != want {
		c.sayf(column, "%s has %d values, not %d", f.ID, have, want)
	}
	for v := range bytes.SplitSeq(value, comma) {
		negative, p := readAs(f, v)
		if p == Bad {
			c.sayf(column, "%s is no %s", f.ID, f.Type)
			return
		}
		if f.Type == "Integer" && !isInt32(v) {
			c.sayf(column, "%s is no integer of 32 bits", f.ID)
			return
		}
		if negative && countable[f.ID] {
			c.sayf(column, "%s is negative", f.ID)
			return
		}
	}
}

// isInt32 says whether a well-formed integer is one that VCF has: of 32 bits, but
// for the lowest eight, which BCF needs (VCFv4.3 section 1.3).
func isInt32(v []byte) bool {
	n, p := Int(v)
	return p != Present || n >= math.MinInt32+8 && n <= math.MaxInt32
}

// readAs reads one value by its key's type.
func readAs(f Field, v []byte) (negative bool, p Presence) {
	switch f.Type {
	case "Integer":
		n, p := Int(v)
		return n < 0, p
	case "Float":
		x, p := Float(v)
		return x < 0, p
	case "Character":
		if len(v) != 1 {
			return false, Bad
		}
	case "String":
		if f.ID == "CIGAR" && !isMissing(v) && !isCigar(v) {
			return false, Bad
		}
	}
	return false, Present
}

// groups are keys whose values come in groups: intervals, and what MEINFO and
// METRANS say of a mobile element (VCFv4.3 section 3).
var groups = map[string]int{"CIPOS": 2, "CIEND": 2, "CILEN": 2, "CICN": 2, "MEINFO": 4, "METRANS": 4}

// countable are the reserved keys that count something, or that are a share or
// a quality.
var countable = map[string]bool{
	"AC": true, "AD": true, "ADF": true, "ADR": true, "AF": true, "AN": true, "BQ": true, "DP": true, "END": true,
	"MQ": true, "MQ0": true, "NS": true, "GQ": true, "HQ": true, "PL": true, "PQ": true, "EC": true, "PS": true,
}

// valuesWanted gives how many values a key has, or -1 where it is not stated. A
// record without an ALT allele is left alone: writers differ.
func valuesWanted(n Count, nAlt, ploidy int) int {
	if nAlt == 0 && (n.Kind == 'A' || n.Kind == 'G') {
		return -1
	}
	switch n.Kind {
	case 'N':
		return n.N
	case 'A':
		return nAlt
	case 'R':
		return nAlt + 1
	case 'G':
		return genotypes(nAlt, ploidy)
	}
	return -1
}

// perWanted does the same for the numbers of VCF 4.4 and 4.5. local is the
// number of the sample's local ALT alleles, or -1.
func perWanted(per string, local, ploidy int) int {
	switch {
	case per == "P" && ploidy > 0:
		return ploidy
	case local < 0:
		return -1
	case per == "LA":
		return local
	case per == "LR":
		return local + 1
	case per == "LG":
		return genotypes(local, ploidy)
	}
	return -1
}

// genotypes is the number of genotypes of nAlt+1 alleles: combinations with
// repetition of ploidy of them. It is -1 where ploidy is not known, and past any
// use.
func genotypes(nAlt, ploidy int) int {
	if ploidy < 1 {
		return -1
	}
	want := 1
	for i := 1; i <= ploidy; i++ {
		want = want * (nAlt + i) / i
		if want > 1<<30 {
			return -1
		}
	}
	return want
}

func isCigar(v []byte) bool {
	for len(v) > 0 {
		n := countDigits(v)
		if n == 0 || n == len(v) || bytes.IndexByte([]byte("MIDNSHP=X"), v[n]) < 0 {
			return false
		}
		v = v[n+1:]
	}
	return true
}
