package testkit

import (
	"io"
	"testing"
)

// BlockWriter is a writer that ends a block when it is flushed, as bgzf's does.
type BlockWriter interface {
	io.WriteCloser
	Flush() error
}

// WriteBlocks writes all of text in blocks of at most size bytes, cut anywhere, and
// closes the writer.
func WriteBlocks[T string | []byte](t testing.TB, w BlockWriter, text T, size int) {
	t.Helper()
	for len(text) > 0 {
		n := min(size, len(text))
		if _, err := w.Write([]byte(text[:n])); err != nil {
			t.Fatal(err)
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		text = text[n:]
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}
