package main

import (
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"
)

// logger writes messages to standard error, one a line, as text or JSON. While
// progress is shown, w prints above it.
type logger struct {
	mu    sync.Mutex
	w     io.Writer
	json  bool
	quiet bool
	now   func() time.Time
}

func newLogger(w io.Writer, format string, now func() time.Time) *logger {
	return &logger{w: w, json: format == "json", now: now}
}

func (l *logger) info(format string, args ...any) {
	if !l.quiet {
		l.write("info", fmt.Sprintf(format, args...), "")
	}
}

func (l *logger) warn(format string, args ...any) {
	if !l.quiet {
		l.write("warning", fmt.Sprintf(format, args...), "")
	}
}

func (l *logger) error(msg, hint string) { l.write("error", msg, hint) }

func (l *logger) write(level, msg, hint string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.json {
		line := struct {
			Time    string `json:"time"`
			Level   string `json:"level"`
			Message string `json:"message"`
			Hint    string `json:"hint,omitempty"`
		}{l.now().UTC().Format(time.RFC3339), level, msg, hint}
		// A failure to write a message has nowhere to be reported.
		_ = json.NewEncoder(l.w).Encode(line)
		return
	}
	prefix := "varpanel: "
	if level != "info" {
		prefix += level + ": "
	}
	fmt.Fprintln(l.w, prefix+msg)
	if hint != "" {
		fmt.Fprintln(l.w, "  hint: "+hint)
	}
}
