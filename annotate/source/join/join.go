package join

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/hts/vcf"
	"varpanel/reference/allele"
	"varpanel/reference/contig"
	"varpanel/reference/profile"
)

// Join is a sources file with its files opened and checked. It is safe for
// concurrent use; each worker looks up through its own View.
type Join struct {
	config *Config
	files  []*file
	jobs   []job   // of [[annotation]], in the file's order
	tables []table // of [[source]]
	posts  []post
	header *vcf.Header // of the file to annotate
}

// job is one value of an [[annotation]].
type job struct {
	file   int // index in files
	name   string
	op     string
	field  string // INFO key, ID or FILTER; "" of a column
	number byte   // of the field: 'A', 'R', 'N', 'G', '.'
	flag   bool   // the field is a flag
	column int    // from 0
	line   string // the ## line
}

// table is one [[source]].
type table struct {
	file   int
	name   string
	fields []tableField
}

type tableField struct {
	name    string
	keys    []string // INFO keys
	columns []int    // of a table, from 0
	number  []byte   // of each key
}

// post is one [[postannotation]].
type post struct {
	PostAnnotation
	line string
}

// state is the field name that holds a source's State.
const state = "state"

// Open opens every file of a sources file, before the first record: what is
// missing, broken, of another assembly or without a wanted field is an error
// now. h is the header of the file to annotate.
func Open(c *Config, h *vcf.Header, o bgzf.Options) (_ *Join, err error) {
	j := &Join{config: c, header: h}
	defer func() {
		if err != nil {
			err = errors.Join(err, j.Close())
		}
	}()
	var theirs queryContigs
	for _, one := range h.Contigs {
		theirs = append(theirs, contig.Contig{Name: one.Name, Length: one.Length})
	}
	byPath := map[string]int{}
	open := func(path string) (int, error) {
		if i, ok := byPath[path]; ok {
			return i, nil
		}
		f, err := openFile(path, o, theirs)
		if err != nil {
			return 0, err
		}
		byPath[path] = len(j.files)
		j.files = append(j.files, f)
		return byPath[path], nil
	}
	for i := range c.Annotations {
		at, err := open(c.Annotations[i].File)
		if err != nil {
			return nil, err
		}
		if err := j.addAnnotation(at, &c.Annotations[i]); err != nil {
			return nil, err
		}
	}
	for i := range c.Sources {
		at, err := open(c.Sources[i].File)
		if err != nil {
			return nil, err
		}
		if err := j.addTable(at, &c.Sources[i]); err != nil {
			return nil, err
		}
	}
	for _, p := range c.PostAnnotations {
		j.addPost(p)
	}
	return j, j.checkNames()
}

// checkNames refuses two values of one INFO key: the second would be lost.
func (j *Join) checkNames() error {
	seen := map[string]bool{}
	once := func(name string) error {
		if seen[name] {
			return fault.Usagef("%s: two values are called %s", j.config.path, name)
		}
		seen[name] = true
		return nil
	}
	var all error
	for _, o := range j.jobs {
		all = cmp.Or(all, once(o.name))
	}
	for _, name := range j.Fields() {
		all = cmp.Or(all, once(name))
	}
	return all
}

// Uncovered names the sources that have none of the contigs in the header of
// the file to annotate: every record of theirs will read "not covered".
func (j *Join) Uncovered() []string {
	var out []string
	for _, f := range j.files {
		shares := func(c vcf.Contig) bool {
			_, ok := f.contigs.ResolveContig(contig.Contig{Name: c.Name, Length: c.Length})
			return ok
		}
		if len(j.header.Contigs) > 0 && !slices.ContainsFunc(j.header.Contigs, shares) {
			out = append(out, f.path)
		}
	}
	return out
}

// Close closes the files.
func (j *Join) Close() error {
	var all error
	for _, f := range j.files {
		all = errors.Join(all, f.close())
	}
	j.files = nil
	return all
}

func (j *Join) addAnnotation(at int, a *Annotation) error {
	f := j.files[at]
	if len(a.Fields) > 0 != (f.layout.format == formatVCF) {
		return fault.Usagef("%s: fields are of VCF files, columns of BED files and tables", f.path)
	}
	for i, op := range a.Ops {
		one := job{file: at, name: a.Names[i], op: op, number: 'N'}
		what := ""
		if len(a.Fields) > 0 {
			one.field = a.Fields[i]
			what = "field " + one.field
			if err := one.describe(f); err != nil {
				return err
			}
		} else {
			one.column = a.Columns[i] - 1
			what = fmt.Sprintf("column %d", a.Columns[i])
		}
		one.line = one.headerLine(f, what)
		j.jobs = append(j.jobs, one)
	}
	return nil
}

// describe takes Number and Type of a VCF's field.
func (o *job) describe(f *file) error {
	if o.field == "ID" || o.field == "FILTER" {
		return nil
	}
	field, ok := f.header.Info(o.field)
	if !ok {
		return missingField(f, o.field)
	}
	o.number, o.flag = field.Number.Kind, field.Type == "Flag"
	return nil
}

func missingField(f *file, key string) error {
	var known []string
	for _, i := range f.header.Infos {
		known = append(known, i.ID)
	}
	slices.Sort(known)
	e := fault.Usagef("%s: no INFO field %q in its header", f.path, key)
	if near := profile.Nearest(key, known); near != "" {
		return e.WithHint("did you mean %q? it has %s", near, strings.Join(known, ", "))
	}
	return e.WithHint("it has %s", strings.Join(known, ", "))
}

