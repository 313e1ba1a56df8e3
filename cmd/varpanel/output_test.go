package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestOutputKeepsAPipe: -o on a named pipe writes into it; a rename over it
// would have put a regular file in the place of a pipe or a device.
func TestOutputKeepsAPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	read := make(chan string, 1)
	go func() {
		text, err := os.ReadFile(path)
		if err != nil {
			text = []byte(err.Error())
		}
		read <- string(text)
	}()
	a := &app{}
	w, end, err := a.openOutput(path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.WriteString(w, "records\n")
	if err := end(err); err != nil {
		t.Fatal(err)
	}
	if got := <-read; got != "records\n" {
		t.Errorf("the pipe gave %q", got)
	}
	if st, err := os.Stat(path); err != nil || st.Mode()&os.ModeNamedPipe == 0 {
		t.Errorf("%v is left at the pipe's place: %v", st.Mode(), err)
	}
}

// TestOutputNamesAFileAtTheEnd: a file shows up whole or not at all.
func TestOutputNamesAFileAtTheEnd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.vcf")
	a := &app{}
	broken := errors.New("broken")
	for _, result := range []error{broken, nil} {
		w, end, err := a.openOutput(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, "records\n"); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(path); err == nil {
			t.Error("the file is there before the end")
		}
		if err := end(result); !errors.Is(err, result) {
			t.Errorf("ended with %v, want %v", err, result)
		}
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "records\n" {
		t.Errorf("%q, %v", text, err)
	}
}
