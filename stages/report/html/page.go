package html

import (
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"varpanel/stages/report"
)

// Bounds on rows of the page; the tables beside the page hold every row.
const (
	maxExcluded = 1000
	maxCoverage = 400
	maxKnown    = 100
)

// page is a report with what its template cannot work out by itself.
type page struct {
	*report.Report
	Style  template.CSS
	Limits []report.Limit

	Groups         []group
	Leading        []row // the two highest tiers
	Others         []row
	TierStatements []string

	ExcludedRules []ruleCount
	ExcludedRows  *listing[report.Excluded]
	LowExons      *listing[report.ExonCoverage]
	AllExons      *listing[report.ExonCoverage]
	Gaps          *listing[report.Gap]
	Disagreements *listing[report.Run]
	LowKnown      *listing[report.KnownLow]
	Unread        []string // genes without a read, whose exons are not listed one by one
}

// listing is a table that may be cut, with a title that says so.
type listing[T any] struct {
	Title string
	Rows  []T
}

// group is the rows of one tier.
type group struct {
	Title string
	Rows  []row
}

type row struct {
	report.Variant
	LongAllele, LongHGVSc, LongHGVSp bool
}

// UnnamedRule is the tier's rule where the evidence does not name it already.
func (r row) UnnamedRule() string {
	if slices.ContainsFunc(r.Evidence, func(e string) bool { return strings.Contains(e, r.TierRule) }) {
		return ""
	}
	return r.TierRule
}

type ruleCount struct {
	Rule, Version string
	N             int
}

func newPage(r *report.Report) (*page, error) {
	style, err := files.ReadFile("report.css")
	if err != nil {
		return nil, err
	}
	p := &page{Report: r, Style: template.CSS(style), Limits: report.Limits(r)}
	p.groupVariants()
	p.countRules()
	p.cutListings()
	return p, nil
}

// groupVariants sorts the rows into their tiers, in the report's order.
func (p *page) groupVariants() {
	tiers := report.Tiers(p.Test.Type)
	byTier := map[string][]row{}
	for _, v := range p.Variants {
		name := v.Tier
		if !slices.Contains(tiers, name) {
			tiers = append(tiers, name) // never lose a row for its tier's name
		}
		byTier[name] = append(byTier[name], newRow(v))
	}
	top := tiers[:2]
	for i, t := range tiers {
		rows := byTier[t]
		if len(rows) == 0 {
			continue
		}
		p.Groups = append(p.Groups, group{
			Title: report.UpperFirst(tierName(t)) + ": " + report.Plural(len(rows), "variant", "variants"),
			Rows:  rows,
		})
		if i < len(top) {
			p.Leading = append(p.Leading, rows...)
		} else {
			p.Others = append(p.Others, rows...)
		}
	}
	p.TierStatements = tierStatements(top, byTier, p.Counts)
}

func tierStatements(top []string, byTier map[string][]row, c report.Counts) []string {
	var out []string
	switch first, second := len(byTier[top[0]]), len(byTier[top[1]]); {
	case first == 0 && second == 0:
		out = append(out, fmt.Sprintf("No variant reached tier %s or %s.", top[0], top[1]))
	case first == 0:
		out = append(out, fmt.Sprintf("No variant reached tier %s.", top[0]))
	case second == 0:
		out = append(out, fmt.Sprintf("No variant reached tier %s.", top[1]))
	}
	switch {
	case c.Alleles == 0:
		out = append(out, "The input holds no allele of this sample inside the panel.")
	case c.Reported == 0 && len(byTier) > 0:
		out = append(out, fmt.Sprintf("No allele passed every filter by itself. The sample has %s inside the panel; each is listed under its rule in Excluded alleles.",
			report.Plural(c.Alleles, "allele", "alleles")))
	case c.Reported == 0:
		out = append(out, fmt.Sprintf("No allele passed every filter. The sample has %s inside the panel; each is listed under its rule in Excluded alleles.",
			report.Plural(c.Alleles, "allele", "alleles")))
	}
	return out
}

func newRow(v report.Variant) row {
	r := row{Variant: v}
	r.LongHGVSc = shortName(v.HGVSc) != v.HGVSc
	r.LongHGVSp = shortName(v.HGVSp) != v.HGVSp
	r.LongAllele = shortAllele(v.Ref) != v.Ref || shortAllele(v.Alt) != v.Alt
	for _, in := range v.Input {
		r.LongAllele = r.LongAllele || utf8.RuneCountInString(in) > maxName
	}
	return r
}

