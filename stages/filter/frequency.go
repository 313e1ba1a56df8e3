package filter

import (
	"fmt"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"

	"varpanel/annotate/source"
	"varpanel/hts/fault"
	"varpanel/reference/profile"
	"varpanel/stages/variant"
)

// frequency is the frequency rule on the sources that are there.
type frequency struct {
	rule    *profile.FrequencyRule
	somatic bool
	sources map[string]*frequencySource
}

type frequencySource struct {
	description *source.Description
	fields      []frequencyField
}

// frequencyField is one value of a source that the rule compares.
type frequencyField struct {
	name   string
	limits profile.Limits
}

// newFrequency gives nil where the rule is not in force or there is no source.
func newFrequency(p *profile.Profile, sources []source.Description) (*frequency, error) {
	rule := p.Rules.Frequency
	if rule == nil {
		return nil, nil
	}
	var all []string
	for _, d := range sources {
		if d.Kind == source.Frequency {
			all = append(all, d.Name)
		}
	}
	if err := checkNames("rules.frequency.sources", rule.Sources, all); err != nil {
		return nil, err
	}
	for i, r := range rule.Relaxed {
		if err := checkNames(fmt.Sprintf("rules.frequency.relaxed %d: sources", i+1), r.Sources, all); err != nil {
			return nil, err
		}
	}
	q := &frequency{rule: rule, somatic: p.Type.Somatic(), sources: make(map[string]*frequencySource)}
	for i := range sources {
		d := &sources[i]
		if d.Kind != source.Frequency || !matches(rule.Sources, d.Name) {
			continue
		}
		fields, err := fieldsOf(rule, d)
		if err != nil {
			return nil, err
		}
		q.sources[d.Name] = &frequencySource{description: d, fields: fields}
	}
	if len(q.sources) == 0 {
		return nil, nil
	}
	return q, nil
}

// checkNames wants each plain name among the known ones; a pattern may match
// none.
func checkNames(where string, names, known []string) error {
	for _, n := range names {
		if strings.Contains(n, "*") {
			if _, err := path.Match(n, ""); err != nil {
				return fault.Usagef("%s: %q is no pattern", where, n)
			}
			continue
		}
		if !slices.Contains(known, n) {
			e := fault.Usagef("%s: the bundle has no frequency source %s", where, n)
			if len(known) == 0 {
				return e.WithHint("it has none at all")
			}
			return e.WithHint("nearest is %s; it has %s", nearestOf(n, known), strings.Join(known, ", "))
		}
	}
	return nil
}

// nearestOf gives the nearest known name, or the first.
func nearestOf(name string, known []string) string {
	if near := profile.Nearest(name, known); near != "" {
		return near
	}
	return known[0]
}

// matches tells whether a source is meant; no names mean all.
func matches(names []string, name string) bool {
	if len(names) == 0 {
		return true
	}
	return slices.ContainsFunc(names, func(n string) bool {
		ok, err := path.Match(n, name)
		return err == nil && ok
	})
}

// fieldsOf lists what is compared of a source. A field that the rule names and
// the source lacks is an error; so is a frequency source with no frequency.
func fieldsOf(rule *profile.FrequencyRule, d *source.Description) ([]frequencyField, error) {
	wants := func(field string) bool { return len(rule.Fields) == 0 || slices.Contains(rule.Fields, field) }
	var out []frequencyField
	for _, field := range []string{source.FieldAF, source.FieldPopmax} {
		switch {
		case !wants(field):
		case d.Has(field):
			out = append(out, frequencyField{name: field, limits: rule.Limits})
		case len(rule.Fields) > 0:
			return nil, lacks(field, d)
		}
	}
	if wants(profile.FieldPopulations) {
		if len(d.Populations) == 0 && len(rule.Fields) > 0 {
			return nil, lacks(profile.FieldPopulations, d)
		}
		for _, p := range d.Populations {
			out = append(out, frequencyField{name: source.PopulationField(p), limits: limitsOf(rule, d.Name, p)})
		}
	}
	if len(out) == 0 {
		return nil, lacks(source.FieldAF, d)
	}
	return out, nil
}

func lacks(field string, d *source.Description) error {
	e := fault.Usagef("rules.frequency: source %s has no field %s", d.Name, field)
	if len(d.Keys) == 0 {
		return e.WithHint("it has no field at all")
	}
	return e.WithHint("nearest is %s; it has %s", nearestOf(field, d.Keys), strings.Join(d.Keys, ", "))
}

func limitsOf(rule *profile.FrequencyRule, sourceName, population string) profile.Limits {
	for _, r := range rule.Relaxed {
		if slices.Contains(r.Populations, strings.ToLower(population)) && matches(r.Sources, sourceName) {
			return r.Limits
		}
	}
	return rule.Limits
}

