package hgvs

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// EditKind is the kind of change of a parsed name.
type EditKind string

const (
	Substitution EditKind = "substitution"
	Deletion     EditKind = "deletion"
	Duplication  EditKind = "duplication"
	Insertion    EditKind = "insertion"
	DelIns       EditKind = "deletion-insertion"
	Inversion    EditKind = "inversion"
	Identity     EditKind = "identity"
	Repeat       EditKind = "repeat"
)

// Place is a position as a name spells it.
type Place struct {
	Base   int  // 76; negative before the start codon
	Star   bool // counted from the stop codon: *6
	Offset int  // +1, -2 into an intron
}

// Variant is a parsed name of one change.
type Variant struct {
	Reference  string // accession before the colon, "" where the name has none
	Gene       string // NM_007294.4(BRCA1):c....
	Kind       byte   // 'c', 'n', 'g', 'm' or 'p'
	Start, End Place  // equal for one position; the two neighbours of an insertion
	Edit       EditKind
	Ref, Alt   string // bases that the name gives, upper-case; either may be ""
	// Count is how many bases the name says are changed (del57), 0 where it does
	// not; of a repeat (CAG[23], Ref is the unit) how many copies there are.
	Count   int
	Protein string // for 'p': the name in this package's own form, p.(Arg273His)
}

// ParseVariant reads a c., n., g., m. or p. name of one change on one allele,
// with or without its accession. Bases after del and dup are accepted and kept,
// and so are repeats (CAG[23]) and inserted bases in brackets (ins[AC;T[4]]);
// uncertain positions, RNA, inserted positions, fusions and several changes in
// brackets are errors that say so.
func ParseVariant(name string) (Variant, error) {
	var v Variant
	rest := name
	if reference, r, ok := strings.Cut(rest, ":"); ok {
		rest = r
		v.Reference = reference
		if acc, gene, ok := strings.Cut(reference, "("); ok {
			v.Reference, v.Gene = acc, strings.TrimSuffix(gene, ")")
			if v.Gene == gene || v.Gene == "" {
				return v, fmt.Errorf("%q: the gene symbol after %s is not closed", name, acc)
			}
		}
		if !isReference(v.Reference) {
			return v, fmt.Errorf("%q: no accession before the colon", name)
		}
		if v.Gene != "" && (v.Gene[0]|0x20 < 'a' || v.Gene[0]|0x20 > 'z') {
			return v, fmt.Errorf("%q: no gene or transcript in the brackets", name)
		}
	}
	if strings.HasPrefix(rest, "r.") {
		return v, fmt.Errorf("%q: RNA names are not read: give the c. name", name)
	}
	if len(rest) < 3 || rest[1] != '.' || strings.IndexByte("cngmp", rest[0]) < 0 {
		return v, fmt.Errorf("%q: not a c., n., g., m. or p. name", name)
	}
	v.Kind, rest = rest[0], rest[2:]
	var err error
	if v.Kind == 'p' {
		v.Protein, err = parseProtein(rest)
	} else {
		err = v.parseChange(rest)
	}
	if err != nil {
		return v, fmt.Errorf("%q: %w", name, err)
	}
	return v, nil
}