// countRules counts the excluded alleles by rule, in the order in which the
// profile applies the rules; rules that it does not list come last, by name.
func (p *page) countRules() {
	n := map[ruleCount]int{}
	for _, e := range p.Excluded {
		if len(e.DerivedFrom) > 0 {
			continue // not counted
		}
		n[ruleCount{Rule: e.Rule, Version: e.RuleVersion}]++
	}
	order := map[string]int{}
	for i, r := range p.Rules {
		if _, ok := order[r.ID]; !ok {
			order[r.ID] = i - len(p.Rules) // below 0, so before every other rule
		}
	}
	for k, count := range n {
		k.N = count
		p.ExcludedRules = append(p.ExcludedRules, k)
	}
	slices.SortFunc(p.ExcludedRules, func(a, b ruleCount) int {
		if d := order[a.Rule] - order[b.Rule]; d != 0 {
			return d
		}
		return strings.Compare(a.Rule+"\x00"+a.Version, b.Rule+"\x00"+b.Version)
	})
}

func (p *page) cutListings() {
	p.ExcludedRows = cut(p.Excluded, maxExcluded, "Excluded alleles", p.Case.Name+".excluded.tsv")
	c := p.Coverage
	if c == nil {
		return
	}
	unread := map[string]bool{}
	for _, g := range c.Genes {
		if g.Max == "0" { // "" without sequence
			unread[g.Gene+" "+g.Transcript] = true
			p.Unread = append(p.Unread, g.Gene)
		}
	}
	var low []report.ExonCoverage
	for _, x := range c.Exons {
		if !unread[x.Gene+" "+x.Transcript] && slices.ContainsFunc(p.PctCells(x.Pct), func(cell pctCell) bool { return cell.Low }) {
			low = append(low, x)
		}
	}
	exons := p.Case.Name + ".coverage.exons.tsv"
	p.LowExons = cut(low, maxCoverage, fmt.Sprintf("Exons below 100 %% at %dx", c.PassDepth), exons)
	p.AllExons = cut(c.Exons, maxCoverage, "Every exon", exons)
	var gaps []report.Gap
	for _, g := range c.Gaps {
		if !unread[g.Gene+" "+g.Transcript] {
			gaps = append(gaps, g)
		}
	}
	if c.Callability != nil {
		p.Disagreements = cut(c.Callability.Disagreements, maxCoverage,
			fmt.Sprintf("Reads and caller disagree: stretches at %dx or more of which the caller saw less, or made no call", c.PassDepth), p.Case.Name+".disagreement.tsv")
	}
	if c.LowKnown != nil {
		p.LowKnown = cut(c.LowKnown.Rows, maxKnown,
			fmt.Sprintf("Known pathogenic alleles below %dx, of %s looked at", c.PassDepth, report.Count(c.LowKnown.Listed)), p.Case.Name+".known_low.tsv")
	}
	p.Gaps = cut(gaps, maxCoverage, fmt.Sprintf("Gaps: stretches below %dx", c.PassDepth), p.Case.Name+".gaps.bed")
}

// cut takes the first rows of a table; nil when there are none.
func cut[T any](rows []T, most int, what, file string) *listing[T] {
	if len(rows) == 0 {
		return nil
	}
	if len(rows) <= most {
		return &listing[T]{Title: fmt.Sprintf("%s (%s)", what, report.Count(len(rows))), Rows: rows}
	}
	title := fmt.Sprintf("%s: the first %s of %s; all of them stand in %s",
		what, report.Count(most), report.Count(len(rows)), file)
	return &listing[T]{Title: title, Rows: rows[:most]}
}

// pctCell is one percentage; Low marks less than 100 % at the pass depth.
type pctCell struct {
	Text string
	Low  bool
}

// PctCells gives a cell for each threshold of the report.
func (p *page) PctCells(pct []string) []pctCell {
	cells := make([]pctCell, len(p.Coverage.Thresholds))
	for i, depth := range p.Coverage.Thresholds {
		if i >= len(pct) {
			continue
		}
		cells[i].Text = pct[i]
		cells[i].Low = depth == p.Coverage.PassDepth && pct[i] != "" && pct[i] != "100.00"
	}
	return cells
}

// TestName is the test's code and indication; a gene list of the laboratory's
// own has the bundle's name alone.
func (p *page) TestName() string {
	if name := strings.TrimSpace(p.Test.Code + " " + p.Test.Indication); name != "" {
		return name
	}
	return p.Test.BundleName
}

// Margin stands on every printed page: whose report it is.
func (p *page) Margin() template.CSS {
	return cssString(fmt.Sprintf("%s · %s · bundle %s", short(p.Case.Name, 64), short(p.TestName(), 60), short(p.Test.BundleDigest, 12)))
}

