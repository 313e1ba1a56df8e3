// Package json writes a report as one JSON document: keys in the order of the
// report's fields and always all of them, a missing text null, a missing list
// [], two-space indents, the same bytes for the same report.
//
// A field of the report that is text because it is final, yet counts or
// measures something (its tag has "number"), is written as a JSON number with
// exactly those digits, so that 0.370 stays 0.370.
package json

import (
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"varpanel/stages/report"
)

// Format is the value of the document's first key. It changes when a key's
// meaning does; further keys may come without a change.
const Format = "varpanel-report/1"

// Write writes the report. It fails on a value that JSON cannot hold or on a
// source hit that has one field twice.
func Write(w io.Writer, r *report.Report) error {
	e := encoder{w: w, members: map[reflect.Type][]member{}}
	e.add("{\n  \"format\": ")
	e.text(Format)
	e.add(",")
	e.fields(reflect.ValueOf(r).Elem(), 1)
	e.add("\n}\n")
	e.flush()
	return e.err
}

// encoder appends to b, and gives it to w when a good part has come together: a
// panel of thousands of genes makes millions of values.
type encoder struct {
	w       io.Writer
	b       []byte
	members map[reflect.Type][]member // of each struct that was met
	err     error                     // the first one
}

// member is a field of a struct that is written.
type member struct {
	at     int
	key    string // as it stands in the document, with what follows it
	number bool
}

const enough = 1 << 16

func (e *encoder) add(s string) { e.b = append(e.b, s...) }

func (e *encoder) flush() {
	if e.err == nil {
		_, e.err = e.w.Write(e.b)
	}
	e.b = e.b[:0]
}

// margin is a line end and the indents of a depth that no report reaches.
var margin = "\n" + strings.Repeat("  ", 32)

func (e *encoder) newline(depth int) { e.add(margin[:1+2*depth]) }

// membersOf lists what is written of a struct. A field whose tag is "-" stands in
// a file of its own.
func (e *encoder) membersOf(t reflect.Type) []member {
	list, known := e.members[t]
	if known {
		return list
	}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name != "-" {
			list = append(list, member{at: i, key: strconv.Quote(name) + ": ", number: f.Tag.Get("kind") == "number"})
		}
	}
	e.members[t] = list
	return list
}

// fields writes a struct's members without its braces.
func (e *encoder) fields(v reflect.Value, depth int) {
	for i, m := range e.membersOf(v.Type()) {
		if i > 0 {
			e.add(",")
		}
		e.newline(depth)
		e.add(m.key)
		e.value(v.Field(m.at), depth, m.number)
	}
	if len(e.b) > enough {
		e.flush()
	}
}

var pairs = reflect.TypeFor[[][2]string]()

func (e *encoder) value(v reflect.Value, depth int, number bool) {
	switch v.Kind() {
	case reflect.String:
		e.scalar(v.String(), number)
	case reflect.Bool:
		e.b = strconv.AppendBool(e.b, v.Bool())
	case reflect.Int, reflect.Int64:
		e.b = strconv.AppendInt(e.b, v.Int(), 10)
	case reflect.Pointer:
		if v.IsNil() {
			e.add("null")
			return
		}
		e.value(v.Elem(), depth, number)
	case reflect.Struct:
		e.add("{")
		e.fields(v, depth+1)
		e.newline(depth)
		e.add("}")
	case reflect.Slice:
		if v.Type() == pairs {
			e.object(v.Interface().([][2]string), depth)
			return
		}
		e.list(v, depth, number)
	default:
		e.fail(fmt.Errorf("report json: a field of type %s has no form", v.Type()))
	}
}

func (e *encoder) list(v reflect.Value, depth int, number bool) {
	if v.Len() == 0 {
		e.add("[]")
		return
	}
	e.add("[")
	for i := range v.Len() {
		if i > 0 {
			e.add(",")
		}
		e.newline(depth + 1)
		e.value(v.Index(i), depth+1, number)
	}
	e.newline(depth)
	e.add("]")
}

// object writes named values in their order.
func (e *encoder) object(pairs [][2]string, depth int) {
	if len(pairs) == 0 {
		e.add("{}")
		return
	}
	e.add("{")
	for i, p := range pairs {
		if slices.ContainsFunc(pairs[:i], func(q [2]string) bool { return q[0] == p[0] }) {
			e.fail(fmt.Errorf("report json: field %q stands twice in one source hit", p[0]))
			return
		}
		if i > 0 {
			e.add(",")
		}
		e.newline(depth + 1)
		e.text(p[0])
		e.add(": ")
		e.scalar(p[1], false)
	}
	e.newline(depth)
	e.add("}")
}

func (e *encoder) scalar(s string, number bool) {
	switch {
	case s == "":
		e.add("null")
	case number && isNumber(s):
		e.add(s)
	default:
		e.text(s)
	}
}

// isNumber tells whether s is a number by JSON's own grammar, which has no
// leading zeros, plus signs, NaN or infinities.
func isNumber(s string) bool {
	whole, fraction, dotted := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	if digits(whole) && (whole[0] != '0' || len(whole) == 1) && (!dotted || digits(fraction)) {
		return true
	}
	// An exponent is rare; white space at an end is no number.
	return strings.IndexByte("-0123456789", s[0]) >= 0 && digits(s[len(s)-1:]) && json.Valid([]byte(s))
}

// digits tells whether s has digits alone, and one at least.
func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// text writes a string. Bytes that are no UTF-8 become U+FFFD; ">" stays ">",
// so that names of variants can be searched for.
func (e *encoder) text(s string) {
	if plain(s) {
		e.b = append(append(append(e.b, '"'), s...), '"')
		return
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		e.fail(err)
		return
	}
	e.add(strings.TrimSuffix(b.String(), "\n"))
}

// plain tells whether a string stands in JSON as it is.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

func (e *encoder) fail(err error) {
	if e.err == nil {
		e.err = err
	}
}