// value reads a frequency. Several values of one record (joined by , or &) are
// of one allele in several forms: the largest counts. Empty or "." is missing.
func value(text, where string) (f float64, known bool, err error) {
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == '&' }) {
		if part == "." {
			continue
		}
		one, err := strconv.ParseFloat(part, 64)
		if err != nil || math.IsNaN(one) || one < 0 || one > 1 {
			return 0, false, fault.Inputf("", where, "%q is no frequency from 0 to 1", part)
		}
		f, known = max(f, one), true
	}
	return f, known, nil
}

// common is the frequency that exceeds its limit by most.
type common struct {
	text      string // source and field with its value
	threshold string
	ratio     float64
	known     bool // some source has a value
	exceeds   bool
}

// judge compares every field with a class's limits.
func (q *frequency) judge(v *variant.Variant, class profile.Class) (common, error) {
	var c common
	for _, h := range v.Hits {
		s := q.sources[h.Source]
		if s == nil || h.By != source.ByAllele {
			continue
		}
		for _, field := range s.fields {
			f, known, err := value(s.description.Value(h, field.name), "source "+h.Source+": "+v.Allele.String()+": "+field.name)
			if err != nil {
				return c, err
			}
			if !known {
				continue
			}
			c.known = true
			limit := field.limits.Of(class)
			if !q.exceeds(f, limit) || c.exceeds && f/limit <= c.ratio {
				continue
			}
			c.exceeds, c.ratio = true, f/limit
			c.text = h.Source + " " + field.name + "=" + profile.Number(f)
			c.threshold = q.limitText(limit, class)
		}
	}
	return c, nil
}

func (q *frequency) exceeds(f, limit float64) bool {
	if q.rule.AtLimit == profile.Excluded {
		return f >= limit
	}
	return f > limit
}

func (q *frequency) limitText(limit float64, class profile.Class) string {
	sign := "<= "
	if q.rule.AtLimit == profile.Excluded {
		sign = "< "
	}
	text := sign + profile.Number(limit)
	if class != profile.Somatic {
		text += " (" + string(class) + ")"
	}
	return text
}

// frequencyRule drops each gene's evaluation by the widest class of its mode of
// inheritance. Where a gene allows two classes, Passes tells them apart. An
// allele of no gene is judged in the recessive class.
func (f *Filter) frequencyRule(v *variant.Variant, _ Facts) error {
	if f.frequency == nil {
		return nil
	}
	var failed error
	judge := func(class profile.Class) (verdict, string, string) {
		c, err := f.frequency.judge(v, class)
		switch {
		case err != nil:
			failed = err
			return keeps, "", ""
		case c.exceeds:
			return excludes, c.text, c.threshold
		case !c.known:
			return cannotTell, "", f.frequency.limitText(f.frequency.rule.Limits.Of(class), class)
		}
		return keeps, "", ""
	}
	missing := f.frequency.rule.Missing
	if len(v.Evaluations) == 0 {
		said, observed, threshold := judge(f.class(nil))
		f.conclude(v, profile.IDFrequency, missing, said, observed, threshold)
		return failed
	}
	f.perGene(v, profile.IDFrequency, missing, func(e *variant.Evaluation) (verdict, string, string) {
		return judge(f.class(e))
	})
	return failed
}

func (f *Filter) class(e *variant.Evaluation) profile.Class {
	switch {
	case f.frequency.somatic:
		return profile.Somatic
	case e == nil:
		return profile.Recessive
	}
	return profile.ClassOf(moi(e))
}

// Passes tells whether an allele's frequencies pass a class's limits: for a
// gene with two modes of inheritance. A rescued allele passes every class, and
// so does any where the rule is not evaluated.
func (f *Filter) Passes(v *variant.Variant, class profile.Class) (bool, error) {
	if f.frequency == nil || len(v.Rescue) > 0 {
		return true, nil
	}
	c, err := f.frequency.judge(v, class)
	return !c.exceeds, err
}

// PopulationAF gives the largest frequency that the rule reads, with its source
// and field, for reports and tiers; known is false when no source has one.
func (f *Filter) PopulationAF(v *variant.Variant) (af float64, from string, known bool, err error) {
	if f.frequency == nil {
		return 0, "", false, nil
	}
	for _, h := range v.Hits {
		s := f.frequency.sources[h.Source]
		if s == nil || h.By != source.ByAllele {
			continue
		}
		for _, field := range s.fields {
			one, ok, err := value(s.description.Value(h, field.name), "source "+h.Source+": "+field.name)
			if err != nil {
				return 0, "", false, err
			}
			if ok && (!known || one > af) {
				af, from, known = one, h.Source+" "+field.name, true
			}
		}
	}
	return af, from, known, nil
}
