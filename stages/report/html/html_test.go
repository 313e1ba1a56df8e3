package html

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"varpanel/stages/report"
)

var fixtures = []string{"rare-negative", "rare-positive", "solid", "haem"}

func load(t *testing.T, name string) *report.Report {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var r report.Report
	if err := json.Unmarshal(b, &r); err != nil {
		t.Fatal(err)
	}
	return &r
}

func write(t *testing.T, r *report.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

var anyTag = regexp.MustCompile(`<[^>]*>`)

// visible gives the text that a reader sees, white space folded.
func visible(page string) string {
	_, body, _ := strings.Cut(page, "<body>")
	body = strings.ReplaceAll(body, "<wbr>", "")
	return strings.Join(strings.Fields(html.UnescapeString(anyTag.ReplaceAllString(body, " "))), " ")
}

func wants(t *testing.T, text string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Errorf("the page lacks %q", w)
		}
	}
}

// TestConclusionComesFirst: what was found, the failed gate and every limit
// stand before the first variant.
func TestConclusionComesFirst(t *testing.T) {
	for _, name := range fixtures {
		r := load(t, name)
		text := visible(write(t, r))
		top, _, ok := strings.Cut(text, "Analysis by")
		if !ok {
			t.Fatal("no place to sign")
		}
		wants(t, top, r.Conclusion.Headline, r.Case.Name, r.Case.Sample, r.Case.Origin)
		wants(t, top, r.Conclusion.Points...)
		wants(t, top, r.Conclusion.GateWhy...)
		wants(t, top, r.Warnings...)
		for _, l := range report.Limits(r) {
			wants(t, top, l.What, l.Why)
		}
	}
}

func TestEmptyStatesInWords(t *testing.T) {
	negative := visible(write(t, load(t, "rare-negative")))
	wants(t, negative,
		"QC gate: FAILED",
		"No variant reached tier 1 or 2.",
		"No allele passed every filter. The sample has 31 alleles inside the panel",
		"4 genes not assessed: ATM, CHEK2, RAD51C, RAD51D",
		"This panel has no hotspot list: no statement is made about single positions.")
	wants(t, visible(write(t, load(t, "solid"))),
		"QC gate: not evaluated",
		"No variant reached tier I.",
		"No BAM was given: coverage was not assessed.",
		"depth 54, VAF 0.3148")
	wants(t, visible(write(t, load(t, "haem"))),
		"Every exon was read at 100x or more in full.",
		"There is no gap: no base lies below 100x.")
	empty := visible(write(t, &report.Report{Test: report.Test{Type: "haem-lymphoid"}, Conclusion: report.Conclusion{Gate: "not evaluated"}}))
	wants(t, empty,
		"No variant reached tier I or II.",
		"The input holds no allele of this sample inside the panel.",
		"none: the VCF has no sample column",
		"The bundle has no annotation source: nothing was looked up.",
		"This test is defined by regions and names no gene.")
}

// TestMissingIsNotZero: a value that is not there is never shown as a number.
func TestMissingIsNotZero(t *testing.T) {
	r := &report.Report{Test: report.Test{Type: "rare-disease"}, Counts: report.Counts{Alleles: 1, Reported: 1},
		Variants: []report.Variant{{Rank: 1, Tier: "1", Gene: "DMD"}}}
	wants(t, visible(write(t, r)), "no read counts in the VCF", "no frequency source", "no such source", "genotype not given", "no c. name")
	r.Sources = []report.Source{{Kind: "frequency"}, {Kind: "clinical-significance"}}
	wants(t, visible(write(t, r)), "no value in the sources", "no entry")
}

// TestEveryVariantStands: each row is in the table and in detail, whatever its
// tier is called.
func TestEveryVariantStands(t *testing.T) {
	for _, name := range []string{"rare-positive", "solid", "haem"} {
		r := load(t, name)
		r.Variants[len(r.Variants)-1].Tier = "odd"
		page := write(t, r)
		for _, v := range r.Variants {
			if n := strings.Count(page, fmt.Sprintf(`id="variant-%d"`, v.Rank)); n != 1 {
				t.Errorf("%s: variant %d has %d details", name, v.Rank, n)
			}
			if n := strings.Count(page, fmt.Sprintf(`href="#variant-%d"`, v.Rank)); n != 1 {
				t.Errorf("%s: variant %d stands in the table %d times", name, v.Rank, n)
			}
		}
		wants(t, visible(page), "Tier odd: 1 variant")
	}
}

