// Package json writes a report as one JSON document: keys in the order of the
// report's fields and always all of them, a missing text null, a missing list
// [], two-space indents, the same bytes for the same report.
//
// A field of the report that is text because it is final, yet counts or
// measures something (its tag has "number"), is written as a JSON number with
// exactly those digits, so that 0.370 stays 0.370.
package json

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
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
	e := encoder{w: bufio.NewWriter(w)}
	e.w.WriteString("{\n  \"format\": ")
	e.text(Format)
	e.w.WriteByte(',')
	e.fields(reflect.ValueOf(r).Elem(), 1)
	e.w.WriteString("\n}\n")
	if e.err != nil {
		return e.err
	}
	return e.w.Flush()
}

type encoder struct {
	w   *bufio.Writer // keeps its first error until Flush
	err error
}

func (e *encoder) newline(depth int) {
	e.w.WriteByte('\n')
	for range depth {
		e.w.WriteString("  ")
	}
}

// fields writes a struct's members without its braces. One whose tag is "-"
// stands in a file of its own.
func (e *encoder) fields(v reflect.Value, depth int) {
	written := false
	for i := range v.NumField() {
		f := v.Type().Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" {
			continue
		}
		if written {
			e.w.WriteByte(',')
		}
		written = true
		e.newline(depth)
		e.text(name)
		e.w.WriteString(": ")
		e.value(v.Field(i), depth, f.Tag.Get("kind") == "number")
	}
}

func (e *encoder) value(v reflect.Value, depth int, number bool) {
	switch v.Kind() {
	case reflect.String:
		e.scalar(v.String(), number)
	case reflect.Bool:
		e.w.WriteString(strconv.FormatBool(v.Bool()))
	case reflect.Int, reflect.Int64:
		e.w.WriteString(strconv.FormatInt(v.Int(), 10))
	case reflect.Pointer:
		if v.IsNil() {
			e.w.WriteString("null")
			return
		}
		e.value(v.Elem(), depth, number)
	case reflect.Struct:
		e.w.WriteByte('{')
		e.fields(v, depth+1)
		e.newline(depth)
		e.w.WriteByte('}')
	case reflect.Slice:
		if pairs, ok := v.Interface().([][2]string); ok {
			e.object(pairs, depth)
			return
		}
		e.list(v, depth, number)
	default:
		e.fail(fmt.Errorf("report json: a field of type %s has no form", v.Type()))
	}
}

func (e *encoder) list(v reflect.Value, depth int, number bool) {
	if v.Len() == 0 {
		e.w.WriteString("[]")
		return
	}
	e.w.WriteByte('[')
	for i := range v.Len() {
		if i > 0 {
			e.w.WriteByte(',')
		}
		e.newline(depth + 1)
		e.value(v.Index(i), depth+1, number)
	}
	e.newline(depth)
	e.w.WriteByte(']')
}

// object writes named values in their order.
func (e *encoder) object(pairs [][2]string, depth int) {
	if len(pairs) == 0 {
		e.w.WriteString("{}")
		return
	}
	seen := make(map[string]bool, len(pairs))
	e.w.WriteByte('{')
	for i, p := range pairs {
		if seen[p[0]] {
			e.fail(fmt.Errorf("report json: field %q stands twice in one source hit", p[0]))
			return
		}
		seen[p[0]] = true
		if i > 0 {
			e.w.WriteByte(',')
		}
		e.newline(depth + 1)
		e.text(p[0])
		e.w.WriteString(": ")
		e.scalar(p[1], false)
	}
	e.newline(depth)
	e.w.WriteByte('}')
}

func (e *encoder) scalar(s string, number bool) {
	switch {
	case s == "":
		e.w.WriteString("null")
	case number && isNumber(s):
		e.w.WriteString(s)
	default:
		e.text(s)
	}
}

// isNumber tells whether s is a number by JSON's own grammar, which has no
// leading zeros, plus signs, NaN or infinities.
func isNumber(s string) bool {
	const digits = "0123456789"
	return strings.IndexByte("-"+digits, s[0]) >= 0 && strings.IndexByte(digits, s[len(s)-1]) >= 0 &&
		json.Valid([]byte(s))
}

// text writes a string. Bytes that are no UTF-8 become U+FFFD; ">" stays ">",
// so that names of variants can be searched for.
func (e *encoder) text(s string) {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		e.fail(err)
		return
	}
	e.w.WriteString(strings.TrimSuffix(b.String(), "\n"))
}

func (e *encoder) fail(err error) {
	if e.err == nil {
		e.err = err
	}
}
