package join

import (
	"bytes"
	"errors"
	"strings"

	"varpanel/hts/fault"
	"varpanel/hts/vcf"
	"varpanel/reference/allele"
)

// View annotates records for one worker, fastest in the order of the genome.
type View struct {
	join   *Join
	seq    allele.Sequence
	sweeps []sweep
	asked  asked

	values  [][][]string // [source][ALT][field]
	states  [][]State    // [source][ALT]
	scratch []string
}

// sweep is one file's cursor and what it found for the record.
type sweep struct {
	cursor  cursor
	found   []*entry
	matches []match
	covered bool // the file has the record's contig
}

// Record looks a record up in every file. known is its contig as the reference
// calls it, "" without a reference.
func (v *View) Record(r *vcf.Record, known string) error {
	if err := v.asked.begin(r, known, v.seq); err != nil {
		return err
	}
	for i := range v.sweeps {
		s := &v.sweeps[i]
		s.found, s.matches = s.found[:0], s.matches[:0]
		f := s.cursor.f
		var name string
		if name, s.covered = f.contigs.Resolve(v.asked.contig); !s.covered {
			continue
		}
		from, to := v.asked.start, v.asked.end
		if f.layout.hasAlleles() {
			from, to = v.asked.from, v.asked.to
		}
		var err error
		if s.found, err = s.cursor.overlapping(name, from, to, s.found); err != nil {
			return err
		}
		if s.matches, err = f.layout.matches(s.found, &v.asked, v.seq, s.matches); err != nil {
			return err
		}
	}
	for t := range v.join.tables {
		v.fillTable(t)
	}
	return nil
}

// fillTable takes each ALT's values from the first match that has any.
func (v *View) fillTable(t int) {
	table := &v.join.tables[t]
	s := &v.sweeps[table.file]
	v.values[t], v.states[t] = v.values[t][:0], v.states[t][:0]
	for i := range v.asked.alts {
		values := make([]string, len(table.fields))
		is := Absent
		if !s.covered {
			is = NotCovered
		}
		for _, m := range s.matches {
			if m.alts[i] < 0 {
				continue
			}
			is = NoValue
			if v.tableValues(s.cursor.f, table, m, i, values) {
				is = Found
				break
			}
		}
		v.values[t], v.states[t] = append(v.values[t], values), append(v.states[t], is)
	}
}

func (v *View) tableValues(f *file, t *table, m match, i int, values []string) bool {
	any := false
	for k := range t.fields {
		field := &t.fields[k]
		for n := range max(len(field.keys), len(field.columns)) {
			var text string
			if f.layout.format == formatVCF {
				text = valueOf(&m.e.record, field.keys[n], field.number[n], m.alts[i])
			} else if c := field.columns[n]; c < len(m.e.columns) && string(m.e.columns[c]) != "." {
				text = string(m.e.columns[c])
			}
			if text != "" {
				values[k], any = text, true
				break
			}
		}
	}
	return any
}

// valueOf gives a key's value of one ALT (from 0), or the whole value where it
// is not one an allele; "" where there is none. A flag's is "1".
func valueOf(r *vcf.Record, key string, number byte, alt int) string {
	switch key {
	case "ID":
		return present(r.ID())
	case "FILTER":
		return present(r.Filter())
	}
	text, state := r.InfoValue(key)
	if state != vcf.Present {
		return ""
	}
	if text == nil {
		return "1"
	}
	switch number {
	case 'R':
		alt++
	case 'A':
	default:
		return string(text)
	}
	one, is := vcf.Nth(text, alt)
	if is != vcf.Present {
		return ""
	}
	return string(one)
}

func present(b []byte) string {
	if len(b) == 0 || string(b) == "." {
		return ""
	}
	return string(b)
}

// Allele gives, for ALT i, the ids of matching entries, and a value for each of
// the Join's Fields.
func (v *View) Allele(i int) (ids, fields []string) {
	for t := range v.join.tables {
		for _, m := range v.sweeps[v.join.tables[t].file].matches {
			if m.alts[i] >= 0 && v.sweeps[v.join.tables[t].file].cursor.f.layout.format == formatVCF {
				if id := present(m.e.record.ID()); id != "" {
					ids = append(ids, id)
				}
			}
		}
		fields = append(fields, v.values[t][i]...)
		fields = append(fields, string(v.states[t][i]))
	}
	return distinct(ids), fields
}

// Info sets the record's INFO values.
func (v *View) Info(r *vcf.Record, e *vcf.Edit) error {
	written := map[string]string{}
	for k := range v.join.jobs {
		o := &v.join.jobs[k]
		text, ok, err := v.job(o)
		if err != nil {
			var bad *valueError
			if errors.As(err, &bad) {
				return fault.Inputf(v.join.files[o.file].path, o.field, "%v", err)
			}
			return err
		}
		if ok {
			e.SetInfo(o.name, infoText(text))
			written[o.name] = text
		}
	}
	for t := range v.join.tables {
		v.tableInfo(t, e)
	}
	return v.post(r, e, written)
}

// infoText gives nil for a flag.
func infoText(text string) []byte {
	if text == "" {
		return nil
	}
	return []byte(text)
}

