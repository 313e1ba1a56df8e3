package bundle

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"varpanel/hts/fault"
)

// selfKey stands before the manifest's own digest. Quotes inside JSON strings
// are escaped, so it occurs once.
const selfKey = `"self_sha256": "`

// noDigest takes the place of the digest while it is computed.
var noDigest = strings.Repeat("0", 2*sha256.Size)

// Encode gives the bytes of bundle.json: sorted files, no nil lists, and the
// manifest's own digest.
func (m Manifest) Encode() ([]byte, error) {
	m.Panels = notNil(m.Panels)
	m.Missing = notNil(m.Missing)
	m.Contigs = slices.Clone(notNil(m.Contigs))
	for i := range m.Contigs {
		m.Contigs[i].Aliases = notNil(m.Contigs[i].Aliases)
	}
	m.Inputs = notNil(m.Inputs)
	m.Sources = notNil(m.Sources)
	m.Warnings = notNil(m.Warnings)
	m.Files = slices.Clone(notNil(m.Files))
	slices.SortFunc(m.Files, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	m.Self = noDigest
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(&m); err != nil {
		return nil, err
	}
	text := b.Bytes()
	at := bytes.Index(text, []byte(selfKey)) + len(selfKey)
	copy(text[at:], digestOf(text))
	return text, nil
}

func notNil[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

func digestOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// decodeManifest reads bundle.json strictly and checks its own digest. name is
// the file's, for errors.
func decodeManifest(text []byte, name string) (Manifest, error) {
	if err := checkSelf(text, name); err != nil {
		return Manifest{}, err
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	var m Manifest
	if err := dec.Decode(&m); err != nil {
		return Manifest{}, fault.Inputf(name, "", "no manifest of this version: %v", err).WithCause(err)
	}
	if m.Format != FormatVersion {
		return Manifest{}, fault.Inputf(name, "format", "%d, this build reads %d", m.Format, FormatVersion).
			WithHint("build the bundle again")
	}
	return m, nil
}

func checkSelf(text []byte, name string) error {
	at := bytes.Index(text, []byte(selfKey))
	if at < 0 || at+len(selfKey)+len(noDigest) > len(text) {
		return changed(name, "it has lost its own digest")
	}
	at += len(selfKey)
	blank := bytes.Clone(text)
	stated := string(blank[at : at+len(noDigest)])
	copy(blank[at:], noDigest)
	if got := digestOf(blank); got != stated {
		return changed(name, "SHA-256 "+got+", it says of itself "+stated)
	}
	return nil
}

// changed is the error of a file that is not what the build wrote.
func changed(name, how string) *fault.Error {
	return fault.Inputf(name, "", "the bundle was changed after it was built: %s", how).
		WithHint("varpanel panel verify lists every changed file; build the bundle again or take it from its archive")
}