// cssString writes a CSS string in which every character but ASCII letters,
// digits and spaces is a hexadecimal escape, ended by a space that belongs to it
// (CSS Syntax Level 3, section 4.3.7). html/template would take a text with a colon in it for a URL and
// drop it.
func cssString(s string) template.CSS {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == ' ', '0' <= r && r <= '9', 'A' <= r && r <= 'Z', 'a' <= r && r <= 'z':
			b.WriteRune(r)
		case r == 0:
			b.WriteRune(utf8.RuneError) // CSS has no escape for NUL
		default:
			fmt.Fprintf(&b, "\\%x ", r)
		}
	}
	b.WriteByte('"')
	return template.CSS(b.String())
}

// TypeName is the test type in words.
func (p *page) TypeName() string {
	switch p.Test.Type {
	case "rare-disease":
		return "rare and inherited disease"
	case "solid-tumour":
		return "solid tumour"
	case "haem-myeloid":
		return "haematological malignancy, myeloid"
	case "haem-lymphoid":
		return "haematological malignancy, lymphoid"
	}
	return p.Test.Type
}

// Germline tells whether inheritance is a column.
func (p *page) Germline() bool { return p.Test.Type == "rare-disease" }

// VariantColumns is the number of columns of the variants' table.
func (p *page) VariantColumns() int {
	if p.Germline() {
		return 9
	}
	return 8
}

// VariantsCaption says how many rows there are and in which order.
func (p *page) VariantsCaption() string {
	text := report.Plural(len(p.Variants), "variant that no rule excluded", "variants that no rule excluded, by rank")
	joint := 0
	for _, v := range p.Variants {
		if len(v.DerivedFrom) > 0 {
			joint++
		}
	}
	if joint > 0 {
		text += fmt.Sprintf("; %s what several alleles of one haplotype do together", report.Plural(joint, "row names", "rows name"))
	}
	return text
}

// GateWords is the gate's result in words.
func (p *page) GateWords() string {
	switch p.Conclusion.Gate {
	case "pass":
		return "passed"
	case "fail":
		return "FAILED"
	}
	return p.Conclusion.Gate
}

// GeneStates counts the genes by what was assessed of them.
func (p *page) GeneStates() string {
	n := map[string]int{}
	for _, g := range p.Test.Genes {
		n[g.State]++
	}
	total := len(p.Test.Genes)
	var parts []string
	for _, state := range []string{"assessed", "part assessed", "not assessed"} {
		switch {
		case n[state] == total && total > 0:
			return report.Count(total) + ", all " + state
		case n[state] > 0:
			parts = append(parts, report.Count(n[state])+" "+state)
		}
	}
	if len(parts) == 0 {
		return report.Count(total)
	}
	return report.Count(total) + ": " + strings.Join(parts, ", ")
}

// NoFrequency says what an empty population frequency means.
func (p *page) NoFrequency() string {
	return p.noEntry("frequency", "no frequency source", "no value in the sources")
}

// NoClinVar says what an empty significance means.
func (p *page) NoClinVar() string {
	return p.noEntry("clinical-significance", "no such source", "no entry")
}

func (p *page) noEntry(kind, noSource, noEntry string) string {
	if slices.ContainsFunc(p.Sources, func(s report.Source) bool { return s.Kind == kind }) {
		return noEntry
	}
	return noSource
}

// HotspotSummary counts the hotspots by status.
func (p *page) HotspotSummary() string {
	n := map[string]int{}
	for _, h := range p.Hotspots {
		n[h.Status]++
	}
	return fmt.Sprintf("%s: %s detected, %s not detected, %s not assessable. A hotspot that was not detected is a statement about its reads alone.",
		report.Plural(len(p.Hotspots), "hotspot", "hotspots"),
		report.Count(n["detected"]), report.Count(n["not-detected"]), report.Count(n["not-assessable"]))
}

// Accounting is the sentence that every allele is accounted for.
func (p *page) Accounting() string {
	text := fmt.Sprintf("Every allele of the sample inside the panel stands in one of two tables: %s = %s reported + %s excluded.",
		report.Plural(p.Counts.Alleles, "allele", "alleles"), report.Count(p.Counts.Reported), report.Count(p.Counts.Excluded))
	if n := p.Counts.Derived; n > 0 {
		text += fmt.Sprintf(" %s of what several of them do together on one haplotype, and not counted.", report.Plural(n, "further row tells", "further rows tell"))
	}
	return text
}

// listed gives a gene's parts without sequence for the table of genes: none for
// a gene that is not assessed at all and says so in a note.
func listed(g report.Gene) string {
	if g.State == "not assessed" && len(g.Notes) > 0 {
		return ""
	}
	return strings.Join(g.NotAssessed, "; ")
}

func tierName(t string) string {
	switch t {
	case "":
		return "without a tier"
	case "untiered":
		return "untiered (passed every filter)"
	}
	return "tier " + t
}

func stars(s string) string {
	n, err := strconv.Atoi(s)
	if err != nil {
		return s + " stars"
	}
	return report.Plural(n, "star", "stars")
}