// TestDerivedRows: a row of several alleles names them, says so where no one REF and
// ALT spells it, and is counted nowhere.
func TestDerivedRows(t *testing.T) {
	parts := []string{"chr17:5:A:C", "chr17:900:G:T"}
	r := &report.Report{Test: report.Test{Type: "rare-disease"},
		Counts:   report.Counts{Alleles: 2, Excluded: 2, Derived: 2},
		Variants: []report.Variant{{Rank: 1, Tier: "1", Gene: "G", Contig: "chr17", Pos: 5, DerivedFrom: parts, Flags: []string{"derived"}}},
		Excluded: []report.Excluded{
			{Contig: "chr17", Pos: 5, Ref: "A", Alt: "C", Rule: "frequency", Flags: []string{"part-of:T:c.1_9del", "unfiltered"}},
			{Contig: "chr17", Pos: 900, Ref: "G", Alt: "T", Rule: "frequency", Flags: []string{"same-codon-unphased"}},
			{Contig: "chr17", Pos: 5, Ref: "AC", Alt: "CA", Rule: "consequence", Flags: []string{"derived"}, DerivedFrom: parts},
		}}
	text := visible(write(t, r))
	wants(t, text, "chr17:5 several places", "Joined from alleles of one haplotype chr17:5:A:C chr17:900:G:T",
		"1 row names what several alleles of one haplotype do together",
		"2 alleles = 0 reported + 2 excluded. 2 further rows tell of what several of them do together on one haplotype, and not counted.",
		"No allele passed every filter by itself.", "frequency . 2", "A>C part-of:T:c.1_9del", "G>T same-codon-unphased")
	if strings.Contains(text, "consequence . 1") || strings.Contains(text, "unfiltered") {
		t.Error("a derived row is counted, or a flag of another kind stands beside an excluded allele")
	}
}

// TestSelfContained: no script, no outside resource, and a policy in the page
// that forbids both.
func TestSelfContained(t *testing.T) {
	for _, name := range fixtures {
		page := write(t, load(t, name))
		for _, bad := range []string{"<script", "<link", "<img", "<iframe", "src=", "url(", "@import", "http:", "https:", "javascript:"} {
			if strings.Contains(strings.ToLower(page), bad) {
				t.Errorf("%s: the page has %q", name, bad)
			}
		}
		wants(t, page, `<html lang="en-GB">`, `default-src 'none'`)
	}
}

// TestAccessible: header cells say what they head, ids are unique, links and
// labels lead somewhere, headings skip no level.
func TestAccessible(t *testing.T) {
	for _, name := range fixtures {
		page := write(t, load(t, name))
		for _, tag := range regexp.MustCompile(`<th\b[^>]*>`).FindAllString(page, -1) {
			if !strings.Contains(tag, `scope="`) {
				t.Errorf("%s: %s has no scope", name, tag)
			}
		}
		ids := map[string]bool{}
		for _, m := range regexp.MustCompile(`\bid="([^"]*)"`).FindAllStringSubmatch(page, -1) {
			if ids[m[1]] {
				t.Errorf("%s: id %s stands twice", name, m[1])
			}
			ids[m[1]] = true
		}
		for _, m := range regexp.MustCompile(`(?:href="#|aria-labelledby=")([^"]*)"`).FindAllStringSubmatch(page, -1) {
			if !ids[m[1]] {
				t.Errorf("%s: nothing has the id %s", name, m[1])
			}
		}
		last := 0
		for _, m := range regexp.MustCompile(`<h([1-6])`).FindAllStringSubmatch(page, -1) {
			level := int(m[1][0] - '0')
			if level > last+1 {
				t.Errorf("%s: a heading jumps from level %d to %d", name, last, level)
			}
			last = level
		}
	}
}

