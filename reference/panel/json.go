package panel

import (
	"bytes"
	"encoding/json"
	"io"

	"varpanel/hts/fault"
)

// Encode gives the bytes of panel.json. Nil lists are written as empty ones.
func (p *Panel) Encode() ([]byte, error) {
	whole := Panel{Genes: p.Genes, Regions: p.Regions, STRs: p.STRs}
	if whole.Genes == nil {
		whole.Genes = []Gene{}
	}
	if whole.Regions == nil {
		whole.Regions = []Region{}
	}
	if whole.STRs == nil {
		whole.STRs = []STR{}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(&whole); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// Decode reads panel.json strictly: an unknown key is an error. name is the
// file's, for errors.
func Decode(r io.Reader, name string) (*Panel, error) {
	dec := json.NewDecoder(r)
	dec.DisallowUnknownFields()
	var p Panel
	if err := dec.Decode(&p); err != nil {
		return nil, fault.Inputf(name, jsonPlace(err), "no panel: %v", err).WithCause(err)
	}
	return &p, nil
}
