package bam

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Checker compares a BAM with what the specification asks for beyond what a
// reader needs (SAMv1 sections 1.3 to 1.5): a Reader refuses what cannot be read,
// a Checker reports what should not be there. It is for one file and one
// goroutine.
type Checker struct {
	report func(field, msg string)
	tags   [][2]byte // of the record
}

// NewChecker makes a Checker that calls report for each breach, with the field of
// the record that it is in.
func NewChecker(report func(field, msg string)) *Checker { return &Checker{report: report} }

// mostTags is how many tags of a record are remembered to find one that stands
// twice.
const mostTags = 64

// definedFlags are the bits of FLAG that have a meaning.
const definedFlags = 0xfff

// Check looks at one record.
func (c *Checker) Check(r *Record) {
	if n := len(r.Name()); n == 0 || n > 254 || bytes.ContainsFunc(r.Name(), func(x rune) bool { return x < '!' || x > '~' || x == '@' }) {
		c.report("QNAME", "is no name of 1 to 254 printable characters without @")
	}
	if r.Flag()&^definedFlags != 0 {
		c.report("FLAG", fmt.Sprintf("%d has bits without a meaning", r.Flag()))
	}
	c.clips(r)
	c.checkTags(r)
}

// clips checks that hard clips stand at the ends, and soft clips at the ends or
// next to hard ones.
func (c *Checker) clips(r *Record) {
	first, last := 0, r.NOps()-1
	for first <= last && r.Op(first).Kind() == HardClip {
		first++
	}
	for last > first && r.Op(last).Kind() == HardClip {
		last--
	}
	for i := range r.NOps() {
		switch kind := r.Op(i).Kind(); {
		case kind == HardClip && i > 0 && i < r.NOps()-1, kind == SoftClip && i != first && i != last:
			c.report("CIGAR", "has a clip between other operations")
			return
		}
	}
}

func (c *Checker) checkTags(r *Record) {
	c.tags = c.tags[:0]
	for b := r.buf[r.seq+(r.lseq+1)/2+r.lseq:]; len(b) > 0; {
		n := tagSize(b)
		if n < 0 || n > len(b) {
			c.report("tags", "are not whole")
			return
		}
		tag := [2]byte(b[:2])
		if slices.Contains(c.tags, tag) {
			c.report("tags", fmt.Sprintf("%s stands twice", tag))
		}
		if len(c.tags) < mostTags {
			c.tags = append(c.tags, tag)
		}
		if value := b[3:n]; !isTagValue(b[2], value) {
			c.report("tags", fmt.Sprintf("%s is no value of type %c", tag, b[2]))
		}
		b = b[n:]
	}
}

// isTagValue says whether text in a tag is what its type allows; numbers are.
func isTagValue(kind byte, value []byte) bool {
	text := bytes.TrimSuffix(value, []byte{0})
	switch kind {
	case 'A':
		return value[0] >= '!' && value[0] <= '~'
	case 'Z':
		return !bytes.ContainsFunc(text, func(x rune) bool { return x < ' ' || x > '~' })
	case 'H':
		return len(text)%2 == 0 && len(bytes.Trim(text, "0123456789ABCDEF")) == 0
	}
	return true
}

// headerForms says what the values of some tags look like. It is made when a
// header is checked first, as most runs check none.
var headerForms = sync.OnceValue(func() map[string]*regexp.Regexp {
	return map[string]*regexp.Regexp{
		"@HD VN": regexp.MustCompile(`^[0-9]+\.[0-9]+$`),
		"@HD SO": regexp.MustCompile(`^(unknown|unsorted|queryname|coordinate)$`),
		"@HD GO": regexp.MustCompile(`^(none|query|reference)$`),
		"@HD SS": regexp.MustCompile(`^(coordinate|queryname|unsorted)(:[A-Za-z0-9_-]+)+$`),
		"@SQ SN": refName(),
		"@SQ M5": regexp.MustCompile(`^[0-9a-f]{32}$`),
		"@RG DT": regexp.MustCompile(`^[0-9]{4}-?[0-9]{2}-?[0-9]{2}(T[0-9:.,]+(Z|[+-][0-9:]+)?)?$`),
		"@RG PL": regexp.MustCompile(`(?i)^(capillary|dnbseq|element|helicos|illumina|iontorrent|ls454|ont|pacbio|singular|solid|ultima)$`),
	}
})

var refName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile("^[0-9A-Za-z!#$%&+./:;?@^_|~-][0-9A-Za-z!#$%&*+./:;=?@^_|~-]*$")
})

// isTagged tells whether a field of a header's line begins with a tag.
func isTagged(s string) bool {
	return len(s) >= 3 && isLetter(s[0]) && (isLetter(s[1]) || s[1] >= '0' && s[1] <= '9') && s[2] == ':'
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// CheckText looks at the lines of the header's text and calls report for each
// breach, with the line's number from 1.
func (h *Header) CheckText(report func(line int, msg string)) {
	t := headerText{ids: map[string]bool{}, names: map[string]bool{}, report: report}
	for _, r := range h.Refs {
		t.names[r.Name] = true
	}
	for line := range strings.Lines(h.Text) {
		t.number++
		t.line(strings.Split(strings.TrimRight(line, "\r\n"), "\t"))
	}
	for _, p := range t.previous {
		if !t.ids["@PG "+p.id] {
			report(p.line, fmt.Sprintf("@PG: PP names %q, and no line has this ID", p.id))
		}
	}
}

// headerText is what the lines so far said.
type headerText struct {
	number   int
	ids      map[string]bool // "@RG ID"
	names    map[string]bool // of references, their other names too
	previous []reference
	report   func(line int, msg string)
}

// reference is another line's ID.
type reference struct {
	line int
	id   string
}

func (t *headerText) say(kind, format string, args ...any) {
	t.report(t.number, kind+": "+fmt.Sprintf(format, args...))
}

func (t *headerText) line(fields []string) {
	kind := fields[0]
	if kind == "@CO" {
		return
	}
	if kind == "@HD" && t.number > 1 {
		t.say(kind, "is not the first line")
	}
	var seen []string
	for _, f := range fields[1:] {
		if !isTagged(f) {
			t.say(kind, "%.40q is no tag with a value", f)
			continue
		}
		key, value := f[:2], f[3:]
		if slices.Contains(seen, key) {
			t.say(kind, "%s stands twice", key)
		}
		if len(seen) < mostTags {
			seen = append(seen, key)
		}
		if form := headerForms()[kind+" "+key]; form != nil && !form.MatchString(value) {
			t.say(kind, "%s cannot be %.40q", key, value)
		}
		t.related(kind, key, value)
	}
}

// related checks what lines say of each other.
func (t *headerText) related(kind, key, value string) {
	switch kind + " " + key {
	case "@RG ID", "@PG ID":
		if t.ids[kind+" "+value] {
			t.say(kind, "two lines have the ID %.40q", value)
		}
		t.ids[kind+" "+value] = true
	case "@PG PP":
		t.previous = append(t.previous, reference{t.number, value})
	case "@SQ AN":
		for name := range strings.SplitSeq(value, ",") {
			if t.names[name] || !refName().MatchString(name) {
				t.say(kind, "AN has %.40q, which is another's name or none", name)
			}
			t.names[name] = true
		}
	}
}
