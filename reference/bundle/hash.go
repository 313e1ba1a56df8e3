package bundle

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
)

// HashFile gives size and SHA-256 of a file; Path is left to the caller.
func HashFile(name string) (File, error) {
	f, err := os.Open(name)
	if err != nil {
		return File{}, err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.CopyBuffer(struct{ io.Writer }{h}, struct{ io.Reader }{f}, make([]byte, hashBuffer))
	if err != nil {
		return File{}, err
	}
	return File{Size: n, SHA256: hex.EncodeToString(h.Sum(nil))}, nil
}

func sizes(got, want int64) string {
	return fmt.Sprintf("%d bytes, %s says %d", got, ManifestFile, want)
}

// hashBuffer is how much of a file is read at a time.
const hashBuffer = 128 << 10
