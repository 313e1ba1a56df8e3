package profile

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"varpanel/hts/fault"
)

//go:embed rare-disease.toml solid-tumour.toml haem-myeloid.toml haem-lymphoid.toml
var builtIn embed.FS

// maxSize bounds a profile file; the built-in ones have under 10 kB.
const maxSize = 1 << 20

// Names lists the built-in profiles.
func Names() []string {
	return []string{string(RareDisease), string(SolidTumour), string(HaemMyeloid), string(HaemLymphoid)}
}

// Load reads a built-in profile by name, or a file. What is neither is a Usage
// error.
func Load(nameOrPath string) (*Profile, error) {
	if text, err := builtIn.ReadFile(nameOrPath + ".toml"); err == nil {
		return Parse(nameOrPath, text)
	}
	info, err := os.Stat(nameOrPath)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, fault.Usagef("profile %s: neither a built-in profile nor a file", nameOrPath).
			WithHint("built in are %s%s", strings.Join(Names(), ", "), suggest(nameOrPath, Names()))
	case err != nil:
		return nil, fmt.Errorf("profile: %w", err)
	case info.IsDir():
		return nil, fault.Usagef("profile %s: is a folder", nameOrPath)
	case info.Size() > maxSize:
		return nil, fault.Usagef("profile %s: %d bytes, more than %d", nameOrPath, info.Size(), maxSize)
	}
	text, err := os.ReadFile(nameOrPath)
	if err != nil {
		return nil, fmt.Errorf("profile: %w", err)
	}
	return Parse(filepath.Base(nameOrPath), text)
}

// Parse reads a profile strictly: an unknown key is a Usage error that names
// the nearest known one, and so is a threshold that makes no sense. The name is
// for errors.
func Parse(name string, text []byte) (*Profile, error) {
	p := new(Profile)
	dec := toml.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(p); err != nil {
		return nil, explain(name, err)
	}
	if err := p.check(); err != nil {
		return nil, fault.Usagef("profile %s: %s", name, err)
	}
	sum := sha256.Sum256(text)
	p.TOML, p.SHA256 = bytes.Clone(text), hex.EncodeToString(sum[:])
	return p, nil
}

// explain turns the decoder's error into one that says where and what to do.
func explain(name string, err error) error {
	var strict *toml.StrictMissingError
	if errors.As(err, &strict) && len(strict.Errors) > 0 {
		e := strict.Errors[0]
		row, _ := e.Position()
		key := e.Key()
		known := keysAt(key)
		return fault.Usagef("profile %s: line %d: unknown key %s", name, row, strings.Join(key, ".")).
			WithHint("known here are %s%s", strings.Join(known, ", "), suggest(key[len(key)-1], known))
	}
	var decode *toml.DecodeError
	if errors.As(err, &decode) {
		row, _ := decode.Position()
		where := strings.Join(decode.Key(), ".")
		if where != "" {
			where += ": "
		}
		return fault.Usagef("profile %s: line %d: %s%s", name, row, where,
			strings.TrimPrefix(decode.Error(), "toml: "))
	}
	return fault.Usagef("profile %s: %s", name, strings.TrimPrefix(err.Error(), "toml: "))
}
