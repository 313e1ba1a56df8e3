package json

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"varpanel/stages/report"
)

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

func write(t *testing.T, r *report.Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, r); err != nil {
		t.Fatal(err)
	}
	if !json.Valid(b.Bytes()) {
		t.Fatalf("not JSON: %s", b.Bytes())
	}
	return b.Bytes()
}

// decode reads the document with numbers as they were written.
func decode(t *testing.T, b []byte) map[string]any {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var m map[string]any
	if err := d.Decode(&m); err != nil {
		t.Fatal(err)
	}
	return m
}

func at(v any, path ...any) any {
	for _, p := range path {
		switch p := p.(type) {
		case string:
			v = v.(map[string]any)[p]
		case int:
			v = v.([]any)[p]
		}
	}
	return v
}

func TestValues(t *testing.T) {
	doc := decode(t, write(t, load(t, "rare-positive")))
	for _, c := range []struct {
		path []any
		want any
	}{
		{[]any{"format"}, Format},
		{[]any{"counts", "alleles"}, json.Number("35")},
		{[]any{"variants", 0, "hgvs_c"}, "c.5946del"},
		{[]any{"variants", 0, "vaf"}, json.Number("0.475")},
		{[]any{"variants", 0, "population_af"}, json.Number("0.00027")},
		{[]any{"variants", 0, "classification"}, nil},
		{[]any{"variants", 2, "depth"}, nil}, // missing is not zero
		{[]any{"variants", 0, "sources", 1, "fields", "ac"}, "342"},
		{[]any{"variants", 0, "sources", 1, "id"}, nil},
		{[]any{"coverage", "genes", 0, "pct", 0}, json.Number("100.00")}, // digits as given
		{[]any{"coverage", "pass_depth"}, json.Number("20")},
	} {
		if got := at(doc, c.path...); got != c.want {
			t.Errorf("%v is %#v, want %#v", c.path, got, c.want)
		}
	}
	if got := at(doc, "variants", 0, "other_genes"); !reflect.DeepEqual(got, []any{}) {
		t.Errorf("an empty list is %#v", got)
	}
	solid := decode(t, write(t, load(t, "solid")))
	if got, ok := solid["coverage"]; got != nil || !ok {
		t.Errorf("coverage without a BAM is %#v, there: %v; want null", got, ok)
	}
	if !bytes.Contains(write(t, load(t, "solid")), []byte(`"c.1799T>A"`)) {
		t.Error("a name is escaped, so that a search would miss it")
	}
}

// TestNothingLost decodes the document back into a report and compares.
func TestNothingLost(t *testing.T) {
	for _, name := range []string{"rare-negative", "rare-positive", "solid", "haem"} {
		r := load(t, name)
		want, got := texts(reflect.ValueOf(r)), leaves(decode(t, write(t, r)))
		for s := range want {
			if !got[s] {
				t.Errorf("%s: %q is not in the document", name, s)
			}
		}
	}
}

func texts(v reflect.Value) map[string]bool {
	out := map[string]bool{}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			out = texts(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			merge(out, texts(v.Field(i)))
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			merge(out, texts(v.Index(i)))
		}
	case reflect.String:
		if v.String() != "" {
			out[v.String()] = true
		}
	}
	return out
}

func leaves(v any) map[string]bool {
	out := map[string]bool{}
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			out[k] = true
			merge(out, leaves(x))
		}
	case []any:
		for _, x := range v {
			merge(out, leaves(x))
		}
	case string:
		out[v] = true
	case json.Number:
		out[v.String()] = true
	}
	return out
}

func merge(into, from map[string]bool) {
	for k := range from {
		into[k] = true
	}
}

// TestKeys: an empty report has the same keys at the top as a full one, in the
// order of the report's fields.
func TestKeys(t *testing.T) {
	empty, full := topKeys(t, write(t, new(report.Report))), topKeys(t, write(t, load(t, "haem")))
	if !reflect.DeepEqual(empty, full) {
		t.Errorf("keys %v and %v", empty, full)
	}
	want := []string{"format", "tool", "case", "test", "conclusion", "counts", "variants", "excluded", "coverage",
		"hotspots", "rules", "sources", "inputs", "not_evaluated", "warnings", "methods"}
	if !reflect.DeepEqual(full[:len(want)], want) {
		t.Errorf("keys %v, want %v first", full, want)
	}
}

func topKeys(t *testing.T, b []byte) []string {
	t.Helper()
	var keys []string
	for _, l := range strings.Split(string(b), "\n") {
		if rest, ok := strings.CutPrefix(l, `  "`); ok {
			key, _, _ := strings.Cut(rest, `"`)
			keys = append(keys, key)
		}
	}
	return keys
}

func TestNumbersThatAreNone(t *testing.T) {
	for _, s := range []string{"NaN", "Inf", "007", "1,204", "+1", ".5", "0x1", "1 2", "[1]", "null", "12\n"} {
		r := &report.Report{Variants: []report.Variant{{Depth: s}}}
		if got := at(decode(t, write(t, r)), "variants", 0, "depth"); got != s {
			t.Errorf("depth %q became %#v", s, got)
		}
	}
}

func TestHostileText(t *testing.T) {
	const evil = "\"}],</script>\x00\xff\u2028\\"
	r := &report.Report{Case: report.Case{Name: evil}, Warnings: []string{evil},
		Variants: []report.Variant{{SourceHits: []report.SourceHit{{Source: evil, Fields: [][2]string{{evil, evil}}}}}}}
	got := at(decode(t, write(t, r)), "case", "name")
	if got != strings.ReplaceAll(evil, "\xff", "\uFFFD") {
		t.Errorf("got %q", got)
	}
}

func TestFieldTwice(t *testing.T) {
	hit := report.SourceHit{Source: "s", Fields: [][2]string{{"af", "1"}, {"af", "2"}}}
	r := &report.Report{Variants: []report.Variant{{SourceHits: []report.SourceHit{hit}}}}
	if err := Write(io.Discard, r); err == nil || !strings.Contains(err.Error(), `"af"`) {
		t.Errorf("error %v, want one that names the field", err)
	}
}

func TestSameBytes(t *testing.T) {
	a, b := write(t, load(t, "solid")), write(t, load(t, "solid"))
	if !bytes.Equal(a, b) {
		t.Error("two writings differ")
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestWriterFails(t *testing.T) {
	if err := Write(full{}, load(t, "haem")); err == nil {
		t.Error("a full disk was not reported")
	}
}
