package vcf

import (
	"fmt"
	"slices"
	"strings"

	htsvcf "varpanel/hts/vcf"
)

// ours tells whether an INFO key is one that this package writes, so that
// what an earlier run left must go.
func ours(key string) bool { return key == "CSQ" || strings.HasPrefix(key, "VP_") }

func infoLines(csqFields string) []string {
	return []string{
		`##INFO=<ID=VP_TIER,Number=1,Type=String,Description="Tier of the allele in varpanel's report, untiered, or excluded">`,
		`##INFO=<ID=VP_RULE,Number=1,Type=String,Description="Rule that gave the tier, or first rule that excluded the allele, with its version">`,
		`##INFO=<ID=VP_DERIVED,Number=.,Type=String,Description="Alleles of one haplotype that this one joins, as contig:position:ref:alt; it is no record of the input">`,
		`##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence annotations from varpanel. Format: ` + csqFields + `">`,
	}
}

// draft is a header while its lines are gathered.
type draft struct {
	lines   []string
	columns string
	seen    map[string]bool
}

func newDraft(h *htsvcf.Header) *draft {
	d := &draft{seen: map[string]bool{}}
	for _, line := range h.Lines() {
		d.lines = append(d.lines, line)
		d.seen[identity(line)] = true
	}
	text := strings.TrimSuffix(h.Text(), "\n")
	d.columns = text[strings.LastIndexByte(text, '\n')+1:]
	return d
}

// add takes a line unless one of the same identity is there.
func (d *draft) add(line string) {
	if id := identity(line); !d.seen[id] {
		d.seen[id] = true
		d.lines = append(d.lines, line)
	}
}

// remove takes the lines of our own INFO keys out and gives their keys.
func (d *draft) remove() []string {
	var removed []string
	d.lines = slices.DeleteFunc(d.lines, func(line string) bool {
		kind, id, _ := strings.Cut(identity(line), "\x00")
		if kind != "INFO" || !ours(id) {
			return false
		}
		removed = append(removed, id)
		return true
	})
	return removed
}

func (d *draft) header() (*htsvcf.Header, error) {
	h := new(htsvcf.Header)
	for _, line := range append(slices.Clone(d.lines), d.columns) {
		if _, err := h.Parse(line); err != nil {
			return nil, fmt.Errorf("header of the annotated VCF: %w", err)
		}
	}
	return h, nil
}

// identity is what makes two header lines the same: kind and id of a line that
// declares something, else the whole line.
func identity(line string) string {
	var one htsvcf.Header
	for _, l := range []string{"##fileformat=VCFv4.3", line} {
		if _, err := one.Parse(l); err != nil {
			return line // the head's own parser refused or accepted it already
		}
	}
	switch {
	case len(one.Infos) == 1:
		return "INFO\x00" + one.Infos[0].ID
	case len(one.Formats) == 1:
		return "FORMAT\x00" + one.Formats[0].ID
	case len(one.Filters) == 1:
		return "FILTER\x00" + one.Filters[0].ID
	case len(one.Alts) == 1:
		return "ALT\x00" + one.Alts[0].ID
	case len(one.Contigs) == 1:
		return "contig\x00" + one.Contigs[0].Name
	}
	return line
}
