package prioritise

import (
	"fmt"
	"strings"

	"varpanel/annotate/source"
	"varpanel/stages/filter"
	"varpanel/stages/variant"
)

// knowledge is what sources say of an allele as a known variant.
type knowledge struct {
	pathogenic bool // P or LP with a review status
	stars      int  // the most of any such hit
	hotspot    bool
	include    bool
	words      []string // one a hit
}

// kinds counts the independent kinds of evidence.
func (k knowledge) kinds() int {
	n := 0
	for _, is := range []bool{k.pathogenic, k.hotspot, k.include} {
		if is {
			n++
		}
	}
	return n
}

func (o Options) knowledgeOf(v *variant.Variant) knowledge {
	var k knowledge
	sources := o.Filter.Sources()
	for _, h := range v.Hits {
		d := sources[h.Source]
		if d == nil {
			continue
		}
		if stars, ok := filter.PathogenicStars(h, d); ok {
			k.pathogenic = true
			k.stars = max(k.stars, stars)
			k.words = append(k.words, fmt.Sprintf("%s: %s, %s", named(h), d.Value(h, source.FieldSignificance), starText(stars)))
		}
		switch {
		case h.Kind == source.Hotspot:
			k.hotspot = true
			what := d.Value(h, source.FieldName)
			if what == "" {
				what = strings.TrimSpace(d.Value(h, source.FieldGene) + " " + d.Value(h, source.FieldProtein))
			}
			k.words = append(k.words, strings.TrimSpace("hotspot: "+h.Source+" "+what)+" (by "+string(h.By)+")")
		case h.Kind == source.List && d.Value(h, source.FieldKnown) == source.Include:
			k.include = true
			k.words = append(k.words, strings.TrimSuffix("include list: "+d.Value(h, source.FieldReason), ": "))
		}
	}
	return k
}

func named(h source.Hit) string {
	if h.ID == "" {
		return h.Source
	}
	return h.Source + " " + h.ID
}

func starText(n int) string {
	if n == 1 {
		return "1 star"
	}
	return fmt.Sprintf("%d stars", n)
}
