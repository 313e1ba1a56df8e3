package index

import (
	"math"
	"strconv"
	"strings"

	"varpanel/hts/fault"
)

// Region is a stretch of one contig that somebody asks for, 0-based half-open.
// End is math.MaxInt where it goes to the contig's end.
type Region struct {
	Contig     string
	Start, End int
}

// Lone says what a region with one coordinate, "chr1:50", means.
type Lone int

const (
	ToEnd   Lone = iota // from there to the contig's end, as tabix and samtools take it
	OneBase             // that base, as bcftools takes it
)

// ParseRegion reads a region as people write it: NAME, NAME:BEGIN, NAME:BEGIN-END,
// NAME:BEGIN- or NAME:-END, 1-based closed. Numbers may have thousands commas, an
// exponent or one of the suffixes k, M and G. A name may stand in braces,
// "{HLA-A*01:01}:5-9"; without them a name with colons is found by known, which
// tells whether a contig is there (nil: none is known). Text that could mean two
// things, and a coordinate that is none, is a Usage error. A contig that known
// does not have is left to the caller.
func ParseRegion(text string, known func(name string) bool, lone Lone) (Region, error) {
	r, rest, err := regionParser{text: text, known: known, lone: lone, commas: true}.parse()
	if err == nil && rest != "" {
		return r, badRegion(text, "%q follows the name in braces", rest)
	}
	return r, err
}

// ParseRegions reads a list of regions with commas between them, as -r takes it.
// Numbers have no thousands commas there.
func ParseRegions(list string, known func(name string) bool, lone Lone) ([]Region, error) {
	var out []Region
	for rest := list; ; {
		r, more, err := regionParser{text: rest, known: known, lone: lone}.parse()
		if err != nil {
			return nil, err
		}
		out = append(out, r)
		if more == "" {
			return out, nil
		}
		if more[0] != ',' {
			return nil, badRegion(list, "%q follows the name in braces", more)
		}
		rest = more[1:]
	}
}

func badRegion(text, format string, args ...any) error {
	e := fault.Usagef("region %q: "+format, append([]any{text}, args...)...)
	return e.WithHint("chr7:140753336-140753337, or {NAME}:BEGIN-END where the name has a colon; positions are 1-based")
}

type regionParser struct {
	text   string
	known  func(string) bool
	lone   Lone
	commas bool // numbers have thousands commas; else a comma ends the region
}

// parse gives the first region and the text that follows it, which begins with
// the comma of a list.
func (p regionParser) parse() (r Region, rest string, err error) {
	if strings.HasPrefix(p.text, "{") {
		return p.quoted()
	}
	one := p.text
	if !p.commas {
		if i := strings.IndexByte(one, ','); i >= 0 {
			one, rest = one[:i], one[i:]
		}
	}
	r, err = p.plain(one)
	return r, rest, err
}

// quoted reads "{NAME}" and what may follow it.
func (p regionParser) quoted() (r Region, rest string, err error) {
	name, after, closed := strings.Cut(p.text[1:], "}")
	if !closed {
		return r, "", badRegion(p.text, "a brace is not closed")
	}
	if name == "" {
		return r, "", badRegion(p.text, "the name is empty")
	}
	r = Region{Contig: name, End: math.MaxInt}
	if !strings.HasPrefix(after, ":") {
		return r, after, nil
	}
	coordinates := after[1:]
	if i := strings.IndexByte(coordinates, ','); i >= 0 && !p.commas {
		coordinates, rest = coordinates[:i], coordinates[i:]
	}
	what := ""
	if r.Start, r.End, what = p.interval(coordinates); what != "" {
		err = badRegion(p.text, "%s", what)
	}
	return r, rest, err
}

// plain reads a region without braces. The last colon may divide the name from
// the coordinates or belong to the name: the known names decide.
func (p regionParser) plain(text string) (Region, error) {
	whole := Region{Contig: text, End: math.MaxInt}
	if text == "" {
		return whole, badRegion(text, "it is empty")
	}
	colon := strings.LastIndexByte(text, ':')
	if colon <= 0 {
		return whole, nil
	}
	r := Region{Contig: text[:colon]}
	isWhole, isPart := p.known != nil && p.known(text), p.known != nil && p.known(r.Contig)
	if isWhole && isPart {
		return r, badRegion(text, "there is a contig of this name, and contig %s: write {%s} or {%s}:%s",
			r.Contig, text, r.Contig, text[colon+1:])
	}
	if isWhole {
		return whole, nil
	}
	what := ""
	if r.Start, r.End, what = p.interval(text[colon+1:]); what == "" {
		return r, nil
	}
	if !isPart && p.known != nil {
		return whole, nil // of a contig that is not there
	}
	return r, badRegion(text, "%s", what)
}

// interval reads what stands after the colon. What is wrong with it is said in
// what.
func (p regionParser) interval(text string) (start, end int, what string) {
	from, to, two := strings.Cut(text, "-")
	first, last := 1, math.MaxInt
	if from != "" || !two {
		if first, what = p.number(from); what != "" {
			return 0, 0, what
		}
	}
	switch {
	case !two && p.lone == OneBase:
		last = first
	case to != "":
		if last, what = p.number(to); what != "" {
			return 0, 0, what
		}
	}
	if last < first {
		return 0, 0, "it ends before it begins"
	}
	return first - 1, last, ""
}

// maxPosition bounds a coordinate, so that sums with it stay in range.
const maxPosition = 1 << 60

// number reads a 1-based position.
func (p regionParser) number(text string) (int, string) {
	digits := text
	if p.commas {
		digits = strings.ReplaceAll(text, ",", "")
	}
	if digits == "" || digits[0] < '0' || digits[0] > '9' {
		return 0, strconv.Quote(text) + " is no position"
	}
	n, err := strconv.Atoi(digits)
	if err != nil {
		n = scaled(digits)
	}
	switch {
	case n < 0:
		return 0, strconv.Quote(text) + " is no position"
	case n == 0:
		return 0, "positions begin at 1"
	case n > maxPosition:
		return 0, strconv.Quote(text) + " is too large"
	}
	return n, ""
}

// scaled reads "1.5e3" and "20M", or gives -1. The fraction is worked out in
// decimals, so that nothing is rounded.
func scaled(text string) int {
	mantissa, power := text, 0
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		n, err := strconv.Atoi(strings.TrimPrefix(text[i+1:], "+"))
		if err != nil || n < 0 || n > 18 {
			return -1
		}
		mantissa, power = text[:i], n
	} else if i := strings.IndexByte("kKmMgG", text[len(text)-1]); i >= 0 {
		mantissa, power = text[:len(text)-1], 3*(i/2+1)
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	fraction = strings.TrimRight(fraction, "0")
	if len(fraction) > power {
		return -1
	}
	n, err := strconv.ParseUint(whole+fraction+strings.Repeat("0", power-len(fraction)), 10, 62)
	if err != nil {
		return -1
	}
	return int(n)
}
