package join

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"varpanel/hts/fault"
	"varpanel/hts/vcf"
	"varpanel/reference/allele"
	"varpanel/reference/contig"
)

// View annotates batches of records for one worker.
type View struct {
	join   *Join
	seq    allele.Sequence
	sweeps []sweep
	batch  []asked
	asked  *asked // the record that is looked at

	chrom   string       // of the record added last
	values  [][][]string // [source][ALT][field]
	states  [][]State    // [source][ALT]
	scratch []string
	room    []byte // what Info sets
}

// Reset begins a batch.
func (v *View) Reset() { v.batch = v.batch[:0] }

// Add adds a record to the batch. known is its contig as the reference calls
// it, "" without a reference.
func (v *View) Add(r *vcf.Record, known string) error {
	if string(r.Chrom()) != v.chrom {
		v.chrom = string(r.Chrom())
	}
	if n := len(v.batch); n < cap(v.batch) {
		v.batch = v.batch[:n+1]
	} else {
		v.batch = append(v.batch, asked{})
	}
	return v.batch[len(v.batch)-1].begin(r, v.chrom, known, v.seq)
}

// Load reads what every file holds near the batch's records, each part once.
func (v *View) Load() error {
	for i := range v.sweeps {
		s := &v.sweeps[i]
		err := s.load(v.batch, func(name string) (string, bool) {
			c, _ := v.join.header.Contig(name)
			return s.f.contigs.ResolveContig(contig.Contig{Name: name, Length: c.Length})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Record looks record i of the batch up. What is asked of the View then is of
// this record.
func (v *View) Record(i int) error {
	v.asked = &v.batch[i]
	for k := range v.sweeps {
		if err := v.sweeps[k].match(i, v.asked, v.seq); err != nil {
			return err
		}
	}
	for t := range v.join.tables {
		v.fillTable(t, i)
	}
	return nil
}

// fillTable takes each ALT's values from the first match that has any.
func (v *View) fillTable(t, record int) {
	table := &v.join.tables[t]
	s := &v.sweeps[table.file]
	v.values[t], v.states[t] = v.values[t][:0], v.states[t][:0]
	for i := range v.asked.alts {
		values := make([]string, len(table.fields))
		is := Absent
		if s.where[record] < 0 {
			is = NotCovered
		}
		for _, m := range s.hits {
			if m.alts[i] < 0 {
				continue
			}
			is = NoValue
			if v.tableValues(s.f, table, m, i, values) {
				is = Found
				break
			}
		}
		v.values[t], v.states[t] = append(v.values[t], values), append(v.states[t], is)
	}
}

func (v *View) tableValues(f *file, t *table, m *hit, i int, values []string) bool {
	any := false
	for k := range t.fields {
		field := &t.fields[k]
		for n := range max(len(field.keys), len(field.columns)) {
			var text string
			if f.layout.format == formatVCF {
				text = string(valueOf(&m.record, field.keys[n], field.number[n], m.alts[i]))
			} else if c := field.columns[n]; c < len(m.columns) && string(m.columns[c]) != "." {
				text = string(m.columns[c])
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
// is not one an allele; nothing where there is none. A flag's is "1".
func valueOf(r *vcf.Record, key string, number byte, alt int) []byte {
	switch key {
	case "ID":
		return bytes.ReplaceAll(present(r.ID()), []byte(";"), []byte(","))
	case "FILTER":
		return bytes.ReplaceAll(present(r.Filter()), []byte(";"), []byte(","))
	}
	text, state := r.InfoValue(key)
	if state != vcf.Present {
		return nil
	}
	if text == nil {
		return []byte("1")
	}
	switch number {
	case labelledNumber:
		return []byte(ofAllele(string(text), string(r.Alt(alt))))
	case 'R':
		alt++
	case 'A':
	default:
		return text
	}
	one, is := vcf.Nth(text, alt)
	if is != vcf.Present {
		return nil
	}
	return one
}

// ofAllele keeps the entries of a list that begin with an ALT.
func ofAllele(list, alt string) string {
	var out []string
	for one := range strings.SplitSeq(list, ",") {
		if label, _, ok := strings.Cut(one, "|"); ok && label == alt {
			out = append(out, one)
		}
	}
	return strings.Join(out, ",")
}

func present(b []byte) []byte {
	if len(b) == 0 || string(b) == "." {
		return nil
	}
	return b
}

// Allele gives, for ALT i, the ids of matching entries, and a value for each of
// the Join's Fields.
func (v *View) Allele(i int) (ids, fields []string) {
	for t := range v.join.tables {
		for _, m := range v.sweeps[v.join.tables[t].file].hits {
			if m.alts[i] >= 0 && v.sweeps[v.join.tables[t].file].f.layout.format == formatVCF {
				if id := present(m.record.ID()); id != nil {
					ids = append(ids, string(id))
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
	var written map[string]string // for the post-annotations
	if len(v.join.posts) > 0 {
		written = map[string]string{}
	}
	v.room = v.room[:0]
	for k := range v.join.jobs {
		o := &v.join.jobs[k]
		begin := len(v.room)
		ok, err := v.job(o)
		if err != nil {
			var bad *valueError
			if errors.As(err, &bad) {
				return fault.Inputf(v.join.files[o.file].path, o.field, "%v", err)
			}
			return err
		}
		if !ok {
			v.room = v.room[:begin]
			continue
		}
		if written != nil {
			written[o.name] = string(v.room[begin:])
		}
		e.SetInfo(o.name, v.infoText(begin))
	}
	for t := range v.join.tables {
		v.tableInfo(t, e)
	}
	return v.post(r, e, written)
}

// infoText gives what stands in room from an offset on, with what an INFO value cannot
// hold replaced (VCFv4.3, 1.2); nil for a flag. It is good until Info is called again.
func (v *View) infoText(begin int) []byte {
	text := v.room[begin:]
	if len(text) == 0 {
		return nil
	}
	if slices.ContainsFunc(text, func(b byte) bool { return b == ';' || b == ' ' || b == '\t' }) {
		v.room = append(v.room[:begin], notInInfo.Replace(string(text))...)
	}
	return v.room[begin:len(v.room):len(v.room)]
}

var notInInfo = strings.NewReplacer(";", "%3B", " ", "%20", "\t", "%09")

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
	return notInInfo.Replace(strings.ReplaceAll(s, ",", "%2C"))
}

// job appends the value of one [[annotation]] entry to room, if it has one.
func (v *View) job(o *job) (ok bool, err error) {
	s := &v.sweeps[o.file]
	if len(s.hits) == 0 {
		return false, nil
	}
	f := s.f
	perAllele := o.number == 'A' || o.number == 'R'
	switch {
	case o.op == opByAlt:
		return v.byAlt(o, s, "|"), nil
	case o.op == opSelf && perAllele:
		return v.byAlt(o, s, ""), nil
	case o.flag && (o.op == opSelf || o.op == opFirst || o.op == opFlag):
		return v.anyFlag(o, s), nil
	}
	v.scratch = v.scratch[:0]
	for _, m := range s.hits {
		if f.layout.format != formatVCF {
			if o.column < len(m.columns) {
				v.addValue(o, present(m.columns[o.column]))
			}
			continue
		}
		if !perAllele {
			v.addValue(o, valueOf(&m.record, o.field, o.number, 0))
			continue
		}
		for _, alt := range m.alts {
			if alt >= 0 {
				v.addValue(o, valueOf(&m.record, o.field, o.number, alt))
			}
		}
	}
	if o.op == opCount && len(v.scratch) == 0 {
		return false, nil
	}
	text, ok, err := reduce(o.op, v.scratch)
	v.room = append(v.room, text...)
	return ok, err
}

// addValue takes a value; a list is taken apart where each part counts.
func (v *View) addValue(o *job, value []byte) {
	if len(value) == 0 {
		return
	}
	text := string(value)
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
	for _, m := range s.hits {
		if _, state := m.record.InfoValue(o.field); state == vcf.Present {
			return true
		}
	}
	return false
}

// byAlt appends one value an ALT: with a separator all its matches' values joined,
// without one the last match's.
func (v *View) byAlt(o *job, s *sweep, separator string) bool {
	any := false
	for i := range v.asked.alts {
		if i > 0 {
			v.room = append(v.room, ',')
		}
		begin := len(v.room)
		for _, m := range s.hits {
			var text []byte
			switch {
			case s.f.layout.format != formatVCF:
				if (len(m.alts) == 0 || m.alts[i] >= 0) && o.column < len(m.columns) {
					text = present(m.columns[o.column])
				}
			case m.alts[i] >= 0:
				text = valueOf(&m.record, o.field, o.number, m.alts[i])
			}
			switch {
			case len(text) == 0:
				continue
			case separator == "":
				v.room = v.room[:begin]
			case len(v.room) > begin:
				v.room = append(v.room, separator...)
			}
			v.room = append(v.room, text...)
		}
		if len(v.room) == begin {
			v.room = append(v.room, '.')
		} else {
			any = true
		}
	}
	return any
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
			begin := len(v.room)
			v.room = append(v.room, text...)
			e.SetInfo(p.Name, v.infoText(begin))
			written[p.Name] = text
		}
	}
	return nil
}
