package join

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"varpanel/hts/fault"
	"varpanel/reference/profile"
)

// Annotation is one [[annotation]] table: values of a file, each reduced by an
// operation and written to INFO under a name.
type Annotation struct {
	File    string   `toml:"file"`
	Fields  []string `toml:"fields"`  // INFO keys, or ID or FILTER, of a VCF
	Columns []int    `toml:"columns"` // of BED and tables, from 1
	Names   []string `toml:"names"`   // by default the fields'
	Ops     []string `toml:"ops"`
}

// PostAnnotation reduces INFO values that the record has by then.
type PostAnnotation struct {
	Fields []string `toml:"fields"`
	Op     string   `toml:"op"`
	Name   string   `toml:"name"`
	Type   string   `toml:"type"`
}

// Table is one [[source]] table: fields of matching alleles, written for each
// ALT as <name>_<field>.
type Table struct {
	Name        string            `toml:"name"`
	Version     string            `toml:"version"`
	Kind        string            `toml:"kind"`
	File        string            `toml:"file"`
	Fields      map[string]any    `toml:"fields"` // an INFO key or column name, or a list of them
	Populations map[string]string `toml:"populations"`
}

// Config is a sources file.
type Config struct {
	Annotations     []Annotation     `toml:"annotation"`
	PostAnnotations []PostAnnotation `toml:"postannotation"`
	Sources         []Table          `toml:"source"`

	path string
}

var (
	infoKey    = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.]*$`)
	sourceName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]*$`)
)

// kinds are the kinds of a [[source]].
var kinds = []string{"frequency", "clinical-significance", "score", "hotspot", "list"}

// ReadConfig reads a sources file strictly. Paths in it are relative to it.
// What it asks for and this program does not do (Lua, BAM files) is a Usage
// error that says so.
func ReadConfig(path string) (*Config, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	c := &Config{path: path}
	d := toml.NewDecoder(f).DisallowUnknownFields()
	if err := d.Decode(c); err != nil {
		return nil, explain(path, err)
	}
	for i := range c.Annotations {
		if err := c.checkAnnotation(&c.Annotations[i]); err != nil {
			return nil, err
		}
	}
	for i := range c.PostAnnotations {
		if err := c.checkPost(&c.PostAnnotations[i]); err != nil {
			return nil, err
		}
	}
	for i := range c.Sources {
		if err := c.checkTable(&c.Sources[i]); err != nil {
			return nil, err
		}
	}
	if len(c.Annotations)+len(c.Sources) == 0 {
		return nil, fault.Usagef("%s: no [[annotation]] and no [[source]]", path)
	}
	return c, nil
}

// keysOf are the keys of each kind of table.
var keysOf = map[string][]string{
	"annotation":     {"file", "fields", "columns", "names", "ops"},
	"postannotation": {"fields", "op", "name", "type"},
	"source":         {"name", "version", "kind", "file", "fields", "populations"},
}

// explain says where a sources file is wrong, and of an unknown key which known
// one is nearest.
func explain(path string, err error) error {
	var strict *toml.StrictMissingError
	var at *toml.DecodeError
	switch {
	case errors.As(err, &strict) && len(strict.Errors) > 0:
		row, _ := strict.Errors[0].Position()
		key := strict.Errors[0].Key()
		known := slices.Sorted(maps.Keys(keysOf))
		if len(key) > 1 {
			known = keysOf[key[0]]
		}
		e := fault.Usagef("%s: line %d: unknown key %q", path, row, strings.Join(key, "."))
		if near := profile.Nearest(key[len(key)-1], known); near != "" {
			return e.WithHint("did you mean %q?", near)
		}
		return e.WithHint("the keys are: %s", strings.Join(known, ", "))
	case errors.As(err, &at):
		row, column := at.Position()
		return fault.Usagef("%s: line %d, column %d: %v", path, row, column, at)
	}
	return fault.Usagef("%s: %v", path, err)
}