// headerLine declares the INFO key that a job writes.
func (o *job) headerLine(f *file, what string) string {
	number, kind := "1", "String"
	if f.header != nil {
		if field, ok := f.header.Info(o.field); ok && field.Type != "Flag" {
			kind = field.Type
		}
	}
	switch o.op {
	case opSelf:
		number = "." // a value of each entry that matches
		if o.number == 'A' || o.number == 'R' {
			number = "A"
		}
		if o.flag {
			number, kind = "0", "Flag"
		}
	case opByAlt:
		number, kind = "A", "String"
	case opConcat, opUniq:
		number, kind = ".", "String"
	case opCount:
		kind = "Integer"
	case opFlag:
		number, kind = "0", "Flag"
	case opMax, opMin, opMean, opSum:
		kind = "Float"
	}
	return fmt.Sprintf(`##INFO=<ID=%s,Number=%s,Type=%s,Description="%s of %s of %s">`, o.name, number, kind, o.op, what, baseName(f.path))
}

func baseName(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

func (j *Join) addTable(at int, t *Table) error {
	f := j.files[at]
	if !f.layout.hasAlleles() {
		return fault.Usagef("%s: source %s is matched by allele, and the file has no REF and ALT columns", f.path, t.Name).
			WithHint("use an [[annotation]] table for values of intervals")
	}
	one := table{file: at, name: t.Name}
	for _, name := range slices.Sorted(maps.Keys(t.Fields)) {
		keys, err := t.keys(name)
		if err != nil {
			return err
		}
		field, err := f.tableField(name, keys)
		if err != nil {
			return err
		}
		one.fields = append(one.fields, field)
	}
	for _, name := range slices.Sorted(maps.Keys(t.Populations)) {
		field, err := f.tableField("af_"+name, []string{t.Populations[name]})
		if err != nil {
			return err
		}
		one.fields = append(one.fields, field)
	}
	j.tables = append(j.tables, one)
	return nil
}

// labelled stands in the description of a field whose entries each begin with
// their ALT (SpliceAI's); labelledNumber is such a field's number here.
const (
	labelled       = "Format: ALLELE|"
	labelledNumber = 'L'
)

func (f *file) tableField(name string, keys []string) (tableField, error) {
	out := tableField{name: name}
	for _, key := range keys {
		if f.layout.format != formatVCF {
			i := slices.IndexFunc(f.names, func(n string) bool { return strings.EqualFold(n, key) })
			if i < 0 {
				return out, fault.Usagef("%s: no column %q", f.path, key).WithHint("it has %s", strings.Join(f.names, ", "))
			}
			out.columns = append(out.columns, i)
			continue
		}
		number := byte('N')
		if key != "ID" && key != "FILTER" {
			field, ok := f.header.Info(key)
			if !ok {
				return out, missingField(f, key)
			}
			number = field.Number.Kind
			if strings.Contains(field.Description, labelled) {
				number = labelledNumber
			}
		}
		out.keys, out.number = append(out.keys, key), append(out.number, number)
	}
	return out, nil
}

func (j *Join) addPost(p PostAnnotation) {
	one := post{PostAnnotation: p}
	if p.Op != opDelete {
		number := "1"
		switch {
		case p.Type == "Flag":
			number = "0"
		case p.Op == opConcat || p.Op == opUniq:
			number = "."
		}
		one.line = fmt.Sprintf(`##INFO=<ID=%s,Number=%s,Type=%s,Description="%s of %s">`, p.Name, number, p.Type, p.Op, strings.Join(p.Fields, ", "))
	}
	j.posts = append(j.posts, one)
}

// infoName is the INFO key of a source's field. A key must not begin with a
// digit, and takes no '-'.
func (t *table) infoName(field string) string {
	name := strings.ReplaceAll(t.name, "-", "_") + "_" + field
	if name[0] >= '0' && name[0] <= '9' {
		name = "_" + name
	}
	return name
}

// HeaderLines gives the ## lines of the INFO keys that a View's Info writes.
func (j *Join) HeaderLines() []string {
	var lines []string
	for _, o := range j.jobs {
		lines = append(lines, o.line)
	}
	for i := range j.tables {
		t := &j.tables[i]
		from := baseName(j.files[t.file].path)
		for _, f := range t.fields {
			lines = append(lines, fmt.Sprintf(`##INFO=<ID=%s,Number=A,Type=String,Description="%s of the allele in %s (%s)">`, t.infoName(f.name), f.name, t.name, from))
		}
		lines = append(lines, fmt.Sprintf(`##INFO=<ID=%s,Number=A,Type=String,Description="Whether %s has the allele: found, no-value, absent or not-covered">`, t.infoName(state), t.name))
	}
	for _, p := range j.posts {
		if p.line != "" {
			lines = append(lines, p.line)
		}
	}
	return lines
}

// Fields names the values that a View's Allele gives for the end of each CSQ
// entry.
func (j *Join) Fields() []string {
	var names []string
	for i := range j.tables {
		t := &j.tables[i]
		for _, f := range t.fields {
			names = append(names, t.infoName(f.name))
		}
		names = append(names, t.infoName(state))
	}
	return names
}

// View makes a view for one goroutine. seq may be nil: then alleles are
// compared as trimmed, without left-alignment.
func (j *Join) View(seq allele.Sequence) *View {
	v := &View{join: j, seq: seq}
	for _, f := range j.files {
		v.sweeps = append(v.sweeps, sweep{f: f})
	}
	v.values = make([][][]string, len(j.tables))
	v.states = make([][]State, len(j.tables))
	return v
}