// refSeqLike is an accession of two letters and a number, the manner of RefSeq.
var refSeqLike = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[A-Z]{2}_[A-Z]*[0-9]+(?:\.[0-9]+)?$`)
})

// isReference tells whether a text can be an accession, a gene symbol or the name
// of a contig; one that begins as RefSeq's do has to be whole.
func isReference(s string) bool {
	if len(s) > 2 && s[2] == '_' && 'A' <= s[0] && s[0] <= 'Z' && 'A' <= s[1] && s[1] <= 'Z' {
		return refSeqLike().MatchString(s)
	}
	return s != "" && !strings.ContainsAny(s, " \t*()[];>")
}

func (v *Variant) parseChange(s string) error {
	switch {
	case strings.HasPrefix(s, "["):
		return fmt.Errorf("several changes in brackets are not read: give them one by one")
	case strings.ContainsAny(s, "?()"):
		return fmt.Errorf("uncertain positions are not read")
	}
	p := cursor{rest: s}
	var err error
	if v.Start, err = p.place(v.Kind); err != nil {
		return err
	}
	v.End = v.Start
	if p.take("_") {
		if v.End, err = p.place(v.Kind); err != nil {
			return err
		}
	}
	return v.parseEdit(&p)
}

func (v *Variant) parseEdit(p *cursor) error {
	single := v.Start == v.End
	switch {
	case p.take("delins"):
		v.Edit, v.Alt = DelIns, p.inserted()
	case p.take("del"):
		v.Edit = Deletion
		v.replaced(p)
		if p.take("ins") {
			v.Edit, v.Alt = DelIns, p.inserted()
		}
	case p.take("dup"):
		v.Edit = Duplication
		v.replaced(p)
	case p.take("ins"):
		v.Edit, v.Alt = Insertion, p.inserted()
		if single {
			return fmt.Errorf("an insertion stands between two positions")
		}
	case p.take("inv"):
		v.Edit = Inversion
		v.replaced(p)
		if single {
			return fmt.Errorf("an inversion has two or more bases")
		}
	case p.take("="):
		v.Edit = Identity
	default:
		v.Ref = p.bases()
		switch {
		case p.take("="):
			v.Edit = Identity
		case p.take(">"):
			v.Edit, v.Alt = Substitution, p.bases()
			if len(v.Ref) != 1 || len(v.Alt) != 1 || !single {
				return fmt.Errorf("a substitution is of one base: write delins")
			}
		case v.Ref != "" && p.take("["):
			var ok bool
			if v.Count, ok = p.number(); !ok || !p.take("]") || v.Count*len(v.Ref) > maxInserted {
				return fmt.Errorf("the number of copies after %s[ is missing or too large", v.Ref)
			}
			v.Edit = Repeat
		default:
			return fmt.Errorf("no change after the position")
		}
	}
	if (v.Edit == DelIns || v.Edit == Insertion) && v.Alt == "" {
		return fmt.Errorf("the inserted bases are missing, or not given as bases")
	}
	if p.rest != "" {
		return fmt.Errorf("%q is left over", p.rest)
	}
	return nil
}

// replaced takes what older names say after del, dup and inv: the bases, or how
// many they are.
func (v *Variant) replaced(p *cursor) {
	if v.Ref = p.bases(); v.Ref == "" {
		v.Count, _ = p.number()
	}
}

// maxInserted bounds the bases that a short name can stand for.
const maxInserted = 1 << 20

// inserted takes the bases after ins: ACGT, GT[5], or a list [AC;GT[5]].
func (c *cursor) inserted() string {
	if !c.take("[") {
		return c.copies()
	}
	var out strings.Builder
	for {
		bases := c.copies()
		if bases == "" || out.Len()+len(bases) > maxInserted {
			return ""
		}
		out.WriteString(bases)
		if c.take("]") {
			return out.String()
		}
		if !c.take(";") {
			return ""
		}
	}
}

// copies takes bases, perhaps with a number of copies behind them.
func (c *cursor) copies() string {
	bases := c.bases()
	rest := c.rest
	if bases == "" || !c.take("[") {
		return bases
	}
	n, ok := c.number()
	if !ok || n == 0 || !c.take("]") || n*len(bases) > maxInserted {
		c.rest = rest
		return bases
	}
	return strings.Repeat(bases, n)
}

// cursor walks through a name.
type cursor struct {
	rest        string
	long, short bool // an amino acid of three letters, of one letter was met
}

func (c *cursor) take(s string) bool {
	rest, ok := strings.CutPrefix(c.rest, s)
	if ok {
		c.rest = rest
	}
	return ok
}

// bases takes upper- or lower-case nucleotides.
func (c *cursor) bases() string {
	n := 0
	for n < len(c.rest) && strings.IndexByte("ACGTNacgtn", c.rest[n]) >= 0 {
		n++
	}
	b := strings.ToUpper(c.rest[:n])
	c.rest = c.rest[n:]
	return b
}

// number takes digits; ok is false where there are none or too many.
func (c *cursor) number() (int, bool) {
	n := 0
	for n < len(c.rest) && '0' <= c.rest[n] && c.rest[n] <= '9' {
		n++
	}
	v, err := strconv.Atoi(c.rest[:n])
	if err != nil || n > 10 {
		return 0, false
	}
	c.rest = c.rest[n:]
	return v, true
}

func (c *cursor) place(kind byte) (Place, error) {
	var p Place
	negative := false
	if kind == 'c' {
		p.Star = c.take("*")
		negative = !p.Star && c.take("-")
	}
	n, ok := c.number()
	if !ok || n == 0 {
		return p, fmt.Errorf("a position is missing")
	}
	p.Base = n
	if negative {
		p.Base = -n
	}
	if kind == 'g' || kind == 'm' {
		return p, nil
	}
	plus, minus := c.take("+"), false
	if !plus {
		minus = c.take("-")
	}
	if plus || minus {
		n, ok := c.number()
		if !ok || n == 0 {
			return p, fmt.Errorf("the offset into the intron is missing")
		}
		p.Offset = n
		if minus {
			p.Offset = -n
		}
	}
	return p, nil
}

// parseProtein gives a protein name in this package's form: in parentheses,
// three letters, Ter for a stop. Names of one letter (V600E) and of three
// (Val600Glu) are read.
func parseProtein(s string) (string, error) {
	inner := s
	if strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") {
		inner = s[1 : len(s)-1]
	}
	switch inner {
	case "?", "0", "0?":
		return "p." + inner, nil
	case "=":
		return "p.(=)", nil
	case "":
		return "", fmt.Errorf("an empty protein name")
	}
	var out strings.Builder
	c := cursor{rest: inner}
	for c.rest != "" {
		if n, ok := c.number(); ok {
			fmt.Fprint(&out, n)
			continue
		}
		if word, ok := c.protein(); ok {
			out.WriteString(word)
			continue
		}
		return "", fmt.Errorf("%q is not read in a protein name", c.rest)
	}
	if c.long && c.short {
		return "", fmt.Errorf("amino acids of one and of three letters are mixed")
	}
	if !proteinChange().MatchString(out.String()) || stopGoesOn(out.String()) {
		return "", fmt.Errorf("not a protein change")
	}
	return "p.(" + out.String() + ")", nil
}

// proteinChange is the grammar of one change in three-letter form: a
// substitution, a frame shift, an extension, an identity, a deletion, a
// duplication, an insertion between two amino acids, or a deletion-insertion.
var proteinChange = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:` +
		`[A-Z][a-z]{2}\d+(?:[A-Z][a-z]{2}|\?|=|del|dup|delins(?:[A-Z][a-z]{2})+` +
		`|(?:[A-Z][a-z]{2})?fs(?:Ter(?:\d+|\?)?)?|(?:[A-Z][a-z]{2})?ext(?:(?:[A-Z][a-z]{2})?-?\d+|(?:Ter|Met)?-?\?|Ter))` +
		`|[A-Z][a-z]{2}\d+_[A-Z][a-z]{2}\d+(?:=|del|dup|(?:del)?ins(?:[A-Z][a-z]{2})+)` +
		`)$`)
})

// stopGoesOn tells whether an amino acid follows a stop codon.
func stopGoesOn(s string) bool {
	for {
		_, after, ok := strings.Cut(s, "Ter")
		if !ok || after != "" && after[0] >= 'A' && after[0] <= 'Z' {
			return ok
		}
		s = after
	}
}

// protein takes one word of a protein name: an amino acid or a kind of change.
func (c *cursor) protein() (string, bool) {
	for _, word := range []string{"delins", "del", "dup", "ins", "fs", "ext", "_", "=", "?", "-"} {
		if c.take(word) {
			return word, true
		}
	}
	if len(c.rest) >= 3 && oneLetter(c.rest[:3]) != 0 {
		word := c.rest[:3]
		c.rest = c.rest[3:]
		c.long = c.long || word != "Ter"
		return word, true
	}
	code := c.rest[0]
	if code == 'X' {
		// The old sign of a stop.
		code = '*'
	}
	if name := threeLetter[code]; name != "" {
		c.rest = c.rest[1:]
		c.short = c.short || code != '*'
		return name, true
	}
	return "", false
}