func (c *Config) beside(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(filepath.Dir(c.path), name)
}

func (c *Config) checkAnnotation(a *Annotation) error {
	place := fmt.Sprintf("%s: annotation %s", c.path, a.File)
	n := len(a.Fields) + len(a.Columns)
	switch {
	case a.File == "":
		return fault.Usagef("%s: no file", place)
	case strings.HasSuffix(a.File, ".bam"):
		return fault.Usagef("%s: values of BAM files are not offered", place)
	case len(a.Fields) > 0 && len(a.Columns) > 0:
		return fault.Usagef("%s: fields (of a VCF) and columns (of BED and tables) exclude each other", place)
	case n == 0:
		return fault.Usagef("%s: no fields and no columns", place)
	case len(a.Ops) != n:
		return fault.Usagef("%s: %d ops for %d values", place, len(a.Ops), n)
	case len(a.Names) == 0 && len(a.Columns) > 0:
		return fault.Usagef("%s: columns need names", place)
	case len(a.Names) == 0:
		a.Names = slices.Clone(a.Fields)
	case len(a.Names) != n:
		return fault.Usagef("%s: %d names for %d values", place, len(a.Names), n)
	}
	for i, op := range a.Ops {
		if err := checkOp(place, op); err != nil {
			return err
		}
		if !infoKey.MatchString(a.Names[i]) {
			return fault.Usagef("%s: %q cannot be an INFO key", place, a.Names[i])
		}
	}
	for _, column := range a.Columns {
		if column < 1 {
			return fault.Usagef("%s: columns are counted from 1", place)
		}
	}
	a.File = c.beside(a.File)
	return nil
}

func (c *Config) checkPost(a *PostAnnotation) error {
	place := fmt.Sprintf("%s: postannotation %s", c.path, a.Name)
	if strings.HasPrefix(a.Op, "lua:") {
		return fault.Usagef("%s: Lua is not offered", place)
	}
	if !slices.Contains(postOps, a.Op) {
		return fault.Usagef("%s: op %q: one of %s", place, a.Op, strings.Join(postOps, ", "))
	}
	if len(a.Fields) == 0 {
		return fault.Usagef("%s: no fields", place)
	}
	if a.Op == opDelete {
		return nil
	}
	if a.Type == "" {
		return fault.Usagef("%s: must specify a type", place)
	}
	if !slices.Contains([]string{"Float", "Integer", "String", "Flag"}, a.Type) {
		return fault.Usagef("%s: type %q: Float, Integer, String or Flag", place, a.Type)
	}
	if !infoKey.MatchString(a.Name) {
		return fault.Usagef("%s: the name cannot be an INFO key", place)
	}
	return nil
}

func (c *Config) checkTable(t *Table) error {
	place := fmt.Sprintf("%s: source %s", c.path, t.Name)
	switch {
	case !sourceName.MatchString(t.Name):
		return fault.Usagef("%s: the name: letters, digits, '_', '.' and '-', the first a letter or digit", place)
	case t.File == "":
		return fault.Usagef("%s: no file", place)
	case t.Kind != "" && !slices.Contains(kinds, t.Kind):
		return fault.Usagef("%s: kind %q: one of %s", place, t.Kind, strings.Join(kinds, ", "))
	case len(t.Fields)+len(t.Populations) == 0:
		return fault.Usagef("%s: no fields", place)
	}
	t.File = c.beside(t.File)
	return nil
}

// keys gives the keys that hold a field, the first present wins.
func (t *Table) keys(field string) ([]string, error) {
	switch v := t.Fields[field].(type) {
	case string:
		return []string{v}, nil
	case []any:
		var out []string
		for _, one := range v {
			s, ok := one.(string)
			if !ok {
				return nil, fault.Usagef("source %s: field %s: a list of names", t.Name, field)
			}
			out = append(out, s)
		}
		return out, nil
	}
	return nil, fault.Usagef("source %s: field %s: a name or a list of names", t.Name, field)
}
