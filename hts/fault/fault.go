// Package fault holds the two kinds of error that a caller decides on: an
// input that cannot be trusted (exit code 3) and a request that cannot be
// carried out as it was made (exit code 2). Every other error is an internal
// or I/O failure (exit code 1).
//
// An Error names the file, the place in it, what was wrong and, where that is
// known, what to do. Its text never holds a patient's genotype.
package fault

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// Kind tells whose fault an error is.
type Kind int

const (
	// Input is a malformed, truncated, corrupt or mismatched file.
	Input Kind = iota + 1
	// Usage is a wrong flag, expression, profile, sample sheet or choice.
	Usage
)

// Error is an error with a place and a hint.
type Error struct {
	Kind  Kind
	File  string // as the user named it; may be empty
	Place string // "line 12: POS", "offset 1234:56", "chr17:43044391"; may be empty
	Msg   string // what was wrong
	Hint  string // what to do; may be empty
	Err   error  // the cause; may be nil
}

// Inputf makes an Input error for a place in a file.
func Inputf(file, place, format string, args ...any) *Error {
	return &Error{Kind: Input, File: file, Place: place, Msg: fmt.Sprintf(format, args...)}
}

// Usagef makes a Usage error.
func Usagef(format string, args ...any) *Error {
	return &Error{Kind: Usage, Msg: fmt.Sprintf(format, args...)}
}

// WithHint returns the error with a hint, for chaining at the place of return.
func (e *Error) WithHint(format string, args ...any) *Error {
	e.Hint = fmt.Sprintf(format, args...)
	return e
}

// WithCause returns the error with its cause, for chaining at the place of return.
func (e *Error) WithCause(err error) *Error {
	e.Err = err
	return e
}

// Error gives "file: place: message", the parts that are there. The hint is
// printed apart, by the one place that talks to the terminal.
func (e *Error) Error() string {
	var parts []string
	for _, s := range []string{e.File, e.Place, e.Msg} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, ": ")
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Missing makes "there is no such file" an Input error that names the file, and
// gives every other error back as it is: a file that was named and is not there
// is as little use as one that is cut.
func Missing(err error) error {
	var path *fs.PathError
	if KindOf(err) == 0 && errors.Is(err, fs.ErrNotExist) && errors.As(err, &path) {
		return Inputf(path.Path, "", "there is no such file").WithCause(err)
	}
	return err
}

// KindOf gives the kind of the outermost *Error in err's chain, or 0.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return 0
}

// HintOf gives the hint of the first *Error in err's chain that has one, or "".
func HintOf(err error) string {
	for err != nil {
		var e *Error
		if !errors.As(err, &e) {
			return ""
		}
		if e.Hint != "" {
			return e.Hint
		}
		err = e.Err
	}
	return ""
}
