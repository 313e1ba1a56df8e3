package profile

import (
	"reflect"
	"slices"
	"strings"
)

// keysAt lists the known keys of the table that holds an unknown key.
func keysAt(key []string) []string {
	t := reflect.TypeFor[Profile]()
	for _, k := range key[:len(key)-1] {
		f, ok := fieldOf(t, k)
		if !ok {
			break
		}
		t = f
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct {
			return nil
		}
	}
	keys := tags(t)
	slices.Sort(keys)
	return keys
}

func fieldOf(t reflect.Type, key string) (reflect.Type, bool) {
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Tag.Get("toml") == key {
			return f.Type, true
		}
		if f.Anonymous {
			if inner, ok := fieldOf(f.Type, key); ok {
				return inner, true
			}
		}
	}
	return nil, false
}

func tags(t reflect.Type) []string {
	var keys []string
	for i := range t.NumField() {
		f := t.Field(i)
		switch tag := f.Tag.Get("toml"); {
		case f.Anonymous:
			keys = append(keys, tags(f.Type)...)
		case tag != "" && tag != "-":
			keys = append(keys, tag)
		}
	}
	return keys
}

// Nearest gives the known name with the smallest edit distance, or "" when
// none is near.
func Nearest(name string, known []string) string {
	best, at := "", len(name)/2+2
	for _, k := range known {
		if d := distance(strings.ToLower(name), strings.ToLower(k)); d < at {
			best, at = k, d
		}
	}
	return best
}

func suggest(name string, known []string) string {
	if near := Nearest(name, known); near != "" {
		return "; nearest is " + near
	}
	return ""
}

// distance is Levenshtein's edit distance in bytes. Long names are not compared.
func distance(a, b string) int {
	const long = 100
	if len(a) > long || len(b) > long {
		return long
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