func (v *View) tableInfo(t int, e *vcf.Edit) {
	table := &v.join.tables[t]
	if len(v.asked.alts) == 0 {
		return
	}
	for k, f := range table.fields {
		parts := make([]string, len(v.asked.alts))
		any := false
		for i := range parts {
			if parts[i] = "."; v.values[t][i][k] != "" {
				parts[i], any = escape(v.values[t][i][k]), true
			}
		}
		if any {
			e.SetInfo(table.infoName(f.name), []byte(strings.Join(parts, ",")))
		}
	}
	states := make([]string, len(v.asked.alts))
	for i, s := range v.states[t] {
		states[i] = string(s)
	}
	e.SetInfo(table.infoName(state), []byte(strings.Join(states, ",")))
}

// escape keeps a value whole in a list of one an ALT (VCFv4.3, 1.2).
func escape(s string) string {
	return strings.NewReplacer(",", "%2C", ";", "%3B", " ", "%20", "\t", "%09").Replace(s)
}

// job gives the value of one [[annotation]] entry.
func (v *View) job(o *job) (text string, ok bool, err error) {
	s := &v.sweeps[o.file]
	if len(s.matches) == 0 {
		return "", false, nil
	}
	f := s.cursor.f
	perAllele := o.number == 'A' || o.number == 'R'
	switch {
	case o.op == opByAlt:
		text, ok = v.byAlt(o, s, "|")
		return text, ok, nil
	case o.op == opSelf && perAllele:
		text, ok = v.byAlt(o, s, "")
		return text, ok, nil
	case o.flag && (o.op == opSelf || o.op == opFirst || o.op == opFlag):
		return "", v.anyFlag(o, s), nil
	}
	v.scratch = v.scratch[:0]
	for _, m := range s.matches {
		if f.layout.format != formatVCF {
			if o.column < len(m.e.columns) {
				v.addValue(o, present(m.e.columns[o.column]))
			}
			continue
		}
		if !perAllele {
			v.addValue(o, valueOf(&m.e.record, o.field, o.number, 0))
			continue
		}
		for _, alt := range m.alts {
			if alt >= 0 {
				v.addValue(o, valueOf(&m.e.record, o.field, o.number, alt))
			}
		}
	}
	if o.op == opCount && len(v.scratch) == 0 {
		return "", false, nil
	}
	return reduce(o.op, v.scratch)
}

// addValue takes a value; a list is taken apart where each part counts.
func (v *View) addValue(o *job, text string) {
	if text == "" {
		return
	}
	if !numeric(o.op) && o.op != opUniq || !strings.Contains(text, ",") {
		v.scratch = append(v.scratch, text)
		return
	}
	for part := range strings.SplitSeq(text, ",") {
		if part != "." && part != "" {
			v.scratch = append(v.scratch, part)
		}
	}
}

func (v *View) anyFlag(o *job, s *sweep) bool {
	for _, m := range s.matches {
		if _, state := m.e.record.InfoValue(o.field); state == vcf.Present {
			return true
		}
	}
	return false
}

// byAlt gives one value an ALT: with a separator all its matches' values joined,
// without one the last match's.
func (v *View) byAlt(o *job, s *sweep, separator string) (string, bool) {
	parts := make([]string, len(v.asked.alts))
	any := false
	for i := range parts {
		for _, m := range s.matches {
			var text string
			switch {
			case s.cursor.f.layout.format != formatVCF:
				if (m.alts == nil || m.alts[i] >= 0) && o.column < len(m.e.columns) {
					text = present(m.e.columns[o.column])
				}
			case m.alts[i] >= 0:
				text = valueOf(&m.e.record, o.field, o.number, m.alts[i])
			}
			switch {
			case text == "":
			case parts[i] == "" || separator == "":
				parts[i] = text
			default:
				parts[i] += separator + text
			}
		}
		if parts[i] == "" {
			parts[i] = "."
		} else {
			any = true
		}
	}
	return strings.Join(parts, ","), any
}

// post applies the [[postannotation]] tables to what the record has by then.
func (v *View) post(r *vcf.Record, e *vcf.Edit, written map[string]string) error {
	for i := range v.join.posts {
		p := &v.join.posts[i]
		if p.Op == opDelete {
			for _, f := range p.Fields {
				e.RemoveInfo(f)
			}
			continue
		}
		var values []string
		for _, f := range p.Fields {
			text, ok := written[f]
			if !ok {
				b, state := r.InfoValue(f)
				text, ok = string(bytes.TrimSpace(b)), state == vcf.Present
			}
			if !ok {
				continue
			}
			for part := range strings.SplitSeq(text, ",") {
				if part != "." {
					values = append(values, part)
				}
			}
		}
		if len(values) == 0 {
			continue
		}
		text, ok, err := reduce(p.Op, values)
		if err != nil {
			return fault.Inputf(v.join.config.path, "postannotation "+p.Name, "%v", err)
		}
		if ok {
			e.SetInfo(p.Name, infoText(text))
			written[p.Name] = text
		}
	}
	return nil
}
