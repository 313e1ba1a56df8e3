package build

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"varpanel/annotate/source"
	"varpanel/hts/fault"
	"varpanel/hts/vcf"
	"varpanel/reference/contig"
	"varpanel/reference/profile"
)

// maxConfig bounds SOURCES.toml.
const maxConfig = 1 << 20

// sourceConfig is one table of SOURCES.toml.
type sourceConfig struct {
	name, version string
	kind          source.Kind
	path          string              // ready to open
	fields        map[string][]string // free name to INFO keys
	populations   map[string]string
}

var sourceKeys = []string{"name", "version", "kind", "file", "fields", "populations"}

var sourceKinds = []string{
	string(source.Frequency), string(source.ClinicalSignificance), string(source.Score),
	string(source.Hotspot), string(source.List),
}

// nameForm keeps a source's or field's name good for a file name, an INFO key
// and a column.
var nameForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)

// sourceForm is a source's name, which may begin with a digit (1000g).
var sourceForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]*$`)

// readSources reads SOURCES.toml strictly; paths in it are relative to it.
func readSources(name string) ([]sourceConfig, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fault.Missing(err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxConfig+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxConfig {
		return nil, fault.Usagef("%s: larger than %d bytes", name, maxConfig)
	}
	var file struct {
		Source []struct {
			Name        string            `toml:"name"`
			Version     string            `toml:"version"`
			Kind        string            `toml:"kind"`
			File        string            `toml:"file"`
			Fields      map[string]any    `toml:"fields"`
			Populations map[string]string `toml:"populations"`
		} `toml:"source"`
	}
	dec := toml.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&file); err != nil {
		return nil, explainTOML(name, err)
	}
	var configs []sourceConfig
	for i, s := range file.Source {
		c := sourceConfig{name: s.Name, version: s.Version, kind: source.Kind(s.Kind), path: s.File, populations: s.Populations}
		place := fmt.Sprintf("%s: source %d", name, i+1)
		if s.Name != "" {
			place = name + ": " + s.Name
		}
		if c.fields, err = fieldKeys(place, s.Fields); err != nil {
			return nil, err
		}
		if err := c.check(place); err != nil {
			return nil, err
		}
		if slices.ContainsFunc(configs, func(have sourceConfig) bool { return strings.EqualFold(have.name, c.name) }) {
			return nil, fault.Usagef("%s: the name stands twice", place)
		}
		if !filepath.IsAbs(c.path) {
			c.path = filepath.Join(filepath.Dir(name), c.path)
		}
		configs = append(configs, c)
	}
	if len(configs) == 0 {
		return nil, fault.Usagef("%s: no [[source]]", name)
	}
	return configs, nil
}

func (c *sourceConfig) check(place string) error {
	for _, needed := range []struct{ key, value string }{
		{"name", c.name}, {"version", c.version}, {"kind", string(c.kind)}, {"file", c.path},
	} {
		if needed.value == "" {
			return fault.Usagef("%s: no %s", place, needed.key)
		}
	}
	if !sourceForm.MatchString(c.name) {
		return fault.Usagef("%s: name %q: letters, digits, '_', '.' and '-', the first a letter or digit", place, c.name)
	}
	if !slices.Contains(sourceKinds, string(c.kind)) {
		return fault.Usagef("%s: kind %q is none", place, c.kind).WithHint("the kinds are: %s", strings.Join(sourceKinds, ", "))
	}
	for _, p := range slices.Sorted(maps.Keys(c.populations)) {
		if !nameForm.MatchString(p) || c.populations[p] == "" {
			return fault.Usagef("%s: populations.%s: needs a name and an INFO key", place, p)
		}
	}
	return nil
}

// fieldKeys reads `fields`: each value is a key or a list of keys.
func fieldKeys(place string, fields map[string]any) (map[string][]string, error) {
	out := make(map[string][]string, len(fields))
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		var keys []string
		switch v := fields[name].(type) {
		case string:
			keys = []string{v}
		case []any:
			for _, one := range v {
				key, ok := one.(string)
				if !ok {
					return nil, fault.Usagef("%s: fields.%s: %v is no INFO key", place, name, one)
				}
				keys = append(keys, key)
			}
		default:
			return nil, fault.Usagef("%s: fields.%s: needs an INFO key or a list of them", place, name)
		}
		if !nameForm.MatchString(name) || len(keys) == 0 || slices.Contains(keys, "") {
			return nil, fault.Usagef("%s: fields.%s: needs a name and an INFO key", place, name)
		}
		out[name] = keys
	}
	return out, nil
}

// explainTOML says where a configuration is wrong and names the nearest key.
func explainTOML(name string, err error) error {
	var strict *toml.StrictMissingError
	if errors.As(err, &strict) && len(strict.Errors) > 0 {
		row, _ := strict.Errors[0].Position()
		key := strict.Errors[0].Key()
		known := sourceKeys
		if len(key) == 1 {
			known = []string{"source"}
		}
		last := key[len(key)-1]
		e := fault.Usagef("%s: line %d: unknown key %q", name, row, strings.Join(key, "."))
		if near := profile.Nearest(last, known); near != "" {
			return e.WithHint("did you mean %q?", near)
		}
		return e.WithHint("the keys are: %s", strings.Join(known, ", "))
	}
	var syntax *toml.DecodeError
	if errors.As(err, &syntax) {
		row, column := syntax.Position()
		return fault.Usagef("%s: line %d, column %d: %v", name, row, column, err)
	}
	return fault.Usagef("%s: %v", name, err)
}

// keys lists the INFO keys in use, sorted.
func (c *sourceConfig) keys() []string {
	var keys []string
	for _, list := range c.fields {
		keys = append(keys, list...)
	}
	for _, key := range c.populations {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// checkHeader holds a source against its own header and the bundle's contigs:
// every key is declared, and every contig that both know has one length.
func (c *sourceConfig) checkHeader(h *vcf.Header, contigs *contig.Set, assembly string) error {
	var declared []string
	for _, f := range h.Infos {
		declared = append(declared, f.ID)
	}
	for _, key := range c.keys() {
		if slices.Contains(declared, key) {
			continue
		}
		e := fault.Usagef("source %s: %s declares no INFO key %q", c.name, c.path, key)
		if near := profile.Nearest(key, declared); near != "" {
			return e.WithHint("did you mean %q?", near)
		}
		return e
	}
	lengths := make([]contig.Contig, len(h.Contigs))
	for i, k := range h.Contigs {
		lengths[i] = contig.Contig{Name: k.Name, Length: k.Length}
	}
	other, conflict := contig.AssemblyOf(lengths)
	switch {
	case conflict != "" && contigs.Assembly() != "":
		return fault.Inputf(c.path, "header", "%s", conflict)
	case other != "" && assembly != "" && string(other) != assembly:
		return fault.Inputf(c.path, "header", "source %s is of %s, the FASTA is %s", c.name, other, assembly).
			WithHint("take the source's %s file", assembly)
	}
	for _, k := range lengths {
		if have, ok := contigs.Length(k.Name); ok && k.Length > 0 && k.Length != have {
			return fault.Inputf(c.path, "header", "source %s: contig %s has %d bases, the FASTA's has %d", c.name, k.Name, k.Length, have)
		}
	}
	return nil
}
