// Package provenance says what a report was made from: digests of the inputs,
// and run.json.
package provenance

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Digest is what identifies one input file.
type Digest struct {
	Role   string `json:"role"` // vcf, bam, profile, known
	Path   string `json:"path"` // as opened, made absolute
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
	Scope  string `json:"scope"`
}

// Scopes of a digest.
const (
	ScopeWhole = "whole"
	// ScopeBAM: hashing 100 GB of reads would take longer than the case, so a
	// BAM is identified by what changes when it is made again.
	ScopeBAM   = "size, header, index and end block"
	ScopeStdin = "standard input, not hashed"
)

// endBlock is the size of BGZF's end-of-file block (SAM specification, 4.1.2).
const endBlock = 28

// File hashes a whole file.
func File(role, path string) (Digest, error) {
	f, err := os.Open(path)
	if err != nil {
		return Digest{}, err
	}
	defer f.Close()
	h := sha256.New()
	size, err := io.CopyBuffer(h, struct{ io.Reader }{f}, make([]byte, 1<<17)) // not f's own, which is smaller
	if err != nil {
		return Digest{}, fmt.Errorf("%s: %w", path, err)
	}
	return describe(role, path, size, h.Sum(nil), ScopeWhole)
}

// BAM identifies a BAM by its size, header text, index and end block. Whole
// hashing is File's work.
func BAM(path, headerText, indexSHA256 string) (Digest, error) {
	f, err := os.Open(path)
	if err != nil {
		return Digest{}, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return Digest{}, err
	}
	tail := make([]byte, min(st.Size(), endBlock))
	if _, err := f.ReadAt(tail, st.Size()-int64(len(tail))); err != nil {
		return Digest{}, fmt.Errorf("%s: %w", path, err)
	}
	h := sha256.New()
	fmt.Fprintf(h, "%d\n%d\n%s\n%s\n", st.Size(), len(headerText), headerText, indexSHA256)
	h.Write(tail)
	return describe("bam", path, st.Size(), h.Sum(nil), ScopeBAM)
}

func describe(role, path string, size int64, sum []byte, scope string) (Digest, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return Digest{}, err
	}
	return Digest{
		Role: role, Path: abs, Name: filepath.Base(path), Size: size,
		SHA256: hex.EncodeToString(sum), Scope: scope,
	}, nil
}
