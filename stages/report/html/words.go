package html

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"varpanel/stages/report"
)

// Lengths in characters up to which a text is shown whole.
const (
	maxAllele = 16   // a base sequence in a table
	maxName   = 48   // a HGVS name in a table
	maxKept   = 20   // a name or id that stays on one line
	maxFull   = 2000 // anything in a variant's detail
)

// words are the functions of the template.
var words = template.FuncMap{
	"count":       report.Count,
	"count64":     func(n int64) string { return report.Count(int(n)) },
	"short":       short,
	"shortAllele": shortAllele,
	"change":      change,
	"together":    together,
	"shortName":   shortName,
	"full":        full,
	"terms":       terms,
	"join":        func(values []string) string { return strings.Join(values, ", ") },
	"soft":        soft,
	"listed":      listed,
	"keep":        keep,
	"field":       field,
	"sentence":    sentence,
	"dot":         dot,
	"filters":     filters,
	"reads":       reads,
	"tier":        tierName,
	"stars":       stars,
	"status":      func(s string) string { return strings.ReplaceAll(s, "-", " ") },
	"genes":       func(n int) string { return report.Plural(n, "gene", "genes") },
	"classWords":  func(s string) string { return strings.ReplaceAll(s, "-", " ") },
	"from":        from,
	"trimStop":    func(s string) string { return strings.TrimSuffix(s, ".") },
	"oneBased":    func(start int) string { return strconv.Itoa(start + 1) },
	"bases":       func(g report.Gap) string { return report.Count(g.End - g.Start) },
	"pair":        func(p *page, x report.ExonCoverage) exonRow { return exonRow{Page: p, Row: x} },
}

// from writes a lowest and a highest number; a caller's depth may not be known.
func from(least, most string) string {
	switch {
	case least == "":
		return "not known"
	case least == most:
		return least
	}
	return least + "–" + most
}

// exonRow is an exon with its page, which knows the thresholds.
type exonRow struct {
	Page *page
	Row  report.ExonCoverage
}

// short cuts a digest.
func short(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n]) + "…"
}

func shortAllele(s string) string { return middle(s, maxAllele, "bases") }

// change writes REF>ALT; a row of several alleles may have neither.
func change(ref, alt string) string {
	if ref == "" {
		return "several places"
	}
	return shortAllele(ref) + ">" + shortAllele(alt)
}

// together gives the flags that say what an excluded allele does with others of its
// haplotype: the rest of its flags stand in the table beside the page.
func together(flags []string) []string {
	var out []string
	for _, f := range flags {
		if f == "derived" || strings.HasPrefix(f, "part-of:") || f == "same-codon-unphased" || f == "joint-effect-not-assessed" {
			out = append(out, f)
		}
	}
	return out
}

func shortName(s string) string { return middle(s, maxName, "characters") }

func full(s string) string {
	return middle(s, maxFull, "characters; in full in the tables beside this page")
}

// middle shortens a text that is longer than most to its two ends and says how
// long it is.
func middle(s string, most int, unit string) string {
	n := utf8.RuneCountInString(s)
	if n <= most {
		return s
	}
	r := []rune(s)
	tail := most / 4
	head := most / 2
	return fmt.Sprintf("%s…%s (%s %s)", string(r[:head]), string(r[n-tail:]), report.Count(n), unit)
}

// terms shows terms of an ontology or of ClinVar as words.
func terms(s string) string {
	return plainWords.Replace(s)
}

var plainWords = strings.NewReplacer("&", ", ", "_", " ", "|", "; ")

// soft escapes a text and lets it break where its words join: after marks, and
// where a capital follows a small letter, as in names of segregation filters.
func soft(s string) template.HTML {
	var b strings.Builder
	before := ' '
	for _, r := range s {
		if strings.ContainsRune(":_-;/", before) || unicode.IsLower(before) && unicode.IsUpper(r) {
			b.WriteString("<wbr>")
		}
		b.WriteString(template.HTMLEscapeString(string(r)))
		before = r
	}
	return template.HTML(b.String()) // each character was escaped above
}

// keep gives the class of a cell whose text should stay on one line: a name or
// an id, unless it is so long that it would push the table off the page.
func keep(s string) string {
	if utf8.RuneCountInString(s) > maxKept {
		return "k"
	}
	return "k one"
}

// field is the value of a source's field. ClinVar writes words with "_" and
// lists with "|"; other sources' values may be names and stay.
func field(f [2]string) string {
	switch f[0] {
	case "condition", "review", "significance":
		return full(terms(f[1]))
	}
	return full(f[1])
}

// sentence begins with a capital and ends with a full stop.
func sentence(s string) string {
	if s == "" {
		return s
	}
	return strings.TrimSuffix(report.UpperFirst(s), ".") + "."
}

func dot(s string) string {
	if s == "" {
		return "."
	}
	return s
}

func filters(values []string) string {
	switch {
	case len(values) == 0, len(values) == 1 && (values[0] == "." || values[0] == ""):
		return "not applied"
	}
	return strings.Join(values, ", ")
}

// reads says what the caller counted, or that it did not say.
func reads(r row) string {
	var parts []string
	switch {
	case r.Depth != "" && r.AltDepth != "":
		parts = append(parts, fmt.Sprintf("%s of %s reads", r.AltDepth, r.Depth))
	case r.Depth != "":
		parts = append(parts, "depth "+r.Depth)
	case r.AltDepth != "":
		parts = append(parts, r.AltDepth+" ALT reads")
	}
	if r.VAF != "" {
		parts = append(parts, "VAF "+r.VAF)
	}
	if len(parts) == 0 {
		return "no read counts in the VCF"
	}
	return strings.Join(parts, ", ")
}