// TestTagsBalance: every element that needs an end has one.
func TestTagsBalance(t *testing.T) {
	void := map[string]bool{"meta": true, "br": true, "wbr": true, "col": true, "!doctype": true}
	for _, name := range fixtures {
		page := write(t, load(t, name))
		var open []string
		for _, m := range regexp.MustCompile(`<(/?)([!a-zA-Z0-9]+)[^>]*>`).FindAllStringSubmatch(page, -1) {
			tag := strings.ToLower(m[2])
			switch {
			case void[tag]:
			case m[1] == "":
				open = append(open, tag)
			case len(open) == 0 || open[len(open)-1] != tag:
				t.Fatalf("%s: </%s> closes %v", name, tag, open)
			default:
				open = open[:len(open)-1]
			}
		}
		if len(open) > 0 {
			t.Errorf("%s: %v stay open", name, open)
		}
	}
}

// poison puts a text in front of every text of a report.
func poison(v reflect.Value, evil string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			poison(v.Elem(), evil)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			poison(v.Field(i), evil)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			poison(v.Index(i), evil)
		}
	case reflect.String:
		v.SetString(evil + v.String())
	}
}

// TestHostileText puts markup, CSS and template text into every text of a
// report: the page keeps exactly the tags that its template has.
func TestHostileText(t *testing.T) {
	for i, evil := range []string{
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `' onmouseover='alert(1)`, `</style><h1>`,
		`"; } body { display: none } /*`, `{{.Case.Name}}`, `</title><svg/onload=alert(1)>`, `&lt;b&gt;`, "\x00\xff\u202e", `\`, "\n}",
	} {
		names := fixtures // between them they reach every branch of the page
		if i > 0 {
			names = []string{"rare-positive"}
		}
		for _, name := range names {
			r := load(t, name)
			kind := r.Test.Type // the words of these choose a branch of the page
			poison(reflect.ValueOf(r), evil)
			r.Test.Type = kind
			page := write(t, r)
			for _, tag := range anyTag.FindAllString(afterStyle(t, page), -1) {
				if !ownTag.MatchString(tag) {
					t.Fatalf("%s, %q: the page has the tag %s", name, evil, tag)
				}
			}
			_, style, _ := strings.Cut(page, "<style>")
			style, _, _ = strings.Cut(style, "</style>")
			if strings.Contains(style, "body { display: none }") || strings.Contains(page, "ZgotmplZ") {
				t.Errorf("%s, %q: a text of the report became style", name, evil)
			}
			if evil == `<script>alert(1)</script>` && !strings.Contains(visible(page), evil) {
				t.Error("the text itself is not shown")
			}
		}
	}
}

// ownTag matches the tags that the template writes, with their attributes.
var ownTag = regexp.MustCompile(`^</?[a-z0-9]+( (class|id|scope|colspan|href|aria-label|aria-labelledby)="[#a-z0-9 -]*"| aria-label="Sections")*>$`)

// afterStyle gives the page's body, and checks that one style element ends
// before it.
func afterStyle(t *testing.T, page string) string {
	t.Helper()
	if n := strings.Count(page, "</style>"); n != 1 {
		t.Fatalf("the page has %d style ends", n)
	}
	_, body, ok := strings.Cut(page, "</style>")
	if !ok {
		t.Fatal("no style")
	}
	return body
}

// TestLongAllele: a long insertion is short in tables, stands in full in the
// detail, and a huge one does not make a huge page.
func TestLongAllele(t *testing.T) {
	alt := "G" + strings.Repeat("ACGT", 250)
	page := write(t, load(t, "solid"))
	if n := strings.Count(page, alt); n != 2 { // the normalised allele and the input's
		t.Errorf("the allele stands in full %d times, want 2", n)
	}
	wants(t, visible(page), "(1,001 bases)")
	r := load(t, "solid")
	r.Variants[2].Alt = strings.Repeat("A", 5_000_000)
	page = write(t, r)
	if len(page) > 1<<20 {
		t.Errorf("the page has %d bytes", len(page))
	}
	wants(t, visible(page), "(5,000,000 bases)", "in full in the tables beside this page")
}

// TestCutListings: a listing that is cut says so and names the file.
func TestCutListings(t *testing.T) {
	r := load(t, "rare-negative")
	for range maxExcluded {
		r.Excluded = append(r.Excluded, r.Excluded[0])
	}
	for range maxCoverage {
		r.Coverage.Gaps = append(r.Coverage.Gaps, r.Coverage.Gaps[0])
	}
	wants(t, visible(write(t, r)),
		"the first 1,000 of 1,031; all of them stand in NA12878-R208.excluded.tsv",
		"the first 400 of 402; all of them stand in NA12878-R208.gaps.bed")
}

// TestExcludedByRule: rules are counted in the profile's order.
func TestExcludedByRule(t *testing.T) {
	text := visible(write(t, load(t, "rare-positive")))
	wants(t, text, "35 alleles = 3 reported + 32 excluded", "frequency-dominant 1 7 consequence 1 24 symbolic 1 1")
}

func TestLowCoverageIsMarkedInText(t *testing.T) {
	text := visible(write(t, load(t, "rare-negative")))
	wants(t, text, "99.07 ▼", "Exons below 100 % at 20x (2)", "No read lies on BRCA2, PALB2", "BRCA1 NM_007294.4 21 chr17:43050438–43050492 55", "chr17:43050444–43050449 6 13 19")
	if strings.Contains(text, "100.00 ▼") || strings.Contains(text, "77.25 ▼") {
		t.Error("a value is marked that is whole or not at the pass depth")
	}
}

// TestPrintedMargin: the case stands on every printed page, also where its
// test's name has marks in it.
func TestPrintedMargin(t *testing.T) {
	r := load(t, "haem")
	r.Test.Indication = "Cancer: \"a\" {b}"
	want := `content: "AML\2d DEMO \b7  M80\2e 1 Cancer\3a  \22 a\22  \7b b\7d  \b7  bundle 0d2f0d2f0d2f\2026 ";`
	if page := write(t, r); !strings.Contains(page, want) {
		_, got, _ := strings.Cut(page, "@bottom-left")
		t.Errorf("got %.200s", got)
	}
}

func TestSameBytes(t *testing.T) {
	if write(t, load(t, "rare-positive")) != write(t, load(t, "rare-positive")) {
		t.Error("two writings differ")
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestWriterFails(t *testing.T) {
	if err := Write(brokenWriter{}, load(t, "haem")); err == nil {
		t.Error("a full disk was not reported")
	}
}

// TestCallability: where reads and caller disagree, and known alleles that were
// not read deep enough, stand on the page; without a source the page says so.
func TestCallability(t *testing.T) {
	r := load(t, "rare-positive")
	r.Coverage.Callability = &report.Callability{
		Classes: []string{"no-call", "caller-saw-less", "callable"}, CallerDepth: "The calls are a gVCF.",
		Rows: []report.CallableRow{{Level: "panel", Length: 1200, Counts: []int{0, 7, 1193}}},
		Disagreements: []report.Run{{Contig: "chr13", Start: 99, End: 106, Class: "caller-saw-less", Gene: "BRCA2", Exon: "11",
			HGVSc: "c.1910-2_1914", MinDepth: "71", MaxDepth: "80", MinCaller: "", MaxCaller: ""}},
	}
	r.Hints = []report.Hint{{Name: "duplicates", Value: "not assessable: 3 reads over the panel", Means: "marked ones"}}
	page := func() string {
		var b strings.Builder
		if err := Write(&b, r); err != nil {
			t.Fatal(err)
		}
		return strings.ReplaceAll(b.String(), "<wbr>", "")
	}
	for _, want := range []string{"Reads and caller disagree", "<strong>caller saw less</strong>", ">71–80<", ">not known<", "c.1910-2_1914", "chr13:100–106",
		">1,193<", "not assessable: 3 reads over the panel", "The bundle has no source of known pathogenic alleles"} {
		if !strings.Contains(page(), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	r.Coverage.LowKnown = &report.LowKnown{Listed: 5}
	if !strings.Contains(page(), "5 looked at, none below") {
		t.Error("none of the known alleles lies low, and the page does not say so")
	}
	r.Coverage.LowKnown.Rows = []report.KnownLow{{Source: "clinvar", ID: "37604", Gene: "BRCA1", HGVSc: "c.4675G>A", Contig: "chr17", Pos: 43074331, Ref: "C", Alt: "T", Significance: "Pathogenic", Stars: "3", MinDepth: 19}}
	for _, want := range []string{"Known pathogenic alleles below", "c.4675G&gt;A", "3 stars"} {
		if !strings.Contains(page(), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}
